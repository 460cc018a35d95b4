"""A sheet of cells, from any kind of file, and the rows of headings above its table."""

from __future__ import annotations

import datetime
import functools
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from hubrank.errors import fold_name
from hubrank.infer.forms import direction_in
from hubrank.io.cell_errors import guessed, looks_like_number, readable
from hubrank.io.cells import GAPS, CellFormat, is_gap
from hubrank.plugin import gettext_noop

from hubrank_start.levels import is_level

#: Words in headings, labels and cells that show their meaning, by kind.
WORDS: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
#: The formats of workbooks that openpyxl reads, and those that calamine reads.
OPENPYXL, CALAMINE = (".xlsx", ".xlsm", ".xltx"), (".xls", ".xlsb", ".ods")
#: The note on a cell whose value the spreadsheet did not store.
FORMULA = gettext_noop("a formula without a stored value")
#: The subject of a row beside the values, by its label.
ROWS = {word: kind for kind in ("note", "measure", "dimension", "direction", "weight") for word in WORDS[kind]}
_GAPS = frozenset(GAPS)
#: Numbers in the common style, with a point at most: no code, no date and no mark of a missing value is written so.
_COMMON = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,30})?", re.ASCII).fullmatch
_NUMBERS = (float, int)
#: Texts that differ only in digits have the same kind.
_SHAPE = dict.fromkeys(map(ord, "123456789"), "0")
#: Units of measurement.
_MEASURE = re.compile(
    rf"[%％€$£¥]|\b(?:{'|'.join(WORDS['measure_pattern'])})\b|^(?:{'|'.join(WORDS['measure_beginning'])})\b",
    re.IGNORECASE,
)
#: A value followed by a unit of measurement; those of money and shares are read with the value.
_QUANTITY = re.compile(
    rf"(?P<figure>[-+]?\d[\d.,'’ ]*?) ?(?P<measure>{'|'.join(WORDS['measure_behind'])})\.?", re.IGNORECASE
)
#: A unit of measurement is shorter; a row of codes or sources is so much less likely to hold the names.
_SHORT, _ASIDE = 15, 1.5
#: The number of rows that show the usual count of values; a row of values has at least this share of it.
_ENOUGH, _HALF = 1000, 0.5


@frozen(kw_only=True, eq=False)
class Heads:
    """Positions of rows: of names (`head`), of headings above them, of values (`rows`) and of the text below.

    `extra` are rows with facts about columns, by kind (`weight`, `measure`), `skipped` others between headings and
    values; `titles` are texts above the headings.
    """

    head: int
    above: Sequence[int]
    rows: Sequence[int]
    extra: Mapping[str, int] = field(factory=dict)
    titles: Sequence[str] = ()
    skipped: Sequence[int] = ()
    below: Sequence[int] = ()


@frozen(kw_only=True, eq=False)
class Sheet:
    """The cells of a sheet or of a file that has no sheets.

    Attributes:
        rows: Cells by row; missing ones are None, all rows are equally long.
        hidden_rows: Numbers of hidden rows, from 1; columns are counted from 0.
        merged: Position (row, column; from 0) of cells that merging covers, with that of the cell that is shown.
        odd: The content of a cell without a value, by position: an error such as `#REF!`, or `FORMULA`.
        notes: Notes on how it was read.
        delimiter: The separator of a text file; empty in other files.
        head: The row of names, from 0, if the user said which; `dimensions` is the row of theirs.
    """

    name: str
    rows: Sequence[Sequence[Any]]
    hidden: bool = False
    hidden_rows: Collection[int] = ()
    hidden_columns: Collection[int] = ()
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(factory=dict)
    odd: Mapping[tuple[int, int], str] = field(factory=dict)
    notes: Sequence[tuple[str, str, str]] = ()
    delimiter: str = ""
    head: int | None = None
    dimensions: int | None = None

    @functools.cached_property
    def heads(self) -> Heads | None:
        """The position of its table; None if no row below a heading has values, or levels of scales."""
        if (found := _heads(self)) is not None:
            return found
        return _heads(evolve(self, rows=[[1 if is_level(cell) else cell for cell in row] for row in self.rows]))

    def transposed(self) -> Sheet:
        """Rows as columns."""
        return evolve(
            self,
            rows=[list(column) for column in zip(*self.rows, strict=True)],
            hidden_rows=(),
            hidden_columns=(),
            head=None,
            dimensions=None,
            merged={at[::-1]: first[::-1] for at, first in self.merged.items()},
            odd={at[::-1]: what for at, what in self.odd.items()},
        )


