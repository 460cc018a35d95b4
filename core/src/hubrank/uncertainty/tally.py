"""Counts of draws: places in an order, bins of ranks, tallies."""

from __future__ import annotations

import functools
from typing import Any

import attrs
import numpy as np
from attrs import define, frozen

from hubrank.numeric import NOISE, Array
from hubrank.ranking.ranking import ranks_of
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty.fast import buffer

Places = np.ndarray[Any, np.dtype[np.int64]]

#: Bins of each unit's scores.
SCORE_BINS = 256
#: The most units for which pairs are counted.
MOST_PAIRED = 1000
#: Scores that are in a part of their range on average, where very many are put into bands.
_A_PART = 8
#: Units whose scores are counted at a time.
_UNITS = 256
#: Sums of weights are kept as whole numbers of this part of 1, so that they are the same in any order.
WEIGHT_UNIT = 2.0**-32


def tied_places(scores: Array, choice: RankingSettings) -> Places:
    """The places of units `(draws, units)` with the scenario's ties: rank - 1, twice that where ties are averaged."""
    doubled = 2 if choice.ties == "average" else 1
    places: Places = ((ranks_of(scores, choice) - 1) * doubled).astype(np.int64)
    return places


def first_bin(below: Places, wanted: Any) -> Places:
    """The first bin up to which there are as many draws as wanted, the last one if there is none, `(..., units)`.

    Args:
        below: The number of draws in each bin or a better one, `(..., bins, units)`.
        wanted: `(..., units)`.
    """
    first = np.zeros(np.broadcast_shapes((*below.shape[:-2], below.shape[-1]), np.shape(wanted)), dtype=np.intp)
    last = np.full_like(first, below.shape[-2] - 1)
    for _ in range((below.shape[-2] - 1).bit_length()):
        middle = (first + last) // 2
        reached = np.take_along_axis(below, middle[..., None, :], axis=-2)[..., 0, :] >= wanted
        first, last = np.where(reached, first, np.minimum(middle + 1, last)), np.where(reached, middle, last)
    return first


@frozen(eq=False)
class Bins:
    """The columns that ranks are counted in: every rank while there are few, bands of ranks beyond.

    Attributes:
        low: The best rank of each bin.
        high: The worst.
        banded: Whether a bin holds several ranks.
    """

    low: Array
    high: Array
    banded: bool

    #: Up to this number of units every rank is counted.
    EXACT = 4096

    @classmethod
    def of(cls, units: int, choice: RankingSettings) -> Bins:
        """The bins of a ranking."""
        if units <= cls.EXACT:
            ranks = np.asarray(np.arange(2 * units - 1) / 2 + 1 if choice.ties == "average" else np.arange(units) + 1.0)
            return cls(ranks, ranks, banded=False)
        wanted = {*range(1, 21), *choice.tiers, 100, *np.geomspace(20, units, 80).astype(int).tolist(), units}
        high = np.array(sorted(item for item in wanted if item <= units), dtype=float)
        low = np.append(1.0, high[:-1] + 1)
        return cls(low, high, banded=bool((low != high).any()))

    def at(self, ranks: Array) -> Places:
        """The bin of each rank, of any shape; that of the first rank for missing ranks."""
        there = np.where(np.isnan(ranks), 1.0, ranks)
        if self.banded or len(self.low) < 2:
            return self._of_ranks[np.ceil(there).astype(np.intp)]
        return np.asarray((there - 1) / (self.low[1] - self.low[0])).astype(np.intp)

    @functools.cached_property
    def _of_ranks(self) -> Places:
        """The bin of each whole rank, from 0."""
        return np.searchsorted(self.high, np.arange(self.high[-1] + 1))

    def bands(self, scores: Array, choice: RankingSettings) -> Any:
        """The band of ranks of each of very many units, `(draws, units)`, with rounding and ties as in `tied_places`.

        It is the number of bands that end with a better score; a band ends before a tie if the last rank counts.
        """
        small = np.min_scalar_type(len(self.high) - 1)
        if choice.decimals is not None or choice.ties not in ("min", "max"):
            places = tied_places(scores, choice) // (2 if choice.ties == "average" else 1)
            return np.searchsorted(self.high, np.minimum(places + 1, self.high[-1])).astype(small)
        found = np.empty(scores.shape, dtype=small)
        if not found.size:
            return found
        for at, row in enumerate(scores if choice.best == "lowest" else -scores):
            _passed(row, self.high[:-1].astype(np.intp), last=choice.ties == "max", out=found[at])
        return found


