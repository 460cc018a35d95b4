"""Which members and units are there, and sums over them: weight 0 means "not there"."""

from __future__ import annotations

import numpy as np


def ideals(scores: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst score of each member among the units that have it.

    Args:
        scores: `(..., editions, units, members)`.
        weights: What broadcasts against them.

    Returns:
        Two arrays `(..., editions, 1, members)`; both 0 where no unit has the member.
    """
    if weights.shape[-2] == 1:
        return scores.max(axis=-2, keepdims=True), scores.min(axis=-2, keepdims=True)
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores, there = np.broadcast_to(scores, shape), np.broadcast_to(weights > 0, shape)
    best = np.max(scores, axis=-2, keepdims=True, where=there, initial=-np.inf)
    worst = np.min(scores, axis=-2, keepdims=True, where=there, initial=np.inf)
    nobody = ~there.any(axis=-2, keepdims=True)
    return np.where(nobody, 0.0, best), np.where(nobody, 0.0, worst)


def weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sum over members; one matrix product where all units share their weights.

    Args:
        values: `(..., editions, units, members)`.
        weights: What broadcasts against them.

    Returns:
        `(..., editions, units)`.
    """
    if weights.shape[-2] != 1:
        return np.einsum("...m,...m->...", values, weights)
    if values.ndim == 3 and weights.ndim > 3:
        draws = np.moveaxis(weights[..., 0, :].reshape(-1, weights.shape[-3], weights.shape[-1]), 0, 1)
        sums = np.moveaxis(draws @ np.swapaxes(values, -1, -2), 0, 1)
        return sums.reshape(*weights.shape[:-3], *sums.shape[-2:])
    return (weights @ np.swapaxes(values, -1, -2))[..., 0, :]


def counted(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Which units have a member at all: truth values of the shape `(..., editions, units)`."""
    return np.broadcast_to((weights > 0).any(axis=-1), shape)


def stretched(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Values of units from 0 (the lowest that counts) to 1 (the highest); 0 where all are the same."""
    low = np.min(values, axis=-1, keepdims=True, where=there, initial=np.inf)
    span = np.max(values, axis=-1, keepdims=True, where=there, initial=-np.inf) - low
    return np.divide(values - low, span, out=np.zeros_like(values), where=span > 0)
