"""Correlations between members over the units, for any axes in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from hubrank.basis.edges import brought_near
from hubrank.basis.ranks import ranks
from hubrank.methods import arrays

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: Which correlation: of the scores, or of their ranks.
Kind = Literal["pearson", "spearman"]


def correlations(scores: Array, kind: Kind = "pearson") -> Array:
    """Correlations of every two members, `(..., members, members)`.

    Each pair is taken over the units that have both. The correlation with a member that does not vary is 0, and
    1 with itself.
    """
    if not np.isnan(scores).any():
        ranked = ranks(scores, "average", axis=arrays.UNITS) if kind == "spearman" else scores
        return _of_complete(ranked)
    number = scores.shape[-1]
    made = np.empty((*scores.shape[:-2], number, number))
    for first in range(number):
        for second in range(first + 1):
            pair = scores[..., [first, second]]
            pair = np.where(np.isnan(pair).any(axis=-1, keepdims=True), np.nan, pair)
            pair = ranks(pair, "average", axis=arrays.UNITS) if kind == "spearman" else pair
            made[..., first, second] = made[..., second, first] = _of_complete(_centred(pair))[..., 0, 1]
    made[..., range(number), range(number)] = 1
    return made


def complete(scores: Array) -> Array:
    """The scores of units that have all members; the others as gaps throughout."""
    lacking = np.isnan(scores).any(axis=-1, keepdims=True)
    return np.where(lacking, np.nan, scores) if lacking.any() else scores


def of_complete(scores: Array) -> Array:
    """Pearson's correlations over the units that have all members, `(..., members, members)`."""
    return _of_complete(_centred(complete(scores)))


def _centred(scores: Array) -> Array:
    """Distances from the mean; 0 for gaps, which then count for nothing."""
    scores, _ = brought_near(scores, arrays.UNITS)
    distance = scores - arrays.mean(scores)
    return np.where(np.isnan(distance), 0.0, distance)


def _of_complete(scores: Array) -> Array:
    scores, _ = brought_near(scores, arrays.UNITS)
    mean = scores.mean(axis=arrays.UNITS, keepdims=True)
    centred = scores - mean
    length = np.sqrt((centred**2).sum(axis=arrays.UNITS, keepdims=True))
    flat = length <= arrays.TINY * np.sqrt(scores.shape[arrays.UNITS]) * np.abs(mean)
    unit = np.where(flat, 0.0, centred / np.where(flat, 1.0, length))
    made = np.swapaxes(unit, -1, -2) @ unit
    diagonal = np.arange(scores.shape[-1])
    made[..., diagonal, diagonal] = 1
    return np.asarray(np.clip(made, -1, 1))
