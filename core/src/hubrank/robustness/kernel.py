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
def pack(sums: Any, centre: Any, factor: Any, numbers: Any, keys: Any) -> None:  # pragma: no cover
    """Packed keys `(draws, units)` of sums: 24 bits of `(sum - centre) * factor`, 8 of the unit's number."""
    for draw in range(keys.shape[0]):
        for unit in range(keys.shape[1]):
            scaled = np.int32((sums[draw, unit] - centre) * factor)
            keys[draw, unit] = (scaled << np.int32(8)) | numbers[unit]


@njit(cache=True, nogil=True, boundscheck=False)
def count_order(keys: Any, counts: Any) -> None:  # pragma: no cover
    """Count sorted keys `(draws, units)` into `counts` `(places, 256)`."""
    for draw in range(keys.shape[0]):
        for place in range(keys.shape[1]):
            counts[place, keys[draw, place] & 255] += 1
