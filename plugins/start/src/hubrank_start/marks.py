"""What rows and columns of a sheet were read as, by position, so that it can be shown on the sheet itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import define, field, frozen
from hubrank.i18n import enumerated
from hubrank.plugin import gettext

if TYPE_CHECKING:
    from hubrank_start.columns import Column
    from hubrank_start.desk import Desk
    from hubrank_start.sheet import Heads, Sheet

#: The kind of what does not count, and that of groups of units.
LEFT, GROUP = "left", "group"
#: The kind of what units are ranked by.
INDICATOR = "indicator"


@frozen
class Mark:
    """A row or a column.

    Attributes:
        kind: What it was read as: of columns `unit`, `name`, `year`, `group`, `point`, `indicator`, `series`; of rows
            `head`, `heading`, `title`, `below`, or a kind of fact (`weight`, `measure`); `left` if it does not count.
        name: The name by which answers call it.
        why: The reason, where it is left out.
    """

    kind: str
    name: str = ""
    why: str = ""


@define
class Marks:
    """The marks of a sheet, by position from 0; `turned` if its columns are the sheet's rows."""

    rows: dict[int, Mark] = field(factory=dict)
    columns: dict[int, Mark] = field(factory=dict)
    turned: bool = False


def mark(columns: Iterable[Column | None], kind: str, desk: Desk, why: str = "") -> None:
    """Note what columns are; those that no sheet has are passed over."""
    for item in columns:
        if item is not None and item.sheet:
            found = dict.fromkeys(item.parts or (item.at,), Mark(kind, item.name, why))
            desk.marks_of(item.sheet).columns.update(found)


def leave(columns: Sequence[Column], why: str, desk: Desk) -> None:
    """Tell that columns are not used, and why."""
    if columns:
        desk.tell(gettext("columns not used"), enumerated([item.name for item in columns]), why)
        mark(columns, LEFT, desk, why)


def mark_rows(column: Column, rows: Iterable[int], desk: Desk, why: str, kind: str = LEFT) -> None:
    """Note why rows, by their position in a column, are no units; each is called by what the column has there."""
    if column.sheet:
        found = desk.marks_of(column.sheet).rows
        for row in rows:
            cell = column.cells[row]
            found |= dict.fromkeys(column.lines[row], Mark(kind, "" if cell is None else str(cell), why))


def clear_rows(column: Column, desk: Desk) -> None:
    """Take the reasons from rows that count after all, such as those with values of another year."""
    rows = desk.marks_of(column.sheet).rows if column.sheet else {}
    for at in {at for lines in column.lines for at in lines} & rows.keys():
        del rows[at]


def mark_heads(sheet: Sheet, heads: Heads, desk: Desk) -> None:
    """Note the rows above, beside and below the values."""
    aside = {heads.head, *heads.above, *heads.rows, *heads.skipped, *heads.extra.values()}
    titles = (at for at in range(heads.head) if at not in aside and any(cell is not None for cell in sheet.rows[at]))
    found = desk.marks_of(sheet.name).rows
    found |= dict.fromkeys(titles, Mark("title")) | dict.fromkeys(heads.above, Mark("heading"))
    found |= dict.fromkeys(heads.skipped, Mark(LEFT, why=gettext("no values")))
    names = sheet.rows[heads.head]
    found |= {at: Mark("head") for at in (heads.head, *heads.skipped) if sheet.rows[at] == names}  # on each page
    found |= {at: Mark(kind) for kind, at in heads.extra.items()} | dict.fromkeys(heads.below, Mark("below"))
