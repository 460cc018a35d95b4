"""A file or name to a Scenario: extends, like, exclude."""

from __future__ import annotations

import copy
import functools
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hubrank.errors import Problem, ScenarioError, UsageError, did_you_mean
from hubrank.io.addresses import PYTHON, Address, address_of, is_address, path_at
from hubrank.io.limits import chosen, exceeded
from hubrank.io.safe_input import digest_of, is_file, not_found, shorten
from hubrank.io.tables import table_kind
from hubrank.io.toml import Source, describe_value, located, parse_toml, placed, read_toml
from hubrank.plugin.registry import NotFoundError, Registry, __version__
from hubrank.scenario.error_kinds import ADDED_TO_RELATIVE
from hubrank.scenario.region import REGION, SCENARIO, Region, is_region
from hubrank.scenario.schema import Allowed, Scenario
from hubrank.scenario.tree import circle_of


def merge(base: Mapping[str, Any], over: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Lay one table over another under the same keys: tables merge, other values are replaced; both stay unchanged.

    Another `method`, title, description, source of an input or unit set inherits nothing from what it replaces, nor
    does the error or the noise of an indicator, unless it only adds counting, age or a divisor to a relative error;
    another indicator inherits no options, inputs or `from`.
    """
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if not isinstance(below, Mapping) or not isinstance(value, Mapping):
            merged[key] = copy.deepcopy(value)
            continue
        differ = {name for name, item in value.items() if item != below.get(name)}
        match (*path, key):
            case _ if "method" in differ:
                below = {}
            case ("title" | "description",) | ("dimensions" | "indicators", _, "title"):
                below = {}
            case ("units",) if differ & {"set", "file"}:
                below = {}
            case ("inputs", _) if "source" in differ:
                below = {}
            case ("robustness", "error" | "noise", _) if not set(value) <= ADDED_TO_RELATIVE:
                below = {}
            case ("indicators", name) if "indicator" in value and value["indicator"] != below.get("indicator", name):
                below = {name: item for name, item in below.items() if name not in ("options", "inputs", "from")}
        merged[key] = merge(below, value, (*path, key))
    return merged


def exclude(table: dict[str, Any], unused: list[str]) -> list[Problem]:
    """Remove what `exclude` names, in place: indicators, and dimensions with all that lies in them.

    References to them go too: acknowledged data checks, errors and noise of their values. An indicator that another is
    made from, or like, is no longer ranked, and is removed with the last of these.
    """
    names = table.pop("exclude", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return [Problem("exclude", "must be a list of indicators and dimensions")]
    dimensions, indicators = table.get("dimensions", {}), table.get("indicators", {})
    if not isinstance(dimensions, dict) or not isinstance(indicators, dict):
        return []
    known, gone = [*dimensions, *indicators], list(names)
    for name in gone:
        unused += [name, *_forget(table, name)]
        if isinstance(item := indicators.get(name), dict):
            indicators[name] = {key: value for key, value in item.items() if key not in ("dimension", "outside")}
        if dimensions.pop(name, None) is not None:
            for tables, key in ((indicators, "dimension"), (dimensions, "parent")):
                gone += [child for child, item in tables.items() if isinstance(item, dict) and item.get(key) == name]
    drop_unused(table, unused)
    return [
        Problem("exclude", f"there is no indicator or dimension '{name}'{did_you_mean(name, known)}")
        for name in names
        if name not in known
    ]


def drop_unused(table: dict[str, Any], names: list[str]) -> None:
    """Remove indicators without a dimension that no other one needs, and what only they needed, in place."""
    indicators: Any = table.get("indicators")
    for name in names if isinstance(indicators, dict) else ():  # the list grows
        item = indicators.get(name, {})
        others = [each for key, each in indicators.items() if key != name]
        needed = name in _texts([_needs(each) for each in others]) or name in _texts(_errors(table))
        if not needed and isinstance(item, dict) and not {"dimension", "outside"} & {*item}:
            indicators.pop(name, None)
            names += [*_texts(_needs(item)), *_forget(table, name)]


def _needs(item: Any) -> Any:
    """What an indicator's table names other indicators by."""
    return [item.get("from"), item.get("like")] if isinstance(item, dict) else None


def _errors(table: dict[str, Any]) -> list[Any]:
    """The tables by indicator of a scenario that say how far values may be off."""
    robustness = table.get("robustness")
    return [robustness.get(key) for key in ("error", "noise")] if isinstance(robustness, dict) else []


def _texts(value: Any) -> Iterator[str]:
    """The texts in lists and tables."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _forget(table: dict[str, Any], name: str) -> list[str]:
    """Remove references to an excluded indicator from a table, in place; the texts in them."""
    if isinstance(known := table.get("acknowledged"), dict):
        table["acknowledged"] = {key: why for key, why in known.items() if key.partition(": ")[2] != name}
    found: list[str] = []
    for key, by_indicator in zip(("error", "noise"), _errors(table), strict=False):
        if isinstance(by_indicator, dict):
            found += _texts(by_indicator.get(name))
            table["robustness"][key] = {other: item for other, item in by_indicator.items() if other != name}
    return found


def borrow(table: dict[str, Any]) -> list[Problem]:
    """Lay each indicator with `like` over the indicator that it names, in place."""
    indicators = table.get("indicators")
    if not isinstance(indicators, dict):
        return []
    like = {name: own["like"] for name, own in indicators.items() if isinstance(own, Mapping) and "like" in own}
    problems = []
    for name, other in like.items():
        if not isinstance(other, str) or other not in indicators:
            hint = did_you_mean(str(other), [key for key in indicators if key != name])
            problems.append(Problem(f"indicators.{name}.like", f"there is no indicator '{other}'{hint}"))
            continue
        if circle := circle_of(name, {key: below for key, below in like.items() if isinstance(below, str)}):
            problems.append(Problem(f"indicators.{name}.like", f"is circular: {' -> '.join(circle)}"))

    def lent(name: str) -> Any:
        """An indicator's table with everything that it inherits."""
        table = indicators[name]
        below = lent(like[name]) if name in like and not problems else None
        if isinstance(below, Mapping):
            table = merge({name: {"indicator": like[name], **below}}, {name: table}, ("indicators",))[name]
        return {key: value for key, value in table.items() if key != "like"} if isinstance(table, Mapping) else table

    table["indicators"] = {name: lent(name) for name in indicators}
    return problems


#: Tables whose keys are names of columns or inputs, so that one called `file` names no file.
_OF_NAMES = ("where", "columns", "from_inputs", "inputs")


def with_files(value: Any, change: Callable[[str], str | Path], *path: str) -> Any:
    """A scenario's table, or a value under these keys, with every path in it changed.

    Paths are all under a key `file`, `region`, `units.places` and the keys of `files`; the table stays unchanged. A
    `UsageError` of the change becomes a `ScenarioError`.
    """
    if isinstance(value, list):
        return [with_files(item, change, *path) if isinstance(item, dict | list) else item for item in value]
    if isinstance(value, dict):
        files = path == ("files",)
        return {str(change(key)) if files else key: with_files(item, change, *path, key) for key, item in value.items()}
    named = len(path) > 1 and path[-1] == "file" and path[-2] not in _OF_NAMES
    named = named or path in (("region",), ("units", "places"))
    if not named or not isinstance(value, str):
        return value
    try:
        return str(change(value))
    except UsageError as error:
        raise ScenarioError("", [Problem(".".join(path), str(error))]) from error


def addresses_in(table: Mapping[str, Any]) -> list[str]:
    """The addresses among the files of a scenario's table that can be fetched."""
    paths: dict[str, None] = {}
    with_files(table, lambda path: paths.setdefault(path) or path)
    found = (address for path in paths if (address := address_of(path)) is not None)
    return [address for address in found if not address.startswith(PYTHON)]


#: Replacements for required keys with errors, so that the rest can be checked.
_ANY: Mapping[str, Any] = {
    "title": "-",
    "editions": [2000],
    "normalisation": "min-max",
    "aggregation": "arithmetic",
    "units": {},
    "inputs": {},
    "dimensions": {},
    "indicators": {},
}


@frozen(kw_only=True, eq=False)
class Loaded:
    """A scenario with the files that it is made of.

    Attributes:
        name: Its name in messages: the file's name.
        table: The merged TOML, its files made absolute.
        sources: The files, the scenario's own first, then those that it extends; each followed by that of its region.
        measured: Whether the inputs' files are no longer read.
    """

    name: str
    scenario: Scenario
    table: Mapping[str, Any]
    sources: tuple[Source, ...] = field(factory=tuple)
    measured: bool = False

    @functools.cached_property
    def region(self) -> Region | None:
        """The region that is not installed, whose components the scenario can name."""
        return None if self.scenario.region is None else Region(self.scenario.region)

    def joined(self, registry: Registry) -> Registry:
        """The installed components and those of the region."""
        if self.region is None or _is_installed(self.region, registry):
            return registry
        return registry.joined(self.region, self.region.__name__)

    def error(self, problems: Iterable[Problem]) -> ScenarioError:
        """The error for problems found later, each with its line."""
        return ScenarioError(self.name, located(problems, self.sources))


class MalformedError(ScenarioError):
    """Every error in a scenario's form.

    Attributes:
        table: The merged TOML.
        sources: The files that it is made of.
    """

    table: Mapping[str, Any]
    sources: tuple[Source, ...]


def load(scenario: str | Path, registry: Registry, measured: bool = False) -> Loaded:
    """Read a scenario.

    Args:
        scenario: An installed scenario's name, a path that ends in `.toml`, or a region's folder.
        registry: The registry of installed scenarios.
        measured: Whether the inputs' files are no longer read, so that they may have changed or be gone.

    Raises:
        ScenarioError: Every error of form, with its line.
    """
    path = find(scenario, registry)
    sources: tuple[Source, ...] = ()
    for source in _chain(path, registry):  # after each file of a region, beside it or named, the region's base
        folder, named = source.path.resolve().parent, source.table.get("region")
        folder = folder / named if isinstance(named, str) else folder
        if isinstance(named, str) and not is_region(folder):
            what = f"{shorten(named)}: is not a folder with a {REGION}"
            raise ScenarioError(source.path.name, [placed(Problem("region", what), [source])])
        region = Region(folder) if is_region(folder) else None
        below = [region.below(installed=_is_installed(region, registry))] if region else []
        sources = (*sources, source, *below)
    merged: dict[str, Any] = {}
    problems: list[Problem] = []
    unused: list[str] = []
    for source in reversed(sources):
        left = ("extends",) if source is sources[0] else ("extends", "author", "published")
        table = {key: value for key, value in source.table.items() if key not in left}
        try:
            merged = merge(merged, with_files(table, functools.partial(path_at, folder=source.path.resolve().parent)))
        except ScenarioError as error:
            raise ScenarioError(source.path.name, located(error.problems, [source])) from error
        problems += exclude(merged, unused)
    problems += borrow(merged)
    drop_unused(merged, unused)
    allowed, _ = parse_toml(Allowed, merged.get("limits", {}), "limits")
    with chosen(allowed.changes if allowed else {}):
        parsed, found = parse_toml(Scenario, merged)
    problems += found
    if parsed is not None:
        problems += _outdated(parsed, measured)
    if problems or parsed is None:
        malformed = MalformedError(path.name, located(problems, sources))
        malformed.table, malformed.sources = merged, sources
        raise malformed
    return Loaded(name=path.name, scenario=parsed, table=merged, sources=sources, measured=measured)


@define(eq=False)
class Rest:
    """The valid rest of a scenario, so that the errors hidden by others are found.

    Attributes:
        table: Its TOML, without the errors.
        gone: The keys that were removed, such as `indicators.papers.weight`.
    """

    name: str
    table: dict[str, Any]
    sources: tuple[Source, ...]
    gone: set[str] = field(factory=set)

    @classmethod
    def of(cls, scenario: Loaded | MalformedError) -> Rest:
        """All of a scenario, except statements about other files and versions."""
        table = {key: value for key, value in scenario.table.items() if key not in ("files", "hubrank")}
        name = scenario.name if isinstance(scenario, Loaded) else scenario.file
        return cls(name=name, table=copy.deepcopy({**_ANY, **table}), sources=scenario.sources)

    def parsed(self) -> tuple[Loaded | None, list[Problem]]:
        """The scenario, or None and its errors of form."""
        parsed, problems = parse_toml(Scenario, {**_ANY, **self.table})
        if parsed is None:
            return None, located(problems, self.sources)
        return Loaded(name=self.name, scenario=parsed, table=self.table, sources=self.sources), []

    def take_out(self, problems: Iterable[Problem]) -> bool:
        """Remove what is wrong, or its container if it does not exist; whether there was anything to remove."""
        before = len(self.gone)
        self.gone |= {self._without(problem.where) for problem in problems}
        return len(self.gone) > before

    def _without(self, where: str) -> str:
        keys = re.sub(r"\[\d+\]", "", where).removesuffix(".like").split(".")
        inside: list[Any] = [self.table]
        while len(inside) <= len(keys) and isinstance(inside[-1], dict) and keys[len(inside) - 1] in inside[-1]:
            inside.append(inside[-1][keys[len(inside) - 1]])
        if depth := len(inside) - 1:
            value = inside[-2].pop(keys[depth - 1])
            if keys == ["editions"] and isinstance(value, list) and (years := [x for x in value if type(x) is int]):
                self.table["editions"] = years
        return ".".join(keys[:depth]) or where

    def follows(self, problem: Problem) -> bool:
        """Whether a problem is caused by a removal: it is about a key in it, or about a removed name."""
        where, what = problem.where, problem.what
        names = [key.partition(".")[2] for key in self.gone if key.count(".") == 1]
        kinds = [key.removesuffix("s") for key in self.gone]
        return (
            any(where == key or where.startswith(f"{key}.") for key in self.gone)
            or any(f"'{name}'" in what for name in names)
            or any(what.startswith(f"there is no {kind} ") for kind in kinds)
            or ("has no members" in what and any(key.startswith(("indicators", "dimensions")) for key in self.gone))
            or (where in ("units", "robustness") and any(key.startswith(f"{where}.") for key in self.gone))
        )


def find(scenario: str | Path, registry: Registry) -> Path:
    """The file of an installed scenario's name, of a path or of a folder with one; `ScenarioError` for none."""
    text = str(scenario)
    if text in registry.names("scenario"):
        return _named(text, registry)
    if is_region(Path(text)):
        return Region(Path(text)).scenario
    within = Path(text) / SCENARIO
    return within if is_file(within) else _named(text, registry)


def _named(text: str, registry: Registry) -> Path:
    if is_address(text):
        address = Address.of(text)
        what = f"is an address, not a scenario; `hubrank start {shlex.quote(str(address))}` makes one of a table there"
        raise ScenarioError(str(address), [Problem("", what)])
    path = Path(text)
    if text.endswith(".toml") and is_file(path):
        return path
    try:
        return Path(registry.find("scenario", text).record.path)
    except NotFoundError as error:
        what = f"{error}; the path of a scenario file ends in .toml"
        if table_kind(text) is not None and is_file(path):
            what = f"is a table, not a scenario; `hubrank start {shlex.quote(text)}` makes one of it"
        elif is_file(path):
            what = "is not a scenario, whose file ends in .toml"
            what += "; unpack it, and rank a scenario or a run folder in it" if path.suffix == ".zip" else ""
        elif path.suffix or path.parent != Path():
            what = not_found(path)
        raise ScenarioError(shorten(text), [Problem("", what)]) from error


def _chain(path: Path, registry: Registry) -> tuple[Source, ...]:
    sources: list[Source] = []
    while True:
        source = read_toml(path)
        sources.append(source)
        if what := exceeded("extends", len(sources) - 1):
            raise ScenarioError(sources[0].path.name, [Problem("extends", what)])
        parent = source.table.get("extends")
        if parent is None:
            return tuple(sources)
        if not isinstance(parent, str):
            problem = Problem("extends", f"must be a text; got {describe_value(parent)}")
            raise ScenarioError(path.name, [placed(problem, [source])])
        try:
            beside = parent.endswith(".toml") and not is_address(parent)
            path = _named(str(path.parent / parent) if beside else parent, registry)
        except ScenarioError as error:
            problem = Problem("extends", f"{parent}: {error.problems[0].what}")
            raise ScenarioError(sources[0].path.name, [placed(problem, sources)]) from error
        if any(path.resolve() == earlier.path.resolve() for earlier in sources):
            names = " -> ".join([item.path.name for item in sources] + [path.name])
            problem = Problem("extends", f"is circular: {names}")
            raise ScenarioError(sources[0].path.name, [placed(problem, sources)])


def _is_installed(region: Region, registry: Registry) -> bool:
    """Whether an installed component lies in the region's folder."""
    folder, scenarios = region.folder.resolve(), (part for part in registry if part.kind == "scenario")
    return any(Path(part.texts["path"]).resolve().parent == folder for part in scenarios)


def _outdated(scenario: Scenario, measured: bool) -> list[Problem]:
    """Problems for a version that is not installed, and for files that have changed since they were recorded."""
    problems, wanted = [], scenario.hubrank
    try:
        if not SpecifierSet(wanted).contains(__version__, prereleases=True):
            problems.append(Problem("hubrank", f"the scenario requires {wanted}; installed: {__version__}"))
    except InvalidSpecifier:
        problems.append(Problem("hubrank", f'must be versions such as ">=0.1"; got the text "{wanted}"'))
    region = None if scenario.region is None else Region(scenario.region)
    done = {item.options.get("file") for item in scenario.inputs.values()} | {
        *map(str, region.table_files if region else ())
    }
    needed = {scenario.units.file, scenario.units.places, *(region.unit_files if region else ())}
    for name, digest in scenario.files.items():
        if measured and name in done and Path(name) not in needed:
            continue
        if not is_file(Path(name)) and address_of(name) is None:
            problems.append(Problem("files", f"{name}: file not found"))
        elif is_file(Path(name)) and digest_of(Path(name)) != digest:
            problems.append(Problem("files", f"{name}: has changed since the scenario was recorded"))
    return problems
