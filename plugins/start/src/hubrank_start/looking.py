"""From sheets to a tidy table: one row a unit and year, and what the file says of each indicator."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen
from hubrank import FileProblem
from hubrank.front import counted, folded_key, listed, meant_by

from hubrank_start.choosing import chosen_sheet
from hubrank_start.columns import Column, columns_of, filled_down, unmarked, with_prefixes
from hubrank_start.desk import Desk, Question
from hubrank_start.heads import Heads, heads_of
from hubrank_start.metadata import with_metadata
from hubrank_start.numbers import is_figures, read_figures
from hubrank_start.places import known_places
from hubrank_start.rows import only_units, told_apart
from hubrank_start.shape import rows_of_units
from hubrank_start.sheet import Sheet, blank
from hubrank_start.units import Labels, labels_of, year_column, year_in_cell

if TYPE_CHECKING:
    import pandas as pd

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
_FEW = 3


@frozen(kw_only=True, eq=False)
class Looked:
    """A table as it was read.

    Attributes:
        title: What stands above the table, or the file's name.
        frame: One row a unit, or a unit and year; figures are numbers or gaps.
        unit: The column that tells the units apart.
        name: The column of their names.
        year: The column of years.
        edition: The year of all rows, where a column says it and no unit has several.
        groups: Columns of groups.
        figures: The columns of figures, with what the file says of them.
    """

    title: str
    frame: pd.DataFrame = field(repr=False)
    unit: str
    name: str | None
    year: str | None
    edition: int | None
    groups: tuple[str, ...]
    figures: tuple[Column, ...]


def look(sheets: Sequence[Sheet], desk: Desk, file: str, wanted: str | None = None) -> Looked:
    """Find the table of a file and read it.

    Args:
        sheets: All sheets of the file.
        desk: Where questions are asked and told what was seen.
        file: The file's name.
        wanted: The sheet to read; the one with the most figures by default.

    Raises:
        FileProblem: No table was found.
    """
    sheet = chosen_sheet(sheets, wanted, desk, file)
    columns, title = _columns(sheet, desk, file)
    columns = [each for each in columns if not _numbers_rows(each, columns, desk)]
    columns = filled_down(columns, desk)
    year = year_column(columns)
    figures = [each for each in columns if each is not year and is_figures(each)]
    labels = labels_of([each for each in columns if each not in figures or not _is_read(each, columns)], year, desk)
    if labels is None:
        raise FileProblem(
            f"{file}: no column names the units; the table needs a column of names or codes beside the figures"
        )
    figures = [each for each in figures if each not in (labels.unit, labels.name, year)]
    points = [each for each in figures if _is_point(each)]
    figures = [each for each in figures if each not in points]
    return _tidied(sheets, sheet, figures, points, labels, desk, file, title)


def _is_point(column: Column) -> bool:
    """Whether a column holds latitudes or longitudes."""
    return any(folded_key(column.name) == key or meant_by(key, [column.name]) for key in ("lat", "lon"))


def _is_read(column: Column, columns: Sequence[Column]) -> bool:
    """Whether a column of numbers is one of figures where there are columns of texts that can name units."""
    return any(not is_figures(each) for each in columns if each is not column)


def _columns(sheet: Sheet, desk: Desk, file: str) -> tuple[list[Column], str]:
    heads = heads_of(sheet)
    assert heads is not None  # noqa: S101  # the sheet was chosen since it has a table
    columns = columns_of(sheet, heads, desk)
    if _is_turned(columns):
        turned = sheet.transposed()
        if (other := heads_of(turned)) is not None:
            desk.tell("table", "turned: units are its columns", "since the heads name countries")
            sheet, heads, columns = turned, other, columns_of(turned, other, Desk(answers={}))
    _tell_heads(sheet, heads, desk)
    year = year_column(columns)
    figures = [each for each in columns if each is not year and is_figures(each) and not _is_point(each)]
    points = [each for each in columns if _is_point(each) and is_figures(each)]
    read = {each.at: each for each in with_prefixes(read_figures(figures, sheet, heads, desk))}
    read |= {each.at: each for each in read_figures(points, sheet, heads, desk)}
    title = next((each for each in heads.titles if len(each) > _FEW), "") or file.rsplit(".", 1)[0]
    columns = [read.get(each.at, each) for each in columns]
    return rows_of_units(columns, desk, title if heads.titles else sheet.name), title


def _is_turned(columns: Sequence[Column]) -> bool:
    """Whether the heads of figures name countries, and the first column does not."""
    figures = [each for each in columns if is_figures(each)]
    texts = [each for each in columns if each not in figures]
    heads = known_places([each.name for each in figures])
    turned = len(figures) >= _FEW and len(heads) >= 0.8 * len(figures)
    first = [str(cell) for cell in texts[0].cells if not blank(cell)] if texts else []
    return turned and len(known_places(first)) < 0.5 * len(first)


def _tell_heads(sheet: Sheet, heads: Heads, desk: Desk) -> None:
    if heads.titles:
        desk.tell(
            "lines above the table",
            "skipped",
            f"titles or notes: {listed([f'{each[:60]}' for each in heads.titles], 2)}",
        )
    if heads.above:
        desk.tell(
            "heads",
            f"in rows {', '.join(str(sheet.lines[at]) for at in (*heads.above, heads.head))}",
            "which belong together",
        )
    if heads.skipped:
        desk.tell(
            "rows left out",
            listed([str(sheet.lines[at]) for at in heads.skipped]),
            "since they hold no figures",
        )
    for kind, at in heads.extra.items():
        what = {
            "measure": "units of measurement",
            "weight": "weights",
            "direction": "directions",
            "dimension": "dimensions",
        }[kind]
        desk.tell(what, f"row {sheet.lines[at]}", "as its label or its cells say")
    if heads.below:
        desk.tell("lines below the table", f"{counted(len(heads.below), 'line')} skipped", "notes or another table")


def _numbers_rows(column: Column, columns: Sequence[Column], desk: Desk) -> bool:
    """Whether a column only numbers the rows, or is a rank; it is told."""
    cells = [int(cell) if isinstance(cell, str) and cell.isdecimal() else cell for cell in column.cells]
    held = [cell for cell in cells if not blank(cell)]
    if not held or not all(isinstance(cell, int | float) and cell == int(cell) for cell in held):
        return False
    key = folded_key(column.name)
    numbering = sorted(held) in (list(range(1, len(held) + 1)), list(range(len(held))))
    if numbering and (key in _NUMBERING or column.name.startswith(("column ", "Unnamed"))) and column is columns[0]:
        desk.tell("columns left out", column.name, "since it numbers the rows")
        return True
    ranks = all(1 <= cell <= len(held) for cell in held) and re.search(
        r"\brank(ing)?\b|\brang\b", column.name.casefold()
    )
    if ranks or key in ("rank", "ranking", "rang", "position", "platz"):
        desk.tell("columns left out", column.name, "since a rank is an earlier result")
        return True
    return False


def _tidied(
    sheets: Sequence[Sheet],
    sheet: Sheet,
    figures: list[Column],
    points: list[Column],
    labels: Labels,
    desk: Desk,
    file: str,
    title: str,
) -> Looked:
    figures = _wanted(with_metadata(figures, [each for each in sheets if each is not sheet], desk), desk)
    if not figures:
        raise FileProblem(f"{file}: no column of figures is left to rank the units by")
    named = {each.name: each for each in figures}
    kept = [
        each for each in (labels.unit, labels.name, labels.year, *labels.groups, *points, *figures) if each is not None
    ]
    if labels.other:
        desk.tell(
            "columns left out",
            listed([each.name for each in labels.other]),
            "since their texts are no group of units",
        )
    for each in labels.groups:
        desk.tell("groups", f'column "{each.name}"', "since several units share its texts")
    kept = only_units(kept, labels.name or labels.unit, figures, desk)
    labels = _after(labels, kept)
    kept, labels = told_apart(kept, labels, desk)
    kept, labels, edition = _of_one_year(kept, labels, desk)
    return Looked(
        title=title,
        frame=_frame(kept, {*named, *(each.name for each in points)}, labels.year.name if labels.year else None),
        unit=labels.unit.name,
        name=labels.name.name if labels.name else None,
        year=labels.year.name if labels.year else None,
        edition=edition,
        groups=tuple(each.name for each in labels.groups),
        figures=tuple(each for each in kept if each.name in named),
    )


def _of_one_year(columns: list[Column], labels: Labels, desk: Desk) -> tuple[list[Column], Labels, int | None]:
    """The table without its column of years, where each unit has one row, and the newest of these years."""
    if labels.year is None or len(set(labels.unit.cells)) < len(labels.unit.cells):
        return columns, labels, None
    years = sorted({year for cell in labels.year.cells if (year := year_in_cell(cell)) is not None})
    if len(years) > 1:
        shown = f"all rows count for {years[-1]}"
        desk.tell("year", shown, f'each unit has one row; "{labels.year.name}" says {years[0]} to {years[-1]}')
    return [each for each in columns if each is not labels.year], evolve(labels, year=None), years[-1]


def _after(labels: Labels, columns: Sequence[Column]) -> Labels:
    """The labels with the rows that columns have now."""
    now = {each.name: each for each in columns}
    return evolve(
        labels,
        unit=now[labels.unit.name],
        name=now[labels.name.name] if labels.name else None,
        year=now[labels.year.name] if labels.year else None,
        groups=tuple(now[each.name] for each in labels.groups),
    )


def _wanted(figures: Sequence[Column], desk: Desk) -> list[Column]:
    """The figures without earlier totals and sizes of units, which are asked about."""
    kept = []
    for each in figures:
        key = folded_key(re.sub(r"\(.*?\)|\[.*?\]|, .*| in .*", "", each.name))
        what = "an earlier result" if key in _RESULTS else "the size of a unit" if key in _SIZES else ""
        if what and len(figures) > (1 if key in _SIZES else 2) and each.weight is None:
            question = Question(
                key=f"use.{each.name}",
                text=f"{each.name} looks like {what}; does it count as an indicator?",
                default="no",
                why=f"{what} is no achievement",
                options=("no", "yes"),
            )
            if desk.ask(question) == "no":
                continue
        kept.append(each)
    return kept


def _frame(columns: Sequence[Column], figures: set[str], year: str | None) -> pd.DataFrame:
    import pandas as pd

    made = {}
    for each in columns:
        if each.name in figures:
            made[each.name] = pd.Series(each.cells, dtype=float)
        elif each.name == year:
            made[each.name] = pd.Series([year_in_cell(cell) for cell in each.cells], dtype="Int64").astype(object)
        else:
            made[each.name] = pd.Series(
                [None if blank(cell) else unmarked(str(cell)) for cell in each.cells], dtype=object
            )
    return pd.DataFrame(made)
