"""Adding up rows so that the order in which they come decides nothing, not even the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.edges import unwarned

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Positions

#: Whole numbers up to it are added without rounding.
_EXACT = 2.0**53


def order_of(frame: pd.DataFrame, keys: Sequence[str]) -> tuple[Positions, bool]:
    """The positions of rows in the order of some columns, and whether two of them are alike in these; gaps come first.

    Rows that are alike stay in their order.
    """
    import pandas as pd

    place, several = np.zeros(len(frame), dtype=np.int64), 1
    for name in keys:
        own, values = pd.factorize(frame[name], sort=True)
        if several * (len(values) + 1) > np.iinfo(np.int64).max:
            distinct, place = np.unique(place, return_inverse=True)
            several = len(distinct)
        place, several = place * (len(values) + 1) + own + 1, several * (len(values) + 1)
    order = np.argsort(place, kind="stable")
    return order, bool((np.diff(place[order]) == 0).any())


def sums_by(frame: pd.DataFrame, by: Any, amounts: Sequence[str]) -> pd.DataFrame:
    """Amounts of rows that are alike, as one; in order, gaps stay where all were gaps.

    Args:
        frame: The rows.
        by: The columns that tell rows apart, or a number for each row.
        amounts: The columns that are added; what is no whole number is added from the least to the largest.
    """
    import pandas as pd

    grouped = frame.groupby(by, sort=True, as_index=False, dropna=False)
    made: pd.DataFrame = grouped[list(amounts)].sum(min_count=1)
    number = grouped.ngroup().to_numpy()
    for name in amounts:
        values = frame[name].to_numpy(dtype=float)
        if not _whole(values):
            order = np.argsort(values)
            made[name] = pd.Series(values[order]).groupby(number[order], sort=True).sum(min_count=1).to_numpy()
    return made


def counts_by(kind: Positions, values: Array, length: int) -> Array:
    """The sum of the values of each kind, `(length,)`."""
    order = slice(None) if _whole(values) else np.argsort(values)
    made: Array = np.bincount(kind[order], values[order], length).astype(float)
    return made


def sum_of(values: Array) -> float:
    """The sum of values."""
    return float(np.sort(values).sum())


def _whole(values: Array) -> bool:
    """Whether values, gaps aside, are whole numbers whose sum is one without rounding."""
    there = values[~np.isnan(values)]
    with unwarned():
        return bool((np.rint(there) == there).all() and np.abs(there).sum() < _EXACT)
