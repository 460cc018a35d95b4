"""Weighted means: arithmetic, geometric, harmonic and the family that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import unwarned
from hubrank.contract.forms import Form
from hubrank.contract.methods import Aggregator
from hubrank.contract.sources import NoOptions
from hubrank.methods.aggregation.sums import settled_sum, weighted_sum
from hubrank.methods.arrays import mark, refuse
from hubrank.methods.checks import at_least

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context

#: Powers up to this of usual scores, unscaled, neither overflow nor vanish.
_LARGEST_POWER = 20
#: Powers below this lose so many digits of their difference from 1 that it is computed itself.
_SMALLEST_POWER = 1e-3
_ABOVE_0 = "normalise to a range above 0, e.g. low = 1, or set shift"


@frozen(kw_only=True)
class ShiftOptions:
    """What a scenario can set of `geometric` and `harmonic`.

    Attributes:
        shift: A number added to every score and subtracted from the mean.
        counted_from: If set, the mean is taken of `counted_from` - score and then subtracted from `counted_from`,
            so that it leans towards high scores instead of low ones.
        at_zero: What happens to a unit with a score of 0 or below, for which the mean is undefined: it is an
            error (`refuse`), its mean is `zero`, the limit for scores that go to 0, or it is `missing`.
    """

    shift: float = field(default=0.0, validator=at_least(0))
    counted_from: float | None = None
    at_zero: Literal["refuse", "zero", "missing"] = "refuse"


@frozen(kw_only=True)
class GeneralisedOptions(ShiftOptions):
    """What a scenario can set of `generalised-mean`.

    Attributes:
        p: The exponent: 1 for the arithmetic mean, 0 geometric, -1 harmonic, 2 quadratic.
    """

    p: float


def arithmetic(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The weighted sum; a gain in one member makes up for a loss in another."""
    return settled_sum(scores, weights)


def geometric(scores: Array, weights: Array, context: Context, options: ShiftOptions) -> Array:
    """The weighted geometric mean; every score must be above 0."""
    shifted = _entering(scores, options)
    return _leaving(_defined(np.exp(weighted_sum(_log(shifted), weights)), shifted, weights, context, options), options)


def harmonic(scores: Array, weights: Array, context: Context, options: ShiftOptions) -> Array:
    """The weighted harmonic mean; every score must be above 0."""
    shifted = _entering(scores, options)
    return _leaving(_defined(_power_mean(shifted, weights, -1.0), shifted, weights, context, options), options)


def generalised_mean(scores: Array, weights: Array, context: Context, options: GeneralisedOptions) -> Array:
    """The weighted power mean: the p-th root of the mean of p-th powers; the geometric mean for p = 0."""
    shifted = _entering(scores, options)
    if options.p == 1:
        return _leaving(settled_sum(shifted, weights), options)
    if 0 < abs(options.p) < _SMALLEST_POWER and ((shifted > 0) | (weights == 0)).all():
        return _leaving(_near_geometric(shifted, weights, options.p), options)
    if options.p > 0:
        instead = "normalise to a range of 0 or more, or set shift"
        _refuse_beyond((shifted < 0) & (weights > 0), context, options, instead)
        return _leaving(_power_mean(shifted, weights, options.p), options)
    logarithmic = options.p == 0
    mean = np.exp(weighted_sum(_log(shifted), weights)) if logarithmic else _power_mean(shifted, weights, options.p)
    return _leaving(_defined(mean, shifted, weights, context, options), options)


def _mean_of(power: float) -> Callable[[ShiftOptions], Form]:
    """The form of the mean of a power."""
    return lambda options: _form(power, options)


def _form(power: float, options: ShiftOptions) -> Form:
    if power == 1:
        return Form()
    return Form(power=power, shift=options.shift, counted_from=options.counted_from, at_zero=options.at_zero)


def _generalised_form(options: GeneralisedOptions) -> Form | None:
    """None for powers so large that values could overflow unscaled, or so small that all powers are almost 1."""
    size = abs(options.p)
    return _form(options.p, options) if size == 0 or _SMALLEST_POWER <= size <= _LARGEST_POWER else None


