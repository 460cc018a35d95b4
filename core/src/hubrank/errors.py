"""Errors, by who can fix them; suggestions for misspelt names."""

from __future__ import annotations

import difflib
import importlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from attrs import frozen


@frozen
class Problem:
    """One error.

    Attributes:
        where: The key, column or place, such as `indicators.papers.weight`; empty if there is none.
        what: What is wrong and which alternatives exist; lower case, no full stop.
        line: The line in `file`, if known.
        file: The file that contains the line, if the error names another one.
    """

    where: str
    what: str
    line: int | None = None
    file: str | None = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class HubrankError(Exception):
    """An error whose message is meant for the user who runs hubrank."""

    exit_code: ClassVar[int] = 1
    _problems: tuple[Problem, ...] | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems in reading order; the message alone if there is only one."""
        return (Problem("", str(self)),) if self._problems is None else self._problems


class ScenarioError(HubrankError):
    """Errors that the author of the scenario, or of a file that it names, can fix.

    Args:
        file: The scenario's file or name.
        problems: All errors of the stage, in reading order.
    """

    exit_code = 2

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        self.file, self._problems = file, (listed := tuple(problems))
        lines = [f"{file}: {number_of(len(listed), 'problem')}"]
        width = max((len(str(problem.line)) for problem in listed if problem.line is not None), default=1)
        for problem in listed:
            line = "" if problem.line is None else str(problem.line)
            elsewhere = f"{problem.file}: " if problem.file and problem.file != file else ""
            lines.append(f"  {line:>{width}}  {elsewhere}{problem}")
        super().__init__("\n".join(lines))


class UndrawnError(ScenarioError):
    """Alternatives of `[robustness]` that cannot be had together; the ranking itself can be made."""


class UsageError(HubrankError):
    """An error on the command line."""

    exit_code = 2


class MissingLibraryError(UsageError):
    """A library that is not installed, and that only some rankings require."""


#: What brings each library that the core alone does without.
_BROUGHT_BY = {
    "babel": "hubrank[languages]",
    "filelock": "hubrank-fetching",
    "narwhals": "hubrank[frames]",
    "openpyxl": "hubrank[excel]",
    "pyarrow": "hubrank[arrow]",
    "scipy": "hubrank[scipy]",
    "shapely": "hubrank[places]",
}


def library(module: str, what: str, brought_by: str | None = None) -> Any:
    """A module of a library that is perhaps not installed; a `MissingLibraryError` says `what` requires it.

    Args:
        module: The module.
        what: What requires it.
        brought_by: The distribution, with its extra, that brings it; by default the core's own.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        name = module.partition(".")[0]
        if error.name != name:
            raise
        raise MissingLibraryError(f'{what} requires {name}: pip install "{brought_by or _BROUGHT_BY[name]}"') from error


class PluginError(HubrankError):
    """A plugin that broke its contract; its author can fix it.

    Args:
        distribution: The installed distribution that provides the part.
        part: The part, such as `indicator 'papers'`.
        what: What it did and what was expected.
    """

    exit_code = 3

    def __init__(self, distribution: str, part: str, what: str) -> None:
        self.distribution, self.part, self.what = distribution, part, what
        super().__init__(f"{distribution}: {part}: {what}")


class DataError(HubrankError):
    """Data that are not available; the user can fix it.

    Args:
        where: The input, source or file.
        what: What is missing and which alternatives exist.
    """

    exit_code = 4

    def __init__(self, where: str, what: str) -> None:
        self.where, self.what = where, what
        super().__init__(f"{where}: {what}")


class AbsentError(DataError):
    """Rows that are absent, for example because they were not fetched. A source raises it for no other reason.

    If the scenario names a fallback, its rows are read instead, and the reader is informed.
    """


class MethodError(Exception):
    """Values that a method does not accept, such as 0 in a geometric mean.

    A method raises it with the reason; the core adds the place and the names.
    """


class FileProblem(Exception):  # noqa: N818  # it becomes a Problem of a ScenarioError
    """A file that a scenario names and that cannot be read.

    Args:
        problems: Its errors, each beginning with the file's name.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like one that does not exist; None if no name is similar."""
    return next(iter(difflib.get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A suggestion for a name that does not exist.

    Returns:
        `; did you mean 'papers'?`, `; available: a, b, c` if no name is similar, or `; none are available`.
    """
    names = sorted(set(known))
    alike = (item for item in names if item.casefold().strip() == name.casefold().strip())
    longer = (item for item in names if len(name) > 2 and item.startswith(name.casefold()))
    if near := next(alike, None) or nearest(name, names) or nearest(name.casefold(), names) or next(longer, None):
        return f"; did you mean '{near}'?"
    return f"; available: {shorten_list(names)}" if names else "; none are available"


def shorten_list(names: Sequence[str], most: int = 12) -> str:
    """Names in one line: `a, b, c and 4 more`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def number_of(count: int, noun: str) -> str:
    """A number with its noun, in the singular for one: `1 unit`, `2 units`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


#: Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
#: Marks above or below a letter are accents; those of lower combining classes, such as a virama, are part of it.
_ACCENT = 200


def casefold_name(text: str) -> str:
    """The common key of spellings of a name: outer spaces, case and the form of Unicode do not count."""
    if text.isascii():
        return text.lower().strip()
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def without_accents(text: str) -> str:
    """The text in its compatibility form, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def fold_name(text: str) -> str:
    """A looser `name_key`: accents, spaces and punctuation do not count either.

    A text of punctuation alone keeps it.
    """
    key = casefold_name(text)
    if key.isascii():
        return key if key.isalnum() else "".join(filter(str.isalnum, key)) or key
    plain = unicodedata.normalize("NFKD", key.translate(_PLAIN))
    bare = (item for item in plain if unicodedata.combining(item) < _ACCENT)
    letters = "".join(item for item in bare if unicodedata.category(item)[0] in "LMN")
    return unicodedata.normalize("NFKC", letters) or key
