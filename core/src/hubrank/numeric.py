"""Arrays, rounding, shares, overflow, sums free of order."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.errors import shorten_list

#: An array of numbers, NaN if one is missing.
Array = np.ndarray[Any, np.dtype[np.float64]]
#: An array of truth values.
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.intp]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Texts = np.ndarray[Any, np.dtype[np.object_]]

#: How halves are rounded.
Mode = Literal["half-even", "half-up"]
#: The rank that equal values share: the least, the mean or the greatest of theirs; `dense` leaves no rank out.
Ties = Literal["min", "average", "max", "dense"]
#: Which end is rank 1.
Best = Literal["highest", "lowest"]

_MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}

#: Numbers so near to a half, in units of the last place that stays, are compared with the half itself.
_NEAR = 1e-3
#: From this number of units of the last kept place on, and for more decimals, each number's digits are examined.
_LARGE = 1e12
_MOST_DECIMALS = 21
#: Digits of a computed score that are not noise: a spreadsheet shows 15 at most, and a sum is off by some of the last.
_DIGITS = 14


def round_to(values: Array, decimals: int | None, mode: Mode) -> Array:
    """Round to decimals.

    Halves are judged by the shortest decimal for the number: 1.005 to 2 decimals is 1.0 half-even and 1.01 half-up
    (away from 0), though the nearest binary number is below it.

    Args:
        values: Numbers of any shape except a scalar; missing and infinite values do not change.
        decimals: The decimals to keep; below 0 the tens, hundreds ...; all if it is None.
        mode: The direction for a half.
    """
    if decimals is None:
        return values
    if abs(decimals) > _MOST_DECIMALS:
        rounded, long = values.copy(), np.ones(values.shape, dtype=bool)
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            power = 10.0 ** abs(decimals)
            scaled = values * power if decimals >= 0 else values / power
            whole = np.rint(scaled)
            rounded = whole / power if decimals >= 0 else whole * power
            near = np.abs(scaled - whole) > 0.5 - _NEAR
            long = np.abs(scaled) >= _LARGE
        if near.any():
            rounded[near] = _near_half(values[near], decimals, mode)
    if long.any():
        rounded[long] = [_by_digits(float(item), decimals, mode) for item in values[long]]
    return rounded


def snap(scores: Array) -> Array:
    """Computed scores, no scalar, to 14 digits, as a user reads them: 0.28499999999999992 is 0.285."""
    size = np.abs(scores)
    finite = np.isfinite(size) & (size > 0)
    decimals = _DIGITS - 1 - np.floor(np.log10(size, where=finite, out=np.zeros(scores.shape)))
    with np.errstate(over="ignore", invalid="ignore"):
        power = 10.0 ** np.abs(decimals)
        snapped = np.where(decimals >= 0, np.rint(scores * power) / power, np.rint(scores / power) * power)
    return np.where(finite & np.isfinite(snapped), snapped, scores)


def written(score: float, decimals: int | None = None, mode: Mode = "half-even") -> str:
    """A score for people, by `snap` and `round_to`; by default to 3 decimals, 2 from 10 on; empty if missing."""
    if math.isnan(score):
        return ""
    places = decimals if decimals is not None else 2 if abs(score) >= 10 else 3
    rounded = float(round_to(snap(np.array([score])), places, mode)[0])
    return f"{rounded + 0.0:.{max(places, 0)}f}"


def _scaled(values: Array, decimals: int) -> Array:
    """Times a power of ten: one operation on two exact numbers, so that the nearest number comes out."""
    return values * 10.0**decimals if decimals >= 0 else values / 10.0**-decimals


def _near_half(values: Array, decimals: int, mode: Mode) -> Array:
    """Round numbers near a half, by whether they are above it.

    The half has fewer than 16 digits, so it is the shortest decimal of exactly one binary number: equal numbers are
    halves, and others are below or above the half.
    """
    size = np.abs(values)
    below = np.floor(_scaled(size, decimals))
    half = _scaled(10 * below + 5, -decimals - 1)
    ties_rise = True if mode == "half-up" else below % 2 == 1
    rises = (size > half) | ((size == half) & ties_rise)
    return np.copysign(_scaled(below + rises, -decimals), values)


def _by_digits(value: float, decimals: int, mode: Mode) -> float:
    """Round one number by the digits that it is written with; a number with no more digits does not change."""
    digits = Decimal(repr(value))
    last = digits.as_tuple().exponent
    if not isinstance(last, int) or last >= -decimals:
        return value
    return float(digits.quantize(Decimal(1).scaleb(-decimals), rounding=_MODES[mode]))


def shares(weights: Any, axis: int = -1, out: Any = None) -> Any:
    """Weights divided by their sum, so that they sum to 1; in the shape and the precision of the weights.

    If weights sum to 0, all shares are 0, never missing and never a division by 0. The rule for missing members decides
    whether a unit without weight has a score: it has none.

    Args:
        weights: 0 or more, of any shape and precision.
        axis: The members' axis.
        out: The array for the shares; a new one by default.
    """
    total = weights.sum(axis=axis, keepdims=True)
    if not (total == 0).any():
        return np.divide(weights, total, out=out)
    result = np.zeros_like(weights) if out is None else out
    result[...] = 0
    return np.divide(weights, total, out=result, where=total != 0)


#: Scores that lie no farther apart than this share of the largest (256 units in its last place) are equal. A sum of n
#: products is off by n + 1 such units of the sum of its terms' sizes at most (Higham, Accuracy and Stability of
#: Numerical Algorithms, 2002, section 3.1), a logarithm and a power by some more: enough for four levels of 60 members.
#: Of 1,000 units with random scores, two are this close by chance once in ten million rankings.
NOISE = 2.0**-44
#: Weights are 0 or between these: draws compute with 32 bits, whose numbers reach from 1e-38 to 3e38.
LEAST_WEIGHT, MOST_WEIGHT = 1e-30, 1e30
#: Beyond this size, or below 1 by it, the numbers of a statistic are scaled first: four of them can be multiplied.
_FAR = 2.0**200
#: No score is larger: ranges, explanations and audits multiply two of them.
MOST_SCORE = 1e150
#: Values beyond this size, or below its inverse, cause a method's failure, not the method.
_EXTREME = 1e100


#: Computes without NumPy's warnings; for results that are looked at right after.
quiet_numpy = functools.partial(np.errstate, all="ignore")


def without_noise(sums: Array, sizes: Callable[[], Array], most: float) -> Array:
    """Sums whose terms cancel become 0: otherwise rounding errors of the terms remain.

    The tolerance is that of ties: a sum is 0 if it is at most `NOISE` of the sum of its terms' sizes, such as 0.1 + 0.2
    - 0.3. No sum of `sizes` exceeds `most`; they are computed only for such small sums.
    """
    small = np.abs(sums) <= NOISE * most
    if not (small & (sums != 0)).any():
        return sums
    return np.where(small & (np.abs(sums) <= NOISE * sizes()), 0.0, sums)


def brought_near(values: Array, axis: int) -> tuple[Array, Array]:
    """Values divided along an axis by a power of two, so that squares and fourth powers neither overflow nor vanish.

    Returns:
        The values, and the exponents by which `numpy.ldexp` restores them; 0 if all have usual sizes, which then stay
        the same to the last bit.
    """
    size = np.fmax.reduce(np.abs(values), axis=axis, keepdims=True)
    far = (size > _FAR) | ((size < 1 / _FAR) & (size > 0))
    exponent = np.where(far, np.frexp(np.where(far, size, 1.0))[1], 0)
    return np.ldexp(values, -exponent) if far.any() else values, exponent


def at_scale(statistic: Callable[[Array], Array], values: Array, axis: int) -> Array:
    """A statistic of the values' own dimension, such as a mean, of numbers of any size."""
    near, exponent = brought_near(values, axis)
    with quiet_numpy():
        return np.asarray(np.ldexp(statistic(near), exponent))


