"""Which sheet and columns count, and what sheets of metadata say of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve
from hubrank import FileProblem, gettext, gettext_noop
from hubrank.errors import did_you_mean, fold_name, shorten_list
from hubrank.i18n import enumerated
from hubrank.io.cells import read_number
from hubrank.io.table_layout import meant_by

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.sheet import FORMULA, WORDS, Sheet, blank, direction_in, heads_of, letters, numeric, row_kind


def chosen_sheet(sheets: Sequence[Sheet], wanted: str | None, desk: Desk, file: str) -> Sheet:
    """The sheet that is wanted, else that with the most figures in a table; the others are told.

    Raises:
        FileProblem: There is no such sheet, no sheet holds a table, or its formulas have no stored values.
    """
    named = {item.name: item for item in sheets}
    if wanted is not None and wanted not in named:
        hint = did_you_mean(wanted, named)
        raise FileProblem(f"{file}: has no sheet '{wanted}'{hint}")
    seen = [item for item in sheets if not item.hidden] or list(sheets)
    sheet = named[wanted] if wanted is not None else max(seen, key=_figures, default=None)
    if sheet is None or not sheet.rows:
        raise FileProblem(f"{file}: is empty")
    _refuse_formulas(sheet, file)
    if heads_of(sheet) is None:
        raise FileProblem(
            f"{file}: no table was found; a table has names of columns in one row and below it a row for each "
            "unit, with its name and figures"
        )
    if others := [item for item in sheets if item is not sheet and item.size]:
        _tell_others(sheet, others, desk, is_wanted=wanted is not None)
    for what, shown, why in sheet.notes:
        desk.tell(what, shown, why)
    return _without_hidden(sheet, desk)


def _tell_others(sheet: Sheet, others: Sequence[Sheet], desk: Desk, *, is_wanted: bool) -> None:
    names = enumerated(
        [gettext('"{sheet}" (hidden)', sheet=item.name) if item.hidden else f'"{item.name}"' for item in others]
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
    visible = [
        [None if at + 1 in rows or column in columns else cell for column, cell in enumerate(row)]
        for at, row in enumerate(sheet.rows)
    ]
    return evolve(sheet, rows=visible)


def _held(cells: Sequence[object]) -> bool:
    return any(not blank(cell) for cell in cells)


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


def numbers_rows(column: Column, columns: Sequence[Column], desk: Desk) -> bool:
    """Whether a column only numbers the rows, or is a rank; it is told."""
    cells = [int(cell) if isinstance(cell, str) and cell.isdecimal() else cell for cell in column.cells]
    held = [cell for cell in cells if not blank(cell)]
    if not held or not all(isinstance(cell, int | float) and cell == int(cell) for cell in held):
        return False
    key = fold_name(column.name)
    numbering = sorted(held) in (list(range(1, len(held) + 1)), list(range(len(held))))
    if (
        numbering
        and (key in WORDS["numbering"] or column.name.startswith(("column ", "Unnamed")))
        and column is columns[0]
    ):
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
    result = []
    for item in figures:
        key = fold_name(re.sub(r"\(.*?\)|\[.*?\]|, .*| in .*", "", item.name))
        is_result, is_size = key in WORDS["result"], key in WORDS["size"]
        if (is_result or is_size) and len(figures) > (1 if is_size else 2) and item.weight is None:
            text = gettext("{column} looks like the size of a unit; does it count as an indicator?", column=item.name)
            why = gettext("the size of a unit is no achievement")
            if is_result:
                text = gettext(
                    "{column} looks like an earlier result; does it count as an indicator?", column=item.name
                )
                why = gettext("an earlier result is no achievement")
            question = Question(
                key=f"use.{item.name}",
                text=text,
                default="no",
                why=why,
                options=("no", "yes"),
                what=gettext("{column} as an indicator", column=item.name),
            )
            if desk.ask(question) == "no":
                continue
        result.append(item)
    return result


def is_point(column: Column) -> bool:
    """Whether a column holds latitudes or longitudes."""
    return any(fold_name(column.name) == key or meant_by(key, [column.name]) for key in ("lat", "lon"))


#: The share of a table's indicators that another sheet must name to tell of them.
_MOSTLY = 0.5
#: What a column of metadata may be of, as `row_kind` says it.
_KINDS = (gettext_noop("weight"), gettext_noop("direction"), gettext_noop("measure"), gettext_noop("dimension"))


def with_metadata(figures: Sequence[Column], sheets: Sequence[Sheet], desk: Desk) -> list[Column]:
    """The columns of figures with what other sheets say of them, where the table itself does not."""
    result = list(figures)
    for sheet in sheets:
        found = _metadata(sheet, figures)
        if found is None:
            continue
        kinds, facts = found
        shown = ", ".join(gettext(item) for item in kinds)
        why = gettext('the sheet "{sheet}" tells them of each indicator', sheet=sheet.name)
        desk.tell(gettext("weights and the like"), shown, why)
        result = [_with(item, facts.get(fold_name(item.name), {})) for item in result]
    return result


def _metadata(sheet: Sheet, figures: Sequence[Column]) -> tuple[list[str], Mapping[str, Mapping[str, Any]]] | None:
    """What a sheet tells by indicator, and which kinds of things; none where it tells nothing of these."""
    names = {fold_name(item.name) for item in figures}
    for line, row in enumerate(sheet.rows):
        texts = {at: cell for at, cell in enumerate(row) if isinstance(cell, str)}
        kinds = {at: kind for at, cell in texts.items() if (kind := row_kind(cell)) in _KINDS}
        below = sheet.rows[line + 1 :]
        keyed = [at for at in range(len(row)) if at not in kinds and _named(below, at, names)]
        if kinds and keyed:
            facts = {
                fold_name(str(item[keyed[0]])): {kind: item[at] for at, kind in kinds.items() if not blank(item[at])}
                for item in below
                if not blank(item[keyed[0]])
            }
            return list(dict.fromkeys(kinds.values())), facts
    return _listed(sheet, names)


def _listed(sheet: Sheet, names: set[str]) -> tuple[list[str], Mapping[str, Mapping[str, Any]]] | None:
    """What a sheet tells that is named after one thing, such as `Weights`, and has a name and a value in each row."""
    kind = row_kind(sheet.name)
    if kind not in _KINDS or not sheet.rows or not _named(sheet.rows, 0, names):
        return None
    held = [(row[0], next((cell for cell in row[1:] if not blank(cell)), None)) for row in sheet.rows]
    return [kind], {fold_name(str(name)): {kind: value} for name, value in held if not blank(name)}


def _named(rows: Sequence[Sequence[Any]], at: int, names: set[str]) -> bool:
    found = {fold_name(str(row[at])) for row in rows if not blank(row[at])}
    return bool(names) and len(found & names) >= max(1, _MOSTLY * len(names))


def _with(column: Column, facts: Mapping[str, Any]) -> Column:
    weight = facts.get("weight")
    if isinstance(weight, str):
        weight = weight.rstrip("% ").replace(",", ".")
    return evolve(
        column,
        weight=column.weight if column.weight is not None else read_number(weight),
        direction=column.direction or direction_in(facts.get("direction")),
        dimension=str(facts.get("dimension", "")) or column.dimension,
        measure=column.measure or str(facts.get("measure", "")),
    )
