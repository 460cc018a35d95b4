"""Tables of scenarios over one another: what `extends`, `exclude` and `like` make of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from hubrank.basis.errors import Problem, suggestion


def merge(base: Mapping[str, Any], over: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Lay one table over another: tables merge, anything else is replaced.

    Another `method`, another title or description, another source of an input and another unit set take nothing of what
    they replace; another indicator takes no options, inputs or `from`.

    Args:
        base: The table below; it stays as it is.
        over: The table that is laid over it; so does this.
        path: The keys under which both stand.
    """
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            merged[key] = merge(_kept(below, value, (*path, key)), value, (*path, key))
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def _kept(below: Mapping[str, Any], value: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """What stays of a table when another is laid over it."""

    def other(key: str, default: str | None = None) -> bool:
        return key in value and value[key] != below.get(key, default)

    if other("method"):
        return {}
    match path:
        case ("title" | "description",) | ("dimensions" | "indicators", _, "title"):
            return {}
        case ("units",) if other("set") or other("file"):
            return {}
        case ("inputs", _) if other("source"):
            return {}
        case ("indicators", name) if other("indicator", name):
            return {key: each for key, each in below.items() if key not in ("options", "inputs", "from")}
    return below


def exclude(table: dict[str, Any]) -> list[Problem]:
    """Leave out what `exclude` names, in place: indicators, and dimensions with all that lies in them."""
    names = table.pop("exclude", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return [Problem("exclude", "must be a list of indicators and dimensions")]
    dimensions, indicators = table.get("dimensions", {}), table.get("indicators", {})
    if not isinstance(dimensions, dict) or not isinstance(indicators, dict):
        return []
    problems = []
    for name in names:
        if name not in dimensions and name not in indicators:
            what = f"there is no indicator or dimension '{name}'"
            problems.append(Problem("exclude", what + suggestion(name, [*dimensions, *indicators])))
        indicators.pop(name, None)
        _without_dimension(name, dimensions, indicators)
    return problems


def _without_dimension(name: str, dimensions: dict[str, Any], indicators: dict[str, Any]) -> None:
    if dimensions.pop(name, None) is None:
        return
    for key in [key for key, each in indicators.items() if isinstance(each, dict) and each.get("dimension") == name]:
        del indicators[key]
    for key in [key for key, each in dimensions.items() if isinstance(each, dict) and each.get("parent") == name]:
        _without_dimension(key, dimensions, indicators)


def borrow(table: dict[str, Any]) -> list[Problem]:
    """Lay each indicator that says `like` over the indicator that it names, in place."""
    indicators = table.get("indicators")
    if not isinstance(indicators, dict):
        return []
    problems = [problem for name in indicators if (problem := _unlike(name, indicators))]
    made = {name: each if problems else _borrowed(name, indicators) for name, each in indicators.items()}
    table["indicators"] = {name: _without_like(each) for name, each in made.items()}
    return problems


def _without_like(own: Any) -> Any:
    return {key: value for key, value in own.items() if key != "like"} if isinstance(own, Mapping) else own


def _like(name: str, indicators: Mapping[str, Any]) -> Any:
    """What an indicator says it is like; nothing where it says nothing."""
    own = indicators[name]
    return own.get("like") if isinstance(own, Mapping) else None


def _unlike(name: str, indicators: Mapping[str, Any]) -> Problem | None:
    """What is wrong with the indicator that another one names, or with the way on from there."""
    walked, where = [name], f"indicators.{name}.like"
    while (other := _like(walked[-1], indicators)) is not None:
        if other == name:
            return Problem(where, f"is circular: {' -> '.join([*walked, name])}")
        if not isinstance(other, str) or other not in indicators:
            what = f"there is no indicator '{other}'"
            hint = suggestion(str(other), [each for each in indicators if each != name])
            return Problem(where, what + hint) if walked == [name] else None
        if other in walked:
            return None
        walked.append(other)
    return None


def _borrowed(name: str, indicators: Mapping[str, Any]) -> Any:
    """An indicator's table with all that it has from others."""
    other = _like(name, indicators)
    if other is None:
        return indicators[name]
    below = _borrowed(other, indicators)
    if not isinstance(below, Mapping):
        return indicators[name]
    lent = {"indicators": {name: {"indicator": other, **below}}}
    return merge(lent, {"indicators": {name: indicators[name]}})["indicators"][name]
