"""Several tables as one: files of a folder side by side, their units found by code or name; sheets of years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve
from hubrank import FileProblem, gettext
from hubrank.errors import fold_name
from hubrank.i18n import enumerated

from hubrank_start.columns import Column
from hubrank_start.desk import Desk
from hubrank_start.heads import heads_of
from hubrank_start.looking import Looked, look
from hubrank_start.sheet import Sheet, year_of


def looked_together(files: Mapping[str, Sequence[Sheet]], desk: Desk, folder: str) -> Looked:
    """Read each file and put the figures of a unit (and year) side by side.

    Args:
        files: The sheets of each file by its name.
        desk: Where questions are asked.
        folder: The folder's name, which becomes the title.

    Raises:
        FileProblem: No file holds a table, or they have no unit in common.
    """
    looked: dict[str, Looked] = {}
    failed: dict[str, Sequence[str]] = {}
    for file, sheets in files.items():
        try:
            looked[file] = look(sheets, desk, file)
        except FileProblem as error:
            failed[file] = error.problems
    if not looked:
        raise FileProblem(*(each for problems in failed.values() for each in problems))
    for file, problems in failed.items():
        for each in problems:
            desk.tell(gettext("files left out"), file, each.removeprefix(f"{file}: "))
    (_, made), *others = looked.items()
    for file, table in others:
        made = _beside(made, table, file)
    desk.tell(gettext("files"), enumerated(list(looked)), gettext("joined by unit"))
    return evolve(made, title=folder)


def looked_by_year(sheets: Sequence[Sheet], desk: Desk, file: str) -> Looked | None:
    """Sheets that are named after years, and have the same units and figures, as one table; none where there are none.

    Args:
        sheets: The sheets of a workbook.
        desk: Where questions are asked.
        file: The workbook's name.
    """
    named = {year: each for each in sheets if not each.hidden and (year := year_of(each.name)) is not None}
    years = sorted(year for year, each in named.items() if heads_of(each) is not None)
    if len(years) < 2:  # one sheet is a table of its own
        return None
    looked = [look([named[year]], desk, file) for year in years]
    newest = looked[-1]
    if any(each.unit != newest.unit or each.year is not None or not _share(each, newest) for each in looked):
        return None
    import pandas as pd

    desk.tell(gettext("years"), enumerated(list(map(str, years))), gettext("which are sheets of their own"))
    rest = {each.name: each for one in looked for each in one.figures}
    frame = pd.concat([one.frame.assign(year=year) for one, year in zip(looked, years, strict=True)], ignore_index=True)
    return evolve(newest, frame=frame, year="year", edition=None, figures=tuple((rest | _named(newest)).values()))


def _share(one: Looked, other: Looked) -> bool:
    return bool(_named(one).keys() & _named(other).keys())


def _named(looked: Looked) -> dict[str, Column]:
    return {each.name: each for each in looked.figures}


def _beside(one: Looked, other: Looked, name: str) -> Looked:
    """Two tables as one."""
    taken = set(one.frame.columns)
    renamed = {each.name: f"{name.rsplit('.', 1)[0]}: {each.name}" for each in other.figures if each.name in taken}
    figures = tuple(evolve(each, name=renamed.get(each.name, each.name)) for each in other.figures)
    keys = [one.unit] if one.year is None or other.year is None else [one.unit, one.year]
    right = other.frame.rename(
        columns={other.unit: one.unit, **({other.year: one.year} if len(keys) > 1 else {}), **renamed}
    )
    names = _spellings(one)
    right[one.unit] = [names.get(fold_name(str(each)), each) for each in right[one.unit]]
    if not set(right[one.unit]) & set(one.frame[one.unit]):
        raise FileProblem(f"{name}: none of its units is in the other files; each file needs the same names or codes")
    groups = tuple(each for each in other.groups if each not in taken)
    extra = [other.year] if other.year is not None and one.year is None else []
    wanted = [*keys, *extra, *groups, *(each.name for each in figures)]
    frame = one.frame.merge(right[wanted], on=keys, how="outer", sort=False)
    return evolve(
        one,
        frame=frame,
        year=one.year or other.year,
        groups=(*one.groups, *groups),
        figures=(*one.figures, *figures),
    )


def _spellings(looked: Looked) -> dict[str, Any]:
    """Codes by how they or their names are spelt."""
    made = {fold_name(str(each)): each for each in looked.frame[looked.unit]}
    if looked.name is not None:
        made |= {
            fold_name(str(n)): u for n, u in zip(looked.frame[looked.name], looked.frame[looked.unit], strict=True)
        }
    return made
