"""Rounding numbers as they are written."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

_MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}

#: How near to a half, in units of the last place that stays, a number is looked at digit by digit.
_NEAR = 1e-6


def round_to(values: Array, decimals: int, mode: Literal["half-even", "half-up"]) -> Array:
    """Round to decimals.

    A half is one in the shortest decimal that stands for the number: 1.005 to 2 decimals is 1.0 half-even and 1.01
    half-up (away from 0), though the nearest binary number lies below it.

    Args:
        values: Numbers; gaps stay gaps.
        decimals: How many stay; below 0 the tens, hundreds ... that do.
        mode: Where a half goes.
    """
    made = np.round(values, decimals)
    scaled = np.abs(values) * 10.0**decimals
    near = np.abs(scaled - np.floor(scaled) - 0.5) < _NEAR
    quantum = Decimal(1).scaleb(-decimals)
    for at in zip(*np.nonzero(near), strict=True):
        made[at] = float(Decimal(repr(float(values[at]))).quantize(quantum, rounding=_MODES[mode]))
    return made
