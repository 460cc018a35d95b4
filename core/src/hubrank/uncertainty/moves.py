"""Moves between two editions: which share of the draws agrees with each, and which moves are robust."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hubrank.numeric import Array, Mask
from hubrank.ranking.intervals import FALSE_SHARE
from hubrank.ranking.ranking import Ranking
from hubrank.uncertainty.analysis import ranks_of_draws
from hubrank.uncertainty.engine import Analysis

#: The number of draws of choices for a reliable share; a p-value is no smaller than 2 divided by it.
_CHOICES = 2048


@frozen(eq=False)
class Moves:
    """The evidence of draws for rank changes between pairs of editions, each `(pairs, units)`.

    Attributes:
        agreement: The share of draws that change a unit's rank in the observed direction; NaN if it did not change.
        robust: Which rank changes are robust.
    """

    agreement: Array
    robust: Mask


def moves_between(analysis: Analysis, ranking: Ranking, pairs: list[tuple[int, int]], draws: int) -> Moves:
    """The share of the draws that change each unit's rank between two editions in the observed direction.

    Both editions are ranked in the same draw, so that an uncertain choice affects both. A draw without a change agrees
    with neither direction; one that ranks the unit in one edition only does not count.

    Args:
        pairs: The positions of the editions before and after.
        draws: The number of draws; the first are used, or all of them if values are drawn.
    """
    before, after = (list(item) for item in zip(*pairs, strict=True))
    ways = np.sign(ranking.ranks[before] - ranking.ranks[after])
    same, both = np.zeros(ways.shape), np.zeros(ways.shape)
    estimated = analysis.design.uncertainties.estimated
    for piece in ranks_of_draws(analysis, draws if estimated else min(draws, _CHOICES)):
        won = piece[:, before]
        won -= piece[:, after]
        won *= ways
        same += (won > 0).sum(axis=0)
        both += (~np.isnan(won)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = np.where(np.abs(ways) > 0, same / both, np.nan)
    return Moves(agreement, np.stack([robust(*pair, estimated) for pair in zip(agreement, both, strict=True)]))


def robust(agreement: Array, draws: Array, estimated: bool) -> Mask:
    """The robust rank changes between two editions: at most the share `FALSE_SHARE` of them is false, in expectation.

    Draws of choices are the uncertainty itself: the share of draws that agree is the probability, and all of these
    changes count. Draws of values are estimates around values that themselves have errors, so their share is no
    probability that a rank changed; twice the share that disagrees is a two-sided p-value, and the p-values of all
    changes are tested together.

    Args:
        agreement: The share of draws that change a unit's rank in the observed direction, `(units,)`; NaN for none.
        draws: The number of these draws, `(units,)`.
        estimated: Whether values are drawn, and not only choices.

    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, 4.4, for the p-value of counted draws.
    """
    if not estimated:
        return np.asarray(agreement >= 1 - FALSE_SHARE)
    p = np.minimum(1, 2 * (1 + np.round((1 - agreement) * draws)) / (1 + draws))
    return discoveries(p, FALSE_SHARE)


def discoveries(p: Array, false_share: float) -> Mask:
    """Which hypotheses `(units,)` to reject so that at most a share of these is true in expectation; none for NaN.

    It holds however the p-values depend on one another, as those of units of one ranking do.

    Source: Benjamini and Yekutieli (2001), Annals of Statistics 29(4), theorem 1.3.
    """
    known = np.sort(p[~np.isnan(p)])
    counts = np.arange(1, len(known) + 1)
    low = np.flatnonzero(known * len(known) * (1 / counts).sum() <= false_share * counts)
    return np.asarray(p <= known[low[-1]]) if len(low) else np.zeros(p.shape, dtype=bool)
