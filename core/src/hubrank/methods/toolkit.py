"""Statistics with missing values, correlation, skewness, rank scales, option checks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any, Literal

import attrs
import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError
from hubrank.methods.ranks import ranks, ranks_among
from hubrank.numeric import Array, Mask, Ties, at_scale, brought_near, quiet_numpy
from hubrank.plugin.methods import Context

UNITS = -2
EDITIONS = -3
#: A spread below this share of the mean is rounding.
TINY = 1e-14
#: A sum of squares below this may have lost digits, or be 0, because its terms are small.
_TINY_SQUARES = 1e-200


def lowest(values: Array) -> Array:
    """The least value; NaN if all are missing."""
    return np.fmin.reduce(values, axis=UNITS, keepdims=True)


def highest(values: Array) -> Array:
    """The greatest value; NaN if all are missing."""
    return np.fmax.reduce(values, axis=UNITS, keepdims=True)


def count(values: Array) -> Array:
    """The number of values."""
    missing = np.isnan(values)
    return np.asarray(values.shape[UNITS] - missing.sum(axis=UNITS, keepdims=True), dtype=float)


def total(values: Array) -> Array:
    """The sum; NaN if all are missing."""
    sums = values.sum(axis=UNITS, keepdims=True)
    if not np.isnan(sums).any():
        return np.asarray(sums)
    return np.where(count(values) > 0, np.nansum(values, axis=UNITS, keepdims=True), np.nan)


def mean(values: Array) -> Array:
    """The arithmetic mean; NaN if all are missing."""
    with quiet_numpy():
        result = _mean(values)
    lost = ~np.isfinite(result)
    return at_scale(_mean, values, UNITS) if lost.any() and (lost & (count(values) > 0)).any() else result


def deviation(values: Array, less: int = 1) -> Array:
    """The standard deviation with the divisor n - `less`; NaN for too few values."""
    divisor = count(values) - less
    return _rooted(lambda near: total((near - mean(near)) ** 2), values, divisor)


def norm(values: Array) -> Array:
    """The root of the sum of squares; NaN if all are missing."""
    return _rooted(lambda near: total(near**2), values, np.ones(1))


def refuse_infinite(totals: Array, context: Context, what: str) -> None:
    """Raise an error that names the members whose total overflows.

    Args:
        totals: `(..., editions, 1, members)`.
        context: Names the members.
        what: The name of the total, such as `the sum`.

    Raises:
        MethodError: There is such a total.
    """
    infinite = np.isinf(totals).reshape(-1, totals.shape[-1]).any(axis=0)
    if infinite.any():
        names = ", ".join(f"'{context.members[at].name}'" for at in np.flatnonzero(infinite))
        raise MethodError(f"{what} of {names} is larger than a number can be (1.8e308); use another unit of measure")


def _mean(values: Array) -> Array:
    return total(values) / np.maximum(count(values), 1)


def _rooted(sum_of_squares: Callable[[Array], Array], values: Array, divisor: Array) -> Array:
    """The root of a sum of squares by a divisor, of numbers of any size; NaN if the divisor is not above 0."""
    by = np.where(divisor > 0, divisor, 1)
    with quiet_numpy():
        squares = sum_of_squares(values)
    if ((squares < _TINY_SQUARES) | np.isinf(squares)).any():
        result = at_scale(lambda near: np.sqrt(sum_of_squares(near) / by), values, UNITS)
    else:
        result = np.sqrt(squares / by)
    return np.where(divisor > 0, result, np.nan)


def quantile(values: Array, share: float) -> Array:
    """The quantile, interpolated between neighbours (Hyndman and Fan's type 7); NaN if all are missing."""
    return quantiles(values, share)[0]


def quantiles(values: Array, *shares: float) -> list[Array]:
    """Several quantiles from one sort."""
    ordered = np.sort(values, axis=UNITS)
    return [_at(ordered, values, share) for share in shares]


def _at(ordered: Array, values: Array, share: float) -> Array:
    position = np.maximum(count(values) - 1, 0) * share
    below = np.floor(position).astype(int)
    above = np.ceil(position).astype(int)
    at_below = np.take_along_axis(ordered, below, axis=UNITS)
    at_above = np.take_along_axis(ordered, above, axis=UNITS)
    with quiet_numpy():
        distance = at_above - at_below
    if np.isinf(distance).any():
        return np.asarray(at_below * (1 - (position - below)) + at_above * (position - below))
    return np.asarray(at_below + distance * (position - below))


def median(values: Array) -> Array:
    """The median; NaN if all are missing."""
    return quantile(values, 0.5)


def share_of_range(values: Array, low: Array | float, high: Array | float) -> Array:
    """Positions of values between `low` (0) and `high` (1); 0.5 if the two are equal."""
    with quiet_numpy():
        distance = np.subtract(high, low)
    beyond = np.isinf(distance) & np.isfinite(low) & np.isfinite(high)
    if beyond.any():
        part = np.where(beyond, 0.25, 1.0)
        return share_of_range(values * part, low * part, high * part)
    if (distance == 0).any():
        share = (values - low) / np.where(distance == 0, 1.0, distance)
        return np.where((distance == 0) & ~np.isnan(values), 0.5, share)
    result = values - low
    result /= distance
    return result


def mark(shift: float) -> str:
    """The value that becomes 0 when a shift is added, with the option that sets it."""
    return f"{-shift:g} (shift = {shift:g})" if shift else "0"


def shift_hint(shift: float) -> str:
    """The advice for values that are too low after a shift."""
    return "raise shift" if shift else "set shift"


def refuse(wrong: Mask, context: Context, what: str, instead: str) -> None:
    """Raise an error that counts, by member, the values that a method does not accept.

    Args:
        wrong: `(..., editions, units, members)`: the values that are wrong.
        context: Names the members.
        what: A description, such as `not above 0`.
        instead: The advice.

    Raises:
        MethodError: There is such a value.
    """
    if not wrong.any():
        return
    counts = wrong.any(axis=tuple(range(max(0, wrong.ndim - 3)))) if wrong.ndim > 3 else wrong
    by_member = counts.reshape(-1, counts.shape[-1]).sum(axis=0)
    found = [
        f"'{member.name}' has {int(number):,} {'value that is' if int(number) == 1 else 'values that are'} {what}"
        for member, number in zip(context.members, by_member, strict=True)
        if number
    ]
    more = f" and {len(found) - 3:,} more members have such values" if len(found) > 3 else ""
    raise MethodError(f"member {', '.join(found[:3])}{more}; {instead}")


@frozen
class _Number:
    """A validator: a number that satisfies its bounds, as the text describes them; None is allowed."""

    holds: Callable[[float, float, float], bool]
    text: str
    low: float
    high: float = np.inf

    def __call__(self, _: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        if value is not None and not self.holds(value, self.low, self.high):
            raise ValueError(f"{attribute.name}: {self.text.format(low=self.low, high=self.high, value=value)}")


#: A validator, `at_least(bound)`: a number that is `bound` or more; None is allowed.
at_least = functools.partial(_Number, lambda value, low, _: value >= low, "must be at least {low:g}; got {value:g}")
#: A validator, `above(bound)`: a number greater than `bound`; None is allowed.
above = functools.partial(_Number, lambda value, low, _: value > low, "must be above {low:g}; got {value:g}")
#: A validator, `between(low, high)`: a number from `low` to `high`; None is allowed.
between = functools.partial(
    _Number, lambda value, low, high: low <= value <= high, "must be between {low:g} and {high:g}; got {value:g}"
)
#: A validator, `inside(low, high)`: a number above `low` and below `high`; None is allowed.
inside = functools.partial(
    _Number, lambda value, low, high: low < value < high, "must be above {low:g} and below {high:g}; got {value:g}"
)


@frozen
class _AboveKey:
    """A validator: a number greater than that of another key; None is allowed for both."""

    other: str

    def __call__(self, instance: Any, attribute: attrs.Attribute[Any], value: float | None) -> None:
        bound = getattr(instance, self.other)
        if value is not None and bound is not None and not value > bound:
            raise ValueError(f"{attribute.name}: must be above {self.other}, which is {bound:g}; got {value:g}")


@frozen
class _Rising:
    """A validator: ascending numbers, `count` of them if that is given."""

    count: int | None = None

    def __call__(self, _: Any, attribute: attrs.Attribute[Any], value: tuple[float, ...]) -> None:
        wrong = self.count is not None and len(value) != self.count
        if wrong or any(not later > earlier for earlier, later in itertools.pairwise(value)):
            count = "" if self.count is None else f"{self.count:,} "
            raise ValueError(f"{attribute.name}: must be {count}numbers in ascending order; got {list(value)}")


above_key, rising = _AboveKey, _Rising

#: The kind of correlation: of the scores, or of their ranks.
Kind = Literal["pearson", "spearman"]


def correlations(scores: Array, kind: Kind = "pearson") -> Array:
    """Correlations of every two members, `(..., members, members)`.

    Each pair is taken over the units that have both. A constant member correlates with others by 0, with itself by 1.
    """
    if not np.isnan(scores).any():
        ranked = ranks(scores, "average", axis=UNITS) if kind == "spearman" else scores
        return _of_complete(ranked)
    number = scores.shape[-1]
    result = np.empty((*scores.shape[:-2], number, number))
    for first in range(number):
        for second in range(first + 1):
            pair = scores[..., [first, second]]
            pair = np.where(np.isnan(pair).any(axis=-1, keepdims=True), np.nan, pair)
            pair = ranks(pair, "average", axis=UNITS) if kind == "spearman" else pair
            result[..., first, second] = result[..., second, first] = _of_complete(_centred(pair))[..., 0, 1]
    result[..., range(number), range(number)] = 1
    return result


def complete(scores: Array) -> Array:
    """The scores of units that have all members; those of others are all missing."""
    lacking = np.isnan(scores).any(axis=-1, keepdims=True)
    return np.where(lacking, np.nan, scores) if lacking.any() else scores


def of_complete(scores: Array) -> Array:
    """Pearson's correlations over the units that have all members, `(..., members, members)`."""
    return _of_complete(_centred(complete(scores)))


def _centred(scores: Array) -> Array:
    """Distances from the mean; 0 for missing values, so that they have no effect."""
    scores, _ = brought_near(scores, UNITS)
    distance = scores - mean(scores)
    return np.where(np.isnan(distance), 0.0, distance)


def _of_complete(scores: Array) -> Array:
    scores, _ = brought_near(scores, UNITS)
    mean = scores.mean(axis=UNITS, keepdims=True)
    centred = scores - mean
    length = np.sqrt((centred**2).sum(axis=UNITS, keepdims=True))
    flat = length <= TINY * np.sqrt(scores.shape[UNITS]) * np.abs(mean)
    unit = np.where(flat, 0.0, centred / np.where(flat, 1.0, length))
    result = np.swapaxes(unit, -1, -2) @ unit
    diagonal = np.arange(scores.shape[-1])
    result[..., diagonal, diagonal] = 1
    return np.asarray(np.clip(result, -1, 1))


def skewness(values: Array) -> Array:
    """The sample skewness G1; NaN below 3 values and for equal values."""
    return skewness_and_kurtosis(values)[0]


def kurtosis(values: Array) -> Array:
    """The sample excess kurtosis G2; NaN below 4 values and for equal values."""
    return skewness_and_kurtosis(values)[1]


def skewness_and_kurtosis(values: Array) -> tuple[Array, Array]:
    """Both from the same sums of the second, third and fourth powers of the distances from the mean, at some scale."""
    values, _ = brought_near(values, UNITS)
    number, centre = count(values), mean(values)
    distance = values - centre
    widest = np.fmax.reduce(np.abs(distance), axis=UNITS, keepdims=True)
    flat = ~(widest > TINY * np.abs(centre))
    distance = np.where(flat, 0.0, distance) if flat.any() else distance
    square = distance**2
    second, third, fourth = total(square), total(square * distance), total(square**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.sqrt(number) * third / second**1.5
        skew = np.where(number > 2, plain * np.sqrt(number * (number - 1)) / (number - 2), np.nan)
        plain = number * fourth / second**2
        peak = ((number + 1) * (plain - 3) + 6) * (number - 1) / ((number - 2) * (number - 3))
        return skew, np.where(number > 3, peak, np.nan)


def percentile_ranks(values: Array, reference: Array, ties: Ties = "min") -> Array:
    """(rank - 1) / (n - 1): 0 for the least, 1 for the greatest; 0.5 if all are equal."""
    number = count(reference)
    share = (ranks_among(values, reference, ties) - 1) / np.maximum(number - 1, 1)
    flat = np.fmin.reduce(reference, axis=UNITS, keepdims=True) == np.fmax.reduce(reference, axis=UNITS, keepdims=True)
    return np.where(flat & ~np.isnan(values), 0.5, share) if flat.any() else share


@frozen(kw_only=True)
class ExponentialOptions:
    """Options of `rank-exponential`.

    Attributes:
        scale: The steepness of the scale; 23 gives half of the range to the upper tenth.
        ties: The rank that equal units share.
        first: The rank of the lowest unit: 1 (England, Wales), so the highest gets 100, or 0 (Scotland), so the lowest
            gets 0.
    """

    scale: float = field(default=23.0, validator=above(0))
    ties: Ties = "average"
    first: Literal[0, 1] = 1


def exponential_ranks(values: Array, options: ExponentialOptions, noise: float = 0.0) -> Array:
    """-scale ln(1 - R (1 - exp(-100 / scale))) of the share R = rank / n: from 0 to 100, steep at the upper end.

    Args:
        values: The values to rank.
        options: The scale and the ties.
        noise: As for `ranks`.
    """
    place = ranks(values, options.ties, axis=UNITS, noise=noise) - 1 + options.first
    share = place / np.maximum(count(values), 1)
    return np.asarray(-options.scale * np.log1p(share * np.expm1(-100 / options.scale)))
