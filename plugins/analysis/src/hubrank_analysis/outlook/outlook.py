"""Scores carried forward: each unit's drift and a bootstrap of past changes. A projection, not a forecast of causes.

A unit's score is taken for a random walk with drift. Its drift is its own past change a year, drawn towards the mean of
all by as much as drifts of the first half of the past failed to tell those of the second (shrinkage as in Efron and
Morris, 1975, Data analysis using Stein's estimator). What a year brings beside it is drawn from the past (Efron, 1979,
Bootstrap methods): what it brought to all units alike, and what it brought to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from hubrank import Ranking, RankingSettings, UsageError, ranks_of
from hubrank.ranking.intervals import HIGH, LOW

if TYPE_CHECKING:
    from hubrank import Array


@frozen(kw_only=True, eq=False)
class Walk:
    """Random walks with drift, as estimated.

    Attributes:
        last: The units' newest scores, `(units,)`; NaN for those without.
        drift: Their change a year, drawn towards the mean, `(units,)`.
        trust: How much of a unit's own drift is kept: 0 none, 1 all.
        uncertainty: The standard error of each drift.
        common: What past years brought to all units alike, beside the drifts.
        shocks: What they brought to single units beside that.
    """

    last: Array
    drift: Array
    trust: float
    uncertainty: float
    common: Array
    shocks: Array


@frozen(kw_only=True, eq=False)
class Projection:
    """Scores and ranks of one year to come.

    Attributes:
        year: The year.
        score: The median, `(units,)`.
        score_low: The 5 % quantile.
        score_high: The 95 % quantile.
        rank: The median rank.
        rank_low: The 5 % quantile of the rank.
        rank_high: The 95 % quantile.
    """

    year: int
    score: Array
    score_low: Array
    score_high: Array
    rank: Array
    rank_low: Array
    rank_high: Array


def walk_of(scores: Array, years: Sequence[int]) -> Walk:
    """Estimate drifts and shocks.

    Args:
        scores: `(editions, units)`, in order of the years; at least 2 editions.
        years: The editions' years.
    """
    gaps = np.diff(np.asarray(years, dtype=float))[:, None]
    changes = np.diff(scores, axis=0)
    own = _drifts(changes, gaps)
    known = ~np.isnan(own)
    mean = float(own[known].mean()) if known.any() else 0.0
    spread = float(own[known].var()) if known.any() else 0.0
    trust = _trust(changes, gaps, spread)
    drift = np.where(known, mean + trust * (own - mean), mean)
    beside = (changes - drift * gaps) / np.sqrt(gaps)
    there = ~np.isnan(beside)
    count = there.sum(axis=1)
    common = np.divide(np.nansum(beside, axis=1), count, out=np.zeros(len(count)), where=count > 0)[count > 0]
    shocks = (beside[count > 0] - common[:, None])[there[count > 0]]
    return Walk(
        last=np.asarray(scores[-1], dtype=float),
        drift=drift,
        trust=trust,
        uncertainty=float(np.sqrt(trust * (1 - trust) * spread)),
        common=common if len(common) else np.zeros(1),
        shocks=shocks if len(shocks) else np.zeros(1),
    )


def _drifts(changes: Array, gaps: Array) -> Array:
    """Changes a year, `(units,)`; NaN for units without a change."""
    spans = np.where(np.isnan(changes), 0.0, gaps).sum(axis=0)
    return np.asarray(np.divide(np.nansum(changes, axis=0), spans, out=np.full(len(spans), np.nan), where=spans > 0))


def _trust(changes: Array, gaps: Array, spread: float) -> float:
    """The part of the drifts' variance that the two halves of the past have in common."""
    middle = len(changes) // 2
    if not middle or spread == 0:
        return 0.0
    early, late = _drifts(changes[:middle], gaps[:middle]), _drifts(changes[middle:], gaps[middle:])
    both = ~np.isnan(early) & ~np.isnan(late)
    if both.sum() < 3:
        return 0.0
    shared = float(np.mean((early[both] - early[both].mean()) * (late[both] - late[both].mean())))
    return float(np.clip(shared / spread, 0.0, 1.0))


