"""A sheet that tells of columns: weights, directions, dimensions and names by indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve
from hubrank import gettext, gettext_noop
from hubrank.errors import fold_name
from hubrank.io.cells import read_number

from hubrank_start.columns import Column
from hubrank_start.desk import Desk
from hubrank_start.sheet import Sheet, blank
from hubrank_start.words import direction_in, row_kind

#: The share of a table's indicators that another sheet must name to tell of them.
_MOSTLY = 0.5
#: What `row_kind` says of a row, in words.
_KINDS = {
    "weight": gettext_noop("weight"),
    "direction": gettext_noop("direction"),
    "measure": gettext_noop("measure"),
    "dimension": gettext_noop("dimension"),
}


def with_metadata(figures: Sequence[Column], sheets: Sequence[Sheet], desk: Desk) -> list[Column]:
    """The columns of figures with what other sheets say of them, where the table itself does not."""
    made = list(figures)
    for sheet in sheets:
        found = _told(sheet, figures)
        if found is None:
            continue
        kinds, told = found
        shown = ", ".join(gettext(_KINDS[each]) for each in kinds)
        why = gettext('the sheet "{sheet}" tells them of each indicator', sheet=sheet.name)
        desk.tell(gettext("weights and the like"), shown, why)
        made = [_with(each, told.get(fold_name(each.name), {})) for each in made]
    return made


def _told(sheet: Sheet, figures: Sequence[Column]) -> tuple[list[str], Mapping[str, Mapping[str, Any]]] | None:
    """What a sheet tells by indicator, and which kinds of things; none where it tells nothing of these."""
    names = {fold_name(each.name) for each in figures}
    for line, row in enumerate(sheet.rows):
        kinds = {at: kind for at, cell in enumerate(row) if isinstance(cell, str) and (kind := row_kind(cell))}
        kinds = {at: kind for at, kind in kinds.items() if kind != "note"}
        below = sheet.rows[line + 1 :]
        keyed = [at for at in range(len(row)) if at not in kinds and _named(below, at, names)]
        if kinds and keyed:
            told = {
                fold_name(str(each[keyed[0]])): {kind: each[at] for at, kind in kinds.items() if not blank(each[at])}
                for each in below
                if not blank(each[keyed[0]])
            }
            return list(dict.fromkeys(kinds.values())), told
    return _listed(sheet, names)


def _listed(sheet: Sheet, names: set[str]) -> tuple[list[str], Mapping[str, Mapping[str, Any]]] | None:
    """What a sheet tells that is named after one thing, such as `Weights`, and has a name and a value in each row."""
    kind = row_kind(sheet.name)
    if kind in ("", "note") or not sheet.rows or not _named(sheet.rows, 0, names):
        return None
    held = [(row[0], next((cell for cell in row[1:] if not blank(cell)), None)) for row in sheet.rows]
    return [kind], {fold_name(str(name)): {kind: value} for name, value in held if not blank(name)}


def _named(rows: Sequence[Sequence[Any]], at: int, names: set[str]) -> bool:
    found = {fold_name(str(row[at])) for row in rows if not blank(row[at])}
    return bool(names) and len(found & names) >= max(1, _MOSTLY * len(names))


def _with(column: Column, told: Mapping[str, Any]) -> Column:
    weight = told.get("weight")
    if isinstance(weight, str):
        weight = weight.rstrip("% ").replace(",", ".")
    return evolve(
        column,
        weight=column.weight if column.weight is not None else read_number(weight),
        direction=column.direction or direction_in(told.get("direction")),
        dimension=str(told.get("dimension", "")) or column.dimension,
        measure=column.measure or str(told.get("measure", "")),
    )