def sheet_of(name: str, rows: Iterable[Sequence[Any]], is_clean: bool = False, **more: Any) -> Sheet:
    """A sheet of rows of any length; empty rows and columns at the end are left out."""
    cleaned = list(map(list, rows)) if is_clean else [[clean(cell) for cell in row] for row in rows]
    width = 0
    for row in cleaned:
        width = next((at for at in range(len(row), width, -1) if row[at - 1] is not None), width)
    while cleaned and all(cell is None for cell in cleaned[-1]):
        cleaned.pop()
    table = [[*row[:width], *[None] * (width - len(row))] for row in cleaned]
    for column in range(width):
        if _is_quantity(row[column] for row in reversed(table)):
            _measured(table, [(at, column) for at in range(len(table))])
    for at, row in enumerate(table):
        if _is_quantity(reversed(row)):
            _measured(table, [(at, column) for column in range(width)])
    _lower_labels(table)
    return Sheet(name=name, rows=table, **more)


def _lower_labels(table: list[list[Any]]) -> None:
    """Move heads of texts that stand beside dimensions down to the row of the indicators' names."""
    for at in range(min(20, len(table) - 2)):
        upper, lower, body = table[at], table[at + 1], table[at + 2 :]
        of = [column for column, cell in enumerate(lower) if cell is not None]
        apart = [column for column, cell in enumerate(upper) if cell is not None and column not in of]
        names, dimensions = [lower[column] for column in of], {upper[column] for column in of} - {None}
        are_heads = all(map(is_text, names)) and len({*names}) == len(of) > len(dimensions) > 0
        beside = are_heads and bool(apart) and apart[0] < of[0] and any(map(numeric, body[0]))
        if beside and not any(numeric(row[column]) for row in body for column in apart):
            for column in apart:
                lower[column], upper[column] = upper[column], None


def _is_quantity(cells: Iterable[Any]) -> bool:
    """Whether the first cell that holds something is a value with its unit of measurement."""
    first = next((cell for cell in cells if not blank(cell)), None)
    return isinstance(first, str) and _QUANTITY.fullmatch(first) is not None


def _measured(table: list[list[Any]], line: Sequence[tuple[int, int]]) -> None:
    """Move the unit of measurement that all values of a column or a row have, such as `12 km`, into its head."""
    held = [(at, column) for at, column in line if not blank(table[at][column])]
    found = [_QUANTITY.fullmatch(str(table[at][column])) for at, column in held]
    begun = next((at for at, item in enumerate(found) if item), 0)
    measures = {item["measure"] if item else None for item in found[begun:]}
    if begun and len(measures) == 1 < len(found) - begun:
        at, column = held[begun - 1]
        table[at][column] = f"{table[at][column]} ({measures.pop()})"
        for (at, column), item in zip(held[begun:], found[begun:], strict=True):
            table[at][column] = item["figure"] if item else None


def clean(cell: Any) -> Any:
    """A cell without blanks around it; a dash before digits is a minus, dates are texts, empty texts are None."""
    if type(cell) is float:
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell if cell == cell else None
    if isinstance(cell, str):
        if cell.isascii() and cell.isprintable() and " " not in cell:
            return cell or None
        bare = " ".join(cell.translate({0: None, 0xAD: None}).split())
        return re.sub(r"^[–—−](?=[\d.,])", "-", bare) or None
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return str(cell)
    if isinstance(cell, Decimal):
        return clean(float(cell))
    return clean(cell.item()) if hasattr(cell, "item") else cell


_is_number = functools.lru_cache(maxsize=100_000)(looks_like_number)


def blank(cell: Any) -> bool:
    """Whether a cell is empty, or a text that means so."""
    return cell is None or (isinstance(cell, str) and cell.strip() in _GAPS)


def filled(cells: Iterable[Any]) -> list[Any]:
    """The cells that hold something."""
    return [cell for cell in cells if cell is not None and not (isinstance(cell, str) and cell.strip() in _GAPS)]


def is_empty(cells: Iterable[Any]) -> bool:
    """Whether no cell holds anything."""
    return all(map(blank, cells))


def uncommon(cells: Sequence[Any]) -> list[Any]:
    """The cells that are neither empty nor numbers in the common style."""
    if set(map(type, cells)) <= {*_NUMBERS, type(None)}:
        return []
    return [
        cell
        for cell in cells
        if not (cell is None or (_COMMON(cell) if isinstance(cell, str) else type(cell) in _NUMBERS))
    ]


