"""From a ranking to how sure it is: draws made and counted, and what their counts mean."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import field, frozen
from threadpoolctl import threadpool_limits

from hubrank.errors import PluginError, UndrawnError, UsageError
from hubrank.i18n import format_count, gettext
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import Array, Positions
from hubrank.progress import Progress, no_progress
from hubrank.ranking import intervals
from hubrank.ranking.finding import places_apart
from hubrank.ranking.intervals import SURE, Drawn, Joint, Note
from hubrank.ranking.ranking import Ranking, compose
from hubrank.scenario.plan import Plan
from hubrank.uncertainty.analysis import analysis_of, run_until, scores_around
from hubrank.uncertainty.budget import MOST_DRAWS, Budget
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.joint import (
    ahead_of,
    confidence_ranges,
    draws_around,
    first_ahead,
    held_at_once,
    joint_ranges,
    kept_apart,
    other_draws,
    tiers_of,
)
from hubrank.uncertainty.moves import moves_between
from hubrank.uncertainty.programs import weigher, why_composed
from hubrank.uncertainty.sampling import noisy_values
from hubrank.uncertainty.tally import MOST_PAIRED, SCORE_BINS, WEIGHT_UNIT, Bins, Places, Tally, first_bin

#: Standard errors that an estimate is off by once in twenty times.
_OFF = 1.96


def _most(values: Array) -> float:
    """The number that most of the values do not exceed, missing ones aside; 0 without any."""
    known = values[~np.isnan(values)]
    return float(np.quantile(known, intervals.MOST_BOUNDS, method="higher")) if len(known) else 0.0


@frozen(kw_only=True, eq=False)
class Outcome:
    """The uncertainty of a ranking.

    Attributes:
        analysis: The counts, for advanced use.
        interrupted: Whether it was stopped before all draws were made.
    """

    ranking: Ranking
    analysis: Analysis
    tally: Tally
    interrupted: bool = False
    _ranks: dict[float, Array] = field(factory=dict, init=False)

    @property
    def composed(self) -> tuple[str, ...]:
        """Why the scenario's own draws are composed by the methods themselves, a sentence a dimension; or empty."""
        reasons = why_composed(self.ranking.plan, self.analysis.variants[()].nodes)
        return tuple(
            gettext("draws use the full computation: in {dimension}, {reason}", dimension=name, reason=why)
            for name, why in reasons.items()
        )

    @property
    def draws(self) -> int:
        """The number of draws."""
        return self.tally.draws

    @property
    def bins(self) -> Bins:
        """The ranks, or bands of ranks, that were counted."""
        return self.analysis.bins

    @functools.cached_property
    def ranked(self) -> Array:
        """The number of draws in which each unit was ranked, `(editions, units)`."""
        return np.asarray(self.tally.ranks.sum(axis=1))

    @functools.cached_property
    def ranged(self) -> Ranking:
        """The ranking with the results of its draws."""
        return with_intervals(self.ranking, self)

    @property
    def ranked_share(self) -> Array:
        """The share of the draws that rank each unit, `(editions, units)`; its other results are of these."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.ranked / np.float64(self.draws))

    @functools.cached_property
    def joint(self) -> Joint:
        """The joint results of the draws for all units."""
        with threadpool_limits(1, user_api="blas"):  # matrices are small: further threads would only wait
            return self._joint()

    def _joint(self) -> Joint:
        ranking, bins = self.ranking, self.bins
        ranks, places = other_draws(self.analysis, self.draws)
        low, high = self.rank(intervals.LOW), self.rank(intervals.HIGH)
        editions = range(len(ranking.ranks))
        ends = np.array([joint_ranges(self._below[at], bins, ranks[:, at]) for at in editions])
        sets = self._confidence_ranges()
        if sets is not None:
            ends = np.stack([np.fmin(ends[:, 0], sets[:, 0]), np.fmax(ends[:, 1], sets[:, 1])], axis=1)
        same, tiers, behind, ahead_below = (np.full(ranking.ranks.shape, np.nan) for _ in range(4))
        for at in editions:
            order, step = ranking.order(at), places_apart(len(ranking.order(at)))
            behind[at, order[1:]] = ahead_of(places[:, at], np.repeat(order[:1], len(order[1:])), order[1:])
            ahead_below[at, order[:-step]] = ahead_of(places[:, at], order[:-step], order[step:])
            if len(ranks) and len(order) > 1:
                ahead = first_ahead(places[:, at], order, ranking.ranks[at, order])
                same[at, : len(order) - 1] = np.where(np.diff(ranking.ranks[at, order]) > 0, ahead.mean(axis=0), np.nan)
                tiers[at, order] = tiers_of(ahead) if sets is None else kept_apart(*ends[at][:, order])
        return Joint(
            low=ends[:, 0],
            high=ends[:, 1],
            confident=sets is not None,
            share=np.array([held_at_once(ranks[:, at], low[at], high[at]) for at in editions]),
            same_first=same,
            tiers=tiers,
            behind_first=behind,
            ahead_below=ahead_below,
        )

    def _confidence_ranges(self) -> Array | None:
        """Ranges that hold the true ranks of all units, `(editions, 2, units)`.

        None if no value has an error, or there are too many units.
        """
        analysis, ranking = self.analysis, self.ranking
        units = ranking.ranks.shape[1]
        if not analysis.design.uncertainties.errors or units > MOST_PAIRED or not self.draws:
            return None
        draws = draws_around(units, self.draws, one_by_one=bool(analysis.one_by_one()))
        plan, measurements = analysis.variants.plan, analysis.variants.measurements
        around = scores_around(plan, measurements, draws, seed=analysis.design.seed, kept=analysis.kept)
        sign = -1 if analysis.choice.best == "lowest" else 1
        scores = enumerate(ranking.scores)
        return np.array([confidence_ranges(sign * item, sign * around[:, at]) for at, item in scores])

    @property
    def acceptability(self) -> Array:
        """The probability of each rank, `(editions, bins, units)` (Lahdelma, Hokkanen and Salminen 1998)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.tally.ranks / self.ranked[:, None, :])

    def rank(self, share: float) -> Array:
        """The rank that a share of a unit's draws reaches, `(editions, units)`; NaN if it has none.

        Where ranks are counted in bands it is the better end of a band for a share below a half and the worse end for
        one above, so that an interval holds every rank that it may hold; for a half it is interpolated.
        """
        if share not in self._ranks:
            self._ranks[share] = self._reached(np.full(self.ranked.shape, share), share)
        return self._ranks[share]

    def _reached(self, shares: Array, side: float) -> Array:
        """The rank that a share of each unit's draws reaches, `(editions, units)`, at the end of a band for `side`."""
        bins, below = self.bins, self._below
        wanted = np.ceil(shares * self.ranked - 1e-9)
        at = first_bin(below, wanted)
        ranks = bins.low[at]
        if bins.banded:
            reached, inside = (
                np.take_along_axis(counts, at[:, None, :], axis=1)[:, 0] for counts in (below, self.tally.ranks)
            )
            part = (wanted - reached + inside) / np.maximum(inside, 1) if side == 0.5 else float(side > 0.5)
            ranks = np.round(ranks + (bins.high[at] - ranks) * part)
        return np.where(self.ranked > 0, ranks, np.nan)

    @functools.cached_property
    def _below(self) -> Places:
        """The number of draws in each bin or a better one, `(editions, bins, units)`."""
        return np.cumsum(self.tally.ranks, axis=1)

    @functools.cached_property
    def off(self) -> Array:
        """How many ranks each bound of a range may be away from that of endless draws, `(2, editions, units)`.

        With 95 % confidence for each, by the order of the draws, beyond which it may be any rank; NaN for units without
        a range.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            least = 1 / self.ranked
            chance = _OFF * np.sqrt(intervals.LOW * (1 - intervals.LOW) / self.ranked)
        last = (self.ranked > 0).sum(axis=-1, keepdims=True)
        found = []
        for share in (intervals.LOW, intervals.HIGH):
            near, far = share - chance, share + chance
            low, high = (self._reached(np.clip(part, least, 1), share) for part in (near, far))
            low, high = np.where(near > 0, low, 1), np.where(far < 1, high, last)
            found.append(np.fmax(self.rank(share) - low, high - self.rank(share)))
        return np.array(found)

    def lacks(self) -> float:
        """The factor by which bounds are less precise than they should be, all but the least precise of them.

        They should be off by no more than a share of their range's width, by one rank, or by one band of ranks.
        """
        low, high = self.rank(intervals.LOW), self.rank(intervals.HIGH)
        bins = self.bins
        within = np.fmax(intervals.OF_WIDTH * (high - low), 1.0)
        if bins.banded:
            widths = (bins.high - bins.low + 1)[np.stack([bins.at(low), bins.at(high)])]
            within = np.fmax(within, np.where(np.isnan(low), np.nan, widths))
        return _most(self.off / within)

    @property
    def drawn(self) -> Drawn:
        """How many draws there are, and how precise they make the bounds."""
        return Drawn(draws=self.draws, off=tuple(_most(self.off[:, at]) for at in range(self.off.shape[1])))

    def extreme(self, worst: bool = False) -> Array:
        """The best or the worst rank that any draw gave, `(editions, units)`."""
        there = self.tally.ranks > 0
        at = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1) if worst else there.argmax(axis=1)
        return np.where(self.ranked > 0, (self.bins.high if worst else self.bins.low)[at], np.nan)

    def top(self, rank: int) -> Array:
        """The probability of a rank or a better one, `(editions, units)`."""
        inside = np.clip((rank - self.bins.low + 1) / (self.bins.high - self.bins.low + 1), 0, 1)
        if not self.bins.banded:
            inside = (self.bins.low <= rank).astype(float)
        with np.errstate(invalid="ignore"):
            return np.asarray(np.einsum("ebu,b->eu", self.tally.ranks, inside) / self.ranked)

    def ranges(self) -> pd.DataFrame:
        """A row per edition and ranked unit, best first: `edition`, `unit`, `rank`, `low`, `high`."""
        ranking, low, high = self.ranking, self.rank(intervals.LOW), self.rank(intervals.HIGH)
        at, unit = np.nonzero(~np.isnan(ranking.ranks))
        cells = {"rank": ranking.ranks[at, unit], "low": low[at, unit], "high": high[at, unit]}
        codes = np.array(ranking.codes, dtype=object)[unit]
        frame = pd.DataFrame({"edition": np.array(ranking.editions)[at], "unit": codes, **cells})
        return frame.sort_values(["edition", "rank"], kind="stable", ignore_index=True)

    @property
    def error(self) -> float:
        """The largest Monte Carlo standard error of reaching a mark, except units that most draws leave unranked."""
        often = self.ranked > self.draws / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            errors = [np.sqrt(share * (1 - share) / self.ranked)[often] for share in map(self.top, self.marks)]
        return max((float(item.max(initial=0.0)) for item in errors), default=0.0)

    @property
    def marks(self) -> tuple[int, ...]:
        """The ranks whose probabilities are shown: 1, 3, 10 and the scenario's tiers."""
        units = max(int(np.nanmax(self.ranking.ranks)), 2)
        tiers = self.ranking.plan.scenario.ranking.tiers
        return tuple(sorted({mark for mark in (1, 3, 10, *tiers) if mark < units}))

    def score(self, share: float) -> Array:
        """The quantile of each unit's scores, `(editions, units)`, interpolated within bins."""
        counts = self.tally.scores
        below = np.cumsum(counts, axis=2)
        wanted = share * below[..., -1:]
        at = np.minimum((below < wanted).sum(axis=2), SCORE_BINS - 1)[..., None]
        inside = np.take_along_axis(counts, at, axis=2)
        part = (wanted - np.take_along_axis(below, at, axis=2) + inside) / np.maximum(inside, 1)
        low, high = self.analysis.low, self.analysis.high
        with np.errstate(invalid="ignore"):
            scores = low + (high - low) * (at + part)[..., 0] / SCORE_BINS
        return np.where(below[..., -1] > 0, scores, np.nan)

    def tops_tier(self) -> dict[int, Array]:
        """The probability of each of the scenario's tiers: of a rank within it and beyond the tier before."""
        tiers = self.ranking.plan.scenario.ranking.tiers
        reached: list[Any] = [0.0, *map(self.top, tiers)]
        return {tier: reached[at + 1] - reached[at] for at, tier in enumerate(tiers)}

    @functools.cached_property
    def ahead(self) -> Array | None:
        """In which share of the draws that rank both the first unit is ahead of the second, `(editions, units, units)`.

        NaN if no draw ranks both; None if pairs were not counted.
        """
        if not self.tally.closer or not self.tally.wins.shape[1]:
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(self.tally.wins / self.tally.compared)

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

    def groups(self, edition: int) -> list[Positions] | None:
        """The groups of an edition's units (its position) tied within uncertainty, best first; none without pairs.

        A group is a maximal run of neighbours in the ranking of whom no two are in the same order in at least `SURE` of
        the draws that rank both. A unit may be in several, and is in one at least.
        """
        if self.ahead is None:
            return None
        order = self.ranking.order(edition)
        ahead = self.ahead[edition][np.ix_(order, order)]
        count = len(order)
        with np.errstate(invalid="ignore"):
            apart = np.tril(np.fmax(ahead, ahead.T) >= SURE, -1)
        start = np.maximum.accumulate(np.where(apart, np.arange(1, count + 1), 0).max(axis=1, initial=0))
        ends = np.flatnonzero(np.append(start[1:] > start[:-1], [True] * bool(count)))
        return [order[start[end] : end + 1] for end in ends]

    def group_ends(self) -> tuple[Array, Array] | None:
        """The ranks of the first and of the last unit of all groups that a unit is in, each `(editions, units)`."""
        first, last = np.full(self.ranking.ranks.shape, np.nan), np.full(self.ranking.ranks.shape, np.nan)
        for at, ranks in enumerate(self.ranking.ranks):
            groups = self.groups(at)
            if groups is None:
                return None
            for group in groups:
                first[at, group] = np.fmin(first[at, group], ranks[group[0]])
                last[at, group] = np.fmax(last[at, group], ranks[group[-1]])
        return first, last


