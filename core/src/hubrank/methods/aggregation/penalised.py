"""Means that take something off where a unit's members are out of balance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import brought_near, unwarned
from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Aggregator
from hubrank.contract.sources import NoOptions
from hubrank.methods.aggregation.extremes import minimum
from hubrank.methods.aggregation.sums import weighted_sum
from hubrank.methods.checks import at_least, between

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class MazziottaParetoOptions:
    """What a scenario can set of `mazziotta-pareto`.

    Attributes:
        penalty: `subtracted` where more of the index is better, `added` where less is.
        divisor: Of the variance over the members: `n`, or `n-1` (for unequal weights 1 less the sum of their
            squares).
    """

    penalty: Literal["subtracted", "added"] = "subtracted"
    divisor: Literal["n", "n-1"] = "n"


@frozen(kw_only=True)
class MeanMinOptions:
    """What a scenario can set of `mean-min`.

    Attributes:
        penalty: From 0, the mean, to 1, near the lowest member.
        smoothness: How far the lowest member may lie below the mean before it costs the unit its full part.
    """

    penalty: float = field(default=0.5, validator=between(0, 1))
    smoothness: float = field(default=1.0, validator=at_least(0))


def mazziotta_pareto(scores: Array, weights: Array, context: Context, options: MazziottaParetoOptions) -> Array:  # noqa: ARG001
    """The mean, less the variance over the members by the mean.

    On z-scores of mean 100 and standard deviation 10 it is the MPI, on scores of `around-reference` the AMPI.
    """
    scores, exponent = brought_near(scores, -1)
    mean = weighted_sum(scores, weights)
    empty = np.broadcast_to(weights.sum(axis=-1) == 0, mean.shape)
    low = (mean <= 0) & ~empty
    if low.any():
        raise MethodError(
            f"{int(low.sum()):,} {'unit' if int(low.sum()) == 1 else 'units'} with a mean of 0 or below; "
            "normalise by z-score with mean = 100, sd = 10, or by around-reference"
        )
    variance = (weights * (scores - mean[..., None]) ** 2).sum(axis=-1)
    if options.divisor == "n-1":
        rest = 1 - (weights**2).sum(axis=-1)
        variance = variance / np.where(rest > 1e-12, rest, 1.0)
    penalty = variance / np.where(empty, 1.0, mean)
    index = mean - penalty if options.penalty == "subtracted" else mean + penalty
    with unwarned():
        return np.asarray(np.ldexp(index, exponent[..., 0]))


def mean_min(scores: Array, weights: Array, context: Context, options: MeanMinOptions) -> Array:
    """The mean, less a part of its smoothed distance from the lowest member."""
    mean = weighted_sum(scores, weights)
    lowest = minimum(scores, weights, context, NoOptions())
    distance = mean - np.where(np.isfinite(lowest), lowest, mean)
    with unwarned():
        squares = distance**2 + options.smoothness**2
    root = np.where((squares < 1e-200) | np.isinf(squares), np.hypot(distance, options.smoothness), np.sqrt(squares))
    smooth = root - options.smoothness
    return np.asarray(mean - options.penalty * smooth)


AGGREGATORS = (
    Aggregator(
        name="mazziotta-pareto",
        apply=mazziotta_pareto,
        options=MazziottaParetoOptions,
        monotone=False,
        title="the mean with a penalty for imbalance",
        reference="Mazziotta and Pareto, On a generalized non-compensatory composite index (2016)",
    ),
    Aggregator(
        name="mean-min",
        apply=mean_min,
        options=MeanMinOptions,
        title="between the mean and the lowest member",
        reference="Tarabusi and Guarini, An unbalance adjustment method for development indicators (2013)",
    ),
)
