"""From a TOML file to a `Scenario`: `extends`, strict keys and types, lines."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hubrank.basis.digests import digest_of
from hubrank.basis.doors import is_file, short
from hubrank.basis.errors import Problem, ScenarioError
from hubrank.basis.limits import chosen, exceeded
from hubrank.basis.structuring import describe, structure
from hubrank.basis.version import __version__
from hubrank.contract.registry import NotFoundError, Registry
from hubrank.scenario.merging import borrow, exclude, merge
from hubrank.scenario.named_files import with_files
from hubrank.scenario.region import REGION, Region, is_region
from hubrank.scenario.scenario import Allowed, Scenario
from hubrank.scenario.toml_files import Source, located, placed, read_toml

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
    allowed, _ = structure(Allowed, merged.get("limits", {}), "limits")
    with chosen(allowed.changes if allowed else {}):
        made, found = structure(Scenario, merged)
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
    made, found = structure(Scenario, {**_ANY, **kept})
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
            raise ScenarioError(short(text), [Problem("", "file not found")])
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
            problem = Problem("extends", f"must be a text; got {describe(parent)}")
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
        what = f"{short(named)}: is no folder with a {REGION}"
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
