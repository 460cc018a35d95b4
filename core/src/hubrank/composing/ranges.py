"""The intervals of ranks: how one reads, which ranks lie outside theirs, and what a reader should know of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.words import counted
from hubrank.composing.caveats import Caveat

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.composing.composed import Composed
    from hubrank.scenario.uncertainty.sources import Uncertainties

#: What stands behind an interval that its own rank lies outside of.
MARK = "*"


def range_text(low: float, high: float, outside: bool = False) -> str:
    """Both ends of an interval, or the one that they are, marked where the rank lies outside; empty for a gap."""
    if np.isnan(low) or np.isnan(high):
        return ""
    text = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{text}{MARK}" if outside else text


def outside(ranks: Array, low: Array | None, high: Array | None) -> Mask:
    """Which ranks lie outside their own intervals, `(editions, units)`; none that has no interval."""
    if low is None or high is None:
        return np.zeros(ranks.shape, dtype=bool)
    found: Mask = (ranks < low) | (ranks > high)
    return found


def ranges_caveat(
    composed: Composed, ranks: Array, low: Array | None, high: Array | None, note: str
) -> Iterator[Caveat]:
    """One caveat about all that is to be said of the intervals; none where nothing is.

    Args:
        composed: What was ranked.
        ranks: `(editions, units)`.
        low: The intervals' lower ends; none where there are no intervals.
        high: Their upper ends.
        note: What is to be said of the draws.
    """
    said = [note] if note else []
    uncertainties = composed.plan.uncertainties
    if low is not None and uncertainties is not None:
        said += _added(uncertainties)
        if count := int((np.isnan(low) & ~np.isnan(ranks)).sum()):
            said.append(f"none for {counted(count, 'rank')}, which no draw gives")
        counts = dict(zip(composed.editions, outside(ranks, low, high).sum(axis=1), strict=True))
        if where := ", ".join(f"{count} in {edition}" for edition, count in counts.items() if count):
            said.append(f"{MARK} marks ranks outside their own range ({where}): {_why(uncertainties)}")
    if said:
        yield Caveat(kind="ranges", text=f"ranges: {'; '.join(said)}")


def _added(uncertainties: Uncertainties) -> Iterator[str]:
    names = [f"{each.labels[each.own]} ({each.name})" for each in uncertainties.discrete if each.added]
    if names:
        yield f"drawn with the scenario's own {', '.join(names)} too, which its alternatives do not name"


def _why(uncertainties: Uncertainties) -> str:
    """What moves a unit away from its own rank in nearly all draws."""
    names = [each.name for each in uncertainties.discrete]
    names += [name for name in ("weights", "noise") if getattr(uncertainties, name)]
    return f"nearly every draw of {' and '.join(names)} moves them the same way"
