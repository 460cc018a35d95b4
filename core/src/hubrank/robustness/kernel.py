"""The compiled kernel of the extra `fast`: what NumPy does in many passes, in one; kept on disk by numba.

Set `NUMBA_CACHE_DIR` to say where; the first call of a new version compiles for some seconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hubrank.basis.errors import UsageError

try:
    from numba import njit
except ImportError as error:
    raise UsageError("the compiled kernel requires numba; install hubrank[fast], or use the engine numpy") from error

#: log(x) = exponent * log(2) + log(mantissa); coefficients of the polynomial of Cephes' logf (Moshier 1992).
_LN2 = np.float32(0.6931471805599453)
_P = tuple(
    np.float32(each)
    for each in (
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
)
_ONE, _HALF = np.float32(1), np.float32(0.5)


@njit(cache=True, nogil=True, boundscheck=False)
def local_shares(raw: Any, rows: Any, starts: Any, base: Any) -> Any:  # pragma: no cover
    """Local shares `(members, draws)` of raw rows: as `Locals.shares`."""
    made = np.empty((len(rows), raw.shape[1]), dtype=np.float32)
    total = np.empty(raw.shape[1], dtype=np.float32)
    for node in range(len(starts) - 1):
        total[:] = 0
        for at in range(starts[node], starts[node + 1]):
            for draw in range(raw.shape[1]):
                made[at, draw] = raw[rows[at], draw] * base[at]
                total[draw] += made[at, draw]
        for at in range(starts[node], starts[node + 1]):
            for draw in range(raw.shape[1]):
                made[at, draw] /= total[draw]
    return made


@njit(cache=True, nogil=True, boundscheck=False)
def count_order(keys: Any, counts: Any) -> None:  # pragma: no cover
    """Count sorted keys `(draws, units)` into `counts` `(places, 256)`."""
    for draw in range(keys.shape[0]):
        for place in range(keys.shape[1]):
            counts[place, keys[draw, place] & 255] += 1


@njit(cache=True, nogil=True, boundscheck=False, fastmath={"contract", "reassoc", "nsz"})
def mixed_keys(
    weights: Any, inner: Any, matrix: Any, starts: Any, shift: Any, middle: Any, scale: Any, keys: Any
) -> None:  # pragma: no cover
    """Packed keys of weighted sums of logarithms of weighted sums.

    Args:
        weights: The weights of columns inside their means, `(draws, columns)`.
        inner: The weights of the means, `(draws, means)`.
        matrix: The columns' values, `(columns, units)`.
        starts: Where each mean's columns begin, and their end.
        shift: What is added before the logarithm.
        middle: The sum that becomes the key 0.
        scale: What a sum less `middle` is multiplied by; below 0 where the highest is best.
        keys: What is filled, `(draws, units)`.
    """
    units = matrix.shape[1]
    score = np.empty(units, dtype=np.float32)
    bits = score.view(np.int32)
    mantissa = np.empty(units, dtype=np.float32)
    mantissa_bits = mantissa.view(np.int32)
    total = np.empty(units, dtype=np.float32)
    for draw in range(weights.shape[0]):
        total[:] = 0
        for mean in range(len(starts) - 1):
            score[:] = shift
            for column in range(starts[mean], starts[mean + 1]):
                weight = weights[draw, column]
                for unit in range(units):
                    score[unit] += weight * matrix[column, unit]
            share = inner[draw, mean]
            for unit in range(units):
                raised = np.int32(bits[unit] - np.int32(0x3F3504F3))
                exponent = np.float32(np.int32(raised >> np.int32(23)))
                mantissa_bits[unit] = np.int32(np.int32(raised & np.int32(0x007FFFFF)) + np.int32(0x3F3504F3))
                total[unit] += share * exponent * _LN2
            for unit in range(units):
                x = mantissa[unit] - _ONE
                y = _P[0]
                y = y * x + _P[1]
                y = y * x + _P[2]
                y = y * x + _P[3]
                y = y * x + _P[4]
                y = y * x + _P[5]
                y = y * x + _P[6]
                y = y * x + _P[7]
                y = y * x + _P[8]
                square = x * x
                total[unit] += share * (x - _HALF * square + x * square * y)
        for unit in range(units):
            keys[draw, unit] = (np.int32((total[unit] - middle) * scale) << 8) | np.int32(unit)
