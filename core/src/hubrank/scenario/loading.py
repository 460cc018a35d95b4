"""From a TOML file to a `Scenario`: `extends`, strict keys and types, lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli
from attrs import evolve, field, frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from hubrank.basis.digests import digest_of
from hubrank.basis.doors import bytes_of, deepest, is_file, short
from hubrank.basis.errors import FileProblem, Problem, ScenarioError
from hubrank.basis.language import worded
from hubrank.basis.limits import chosen, exceeded, limits, refuse
from hubrank.basis.structuring import describe, structure
from hubrank.basis.version import __version__
from hubrank.basis.words import reason
from hubrank.contract.registry import NotFoundError, Registry
from hubrank.scenario.lines import line_of, nesting
from hubrank.scenario.merging import borrow, exclude, merge
from hubrank.scenario.named_files import with_files
from hubrank.scenario.old_keys import OldKey, with_new_keys
from hubrank.scenario.scenario import Allowed, Scenario

#: What stands in for what a scenario must have, where that has mistakes and only its files are looked at.
_ANY = {"title": "-", "editions": [2000], "normalisation": "min-max", "aggregation": "arithmetic"}


@frozen(kw_only=True)
class Source:
    """One TOML file of the chain of `extends`.

    Attributes:
        path: The file.
        text: Its text, with line ends of one kind.
        table: What tomli reads from it, with the new names of its keys.
        old_keys: Those that have other names.
    """

    path: Path
    text: str
    table: Mapping[str, Any]
    old_keys: tuple[OldKey, ...] = ()

    def old_key_texts(self) -> list[str]:
        """Where each old key stands and what it is called now."""
        return [
            worded("{file}, line {line}: {key}", file=self.path.name, line=line_of(self.text, each.where)[1], key=each)
            for each in self.old_keys
        ]


@frozen(kw_only=True, eq=False)
class Loaded:
    """A scenario with the files that it is made of.

    Attributes:
        name: What messages call it: the installed name or the file's.
        scenario: The choices.
        table: The merged TOML, its files made absolute.
        sources: The files, the scenario's own first, then what it extends.
        measured: Whether the inputs' files are not read any more.
    """

    name: str
    scenario: Scenario
    table: Mapping[str, Any]
    sources: tuple[Source, ...] = field(factory=tuple)
    measured: bool = False

    def error(self, problems: Iterable[Problem]) -> ScenarioError:
        """The error for problems found later, each with its line."""
        return ScenarioError(self.name, _located(problems, self.sources))


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
        scenario: An installed scenario's name, or a path that ends in `.toml`.
        registry: Where installed scenarios are looked up.
        measured: Whether the inputs' files are not read any more, so that they may have changed or be gone.

    Raises:
        ScenarioError: Every mistake of form, with its line.
    """
    path = find(scenario, registry)
    sources = _chain(path, registry)
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
        malformed = MalformedError(path.name, _located(problems, sources))
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
    """The file of an installed scenario's name or of a path.

    Raises:
        ScenarioError: There is none.
    """
    text = str(scenario)
    if text.endswith(".toml"):
        if not is_file(Path(text)):
            raise ScenarioError(short(text), [Problem("", worded("file not found"))])
        return Path(text)
    try:
        return Path(registry.find("scenario", text).record.path)
    except NotFoundError as error:
        what = worded("{problem}; the path of a scenario file ends in .toml", problem=error)
        raise ScenarioError(text, [Problem("", what)]) from error


