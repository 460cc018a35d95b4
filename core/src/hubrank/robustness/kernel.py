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

#: Draws that are sorted at a time: their keys stay in the first cache.
_LANES = 32


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
def count_scores(scores: Any, numbers: Any, network: Any, counts: Any, winners: Any) -> None:  # pragma: no cover
    """Sort draws of scores and count the order, as packed keys are sorted and counted.

    Args:
        scores: The scores as numbers of 24 bits, the best least, `(draws, units)`.
        numbers: The units' numbers.
        network: The pairs of places that are compared, one after another, `(pairs, 2)`.
        counts: What is added to: how often each unit was in each place, `(places, 256)`.
        winners: What is filled: the first of each draw.
    """
    draws, units = scores.shape
    keys = np.empty((units, _LANES), dtype=np.int32)
    for start in range(0, draws, _LANES):
        lanes = min(_LANES, draws - start)
        for lane in range(lanes):
            for unit in range(units):
                keys[unit, lane] = (np.int32(scores[start + lane, unit]) << np.int32(8)) | numbers[unit]
        for pair in range(network.shape[0]):
            upper, lower = network[pair, 0], network[pair, 1]
            for lane in range(_LANES):
                one, other = keys[upper, lane], keys[lower, lane]
                keys[upper, lane] = min(one, other)
                keys[lower, lane] = max(one, other)
        for place in range(units):
            for lane in range(lanes):
                counts[place, keys[place, lane] & 255] += 1
        for lane in range(lanes):
            winners[start + lane] = keys[0, lane] & 255
