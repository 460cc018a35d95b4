"""Power transforms whose exponent is given or fits the values best, and the exponential transform of ranks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.contract.methods import Treatment
from hubrank.methods import arrays
from hubrank.methods.rank_scales import ExponentialOptions, exponential_ranks

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

#: Exponents are looked for between these; the golden section halves the interval in 1.44 steps.
_SEARCHED = (-5.0, 5.0)
_STEPS = 60
_GOLDEN = (np.sqrt(5) - 1) / 2


@frozen(kw_only=True)
class BoxCoxOptions:
    """What a scenario can set of `box-cox`.

    Attributes:
        exponent: Lambda; by default the one under which the values of a member are most likely normal.
        from_one: Whether values are shifted first, so that the lowest of a member is 1.
        shift: The number added before the transform.
    """

    exponent: float | None = None
    from_one: bool = False
    shift: float = 0.0


@frozen(kw_only=True)
class YeoJohnsonOptions:
    """What a scenario can set of `yeo-johnson`.

    Attributes:
        exponent: Lambda; by default the one under which the values of a member are most likely normal.
    """

    exponent: float | None = None


def box_cox(values: Array, context: Context, options: BoxCoxOptions) -> Array:
    """(x^lambda - 1) / lambda, the logarithm for 0; every value must be above 0."""
    moved = values + options.shift if options.shift else values
    if options.from_one:
        moved = moved - arrays.lowest(moved) + 1
    what = f"not above {arrays.mark(options.shift)}"
    arrays.refuse(moved <= 0, context, what, "Box-Cox needs more; set shift or from_one, or use yeo-johnson")
    known = _ordered(moved)
    centred = known / np.exp(arrays.mean(np.log(known)))
    exponent = _exponent(options.exponent, lambda power: -_log_deviation(_box_cox(centred, power)), values)
    return _box_cox(moved, exponent)


def yeo_johnson(values: Array, context: Context, options: YeoJohnsonOptions) -> Array:  # noqa: ARG001
    """Box-Cox of x + 1 with lambda where x is 0 or more, of 1 - x with 2 - lambda and mirrored where it is less."""
    known = _ordered(values)
    logs = arrays.mean(np.sign(known) * np.log1p(np.abs(known)))
    exponent = _exponent(
        options.exponent, lambda power: power * logs - _log_deviation(_yeo_johnson(known, power)), values
    )
    return _yeo_johnson(values, exponent)


def rank_exponential(values: Array, context: Context, options: ExponentialOptions) -> Array:  # noqa: ARG001
    """Places among the units on an exponential scale."""
    return exponential_ranks(values, options)


def _ordered(values: Array) -> Array:
    """The units' values by size: a sum's last bits, and so the search, must not depend on the units' order."""
    return np.sort(values, axis=arrays.UNITS)


def _box_cox(positive: Array, exponent: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        powered = np.expm1(exponent * np.log(positive)) / exponent
    return np.where(np.abs(exponent) < 1e-12, np.log(positive), powered)


def _yeo_johnson(values: Array, exponent: Array) -> Array:
    above = _box_cox(np.maximum(values, 0) + 1, exponent)
    below = -_box_cox(1 - np.minimum(values, 0), 2 - exponent)
    return np.where(values >= 0, above, below)


def _exponent(given: float | None, likelihood: Callable[[Array], Array], values: Array) -> Array:
    """The exponent given, or for each member and edition that of the greatest likelihood; 1 for equal values."""
    if given is not None:
        return np.array(given)
    low, high = arrays.lowest(values), arrays.highest(values)
    return np.where(high > low, _highest(likelihood, low.shape), 1.0)


def _log_deviation(made: Array) -> Array:
    """The logarithm of the standard deviation; infinite where only rounding is left of it."""
    deviation = arrays.deviation(made, 0)
    size = np.fmax.reduce(np.abs(made), axis=arrays.UNITS, keepdims=True)
    lost = ~(deviation > 1e-10 * size)
    return np.where(lost, np.inf, np.log(np.where(lost, 1.0, deviation)))


def _highest(function: Callable[[Array], Array], shape: tuple[int, ...]) -> Array:
    """Where functions of one number, computed together, are highest: golden section search."""
    low, high = (np.full(shape, end) for end in _SEARCHED)
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        rising = function(right) > function(left)
        low, high = np.where(rising, left, low), np.where(rising, high, right)
    return np.asarray((low + high) / 2)


TREATMENTS = (
    Treatment(
        name="box-cox",
        apply=box_cox,
        options=BoxCoxOptions,
        title="the power transform that brings values closest to normal",
        reference="Box and Cox, An analysis of transformations (1964)",
    ),
    Treatment(
        name="yeo-johnson",
        apply=yeo_johnson,
        options=YeoJohnsonOptions,
        title="the power transform for values of any sign",
        reference="Yeo and Johnson, A new family of power transformations (2000)",
    ),
    Treatment(
        name="rank-exponential",
        apply=rank_exponential,
        options=ExponentialOptions,
        title="ranks on an exponential scale",
        reference="English Indices of Deprivation 2019, technical report, appendix E",
    ),
)