def vintages(
    plan: Plan, measurement: Measurement, cache: Cache | None = None, progress: Progress = no_progress
) -> tuple[Measurement, ...]:
    """The measurements for each alternative of the data lag; the scenario's own if there is none."""
    for source in plan.uncertainties.discrete if plan.uncertainties else ():
        if source.name == "data_lag":
            return tuple(
                measurement if label.startswith("0 ") else measure(change(plan), cache, progress)
                for label, change in zip(source.labels, source.changes, strict=True)
            )
    return (measurement,)


def assess(
    ranking: Ranking,
    measurements: tuple[Measurement, ...],
    *,
    draws: int | None = None,
    budget: Budget | None = None,
    precision: float | None = None,
    seed: int | None = None,
    closely: bool = True,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Simulate a ranking many times.

    Args:
        draws: The number of draws; by default that of the scenario.
        budget: Instead, what else ends the draws.
        precision: Instead of both, the largest standard error of a probability.
        closely: Whether scores, pairs and changes are counted in addition to ranks.

    Raises:
        ScenarioError: Alternatives contradict one another, or constraints leave no possible weights.
        UsageError: More draws are asked for than are allowed.
    """
    budget = budget or Budget(draws=draws)
    progress("preparing draws")
    kept = ranking.kept_draws if seed is None else None
    analysis = analysis_of(ranking.plan, measurements, seed=seed, closely=closely, kept=kept)
    made: dict[int, Outcome] = {}

    def so_far(tally: Tally) -> Outcome:
        if tally.draws not in made:
            made.clear()
            made[tally.draws] = Outcome(ranking=ranking, analysis=analysis, tally=tally)
        return made[tally.draws]

    if precision is None:
        counted = budget.count(
            analysis,
            lambda tally: so_far(tally).lacks(),
            lambda tally: so_far(tally).ranges(),
            cores=cores,
            progress=progress,
        )
    else:
        counted = run_until(
            analysis, lambda tally: so_far(tally).error / precision, most=MOST_DRAWS, cores=cores, progress=progress
        )
    return attrs.evolve(so_far(counted.tally), interrupted=True) if counted.interrupted else so_far(counted.tally)


def with_intervals(ranking: Ranking, outcome: Outcome, *, joint_later: bool = False) -> Ranking:
    """The ranking with each rank's interval and robust changes; it notes fewer draws than requested.

    Args:
        joint_later: Whether its joint results are computed when they are first asked for, from the scenario's seed.
    """
    wanted = outcome.analysis.design.uncertainties.choice.draws
    note: Note | str = ""
    if wanted != "auto" and outcome.tally.draws < wanted and (method := outcome.analysis.one_by_one()):
        note = Note(
            lambda: gettext(
                "from {draws} draws instead of {wanted}: {method} takes one draw at a time",
                draws=format_count(outcome.tally.draws),
                wanted=format_count(wanted),
                method=gettext(method),
            )
        )
    agreement, robust = np.full(ranking.ranks.shape, np.nan), np.zeros(ranking.ranks.shape, dtype=bool)
    if pairs := list(itertools.pairwise(range(len(ranking.ranks)))):
        moves = moves_between(outcome.analysis, ranking, pairs, outcome.tally.draws)
        agreement[1:], robust[1:] = moves.agreement, moves.robust
    low, high = outcome.rank(intervals.LOW), outcome.rank(intervals.HIGH)
    return attrs.evolve(
        ranking,
        low=low,
        high=high,
        joint=_later(ranking, outcome) if joint_later else outcome.joint,
        ranked_share=outcome.ranked_share,
        agreement=agreement,
        robust=robust,
        drawn=outcome.drawn,
        ranges_note=note,
    )


def _later(ranking: Ranking, outcome: Outcome) -> Callable[[], Joint]:
    """The joint results, computed once when they are asked for; the draws are prepared again, to hold no variants."""
    tally, measurements = outcome.tally, outcome.analysis.variants.measurements

    @functools.cache
    def joint() -> Joint:
        analysis = analysis_of(ranking.plan, measurements, closely=False, kept=ranking.kept_draws)
        return Outcome(ranking=ranking, analysis=analysis, tally=tally).joint

    return joint


def without_intervals(ranking: Ranking, error: UndrawnError | PluginError) -> Ranking:
    """The ranking without intervals, and why it has none."""
    reason = "; ".join(map(str, error.problems)) if isinstance(error, UndrawnError) else str(error)
    note = Note(lambda: gettext("none: draws cannot be made: {reason}", reason=reason))
    return attrs.evolve(ranking, ranges_note=note)


def replay(analysis: Analysis, number: int) -> Ranking:
    """The ranking of one draw by its number, from 1, made by `compose` from what the draw varied."""
    if number < 1:
        raise UsageError(f"draws are numbered from 1; got {number}")
    draw, variants = analysis.design.draw(number), analysis.variants
    choice = tuple(int(at) for at in draw.choices[:, 0])
    variant, measurement = variants[choice], variants.measured(choice)
    if draw.noise is not None or draw.aged is not None:
        values = measurement.values.copy()
        values[..., list(variant.columns)] = noisy_values(variant, analysis.design, draw)[0]
        measurement = attrs.evolve(measurement, values=values)
    raw = np.asarray(draw.raw, dtype=float)
    return compose(variants.plan_of(choice), measurement, weigher(analysis.design.weights, raw))
