"""PROMETHEE II: net flows of preference."""

from __future__ import annotations

from typing import Literal

import numpy as np
from attrs import field, frozen
from hubrank import Context

from hubrank_mcda.presence import weighted


@frozen(kw_only=True)
class PrometheeOptions:
    """What a scenario can set of `promethee`.

    Attributes:
        preference: How much a lead of `d` counts. `usual`: every lead counts 1. `u-shape`: leads above `q` count
            1. `v-shape`: `d / p`, at most 1. `level`: leads above `q` count a half, above `p` 1. `linear`: from 0
            at `q` to 1 at `p`. `gaussian`: `1 - exp(-d**2 / (2 * s**2))`.
        q: The lead up to which two units are indifferent, on the scale of the scores.
        p: The lead from which one is strictly preferred.
        s: Where the Gaussian turns.
    """

    preference: Literal["usual", "u-shape", "v-shape", "level", "linear", "gaussian"] = "usual"
    q: float = field(default=0.0)
    p: float | None = None
    s: float | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse thresholds that are lacking or out of order."""
        if self.q < 0:
            raise ValueError(f"q: must be at least 0; got {self.q:g}")
        if self.preference in ("v-shape", "level", "linear"):
            if self.p is None:
                raise ValueError(f"p: missing; '{self.preference}' needs a threshold of strict preference")
            if self.p <= self.q:
                raise ValueError(f"p: must be above q, which is {self.q:g}; got {self.p:g}")
        if self.preference == "gaussian" and (self.s is None or self.s <= 0):
            raise ValueError(f"s: 'gaussian' needs a value above 0; got {self.s}")


def promethee(scores: np.ndarray, weights: np.ndarray, context: Context, options: PrometheeOptions) -> np.ndarray:  # noqa: ARG001
    """The net flow of a unit: how much it is preferred to the others on average, less the reverse; -1 to 1.

    Where units lack members, two are compared on the members that both have.

    Source: Brans and Vincke (1985), Management Science 31; Brans, Vincke and Mareschal (1986).
    """
    if weights.shape[-2] != 1:
        return _among_gaps(scores, weights, options)
    return weighted(member_flows(scores, options), weights)


def member_flows(scores: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """The net flow of every unit in every member alone.

    Args:
        scores: `(..., units, members)`.
        options: The preference function.

    Returns:
        The same shape, each from -1 to 1; 0 for a single unit.
    """
    flows = np.empty(scores.shape)
    for index in np.ndindex(scores.shape[:-2]):
        for member in range(scores.shape[-1]):
            column = scores[(*index, slice(None), member)]
            flows[(*index, slice(None), member)] = _preferred(column, options) - _preferred(-column, options)
    return flows / max(scores.shape[-2] - 1, 1)


def preference(lead: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """How much leads count, from 0 to 1; nothing where there is none."""
    if options.preference == "gaussian":
        return np.where(lead > 0, 1 - np.exp(-(lead**2) / (2 * options.s**2)), 0.0)
    if options.preference in ("usual", "u-shape"):
        return (lead > _indifference(options)).astype(float)
    if options.preference == "level":
        return ((lead > options.q).astype(float) + (lead > options.p)) / 2
    low = _indifference(options)
    return np.clip((lead - low) / (options.p - low), 0, 1)


def _indifference(options: PrometheeOptions) -> float:
    return options.q if options.preference in ("u-shape", "level", "linear") else 0.0


def _preferred(column: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """The sum of a unit's preference to all others; by sorting, where the function is made of steps and a ramp."""
    if options.preference == "gaussian":
        return np.array([preference(value - column, options).sum() for value in column])
    ordered = np.sort(column)
    ahead = np.searchsorted(ordered, column - _indifference(options), side="left")
    if options.preference in ("usual", "u-shape"):
        return ahead.astype(float)
    strictly = np.searchsorted(ordered, column - options.p, side="left")
    if options.preference == "level":
        return (ahead + strictly) / 2
    low = _indifference(options)
    middle = column.mean()
    sums = np.concatenate([[0.0], np.cumsum(ordered - middle)])
    between = (ahead - strictly) * (column - middle - low) - (sums[ahead] - sums[strictly])
    return strictly + between / (options.p - low)


def _among_gaps(scores: np.ndarray, weights: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """Net flows where units differ in their weights, pair by pair."""
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores, weights = np.broadcast_to(scores, shape), np.broadcast_to(weights, shape)
    flows = np.zeros(shape[:-1])
    for index in np.ndindex(shape[:-2]):
        values, own = scores[index], weights[index]
        there = own > 0
        others = max(int(there.any(axis=1).sum()) - 1, 1)
        for unit in range(len(values)):
            lead = values[unit] - values
            net = preference(lead, options) - preference(-lead, options)
            common = own[unit] * there + own * there[unit]
            total = common.sum(axis=1)
            shares = np.divide((net * common).sum(axis=1), total, out=np.zeros_like(total), where=total > 0)
            flows[(*index, unit)] = shares.sum() / others
    return flows
