"""The weighted sum, as fast as a matrix product where the weights allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
