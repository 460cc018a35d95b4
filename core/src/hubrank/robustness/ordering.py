"""From scores to places: by sorting packed keys, or with ties and rounding as the scenario's own ranks.

Packed keys know no ties and keep fewer bits than scores have. They serve where no two units of an edition tie:
`agree` tells by the scenario's own weights and some drawn ones. Scores of means are analytic functions of the weights,
so two units tie under all weights or, but for a set of probability 0, under none: whoever ties in every draw - the
same values, or the same up to gaps - ties in those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import NOISE
from hubrank.basis.ranks import noise_of
from hubrank.composing.ranking import ranks_of

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.scenario import RankingSettings

    Places = np.ndarray[Any, np.dtype[np.int64]]


def order_of(scores: Array, lowest_best: bool = False) -> Places:
    """The units `(draws, units)` from the best to the worst; the unit's number sits in the key's last bits."""
    keys = ordered_bits(scores if lowest_best else -scores)
    bits = max(1, (scores.shape[-1] - 1).bit_length())
    mask = np.int64((1 << bits) - 1)
    keys &= ~mask
    keys |= np.arange(scores.shape[-1])
    keys.sort(axis=-1)
    keys &= mask
    return keys


def ordered_bits(values: Array) -> Places:
    """Whole numbers that are in the order of the values."""
    bits = np.ascontiguousarray(values + 0.0).view(np.int64).copy()
    bits ^= (bits >> 63) & np.int64(0x7FFFFFFFFFFFFFFF)
    return bits


def places_of(order: Places) -> Places:
    """The place (from 0) of each unit, `(draws, units)`, from the units in their order."""
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(order.shape[-1])[None], axis=-1)
    return places


def tied_places(scores: Array, choice: RankingSettings) -> Places:
    """The places of units with ties as the scenario treats them: rank - 1, twice that where ties are averaged.

    Args:
        scores: `(draws, units)`.
        choice: Rounding, ties, and which end is best.
    """
    doubled = 2 if choice.ties == "average" else 1
    places: Places = ((ranks_of(scores, choice) - 1) * doubled).astype(np.int64)
    return places


def agree(order: Places, scores: Array, choice: RankingSettings) -> bool:
    """Whether units `(draws, units)` in an order have the places that the scenario's own ranks are, with ties."""
    return bool((places_of(order) == tied_places(scores, choice)).all())


@frozen(eq=False)
class Bins:
    """The columns that ranks are counted in: every rank while there are few, bands of ranks beyond.

    Attributes:
        low: The best rank of each bin.
        high: The worst.
    """

    low: Array
    high: Array
    _table: Any = field(init=False)

    #: Up to so many units every rank is counted.
    EXACT = 4096

    @classmethod
    def of(cls, units: int, choice: RankingSettings) -> Bins:
        """The bins of a ranking."""
        if units <= cls.EXACT:
            ranks = np.asarray(np.arange(2 * units - 1) / 2 + 1 if choice.ties == "average" else np.arange(units) + 1.0)
            return cls(ranks, ranks)
        wanted = {*range(1, 21), *choice.tiers, 100, *np.geomspace(20, units, 80).astype(int).tolist(), units}
        high = np.array(sorted(each for each in wanted if each <= units), dtype=float)
        return cls(np.append(1.0, high[:-1] + 1), high)

    def __len__(self) -> int:
        return len(self.low)

    @property
    def banded(self) -> bool:
        """Whether a bin holds several ranks."""
        return bool((self.low != self.high).any())

    def of_places(self, places: Places) -> Places:
        """The bin of each place."""
        if not self.banded:
            return places
        found: Places = self._table[np.clip(places, 0, len(self._table) - 1)]
        return found

    @_table.default
    def _bin_of_place(self) -> Any:
        return np.searchsorted(self.high, np.arange(int(self.high[-1])) + 1)


def banded_places(scores: Array, bands: Bins, choice: RankingSettings) -> Any:
    """The band of ranks of each of very many units, `(draws, units)`, with rounding and ties as in `tied_places`."""
    if choice.decimals is not None or choice.ties not in ("min", "max"):
        doubled = 2 if choice.ties == "average" else 1
        return bands.of_places(tied_places(scores, choice) // doubled).astype(np.uint8)
    found = np.empty(scores.shape, dtype=np.uint8)
    for at, row in enumerate(scores if choice.best == "lowest" else -scores):
        found[at] = _band_of_each(row, bands, choice.ties == "max")
    return found


def _band_of_each(row: Array, bands: Bins, last: bool) -> Any:
    """The band of each score, the least best: by how many bands end with a better one.

    Of units that tie the rank is the best place that they share, or the last, by which a band ends before the tie does.
    """
    ordered = np.sort(row)
    noise = float(noise_of(row, NOISE)[0])
    ends = bands.high[:-1].astype(np.intp)
    if last:
        return np.searchsorted(ordered[ends], row + noise, side="right")
    return np.searchsorted(ordered[ends - 1], row - noise, side="left")
