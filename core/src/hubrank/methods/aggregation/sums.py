"""The weighted sum, as fast as a matrix product where the weights allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.edges import without_noise

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array


def weighted_sum(scores: Array, weights: Array) -> Array:
    """The sum over the members of scores times weights, without a copy of the scores.

    Args:
        scores: `(..., editions, units, members)`.
        weights: What broadcasts against them.

    Returns:
        `(..., editions, units)`.
    """
    if weights.ndim < 2 or weights.shape[-2] != 1:
        return np.asarray(np.einsum("...m,...m->...", scores, weights))
    if weights.ndim == 4 and scores.ndim == 3 and weights.shape[1] == 1:
        product = scores.reshape(-1, scores.shape[-1]) @ weights[:, 0, 0, :].T
        return np.moveaxis(product, -1, 0).reshape(len(weights), *scores.shape[:-1])
    return np.asarray(np.matmul(scores, np.swapaxes(weights, -1, -2))[..., 0])


def settled_sum(scores: Array, weights: Array) -> Array:
    """As `weighted_sum`; 0 where the terms cancel and only the noise of adding them up is left.

    Args:
        scores: `(..., editions, units, members)`; no gaps.
        weights: What broadcasts against them, 0 or more.
    """
    made = weighted_sum(scores, weights)
    low, high = float(scores.min(initial=0.0)), float(scores.max(initial=0.0))
    if not low < 0 < high:
        return made
    most = max(-low, high) * float(weights.sum(axis=-1).max(initial=0.0))
    return without_noise(made, lambda: weighted_sum(np.abs(scores), weights), most)