def _passed(scores: Array, ends: Places, *, last: bool, out: Any) -> None:
    """How many of some ranks each finite score `(units,)` is behind, the lowest first, without sorting all of them.

    Scores are counted in parts of their range, so that most are before or behind the score of a rank by their part
    alone; only those in the part of such a score are compared with it.

    Args:
        ends: The ranks, in ascending order.
        last: Whether equal scores share the last of their ranks instead of the first.
        out: The numbers, `(units,)`.
    """
    low, high = float(scores.min()), float(scores.max())
    noise = NOISE * max(-low, high)
    count = 1 << (len(scores) // _A_PART).bit_length()
    factor = (count - 1) / (high - low) if high - low > 1e-300 else 0.0
    parts = buffer("parts", scores.shape, np.intp)
    scaled = buffer("scaled", scores.shape, float)
    np.subtract(scores, low, out=scaled)
    scaled *= factor
    parts[...] = scaled  # a score that is not lower is in no lower part
    counts = np.bincount(parts, minlength=count)
    reached = np.cumsum(counts)
    holds = np.zeros(count, dtype=bool)
    turn = ends if last else ends - 1  # the rank, from 0, of the score that is compared
    at = np.searchsorted(reached, turn, side="right")
    holds[at] = True
    few = np.sort(scores[holds[parts]])
    before = np.cumsum(np.where(holds, counts, 0))
    edges = few[turn - (reached - before)[at]]
    nearest = [((edges + off - low) * factor).clip(0, count - 1).astype(np.intp) for off in (-noise, noise)]
    passed = np.cumsum(np.bincount(nearest[1] + 1, minlength=count + 1))[:count].astype(out.dtype)
    open_ = np.zeros(count + 1, dtype=np.intp)
    np.add.at(open_, nearest[0], 1)
    np.add.at(open_, nearest[1] + 1, -1)
    compared = np.cumsum(open_[:count]) > 0
    np.take(passed, parts, out=out)
    which = np.flatnonzero(compared[parts])
    out[which] = np.searchsorted(edges, scores[which] + (noise if last else -noise), side="right" if last else "left")


@define(kw_only=True, eq=False)
class Tally:
    """Counts of draws.

    Attributes:
        ranks: How often each unit fell into each bin of ranks, `(editions, bins, units)`.
        firsts: The sum of the local shares of the draws that a unit was first in, `(editions, units, rows)`.
        scores: How often each unit's score fell into each bin of scores, `(editions, units, bins)`.
        wins: How often the first unit was ahead of the second, `(editions, units, units)`.
        compared: How often both of two units were ranked, so that one could be ahead, `(editions, units, units)`.
        rose: How often a unit's rank was better than in the edition before, `(editions - 1, units)`.
        both: How often it was ranked in both.
    """

    draws: int
    ranks: Places
    firsts: Places
    closer: int
    scores: Places
    wins: Places
    compared: Places
    rose: Places
    both: Places

    @classmethod
    def empty(cls, editions: int, units: int, bins: int, rows: int, closely: bool) -> Tally:
        """No draws yet."""
        paired = units if closely and units <= MOST_PAIRED else 0
        before = max(editions - 1, 0) if closely else 0
        shapes = {
            "ranks": (editions, bins, units),
            "firsts": (editions, units, rows),
            "scores": (editions, units, SCORE_BINS if closely else 0),
            "wins": (editions, paired, paired),
            "compared": (editions, paired, paired),
            "rose": (before, units),
            "both": (before, units),
        }
        return cls(draws=0, closer=0, **{name: np.zeros(shape, dtype=np.int64) for name, shape in shapes.items()})

    def add(self, other: Tally) -> None:
        """Add the counts of other draws."""
        for item in attrs.fields(Tally):
            held = getattr(self, item.name)
            held += getattr(other, item.name)
            setattr(self, item.name, held)

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
        firsts = self.firsts[edition]
        weights = buffer("firsts", shares.shape, float)
        np.multiply(shares, 1 / WEIGHT_UNIT, out=weights)
        np.rint(weights, out=weights)
        won = np.bincount(winners, minlength=len(firsts))
        distinct = np.flatnonzero(won)
        number = np.cumsum(won > 0) - 1
        indicator = np.zeros((len(distinct), len(winners)))
        indicator[number[winners], np.arange(len(winners))] = 1
        firsts[distinct] += (indicator @ weights.T).astype(np.int64)

    def add_scores(self, edition: int, scores: Array, units: Any, low: Array, high: Array) -> None:
        """Count scores `(draws, ranked units)` in bins from `low` to `high` of each unit."""
        width, counts = np.where(high > low, high - low, 1.0), self.scores[edition].reshape(-1)
        for start in range(0, len(units), _UNITS):  # few enough that their bins stay in the cache
            some = slice(start, start + _UNITS)
            share = (scores[:, some] - low[some]) / width[some]
            at = np.clip((share * SCORE_BINS).astype(np.int64), 0, SCORE_BINS - 1)
            at += units[some] * SCORE_BINS
            np.add.at(counts, at.ravel(), 1)

    def add_wins(self, edition: int, places: Any, units: Any) -> None:
        """Count which units were ahead of which, by places `(draws, ranked units)`."""
        self.compared[edition, units[:, None], units] += len(places)
        given = np.ascontiguousarray(places, dtype=np.int16)
        for start in range(0, len(given), 255):  # as many as a count in 8 bits holds
            piece = given[start : start + 255]
            for at, unit in enumerate(units):
                ahead = (piece > piece[:, at, None]).view(np.uint8)
                self.wins[edition, unit, units] += np.add.reduce(ahead, axis=0, dtype=np.uint8)
