"""Where values stand among others: counts along the axis of the units, without a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.methods.arrays import UNITS, count
from hubrank.methods.checks import above

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

Ties = Literal["min", "average", "max", "dense"]


def ranks(values: Array, reference: Array, ties: Ties) -> Array:
    """Ranks among a reference: 1 for its least value; gaps stay gaps and count for nothing.

    Args:
        values: `(..., editions, units, members)`.
        reference: `(..., 1 or editions, units, members)`; a value that is not in it gets the rank that it would
            have had there.
        ties: The rank that equal values share: the least, the mean or the greatest of theirs; `dense` counts
            every distinct value once.
    """
    if values.size == reference.size and np.array_equal(values.reshape(reference.shape), reference, equal_nan=True):
        return _own_ranks(reference, ties).reshape(values.shape)
    if ties == "dense":
        reference = _distinct(reference)
    if ties in ("min", "dense"):
        return below(values, reference) + 1
    if ties == "max":
        return np.maximum(up_to(values, reference), 1)
    low, high = below(values, reference), up_to(values, reference)
    return np.where(high > low, (low + 1 + high) / 2, low + 1)


def below(values: Array, reference: Array) -> Array:
    """How many of the reference are less; NaN for a gap."""
    return _counted(values, reference, values_first=True)


def up_to(values: Array, reference: Array) -> Array:
    """How many of the reference are less or equal; NaN for a gap."""
    return _counted(values, reference, values_first=False)


def percentile_ranks(values: Array, reference: Array, ties: Ties = "min") -> Array:
    """(rank - 1) / (n - 1): 0 for the least, 1 for the greatest; one half where all are equal."""
    number = count(reference)
    share = (ranks(values, reference, ties) - 1) / np.maximum(number - 1, 1)
    flat = np.fmin.reduce(reference, axis=UNITS, keepdims=True) == np.fmax.reduce(reference, axis=UNITS, keepdims=True)
    return np.where(flat & ~np.isnan(values), 0.5, share) if flat.any() else share


@frozen(kw_only=True)
class ExponentialOptions:
    """What a scenario can set of `rank-exponential`.

    Attributes:
        scale: How steep it is; 23 gives the upper tenth half of the range.
        ties: The place that equal units share.
        first: The place of the lowest unit: 1 (England, Wales), so that the highest gets 100, or 0 (Scotland),
            so that the lowest gets 0.
    """

    scale: float = field(default=23.0, validator=above(0))
    ties: Ties = "average"
    first: Literal[0, 1] = 1


def exponential_ranks(values: Array, options: ExponentialOptions) -> Array:
    """-scale ln(1 - R (1 - exp(-100 / scale))) of the share R = place / n: from 0 to 100, steep at the upper end."""
    place = ranks(values, values, options.ties) - 1 + options.first
    share = place / np.maximum(count(values), 1)
    return np.asarray(-options.scale * np.log1p(share * np.expm1(-100 / options.scale)))


def _own_ranks(values: Array, ties: Ties) -> Array:
    """Ranks of values among themselves: one sort, then where each run of equal values begins and ends."""
    order = np.argsort(values, axis=UNITS)
    ordered = np.take_along_axis(values, order, axis=UNITS)
    begins = np.ones(values.shape, dtype=bool)
    begins[..., 1:, :] = ordered[..., 1:, :] != ordered[..., :-1, :]
    place = np.arange(1.0, values.shape[UNITS] + 1)[:, None]
    first = np.maximum.accumulate(np.where(begins, place, 0), axis=UNITS)
    if ties == "min":
        ranked = first
    elif ties == "dense":
        ranked = np.cumsum(begins, axis=UNITS, dtype=float)
    else:
        ends = np.ones(values.shape, dtype=bool)
        ends[..., :-1, :] = begins[..., 1:, :]
        last = np.flip(np.minimum.accumulate(np.flip(np.where(ends, place, np.inf), UNITS), axis=UNITS), UNITS)
        ranked = last if ties == "max" else (first + last) / 2
    made = np.empty(values.shape)
    np.put_along_axis(made, order, ranked, axis=UNITS)
    return np.where(np.isnan(values), np.nan, made)


def _counted(values: Array, reference: Array, *, values_first: bool) -> Array:
    """One stable sort of both together; equal values count where the reference comes first."""
    if reference.shape[-3] == 1 != values.shape[-3]:
        *front, editions, units, members = values.shape
        pooled = values.reshape(*front, 1, editions * units, members)
        return _counted(pooled, reference, values_first=values_first).reshape(values.shape)
    front = np.broadcast_shapes(values.shape[:-2], reference.shape[:-2])
    own = np.broadcast_to(values, (*front, *values.shape[-2:]))
    other = np.broadcast_to(reference, (*front, *reference.shape[-2:]))
    together = np.concatenate([own, other] if values_first else [other, own], axis=UNITS)
    order = np.argsort(together, axis=UNITS, kind="stable")
    start = 0 if values_first else other.shape[UNITS]
    is_own = (order >= start) & (order < start + own.shape[UNITS])
    seen = np.cumsum(~is_own, axis=UNITS, dtype=float)
    counts = np.empty_like(seen)
    np.put_along_axis(counts, order, seen, axis=UNITS)
    counts = counts[..., start : start + own.shape[UNITS], :]
    return np.where(np.isnan(own), np.nan, counts)


def _distinct(values: Array) -> Array:
    """Each value once, the others as gaps."""
    ordered = np.sort(values, axis=UNITS)
    again = np.zeros(ordered.shape, dtype=bool)
    again[..., 1:, :] = ordered[..., 1:, :] == ordered[..., :-1, :]
    return np.where(again, np.nan, ordered)