def project(walk: Walk, last: int, year: int, choice: RankingSettings, draws: int, seed: int) -> Projection:
    """Carry scores forward.

    Equal scores share their mean rank, whatever the scenario's rule: futures hardly ever tie, so that a rank of the
    least or greatest of a tie would be no rank to compare with.

    Args:
        walk: The walks.
        last: The year of the newest edition.
        year: The year to come.
        choice: How scores become ranks.
        draws: How many futures are drawn.
        seed: Of the draws.
    """
    rng = np.random.default_rng(seed)
    ahead = year - last
    units = len(walk.last)
    shocks = rng.choice(walk.shocks, size=(draws, ahead, units)).sum(axis=1)
    common = rng.choice(walk.common, size=(draws, ahead)).sum(axis=1)[:, None]
    uncertainties = rng.standard_normal((draws, units)) * walk.uncertainty
    futures = walk.last + ahead * (walk.drift + uncertainties) + shocks + common
    there = ~np.isnan(walk.last)
    score, rank = (np.full((3, units), np.nan) for _ in range(2))
    score[:, there] = np.quantile(futures[:, there], [0.5, LOW, HIGH], axis=0)
    rank[:, there] = np.quantile(ranks_of(futures, evolve(choice, ties="average"))[:, there], [0.5, LOW, HIGH], axis=0)
    return Projection(
        year=year,
        score=score[0],
        score_low=score[1],
        score_high=score[2],
        rank=rank[0],
        rank_low=rank[1],
        rank_high=rank[2],
    )


@frozen(kw_only=True)
class BackTest:
    """How projections would have fared.

    Attributes:
        years: How far ahead.
        cases: Units and editions projected.
        score_error: The mean absolute error of the projected score.
        score_error_still: That of saying that nothing changes.
        rank_error: The mean absolute error of the projected rank.
        rank_error_still: That of saying that nothing changes.
        inside: The share of ranks that lay within the 90 % interval.
        inside_score: The share of scores that did.
    """

    years: int
    cases: int
    score_error: float
    score_error_still: float
    rank_error: float
    rank_error_still: float
    inside: float
    inside_score: float


def back_test(
    scores: Array,
    years: Sequence[int],
    choice: RankingSettings,
    *,
    least: int = 3,
    furthest: int = 10,
    draws: int = 400,
    seed: int = 0,
) -> tuple[BackTest, ...]:
    """Project every edition from those before it alone, and compare.

    Units that have a score in both are ranked among themselves.

    Args:
        scores: `(editions, units)`.
        years: The editions' years.
        choice: How scores become ranks.
        least: The editions that must lie before a projection.
        furthest: How many years ahead it goes at most.
        draws: How many futures are drawn for each.
        seed: Of the draws.

    Returns:
        One for each distance in years that the editions allow, nearest first.
    """
    found: dict[int, list[Any]] = {}
    for origin in range(least - 1, len(years) - 1):
        walk = walk_of(scores[: origin + 1], years[: origin + 1])
        for target in range(origin + 1, len(years)):
            if years[target] - years[origin] > furthest:
                break
            case = _case(walk, scores, years, origin, target, choice, draws, seed)
            if case is not None:
                found.setdefault(years[target] - years[origin], []).append(case)
    return tuple(_summed(ahead, found[ahead]) for ahead in sorted(found))


def _case(
    walk: Walk,
    scores: Array,
    years: Sequence[int],
    origin: int,
    target: int,
    choice: RankingSettings,
    draws: int,
    seed: int,
) -> Any:
    """Errors and hits of one projection, `(6, units)`."""
    both = ~np.isnan(scores[origin]) & ~np.isnan(scores[target])
    if not both.any():
        return None
    start = np.where(both, scores[origin], np.nan)
    result = project(evolve(walk, last=start), years[origin], years[target], choice, draws, seed)
    truth = np.where(both, scores[target], np.nan)
    shared = evolve(choice, ties="average")
    true_ranks, still_ranks = ranks_of(truth, shared), ranks_of(start, shared)
    return np.stack(
        [
            np.abs(result.score - truth),
            np.abs(start - truth),
            np.abs(result.rank - true_ranks),
            np.abs(still_ranks - true_ranks),
            (result.rank_low <= true_ranks) & (true_ranks <= result.rank_high),
            (result.score_low <= truth) & (truth <= result.score_high),
        ]
    )[:, both].astype(float)


def _summed(ahead: int, cases: list[Any]) -> BackTest:
    joined = np.concatenate(cases, axis=1)
    means = joined.mean(axis=1)
    return BackTest(
        years=ahead,
        cases=joined.shape[1],
        score_error=float(means[0]),
        score_error_still=float(means[1]),
        rank_error=float(means[2]),
        rank_error_still=float(means[3]),
        inside=float(means[4]),
        inside_score=float(means[5]),
    )


@frozen(kw_only=True, eq=False)
class Growth:
    """An indicator's growth a year between the first and the last edition that a unit has it in.

    Attributes:
        key: The indicator.
        title: For tables.
        yearly: The compound growth rate of each unit, `(units,)`: 0.02 is 2 % a year; NaN where a value is not above
            0, or nothing is known.
        change: The mean change a year in the indicator's own unit, `(units,)`.
        same: For how many units the first and the last figure are equal and of one vintage, so that nothing is known
            of growth.
    """

    key: str
    title: str
    yearly: Array
    change: Array
    same: int


