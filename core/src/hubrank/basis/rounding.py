"""Rounding as a person does it who reads the number: a half is one in its shortest decimal."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

Mode = Literal["half-even", "half-up"]

_MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}

#: Numbers so near to a half, in units of the last place that stays, are compared with the half itself.
_NEAR = 1e-3
#: From so many units of the last place that stays on, and for more decimals, each number's digits are looked at.
_LARGE = 1e12
_MOST_DECIMALS = 21
#: Digits of a computed score that are not noise: a spreadsheet shows 15 at most, and a sum is off by some of the last.
_DIGITS = 14


def round_to(values: Array, decimals: int | None, mode: Mode) -> Array:
    """Round to decimals.

    A half is one in the shortest decimal that stands for the number: 1.005 to 2 decimals is 1.0 half-even and 1.01
    half-up (away from 0), though the nearest binary number lies below it.

    Args:
        values: Numbers of any shape but that of a scalar; gaps and infinite numbers stay as they are.
        decimals: How many stay; below 0 the tens, hundreds ... that do; all where it is none.
        mode: Where a half goes.
    """
    if decimals is None:
        return values
    if abs(decimals) > _MOST_DECIMALS:
        made, long = values.copy(), np.ones(values.shape, dtype=bool)
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = _scaled(values, decimals)
            whole = np.rint(scaled)
            made = _scaled(whole, -decimals)
            near = np.abs(scaled - whole) > 0.5 - _NEAR
            long = np.abs(scaled) >= _LARGE
        if near.any():
            made[near] = _near_half(values[near], decimals, mode)
    if long.any():
        made[long] = [_by_digits(float(each), decimals, mode) for each in values[long]]
    return made


def settled(scores: Array) -> Array:
    """Computed scores to 14 digits, as a person reads them: 0.28499999999999992 is 0.285.

    Args:
        scores: Numbers of any shape but that of a scalar; gaps, 0 and infinite numbers stay as they are.
    """
    size = np.abs(scores)
    there = np.isfinite(size) & (size > 0)
    decimals = _DIGITS - 1 - np.floor(np.log10(size, where=there, out=np.zeros(scores.shape)))
    with np.errstate(over="ignore", invalid="ignore"):
        power = 10.0 ** np.abs(decimals)
        made = np.where(decimals >= 0, np.rint(scores * power) / power, np.rint(scores / power) * power)
    return np.where(there & np.isfinite(made), made, scores)


def written(score: float, decimals: int | None = None, mode: Mode = "half-even") -> str:
    """A score as people read it: `settled`, and rounded as by `round_to`; a gap is empty.

    Args:
        score: The score.
        decimals: How many digits stand after the point; by default 3, and 2 from 10 on.
        mode: Where a half goes.
    """
    if math.isnan(score):
        return ""
    places = decimals if decimals is not None else 2 if abs(score) >= 10 else 3
    rounded = float(round_to(settled(np.array([score])), places, mode)[0])
    return f"{rounded + 0.0:.{max(places, 0)}f}"


def _scaled(values: Array, decimals: int) -> Array:
    """Times a power of ten: one operation on two exact numbers, so that the nearest number comes out."""
    return values * 10.0**decimals if decimals >= 0 else values / 10.0**-decimals


def _near_half(values: Array, decimals: int, mode: Mode) -> Array:
    """Round numbers that lie near a half, by whether they are above it.

    The half has fewer than 16 digits, so that it is the shortest decimal of the binary number nearest to it and of no
    other: what equals that number is a half, and what is less or greater lies below or above the half.
    """
    size = np.abs(values)
    below = np.floor(_scaled(size, decimals))
    half = _scaled(10 * below + 5, -decimals - 1)
    ties_rise = True if mode == "half-up" else below % 2 == 1
    rises = (size > half) | ((size == half) & ties_rise)
    return np.copysign(_scaled(below + rises, -decimals), values)


def _by_digits(value: float, decimals: int, mode: Mode) -> float:
    """Round one number by the digits that it is written with; what has no more of them stays as it is."""
    digits = Decimal(repr(value))
    last = digits.as_tuple().exponent
    if not isinstance(last, int) or last >= -decimals:
        return value
    return float(digits.quantize(Decimal(1).scaleb(-decimals), rounding=_MODES[mode]))
