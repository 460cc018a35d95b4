"""Ranks with ties: of the units of a ranking, of each draw, of the members' values.

Values are equal if they are the same number to the last bit (0 and -0 are). Scores are computed, so two units that tie
in exact arithmetic can differ by some bits if their sums are taken in different orders, for example because a missing
value's weight is redistributed: ranks of scores therefore use the tolerance `NOISE`, a share of the largest score. If
the scores of all units cancel, the largest is noise itself; `hubrank.numeric.without_noise` sets such sums to 0 by the
same tolerance, relative to their terms. Missing values (NaN) have no rank and do not affect other ranks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hubrank.numeric import Array, Best, Positions, Ties

_UNITS = -2


def ranks(values: Array, ties: Ties, best: Best = "lowest", *, axis: int = -1, noise: float = 0.0) -> Array:
    """Ranks of values among themselves; 1 is the best, missing values stay missing.

    Args:
        values: Numbers of any shape.
        ties: The rank that equal values share: of 3, 7, 7, 9 with the lowest best, the two get 2 (`min`, and `dense`,
            which then gives 3 to the last), 2.5 (`average`) or 3 (`max`).
        best: Which end is rank 1.
        axis: The axis along which values are ranked.
        noise: Neighbours in the order that differ by at most this share of the largest value are equal.
    """
    if not values.size:
        return np.empty(values.shape)
    keys = np.moveaxis(-values if best == "highest" else values, axis, -1)
    missing = np.isnan(keys)
    gaps = bool(missing.any())
    given = np.where(missing, np.nan, keys) if gaps else keys  # without a sign, as `_in_order` needs it
    order, ordered = _in_order(given.reshape(-1, keys.shape[-1]))
    ranked = np.empty(keys.size)
    ranked[order] = _shared(ordered, ties, noise)
    ranked = ranked.reshape(keys.shape)
    if gaps:
        ranked[missing] = np.nan
    return np.ascontiguousarray(np.moveaxis(ranked, -1, axis))


def places(values: Array, best: Best = "lowest", first: float = 0) -> Any:
    """The place of each value `(rows, values)` in its row; equal ones have places one after the other.

    Args:
        first: The place of the best value; places are whole numbers if it is one, floating-point ones otherwise.
    """
    order, _ = _in_order(-values if best == "highest" else values)
    places = np.arange(first, first + values.shape[-1])
    result = np.empty(values.shape, places.dtype)
    result.reshape(-1)[order] = places
    return result


def _in_order(values: Array) -> tuple[Positions, Array]:
    """Where each value `(rows, values)` is among all, from the least to the greatest in each row, and the value itself.

    NaN comes last if its sign is positive. Numbers are sorted in whose last bits the value's position sits.
    """
    count, finite = values.shape[-1], np.isfinite(values).all()
    order: Positions = np.ascontiguousarray(values + 0.0, dtype=float).view(np.int64)
    if not finite:  # whole numbers in the order of the values, for other bits make NaN of infinity
        order ^= (order >> 63) & np.int64(0x7FFFFFFFFFFFFFFF)
    mask = np.int64((1 << max(1, (count - 1).bit_length())) - 1)
    order &= ~mask
    order |= np.arange(count)
    (order.view(float) if finite else order).sort(axis=-1)
    order &= mask
    if len(values) > 1:
        order += np.arange(0, values.size, count)[:, None]
    ordered = values.ravel()[order]
    wrong = np.flatnonzero((ordered[:, 1:] < ordered[:, :-1]).any(axis=-1))  # by the bits that positions sit in
    if len(wrong):
        again = np.argsort(ordered[wrong], axis=-1, kind="stable")
        for array in (order, ordered):
            array[wrong] = np.take_along_axis(array[wrong], again, axis=-1)
    return order, ordered


def rank_of(values: Array, at: int, noise: float) -> float:
    """The rank of one of some values `(units,)`, the highest best, with the least rank for ties, as `ranks` gives it.

    Args:
        values: Numbers; a missing one has no rank.
        at: The value's position.
        noise: Neighbours in the order that differ by at most this share of the largest value are equal.
    """
    values = np.ascontiguousarray(values)  # a column of many, which is read several times
    best, apart = values[at], noise_of(values, noise)[0]
    while len(tied := values[(values > best) & (values - best <= apart)]):
        best = tied.max()
    return float("nan") if np.isnan(best) else float(np.count_nonzero(values > best) + 1)


def ranks_among(values: Array, reference: Array, ties: Ties) -> Array:
    """Ranks of values among reference values, the lowest best; missing values stay missing.

    Args:
        values: `(..., editions, units, members)`.
        reference: `(..., 1 or editions, units, members)`; other values get the rank that they would have in it.
        ties: The rank that equal values share.
    """
    if values.size == reference.size and np.array_equal(values.reshape(reference.shape), reference, equal_nan=True):
        return ranks(reference, ties, axis=_UNITS).reshape(values.shape)
    if ties == "dense":
        reference = _distinct(reference)
    if ties in ("min", "dense"):
        return _below(values, reference) + 1
    first = _below(values, reference) + 1
    last = np.maximum(_up_to(values, reference), first)
    return last if ties == "max" else (first + last) / 2


def below(values: Array, reference: Array) -> Array:
    """The number of reference values below each value, equal ones counting half; missing values stay missing.

    Args:
        values: `(..., editions, units, members)`.
        reference: Of the same shape except axes before the editions; missing values are not counted.
    """
    return (_below(values, reference) + _up_to(values, reference)) / 2


def merge_ties(scores: Array, noise: float, *, own_size: bool = False) -> Array:
    """Computed scores `(..., units, members)` in which tied scores of a member are the same number.

    A method that compares units pairwise then does not take the last digit of a sum for a preference.

    Args:
        noise: The share of the largest score by which two tied scores may differ.
        own_size: Whether it is a share of the two scores alone, for values on their own scale: 5 is not 7, even beside
            1e15.
    """
    columns = np.moveaxis(scores, _UNITS, -1)
    order = np.argsort(columns, axis=-1)
    ordered = np.take_along_axis(columns, order, axis=-1)
    begins = _begins(ordered, noise, own_size=own_size)
    first = np.maximum.accumulate(np.where(begins, np.arange(ordered.shape[-1]), 0), axis=-1)
    result = np.empty_like(columns)
    np.put_along_axis(result, order, np.take_along_axis(ordered, first, axis=-1), axis=-1)
    return np.moveaxis(result, -1, _UNITS)


def noise_of(values: Array, noise: float) -> Array:
    """The largest distance of equal values along the last axis, which is kept with length 1."""
    size = np.abs(values)
    largest: Array = np.fmax.reduce(size, axis=-1, keepdims=True, initial=0.0)
    if np.isinf(largest).any():
        largest = np.max(size, axis=-1, keepdims=True, initial=0.0, where=np.isfinite(size))
    return noise * largest


def _begins(ordered: Array, noise: float, *, own_size: bool = False) -> Array:
    """The start of each run of equal values in values sorted along the last axis."""
    begins = np.ones(ordered.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        apart = noise * np.abs(ordered[..., 1:]) if own_size else noise_of(ordered, noise) if noise else 0.0
        np.greater(ordered[..., 1:] - ordered[..., :-1], apart, out=begins[..., 1:])
    if np.isnan(ordered[..., -1:]).any():
        begins |= np.isnan(ordered)
    return begins


def _shared(ordered: Array, ties: Ties, noise: float) -> Array:
    """The ranks of values sorted along the last axis, from the start and end of each run of equal values."""
    begins, place = _begins(ordered, noise), np.arange(1.0, ordered.shape[-1] + 1)
    if begins.all():
        return np.broadcast_to(place, ordered.shape)
    if ties == "dense":
        return np.cumsum(begins, axis=-1, dtype=float)
    first: Array = np.maximum.accumulate(np.where(begins, place, 0), axis=-1)
    if ties == "min":
        return first
    ends = np.ones(ordered.shape, dtype=bool)
    ends[..., :-1] = begins[..., 1:]
    last: Array = np.minimum.accumulate(np.where(ends, place, np.inf)[..., ::-1], axis=-1)[..., ::-1]
    return last if ties == "max" else (first + last) / 2


def _below(values: Array, reference: Array) -> Array:
    """The number of smaller values in the reference; NaN for missing values."""
    return _counted(values, reference, values_first=True)


def _up_to(values: Array, reference: Array) -> Array:
    """The number of smaller or equal values in the reference; NaN for missing values."""
    return _counted(values, reference, values_first=False)


def _counted(values: Array, reference: Array, *, values_first: bool) -> Array:
    """One stable sort of both together; equal values count if the reference comes first."""
    if reference.shape[-3] == 1 != values.shape[-3]:
        *front, editions, units, members = values.shape
        pooled = values.reshape(*front, 1, editions * units, members)
        return _counted(pooled, reference, values_first=values_first).reshape(values.shape)
    front = np.broadcast_shapes(values.shape[:-2], reference.shape[:-2])
    ranked = np.broadcast_to(values, (*front, *values.shape[-2:]))
    other = np.broadcast_to(reference, (*front, *reference.shape[-2:]))
    together = np.concatenate([ranked, other] if values_first else [other, ranked], axis=_UNITS)
    order = np.argsort(together, axis=_UNITS, kind="stable")
    start = 0 if values_first else other.shape[_UNITS]
    is_own = (order >= start) & (order < start + ranked.shape[_UNITS])
    seen = np.cumsum(~is_own, axis=_UNITS, dtype=float)
    counts = np.empty_like(seen)
    np.put_along_axis(counts, order, seen, axis=_UNITS)
    counts = counts[..., start : start + ranked.shape[_UNITS], :]
    return np.where(np.isnan(ranked), np.nan, counts)


def _distinct(values: Array) -> Array:
    """Each value once, the others as missing."""
    ordered = np.sort(values, axis=_UNITS)
    again = np.zeros(ordered.shape, dtype=bool)
    again[..., 1:, :] = ordered[..., 1:, :] == ordered[..., :-1, :]
    return np.where(again, np.nan, ordered)