def numeric(cell: Any) -> bool:
    """Whether a cell is a number or a text that some options read as one."""
    if isinstance(cell, str):
        return _is_number(cell.translate(_SHAPE))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def is_text(cell: Any) -> bool:
    """Whether a cell is a text, and no number."""
    return isinstance(cell, str) and not numeric(cell)


def is_missing(cell: Any) -> bool:
    """Whether a cell is a text that says that a value is missing, such as `n.a.`."""
    return isinstance(cell, str) and _shape_is_gap(cell.translate(_SHAPE))


@functools.lru_cache(maxsize=100_000)
def _shape_is_gap(shape: str) -> bool:
    return is_gap(shape) or (not numeric(shape) and readable(shape, CellFormat(na=guessed([shape]).reading.na)))


def year_of(cell: Any) -> int | None:
    """The year from 1900 to 2100 that a cell is, as a number or a text such as `FY2020`; None if it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    text = str(clean(cell)).strip().removeprefix("FY").strip()
    return int(text) if text.isdecimal() and len(text) == 4 and 1900 <= int(text) <= 2100 else None


def letters(column: int) -> str:
    """A column's name in a spreadsheet, by its position from 0."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))


def row_kind(label: Any) -> str:
    """The meaning of a row or a column by its label: `weight`, `direction`, `measure`, `dimension`, `note`, or none."""
    return ROWS.get(fold_name(label.rstrip(":")), "") if isinstance(label, str) else ""


def is_measure(cell: Any, most: int = 40) -> bool:
    """Whether a cell names a unit of measurement; longer ones are sentences."""
    is_named = isinstance(cell, str) and (_MEASURE.search(cell) or _QUANTITY.fullmatch(f"1 {cell}"))
    return bool(is_named) and len(cell) <= most


def _heads(sheet: Sheet) -> Heads | None:
    rows, begin = sheet.rows, -1 if sheet.head is None else sheet.head
    extra = {kind: at for kind, at in _extra_rows(sheet) if at not in (begin, sheet.dimensions)}
    extra |= {"dimension": sheet.dimensions} if sheet.dimensions is not None else {}
    counts = Counter(  # of values, of rows that hold any; rows of years are heads
        count
        for at, row in enumerate(rows[:_ENOUGH])
        if at not in extra.values() and not _is_years(row) and (count := _figures(row))
    )
    usual = max(counts, key=lambda count: (counts[count] * min(count, 3), count), default=0)
    others = [at for at in range(len(rows)) if at not in extra.values()]
    first = next((at for at in others if at > begin and usual and _is_row(rows[at], usual)), None)
    if first is None:
        return None
    before = [at for at in others if at < first and not is_empty(rows[at])]
    if not before and (before := [at for at in extra.values() if at < first]):  # a column called unit is no label
        extra = {kind: at for kind, at in extra.items() if at > first}
    if not before:
        return _headed_by_years(sheet, first, usual, extra)
    head = max(before, key=lambda at: (at == begin, _names(rows[at], at != before[0]), at))
    between = [at for at in before if at > head]
    if "measure" not in extra and between and _fits("measure", filled(rows[between[-1]])):
        extra["measure"] = between.pop()
    above, titles = _above(sheet, [at for at in before if at < head], head)
    body, below = _body(sheet, range(first, len(rows)), usual, head, extra.values())
    again = [at for at in body if rows[at] == rows[head]]  # a head that is repeated, as on pages of a list
    body = [at for at in body if at not in again]
    if again and titles and _is_alone(rows[head - 1]) and any(_is_alone(rows[at - 1]) for at in again):
        body = [head - 1, *body]  # each group has its heading above its head
        titles = titles[:-1]
    if between and _is_alone(rows[between[-1]]) and any(_is_alone(rows[at]) for at in body):
        body = [between.pop(), *body]
    between += again
    extra = {kind: at for kind, at in extra.items() if kind != "note"}
    return Heads(head=head, above=above, rows=body, extra=extra, titles=titles, skipped=between, below=below)


def _is_alone(row: Sequence[Any]) -> bool:
    """Whether a row holds a text alone, such as the heading of a group of rows."""
    held = [cell for cell in row if cell is not None]
    return len(held) == 1 and is_text(held[0])


def _headed_by_years(sheet: Sheet, first: int, usual: int, extra: Mapping[str, int]) -> Heads | None:
    """The table whose only row of heads was taken for values, since they are years."""
    below = range(first + 1, len(sheet.rows))
    if not below or any(year_of(cell) is None for cell in sheet.rows[first] if numeric(cell)):
        return None
    rows, after = _body(sheet, below, usual, first, extra.values())
    return Heads(head=first, above=(), rows=rows, below=after) if rows else None


