"""Kendall's counts of pairs in the same and in the other order, without a square of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from hubrank import Array, Mask

    Codes = np.ndarray[Any, np.dtype[np.int64]]


@frozen(kw_only=True)
class Concordance:
    """How the pairs of units stand in two columns. Whole numbers, so that nothing is rounded.

    Attributes:
        pairs: How many pairs there are.
        balance: Those in the same order less those in the other.
        tied: Those that tie in the one column, and in the other.
        triples: Ordered triples of units that tie, by column.
        spread: The term of ties in the variance of `balance`, by column.
    """

    pairs: int
    balance: int
    tied: tuple[int, int]
    triples: tuple[int, int]
    spread: tuple[int, int]


def codes_of(values: Array) -> Codes:
    """Whole numbers in the order of a column's values, equal where they are, none left out; -1 where there is a gap."""
    found = np.full(len(values), -1, dtype=np.int64)
    there = ~np.isnan(values)
    found[there] = np.unique(values[there], return_inverse=True)[1]
    return found


def codes_among(codes: Codes, there: Mask) -> Codes:
    """The codes of some of the units, none left out; nothing is sorted again."""
    if there.all():
        return codes
    kept = codes[there]
    dense: Codes = np.cumsum(np.bincount(kept) > 0) - 1
    return dense[kept]


def concordance(first: Codes, second: Codes) -> Concordance:
    """Count the pairs of units.

    Args:
        first: `(units,)`, as `codes_of` or `codes_among` makes them, without gaps.
        second: Of the same length.
    """
    pairs = len(first) * (len(first) - 1) // 2
    ties = [np.bincount(each) for each in (first, second)]
    tied = (_pairs(ties[0]), _pairs(ties[1]))
    both = 0
    ordered = np.empty_like(second)
    if tied[0]:
        keys = np.sort(first * len(ties[1]) + second)
        both = _pairs(np.diff(np.flatnonzero(np.diff(keys, prepend=-1, append=keys[-1] + 1))))
        ordered = keys % len(ties[1])
    else:
        ordered[first] = second
    return Concordance(
        pairs=pairs,
        balance=pairs - tied[0] - tied[1] + both - 2 * inversions(ordered),
        tied=tied,
        triples=(_triples(ties[0]), _triples(ties[1])),
        spread=(_spread(ties[0]), _spread(ties[1])),
    )


def inversions(codes: Codes) -> int:
    """How many pairs of a sequence have the larger value first.

    The sequence is cut into runs of places and runs of values. Pairs of one run of places are compared one by one, then
    those of one run of values; all others are told by how many values each run of places has in each run of values.

    Args:
        codes: Whole numbers from 0, none left out.
    """
    length = len(codes)
    size = int(np.sqrt(length))
    small = codes.astype(np.uint16 if length < 1 << 16 else np.uint32)
    positions = np.arange(length, dtype=small.dtype)
    if codes.max() < length - 1:
        place = np.argsort(small, kind="stable")
        value = np.empty_like(small)
        value[place] = positions
    else:
        value, place = small, np.empty(length, dtype=np.intp)
        place[codes] = positions
    runs = positions // small.dtype.type(size)
    number = int(runs[-1]) + 1
    counts = np.bincount(runs * np.intp(number) + runs[value], minlength=number * number).reshape(number, number)
    larger = counts[:, ::-1].cumsum(axis=1)[:, ::-1] - counts
    before = larger.cumsum(axis=0) - larger
    return int((before * counts).sum()) + _within(value, size) + _within(runs[place], size)


def _within(values: Any, size: int) -> int:
    """How many pairs within runs of a length have the larger value first."""
    rest = -len(values) % size
    runs = np.append(values, np.full(rest, np.iinfo(values.dtype).max, dtype=values.dtype)).reshape(-1, size)
    columns = np.ascontiguousarray(runs.T)
    return sum(int(np.count_nonzero(columns[:-by] > columns[by:])) for by in range(1, size))


def _pairs(counts: Codes) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _triples(counts: Codes) -> int:
    return int((counts * (counts - 1) * (counts - 2)).sum())


def _spread(counts: Codes) -> int:
    return int((counts * (counts - 1) * (2 * counts + 5)).sum())
