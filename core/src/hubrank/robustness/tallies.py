"""What is kept of draws: counts, in whole numbers, so that any parts add up to the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import define

from hubrank.robustness.steps import add_firsts

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

    Counts = np.ndarray[Any, np.dtype[np.int64]]

#: Bins of each unit's scores.
SCORE_BINS = 256
#: Pairs are counted for so many units at most.
MOST_PAIRED = 1000


@define(kw_only=True, eq=False)
class Tally:
    """Counts of draws.

    Attributes:
        draws: How many draws were counted.
        ranks: How often each unit fell into each bin of ranks, `(editions, bins, units)`.
        firsts: The sum of the local shares of the draws that a unit was first in, `(editions, units, rows)`.
        closer: How many draws were looked at more closely, for what follows.
        scores: How often each unit's score fell into each bin of scores, `(editions, units, bins)`.
        wins: How often the first unit was ahead of the second, `(editions, units, units)`.
        rose: How often a unit's rank was better than in the edition before, `(editions - 1, units)`.
        both: How often it was ranked in both.
    """

    draws: int
    ranks: Counts
    firsts: Counts
    closer: int
    scores: Counts
    wins: Counts
    rose: Counts
    both: Counts

    @classmethod
    def empty(cls, editions: int, units: int, bins: int, rows: int, closely: bool) -> Tally:
        """No draws yet."""
        paired = units if closely and units <= MOST_PAIRED else 0
        before = max(editions - 1, 0) if closely else 0
        return cls(
            draws=0,
            ranks=np.zeros((editions, bins, units), dtype=np.int64),
            firsts=np.zeros((editions, units, rows), dtype=np.int64),
            closer=0,
            scores=np.zeros((editions, units, SCORE_BINS if closely else 0), dtype=np.int64),
            wins=np.zeros((editions, paired, paired), dtype=np.int64),
            rose=np.zeros((before, units), dtype=np.int64),
            both=np.zeros((before, units), dtype=np.int64),
        )

    def add(self, other: Tally) -> None:
        """Add the counts of other draws."""
        for each in attrs.fields(Tally):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def add_order(self, edition: int, order: Any, units: Any) -> None:
        """Count draws of one edition by the units' order.

        Args:
            edition: Which edition.
            order: `(draws, ranked units)`: numbers of the ranked, the best first.
            units: The positions of the ranked among all units.
        """
        count = order.shape[1]
        at = order + np.arange(0, count * count, count, dtype=np.int64)
        counted = self.places(edition, count)
        counted += np.bincount(at.ravel(), minlength=count * count).reshape(count, count)
        self.add_places(edition, counted, units)

    def places(self, edition: int, count: int) -> Any:
        """Where so many ranked units' places are counted, `(places, ranked units)`: its own counts where it can be."""
        whole = count == self.ranks.shape[2]
        return self.ranks[edition] if whole else np.zeros((count, count), dtype=np.int64)

    def add_places(self, edition: int, counted: Any, units: Any) -> None:
        """Add what was counted in `places`, unless it stands among its own counts."""
        count = len(units)
        if count < self.ranks.shape[2]:
            self.ranks[edition, :count, units] += counted.T

    def add_bins(self, edition: int, bins: Any, units: Any) -> None:
        """Count draws of one edition by each unit's bin, `(draws, ranked units)`."""
        target = self.ranks[edition]
        if bins.size < target.size:
            # unit by unit, so that a unit's few bins stay in the cache
            turned = np.ascontiguousarray(bins.T).astype(np.intp)
            turned *= target.shape[1]
            turned += np.asarray(units)[:, None]
            np.add.at(target.reshape(-1), turned.ravel(), 1)
            return
        at = bins.astype(np.int64) * target.shape[1] + np.asarray(units)
        target += np.bincount(at.ravel(), minlength=target.size).reshape(target.shape)

    def add_firsts(self, edition: int, winners: Any, shares: Any) -> None:
        """Add the local shares of draws, `(rows, draws)`, to those of their winners, of which this is the position."""
        add_firsts(winners, shares, self.firsts[edition])

    def add_scores(self, edition: int, scores: Array, units: Any, low: Array, high: Array) -> None:
        """Count scores `(draws, ranked units)` in bins from `low` to `high` of each unit."""
        share = (scores - low) / np.where(high > low, high - low, 1.0)
        bins = np.clip((share * SCORE_BINS).astype(np.int64), 0, SCORE_BINS - 1)
        at = bins + np.arange(len(units)) * SCORE_BINS
        local = np.bincount(at.ravel(), minlength=len(units) * SCORE_BINS)
        self.scores[edition, units] += local.reshape(len(units), SCORE_BINS)

    def add_wins(self, edition: int, places: Any, units: Any) -> None:
        """Count which units were ahead of which, by places `(draws, ranked units)`."""
        turned = np.ascontiguousarray(places.T).astype(np.int16)
        for at, unit in enumerate(units):
            ahead = np.packbits(turned > turned[at], axis=1)
            self.wins[edition, unit, units] += np.bitwise_count(ahead).sum(axis=1, dtype=np.int64)
