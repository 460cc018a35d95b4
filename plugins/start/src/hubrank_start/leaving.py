"""Columns of numbers that are no indicators: row numbers, ranks, totals, sizes of units, points on the map."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hubrank import gettext
from hubrank.errors import fold_name
from hubrank.io.table_layout import meant_by

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.sheet import blank

#: Heads of columns that other columns were made into.
_RESULTS = (
    *("total", "totalscore", "overallscore", "overall", "score", "finalscore", "index", "indexscore", "composite"),
    *("compositescore", "compositeindex", "average", "mean", "sum", "gesamt", "gesamtpunktzahl", "gesamtindex"),
    *("globalscore", "scoretotal", "puntuaciontotal", "note", "summe", "durchschnitt"),
)
#: Heads of columns that tell how large a unit is.
_SIZES = (
    *("population", "populationtotal", "totalpopulation", "populationmillion", "populationmillions", "populationmio"),
    *("pop", "inhabitants", "area", "areakm2", "areakm", "areasqkm", "surface", "landarea", "einwohner", "flache"),
    *("bevolkerung", "poblacion", "habitants", "superficie", "populationthousands", "population000", "population1000"),
)
_NUMBERING = (
    "rank",
    "ranking",
    "position",
    "no",
    "nr",
    "n",
    "number",
    "id",
    "sn",
    "sno",
    "sl",
    "slno",
    "lfdnr",
    "rang",
    "#",
    "index",
    "place",
    "platz",
)


def numbers_rows(column: Column, columns: Sequence[Column], desk: Desk) -> bool:
    """Whether a column only numbers the rows, or is a rank; it is told."""
    cells = [int(cell) if isinstance(cell, str) and cell.isdecimal() else cell for cell in column.cells]
    held = [cell for cell in cells if not blank(cell)]
    if not held or not all(isinstance(cell, int | float) and cell == int(cell) for cell in held):
        return False
    key = fold_name(column.name)
    numbering = sorted(held) in (list(range(1, len(held) + 1)), list(range(len(held))))
    if numbering and (key in _NUMBERING or column.name.startswith(("column ", "Unnamed"))) and column is columns[0]:
        desk.tell(gettext("columns left out"), column.name, gettext("since it numbers the rows"))
        return True
    ranks = all(1 <= cell <= len(held) for cell in held) and re.search(
        r"\brank(ing)?\b|\brang\b", column.name.casefold()
    )
    if ranks or key in ("rank", "ranking", "rang", "position", "platz"):
        desk.tell(gettext("columns left out"), column.name, gettext("since a rank is an earlier result"))
        return True
    return False


def wanted_figures(figures: Sequence[Column], desk: Desk) -> list[Column]:
    """The figures without earlier totals and sizes of units, which are asked about."""
    kept = []
    for each in figures:
        key = fold_name(re.sub(r"\(.*?\)|\[.*?\]|, .*| in .*", "", each.name))
        doubted = key in _RESULTS or key in _SIZES
        if doubted and len(figures) > (1 if key in _SIZES else 2) and each.weight is None:
            text, why = _doubt(each.name, is_result=key in _RESULTS)
            question = Question(
                key=f"use.{each.name}",
                text=text,
                default="no",
                why=why,
                options=("no", "yes"),
                what=gettext("{column} as an indicator", column=each.name),
            )
            if desk.ask(question) == "no":
                continue
        kept.append(each)
    return kept


def _doubt(column: str, *, is_result: bool) -> tuple[str, str]:
    """What is asked of an earlier total, or of a size, and why it counts for nothing by default."""
    if is_result:
        text = gettext("{column} looks like an earlier result; does it count as an indicator?", column=column)
        return text, gettext("an earlier result is no achievement")
    text = gettext("{column} looks like the size of a unit; does it count as an indicator?", column=column)
    return text, gettext("the size of a unit is no achievement")


def is_point(column: Column) -> bool:
    """Whether a column holds latitudes or longitudes."""
    return any(fold_name(column.name) == key or meant_by(key, [column.name]) for key in ("lat", "lon"))
