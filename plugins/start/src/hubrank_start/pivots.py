"""Rows and columns that describe others: headings, blanks that repeat the cell above, sums and means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hubrank.i18n import enumerated
from hubrank.numeric import Array
from hubrank.plugin import gettext

from hubrank_start.columns import Column
from hubrank_start.desk import Desk
from hubrank_start.marks import GROUP, mark_rows
from hubrank_start.places import known_places
from hubrank_start.sheet import WORDS, Heads, blank, filled, is_empty, is_text
from hubrank_start.units import where, year_column

#: The share of cells below which a column may apply to the empty cells below it.
_SPARSE = 0.7
#: The largest probability that a line is a result of others by chance, for one that is tried.
_CHANCE = 2e-3
#: The fewest others that make a total, the most members of a group, and the most lines searched for groups.
_FEW, _MEMBERS, _MANY = 3, 100, 1000
#: The share of places in which a result must be that of its parts, and of its range that rounding may hide.
_MOSTLY, _VAGUE = 0.9, 0.1
#: The powers of ten and the size of figures up to which a figure's digits are an exact whole number.
_EXACT, _LARGE = 7, 1e8
_QUALIFIED = r"(?:simple |weighted |unweighted |overall |arithmetic |the )*(?:{})(?: value)?(?: ?[:(].*| (?:{})\b.*)?"
#: Heads of columns that may be a result of others.
_RESULT = re.compile(
    r"index|score|overall|composite|total|rating|points|gesamt|punkte|indice|índice|puntuaci|global|得分|指数|总分"
    r"|\b(?:avg|average|mean|sum|durchschnitt|mittelwert|moyenne|promedio|media)\b|平均",
    re.IGNORECASE,
)
#: Rows that are sums or means of others.
_TOTAL = re.compile(
    "|".join(
        [*WORDS["total_pattern"], _QUALIFIED.format(*("|".join(WORDS[key]) for key in ("mean_pattern", "mean_of")))]
    ),
    re.IGNORECASE,
)


def is_total(label: str) -> bool:
    """Whether a row's label marks a sum or mean of others."""
    return _TOTAL.fullmatch(label.strip().rstrip(":*")) is not None


def headed(columns: Sequence[Column], heads: Heads, desk: Desk) -> tuple[list[Column], Heads]:
    """The table with rows of a single text as a column of groups of the rows below; unchanged without such rows."""
    there = list(zip(*(item.cells for item in columns), strict=True))
    single = [row for row, cells in enumerate(there) if cells.count(None) == len(columns) - 1]
    held = {row: next(at for at, cell in enumerate(there[row]) if cell is not None) for row in single}
    alone = [row for row, at in held.items() if is_text(there[row][at])]
    at = held[alone[0]] if alone else 0
    heading = [row for row in alone if held[row] == at]
    texts = [str(columns[at].cells[row]) for row in heading]
    others = [str(cell) for row, cell in enumerate(columns[at].cells) if row not in heading and not blank(cell)]
    several = sum(row + 1 not in heading for row in heading) > 1
    if not several or heading[0] or heading[-1] == len(there) - 1 or (_are_places(texts) and _are_places(others)):
        return list(columns), heads
    kept = [row for row in range(len(there)) if row not in heading]
    cells = [columns[at].cells[max(item for item in heading if item < row)] for row in kept]
    result = where(columns, set(kept).__contains__)
    why = gettext("each is alone in a row above its own rows")
    desk.tell(gettext("groups"), enumerated(texts), why)
    mark_rows(columns[at], heading, desk, why, GROUP)
    if others:
        result.append(grouping(result, cells))
    else:
        result[at] = evolve(result[at], cells=cells)
    return result, evolve(heads, rows=[heads.rows[row] for row in kept])


def grouping(columns: Sequence[Column], cells: Sequence[Any]) -> Column:
    """A column of groups, under a name that no other has."""
    names = {item.name for item in columns}
    name = next(item for item in ("group", "heading", "group of the rows") if item not in names)
    return Column(at=10_000, name=name, cells=cells, lines=columns[0].lines)