def _extra_rows(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """Rows at the top or the end whose label says that they are of weights, directions, units or dimensions."""
    near = [*range(min(20, len(sheet.rows))), *range(max(20, len(sheet.rows) - 5), len(sheet.rows))]
    found: set[str] = set()
    for at in near:
        row = sheet.rows[at]
        label = next(iter(filled(row[:4])), None)
        kind, held = row_kind(label), filled(row)
        if "direction" not in found and len(held) > 1 and {*map(str, held)} <= {*"+-−–↑↓▲▼"}:
            found.add("direction")
            yield "direction", at
        if isinstance(label, str) and label.startswith('{"ImportId"'):  # Qualtrics' row of identifiers
            yield "note", at
        others = filled(row[row.index(label) + 1 :]) if kind else []
        if others and kind not in found and _fits(kind, others):
            found.add(kind)
            yield kind, at


def _fits(kind: str, cells: Sequence[Any]) -> bool:
    """Whether the cells of a row are what its label says, and not names of columns."""
    if kind == "weight":
        return all(map(numeric, cells))
    if kind == "direction":
        return all(direction_in(cell) is not None for cell in cells)
    if kind == "measure":
        return sum(map(is_measure, cells)) >= _HALF * len(cells)
    return kind == "dimension" and len(set(map(str, cells))) < len(cells) and not any(map(numeric, cells))


def _figures(row: Sequence[Any]) -> int:
    return sum(map(numeric, row))


def _is_row(row: Sequence[Any], usual: int) -> bool:
    """Whether a row holds as many values as most rows, including cells marked as missing."""
    figures = _figures(row)
    missing = sum(map(is_missing, row)) if 0 < figures < len(row) else 0
    if len(held := filled(row)) == 2 and figures == 1 < usual and year_of(held[1]):  # a filter above a pivot table
        return False
    return figures + missing >= max(1, _HALF * usual) and len(filled(row)) + missing > 1 and not _is_years(row)


def _is_years(row: Sequence[Any]) -> bool:
    """Whether all numbers of a row are years, each another or in rising runs, as in a head."""
    numbers = [year_of(cell) for cell in row if numeric(cell)]
    alone = len(numbers) > 1 and None not in numbers
    return alone and (len(set(numbers)) == len(numbers) or len(filled(row)) == len(numbers))


def _names(row: Sequence[Any], below: bool) -> float:
    """The number of names in a row: cells except units of measurement; fewer if it has codes or sources."""
    held = filled(row)
    measures = sum(is_measure(cell, _SHORT - 1) for cell in row) // 2
    return len(held) - measures - (_ASIDE if below and row_kind(str(held[0])) == "note" else 0)


def _above(sheet: Sheet, before: Sequence[int], head: int) -> tuple[list[int], list[str]]:
    """Rows of heads right above the names, whose cells stand above columns with names; and the texts of titles."""
    above: list[int] = []
    for at in reversed(before):
        row = sheet.rows[at]
        spread = all(
            not blank(sheet.rows[head][column]) or column == 0 or (at, column) in sheet.merged.values()
            for column, cell in enumerate(row)
            if cell
        )
        if len(filled(row)) < 2 or not spread or len(above) + 1 != head - at:
            break
        above.insert(0, at)
    return above, [str(cell) for at in before if at not in above for cell in filled(sheet.rows[at])]


def _body(sheet: Sheet, span: range, usual: int, head: int, extra: Any) -> tuple[list[int], list[int]]:
    """The rows of values, and those below the table: notes, or another table after empty rows."""
    held = [at for at in span if not is_empty(sheet.rows[at]) and at not in extra]
    for at in range(held[0] + 1, span.stop) if held else ():
        if at not in extra and is_empty(sheet.rows[at - 1]) and not _continues(sheet, at, usual, head):
            return [item for item in held if item < at], [item for item in held if item >= at]
    last = next((at for at in reversed(held) if len(filled(sheet.rows[at])) > 1), span.stop)
    return [at for at in held if at <= last], [at for at in held if at > last]


def _continues(sheet: Sheet, at: int, usual: int, head: int) -> bool:
    """Whether a row after an empty one continues the table: values, the header again, or a heading above these."""
    row, again = sheet.rows[at], sheet.rows[head]
    if not filled(row) or _is_row(row, usual) or row == again or (_figures(row) and len(filled(row)) > 1):
        return True
    below = sheet.rows[at + 1] if len(filled(row)) == 1 and at + 1 < len(sheet.rows) else []
    return below == again or _is_row(below, usual)
