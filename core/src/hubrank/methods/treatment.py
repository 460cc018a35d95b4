"""Treatment of outliers and skew."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal

import numpy as np
from attrs import field, frozen

from hubrank.methods import toolkit
from hubrank.methods.toolkit import (
    ExponentialOptions,
    above,
    at_least,
    exponential_ranks,
    inside,
    mark,
    refuse,
    shift_hint,
    skewness,
    skewness_and_kurtosis,
)
from hubrank.numeric import Array, Mask, quiet_numpy
from hubrank.plugin.methods import Context, Stage, Treatment
from hubrank.plugin.sources import NoOptions

#: The bounds of the search for exponents; the golden section halves the interval in 1.44 steps.
_SEARCHED = (-5.0, 5.0)
_STEPS = 60
_GOLDEN = (np.sqrt(5) - 1) / 2


@frozen(kw_only=True)
class BoxCoxOptions:
    """Options of `box-cox`.

    Attributes:
        exponent: Lambda; by default the one for which the values of a member are most likely normal.
        from_one: Whether values are shifted first, so that the lowest of a member is 1.
        shift: The number added before the transform.
    """

    exponent: float | None = None
    from_one: bool = False
    shift: float = 0.0


@frozen(kw_only=True)
class YeoJohnsonOptions:
    """Options of `yeo-johnson`.

    Attributes:
        exponent: Lambda; by default the one for which the values of a member are most likely normal.
    """

    exponent: float | None = None


@frozen(kw_only=True)
class FromLowestOptions:
    """Options of `log-from-lowest`.

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
    """Options of `log-over-range`.

    Attributes:
        factor: The factor of the highest value; the product must be above 1.
    """

    factor: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class SkewKurtosisOptions:
    """Options of `skew-kurtosis`.

    Attributes:
        at_most: The most values that are winsorised; one more where values are equal.
        skew: A member passes if its absolute skewness is below this ...
        kurtosis: ... or its excess kurtosis is below this.
        then: The transform of a member that still does not pass: `log-from-lowest`, the same `mirrored` if its skew is
            negative, `log-from-one`, `box-cox` or `none`.
        exponent: The exponent of `box-cox`.
        combine: Whether the second stage takes the winsorised values; by default it takes the original ones.
    """

    at_most: int = field(default=5, validator=at_least(0))
    skew: float = field(default=2.0, validator=above(0))
    kurtosis: float = 3.5
    then: Literal["log-from-lowest", "mirrored", "log-from-one", "box-cox", "none"] = "log-from-lowest"
    exponent: float | None = None
    combine: bool = False


@frozen(kw_only=True)
class LogOptions:
    """Options of `log`.

    Attributes:
        base: The logarithm's base; the natural logarithm by default.
        shift: The number added first; without it every value must be above 0.
    """

    base: float | None = field(default=None, validator=above(1))
    shift: float = 0.0


@frozen(kw_only=True)
class ShiftOptions:
    """Options of `square-root`.

    Attributes:
        shift: The number added first.
    """

    shift: float = 0.0


@frozen(kw_only=True)
class PowerOptions:
    """Options of `power`.

    Attributes:
        exponent: The exponent; above 0.
        shift: The number added first.
    """

    exponent: float = field(validator=above(0))
    shift: float = 0.0


@frozen(kw_only=True)
class WinsoriseOptions:
    """Options of `winsorise`: one of `points`, `quantile` and `fences`.

    Attributes:
        points: The number of values at an end that are set to the next one.
        quantile: The share of values at an end that are set to that quantile.
        fences: The distance of the limits from the quartiles in interquartile ranges; usually 1.5 or 3.
        ends: Which ends are treated.
    """

    points: int | None = field(default=None, validator=at_least(1))
    quantile: float | None = field(default=None, validator=inside(0, 0.5))
    fences: float | None = field(default=None, validator=above(0))
    ends: Literal["both", "high", "low"] = "both"

    def __attrs_post_init__(self) -> None:
        if sum(item is not None for item in (self.points, self.quantile, self.fences)) != 1:
            raise ValueError("points: give one of points, quantile and fences")


def log(values: Array, context: Context, options: LogOptions) -> Array:
    """The logarithm of value + shift."""
    shifted = values + options.shift if options.shift else values
    instead = f"a logarithm needs more; {shift_hint(options.shift)}{'' if options.shift else ', e.g. shift = 1'}"
    refuse(shifted <= 0, context, f"not above {mark(options.shift)}", instead)
    logs = np.log(shifted)
    return logs if options.base is None else logs / np.log(options.base)


def square_root(values: Array, context: Context, options: ShiftOptions) -> Array:
    """The square root of value + shift."""
    shifted = values + options.shift
    refuse(
        shifted < 0,
        context,
        f"below {mark(options.shift)}",
        f"a square root needs 0 or more; {shift_hint(options.shift)}",
    )
    return np.sqrt(shifted)


