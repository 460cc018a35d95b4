"""The choices of a scenario as chips: what is chosen, why, what there is instead, and the options of what is chosen."""

from __future__ import annotations

import functools
import json
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

import attrs
from hubrank.cli.commands.parts import meanings
from hubrank.plugin import HubrankError, Ranking, Registry, gettext
from hubrank.plugin.registry import NotFoundError
from hubrank.scenario.choices import (
    MethodAlternatives,
    MissingRule,
    Scaling,
    ScalingAlternatives,
    Treating,
    TreatingAlternatives,
)
from hubrank.scenario.schema import (
    AggregationUncertainty,
    LeaveOut,
    NoiseUncertainties,
    RankingSettings,
    Robustness,
    Selection,
    WeightUncertainties,
)
from hubrank_start.tables import Reading

from hubrank_studio.assumed import key_of, lines_beside, undecided
from hubrank_studio.document import GONE, Edit, in_words
from hubrank_studio.queries import path_of
from hubrank_studio.session import Session
from hubrank_studio.tree import Tables, method_of

#: The choices of a method, with the kind of component.
METHODS = {
    "normalisation": "normalisation",
    "weighting": "weighting",
    "aggregation": "aggregator",
    "treatment": "treatment",
    "imputation": "imputation",
}
#: The choices that are several settings each.
FORMS = {"missing": MissingRule, "selection": Selection, "robustness": Robustness, "ranking": RankingSettings}
#: The choices for all, for a dimension and for an indicator, in the order of the steps.
FOR_ALL = (
    *("selection", "imputation", "treatment", "normalisation", "weighting", "missing", "aggregation", "robustness"),
    *("ranking", "editions"),
)
OF_DIMENSION = ("weighting", "missing", "aggregation")
OF_INDICATOR = ("direction", "imputation", "treatment", "normalisation")
#: What is chosen where a scenario does not say.
_DEFAULTS: dict[str, Any] = {"weighting": "fixed", "imputation": "none", "missing": {"rule": "unranked"}}
#: The settings that a scenario says of a method beside its options.
_BESIDE = {"normalisation": ("fitted_on", "bounds_in"), "weighting": ("fitted_on",), "treatment": ("fitted_on",)}
_NONE = "none"

Path = tuple[str, ...]


def shown(tables: Tables, reading: Reading | None, ranking: Ranking | None) -> dict[str, Any]:
    """The chips for all, and those of each dimension and indicator by name."""
    draft = None if reading is None else reading.draft
    assumed = {} if draft is None else {item.key: item for item in undecided(draft, tables.own)}

    ranked = () if ranking is None else ranking.plan.ranked
    directions = {item.key: item.direction for item in ranked}

    def chip(path: Path) -> dict[str, Any]:
        item = assumed.get(key_of(path)) if len(path) == 1 or path[0] == "indicators" else None
        said = {} if item is None else {"key": item.key, "why": item.why, "shown": item.shown, "asked": item.asked}
        own, value = _at(tables.whole, path), _short(tables, path)
        if path[-1] == "direction" and value is None:  # that of the indicator
            value = directions.get(path[1])
        return {"path": path, "name": path[-1], "value": value, "own": own is not None, "assumed": said}

    kinds = {"dimensions": OF_DIMENSION, "indicators": OF_INDICATOR}
    return {
        "all": [chip((name,)) for name in FOR_ALL],
        "of": {
            name: [chip((kind, name, choice)) for choice in choices]
            for kind, choices in kinds.items()
            for name in tables.whole.get(kind, {})
        },
        "lines": lines_beside(draft, tables.own, functools.partial(_has_chip, tables)),
    }


def _has_chip(tables: Tables, key: str) -> bool:
    choice, _, name = key.partition(".")
    if name:
        return choice in OF_INDICATOR and name in tables.whole.get("indicators", {})
    return key in {key_of((item,)) for item in FOR_ALL}


def _at(table: Any, path: Path) -> Any:
    for name in path:
        table = table.get(name) if isinstance(table, Mapping) else None
    return table


def _chosen(tables: Tables, path: Path) -> Any:
    """What a path's choice is: its own, or that for all."""
    own = _at(tables.whole, path)
    return own if own is not None else _at(tables.whole, path[-1:]) or _DEFAULTS.get(path[-1])


