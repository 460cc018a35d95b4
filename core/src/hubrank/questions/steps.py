"""Steps on a score, between two editions that may apply them otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.questions.cells import Cells


def stepped(first: Cells, second: Cells, node: str) -> tuple[Array, Array]:
    """What a point before the steps of `after` is worth behind them, and what comes of steps that changed.

    The steps of an edition are read off its own units, straight between neighbours.
    """
    before_x, after_x = first.panel_before(node), first.panel_after(node)
    before_y, after_y = second.panel_before(node), second.panel_after(node)
    x, y = before_x[first.units], before_y[second.units]
    new, old = after_x[first.units], after_y[second.units]
    if (x == new).all() and (y == old).all():
        return np.ones(len(x)), np.zeros(len(x))
    crossed_y, crossed_x = _read(before_x, after_x, y), _read(before_y, after_y, x)
    moved = ((crossed_y - old) + (new - crossed_x)) / 2
    gap = x - y
    far = np.abs(gap) > 1e-9 * (np.abs(x) + np.abs(y))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(far, (new - old - moved) / gap, _slope(before_x, after_x))
    return slope, new - old - slope * gap


def _read(before: Array, after: Array, at: Array) -> Array:
    """The steps' outcome at scores, straight on beyond the ends."""
    there = ~np.isnan(before) & ~np.isnan(after)
    x, where = np.unique(before[there], return_index=True)
    y = after[there][where]
    if len(x) < 2:
        return np.asarray(at - x[0] + y[0])
    low = y[0] + (at - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    high = y[-1] + (at - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(np.where(at < x[0], low, np.where(at > x[-1], high, np.interp(at, x, y))))


def _slope(before: Array, after: Array) -> float:
    there = ~np.isnan(before) & ~np.isnan(after)
    spread = np.ptp(before[there])
    return float(np.polyfit(before[there], after[there], 1)[0]) if spread > 0 else 1.0