@frozen(kw_only=True)
class Convergence:
    """Whether the units' scores draw together.

    Attributes:
        beta: The slope of the change of score a year on the first score: below 0 the last catch up.
        beta_error: Its standard error.
        units: How many units have both scores.
        sigma: The standard deviation of the scores of those in each edition: falling where they draw together.

    Source: Barro and Sala-i-Martin (1992), Convergence, Journal of Political Economy 100(2).
    """

    beta: float
    beta_error: float
    units: int
    sigma: tuple[float, ...]


@frozen(kw_only=True, eq=False)
class Outlook:
    """The trends of a ranking.

    Attributes:
        ranking: The ranking.
        growth: One an indicator.
        convergence: Of the scores.
        walk: What is carried forward.
        projections: One a year to come.
    """

    ranking: Ranking
    growth: tuple[Growth, ...]
    convergence: Convergence
    walk: Walk
    projections: tuple[Projection, ...]


def outlook(ranking: Ranking, years: Sequence[int], draws: int = 2000) -> Outlook:
    """Tell the trends of a panel and carry them forward.

    Args:
        ranking: The ranking, of two editions or more.
        years: The years to come.
        draws: How many futures are drawn.

    Raises:
        UsageError: There is one edition only, or a year does not lie ahead.
    """
    if len(ranking.editions) < 2:
        raise UsageError(f"{ranking.plan.loaded.name}: has only one edition; a trend needs at least two")
    last = ranking.editions[-1]
    if behind := [year for year in years if year <= last]:
        raise UsageError(f"{behind[0]} is not after the last edition, {last}")
    walk = walk_of(ranking.scores, ranking.editions)
    choice, seed = ranking.plan.scenario.ranking, ranking.plan.scenario.seed
    return Outlook(
        ranking=ranking,
        growth=tuple(_growth(ranking, at) for at in range(len(ranking.plan.ranked))),
        convergence=convergence(ranking.scores, ranking.editions),
        walk=walk,
        projections=tuple(project(walk, last, year, choice, draws, seed) for year in years),
    )


def back_tested(ranking: Ranking) -> tuple[BackTest, ...]:
    """How projections of the ranking's own past would have fared.

    Raises:
        UsageError: There are fewer than 4 editions.
    """
    if len(ranking.editions) < 4:
        count = len(ranking.editions)
        raise UsageError(
            f"{ranking.plan.loaded.name}: has {count:,} {'edition' if count == 1 else 'editions'}; a "
            "back-test needs at least 4, three of them to fit"
        )
    return back_test(ranking.scores, ranking.editions, ranking.plan.scenario.ranking, seed=ranking.plan.scenario.seed)


def convergence(scores: Array, years: Sequence[int]) -> Convergence:
    """Beta and sigma convergence of scores `(editions, units)`, over the units that have both ends."""
    from scipy.stats import linregress

    both = ~np.isnan(scores[0]) & ~np.isnan(scores[-1])
    first, last = scores[0][both], scores[-1][both]
    sigma = tuple(float(np.nanstd(item[both])) for item in scores)
    if both.sum() < 3 or np.ptp(first) == 0:
        return Convergence(beta=np.nan, beta_error=np.nan, units=int(both.sum()), sigma=sigma)
    found = linregress(first, (last - first) / (years[-1] - years[0]))
    return Convergence(beta=float(found.slope), beta_error=float(found.stderr), units=int(both.sum()), sigma=sigma)


def next_years(editions: Sequence[int], count: int) -> tuple[int, ...]:
    """The years of the next editions, as far apart as editions usually are."""
    step = max(1, round(float(np.median(np.diff(editions))))) if len(editions) > 1 else 1
    return tuple(editions[-1] + step * (at + 1) for at in range(count))


def _growth(ranking: Ranking, at: int) -> Growth:
    item = ranking.plan.ranked[at]
    years = np.array(ranking.editions, dtype=float)
    values = np.where(np.isnan(ranking.ranks), np.nan, ranking.measured[:, :, at])
    there = ~np.isnan(values)
    first, last = there.argmax(axis=0), len(years) - 1 - there[::-1].argmax(axis=0)
    units = np.arange(values.shape[1])
    start, end = values[first, units], values[last, units]
    span = np.where(there.any(axis=0) & (last > first), years[last] - years[first], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        yearly = np.where((start > 0) & (end > 0), (end / start) ** (1 / span) - 1, np.nan)
    column = ranking.measurement.indicators.index(item.key)
    vintages = ranking.measurement.vintages[:, :, column]
    message = vintages[first, units] == vintages[last, units]
    same = message & (vintages[last, units] != "") & (start == end) & ~np.isnan(span)
    return Growth(
        key=item.key,
        title=item.title,
        yearly=np.where(same, np.nan, yearly),
        change=np.where(same, np.nan, (end - start) / span),
        same=int(same.sum()),
    )
