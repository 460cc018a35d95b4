"""What can go wrong, by who can mend it.

Everything else is a bug in hubrank and keeps its traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from attrs import frozen


@frozen
class Problem:
    """One mistake.

    Attributes:
        where: The key, column or place, such as `indicators.papers.weight`; empty where there is none.
        what: What is wrong and what there is instead; lower case, no full stop.
        line: The line in `file`, where one is known.
        file: The file that holds the line, where it is not the one that the error names.
    """

    where: str
    what: str
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class HubrankError(Exception):
    """An error whose message is meant for the person who runs hubrank."""

    exit_code: ClassVar[int] = 1


class ScenarioError(HubrankError):
    """Mistakes that the author of the scenario, or of a file that it names, can mend.

    Args:
        file: The scenario's file or name.
        problems: All mistakes of the stage, in the order in which they are read.
    """

    exit_code = 2

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems = tuple(problems)
        super().__init__(_listed(file, self.problems))


class UsageError(HubrankError):
    """A mistake on the command line."""

    exit_code = 2


class PluginError(HubrankError):
    """A plugin that broke its contract; its author can mend it.

    Args:
        distribution: The installed distribution that brought the part.
        part: The part, such as `indicator 'papers'`.
        what: What it did and what was promised.
    """

    exit_code = 3

    def __init__(self, distribution: str, part: str, what: str) -> None:
        self.distribution = distribution
        self.part = part
        self.what = what
        super().__init__(f"{distribution}: {part}: {what}")


class DataError(HubrankError):
    """Data that could not be had; whoever runs hubrank can mend it.

    Args:
        where: The input, source or file.
        what: What is missing and what there is instead.
    """

    exit_code = 4

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        self.what = what
        super().__init__(f"{where}: {what}")


class MethodError(Exception):
    """Values that a method cannot take, as a geometric mean that meets 0.

    A method raises it with what is wrong; the core adds where and for whom.
    """


class FileProblem(Exception):  # noqa: N818  # it becomes a Problem of a ScenarioError
    """A file that a scenario names and that cannot be read as promised."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """What there is instead of a name that does not exist.

    Returns:
        `; did you mean 'papers'?`, or `; there are a, b, c` where nothing is near, or `; there is none`.
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    if not names:
        return "; there is none"
    return f"; there are {listed(names)}"


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names in one line: `a, b, c and 4 more`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _listed(file: str, problems: Sequence[Problem]) -> str:
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [f"{file}: {count}"]
    width = max((len(str(problem.line)) for problem in problems if problem.line is not None), default=1)
    for problem in problems:
        line = "" if problem.line is None else str(problem.line)
        elsewhere = f"{problem.file}: " if problem.file and problem.file != file else ""
        lines.append(f"  {line:>{width}}  {elsewhere}{problem}")
    return "\n".join(lines)