def _short(tables: Tables, path: Path) -> Any:
    """What is chosen: a method's name, a direction, or the settings that are set with their values."""
    chosen, name = _chosen(tables, path), path[-1]
    if name == "direction":
        return chosen
    if name == "treatment":
        return " + ".join(_step_name(item) for item in _steps(chosen)[0]) or _NONE
    if name in METHODS:
        return str(method_of(chosen) or "")
    if name == "editions":
        years = chosen.values() if isinstance(chosen, Mapping) else chosen or ()
        return f"{min(years)}-{max(years)}" if len(years) > 1 else ", ".join(map(str, years))
    settings = chosen if isinstance(chosen, Mapping) else {}
    return [[key, None if isinstance(value, Mapping) else value] for key, value in settings.items()]


def _steps(value: Any) -> tuple[list[Any], Any]:
    """The steps of a treatment, and what they are fitted on."""
    if isinstance(value, Mapping) and "step" not in value:
        return _steps(value.get("steps", []))[0], value.get("fitted_on")
    return (list(value) if isinstance(value, list) else [] if value is None else [value]), None


def _step_name(step: Any) -> str:
    return str(step.get("step", "")) if isinstance(step, Mapping) else str(step)


def choice(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """What there is instead of a choice, and the options of what is chosen, each with its meaning."""
    path, tables = _path(query.get("path", "")), Tables.of(session)
    name, chosen, own = path[-1], _chosen(tables, path), _at(tables.own, path)
    answer: dict[str, Any] = {"path": path, "alternatives": [], "fields": [], "problem": "", "reference": ""}
    answer["returns"] = len(path) > 1 and own is not None and _at(tables.inherited, path) is None
    if name in METHODS:
        registry, wanted = Registry.installed(), _short(tables, path)
        answer["alternatives"] = [*_alternatives(registry, METHODS[name])]
        table = _options_of(name, chosen)
        if len(path) == 1 or _at(tables.whole, path) is not None:
            try:
                part = registry.find(METHODS[name], wanted)
                answer["reference"] = gettext(part.texts.get("reference", ""))
                answer["fields"] = [*_fields(part.record.options, table), *_fields_beside(name, chosen)]
            except (NotFoundError, HubrankError) as error:
                answer["problem"] = str(error)
    elif name in FORMS:
        answer["fields"] = [*_fields(FORMS[name], chosen if isinstance(chosen, Mapping) else {})]
    elif name == "editions":
        years = chosen if isinstance(chosen, list) else []
        answer["fields"] = [{"key": "", "form": "numbers", "value": years, "default": None, "help": "", "options": []}]
    return answer


def _path(text: str) -> Path:
    try:
        path = json.loads(text)
    except ValueError:
        path = None
    return path_of(path)


def _alternatives(registry: Registry, kind: str) -> Iterator[dict[str, str]]:
    """The installed methods of a kind, those of hubrank itself first, each with what it does."""
    parts = [part for part in registry if part.kind == kind]
    for part in sorted(parts, key=lambda part: (not part.is_own(part.name), part.distribution, part.name)):
        source = "" if part.distribution == "hubrank" else part.distribution
        title = gettext(part.texts.get("title", ""))
        yield {"value": registry.name_of(part), "title": title, "from": source}


def _options_of(name: str, chosen: Any) -> Mapping[str, Any]:
    if name == "treatment":
        steps, _ = _steps(chosen)
        return steps[0] if len(steps) == 1 and isinstance(steps[0], Mapping) else {}
    return chosen if isinstance(chosen, Mapping) else {}


def _fields_beside(name: str, chosen: Any) -> Iterator[dict[str, Any]]:
    keys, cls = _BESIDE.get(name, ()), Treating if name == "treatment" else Scaling
    given = {"fitted_on": _steps(chosen)[1]} if name == "treatment" else chosen if isinstance(chosen, Mapping) else {}
    yield from (field for field in _fields(cls, given) if field["key"] in keys)


def _fields(cls: type, given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The settings of a class that can be shown as a field each: its form, value, default and meaning."""
    texts, hints = meanings(cls), typing.get_type_hints(cls)
    for item in attrs.fields(cls):
        key = item.metadata.get("key", item.name)
        if (form := _form(hints[item.name], key)) is None:
            continue
        default = item.default if isinstance(item.default, bool | int | float | str) else None
        yield {
            "key": key,
            "form": form[0],
            "options": form[1],
            "value": given.get(key),
            "default": default,
            "required": item.default is attrs.NOTHING,
            "help": texts.get(item.name, ""),
        }


#: The settings whose value is a list of methods' names, or one step, by their class.
_OF_NAMES: tuple[Any, ...] = (ScalingAlternatives, TreatingAlternatives, MethodAlternatives, AggregationUncertainty)
_NUMBERS: dict[Any, str] = {float: "numbers", int: "numbers", str: "texts"}


def _form(hint: Any, key: str) -> tuple[str, list[Any]] | None:
    """How a setting is shown, and the values to choose from; None if it is written as text only."""
    kinds = [kind for kind in (get_args(hint) if _is_union(hint) else [hint]) if kind is not type(None)]
    words = [word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind)]
    if any(kind in _OF_NAMES for kind in kinds):
        return "names", list(Registry.installed().names(METHODS[key]))
    if key == "post_processing":
        return "step", list(Registry.installed().names("rescaling"))
    if kinds == [LeaveOut]:
        return "choice", [True, False]
    if bool in kinds or (words and len(kinds) == 1):
        return "choice", [*([True, False] if bool in kinds else []), *words]
    if words or any(kind in (WeightUncertainties, NoiseUncertainties) for kind in kinds):
        return "value", words
    inner = next((get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple), None)
    if inner is not None:
        return (_NUMBERS[inner], []) if inner in _NUMBERS else ("values", []) if _is_union(inner) else None
    simple = next((form for kind, form in _SIMPLE.items() if kind in kinds), None)
    return None if simple is None else (simple, [])


_SIMPLE: dict[Any, str] = {float: "number", int: "number", str: "text"}


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (typing.Union, type(int | str))


def choose(session: Session, said: Mapping[str, Any]) -> None:
    """Choose another method or value, by the path of the choice; without a value the choice for all holds again."""
    path, value, tables = path_of(said.get("path")), said.get("value"), Tables.of(session)
    chosen, name = _chosen(tables, path), path[-1]
    if value is not None and name == "treatment":
        fitted_on = _steps(chosen)[1]
        steps = [] if value == _NONE else [value]
        value = {"steps": steps, "fitted_on": fitted_on} if fitted_on else steps[0] if steps else []
    elif value is not None and name in METHODS:
        fitted_on = chosen.get("fitted_on") if isinstance(chosen, Mapping) else None
        value = {"method": value, "fitted_on": fitted_on} if fitted_on else value
    _keep(session, tables, path, value)


def set_option(session: Session, said: Mapping[str, Any]) -> None:
    """Set an option of what is chosen, by its key; without a value its default holds again."""
    path, value, tables = path_of(said.get("path")), said.get("value"), Tables.of(session)
    key, name, chosen = str(said.get("option")), path[-1], _chosen(tables, path)
    if name == "treatment":
        steps, fitted_on = _steps(chosen)
        if key == "fitted_on":
            fitted_on = value
        elif len(steps) == 1:
            first = steps[0] if isinstance(steps[0], Mapping) else {"step": steps[0]}
            steps = [_with(first, key, value)]
        new: Any = {"steps": steps, "fitted_on": fitted_on} if fitted_on else steps[0] if len(steps) == 1 else steps
    else:
        table = chosen if isinstance(chosen, Mapping) else {"method": chosen} if chosen is not None else {}
        new = _with(table, key, value)
    _keep(session, tables, path, new or None)


def _with(table: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    rest = {name: item for name, item in table.items() if name != key}
    return rest if value is None else {**rest, key: value}


def _keep(session: Session, tables: Tables, path: Path, value: Any) -> None:
    """Write what is chosen into the file itself; the options of an inherited method go with it."""
    before = _at(tables.own, path)
    edits = [Edit(path, GONE if value is None else value)]
    if isinstance(before, Mapping) and isinstance(value, Mapping):  # key by key, so that comments stay
        edits = [*(Edit((*path, key)) for key in before if key not in value)]
        edits += [Edit((*path, key), item) for key, item in value.items() if before.get(key) != item]
    title = f"{tables.title(path[1])}: " if len(path) > 1 else ""
    words = {"title": title, "what": {"key": f"studio.choice.{path[-1]}"}, "value": in_words(value)}
    session.edit(edits or [Edit(path, value)], {"key": "step.chosen", "values": words})
