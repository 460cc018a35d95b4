"""What the counts mean: intervals, probabilities, ties, central weights."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.language import worded
from hubrank.robustness.analysis import Analysis
from hubrank.robustness.forms import why_composed
from hubrank.robustness.ordering import Bins
from hubrank.robustness.steps import WEIGHT_UNIT
from hubrank.robustness.tallies import SCORE_BINS, Tally

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.composing.ranking import Ranking
    from hubrank.robustness.blocks import Counter

#: The ends of each rank's interval.
LOW, HIGH = 0.05, 0.95
#: Who is ahead with at least this probability is ahead; others are statistically tied.
SURE = 0.95


@frozen(kw_only=True, eq=False)
class Outcome:
    """What was found out about a ranking.

    Attributes:
        ranking: The ranking as the scenario has it.
        counter: What counted.
        tally: The counts.
        interrupted: Whether it was stopped before all draws were made.
    """

    ranking: Ranking
    counter: Counter
    tally: Tally
    interrupted: bool = False

    @property
    def analysis(self) -> Analysis:
        """What was counted, for those who ask more of the draws."""
        return Analysis(variants=self.counter.variants, design=self.counter.design, counter=self.counter)

    @property
    def composed(self) -> tuple[str, ...]:
        """Why each draw is composed by the methods themselves, a sentence a dimension; empty where all are means.

        Of the scenario as it is, without its alternatives.
        """
        nominal = self.counter.variants.nominal()
        reasons = why_composed(self.ranking.plan, nominal.nodes).items()
        return tuple(
            worded("draws use the full computation: in {dimension}, {reason}", dimension=name, reason=why)
            for name, why in reasons
        )

    @property
    def draws(self) -> int:
        """The number of draws."""
        return self.tally.draws

    @property
    def bins(self) -> Bins:
        """The ranks, or bands of ranks, that were counted."""
        return self.counter.bins

    @functools.cached_property
    def ranked(self) -> Array:
        """In how many draws each unit was ranked, `(editions, units)`."""
        return ranked_draws(self.tally)

    @property
    def acceptability(self) -> Array:
        """The probability of each rank, `(editions, bins, units)` (Lahdelma, Hokkanen and Salminen 1998)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.tally.ranks / self.ranked[:, None, :])

    @functools.cached_property
    def _ranks(self) -> dict[float, Array]:
        return {}

    def rank(self, share: float) -> Array:
        """The rank that a share of a unit's draws reaches, `(editions, units)`; NaN where it has none.

        Where ranks are counted in bands it is the better end of a band for a share below a half and the worse end for
        one above, so that an interval holds every rank that it may hold; for a half it is interpolated.
        """
        if share not in self._ranks:
            self._ranks[share] = self._rank(share)
        return self._ranks[share]

    def _rank(self, share: float) -> Array:
        below = np.cumsum(self.tally.ranks, axis=1)
        wanted = np.ceil(share * self.ranked - 1e-9)[:, None, :]
        at = np.minimum((below < wanted).sum(axis=1), len(self.bins) - 1)
        if self.bins.banded:
            inside = np.take_along_axis(self.tally.ranks, at[:, None, :], axis=1)[:, 0]
            reached = np.take_along_axis(below, at[:, None, :], axis=1)[:, 0] - inside
            part = (wanted[:, 0] - reached) / np.maximum(inside, 1) if share == 0.5 else float(share > 0.5)
            low, high = self.bins.low[at], self.bins.high[at]
            ranks = np.round(low + (high - low) * part)
        else:
            ranks = self.bins.low[at]
        return np.where(self.ranked > 0, ranks, np.nan)

    def extreme(self, worst: bool = False) -> Array:
        """The best or the worst rank that any draw gave, `(editions, units)`."""
        there = self.tally.ranks > 0
        at = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1) if worst else there.argmax(axis=1)
        return np.where(self.ranked > 0, (self.bins.high if worst else self.bins.low)[at], np.nan)

    def top(self, rank: int) -> Array:
        """The probability of a rank or a better one, `(editions, units)`."""
        return top_share(self.tally, self.bins, rank)

    @property
    def error(self) -> float:
        """The largest standard error of any probability that is shown."""
        return standard_error(self.tally, self.bins, self.marks)

    @property
    def marks(self) -> tuple[int, ...]:
        """The ranks whose probabilities are shown: 1, 3, 10 and the scenario's tiers."""
        return marks_of(self.ranking)

    def score(self, share: float) -> Array:
        """The quantile of each unit's scores, `(editions, units)`, interpolated within bins."""
        counts = self.tally.scores
        below = np.cumsum(counts, axis=2)
        wanted = share * below[..., -1:]
        at = np.minimum((below < wanted).sum(axis=2), SCORE_BINS - 1)[..., None]
        inside = np.take_along_axis(counts, at, axis=2)
        part = (wanted - np.take_along_axis(below, at, axis=2) + inside) / np.maximum(inside, 1)
        low, high = self.counter.low, self.counter.high
        with np.errstate(invalid="ignore"):
            scores = low + (high - low) * (at + part)[..., 0] / SCORE_BINS
        return np.where(below[..., -1] > 0, scores, np.nan)

    def tops_tier(self) -> dict[int, Array]:
        """The probability of each of the scenario's tiers: of a rank within it and beyond the tier before."""
        found = {}
        before: Any = 0.0
        for tier in self.ranking.plan.scenario.ranking.tiers:
            reached = self.top(tier)
            found[tier] = reached - before
            before = reached
        return found

    @property
    def ahead(self) -> Array | None:
        """The probability that the first unit is ahead of the second, `(editions, units, units)`."""
        if not self.tally.closer or not self.tally.wins.shape[1]:
            return None
        return np.asarray(self.tally.wins / self.tally.closer)

    @property
    def rose(self) -> Array:
        """The probability that a unit's rank is better than in the edition before, `(editions, units)`."""
        found = np.full(self.ranking.ranks.shape, np.nan)
        with np.errstate(invalid="ignore"):
            found[1 : len(self.tally.rose) + 1] = self.tally.rose / self.tally.both
        return found

    @property
    def central_weights(self) -> Array:
        """The mean local shares of the draws that a unit was first in, `(editions, units, rows)`."""
        first = self.tally.ranks[:, 0, :, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.tally.firsts * WEIGHT_UNIT / first)

    def tied(self) -> Array | None:
        """The group of statistically tied units that each belongs to, `(editions, units)`, numbered from the best.

        A group begins with a unit and holds all that follow it in the ranking until one that it is surely ahead of.
        """
        ahead = self.ahead
        if ahead is None:
            return None
        groups = np.full(self.ranking.ranks.shape, np.nan)
        for edition in range(len(groups)):
            leader = -1
            group = 0
            for unit in self.ranking.order(edition):
                if leader < 0 or ahead[edition, leader, unit] >= SURE:
                    leader = unit
                    group += 1
                groups[edition, unit] = group
        return groups


