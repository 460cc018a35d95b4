"""From sheets to a tidy table: one row a unit and year, and what the file says of each indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen
from hubrank import FileProblem, gettext, gettext_noop, ngettext
from hubrank.i18n import enumerated

from hubrank_start.choosing import chosen_sheet
from hubrank_start.columns import Column, columns_of, filled_down, unmarked, with_prefixes
from hubrank_start.desk import Desk
from hubrank_start.heads import Heads, heads_of
from hubrank_start.leaving import is_point, numbers_rows, wanted_figures
from hubrank_start.metadata import with_metadata
from hubrank_start.numbers import is_figures, read_figures
from hubrank_start.places import known_places
from hubrank_start.rows import only_units, told_apart
from hubrank_start.shape import rows_of_units
from hubrank_start.sheet import Sheet, blank
from hubrank_start.units import Labels, labels_of, year_column, year_in_cell

if TYPE_CHECKING:
    import pandas as pd

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
    columns = [each for each in columns if not numbers_rows(each, columns, desk)]
    columns = filled_down(columns, desk)
    year = year_column(columns)
    figures = [each for each in columns if each is not year and is_figures(each)]
    labels = labels_of([each for each in columns if each not in figures or not _is_read(each, columns)], year, desk)
    if labels is None:
        raise FileProblem(
            f"{file}: no column names the units; a table needs a column of names or codes beside the figures"
        )
    _tell_labels(labels, desk)
    figures = [each for each in figures if each not in (labels.unit, labels.name, year)]
    points = [each for each in figures if is_point(each)]
    others = [each for each in sheets if each is not sheet]
    return _tidied(others, [each for each in figures if each not in points], points, labels, desk, title)


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
            shown = gettext("turned: units are its columns")
            desk.tell(gettext("table"), shown, gettext("since the heads name countries"))
            sheet, heads, columns = turned, other, columns_of(turned, other, Desk(answers={}))
    _tell_heads(sheet, heads, desk)
    year = year_column(columns)
    figures = [each for each in columns if each is not year and is_figures(each) and not is_point(each)]
    points = [each for each in columns if is_point(each) and is_figures(each)]
    read = {each.at: each for each in with_prefixes(read_figures(figures, sheet, heads, desk))}
    read |= {each.at: each for each in read_figures(points, sheet, heads, desk)}
    title = next((each for each in heads.titles if len(each) > _FEW), "") or file.rsplit(".", 1)[0]
    columns = [read.get(each.at, each) for each in columns]
    return rows_of_units(columns, desk, title if heads.titles else sheet.name), title


def _is_turned(columns: Sequence[Column]) -> bool:
    """Whether the heads of figures name countries, and the first column does not."""
    year = year_column(columns)
    figures = [each for each in columns if each is not year and is_figures(each)]
    texts = [each for each in columns if each not in figures]
    heads = known_places([each.name for each in figures])
    turned = len(figures) >= _FEW and len(heads) >= 0.8 * len(figures)
    first = [str(cell) for cell in texts[0].cells if not blank(cell)] if texts else []
    return turned and len(known_places(first)) < 0.5 * len(first)


def _tell_heads(sheet: Sheet, heads: Heads, desk: Desk) -> None:
    if heads.titles:
        titles = gettext("titles or notes: {titles}", titles=enumerated([each[:60] for each in heads.titles], 2))
        desk.tell(gettext("lines above the table"), gettext("skipped"), titles)
    if heads.above:
        rows = ", ".join(str(sheet.lines[at]) for at in (*heads.above, heads.head))
        desk.tell(gettext("heads"), gettext("in rows {rows}", rows=rows), gettext("which belong together"))
    if heads.skipped:
        lines = enumerated([str(sheet.lines[at]) for at in heads.skipped])
        desk.tell(gettext("rows left out"), lines, gettext("since they hold no figures"))
    what = {
        "measure": gettext("units of measurement"),
        "weight": gettext("weights"),
        "direction": gettext("directions"),
        "dimension": gettext("dimensions"),
    }
    for kind, at in heads.extra.items():
        desk.tell(what[kind], gettext("row {row}", row=sheet.lines[at]), gettext("as its label or its cells say"))
    if heads.below:
        shown = ngettext(len(heads.below), "{count} line skipped", "{count} lines skipped")
        desk.tell(gettext("lines below the table"), shown, gettext("notes or another table"))


def _tidied(
    sheets: Sequence[Sheet], figures: list[Column], points: list[Column], labels: Labels, desk: Desk, title: str
) -> Looked:
    """The rows of units, one a year, with what other sheets say of the figures."""
    figures = wanted_figures(with_metadata(figures, sheets, desk), desk)
    if not figures:
        raise FileProblem("no column of figures is left to rank the units by")
    own = (labels.unit, labels.name, labels.year, *labels.groups)
    kept = [each for each in (*own, *points, *figures) if each is not None]
    kept = only_units(kept, labels.name or labels.unit, figures, desk)
    kept, labels = told_apart(kept, _after(labels, kept), desk)
    kept, labels, edition = _of_one_year(kept, labels, desk)
    named = {each.name for each in figures}
    year = labels.year.name if labels.year else None
    return Looked(
        title=title,
        frame=_frame(kept, {*named, *(each.name for each in points)}, year),
        unit=labels.unit.name,
        name=labels.name.name if labels.name else None,
        year=year,
        edition=edition,
        groups=tuple(each.name for each in labels.groups),
        figures=tuple(each for each in kept if each.name in named),
    )


def _tell_labels(labels: Labels, desk: Desk) -> None:
    if labels.other:
        names = enumerated([each.name for each in labels.other])
        desk.tell(gettext("columns left out"), names, gettext("since their texts are no group of units"))
    for each in labels.groups:
        shown = gettext('column "{column}"', column=each.name)
        desk.tell(gettext("groups"), shown, gettext("since several units share its texts"))


def _of_one_year(columns: list[Column], labels: Labels, desk: Desk) -> tuple[list[Column], Labels, int | None]:
    """The table without its column of years, where each unit has one row, and the newest of these years."""
    if labels.year is None or len(set(labels.unit.cells)) < len(labels.unit.cells):
        return columns, labels, None
    years = sorted({year for cell in labels.year.cells if (year := year_in_cell(cell)) is not None})
    if len(years) > 1:
        what = gettext_noop('each unit has one row; "{column}" says {first} to {last}')
        why = gettext(what, column=labels.year.name, first=years[0], last=years[-1])
        desk.tell(gettext("year"), gettext("all rows count for {year}", year=years[-1]), why)
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
