"""Statistics of the units, gaps left out: every function reduces the axis before the last and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.edges import at_scale, unwarned
from hubrank.basis.errors import MethodError

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context


UNITS = -2
EDITIONS = -3
#: A spread below this share of the mean is rounding.
TINY = 1e-14
#: A sum of squares below this may have lost digits, or be 0, for the smallness of its terms.
_TINY_SQUARES = 1e-200


def lowest(values: Array) -> Array:
    """The least value; NaN where all are missing."""
    return np.fmin.reduce(values, axis=UNITS, keepdims=True)


def highest(values: Array) -> Array:
    """The greatest value; NaN where all are missing."""
    return np.fmax.reduce(values, axis=UNITS, keepdims=True)


def count(values: Array) -> Array:
    """How many values are there."""
    missing = np.isnan(values)
    return np.asarray(values.shape[UNITS] - missing.sum(axis=UNITS, keepdims=True), dtype=float)


def total(values: Array) -> Array:
    """The sum; NaN where all are missing."""
    sums = values.sum(axis=UNITS, keepdims=True)
    if not np.isnan(sums).any():
        return np.asarray(sums)
    return np.where(count(values) > 0, np.nansum(values, axis=UNITS, keepdims=True), np.nan)


def mean(values: Array) -> Array:
    """The arithmetic mean; NaN where all are missing."""
    with unwarned():
        made = _mean(values)
    lost = ~np.isfinite(made)
    return at_scale(_mean, values, UNITS) if (lost & (count(values) > 0)).any() else made


def deviation(values: Array, less: int = 1) -> Array:
    """The standard deviation with the divisor n - `less`; NaN where too few are there."""
    divisor = count(values) - less
    return _rooted(lambda near: total((near - mean(near)) ** 2), values, divisor)


def norm(values: Array) -> Array:
    """The root of the sum of squares; NaN where all are missing."""
    return _rooted(lambda near: total(near**2), values, np.ones(1))


def refuse_infinite(totals: Array, context: Context, what: str) -> None:
    """Raise an error that names the members whose total is beyond what a number holds.

    Args:
        totals: `(..., editions, 1, members)`.
        context: Names the members.
        what: What was added up, as `the sum`.

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
    """The root of a sum of squares by a divisor, of numbers of any size; NaN where the divisor is not above 0."""
    by = np.where(divisor > 0, divisor, 1)
    with unwarned():
        squares = sum_of_squares(values)
    if ((squares < _TINY_SQUARES) | np.isinf(squares)).any():
        made = at_scale(lambda near: np.sqrt(sum_of_squares(near) / by), values, UNITS)
    else:
        made = np.sqrt(squares / by)
    return np.where(divisor > 0, made, np.nan)


def quantile(values: Array, share: float) -> Array:
    """The quantile, interpolated between neighbours (Hyndman and Fan's type 7); NaN where all are missing."""
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
    with unwarned():
        distance = at_above - at_below
    if np.isinf(distance).any():
        return np.asarray(at_below * (1 - (position - below)) + at_above * (position - below))
    return np.asarray(at_below + distance * (position - below))


def median(values: Array) -> Array:
    """The median; NaN where all are missing."""
    return quantile(values, 0.5)


def share_of_range(values: Array, low: Array | float, high: Array | float) -> Array:
    """Where values lie between `low` (0) and `high` (1); one half where there is nothing between them."""
    with unwarned():
        distance = np.subtract(high, low)
    beyond = np.isinf(distance) & np.isfinite(low) & np.isfinite(high)
    if beyond.any():
        part = np.where(beyond, 0.25, 1.0)
        return share_of_range(values * part, low * part, high * part)
    if (distance == 0).any():
        share = (values - low) / np.where(distance == 0, 1.0, distance)
        return np.where((distance == 0) & ~np.isnan(values), 0.5, share)
    made = values - low
    made /= distance
    return made


def mark(shift: float) -> str:
    """The value that becomes 0 when a shift is added, with the key that says so."""
    return f"{-shift:g} (shift = {shift:g})" if shift else "0"


def refuse(wrong: Mask, context: Context, what: str, instead: str) -> None:
    """Raise an error that counts, by member, the values that a method does not accept.

    Args:
        wrong: `(..., editions, units, members)`: the values that are wrong.
        context: Names the members.
        what: What they are, as `not above 0`.
        instead: What can be done.

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
