"""TOML files of people: read within their limits, and the lines of what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli
from attrs import evolve, frozen

from hubrank.basis.doors import bytes_of, deepest
from hubrank.basis.errors import FileProblem, Problem, ScenarioError
from hubrank.basis.limits import limits, refuse
from hubrank.basis.words import reason
from hubrank.scenario.lines import line_of, nesting


@frozen(kw_only=True)
class Source:
    """One TOML file, such as one of the chain of `extends`.

    Attributes:
        path: The file.
        text: Its text, with line ends of one kind.
        table: What tomli reads from it.
    """

    path: Path
    text: str
    table: Mapping[str, Any]


def read_toml(path: Path) -> Source:
    """Read a file.

    Raises:
        ScenarioError: It is missing, too large or too deep, or is no TOML.
    """
    try:
        text = _line_ends(bytes_of(path, "scenario_bytes").decode("utf-8-sig"))
        return Source(path=path, text=text, table=_table(text, path.name))
    except FileProblem as error:
        raise ScenarioError(
            path.name, [Problem("", each.removeprefix(f"{path.name}: ")) for each in error.problems]
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(path.name, [Problem("", f"is not UTF-8: {error.reason} at byte {error.start}")]) from error
    except tomli.TOMLDecodeError as error:
        what = f"{reason(error.msg)}, at column {error.colno}"
        raise ScenarioError(path.name, [Problem("", what, error.lineno)]) from error
    except (RecursionError, ValueError) as error:
        raise ScenarioError(path.name, [Problem("", f"cannot be read: {reason(error)}")]) from error


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


def located(problems: Iterable[Problem], sources: Sequence[Source]) -> list[Problem]:
    """The problems with their lines, in the order of the file; those without a line last."""
    found = [placed(problem, sources) for problem in problems]
    own = sources[0].path.name if sources else ""
    return sorted(found, key=lambda each: (each.file not in (None, own), each.line is None, each.line or 0))


def placed(problem: Problem, sources: Iterable[Source]) -> Problem:
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
