"""The steps of counting draws by packed keys, in NumPy; `kernel` has the same, compiled. Both give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from hubrank.robustness.buffers import BUFFERS
from hubrank.robustness.streams import uniforms

if TYPE_CHECKING:
    from hubrank.robustness.locals import Locals
    from hubrank.robustness.paths import Paths

#: Units whose number fits into a key's last 8 bits; 24 bits are left for the score.
MOST_UNITS = 256
#: Sums of weights are kept as whole numbers of this part of 1, so that they are the same in any order.
WEIGHT_UNIT = 2.0**-32


class Steps(Protocol):
    """What an engine does, each step for many draws."""

    def boxes(self, rng: np.random.Generator, width: Any, made: Any) -> None:
        """Write uniform numbers from 1 - width to 1 + width of each row, `(rows, draws)`, in steps of 2^-23 widths."""

    def local_shares(self, here: Locals, raw: Any, made: Any) -> None:
        """Write the local shares `(members of all dimensions, draws)` of raw rows in 32 bits."""

    def products(self, shares: Any, paths: Paths, made: Any) -> None:
        """Write weights, `(paths, draws)`: products of local shares `(rows, draws)`."""

    def add_weighed(self, total: Any, values: Any, weights: Any) -> None:
        """Add to a total what a member has, `(draws, cells)`, times its weight in each draw; the values are lost."""

    def pack(self, sums: Any, centre: Any, factor: Any, units: Any, keys: Any, start: int) -> None:
        """Write packed keys of some units: 24 bits of `(sum - centre) * factor`, 8 of the unit's number.

        Args:
            sums: Their sums, `(draws, some units)`; they are lost.
            centre: The sum that becomes the key 0.
            factor: From sums to keys.
            units: Their numbers.
            keys: The keys of all units, `(draws, units)`.
            start: The column of the first.
        """

    def count(self, keys: Any, counts: Any) -> None:
        """Add to `counts` `(places, units)` how often each unit's number stands in each place of sorted keys."""

    def add_firsts(self, winners: Any, shares: Any, firsts: Any) -> None:
        """Add the shares `(rows, draws)`, as whole numbers of `WEIGHT_UNIT`, to their winners' `(units, rows)`."""


def boxes(rng: np.random.Generator, width: Any, made: Any) -> None:
    """As `Steps.boxes`."""
    uniforms(rng, made.size, made.reshape(-1))
    made *= 2 * width[:, None]
    made += 1 - width[:, None]


def local_shares(here: Locals, raw: Any, made: Any) -> None:
    """As `Steps.local_shares`."""
    here.shares(raw, made)


def products(shares: Any, paths: Paths, made: Any) -> None:
    """As `Steps.products`."""
    made[...] = 1
    for which, rows in paths.levels:
        made[which] *= shares[rows]


def add_weighed(total: Any, values: Any, weights: Any) -> None:
    """As `Steps.add_weighed`."""
    values *= weights[:, None]
    total += values


def pack(sums: Any, centre: Any, factor: Any, units: Any, keys: Any, start: int) -> None:
    """As `Steps.pack`."""
    if (centre, factor) != (0, 1):
        sums -= centre
        sums *= factor
    target = keys[:, start : start + len(units)]
    target[...] = sums
    target <<= 8
    target |= units


def count(keys: Any, counts: Any) -> None:
    """As `Steps.count`."""
    places, units = counts.shape
    at = BUFFERS.array("count", keys.shape, np.int64)
    np.bitwise_and(keys, MOST_UNITS - 1, out=at)
    at += np.arange(0, places * units, units)
    counts += np.bincount(at.ravel(), minlength=places * units).reshape(places, units)


def add_firsts(winners: Any, shares: Any, firsts: Any) -> None:
    """As `Steps.add_firsts`."""
    weights = BUFFERS.array("in units", shares.shape, float)
    np.multiply(shares, 1 / WEIGHT_UNIT, out=weights)
    np.rint(weights, out=weights)
    won = np.bincount(winners, minlength=len(firsts))
    distinct = np.flatnonzero(won)
    number = np.cumsum(won > 0) - 1
    indicator = np.zeros((len(distinct), len(winners)))
    indicator[number[winners], np.arange(len(winners))] = 1
    firsts[distinct] += (indicator @ weights.T).astype(np.int64)
