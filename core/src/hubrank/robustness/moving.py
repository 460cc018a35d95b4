"""How often draws move units between two editions: both are ranked in the same draw, so that a doubt moves both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.composing.ranking import Ranking
    from hubrank.robustness.analysis import Analysis

#: Moves are looked at in so many draws, the first: a share of 0.9 then has a standard error of 0.007.
DRAWS = 2048
#: With very many units in fewer, so that no more ranks than these are looked at, but in `_LEAST` draws at least.
_MOST_RANKS = 20_000_000
_LEAST = 100
#: Ranks that are held at a time.
_PIECE = 1_000_000


def moves_alike(analysis: Analysis, ranking: Ranking, draws: int) -> Array:
    """The share of draws that move each unit since the edition before the way that its rank moved.

    Args:
        analysis: The draws.
        ranking: The ranking as the scenario has it.
        draws: How many draws there are; no more are looked at.

    Returns:
        `(editions, units)`; NaN in the first edition, and where a rank did not move.
    """
    alike = np.full(ranking.ranks.shape, np.nan)
    if len(alike) > 1:
        pairs = [(at - 1, at) for at in range(1, len(alike))]
        alike[1:] = moves_between(analysis, ranking, pairs, draws)
    return alike


def moves_between(analysis: Analysis, ranking: Ranking, pairs: list[tuple[int, int]], draws: int) -> Array:
    """The share of draws that move each unit between two editions the way that its rank moved.

    A draw in which the unit keeps its rank moves it neither way; one that ranks it in one edition only says nothing.

    Args:
        analysis: The draws.
        ranking: The ranking as the scenario has it.
        pairs: The positions of the editions before and after.
        draws: How many draws there are; no more are looked at.

    Returns:
        `(pairs, units)`; NaN where a rank did not move.
    """
    before, after = (list(each) for each in zip(*pairs, strict=True))
    ways = np.sign(ranking.ranks[before] - ranking.ranks[after])
    same, both = np.zeros(ways.shape), np.zeros(ways.shape)
    for ranks in _drawn(analysis, ranking.ranks.shape, draws):
        won = ranks[before] - ranks[after]
        same += (np.sign(won) == ways[:, None]).sum(axis=1)
        both += (~np.isnan(won)).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.abs(ways) > 0, same / both, np.nan)


def _drawn(analysis: Analysis, shape: tuple[int, ...], draws: int) -> Iterator[Array]:
    """The ranks of the first draws, `(editions, draws of a piece, units)`; NaN where a draw does not rank a unit."""
    ranks = shape[0] * shape[1]
    most = min(draws, DRAWS, max(_LEAST, _MOST_RANKS // ranks))
    size, step = analysis.design.block_size, max(1, _PIECE // ranks)
    for block in range(-(-most // size)):
        made = analysis.design.block(block).part(slice(0, most - block * size))
        for start in range(0, len(made), step):
            piece = made.part(slice(start, start + step))
            for choice, which in piece.by_setting():
                part = piece.part(which)
                whole = np.full((shape[0], len(part), shape[1]), np.nan)
                for edition, units, found in analysis.counter.ranks(choice, part):
                    whole[edition][:, units] = found
                yield whole