def _are_places(names: Sequence[str]) -> bool:
    """Whether most names are countries', which then are units without values."""
    return bool(names) and len(known_places(names)) >= len(names) / 2


def filled_down(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns, the outer ones filled if a cell applies to the empty ones below it, as in a pivot table."""
    result, year = list(columns), year_column(columns)
    keys = [at for at, item in enumerate(result) if item is year or not item.is_figures]
    used: list[int] = []
    filling = []
    for place, at in enumerate(keys[:-1]):
        cells, inner = list(result[at].cells), [result[item] for item in keys[place + 1 :]]
        rows = [row for row in range(len(cells)) if any(not blank(item.cells[row]) for item in inner)]
        held = filled(cells[row] for row in rows)
        of_one_kind = columns[at] is year or all(map(is_text, held))
        if at != place or not 1 < len(held) < _SPARSE * len(rows) or blank(cells[rows[0]]) or not of_one_kind:
            break
        for row in range(1, len(cells)):
            if blank(cells[row]) and all(blank(item.cells[row]) for item in columns[:at]):
                cells[row] = cells[row - 1]
        used = used or rows
        filling.append(result[at].name)
        result[at] = evolve(result[at], cells=cells)
    texts = {tuple(result[at].cells[row] for at in keys) for row in used}
    if not filling or len(texts) < len(used):
        return list(columns)
    desk.tell(enumerated(filling), gettext("filled down"), gettext("a text also stands for the empty cells below it"))
    return result


def without_totals(columns: Sequence[Column], heads: Heads, desk: Desk) -> tuple[list[Column], Heads]:
    """The table without rows that are totals by a text, beside which no inner column of texts has one."""
    texts = [item for item in columns if not item.is_figures and filled(item.cells)]
    totals: dict[int, str] = {}
    why = gettext("totals and groups, not units")
    for place, item in enumerate(texts):
        outer, inner = (texts[:place] if place + 1 == len(texts) else []), texts[place + 1 :]
        for row, label in enumerate(item.cells):
            if not (is_text(label) and is_total(label)):
                continue
            alone = not any(is_text(other.cells[row]) for other in inner) and is_empty(
                other.cells[row] for other in outer
            )
            if alone and desk.row_of(str(label)) != "yes":
                totals[row] = str(label)
                mark_rows(item, [row], desk, why)
    if totals:
        desk.tell(gettext("rows left out"), enumerated(list(dict.fromkeys(totals.values()))), why)
    rows = [at for row, at in enumerate(heads.rows) if row not in totals]
    return where(columns, lambda row: row not in totals), evolve(heads, rows=rows)


def summing_rows(figures: Sequence[Column], rows: Sequence[int]) -> dict[int, tuple[str, list[int]]]:
    """The rows whose values are the sums or means of a group's above or below, or of all others'.

    Returns:
        Why so, and the rows of the group; none of all others.
    """
    result: dict[int, tuple[str, list[int]]] = {}
    sums = gettext("its values are the sums of others")
    means = gettext("its values are the means of others")
    whole = np.array([item.cells for item in figures], dtype=float).T
    while len(rows) > _FEW:
        cells = whole[list(rows)]
        halves = _half_units(cells, 0)
        found = _groups(cells, halves) if len(rows) <= _MANY else {}
        for line in (0, len(rows) - 1) if not found else ():
            others = [item for item in range(len(rows)) if item != line]
            made = _made_of(cells, halves, line, others, least=len(others))
            if made.chance <= _CHANCE:
                found[line] = evolve(made, members=())
        if not found:
            break
        for line, made in found.items():
            result[rows[line]] = sums if made.added else means, [rows[item] for item in made.members]
        rows = [at for at in rows if at not in result]
    return result


def _groups(cells: Array, halves: Array) -> dict[int, _Made]:
    """The lines that are made of those below them, or above: of all groups of a table, or where it is no chance."""
    count = len(cells)
    below = [_made_of(cells, halves, line, range(line + 1, min(count, line + 1 + _MEMBERS))) for line in range(count)]
    above = [_made_of(cells, halves, line, range(line - 1, max(-1, line - 1 - _MEMBERS), -1)) for line in range(count)]
    for way, step in ((below, 1), (above, -1)):
        line, heads = (0 if step > 0 else count - 1), []
        while 0 <= line < count and way[line].members:
            heads.append(line)
            line += step * (len(way[line].members) + 1)
        chance = float(np.prod([way[head].chance * count for head in heads]))
        if len(heads) > 1 and line in (-1, count, 0, count - 1) and chance <= _CHANCE:
            return {head: way[head] for head in heads}
    limit = _CHANCE / (2 * count * min(count, _MEMBERS))
    likely = {line: min(below[line], above[line], key=lambda made: made.chance) for line in range(count)}
    return {line: made for line, made in likely.items() if made.chance <= limit}


def summing_columns(figures: Sequence[Column]) -> dict[Column, tuple[list[Column], str]]:
    """The columns that are made of others in all rows; of which, and why so.

    They are sums or means of those beside them, or by their name a result, and a weighted sum of all others.
    """
    cells = np.array([item.cells[:_MANY] for item in figures], dtype=float).reshape(len(figures), -1)
    halves = _half_units(cells, 1) if cells.size else cells
    result: dict[Column, tuple[list[Column], str]] = {}
    sums = gettext("it is their sum, so they would count twice")
    means = gettext("it is their mean, so they would count twice")
    weighted = gettext("it is their weighted sum, so they would count twice")
    for line, column in enumerate(figures):
        parts = [at for at, item in enumerate(figures) if item not in result and not (cells[at] < 0).any()]
        before, behind = [at for at in reversed(parts) if at < line], [at for at in parts if at > line]
        others = [at for at in parts if at != line]
        is_result = _RESULT.search(column.name) is not None
        for members in (before[:_MEMBERS], behind[:_MEMBERS]):
            made = _made_of(cells, halves, line, members, everywhere=True)
            if made.chance * len(figures) * len(members) <= _CHANCE:
                result[column] = [figures[at] for at in made.members], sums if made.added else means
                break
        if column not in result and is_result and len(others) <= _MEMBERS:
            members, added = _mostly_made_of(cells, halves, line, others)
            result |= {column: ([figures[at] for at in members], sums if added else means)} if members else {}
        others = [at for at, item in enumerate(figures) if at != line and item not in result]
        if column not in result and is_result and _is_weighted(cells, halves, line, others):
            result[column] = [figures[at] for at in others], weighted
    return result


def _mostly_made_of(cells: Array, halves: Array, line: int, others: Sequence[int]) -> tuple[Sequence[int], bool]:
    """The neighbours whose mean or sum a line is in nearly all places, none if there are none; and whether a sum."""
    value, best = cells[line], (0, (), False)
    halves = halves.min(axis=1, keepdims=True)  # the last digits of 6.00 are not there to be seen
    apart = np.nanmax(value) - np.nanmin(value)
    for first in range(len(others) - 1):
        block, slack = cells[others[first:]], halves[others[first:]].cumsum(axis=0)
        count, total = np.arange(1, len(block) + 1)[:, None], block.cumsum(axis=0)
        for added, by in ((False, count), (True, 1)):
            made, loose = total / by, slack / by + halves[line] + 1e-9 * np.abs(total / by)
            fits = ((np.abs(value - made) <= loose) & (loose < _VAGUE * apart)).sum(axis=1)[1:]
            length = int(np.argmax(fits)) + 2
            best = max(
                best, (int(fits[length - 2]), tuple(others[first : first + length]), added), key=lambda it: it[0]
            )
    there = int((~np.isnan(value)).sum())
    return best[1:] if best[0] >= max(_MOSTLY * there, _FEW) else ((), False)


def _is_weighted(cells: Array, halves: Array, line: int, others: Sequence[int]) -> bool:
    """Whether a line is a weighted sum of others and a constant, up to rounding, in more places than it has weights."""
    whole = ~np.isnan(cells[[line, *others]]).any(axis=0)
    if len(others) < 2 or whole.sum() < len(others) + 1 + _FEW:
        return False
    block, value = cells[others][:, whole], cells[line, whole]
    weights = np.linalg.lstsq(np.vstack([block, np.ones_like(value)]).T, value, rcond=None)[0]
    slack = halves[line, whole] + np.abs(weights[:-1]) @ halves[others][:, whole] + 1e-9 * np.abs(value)
    return bool((np.abs(weights[:-1] @ block + weights[-1] - value) <= slack).all() and np.ptp(value) > 4 * slack.max())


def _half_units(cells: Array, along: int) -> Array:
    """Half a unit of the last digit of each figure: after the point, or the last that any has along an axis."""
    places = _last_places(np.nan_to_num(cells).ravel()).reshape(cells.shape)
    shared = places.min(axis=along, keepdims=True)
    return 0.5 * 10.0 ** np.maximum(np.minimum(places, 0), np.where(np.isinf(shared), 0, shared))


def _last_places(figures: Array) -> Array:
    """The power of ten of the last digit of each figure, as it is written with the fewest; infinite for 0."""
    places = np.where(figures == 0, np.inf, np.nan)
    for place in range(-_EXACT, _EXACT):  # these powers of ten and whole numbers are exact, so their quotients are
        rest = np.flatnonzero(np.isnan(places) & (np.abs(figures) < _LARGE))
        units = np.rint(figures[rest] * 10.0**place if place > 0 else figures[rest] / 10.0**-place)
        again = units / 10.0**place if place > 0 else units * 10.0**-place
        places[rest[again == figures[rest]]] = -place
    for at in np.flatnonzero(np.isnan(places)):
        places[at] = Decimal(repr(float(figures[at]))).normalize().as_tuple().exponent
    return places


@frozen
class _Made:
    """The lines that add up to a line, the probability of chance, and whether they are added."""

    members: Sequence[int] = ()
    chance: float = np.inf
    added: bool = False


def _made_of(
    cells: Array, halves: Array, line: int, members: Sequence[int], *, least: int = 2, everywhere: bool = False
) -> _Made:
    """The first members whose sum or mean a line is.

    A value is the sum or the mean of the members' up to rounding; beside such values others may be weighted means,
    which lie between the members, unless all values must be sums or means (`everywhere`).

    Args:
        cells: Values, `(lines, places)`; NaN if missing.
        halves: Half a unit of the last digit of each.
        line: The position of the line.
        members: Lines, the nearest first.
        least: The fewest members.
        everywhere: No place may have another kind of value, and each member must have one there.
    """
    if len(members) < least:
        return _Made()
    block, value, half = cells[list(members)], cells[line], halves[line]
    usual = np.median(halves[list(members)[:_FEW]], axis=0)
    count, total = np.cumsum(~np.isnan(block), axis=0), np.nancumsum(block, axis=0)
    low, high = np.fmin.accumulate(block), np.fmax.accumulate(block)
    absent = np.isnan(value) | (count < 2)
    if everywhere:
        absent |= count < np.arange(1, len(block) + 1)[:, None]
    best, are_sums = np.full(len(block), np.inf), np.zeros(len(block), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / count
        kinds = ((total, count, np.maximum(high - low, np.abs(total))), (mean, 1, high - low))
        for loose in (0, 1):  # made of exact values, or of the members' as they are shown
            odds = []
            for made, errors, scale in kinds:
                slack = half + loose * errors * usual + 1e-9 * np.abs(made)
                odd = np.nan_to_num(np.minimum(2 * slack / scale, 1), nan=1)
                odds.append(np.where(absent, 1, np.where(np.abs(value - made) <= slack, odd, np.inf)))
            ways = [item.prod(axis=1) for item in odds]
            if not everywhere:
                between = np.where(absent | ((low <= value) & (value <= high)), 1, np.inf)
                ways.append(np.minimum.reduce([*odds, between]).prod(axis=1) * 3.0 ** len(value))
            are_sums |= odds[0].min(axis=1) < odds[1].min(axis=1)
            best = np.minimum(best, np.minimum.reduce(ways))
    best[: least - 1] = np.inf
    best[(~absent).sum(axis=1) < (_FEW if everywhere else 1)] = np.inf
    at = int(np.argmin(best))
    return _Made(members[: at + 1], float(best[at]), bool(are_sums[at])) if best[at] < np.inf else _Made()