def power(values: Array, context: Context, options: PowerOptions) -> Array:
    """(value + shift) to a power above 0."""
    shifted = values + options.shift
    refuse(
        shifted < 0, context, f"below {mark(options.shift)}", f"a power needs 0 or more; {shift_hint(options.shift)}"
    )
    with quiet_numpy():
        result = np.asarray(shifted**options.exponent)
    too_small = "so small that its power is 0"
    refuse((result == 0) & (shifted > 0), context, too_small, "use a smaller exponent or another unit of measure")
    return result


def winsorise(values: Array, context: Context, options: WinsoriseOptions) -> Array:  # noqa: ARG001
    """Set values beyond a limit to it; to the median if there are more points than units on a side."""
    if options.quantile is not None:
        low, high = toolkit.quantiles(values, options.quantile, 1 - options.quantile)
    elif options.fences is not None:
        low, high = toolkit.quantiles(values, 0.25, 0.75)
        reach = options.fences * (high - low)
        low, high = low - reach, high + reach
    else:
        points, ordered = options.points or 0, np.sort(values, axis=toolkit.UNITS)
        last = np.maximum(toolkit.count(values).astype(int) - 1, 0)
        low = np.take_along_axis(ordered, np.minimum(points, last // 2), axis=toolkit.UNITS)
        high = np.take_along_axis(ordered, np.maximum(last - points, (last + 1) // 2), axis=toolkit.UNITS)
    lowered = values if options.ends == "low" else np.minimum(values, high)
    return lowered if options.ends == "high" else np.maximum(lowered, low)


def box_cox(values: Array, context: Context, options: BoxCoxOptions) -> Array:
    """(x^lambda - 1) / lambda, the logarithm for 0; every value must be above 0."""
    moved = values + options.shift if options.shift else values
    if options.from_one:
        moved = moved - toolkit.lowest(moved) + 1
    instead = f"Box-Cox needs more; {shift_hint(options.shift)} or set from_one, or use yeo-johnson"
    refuse(moved <= 0, context, f"not above {mark(options.shift)}", instead)
    known = np.sort(moved, axis=toolkit.UNITS)  # the search must not depend on the units' order
    centred = known / np.exp(toolkit.mean(np.log(known)))
    exponent = _exponent(options.exponent, lambda power: -_log_deviation(_box_cox(centred, power)), values)
    return _box_cox(moved, exponent)


def yeo_johnson(values: Array, context: Context, options: YeoJohnsonOptions) -> Array:  # noqa: ARG001
    """Box-Cox of x + 1 with lambda for x of 0 or more; of 1 - x with 2 - lambda, mirrored, for negative x."""
    known = np.sort(values, axis=toolkit.UNITS)
    logs = toolkit.mean(np.sign(known) * np.log1p(np.abs(known)))
    exponent = _exponent(
        options.exponent, lambda power: power * logs - _log_deviation(_yeo_johnson(known, power)), values
    )
    return _yeo_johnson(values, exponent)


def _box_cox(positive: Array, exponent: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        powered = np.expm1(exponent * np.log(positive)) / exponent
    return np.where(np.abs(exponent) < 1e-12, np.log(positive), powered)


def _yeo_johnson(values: Array, exponent: Array) -> Array:
    above = _box_cox(np.maximum(values, 0) + 1, exponent)
    below = -_box_cox(1 - np.minimum(values, 0), 2 - exponent)
    return np.where(values >= 0, above, below)


def _exponent(given: float | None, likelihood: Callable[[Array], Array], values: Array) -> Array:
    """The given exponent, or for each member and edition the most likely one; 1 for equal values.

    Golden section search of functions of one number, computed together.
    """
    if given is not None:
        return np.array(given)
    spread = toolkit.highest(values) > toolkit.lowest(values)
    low, high = (np.full(spread.shape, end) for end in _SEARCHED)
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        rising = likelihood(right) > likelihood(left)
        low, high = np.where(rising, left, low), np.where(rising, high, right)
    return np.where(spread, (low + high) / 2, 1.0)


def _log_deviation(values: Array) -> Array:
    """The logarithm of the standard deviation; infinite if it is only rounding."""
    deviation = toolkit.deviation(values, 0)
    size = np.fmax.reduce(np.abs(values), axis=toolkit.UNITS, keepdims=True)
    lost = ~(deviation > 1e-10 * size)
    return np.where(lost, np.inf, np.log(np.where(lost, 1.0, deviation)))


def log_from_lowest(values: Array, context: Context, options: FromLowestOptions) -> Array:  # noqa: ARG001
    """The logarithm of the distance from the least value, moved above 0; equal values do not change."""
    sign = np.where(skewness(values) < 0, -1.0, 1.0) if options.mirror else 1.0
    turned = sign * values
    low, high = toolkit.lowest(turned), toolkit.highest(turned)
    to = (high - low) * options.share if options.plus is None else np.full_like(low, options.plus)
    flat = high == low
    return sign * np.where(flat, turned, np.log(np.where(flat, 1.0, turned - low + to)))


def log_over_range(values: Array, context: Context, options: OverRangeOptions) -> Array:
    """ln(1 + (max - 1) (x - min) / (max - min)), mirrored if the skew is negative; equal values do not change.

    Raises:
        MethodError: The greatest value of a member, times the factor, is not above 1: the order would be reversed.
    """
    low, high = toolkit.lowest(values), toolkit.highest(values)
    flat = high == low
    top = high * options.factor
    wrong = (top <= 1) & ~flat
    refuse(wrong, context, "the highest and not above 1", "set factor, e.g. factor = 100, or use log")
    share = toolkit.share_of_range(values, low, high)
    stretch = np.where(flat, 0.0, top - 1)
    logs = np.where(skewness(values) < 0, -np.log1p(stretch * (1 - share)), np.log1p(stretch * share))
    return np.where(flat, values, logs)


def skew_kurtosis(values: Array, context: Context, options: SkewKurtosisOptions) -> Array:
    """Winsorise, then transform, only the members that are too skewed; equal values do not change."""
    return stages(values, context, options)[-1].values


def stages(values: Array, context: Context, options: SkewKurtosisOptions) -> tuple[Stage, ...]:
    """The values after winsorising, and after the transform."""
    winsorised = _winsorised(values, options)
    passing = passes(winsorised, options)
    first = Stage(name="winsorise", values=winsorised, passed=passing)
    if options.then == "none" or passing.all():
        return (first,)
    given = winsorised if options.combine else values
    if options.then == "box-cox":
        result = box_cox(given, context, BoxCoxOptions(exponent=options.exponent, from_one=True))
    else:
        plus = 1.0 if options.then == "log-from-one" else None
        result = log_from_lowest(given, context, FromLowestOptions(plus=plus, mirror=options.then == "mirrored"))
    result = np.where(passing, winsorised, result)
    return first, Stage(name=options.then, values=result, passed=passes(result, options))


def passes(values: Array, options: SkewKurtosisOptions) -> Mask:
    """Which members are not too skewed; those with unknown skewness pass."""
    return _passed(*skewness_and_kurtosis(values), options)


def _passed(skew: Array, peak: Array, options: SkewKurtosisOptions) -> Mask:
    return (np.abs(skew) < options.skew) | (peak < options.kurtosis) | np.isnan(skew) | np.isnan(peak)


def _winsorised(values: Array, options: SkewKurtosisOptions) -> Array:
    """Winsorise one value at a time, at the end that the skew points to, equal values together."""
    result, moved = values, np.zeros(values.shape, dtype=bool)
    for _ in range(options.at_most):
        skew, peak = skewness_and_kurtosis(result)
        active = ~_passed(skew, peak, options) & (moved.sum(axis=toolkit.UNITS, keepdims=True) < options.at_most)
        for end, turn in ((toolkit.highest, active & (skew >= 0)), (toolkit.lowest, active & ~(skew >= 0))):
            if turn.any():
                extreme = turn & (result == end(result))
                result = np.where(extreme, end(np.where(extreme, np.nan, result)), result)
                moved |= extreme
        if not active.any():
            break
    return result


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3"
_COINR = "Becker et al., COINr: an R package for developing composite indicators (2022)"


_method = functools.partial(Treatment, options=NoOptions, reference=_SOURCE)

TREATMENTS: tuple[Treatment, ...] = (
    _method(name="none", apply=lambda values, *_: values, title="values unchanged", pointwise=True),
    _method(name="log", apply=log, title="the logarithm", options=LogOptions, pointwise=True),
    _method(name="square-root", apply=square_root, title="the square root", options=ShiftOptions, pointwise=True),
    _method(name="power", apply=power, title="a power above 0", options=PowerOptions, pointwise=True),
    _method(
        name="winsorise",
        apply=winsorise,
        title="the most extreme values are set to the next value",
        options=WinsoriseOptions,
    ),
    _method(
        name="box-cox",
        apply=box_cox,
        title="the power transform that brings values closest to normal",
        options=BoxCoxOptions,
        reference="Box and Cox, An analysis of transformations (1964)",
    ),
    _method(
        name="yeo-johnson",
        apply=yeo_johnson,
        title="the power transform for values of any sign",
        options=YeoJohnsonOptions,
        reference="Yeo and Johnson, A new family of power transformations (2000)",
    ),
    _method(
        name="rank-exponential",
        apply=lambda values, _, options: exponential_ranks(values, options),
        title="ranks on an exponential scale",
        options=ExponentialOptions,
        reference="English Indices of Deprivation 2019, technical report, appendix E",
    ),
    _method(
        name="log-from-lowest",
        apply=log_from_lowest,
        title="the logarithm of the distance from the least value",
        options=FromLowestOptions,
        reference=_COINR,
    ),
    _method(
        name="log-over-range",
        apply=log_over_range,
        title="the logarithm of the share of the range, up to the greatest value",
        options=OverRangeOptions,
        reference="Cornell University, INSEAD and WIPO, The Global Innovation Index 2020, appendix IV",
    ),
    _method(
        name="skew-kurtosis",
        apply=skew_kurtosis,
        title="winsorise, then transform members that are too skewed",
        options=SkewKurtosisOptions,
        reference=_COINR,
        stages=stages,
    ),
)
