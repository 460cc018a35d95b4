"""Distances to an ideal unit and sums of proportions: TOPSIS, VIKOR, SPOTIS and others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import field, frozen
from hubrank import Context, MethodError, NoOptions

from hubrank_mcda.peers import as_measured, counted, ideals, quietly, stretched, weighted


@frozen(kw_only=True)
class VikorOptions:
    """What a scenario can set of `vikor`.

    Attributes:
        v: Weight of the utility of the group, from 0 to 1; the rest is that of the largest regret.
    """

    v: float = field(default=0.5)

    @v.validator
    def _share(self, _: object, value: float) -> None:
        if not 0 <= value <= 1:
            raise ValueError(f"v: must be from 0 to 1; got {value:g}")


@frozen(kw_only=True)
class SpotisOptions:
    """What a scenario can set of `spotis`.

    Attributes:
        low: The worst possible score of every member; by default the worst that is there.
        high: The best possible score of every member; by default the best that is there.
    """

    low: float | None = None
    high: float | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that enclose nothing."""
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"high: must be above low, which is {self.low:g}; got {self.high:g}")


def topsis(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """Closeness to the best and distance from the worst: `far / (near + far)`, from 0 to 1.

    Both distances are Euclidean, of weighted scores. Where all units are the same, all have 0.5.

    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making.
    """
    best, worst = ideals(scores, weights)
    near = np.sqrt(weighted((scores - best) ** 2, weights**2))
    far = np.sqrt(weighted((scores - worst) ** 2, weights**2))
    return np.divide(far, near + far, out=np.full_like(far, 0.5), where=near + far > 0)


def vikor(scores: np.ndarray, weights: np.ndarray, context: Context, options: VikorOptions) -> np.ndarray:  # noqa: ARG001
    """The compromise between total and largest regret (VIKOR): `1 - Q`, from 0 to 1.

    A member's regret is the distance to the best as a share of the range; 0 where all units are the same.

    Source: Opricovic and Tzeng (2004), European Journal of Operational Research 156.
    """
    regrets = _regrets(scores, *ideals(scores, weights))
    utility = weighted(regrets, weights)
    largest = np.zeros_like(utility)
    for member in range(scores.shape[-1]):
        np.maximum(largest, weights[..., member] * regrets[..., member], out=largest)
    there = counted(weights, utility.shape)
    return 1 - options.v * stretched(utility, there) - (1 - options.v) * stretched(largest, there)


def spotis(scores: np.ndarray, weights: np.ndarray, context: Context, options: SpotisOptions) -> np.ndarray:
    """One less the weighted distance to the best, each as a share of the bounds.

    With bounds set, a unit's score depends on no other unit, so that none reverses two others.

    Raises:
        MethodError: A score lies outside the bounds.

    Source: Dezert, Tchamova, Han and Tacnet (2020), The SPOTIS rank reversal free method.
    """
    best, worst = ideals(scores, weights)
    _inside(best, worst, context, options)
    high = best if options.high is None else np.full_like(best, options.high)
    low = worst if options.low is None else np.full_like(worst, options.low)
    span = high - low
    regrets = np.divide(
        high - scores, span, out=np.zeros(np.broadcast_shapes(scores.shape, span.shape)), where=span > 0
    )
    return 1 - weighted(regrets, weights)


def wroclaw(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """One less the distance to the best unit, as a share of the mean distance and two standard deviations.

    The distance is Euclidean, of scores on one scale; the standard deviation divides by the number of units less 1.

    Source: Hellwig (1968); Mazziotta and Pareto (2013), as the taxonomic method of Wroclaw.
    """
    best, _ = ideals(scores, weights)
    distance = np.sqrt(weighted((scores - best) ** 2, weights))
    there = counted(weights, distance.shape)
    count = there.sum(axis=-1, keepdims=True)
    mean = np.sum(distance, axis=-1, keepdims=True, where=there) / np.maximum(count, 1)
    squares = np.sum((distance - mean) ** 2, axis=-1, keepdims=True, where=there)
    limit = mean + 2 * np.sqrt(squares / np.maximum(count - 1, 1))
    return 1 - np.divide(distance, limit, out=np.zeros_like(distance), where=limit > 0)


def _regrets(scores: np.ndarray, best: np.ndarray, worst: np.ndarray) -> np.ndarray:
    span = best - worst
    return np.divide(best - scores, span, out=np.zeros(np.broadcast_shapes(scores.shape, span.shape)), where=span > 0)


def _inside(best: np.ndarray, worst: np.ndarray, context: Context, options: SpotisOptions) -> None:
    for at, member in enumerate(context.members):
        highest, lowest = best[..., at].max(), worst[..., at].min()
        if options.high is not None and highest > options.high:
            raise MethodError(f"'{member.name}' reaches {highest:g}, which is above the bound high = {options.high:g}")
        if options.low is not None and lowest < options.low:
            raise MethodError(f"'{member.name}' reaches {lowest:g}, which is below the bound low = {options.low:g}")


def keep_reference(reference: np.ndarray, context: Context, options: Any) -> np.ndarray:  # noqa: ARG001
    """The values themselves: these methods learn and scale in one."""
    return reference


def scaled(
    scale: Callable[[np.ndarray, int], np.ndarray],
    values: np.ndarray,
    reference: np.ndarray,
    context: Context,
    *,
    turned: bool = False,
) -> np.ndarray:
    """Scale each member of each edition, or of all editions together.

    Args:
        scale: From a member's values without gaps and its direction to as many values.
        values: `(..., editions, units, members)`.
        reference: The same values, or `(..., 1, editions x units, members)` where all are pooled.
        context: The members.
        turned: Whether a member whose order is turned round is let through.

    Returns:
        The shape of `values`; gaps stay gaps.

    Raises:
        MethodError: The values are to be read on another edition's scale, the method cannot take them, or it turns
            their order.
    """
    if reference.size != values.size:
        raise MethodError("cannot be applied on another edition's scale; set fitted_on = 'edition' or 'pooled'")
    columns = np.swapaxes(reference, -1, -2).reshape(-1, len(context.members), reference.shape[-2])
    made = np.full(columns.shape, np.nan)
    for block in range(len(columns)):
        for at, member in enumerate(context.members):
            there = ~np.isnan(columns[block, at])
            if there.any():
                made[block, at, there] = _one(scale, columns[block, at, there], member.name, member.direction)
                if not turned:
                    _refuse_turned(columns[block, at, there], made[block, at, there], member.name, member.direction)
    pooled = made.reshape(*reference.shape[:-2], len(context.members), reference.shape[-2])
    return np.swapaxes(pooled, -1, -2).reshape(values.shape)


def _one(scale: Callable[[np.ndarray, int], np.ndarray], column: np.ndarray, name: str, direction: int) -> np.ndarray:
    with quietly():
        try:
            made = np.asarray(scale(column, direction), dtype=float)
        except (ValueError, ArithmeticError) as error:
            raise MethodError(f"failed for the values of '{name}': {error}") from error
    if not np.isfinite(made).all():
        raise MethodError(f"is undefined for some values of '{name}', {_ends(column)}")
    return made


def _refuse_turned(column: np.ndarray, made: np.ndarray, name: str, direction: int) -> None:
    order = np.argsort(direction * column, kind="stable")
    steps = np.diff(made[order])
    if (steps < -1e-12 * np.abs(made).max()).any():
        raise MethodError(f"reverses the order of '{name}', whose values range {_ends(column)}")


def _ends(column: np.ndarray) -> str:
    return f"from {column.min():g} to {column.max():g}"


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
