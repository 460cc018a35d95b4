"""Rank aggregation by majorities: each member is a voter with its weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import field, frozen
from hubrank import Context, MethodError

#: Majorities nearer to 0 than this are ties: weights are sums of floating-point numbers.
NOISE = 1e-12


@frozen(kw_only=True)
class MajorityOptions:
    """What a scenario can set of `schulze`.

    Attributes:
        at_most: The largest number of units that are compared pair by pair.
    """

    at_most: int = field(default=3000)


def margins(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The majority of each unit over each other: the weight that prefers it, less that which prefers the other.

    Two units are compared on the members that both have; 0 where there are none.

    Args:
        scores: `(units, members)`.
        weights: `(units or 1, members)`.

    Returns:
        `(units, units)`, from -1 to 1.
    """
    count = len(scores)
    weights = np.broadcast_to(weights, scores.shape)
    lead, total = np.zeros((count, count)), np.zeros((count, count))
    for values, own in zip(scores.T, weights.T, strict=True):
        there = (own > 0).astype(float)
        common = np.outer(own, there) + np.outer(there, own)
        lead += common * np.sign(values[:, None] - values[None, :])
        total += common
    majority = np.divide(lead, total, out=np.zeros_like(lead), where=total > 0)
    majority[np.abs(majority) < NOISE] = 0
    return majority


def by_majorities(
    rate: Callable[[np.ndarray], np.ndarray], scores: np.ndarray, weights: np.ndarray, at_most: int
) -> np.ndarray:
    """Apply a function of majorities to every edition and draw.

    Args:
        rate: From majorities `(units, units)` to a score for each unit.
        scores: `(..., units, members)`.
        weights: What broadcasts against them.
        at_most: The largest number of units.

    Returns:
        `(..., units)`; missing for units without any member.
    """
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    if shape[-2] > at_most:
        raise MethodError(
            f"compares every pair, and {shape[-2]} {'unit is' if shape[-2] == 1 else 'units are'} more than "
            f"at_most = {at_most}"
        )
    scores = np.broadcast_to(scores, shape)
    weights = np.broadcast_to(weights, (*shape[:-2], weights.shape[-2], shape[-1]))
    rated = np.full(shape[:-1], np.nan)
    for index in np.ndindex(shape[:-2]):
        there = np.broadcast_to((weights[index] > 0).any(axis=-1), shape[-2:-1])
        own = weights[index] if weights.shape[-2] == 1 else weights[index][there]
        rated[index][there] = rate(margins(scores[index][there], own))
    return rated


def schulze(scores: np.ndarray, weights: np.ndarray, context: Context, options: MajorityOptions) -> np.ndarray:  # noqa: ARG001
    """The share of the other units that a unit beats by the strongest path of majorities; a tie counts a half.

    A path is as strong as its smallest majority (margins).

    Source: Schulze (2011), Social Choice and Welfare 36.
    """
    return by_majorities(strongest_paths, scores, weights, options.at_most)


def strongest_paths(majority: np.ndarray) -> np.ndarray:
    """The share of others that each unit beats by the strongest path, from majorities `(units, units)`."""
    path = np.maximum(majority, 0)
    for by in range(len(path)):
        np.maximum(path, np.minimum(path[:, by : by + 1], path[by : by + 1, :]), out=path)
    lead = path - path.T
    beaten = (lead > NOISE).sum(axis=1)
    ties = (np.abs(lead) <= NOISE).sum(axis=1) - 1
    return (beaten + ties / 2) / max(len(path) - 1, 1)
