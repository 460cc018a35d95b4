"""Moves between two editions: which share of the draws agrees with each, and which moves are robust."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hubrank.numeric import Array, Mask
from hubrank.ranking.intervals import FALSE_SHARE
from hubrank.ranking.ranking import Ranking
from hubrank.uncertainty.analysis import ranks_of_draws
from hubrank.uncertainty.engine import Analysis

#: A share of draws of choices is known well enough from so many; a p-value is no smaller than 2 in their number.
_CHOICES = 2048


@frozen(eq=False)
class Moves:
    """What draws say of the moves between pairs of editions, each `(pairs, units)`.

    Attributes:
        agreement: The share of draws that move a unit the way that its rank moved; NaN where it did not move.
        robust: Which moves the draws bear out.
    """

    agreement: Array
    robust: Mask


def moves_between(analysis: Analysis, ranking: Ranking, pairs: list[tuple[int, int]], draws: int) -> Moves:
    """Which share of the draws moves each unit between two editions the way that its rank moved.

    Both are ranked in the same draw, so that a doubt moves both. A draw in which the unit keeps its rank moves it
    neither way; one that ranks it in one edition only says nothing.

    Args:
        pairs: The positions of the editions before and after.
        draws: How many draws there are; the first are looked at, all of them where figures are drawn.
    """
    before, after = (list(item) for item in zip(*pairs, strict=True))
    ways = np.sign(ranking.ranks[before] - ranking.ranks[after])
    same, both = np.zeros(ways.shape), np.zeros(ways.shape)
    estimated = analysis.design.uncertainties.estimated
    for piece in ranks_of_draws(analysis, draws if estimated else min(draws, _CHOICES)):
        won = piece[:, before] - piece[:, after]
        same += (np.sign(won) == ways).sum(axis=0)
        both += (~np.isnan(won)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        agreement = np.where(np.abs(ways) > 0, same / both, np.nan)
    return Moves(agreement, np.stack([robust(*pair, estimated) for pair in zip(agreement, both, strict=True)]))


def robust(agreement: Array, draws: Array, estimated: bool) -> Mask:
    """Which of the moves between two editions draws bear out: of these at most `FALSE_SHARE` are false, in expectation.

    Draws of choices are the doubt itself: what a share of them agrees with is true by that share, and all of these
    moves are. Draws of figures are estimates around figures that are themselves off, so a share of them is no
    probability that a unit moved; twice the share that does not agree is a two-sided p-value, and those of all moves
    are judged together.

    Args:
        agreement: The share of draws that move a unit the way that its rank moved, `(units,)`; NaN for none.
        draws: How many draws that is of, `(units,)`.
        estimated: Whether figures are drawn, and not choices alone.

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