def extreme(values: Array) -> bool:
    """Whether there is a value so large or so small that it is to blame for what becomes of it."""
    size = np.abs(values[np.isfinite(values)])
    return bool(((size > _EXTREME) | ((size < 1 / _EXTREME) & (size > 0))).any())


def too_large(scores: Array) -> bool:
    """Whether a score is larger than `MOST_SCORE`; missing and infinite scores are reported elsewhere."""
    highest, lowest = (float(most.reduce(scores, axis=None)) for most in (np.fmax, np.fmin))
    return highest > MOST_SCORE or lowest < -MOST_SCORE


@frozen
class Place:
    """The place of an error: units' codes as a text, the first such edition, its position and the first unit's."""

    units: str
    edition: int
    at: int
    unit: int


def first_place(wrong: Mask, codes: Sequence[str], editions: Sequence[int]) -> Place:
    """The first edition in which something is wrong, `(..., editions, units)`, and the units that it is wrong for."""
    flat = np.asarray(wrong.reshape(-1, *wrong.shape[-2:]).any(axis=0))
    at = int(np.argmax(flat.any(axis=-1)))
    positions = np.flatnonzero(flat[at]).tolist()
    return Place(shorten_list([codes[item] for item in positions]), editions[at], at, positions[0])


def odd_weights(weights: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """The members of a dimension whose finite weights of 0 or more are unusable, and the reason.

    A weight is too large or too small in itself, or beside the largest, to distinguish scores that do not tie
    (`NOISE`).
    """
    largest = max(weights.values(), default=0.0)
    heaviest = next((name for name, weight in weights.items() if weight == largest), "")
    for name, weight in weights.items():
        if weight > MOST_WEIGHT:
            yield name, f"must be at most {MOST_WEIGHT:g}; got {weight:g}"
        elif 0 < weight < LEAST_WEIGHT:
            yield name, f"must be 0 or at least {LEAST_WEIGHT:g}; got {weight:g}"
        elif 0 < weight < NOISE * largest <= NOISE * MOST_WEIGHT:
            text = f"is {weight:g}, while '{heaviest}' has {largest:g}: less than {NOISE:.1g} of it, too little "
            yield name, f"{text}to distinguish scores; raise it, or set it to 0"


def kinds_of(columns: Sequence[pd.Series]) -> tuple[Positions, Positions]:
    """The number of each row among the distinct rows, in order of first occurrence, and the position of each first.

    A missing value equals other missing values. Columns must be equally long, and at least one.
    """
    kind, values = pd.factorize(columns[0], use_na_sentinel=False)
    for column in columns[1:]:  # twice as fast as groupby(dropna=False).ngroup()
        code, values = pd.factorize(column, use_na_sentinel=False)
        kind, _ = pd.factorize(kind * len(values) + code)
    first = np.flatnonzero(np.diff(np.maximum.accumulate(kind), prepend=-1))
    return kind.astype(np.intp, copy=False), first


#: Whole numbers up to it are added without rounding.
_EXACT = 2.0**53


def order_of(frame: pd.DataFrame, keys: Sequence[str]) -> tuple[Positions, Mask]:
    """The positions of rows sorted by some columns, missing values first, and which differ from the one before.

    Identical rows keep their order.
    """
    place, several = np.zeros(len(frame), dtype=np.int64), 1
    for name in keys:
        codes, values = pd.factorize(frame[name], sort=True)
        if several * (len(values) + 1) > np.iinfo(np.int64).max:
            distinct, place = np.unique(place, return_inverse=True)
            several = len(distinct)
        place, several = place * (len(values) + 1) + codes + 1, several * (len(values) + 1)
    order = np.argsort(place, kind="stable")
    return order, np.diff(place[order], prepend=-1) > 0


def sums_by(frame: pd.DataFrame, keys: Sequence[str], amounts: Sequence[str]) -> pd.DataFrame:
    """Rows sorted by some columns, those that are identical in these as one, with the sums of their amounts."""
    order, new = order_of(frame, keys)
    sums, number = frame.iloc[order[new]].reset_index(drop=True), np.cumsum(new) - 1
    for name in amounts if len(sums) < len(frame) else ():
        sums[name] = sums_of(number, frame[name].to_numpy()[order], len(sums))
    return sums


def sums_of(number: Positions, values: Array, length: int) -> Array:
    """The sum of the values of each number, `(length,)`, in their type; missing if all are missing.

    Values that are not whole are added from the least to the largest.
    """
    if _whole(values):
        sums = np.asarray(np.bincount(number, np.nan_to_num(values), length))
    else:
        order = np.argsort(values) if length > 1 else slice(None)
        ordered = values[order] if length > 1 else np.sort(values)
        sums = np.asarray(pd.Series(ordered).groupby(number[order], sort=True).sum())
    missing = np.bincount(number, ~np.isnan(values), length) == 0
    return np.where(missing, np.nan, sums) if missing.any() else sums.astype(values.dtype, copy=False)


def counts_by(kind: Positions, values: Array, length: int) -> Array:
    """The sum of the values of each kind, `(length,)`."""
    if len(kind) == length and (kind == np.arange(length)).all():
        return values + 0.0  # a sum of one, which is never -0
    order = slice(None) if np.bincount(kind).max(initial=0) < 2 or _whole(values) else np.argsort(values)
    return np.bincount(kind[order], values[order], length).astype(float)


def _whole(values: Array) -> bool:
    """Whether values, ignoring missing ones, are whole numbers with a whole sum without rounding."""
    present = values[~np.isnan(values)]
    with quiet_numpy():
        return bool((np.rint(present) == present).all() and np.abs(present).sum() < _EXACT)
