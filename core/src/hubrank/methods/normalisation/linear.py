"""Scales that are straight lines through two points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Normalisation
from hubrank.contract.sources import NoOptions
from hubrank.methods import arrays
from hubrank.methods.checks import above, above_key, rising

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

    Ends = tuple[Array, Array]


@frozen(kw_only=True)
class MinMaxOptions:
    """What a scenario can set of `min-max`.

    Attributes:
        low: The score of the worst unit.
        high: The score of the best unit.
        cap: Whether values beyond the reference's range (another edition's) are set to its ends.
    """

    low: float = 0.0
    high: float = field(default=1.0, validator=above_key("low"))
    cap: bool = False


@frozen(kw_only=True)
class ZScoreOptions:
    """What a scenario can set of `z-score`.

    Attributes:
        mean: The new mean.
        sd: The new standard deviation.
        divisor: The divisor of the variance: `n-1` or `n`.
    """

    mean: float = 0.0
    sd: float = field(default=1.0, validator=above(0))
    divisor: Literal["n-1", "n"] = "n-1"


@frozen(kw_only=True)
class GoalpostsOptions:
    """What a scenario can set of `goalposts`.

    Attributes:
        low: The lower goalpost, on the indicator's own scale; the least value by default.
        high: The upper goalpost, on the indicator's own scale; the greatest value by default.
        cap: Whether values beyond a goalpost are set to it; or only those beyond the `worst` or the `best`.
        onto: The scores of the worse and the better goalpost.
    """

    low: float | None = None
    high: float | None = field(default=None, validator=above_key("low"))
    cap: bool | Literal["worst", "best"] = True
    onto: tuple[float, ...] = field(default=(0.0, 1.0), validator=rising(2))


@frozen(kw_only=True)
class ScaledOptions:
    """What a scenario can set of `scaled`.

    Attributes:
        low: The value that becomes 0, on the indicator's own scale.
        high: The value that becomes `factor`, on the indicator's own scale.
        factor: The score of `high`.
    """

    low: float
    high: float = field(validator=above_key("low"))
    factor: float = field(default=1.0, validator=above(0))


def none_fit(reference: Array, context: Context, options: NoOptions) -> None:
    """Nothing is learnt."""


def none_apply(values: Array, fitted: None, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """Values as they are, turned where less is better."""
    return values


def ends(reference: Array, context: Context, options: object) -> Ends:  # noqa: ARG001
    """The least and the greatest value."""
    return arrays.lowest(reference), arrays.highest(reference)


def min_max(values: Array, fitted: Ends, context: Context, options: MinMaxOptions) -> Array:  # noqa: ARG001
    """The worst unit low, the best high; the middle of the range where all units are equal."""
    share = arrays.share_of_range(values, *fitted)
    return _onto(np.clip(share, 0, 1, out=share) if options.cap else share, options.low, options.high)


def mean_and_deviation(reference: Array, context: Context, options: ZScoreOptions) -> Ends:
    """The mean and the standard deviation."""
    deviation = arrays.deviation(reference, 1 if options.divisor == "n-1" else 0)
    arrays.refuse_infinite(deviation, context, "the standard deviation")
    return arrays.mean(reference), deviation


def z_score(values: Array, fitted: Ends, context: Context, options: ZScoreOptions) -> Array:  # noqa: ARG001
    """Standard deviations from the mean; 0 where all units are equal."""
    mean, deviation = fitted
    flat = ~(deviation > arrays.TINY * np.abs(mean))
    distance = (values - mean) / np.where(flat, 1.0, deviation)
    scored = np.where(flat & ~np.isnan(values), 0.0, distance) if flat.any() else distance
    return scored * options.sd + options.mean


def goalposts_fit(reference: Array, context: Context, options: GoalpostsOptions) -> Ends:  # noqa: ARG001
    """The goalposts, or the ends of the values where one is not given."""
    low = arrays.lowest(reference) if options.low is None else np.array(options.low)
    high = arrays.highest(reference) if options.high is None else np.array(options.high)
    return low, high


def goalposts(values: Array, fitted: Ends, context: Context, options: GoalpostsOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worse goalpost to the better."""
    share = arrays.share_of_range(values, *fitted)
    if options.cap in (True, "worst"):
        np.maximum(share, 0, out=share)
    if options.cap in (True, "best"):
        np.minimum(share, 1, out=share)
    return _onto(share, *options.onto)


def scaled_fit(reference: Array, context: Context, options: ScaledOptions) -> Ends:  # noqa: ARG001
    """The two values that are given."""
    return np.array(options.low), np.array(options.high)


def scaled(values: Array, fitted: Ends, context: Context, options: ScaledOptions) -> Array:  # noqa: ARG001
    """The straight line through two given points, whatever the values are."""
    return arrays.share_of_range(values, *fitted) * options.factor


def _onto(share: Array, low: float, high: float) -> Array:
    """From 0..1 to low..high, in place."""
    if high - low != 1:
        share *= high - low
    if low:
        share += low
    return share


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

NORMALISATIONS = (
    Normalisation(name="none", fit=none_fit, apply=none_apply, title="values unchanged", reference=_SOURCE),
    Normalisation(
        name="min-max",
        fit=ends,
        apply=min_max,
        options=MinMaxOptions,
        needs_spread=True,
        title="the worst unit low, the best high",
        reference=_SOURCE,
    ),
    Normalisation(
        name="z-score",
        fit=mean_and_deviation,
        apply=z_score,
        options=ZScoreOptions,
        needs_spread=True,
        title="standard deviations from the mean",
        reference=_SOURCE,
    ),
    Normalisation(
        name="goalposts",
        fit=goalposts_fit,
        apply=goalposts,
        options=GoalpostsOptions,
        levels=(("low", "high"),),
        title="the share of the way between two goalposts",
        reference="UNDP, Human Development Report, technical notes",
    ),
    Normalisation(
        name="scaled",
        fit=scaled_fit,
        apply=scaled,
        options=ScaledOptions,
        levels=(("low", "high"),),
        title="the straight line through two given points",
        reference=_SOURCE,
    ),
)
