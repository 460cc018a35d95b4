"""A table as people have it as a draft: for the command line, and for `hubrank.rank` of a file in Python."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve
from hubrank import FileProblem, Problem, ScenarioError

from hubrank_start.desk import Desk
from hubrank_start.looking import Looked, look
from hubrank_start.proposing import proposed
from hubrank_start.reading import files_of, import_of, sheets_of
from hubrank_start.several import looked_by_year, looked_together

if TYPE_CHECKING:
    from hubrank.infer.draft import InferredScenario

    from hubrank_start.sheet import Sheet

#: Choices that name columns of figures, which then count even where they look like an earlier total.
_OF_FIGURES = ("weights", "direction", "indicators")


def draft_of(path: Path, **said: Any) -> InferredScenario:
    """What `hubrank start FILE --yes` makes of a file.

    Args:
        path: The file.
        **said: Choices by the arguments of `hubrank.draft`, laid over what the file says.

    Raises:
        UsageError: This kind of file is not read.
        ScenarioError: The file holds no table, is another tool's, or what is said does not fit it.
    """
    files = files_of(str(path))
    unit = {"unit": said.pop("unit")} if said.get("unit") is not None else {}
    wanted = {f"use.{name}": "yes" for choice in _OF_FIGURES for name in said.get(choice) or ()}
    desk = Desk(answers=unit | wanted)
    with told_of(path.name):
        sheets = {each.name: sheets_of(each) for each in files}
        if found := import_of(files, sheets):
            raise FileProblem(
                f"is of {found.tool}; hubrank import {' '.join(found.words)} --output FOLDER makes a scenario of it"
            )
        looked = looked_at(sheets, path.name, desk)
    if desk.wrong:
        raise ScenarioError(path.name, [Problem("", each) for each in desk.wrong])
    desk.answers = {key: desk.answers[key] for key in desk.used}
    if said.get("dimensions"):
        looked = evolve(looked, figures=tuple(evolve(each, dimension="") for each in looked.figures))
    made = proposed(looked, desk, None, path.name)
    return made.with_(**said) if said else made


def looked_at(sheets: Mapping[str, Sequence[Sheet]], source: str, desk: Desk, sheet: str | None = None) -> Looked:
    """The table of a file, of several side by side, or of sheets that are named after years.

    Args:
        sheets: The sheets of each file by its name.
        source: What the files are called together.
        desk: Where questions are asked.
        sheet: The sheet to read; the one with the most figures by default.

    Raises:
        FileProblem: No table was found.
    """
    name, first = next(iter(sheets.items()))
    if len(sheets) > 1:
        return looked_together(sheets, desk, source)
    yearly = looked_by_year(first, desk, name) if sheet is None else None
    return yearly or look(first, desk, name, sheet)


@contextlib.contextmanager
def told_of(source: str) -> Iterator[None]:
    """What is wrong with files, as problems of what they are called together.

    Raises:
        ScenarioError: Anything is.
    """
    try:
        yield
    except FileProblem as error:
        problems = [Problem("", what.removeprefix(f"{source}: ")) for what in error.problems]
        raise ScenarioError(source, problems) from error
