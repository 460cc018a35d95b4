"""A sheet of cells, from whatever file: what stands where, and what a spreadsheet hides."""

from __future__ import annotations

import datetime
import functools
import re
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import evolve, field, frozen
from hubrank import gettext_noop
from hubrank.io.cell_errors import guessed, looks_like_number, readable
from hubrank.io.cells import CellFormat, is_gap

_What = TypeVar("_What")
_Found = TypeVar("_Found")
#: What is said of a cell whose value the spreadsheet did not store.
FORMULA = gettext_noop("a formula without a stored value")
#: Texts whose digits alone differ are alike in what they are.
_SHAPE = dict.fromkeys(map(ord, "123456789"), "0")
#: The years that a bare number may be.
YEARS = range(1900, 2101)


def remembered(function: Callable[[_What], _Found]) -> Callable[[_What], _Found]:
    """A function that looks at a sheet or a column once, and forgets it with the sheet or the column."""
    found: weakref.WeakKeyDictionary[_What, _Found] = weakref.WeakKeyDictionary()

    @functools.wraps(function)
    def once(what: _What) -> _Found:
        if what not in found:
            found[what] = function(what)
        return found[what]

    return once


@frozen(kw_only=True, eq=False)
class Sheet:
    """The cells of a sheet or of a file that has no sheets.

    Attributes:
        name: The sheet's name, or the file's without its ending.
        rows: Cells by row; gaps are none, all rows are equally long.
        lines: The number of each row in the file, from 1.
        hidden: Whether a spreadsheet does not show the sheet.
        hidden_rows: Numbers of hidden rows.
        hidden_columns: Positions of hidden columns, from 0.
        merged: Position (row, column; from 0) of cells that merging covers, with that of the cell that is shown.
        odd: What stands in a cell in place of a value, by position: an error such as `#REF!`, or `FORMULA`.
        told: What is to be told of how it was read.
        delimiter: What parts the fields of a text; empty in other files.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int]
    hidden: bool = False
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(factory=dict)
    odd: Mapping[tuple[int, int], str] = field(factory=dict)
    told: Sequence[tuple[str, str, str]] = ()
    delimiter: str = ""

    @property
    def size(self) -> int:
        """How many cells hold anything."""
        return sum(not blank(cell) for row in self.rows for cell in row)

    def transposed(self) -> Sheet:
        """Rows as columns."""
        return evolve(
            self,
            rows=[list(column) for column in zip(*self.rows, strict=True)],
            lines=list(range(1, 1 + len(self.rows[0]) if self.rows else 1)),
            hidden_rows=(),
            hidden_columns=(),
            merged={at[::-1]: first[::-1] for at, first in self.merged.items()},
            odd={at[::-1]: what for at, what in self.odd.items()},
        )


def sheet_of(name: str, rows: Iterable[Sequence[Any]], **more: Any) -> Sheet:
    """A sheet of rows of any length; empty rows and columns at the end are left out."""
    cleaned = [[clean(cell) for cell in row] for row in rows]
    width = max((at + 1 for row in cleaned for at, cell in enumerate(row) if cell is not None), default=0)
    while cleaned and all(cell is None for cell in cleaned[-1]):
        cleaned.pop()
    rows = [[*row[:width], *[None] * (width - len(row))] for row in cleaned]
    return Sheet(name=name, rows=rows, lines=range(1, 1 + len(rows)), **more)


def clean(cell: Any) -> Any:
    """A cell without blanks around it; a dash before digits is a minus, a date is its text, what is empty is none."""
    if isinstance(cell, str):
        bare = " ".join(cell.replace("\u00ad", "").split())
        return re.sub(r"^[–—−](?=[\d.,])", "-", bare) or None
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return str(cell)
    if hasattr(cell, "item"):
        cell = cell.item()
    if isinstance(cell, float) and cell != cell:  # not a number
        return None
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def blank(cell: Any) -> bool:
    """Whether a cell holds nothing, or says so."""
    return cell is None or (isinstance(cell, str) and is_gap(cell))


def numeric(cell: Any) -> bool:
    """Whether a cell is a number or a text that some options read as one."""
    if isinstance(cell, str):
        return _shape_is_number(cell.translate(_SHAPE))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def is_missing(text: str) -> bool:
    """Whether a text says that a value is missing, such as `n.a.`."""
    return _shape_is_gap(text.translate(_SHAPE))


@functools.lru_cache(maxsize=100_000)
def _shape_is_number(shape: str) -> bool:
    return looks_like_number(shape)


@functools.lru_cache(maxsize=100_000)
def _shape_is_gap(shape: str) -> bool:
    return is_gap(shape) or (not numeric(shape) and readable(shape, CellFormat(na=guessed([shape]).reading.na)))


def year_of(cell: Any) -> int | None:
    """The year that a cell is, alone or as a text such as `2020` or `FY2020`; none where it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    text = str(clean(cell)).strip().removeprefix("FY").strip()
    return int(text) if text.isdecimal() and len(text) == 4 and int(text) in YEARS else None  # digits


def letters(column: int) -> str:
    """A column's name in a spreadsheet, by its position from 0."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))