def ranked_draws(tally: Tally) -> Array:
    """In how many draws each unit was ranked, `(editions, units)`."""
    return np.asarray(tally.ranks.sum(axis=1))


def top_share(tally: Tally, bins: Bins, rank: int) -> Array:
    """The probability of a rank or a better one, `(editions, units)`."""
    inside = np.clip((rank - bins.low + 1) / (bins.high - bins.low + 1), 0, 1)
    if not bins.banded:
        inside = (bins.low <= rank).astype(float)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.einsum("ebu,b->eu", tally.ranks, inside) / ranked_draws(tally))


def standard_error(tally: Tally, bins: Bins, marks: tuple[int, ...]) -> float:
    """The largest Monte Carlo standard error of the probabilities of reaching one of the marks.

    Units that most draws leave unranked are left out.
    """
    worst = 0.0
    ranked = ranked_draws(tally)
    for mark in marks:
        share = top_share(tally, bins, mark)
        with np.errstate(invalid="ignore", divide="ignore"):
            errors = np.sqrt(share * (1 - share) / ranked)[ranked > tally.draws / 2]
        worst = max(worst, float(errors.max(initial=0.0)))
    return worst


def marks_of(ranking: Ranking) -> tuple[int, ...]:
    """The ranks whose probabilities are shown."""
    units = int(np.nanmax(ranking.ranks))
    return tuple(sorted({mark for mark in (1, 3, 10, *ranking.plan.scenario.ranking.tiers) if mark < max(units, 2)}))