def _chain(path: Path, registry: Registry) -> tuple[Source, ...]:
    sources: list[Source] = []
    while True:
        source = read_source(path)
        sources.append(source)
        if said := exceeded("extends", len(sources) - 1):
            raise ScenarioError(sources[0].path.name, [Problem("extends", said)])
        parent = source.table.get("extends")
        if parent is None:
            return tuple(sources)
        if not isinstance(parent, str):
            problem = Problem("extends", worded("must be a text; got {given}", given=describe(parent)))
            raise ScenarioError(path.name, [_placed(problem, [source])])
        try:
            path = find(path.parent / parent if parent.endswith(".toml") else parent, registry)
        except ScenarioError as error:
            problem = Problem("extends", f"{parent}: {error.problems[0].what}")
            raise ScenarioError(sources[0].path.name, [_placed(problem, sources)]) from error
        if any(path.resolve() == earlier.path.resolve() for earlier in sources):
            names = " -> ".join([each.path.name for each in sources] + [path.name])
            problem = Problem("extends", worded("is circular: {circle}", circle=names))
            raise ScenarioError(sources[0].path.name, [_placed(problem, sources)])


def read_source(path: Path) -> Source:
    """Read one file of a scenario.

    Raises:
        ScenarioError: It cannot be read, or is no TOML.
    """
    try:
        text = _line_ends(bytes_of(path, "scenario_bytes").decode("utf-8-sig"))
        table, old_keys = with_new_keys(_table(text, path.name))
        return Source(path=path, text=text, table=table, old_keys=old_keys)
    except FileProblem as error:
        raise ScenarioError(
            path.name, [Problem("", each.removeprefix(f"{path.name}: ")) for each in error.problems]
        ) from error
    except UnicodeDecodeError as error:
        what = worded("is not UTF-8: {reason} at byte {byte}", reason=error.reason, byte=error.start)
        raise ScenarioError(path.name, [Problem("", what)]) from error
    except tomli.TOMLDecodeError as error:
        what = worded("{mistake}, at column {column}", mistake=reason(error.msg), column=error.colno)
        raise ScenarioError(path.name, [Problem("", what, error.lineno)]) from error
    except (RecursionError, ValueError) as error:
        what = worded("cannot be read: {reason}", reason=reason(error))
        raise ScenarioError(path.name, [Problem("", what)]) from error


def _line_ends(text: str) -> str:
    """The text with line ends of one kind."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _table(text: str, name: str) -> dict[str, Any]:
    """What tomli reads, unless it is nested more deeply than is allowed; that is seen before it is parsed.

    Raises:
        FileProblem: It is.
    """
    depth, parts = nesting(text)
    refuse("depth", depth, name)
    refuse("key_parts", parts, name)
    table = tomli.loads(text)
    refuse("depth", deepest(table, limits().depth), name)
    return table


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
        return [Problem("hubrank", worded('must be versions such as ">=0.1"; got the text "{text}"', text=wanted))]
    what = worded("the scenario requires {versions}; installed: {version}", versions=wanted, version=__version__)
    return [] if fits else [Problem("hubrank", what)]


def _changed_files(scenario: Scenario, measured: bool) -> list[Problem]:
    problems = []
    done = {each.options.get("file") for each in scenario.inputs.values()} if measured else set()
    for name, digest in scenario.files.items():
        path = Path(name)
        if name in done and path not in (scenario.units.file, scenario.units.places):
            continue
        if not is_file(path):
            problems.append(Problem("files", worded("{file}: file not found", file=name)))
        elif digest_of(path) != digest:
            what = worded("{file}: has changed since the scenario was recorded", file=name)
            problems.append(Problem("files", what))
    return problems


def _located(problems: Iterable[Problem], sources: Sequence[Source]) -> list[Problem]:
    """The problems with their lines, in the order of the file; those without a line last."""
    placed = [_placed(problem, sources) for problem in problems]
    own = sources[0].path.name if sources else ""
    return sorted(placed, key=lambda each: (each.file not in (None, own), each.line is None, each.line or 0))


def _placed(problem: Problem, sources: Iterable[Source]) -> Problem:
    """The problem with its line, in the nearest file that has its key or most of it."""
    if problem.line is not None:
        return problem
    best: tuple[int, Source | None] = (0, None)
    for source in sources:
        depth, line = line_of(source.text, problem.where)
        if line is not None and depth > best[0]:
            best = (depth, source)
            problem = evolve(problem, line=line, file=source.path.name)
    return problem
