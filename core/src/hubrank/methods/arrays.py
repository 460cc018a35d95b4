"""Statistics of the units, gaps left out: every function reduces the axis before the last and keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import MethodError
from hubrank.basis.language import numeral, plural, worded

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context


UNITS = -2
EDITIONS = -3
#: A spread below this share of the mean is rounding.
TINY = 1e-14


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
    return total(values) / np.maximum(count(values), 1)


def deviation(values: Array, less: int = 1) -> Array:
    """The standard deviation with the divisor n - `less`; NaN where too few are there."""
    squares = total((values - mean(values)) ** 2)
    divisor = count(values) - less
    return np.where(divisor > 0, np.sqrt(squares / np.where(divisor > 0, divisor, 1)), np.nan)


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
    return np.asarray(at_below + (at_above - at_below) * (position - below))


def median(values: Array) -> Array:
    """The median; NaN where all are missing."""
    return quantile(values, 0.5)


def share_of_range(values: Array, low: Array | float, high: Array | float) -> Array:
    """Where values lie between `low` (0) and `high` (1); one half where there is nothing between them."""
    distance = np.subtract(high, low)
    if (distance == 0).any():
        share = (values - low) / np.where(distance == 0, 1.0, distance)
        return np.where((distance == 0) & ~np.isnan(values), 0.5, share)
    made = values - low
    made /= distance
    return made


def mark(shift: float) -> str:
    """The value that becomes 0 when a shift is added, with the key that says so."""
    return f"{numeral(f'{-shift:g}')} (shift = {shift:g})" if shift else "0"


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
        plural(
            int(number),
            "'{member}' has {count} value that is {what}",
            "'{member}' has {count} values that are {what}",
            member=member.name,
            what=what,
        )
        for member, number in zip(context.members, by_member, strict=True)
        if number
    ]
    told = {"members": ", ".join(found[:3]), "instead": instead}
    if len(found) <= 3:
        raise MethodError(worded("member {members}; {instead}", **told))
    raise MethodError(
        plural(
            len(found) - 3,
            "member {members} and {count} more members have such values; {instead}",
            "member {members} and {count} more members have such values; {instead}",
            **told,
        )
    )
