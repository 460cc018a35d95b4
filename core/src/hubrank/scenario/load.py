"""A file or name to a Scenario: extends, like, exclude."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hubrank.errors import Problem, ScenarioError, did_you_mean
from hubrank.io.limits import chosen, exceeded
from hubrank.io.safe_input import digest_of, is_file, shorten
from hubrank.io.toml import Source, describe_value, located, parse_toml, placed, read_toml
from hubrank.plugin.registry import NotFoundError, Registry, __version__
from hubrank.scenario.region import REGION, Region, is_region
from hubrank.scenario.schema import Allowed, Scenario


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
            problems.append(Problem("exclude", what + did_you_mean(name, [*dimensions, *indicators])))
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
            hint = did_you_mean(str(other), [each for each in indicators if each != name])
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


#: Tables whose keys are names of columns or inputs, so that one called `file` names no file.
_OF_NAMES = ("where", "columns", "from_inputs", "inputs")


def with_files(table: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """A scenario's table with every path in it changed.

    Those are all under a key `file`, `region`, `units.places` and the keys of `files`.

    Args:
        table: The table; it stays as it is.
        change: What becomes of a path.
    """
    made = {key: _changed(key, value, change) for key, value in table.items()}
    if isinstance(units := made.get("units"), dict) and isinstance(units.get("places"), str):
        units["places"] = change(units["places"])
    if isinstance(region := made.get("region"), str):
        made["region"] = change(region)
    if isinstance(files := made.get("files"), dict):
        made["files"] = {change(name): digest for name, digest in files.items()}
    return made


def _changed(name: str, value: Any, change: Callable[[str], str]) -> Any:
    """A value under a key of that name."""
    if isinstance(value, list):
        return [_changed(name, each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(each)
        if key == "file" and isinstance(each, str) and name not in _OF_NAMES
        else _changed(key, each, change)
        for key, each in value.items()
    }


#: What stands in for what a scenario must have, where that has mistakes and only its files are looked at.
_ANY = {"title": "-", "editions": [2000], "normalisation": "min-max", "aggregation": "arithmetic"}


@frozen(kw_only=True, eq=False)
class Loaded:
    """A scenario with the files that it is made of.

    Attributes:
        name: What messages call it: the installed name or the file's.
        scenario: The choices.
        table: The merged TOML, its files made absolute.
        sources: The files, the scenario's own first, then what it extends; behind one of a region that region's.
        measured: Whether the inputs' files are not read any more.
    """

    name: str
    scenario: Scenario
    table: Mapping[str, Any]
    sources: tuple[Source, ...] = field(factory=tuple)
    measured: bool = False

    @functools.cached_property
    def region(self) -> Region | None:
        """The region that is not installed, whose parts the scenario can name."""
        return None if self.scenario.region is None else Region(self.scenario.region)

    def joined(self, registry: Registry) -> Registry:
        """What is installed with the parts of the region."""
        if self.region is None or _is_installed(self.region, registry):
            return registry
        return registry.joined(self.region, self.region.__name__)

    def error(self, problems: Iterable[Problem]) -> ScenarioError:
        """The error for problems found later, each with its line."""
        return ScenarioError(self.name, located(problems, self.sources))


class MalformedError(ScenarioError):
    """Every mistake of a scenario's form.

    Attributes:
        rest: The scenario without the tables that have mistakes, whose units and inputs can be looked at all the same;
            none where those or the indicators have some.
    """

    rest: Loaded | None = None


def load(scenario: str | Path, registry: Registry, measured: bool = False) -> Loaded:
    """Read a scenario.

    Args:
        scenario: An installed scenario's name, a path that ends in `.toml`, or a region's folder.
        registry: Where installed scenarios are looked up.
        measured: Whether the inputs' files are not read any more, so that they may have changed or be gone.

    Raises:
        ScenarioError: Every mistake of form, with its line.
    """
    path = find(scenario, registry)
    sources = tuple(_with_regions(_chain(path, registry), registry))
    merged: dict[str, Any] = {}
    problems: list[Problem] = []
    for source in reversed(sources):
        merged = merge(merged, _absolute(source))
        problems += exclude(merged)
    problems += borrow(merged)
    allowed, _ = parse_toml(Allowed, merged.get("limits", {}), "limits")
    with chosen(allowed.changes if allowed else {}):
        made, found = parse_toml(Scenario, merged)
    problems += found
    if made is not None:
        problems += _version_problems(made.hubrank) + _changed_files(made, measured)
    if problems or made is None:
        malformed = MalformedError(path.name, located(problems, sources))
        malformed.rest = None if measured else _rest(path, merged, problems, sources)
        raise malformed
    return Loaded(name=path.name, scenario=made, table=merged, sources=sources, measured=measured)


def _rest(
    path: Path, merged: Mapping[str, Any], problems: Iterable[Problem], sources: tuple[Source, ...]
) -> Loaded | None:
    """The scenario without what has mistakes; none where its units, inputs or tree have some."""
    wrong = {each.where.split(".")[0].split("[")[0] for each in problems} | {"files", "hubrank"}
    if wrong & {"units", "inputs", "dimensions", "indicators", "like", "exclude", ""}:
        return None
    kept = {key: value for key, value in merged.items() if key not in wrong}
    made, found = parse_toml(Scenario, {**_ANY, **kept})
    return Loaded(name=path.name, scenario=made, table=kept, sources=sources) if made and not found else None


def find(scenario: str | Path, registry: Registry) -> Path:
    """The file of an installed scenario's name, of a path or of a region's folder.

    Raises:
        ScenarioError: There is none.
    """
    text = str(scenario)
    if text not in registry.names("scenario") and is_region(Path(text)):
        return Region(Path(text)).scenario
    return _named(text, registry)


def _named(text: str, registry: Registry) -> Path:
    """The file of an installed scenario's name or of a path.

    Raises:
        ScenarioError: There is none.
    """
    if text.endswith(".toml"):
        if not is_file(Path(text)):
            raise ScenarioError(shorten(text), [Problem("", "file not found")])
        return Path(text)
    try:
        return Path(registry.find("scenario", text).record.path)
    except NotFoundError as error:
        raise ScenarioError(text, [Problem("", f"{error}; the path of a scenario file ends in .toml")]) from error


def _chain(path: Path, registry: Registry) -> tuple[Source, ...]:
    sources: list[Source] = []
    while True:
        source = read_toml(path)
        sources.append(source)
        if said := exceeded("extends", len(sources) - 1):
            raise ScenarioError(sources[0].path.name, [Problem("extends", said)])
        parent = source.table.get("extends")
        if parent is None:
            return tuple(sources)
        if not isinstance(parent, str):
            problem = Problem("extends", f"must be a text; got {describe_value(parent)}")
            raise ScenarioError(path.name, [placed(problem, [source])])
        try:
            path = _named(str(path.parent / parent) if parent.endswith(".toml") else parent, registry)
        except ScenarioError as error:
            problem = Problem("extends", f"{parent}: {error.problems[0].what}")
            raise ScenarioError(sources[0].path.name, [placed(problem, sources)]) from error
        if any(path.resolve() == earlier.path.resolve() for earlier in sources):
            names = " -> ".join([each.path.name for each in sources] + [path.name])
            problem = Problem("extends", f"is circular: {names}")
            raise ScenarioError(sources[0].path.name, [placed(problem, sources)])


def _with_regions(chain: Iterable[Source], registry: Registry) -> Iterator[Source]:
    """The files of a chain, behind each of a region what lies below it.

    Raises:
        ScenarioError: A region is not there, or its `region.toml` has mistakes.
    """
    for source in chain:
        yield source
        if (region := _region_of(source)) is not None:
            yield region.below(installed=_is_installed(region, registry))


def _is_installed(region: Region, registry: Registry) -> bool:
    """Whether an installed part lies in the region's folder."""
    folder, scenarios = region.folder.resolve(), (part.record for part in registry if part.kind == "scenario")
    return any(Path(each.path).resolve().parent == folder for each in scenarios)


