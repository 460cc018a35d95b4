"""The compiled kernel of the extra `fast`: the steps that NumPy does in many passes, in one; kept on disk by numba.

Set `NUMBA_CACHE_DIR` to say where; the first call of a new version compiles for some seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from hubrank.robustness.steps import WEIGHT_UNIT

if TYPE_CHECKING:
    from hubrank.robustness.locals import Locals
    from hubrank.robustness.paths import Paths

_compiled = njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")
_UNITS_OF_ONE = 1 / WEIGHT_UNIT
#: Random words, and draws whose weights are added up, at a time: so many that they stay in the nearest cache.
_WORDS, _TILE = 1024, 64


def boxes(rng: np.random.Generator, width: Any, made: Any) -> None:
    """As `Steps.boxes`; the generator itself is not moved on."""
    scale, low = 2 * width * np.float32(2.0**-24), 1 - width
    _boxes(rng.bit_generator.state["state"]["state"], scale, low, made)


@_compiled
def _boxes(state: Any, scale: Any, low: Any, made: Any) -> None:  # pragma: no cover
    """Words of Doty-Humphrey's generator SFC64, each two numbers of 24 bits, scaled and moved row by row."""
    first, second, third, counter = state
    words = np.empty(_WORDS, dtype=np.uint64)
    halves = words.view(np.uint32)
    flat, draws = made.ravel(), made.shape[1]
    for start in range(0, flat.size, 2 * _WORDS):
        size = min(2 * _WORDS, flat.size - start)
        for at in range((size + 1) // 2):
            word = first + second + counter
            counter += np.uint64(1)
            first = second ^ (second >> np.uint64(11))
            second = third + (third << np.uint64(3))
            third = ((third << np.uint64(24)) | (third >> np.uint64(40))) + word
            words[at] = word
        at = 0
        while at < size:
            row = (start + at) // draws
            end = min(size, (row + 1) * draws - start)
            source, target = halves[at:end], flat[start + at : start + end]
            for each in range(len(source)):
                target[each] = np.float32(np.int32(source[each] >> np.uint32(8))) * scale[row] + low[row]
            at = end


def local_shares(here: Locals, raw: Any, made: Any) -> None:
    """As `Steps.local_shares`."""
    _local_shares(raw, *here.arrays, made)


@_compiled
def _local_shares(raw: Any, rows: Any, starts: Any, base: Any, made: Any) -> None:  # pragma: no cover
    total = np.empty(raw.shape[1], dtype=np.float32)
    for node in range(len(starts) - 1):
        total[:] = 0
        for at in range(starts[node], starts[node + 1]):
            source, target, factor = raw[rows[at]], made[at], base[at]
            for draw in range(len(total)):
                weighed = source[draw] * factor
                target[draw] = weighed
                total[draw] += weighed
        for at in range(starts[node], starts[node + 1]):
            target = made[at]
            for draw in range(len(total)):
                target[draw] = target[draw] / total[draw] if total[draw] != 0 else np.float32(0)


def products(shares: Any, paths: Paths, made: Any) -> None:
    """As `Steps.products`."""
    _products(shares, *paths.flat, made)


@_compiled
def _products(shares: Any, rows: Any, starts: Any, made: Any) -> None:  # pragma: no cover
    for path in range(len(made)):
        target = made[path]
        target[:] = 1
        for at in range(starts[path], starts[path + 1]):
            source = shares[rows[at]]
            for draw in range(len(target)):
                target[draw] *= source[draw]


@_compiled
def add_weighed(total: Any, values: Any, weights: Any) -> None:  # pragma: no cover
    """As `Steps.add_weighed`."""
    for draw in range(total.shape[0]):
        target, source, weight = total[draw], values[draw], weights[draw]
        for cell in range(len(target)):
            target[cell] += source[cell] * weight


@_compiled
def pack(sums: Any, centre: Any, factor: Any, units: Any, keys: Any, start: int) -> None:  # pragma: no cover
    """As `Steps.pack`."""
    for draw in range(sums.shape[0]):
        source, target = sums[draw], keys[draw, start : start + len(units)]
        for unit in range(len(units)):
            scaled = np.int32((source[unit] - centre) * factor)
            target[unit] = (scaled << np.int32(8)) | units[unit]


@_compiled
def count(keys: Any, counts: Any) -> None:  # pragma: no cover
    """As `Steps.count`."""
    for draw in range(keys.shape[0]):
        placed = keys[draw]
        for place in range(len(placed)):
            counts[place, np.uint64(placed[place] & 255)] += 1


@_compiled
def add_firsts(winners: Any, shares: Any, firsts: Any) -> None:  # pragma: no cover
    """As `Steps.add_firsts`."""
    rows, draws = shares.shape
    tile = np.empty((_TILE, rows), dtype=np.int64)
    for start in range(0, draws, _TILE):
        size = min(_TILE, draws - start)
        for row in range(rows):
            source = shares[row, start : start + size]
            for draw in range(size):
                tile[draw, row] = np.int64(np.rint(np.float64(source[draw]) * _UNITS_OF_ONE))
        for draw in range(size):
            target, won = firsts[winners[start + draw]], tile[draw]
            for row in range(rows):
                target[row] += won[row]
