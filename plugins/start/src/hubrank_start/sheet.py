"""A sheet of cells, from whatever file, and the rows of heads above its table."""

from __future__ import annotations

import datetime
import functools
import re
import tomllib
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve, field, frozen
from hubrank import gettext_noop
from hubrank.errors import fold_name
from hubrank.io.cell_errors import guessed, looks_like_number, readable
from hubrank.io.cells import CellFormat, is_gap

#: Words by which heads, labels and cells tell what they are, by kind.
WORDS: Mapping[str, list[str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
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
        notes: What is to be told of how it was read.
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
    notes: Sequence[tuple[str, str, str]] = ()
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


_is_number = functools.lru_cache(maxsize=100_000)(looks_like_number)


def blank(cell: Any) -> bool:
    """Whether a cell holds nothing, or says so."""
    return cell is None or (isinstance(cell, str) and is_gap(cell))


def numeric(cell: Any) -> bool:
    """Whether a cell is a number or a text that some options read as one."""
    if isinstance(cell, str):
        return _is_number(cell.translate(_SHAPE))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def is_missing(text: str) -> bool:
    """Whether a text says that a value is missing, such as `n.a.`."""
    return _shape_is_gap(text.translate(_SHAPE))


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


#: What a row beside the figures is of, by its label.
ROWS = {word: kind for kind in ("note", "measure", "dimension", "direction", "weight") for word in WORDS[kind]}
#: Rows that add others up, or tell their mean.
_TOTAL = re.compile(
    r"(?:grand |sub)?total(?:s|e)?|sum(?:me)?|insgesamt|gesamt|suma|somme|ensemble|合计|"
    r"(?:simple |weighted |unweighted |overall |arithmetic |the )*"
    r"(?:average|mean|avg\.?|median|min(?:imum)?|max(?:imum)?|st(?:andard|d)\.? ?dev(?:iation)?\.?|st\.? ?dev\.?|sd|"
    r"count|variance|durchschnitt|mittelwert|moyenne|promedio|media)"
    r"(?: value)?(?:[ :(].*)?|"
    r".* (?:average|mean|total|median|durchschnitt|moyenne)|total .*|all (?:countries|regions|units|cities)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"%|€|\$|£|¥|\b(?:percent|per|usd|eur|us|ppp|index|score|points?|number|no\.?|nr\.?|count|years?|days?|hours?|minutes?|km2?|"
    r"km²|m2|m²|ha|kg|t|tonnes?|tons?|kwh|mwh|gwh|mbps|µg|ug|mg|ppm|million|billion|thousand|mio|mrd|share|rate|ratio|rank|"
    r"\d+ ?[-–] ?\d+|per 1[0-9, ]*|jahre|anzahl|prozent|punkte|stunden|tage|nombre|ans|porcentaje|años|persons?|people|"
    r"deaths|cases|units?|euros?|dollars?)\b",
    re.IGNORECASE,
)


def row_kind(label: str) -> str:
    """What a row or a column is of by its label: `weight`, `direction`, `measure`, `dimension`, `note`, or nothing."""
    return ROWS.get(fold_name(label.rstrip(":")), "")


def direction_in(cell: object) -> int | None:
    """A direction as people write it; none where a cell is none."""
    text = str(cell).strip().casefold()
    if text.endswith(".0"):
        text = text[:-2]
    return 1 if text in WORDS["up"] else -1 if text in WORDS["down"] else None


def is_total(label: str) -> bool:
    """Whether a row's label says that it adds others up or tells their mean."""
    return _TOTAL.fullmatch(label.strip().rstrip(":*")) is not None


def is_measure(text: str) -> bool:
    """Whether a text names a unit of measurement."""
    return len(text) <= 40 and _MEASURE.search(text) is not None  # longer ones are sentences


#: A unit of measurement is shorter; a row of codes or sources is so much less likely to hold the names.
_SHORT, _ASIDE = 15, 1.5
#: So many rows tell how many figures a row has.
_ENOUGH = 1000
#: Signs of directions, which need no label.
_SIGNS = tuple("+-−–↑↓▲▼")
#: The share of the usual number of figures that a row of figures has at least.
_HALF = 0.5


@frozen(kw_only=True, eq=False)
class Heads:
    """What stands above and beside the figures.

    Attributes:
        head: The position of the row of names.
        above: Positions of rows of heads above it.
        rows: Positions of the rows of figures.
        extra: Positions of rows that tell something of columns, by kind: `weight`, `measure`.
        titles: Texts above the heads.
        skipped: Positions of other rows between the heads and the figures.
        below: Positions of rows below the table.
    """

    head: int
    above: Sequence[int]
    rows: Sequence[int]
    extra: Mapping[str, int] = field(factory=dict)
    titles: Sequence[str] = ()
    skipped: Sequence[int] = ()
    below: Sequence[int] = ()


@remembered
def heads_of(sheet: Sheet) -> Heads | None:
    """Find the table of a sheet; none where no row holds figures below a head."""
    extra = dict(_extra_rows(sheet))
    usual = _usual(sheet, extra.values())
    if not usual:
        return None
    taken = extra.values()
    first = next((at for at, row in enumerate(sheet.rows) if at not in taken and _is_row(row, usual)), None)
    if first is None:
        return None
    filled = [at for at in range(first) if _filled(sheet.rows[at]) and at not in extra.values()]
    if not filled:
        return _headed_by_years(sheet, first, usual, extra)
    head = max(filled, key=lambda at: (_names(sheet.rows[at], at != filled[0]), at))
    between = [at for at in filled if at > head]
    if (
        "measure" not in extra
        and between
        and _fits("measure", [cell for cell in sheet.rows[between[-1]] if not blank(cell)])
    ):
        extra["measure"] = between.pop()
    above, titles = _above(sheet, [at for at in filled if at < head], head)
    rows, below = _body(sheet, range(first, len(sheet.rows)), usual, extra.values())
    extra = {kind: at for kind, at in extra.items() if kind != "note"}
    return Heads(head=head, above=above, rows=rows, extra=extra, titles=titles, skipped=between, below=below)


def _headed_by_years(sheet: Sheet, first: int, usual: int, extra: Mapping[str, int]) -> Heads | None:
    """The table whose only row of heads was taken for figures, since they are years."""
    numbers = [cell for cell in sheet.rows[first] if numeric(cell)]
    below = range(first + 1, len(sheet.rows))
    if any(year_of(cell) is None for cell in numbers) or not below:
        return None
    rows, after = _body(sheet, below, usual, extra.values())
    return Heads(head=first, above=(), rows=rows, below=after) if rows else None


def _extra_rows(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """Rows at the top or the end whose label says that they are of weights, directions, units or dimensions."""
    near = [*range(min(20, len(sheet.rows))), *range(max(20, len(sheet.rows) - 5), len(sheet.rows))]
    found: set[str] = set()
    for at in near:
        row = sheet.rows[at]
        label = next((cell for cell in row[:4] if not blank(cell)), None)
        kind = row_kind(label) if isinstance(label, str) else ""
        signs = [cell for cell in row if not blank(cell)]
        if "direction" not in found and len(signs) > 1 and all(str(cell) in _SIGNS for cell in signs):
            found.add("direction")
            yield "direction", at
        others = [cell for cell in row[row.index(label) + 1 :] if not blank(cell)] if kind else []
        if kind and others and kind not in found and _fits(kind, others):
            found.add(kind)
            yield kind, at


def _fits(kind: str, cells: Sequence[Any]) -> bool:
    """Whether the cells of a row are what its label says, and not names of columns."""
    if kind == "weight":
        return all(map(numeric, cells))
    if kind == "direction":
        return all(direction_in(cell) is not None for cell in cells)
    if kind == "measure":
        return sum(isinstance(cell, str) and is_measure(cell) for cell in cells) >= _HALF * len(cells)
    repeated = len(set(map(str, cells))) < len(cells)
    return kind == "dimension" and repeated and not any(map(numeric, cells))


def _usual(sheet: Sheet, extra: Any) -> int:
    """How many figures most rows that hold any have; rows of years are heads."""
    counts = Counter(
        count
        for at, row in enumerate(sheet.rows[:_ENOUGH])
        if at not in extra and not _is_years(row) and (count := _figures(row)) and _label(row) is not None
    )
    return max(counts, key=lambda count: (counts[count] * min(count, 3), count), default=0)


def _figures(row: Sequence[Any]) -> int:
    return sum(map(numeric, row))


def _label(row: Sequence[Any]) -> Any:
    return next((cell for cell in row if not blank(cell)), None)


def _filled(row: Sequence[Any]) -> int:
    return sum(not blank(cell) for cell in row)


def _is_row(row: Sequence[Any], usual: int) -> bool:
    """Whether a row holds as many figures as most, those that are said to be missing counted too."""
    figures = _figures(row)
    missing = sum(isinstance(cell, str) and is_missing(cell) for cell in row) if figures else 0
    return figures + missing >= max(1, _HALF * usual) and _filled(row) + missing > 1 and not _is_years(row)


def _is_years(row: Sequence[Any]) -> bool:
    """Whether all numbers of a row are years, each another or in rising runs, as in a head."""
    numbers = [year_of(cell) for cell in row if numeric(cell)]
    alone = len(numbers) > 1 and None not in numbers
    return alone and (len(set(numbers)) == len(numbers) or _filled(row) == len(numbers))


def _names(row: Sequence[Any], below: bool) -> float:
    """How many names a row holds: cells but for units of measurement; fewer where it is of codes or sources."""
    measures = sum(isinstance(cell, str) and is_measure(cell) and len(cell) < _SHORT for cell in row) // 2
    aside = below and row_kind(str(_label(row))) == "note"
    return _filled(row) - measures - (_ASIDE if aside else 0)


def _above(sheet: Sheet, before: Sequence[int], head: int) -> tuple[list[int], list[str]]:
    """Rows of heads right above the names, and the texts of titles."""
    above: list[int] = []
    for at in reversed(before):
        wide = _filled(sheet.rows[at]) > 1 and _spread(sheet, at, head)
        if wide and len(above) + 1 == head - at:
            above.insert(0, at)
        else:
            break
    titles = [str(cell) for at in before if at not in above for cell in sheet.rows[at] if not blank(cell)]
    return above, titles


def _spread(sheet: Sheet, at: int, head: int) -> bool:
    """Whether the cells of a row stand above columns that have names."""
    return all(
        not blank(sheet.rows[head][column]) or column == 0 or (at, column) in sheet.merged.values()
        for column, cell in enumerate(sheet.rows[at])
        if cell
    )


def _body(sheet: Sheet, span: range, usual: int, extra: Any) -> tuple[list[int], list[int]]:
    """The rows of figures, and those below the table: notes, or another table behind empty rows."""
    rows: list[int] = []
    for at in span:
        row = sheet.rows[at]
        apart = bool(rows) and not _filled(sheet.rows[at - 1])
        if at in extra:
            continue
        if apart and not _continues(sheet, at, usual):
            return rows, [below for below in range(at, span.stop) if _filled(sheet.rows[below]) and below not in extra]
        if _filled(row):
            rows.append(at)
    last = max((at for at in rows if _filled(sheet.rows[at]) > 1), default=rows[-1])
    return [at for at in rows if at <= last], [at for at in rows if at > last]


def _continues(sheet: Sheet, at: int, usual: int) -> bool:
    """Whether a row behind an empty one goes on with the table: figures, or a heading with figures below it."""
    row = sheet.rows[at]
    if not _filled(row) or _is_row(row, usual) or (_figures(row) and _filled(row) > 1):
        return True
    following = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else ()
    return _filled(row) == 1 and bool(following) and _is_row(following, usual)
