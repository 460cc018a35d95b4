"""Joint results of the draws: intervals that hold together, and which units are the first ones together.

Intervals that each hold in 90 % of the draws hold together in far fewer. Joint intervals leave out the same share of
each unit's draws on either side, the largest with which all of them hold together often enough. This frequency is
learned from draws other than the counted ones, so that it holds for any further draw (split conformal prediction: Lei,
G'Sell, Rinaldo, Tibshirani and Wasserman 2018) and any number of units.
"""

from __future__ import annotations

import numpy as np

from hubrank.numeric import Array, Mask, Positions
from hubrank.ranking.intervals import HIGH, LOW, SURE
from hubrank.uncertainty.analysis import draws_of
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.rank_sets import sets_of
from hubrank.uncertainty.tally import Bins, Places, first_bin

#: The most other draws, a quarter of those counted: a share of 0.9 then has a standard error of 0.007.
_PART, _MOST = 4, 2048
#: With very many units no more than this number of ranks, but of this many draws in any case.
_RANKS, _LEAST = 5_000_000, 128
#: Counts that are looked up at a time, so that they stay in the cache.
_PIECE = 50_000
#: The copy of the design that the other draws are of.
_COPY = 4
#: Draws of possible scores that show the size of chance, the most differences at a time, and the fewest draws.
_AROUND, _DIFFERENCES, _LEAST_AROUND = 2000, 200_000_000, 500
#: Pairs of units that are compared at a time, so that a large ranking needs no more memory.
_AT_A_TIME = 1000
#: Scores that draws bring together by more than this are stretched no further.
_NEAREST = 0.1


