"""Which sheet of a workbook holds the table."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from hubrank import FileProblem, gettext
from hubrank.errors import did_you_mean, shorten_list
from hubrank.i18n import enumerated

from hubrank_start.desk import Desk, Question
from hubrank_start.heads import heads_of
from hubrank_start.sheet import FORMULA, Sheet, blank, letters, numeric


def chosen_sheet(sheets: Sequence[Sheet], wanted: str | None, desk: Desk, file: str) -> Sheet:
    """The sheet that is wanted, else that with the most figures in a table; the others are told.

    Raises:
        FileProblem: There is no such sheet, no sheet holds a table, or its formulas have no stored values.
    """
    named = {each.name: each for each in sheets}
    if wanted is not None and wanted not in named:
        hint = did_you_mean(wanted, named)
        raise FileProblem(f"{file}: has no sheet '{wanted}'{hint}")
    seen = [each for each in sheets if not each.hidden] or list(sheets)
    sheet = named[wanted] if wanted is not None else _richest(seen)
    if sheet is None or not sheet.rows:
        raise FileProblem(f"{file}: is empty")
    _refuse_formulas(sheet, file)
    if heads_of(sheet) is None:
        raise FileProblem(
            f"{file}: no table was found; a table has names of columns in one row and below it a row for each "
            "unit, with its name and figures"
        )
    if others := [each for each in sheets if each is not sheet and each.size]:
        _tell_others(sheet, others, desk, is_wanted=wanted is not None)
    for what, shown, why in sheet.told:
        desk.tell(what, shown, why)
    return _without_hidden(sheet, desk)


def _tell_others(sheet: Sheet, others: Sequence[Sheet], desk: Desk, *, is_wanted: bool) -> None:
    """Which sheet was read of several that hold anything."""
    names = enumerated(
        [gettext('"{sheet}" (hidden)', sheet=each.name) if each.hidden else f'"{each.name}"' for each in others]
    )
    if is_wanted:
        why = gettext("not read: {sheets}", sheets=names)
    else:
        why = gettext("since it holds the most figures; not read: {sheets}", sheets=names)
    desk.tell(gettext("sheet"), f'"{sheet.name}"', why)


def _without_hidden(sheet: Sheet, desk: Desk) -> Sheet:
    """The sheet with its hidden rows and columns, or without them: whoever hid them may have meant either."""
    rows = [at for at in sorted(sheet.hidden_rows) if at <= len(sheet.rows) and _held(sheet.rows[at - 1])]
    columns = [at for at in sorted(sheet.hidden_columns) if _held([row[at] for row in sheet.rows if at < len(row)])]
    if sheet.hidden:
        shown = gettext('"{sheet}" was read', sheet=sheet.name)
        desk.tell(gettext("hidden sheet"), shown, gettext("since no other holds a table"))
    if not rows and not columns:
        return sheet
    named = enumerated(
        [gettext("row {row}", row=at) for at in rows]
        + [gettext("column {column}", column=letters(at)) for at in columns]
    )
    question = Question(
        key="hidden",
        text=gettext("the workbook hides {places}; read or leave out?", places=named),
        default="read",
        why=gettext("they are part of the file"),
        options=("read", "leave out"),
        what=gettext("hidden {places}", places=named),
    )
    if desk.ask(question) == "read":
        return sheet
    kept = [
        [None if at + 1 in rows or column in columns else cell for column, cell in enumerate(row)]
        for at, row in enumerate(sheet.rows)
    ]
    return evolve(sheet, rows=kept)


def _held(cells: Sequence[object]) -> bool:
    return any(not blank(cell) for cell in cells)


def _richest(sheets: Sequence[Sheet]) -> Sheet | None:
    """The sheet with the most figures in a table; the only one as it is."""
    return sheets[0] if len(sheets) == 1 else max(sheets, key=_figures, default=None)


def _figures(sheet: Sheet) -> int:
    """How many figures a sheet's table holds; of sheets without a table fewer than none."""
    if heads_of(sheet) is None:
        return -1
    return sum(numeric(cell) for row in sheet.rows for cell in row)


def _refuse_formulas(sheet: Sheet, file: str) -> None:
    found = [f"{letters(at)}{row + 1}" for (row, at), what in sheet.odd.items() if what == FORMULA]
    if found:
        raise FileProblem(
            f'{file}: sheet "{sheet.name}", {shorten_list(found, most=6)}: {FORMULA}; open the workbook in a '
            "spreadsheet program and save it, then start again"
        )
