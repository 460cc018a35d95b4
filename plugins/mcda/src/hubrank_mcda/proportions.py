"""Methods of proportions: COPRAS and the weighted product."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from hubrank import Context, MethodError, NoOptions

from hubrank_mcda.costs import as_measured
from hubrank_mcda.presence import weighted


@frozen(kw_only=True)
class CoprasOptions:
    """What a scenario can set of `copras`.

    Attributes:
        costs: Whether members with direction -1 are costs on their own scale, after normalisation `none`; by
            default all members are benefits.
    """

    costs: bool = False


def copras(scores: np.ndarray, weights: np.ndarray, context: Context, options: CoprasOptions) -> np.ndarray:
    """The benefits of a unit and what its costs leave, in percent of the best unit.

    Each member is divided by its sum. A unit has the sum of its benefits, and shares out the sum of all costs in
    inverse proportion to its own.

    Raises:
        MethodError: A value is below 0, or a unit has costs and all of them are 0.

    Source: Zavadskas, Kaklauskas and Sarka (1994); the form with inverse costs, so that dearer is worse.
    """
    values, directions = as_measured(scores, weights, context, costs=options.costs, lowest=0)
    there = np.ones(values.shape, dtype=bool)
    if weights.shape[-2] != 1:
        shape = np.broadcast_shapes(values.shape, weights.shape)
        values, there = np.broadcast_to(values, shape), np.broadcast_to(weights > 0, shape)
    total = np.sum(values, axis=-2, keepdims=True, where=there)
    parts = np.divide(values, total, out=np.zeros(values.shape), where=total > 0)
    benefit = weighted(parts, weights * (directions > 0))
    if (directions > 0).all():
        worth = benefit
    else:
        worth = benefit + _remainder(weighted(parts, weights * (directions < 0)), there.any(axis=-1))
    best = np.max(worth, axis=-1, keepdims=True)
    return 100 * np.divide(worth, best, out=np.zeros_like(worth), where=best > 0)


def _remainder(cost: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The sum of all costs, shared out in inverse proportion to each unit's own."""
    there = np.broadcast_to(there, cost.shape)
    if (there & (cost <= 0)).any():
        raise MethodError("a unit's costs are all 0 and cannot be divided by; exclude zeros, or shift them")
    inverse = np.divide(1.0, cost, out=np.zeros_like(cost), where=there)
    everything = np.sum(cost, axis=-1, keepdims=True, where=there)
    return everything * inverse / np.sum(inverse, axis=-1, keepdims=True)


def weighted_product(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """The product of the scores, each to the power of its weight; 0 where one with a weight is 0.

    Raises:
        MethodError: A score is below 0.

    Source: Bridgman (1922), Dimensional Analysis; Miller and Starr (1969).
    """
    as_measured(scores, weights, context, costs=False, lowest=0)
    product = np.ones(np.broadcast_shapes(scores.shape, weights.shape)[:-1])
    for member in range(scores.shape[-1]):
        product = product * scores[..., member] ** weights[..., member]
    return product
