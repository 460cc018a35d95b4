"""Trends of a panel: growth of each indicator, convergence of scores, and ranks of editions to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from hubrank import Ranking, UsageError

from hubrank_analysis.outlook.projection import BackTest, Projection, Walk, back_test, project, walk_of

if TYPE_CHECKING:
    from hubrank import Array


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
    sigma = tuple(float(np.nanstd(each[both])) for each in scores)
    if both.sum() < 3 or np.ptp(first) == 0:
        return Convergence(beta=np.nan, beta_error=np.nan, units=int(both.sum()), sigma=sigma)
    found = linregress(first, (last - first) / (years[-1] - years[0]))
    return Convergence(beta=float(found.slope), beta_error=float(found.stderr), units=int(both.sum()), sigma=sigma)


def next_years(editions: Sequence[int], count: int) -> tuple[int, ...]:
    """The years of the next editions, as far apart as editions usually are."""
    step = max(1, round(float(np.median(np.diff(editions))))) if len(editions) > 1 else 1
    return tuple(editions[-1] + step * (at + 1) for at in range(count))


def _growth(ranking: Ranking, at: int) -> Growth:
    each = ranking.plan.ranked[at]
    years = np.array(ranking.editions, dtype=float)
    values = np.where(np.isnan(ranking.ranks), np.nan, ranking.measured[:, :, at])
    there = ~np.isnan(values)
    first, last = there.argmax(axis=0), len(years) - 1 - there[::-1].argmax(axis=0)
    units = np.arange(values.shape[1])
    start, end = values[first, units], values[last, units]
    span = np.where(there.any(axis=0) & (last > first), years[last] - years[first], np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        yearly = np.where((start > 0) & (end > 0), (end / start) ** (1 / span) - 1, np.nan)
    column = ranking.measurement.indicators.index(each.key)
    vintages = ranking.measurement.vintages[:, :, column]
    told = vintages[first, units] == vintages[last, units]
    same = told & (vintages[last, units] != "") & (start == end) & ~np.isnan(span)
    return Growth(
        key=each.key,
        title=each.title,
        yearly=np.where(same, np.nan, yearly),
        change=np.where(same, np.nan, (end - start) / span),
        same=int(same.sum()),
    )
