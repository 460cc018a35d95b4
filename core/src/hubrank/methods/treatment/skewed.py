"""The two-stage rule of JRC audits: winsorise while a member is too skewed, and take a logarithm where that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Stage, Treatment
from hubrank.methods import arrays
from hubrank.methods.checks import above, at_least
from hubrank.methods.shape import kurtosis, skewness
from hubrank.methods.treatment.fitted import BoxCoxOptions, box_cox

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class FromLowestOptions:
    """What a scenario can set of `log-from-lowest`.

    Attributes:
        share: The share of the range that the lowest value is moved to.
        plus: Instead of `share`, the number that the lowest value is moved to.
        mirror: Whether a member of negative skew is mirrored before and after.
    """

    share: float = field(default=0.01, validator=above(0))
    plus: float | None = field(default=None, validator=above(0))
    mirror: bool = False


@frozen(kw_only=True)
class OverRangeOptions:
    """What a scenario can set of `log-over-range`.

    Attributes:
        factor: The factor of the highest value; the product must be above 1.
    """

    factor: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class SkewKurtosisOptions:
    """What a scenario can set of `skew-kurtosis`.

    Attributes:
        at_most: The most values that are winsorised; one more where values are equal.
        skew: A member passes if its absolute skewness is below this ...
        kurtosis: ... or its excess kurtosis is below this.
        then: The transform of a member that still does not pass: `log-from-lowest`, the same `mirrored` where its skew
            is negative, `log-from-one`, `box-cox` or `none`.
        exponent: The exponent of `box-cox`.
        combine: Whether the second stage takes the winsorised values; by default it takes the original ones.
    """

    at_most: int = field(default=5, validator=at_least(0))
    skew: float = field(default=2.0, validator=above(0))
    kurtosis: float = 3.5
    then: Literal["log-from-lowest", "mirrored", "log-from-one", "box-cox", "none"] = "log-from-lowest"
    exponent: float | None = None
    combine: bool = False


def log_from_lowest(values: Array, context: Context, options: FromLowestOptions) -> Array:  # noqa: ARG001
    """The logarithm of the distance from the least value, moved above 0; equal values stay as they are."""
    if not options.mirror:
        return _log_from_lowest(values, options)
    turned = skewness(values) < 0
    sign = np.where(turned, -1.0, 1.0)
    return sign * _log_from_lowest(sign * values, options)


def log_over_range(values: Array, context: Context, options: OverRangeOptions) -> Array:
    """ln(1 + (max - 1) (x - min) / (max - min)), mirrored where the skew is negative; equal values stay as they are.

    Raises:
        MethodError: The greatest value of a member, times the factor, is not above 1: the order would be turned.
    """
    low, high = arrays.lowest(values), arrays.highest(values)
    flat = high == low
    top = high * options.factor
    arrays.refuse(
        (top <= 1) & ~flat,
        context,
        "the highest and not above 1",
        "set factor, e.g. factor = 100, or use log",
    )
    share = arrays.share_of_range(values, low, high)
    stretch = np.where(flat, 0.0, top - 1)
    logs = np.where(skewness(values) < 0, -np.log1p(stretch * (1 - share)), np.log1p(stretch * share))
    return np.where(flat, values, logs)


def skew_kurtosis(values: Array, context: Context, options: SkewKurtosisOptions) -> Array:
    """Winsorise, then transform, only the members that are too skewed; equal values stay as they are."""
    return stages(values, context, options)[-1].values


def stages(values: Array, context: Context, options: SkewKurtosisOptions) -> tuple[Stage, ...]:
    """What winsorising left, and what the transform left of it."""
    winsorised = _winsorised(values, options)
    passing = passes(winsorised, options)
    first = Stage(name="winsorise", values=winsorised, passed=passing)
    if options.then == "none" or passing.all():
        return (first,)
    made = _second_stage(winsorised if options.combine else values, context, options)
    made = np.where(passing, winsorised, made)
    return first, Stage(name=options.then, values=made, passed=passes(made, options))


def passes(values: Array, options: SkewKurtosisOptions) -> Mask:
    """Which members are not too skewed; those whose skew cannot be told pass."""
    skew, peak = skewness(values), kurtosis(values)
    return (np.abs(skew) < options.skew) | (peak < options.kurtosis) | np.isnan(skew) | np.isnan(peak)


def _winsorised(values: Array, options: SkewKurtosisOptions) -> Array:
    """One value at a time, at the end that the skew points to, equal values together."""
    made = values
    high = low = np.zeros(values.shape, dtype=bool)
    for _ in range(options.at_most):
        number = (high | low).sum(axis=arrays.UNITS, keepdims=True)
        active = ~passes(made, options) & (number < options.at_most)
        if not active.any():
            break
        upper = active & (skewness(made) >= 0)
        lower = active & ~upper
        at_top, at_bottom = made == arrays.highest(made), made == arrays.lowest(made)
        next_high = arrays.highest(np.where(at_top, np.nan, made))
        next_low = arrays.lowest(np.where(at_bottom, np.nan, made))
        high, low = high | (upper & at_top), low | (lower & at_bottom)
        made = np.where(upper & at_top, next_high, np.where(lower & at_bottom, next_low, made))
    return made


def _second_stage(values: Array, context: Context, options: SkewKurtosisOptions) -> Array:
    if options.then == "box-cox":
        return box_cox(values, context, BoxCoxOptions(exponent=options.exponent, from_one=True))
    plus = 1.0 if options.then == "log-from-one" else None
    return log_from_lowest(values, context, FromLowestOptions(plus=plus, mirror=options.then == "mirrored"))


def _log_from_lowest(values: Array, options: FromLowestOptions) -> Array:
    low, high = arrays.lowest(values), arrays.highest(values)
    to = (high - low) * options.share if options.plus is None else np.full_like(low, options.plus)
    flat = high == low
    return np.where(flat, values, np.log(np.where(flat, 1.0, values - low + to)))


_AUDIT = "Becker et al., COINr: an R package for developing composite indicators (2022)"

TREATMENTS = (
    Treatment(
        name="log-from-lowest",
        apply=log_from_lowest,
        options=FromLowestOptions,
        title="the logarithm of the distance from the least value",
        reference=_AUDIT,
    ),
    Treatment(
        name="log-over-range",
        apply=log_over_range,
        options=OverRangeOptions,
        title="the logarithm of the share of the range, up to the greatest value",
        reference="Cornell University, INSEAD and WIPO, The Global Innovation Index 2020, appendix IV",
    ),
    Treatment(
        name="skew-kurtosis",
        apply=skew_kurtosis,
        options=SkewKurtosisOptions,
        stages=stages,
        title="winsorise, then transform members that are too skewed",
        reference=_AUDIT,
    ),
)