def _defined(mean: Array, shifted: Array, weights: Array, context: Context, options: ShiftOptions) -> Array:
    """The mean where all scores are above 0, and what `at_zero` says elsewhere."""
    if (shifted > 0).all():
        return mean
    outside = (shifted <= 0) & (weights > 0)
    if not outside.any():
        return mean
    if options.at_zero == "refuse":
        _refuse_reached(outside, context, options)
    if options.at_zero == "zero":
        _refuse_beyond((shifted < 0) & (weights > 0), context, options, "cap it there, or set at_zero = missing")
    return np.where(outside.any(axis=-1), 0.0 if options.at_zero == "zero" else np.nan, mean)


def _refuse_reached(wrong: Mask, context: Context, options: ShiftOptions) -> None:
    """Raise for scores that reach the mark at which the mean is not defined any more."""
    if options.counted_from is not None:
        refuse(wrong, context, f"not below {_mark(options)}", "raise counted_from, or normalise to a range below it")
    refuse(wrong, context, f"not above {_mark(options)}", _ABOVE_0)


def _refuse_beyond(wrong: Mask, context: Context, options: ShiftOptions, instead: str) -> None:
    """Raise for scores beyond that mark."""
    if options.counted_from is not None:
        refuse(wrong, context, f"above {_mark(options)}", "raise counted_from, or cap the scores there")
    refuse(wrong, context, f"below {_mark(options)}", instead)


def _mark(options: ShiftOptions) -> str:
    """The score at which the distance that is averaged is 0, with the keys that it is made of."""
    if options.counted_from is None:
        return mark(options.shift)
    shift = f", shift = {options.shift:g}" if options.shift else ""
    number = f"{options.counted_from + options.shift:g}"
    return f"{number} (counted_from = {options.counted_from:g}{shift})"


def _entering(scores: Array, options: ShiftOptions) -> Array:
    if options.counted_from is not None:
        return options.counted_from - scores + options.shift
    return scores + options.shift if options.shift else scores


def _leaving(mean: Array, options: ShiftOptions) -> Array:
    if options.counted_from is not None:
        return options.counted_from - (mean - options.shift)
    return mean - options.shift if options.shift else mean


def _log(positive: Array) -> Array:
    """The logarithm; 0 for the scores of members that are not there, whatever they are."""
    if (positive > 0).all():
        return np.log(positive)
    return np.log(np.where(positive > 0, positive, 1.0))


def _power_mean(positive: Array, weights: Array, p: float) -> Array:
    """Scaled by the largest, so that no power overflows; NaN where no member is there."""
    safe = positive if (positive > 0).all() else np.where((positive > 0) | (p > 0), np.maximum(positive, 0), 1.0)
    top = safe.max(axis=-1, keepdims=True)
    top = np.where(top > 0, top, 1.0)
    with unwarned():
        mean = weighted_sum((safe / top) ** p, weights) ** (1 / p)
    if p < 0 and not (mean > 0).all():
        bottom = np.where(weights > 0, safe, np.inf).min(axis=-1, keepdims=True)
        with unwarned():
            by_least = weighted_sum(np.maximum(safe / bottom, 1) ** p, weights) ** (1 / p)
        return np.where(mean > 0, mean * top[..., 0], by_least * bottom[..., 0])
    return np.asarray(mean * top[..., 0])


def _near_geometric(positive: Array, weights: Array, p: float) -> Array:
    """The mean of a power so small that all powers are almost 1: what they differ by from 1 is averaged."""
    logs = _log(positive)
    middle = weighted_sum(logs, weights)
    with unwarned():
        beyond_1 = weighted_sum(np.expm1(p * (logs - middle[..., None])), weights)
        return np.asarray(np.exp(middle + np.log1p(beyond_1) / p))


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"

AGGREGATORS = (
    Aggregator(
        name="arithmetic",
        apply=arithmetic,
        form=Form(),
        title="the weighted arithmetic mean",
        reference=_SOURCE,
    ),
    Aggregator(
        name="geometric",
        may_be_undefined=True,
        apply=geometric,
        options=ShiftOptions,
        form=_mean_of(0),
        title="the weighted geometric mean",
        reference=_SOURCE,
    ),
    Aggregator(
        name="harmonic",
        may_be_undefined=True,
        apply=harmonic,
        options=ShiftOptions,
        form=_mean_of(-1),
        title="the weighted harmonic mean",
        reference=_SOURCE,
    ),
    Aggregator(
        name="generalised-mean",
        may_be_undefined=True,
        apply=generalised_mean,
        options=GeneralisedOptions,
        form=_generalised_form,
        title="the weighted power mean",
        reference="Decancq and Lugo, Weights in multidimensional indices of wellbeing (2013)",
    ),
)
