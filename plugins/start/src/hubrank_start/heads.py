"""Where a table begins in its sheet: titles, heads of one or two lines, rows of units, weights and directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from hubrank_start.sheet import Sheet, blank, is_missing, numeric, remembered, year_of
from hubrank_start.words import direction_in, is_measure, row_kind

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
    if "measure" not in extra and between and _is_measures(sheet, between[-1]):
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
    """The first cell of a row that holds anything."""
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


def _is_measures(sheet: Sheet, at: int) -> bool:
    """Whether a row below the names holds units of measurement: most of its texts do."""
    texts = [cell for cell in sheet.rows[at] if not blank(cell)]
    return sum(isinstance(cell, str) and is_measure(cell) for cell in texts) >= _HALF * len(texts)


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
    row = sheet.rows[at]
    return all(
        not blank(sheet.rows[head][column]) or _joined(sheet, at, column) for column, cell in enumerate(row) if cell
    )


def _joined(sheet: Sheet, at: int, column: int) -> bool:
    """Whether a cell is merged with others, or stands above an unnamed column of labels."""
    return column == 0 or (at, column) in sheet.merged.values()


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