def _region_of(source: Source) -> Region | None:
    """The region that a file names, or beside whose `region.toml` it lies.

    Raises:
        ScenarioError: There is none where it names one.
    """
    folder, named = source.path.resolve().parent, source.table.get("region")
    if not isinstance(named, str):
        return Region(folder) if is_region(folder) else None
    if not is_region(folder / named):
        what = f"{shorten(named)}: is no folder with a {REGION}"
        raise ScenarioError(source.path.name, [placed(Problem("region", what), [source])])
    return Region(folder / named)


def _absolute(source: Source) -> dict[str, Any]:
    """The table without `extends`, the files that it names made absolute."""
    folder = source.path.resolve().parent
    table = {key: value for key, value in source.table.items() if key != "extends"}
    return with_files(table, lambda name: str(folder / name))


def _version_problems(wanted: str) -> list[Problem]:
    if not wanted:
        return []
    try:
        fits = SpecifierSet(wanted).contains(__version__, prereleases=True)
    except InvalidSpecifier:
        return [Problem("hubrank", f'must be versions such as ">=0.1"; got the text "{wanted}"')]
    return [] if fits else [Problem("hubrank", f"the scenario requires {wanted}; installed: {__version__}")]


def _changed_files(scenario: Scenario, measured: bool) -> list[Problem]:
    problems = []
    region = None if scenario.region is None else Region(scenario.region)
    of_tables = map(str, region.table_files if region else ())
    done = {*of_tables, *(each.options.get("file") for each in scenario.inputs.values())} if measured else set()
    needed = {scenario.units.file, scenario.units.places, *(region.unit_files if region else ())}
    for name, digest in scenario.files.items():
        path = Path(name)
        if name in done and path not in needed:
            continue
        if not is_file(path):
            problems.append(Problem("files", f"{name}: file not found"))
        elif digest_of(path) != digest:
            problems.append(Problem("files", f"{name}: has changed since the scenario was recorded"))
    return problems
