"""Weights under which every member's correlation with the score has the share that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import odd_weights
from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Weighting
from hubrank.methods import arrays
from hubrank.methods.checks import above
from hubrank.methods.correlation import Kind, complete, correlations
from hubrank.methods.weighting.given import by_member

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class OptimisedOptions:
    """What a scenario can set of `correlation-optimised`.

    Attributes:
        targets: By name, the importance that each member is to have; equal by default.
        aim: `targets`, or `information`: the greatest sum of correlations.
        correlation: `pearson` or `spearman`.
        within: How far a member's share of the correlations may lie from its target.
    """

    targets: Mapping[str, float] = field(factory=dict)
    aim: Literal["targets", "information"] = "targets"
    correlation: Kind = "pearson"
    within: float = field(default=0.005, validator=above(0))

    def __attrs_post_init__(self) -> None:
        if self.targets and not all(target > 0 for target in self.targets.values()):
            raise ValueError("targets: must be above 0")
        for name, told in odd_weights(self.targets):
            raise ValueError(f"targets.{name}: {told}")


def correlation_optimised(scores: Array, context: Context, options: OptimisedOptions) -> Array:
    """Weights, 0 or more, for which the weighted arithmetic mean correlates with its members as asked for.

    Only units that have all members count. Each edition, and each draw, is solved for itself.

    Raises:
        MethodError: No weights come `within` the targets.
    """
    number = len(context.members)
    targets = by_member(options.targets, context, "targets") if options.targets else np.ones(number)
    targets = targets / targets.sum()
    whole = complete(scores)
    flat = whole.reshape(-1, *whole.shape[-2:])
    weights = [_solved(each[~np.isnan(each[:, 0])], targets, options) for each in flat]
    return np.array(weights).reshape(*scores.shape[:-2], 1, number)


def importance(scores: Array, weights: Array, kind: Kind) -> Array:
    """The correlation of each member of `(units, members)` with the weighted mean."""
    together = np.column_stack([scores, scores @ weights])[None]
    return correlations(together, kind)[0, -1, :-1]


def _solved(scores: Array, targets: Array, options: OptimisedOptions) -> Array:
    """The weights for the `(units, members)` of one edition."""
    if len(scores) < 3:
        given = f"{len(scores):,}"
        raise MethodError(f"correlations need 3 units with all members; got {given}")
    spread = arrays.deviation(scores[None])[0, 0]
    if not (spread > 0).all():
        raise MethodError("a member is the same for all units, so it has no correlations; remove it")
    informative = 1 / spread / (1 / spread).sum()
    start = informative if options.aim == "information" else _nearest(np.cov(scores.T), spread, targets)
    weights = start if options.correlation == "pearson" else _polished(scores, start, targets, options)
    found = importance(scores, weights, options.correlation)
    missed = np.abs(found / found.sum() - targets).max()
    if options.aim == "targets" and missed > options.within:
        told = (
            f"cannot be met with weights of 0 or more: the nearest weights miss one by {missed:.3f}; within "
            f"allows {options.within:g}; change the targets or within"
        )
        raise MethodError(f"targets: {told}")
    return weights


def _nearest(covariance: Array, spread: Array, targets: Array) -> Array:
    """The weights whose correlations' shares lie nearest to the targets.

    The correlations are proportional to `covariance @ weights / spread`. On the plane where these sum to 1, which
    a heavy row holds them to, the distance from the targets is a least-squares problem with weights of 0 or more.
    """
    from scipy.optimize import nnls

    rows = covariance / spread[:, None]
    scale = np.abs(rows).max()
    heavy = 1e4 * rows.sum(axis=0, keepdims=True)
    weights = nnls(np.vstack([rows, heavy]) / scale, np.append(targets, 1e4))[0]
    if not weights.sum() > 0:
        raise MethodError("no weights meet the targets, since members are negatively correlated; check directions")
    return np.asarray(weights / weights.sum())


def _polished(scores: Array, start: Array, targets: Array, options: OptimisedOptions) -> Array:
    """The weights of the best rank correlations near a start; these move in steps, so no derivative helps."""
    from scipy.optimize import minimize

    def shares(point: Array) -> Array:
        return np.asarray(np.abs(point) / np.abs(point).sum())

    def loss(point: Array) -> float:
        found = importance(scores, shares(point), options.correlation)
        if options.aim == "information":
            return -float(found.sum())
        return float(((found / found.sum() - targets) ** 2).sum())

    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 5000})
    return shares(found.x)


WEIGHTINGS = (
    Weighting(
        name="correlation-optimised",
        apply=correlation_optimised,
        options=OptimisedOptions,
        data_driven=True,
        title="weights that give each member its target share of the correlations with the score",
        reference="Becker, Saisana, Paruolo and Vandecasteele, Weights and importance in composite indicators (2017)",
    ),
)
