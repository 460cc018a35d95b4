"""How well a published list determines weights: draws of all weights that may have made it, and intervals of each."""

from typing import Any

import numpy as np
from attrs import frozen
from hubrank.plugin import Array

#: Points that move together, at least; steps of each for every dimension of the space, those that are forgotten first.
_WALKERS = 64
_STEPS, _FORGOTTEN = 100, 40
#: So much of the draws an interval holds, to hold a weight in 90 % of lists whose errors are not those of the model.
_HELD = 0.95
#: The standard deviation of the errors of Plackett and Luce, those of Gumbel's distribution.
_ERROR = float(np.pi / np.sqrt(6))
#: So far weights may lie outside their bounds.
_ROUNDING = 1e-12
#: The largest factor by which a point may be stretched away from another, or drawn to it.
_STRETCH = 2.0
#: A weight whose interval is wider than this part of its interval without a list is hardly determined.
_HARDLY = 0.5


@frozen(eq=False)
class WeightPosterior:
    """The information of a list about weights.

    Attributes:
        means: The mean of each weight over the draws, `(weights,)`; they sum to 1.
        intervals: The 90 % interval of each, `(weights, 2)`: it contains 95 % of the draws, and the weight that made a
            list, with normal errors, in 89 to 100 % of simulated lists (`benchmarks/coverage_fit.py`).
        undetermined: Those more than half as wide as without any list.
    """

    means: Array
    intervals: Array
    undetermined: Any


def weight_posterior(
    entered: Array, places: Any, low: float = 0.0, high: float = 1.0, seed: int = 0
) -> WeightPosterior:
    """Weights of a list's members, given the order of its units.

    The list is taken for what some weights make with errors that are independent from unit to unit: by the model of
    Plackett and Luce each unit is the first of those that are left with a probability proportional to the exponential
    of its score, in the unit of the errors. Before the list is seen all allowed weights are equally likely, and so are
    all shares of the scores in the variance of the order in the list.

    Args:
        entered: The members as the scores sum them, `(units, members)`, the listed units first; NaN if one is
            missing, whose weight the others share.
        places: The listed units' ranks, in ascending order; of those that share one none is ahead.
        low: The least that a weight may be.
        high: The most.
        seed: Of the draws.

    Source: Plackett (1975), The analysis of permutations, Applied Statistics 24; Goodman and Weare (2010), Ensemble
    samplers with affine invariance, Communications in Applied Mathematics and Computational Science 5.
    """
    order = np.argsort(places, kind="stable")
    entered = np.concatenate([entered[: len(order)][order], entered[len(order) :]])
    first = np.searchsorted(np.asarray(places)[order], np.asarray(places)[order])
    draws, before = (_draws(entered, listed, low, high, seed) for listed in (first, first[:0]))
    others = entered.shape[1] - 1
    ends = max(low, 1 - high * others), min(high, 1 - low * others)
    intervals, without = (narrowest(item, *ends) for item in (draws, before))
    undetermined = np.diff(intervals)[:, 0] > _HARDLY * np.diff(without)[:, 0]
    return WeightPosterior(draws.mean(axis=0), intervals, undetermined)


def narrowest(draws: Array, least: float, most: float) -> Array:
    """The narrowest of three intervals of each column of draws `(draws, columns)` with equal content, `(columns, 2)`.

    One leaves equally many draws out at either end; the others begin or end with the limit of possible weights, so that
    a weight of 0 can lie inside.
    """
    ends = np.quantile(draws, [(1 - _HELD) / 2, (1 + _HELD) / 2, _HELD, 1 - _HELD], axis=0)
    edges = np.full((2, draws.shape[1]), [[least], [most]])
    choices = np.stack([ends[:2], [edges[0], ends[2]], [ends[3], edges[1]]])
    best = np.argmin(choices[:, 1] - choices[:, 0], axis=0)
    return choices[best, :, np.arange(draws.shape[1])]


def _draws(entered: Array, first: Any, low: float, high: float, seed: int) -> Array:
    """Draws of weights `(draws, members)`, by an ensemble of points that stretch away from and towards one another.

    A point is the weights and the log odds of the scores' share in the variance of the order in the list.
    `first` has for each listed unit the first of those that it shares its rank with.
    """
    rng = np.random.default_rng(seed)
    members = entered.shape[1]
    half = max(_WALKERS, 4 * members) // 2
    points = np.column_stack([_anywhere(rng, 2 * half, members, low, high), rng.logistic(size=2 * half)])
    there, filled = ~np.isnan(entered), np.nan_to_num(entered)
    density = _log_density(points, filled, there, first, low, high)
    kept = []
    for step in range(_STEPS * members):
        for mine, others in ((slice(None, half), slice(half, None)), (slice(half, None), slice(None, half))):
            stretch = (1 + (_STRETCH - 1) * rng.random(half)) ** 2 / _STRETCH
            others_points = points[others][rng.integers(half, size=half)]
            moved = others_points + stretch[:, None] * (points[mine] - others_points)
            new = _log_density(moved, filled, there, first, low, high)
            taken = np.log(rng.random(half)) < (members - 1) * np.log(stretch) + new - density[mine]
            points[mine][taken], density[mine][taken] = moved[taken], new[taken]
        if step >= _FORGOTTEN * members:
            kept.append(points[:, :-1].copy())
    return np.concatenate(kept)


def _anywhere(rng: np.random.Generator, count: int, members: int, low: float, high: float) -> Array:
    """Allowed weights at random, between those that are all the same and the bounds."""
    away = rng.dirichlet(np.ones(members), count) - 1 / members
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(away < 0, low - 1 / members, high - 1 / members) / away
    return 1 / members + rng.random((count, 1)) * np.fmin.reduce(room, axis=1, keepdims=True, initial=1.0) * away


def _log_density(points: Array, filled: Array, there: Any, first: Any, low: float, high: float) -> Array:
    """The logarithm of the probability of the list times that of the points before it is seen, up to a constant."""
    weights, odds = points[:, :-1], points[:, -1]
    allowed = (weights > low - _ROUNDING).all(axis=1) & (weights < high + _ROUNDING).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scores = (weights @ filled.T) / (weights @ there.T)
        placed = scores * (_ERROR * np.exp(odds / 2) / scores.std(axis=1))[:, None]
        listed, rest = placed[:, : len(first)], placed[:, len(first) :]
        left = np.column_stack([listed, np.logaddexp.reduce(rest, axis=1)])
        left = np.logaddexp.accumulate(left[:, ::-1], axis=1)[:, ::-1]
        result = (listed - left[:, first]).sum(axis=1) + odds - 2 * np.logaddexp(0, odds)
    return np.where(allowed & np.isfinite(result), result, -np.inf)