def other_draws(analysis: Analysis, draws: int) -> tuple[Array, Array]:
    """The ranks of draws other than those counted, which are the first ones, and numbers in the order of ranks.

    Each `(draws, editions, units)`, as `Analysis.bands` returns them.
    """
    most = min(draws // _PART, _MOST, max(_LEAST, _RANKS // analysis.low.size))
    none = np.empty((0, *analysis.low.shape), dtype=np.float32)
    pieces = [(none, none), *map(analysis.bands, draws_of(analysis, most, _COPY))]
    ranks, order = (np.concatenate(item) for item in zip(*pieces, strict=True))
    return ranks, order


def joint_ranges(below: Places, bins: Bins, ranks: Array, share: float = HIGH - LOW) -> tuple[Array, Array]:
    """The ends of the joint intervals of an edition's units, each `(units,)`; never narrower than the single ones.

    Args:
        below: The number of draws in which each unit was in each bin or a better one, `(bins, units)`.
        bins: The ranks that were counted.
        ranks: The ranks of other draws, `(draws, units)`; NaN if a draw does not rank a unit, which counts as inside.
        share: The share of the draws in which all are to hold.

    Returns:
        NaN for units that were never ranked; for all if there are too few draws.
    """
    units, total = below.shape[1], below[-1]
    reached = np.full(len(ranks), np.inf)
    step = max(16, _PIECE // len(below))
    for start in range(0, units, step):
        some = slice(start, start + step)
        counted, piece, of = np.ascontiguousarray(below[:, some]), ranks[:, some], total[some]
        at, here = bins.at(piece), np.arange(piece.shape[1])
        before = np.where(at > 0, counted[at - 1, here], 0)
        with np.errstate(invalid="ignore"):  # the shares of draws with a rank or a better one, with it or a worse one
            nearer = np.nan_to_num(np.minimum(counted[at, here], of - before) / of)
        reached = np.minimum(reached, np.where(np.isnan(piece), np.inf, nearer).min(axis=1))
    reached.sort()
    out = int((1 - share) * (len(reached) + 1) + 1e-9)  # draws that may lie outside, one of them on the edge
    tail = min(reached[out - 1], LOW) if out else 0.0
    if not tail:
        return np.full(units, np.nan), np.full(units, np.nan)
    least = np.ceil(tail * total)
    with np.errstate(divide="ignore", invalid="ignore"):  # the fewest draws that are this share
        least += (least / total < tail) - 1.0 * ((least - 1) / total >= tail)
    low, high = first_bin(below, least), first_bin(below, total - least + 1)
    return np.where(total > 0, bins.low[low], np.nan), np.where(total > 0, bins.high[high], np.nan)


def draws_around(units: int, draws: int, *, one_by_one: bool) -> int:
    """The number of draws of possible scores: as many as were counted, few if a method takes one draw at a time."""
    return max(_LEAST_AROUND, 0 if one_by_one else min(_AROUND, draws, _DIFFERENCES // units**2))


def confidence_ranges(scores: Array, around: Array, share: float = HIGH - LOW) -> tuple[Array, Array]:
    """The ends of ranges that hold the true ranks of all units with a confidence, each `(units,)`; NaN for unranked.

    Scales that follow values, such as from the least to the largest, draw scores together as values are off, those of
    draws more than those that were measured: draws are stretched by as much as their means lie nearer together.

    Args:
        scores: Scores, the highest best, `(units,)`.
        around: The scores for values changed by their errors once more, `(draws, units)`.
        share: The confidence.
    """
    low, high = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    ranked = np.flatnonzero(~np.isnan(scores) & ~np.isnan(around).any(axis=0))
    if len(ranked) < 2:
        low[ranked] = high[ranked] = 1
        return low, high
    own, drawn = scores[ranked], around[:, ranked]
    centre = drawn.mean(axis=0)
    spread = ((own - own.mean()) ** 2).sum()
    nearer = ((own - own.mean()) * centre).sum() / spread if spread else 1.0
    deviations = (drawn - centre) / np.clip(nearer, _NEAREST, 1)
    covariance = deviations.T @ deviations / (len(deviations) - 1)
    low[ranked], high[ranked] = sets_of(own, covariance, deviations, confidence=share)
    return low, high


def held_at_once(ranks: Array, low: Array, high: Array) -> float:
    """The share of draws `(draws, units)` in which the ranges of all units that they rank hold; NaN without draws."""
    with np.errstate(invalid="ignore"):
        broken = np.any((ranks < low) | (ranks > high), axis=1)
    return 1 - float(broken.mean()) if len(ranks) else np.nan


def first_ahead(ranks: Array, order: Positions, tied: Array) -> Mask:
    """Whether the first k units of a ranking are all ahead of all others, in each draw and for each k but all.

    Args:
        ranks: The ranks of draws, `(draws, units)`; a unit that is not ranked is not ahead.
        order: The positions of the ranked units, best first.
        tied: Their ranks in that order; where the next unit has the same, no units are the first k.

    Returns:
        `(draws, ranked units - 1)`.
    """
    others = np.setdiff1d(np.arange(ranks.shape[1]), order)
    found = np.empty((len(ranks), max(0, len(order) - 1)), dtype=bool)
    step = max(1, _PIECE // max(1, ranks.shape[1]))
    for start in range(0, len(ranks), step):
        there = np.nan_to_num(ranks[start : start + step], nan=np.inf, posinf=np.inf, neginf=-np.inf)
        mine = there[:, order]
        last = np.maximum.accumulate(mine, axis=1)[:, :-1]
        next_ = np.minimum.accumulate(mine[:, ::-1], axis=1)[:, ::-1][:, 1:]
        if len(others):
            next_ = np.minimum(next_, there[:, others].min(axis=1)[:, None])
        found[start : start + step] = last < next_
    return found & (tied[1:] > tied[:-1])


def ahead_of(ranks: Array, units: Positions, others: Positions) -> Array:
    """In which share of the draws that rank both each unit is ahead of its other, `(pairs,)`; a tie is no lead.

    Args:
        ranks: The ranks of draws, `(draws, units)`.
        units: The positions of the units.
        others: Those of the others.

    Returns:
        NaN if no draw ranks both, and where there are too few draws for one in which a sure lead does not hold.
    """
    shares = np.full(len(units), np.nan)
    for some in np.array_split(np.arange(len(units)), len(units) // _AT_A_TIME + 1):
        lead = ranks[:, others[some]] - ranks[:, units[some]]
        both = (~np.isnan(lead)).sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares[some] = np.where(both * (1 - SURE) >= 1, (lead > 0).sum(axis=0) / both, np.nan)
    return shares


def tiers_of(ahead: Mask, share: float = SURE) -> Array:
    """The tiers, from 1, of units in the order of the ranking that draws separate, all of them at once.

    A tier ends after a rank if its units and all before them are ahead of all others in at least a share of the draws,
    in which this also holds for the other ends; ends that hold in more draws come first.

    Args:
        ahead: The result of `first_ahead`, `(draws, units - 1)`.

    Returns:
        `(units,)`; NaN if there are too few draws for one in which they are not separated.
    """
    if len(ahead) * (1 - share) < 1:
        return np.full(ahead.shape[1] + 1, np.nan)
    shares, ends, together = ahead.mean(axis=0), np.zeros(ahead.shape[1]), np.ones(len(ahead), dtype=bool)
    for place in np.argsort(-shares, kind="stable")[: int((shares >= share).sum())]:
        both = together & ahead[:, place]
        if both.mean() >= share:
            together, ends[place] = both, 1
    return np.cumsum(np.append(1, ends))


def kept_apart(low: Array, high: Array) -> Array:
    """The tiers, from 1, that confidence ranges of units in the order of the ranking keep apart.

    A tier ends after a place where no range up to it goes beyond it and none after it begins at or before it.

    Args:
        low: The better ends, best unit first, `(units,)`; a unit without a range is kept apart from none.
        high: The worse ends.
    """
    place = np.arange(1, len(low) + 1)
    worst = np.maximum.accumulate(np.where(np.isnan(high), np.inf, high))
    best = np.minimum.accumulate(np.where(np.isnan(low), -np.inf, low)[::-1])[::-1]
    ends = (worst <= place) & (np.append(best[1:], np.inf) > place)
    return np.cumsum(np.append(0, ends[:-1])) + 1.0
