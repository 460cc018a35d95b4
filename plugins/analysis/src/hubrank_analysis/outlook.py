"""`hubrank outlook`: each unit's drift and a bootstrap of past changes. A projection, not a forecast of causes.

A unit's score is modelled as a random walk with drift. Its drift is its own past change per year, shrunk towards the
mean by as much as drifts of the first half of the past failed to predict those of the second (Efron and Morris, 1975,
Data analysis using Stein's estimator). Yearly changes of single units are drawn from the past (Efron, 1979, Bootstrap
methods). A year's common change is estimated from as many years as there are changes, and so is the drift of all: both
follow Student's t (Hyndman and Athanasopoulos, Forecasting, section 5.5, of a drift).
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
import typer
from attrs import asdict, evolve, frozen
from hubrank.cli.command import Format, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import progress
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup
from hubrank.plugin import (
    Answer,
    Array,
    Ranking,
    RankingSettings,
    UsageError,
    format_count,
    format_number,
    format_percent,
    gettext,
    ngettext,
    ranks_of,
)
from hubrank.ranking.intervals import HIGH, LOW, held_text

from hubrank_analysis.convergence import Convergence, convergence, convergence_text, on_one_scale

#: The number of units on a page.
_SHOWN = 20


@frozen(kw_only=True, eq=False)
class Walk:
    """Random walks of units `(units,)`: their newest scores (NaN for none), and their yearly drift, shrunk to the mean.

    Of a unit's own drift the part `trust` is kept, with a standard error; past years had a common effect on all units
    beside the drifts, and shocks to single ones beside that.

    Attributes:
        common: The standard deviation of a year's common effect; NaN if there is only one change.
        freedom: The degrees of freedom of that: one less than the number of changes between editions.
        span: The years from which the drift of all was estimated.
    """

    last: Array
    drift: Array
    trust: float
    uncertainty: float
    common: float
    freedom: int
    span: float
    shocks: Array


@frozen(kw_only=True, eq=False)
class Projection:
    """Scores and ranks of one future year: medians, and 5 % and 95 % quantiles, each `(units,)`.

    The quantiles are NaN for two editions: one change does not distinguish drift from chance.
    """

    year: int
    score: Array
    score_low: Array
    score_high: Array
    rank: Array
    rank_low: Array
    rank_high: Array


def walk_of(scores: Array, years: Sequence[int]) -> Walk:
    """Estimate drifts and shocks of scores `(editions, units)`, in order of the years; at least 2 editions."""
    gaps = np.diff(np.asarray(years, dtype=float))[:, None]
    changes = np.diff(scores, axis=0)
    known = ~np.isnan(changes).all(axis=1)
    changes, gaps = changes[known], gaps[known]
    drifts = _drifts(changes, gaps)
    moved = ~np.isnan(drifts)
    mean = float(drifts[moved].mean()) if moved.any() else 0.0
    spread = float(drifts[moved].var()) if moved.any() else 0.0
    trust = _trust(changes, gaps, spread)
    drift = np.where(moved, mean + trust * (drifts - mean), mean)
    beside = (changes - drift * gaps) / np.sqrt(gaps)
    there = ~np.isnan(beside)
    common = np.nansum(beside, axis=1) / there.sum(axis=1)
    shocks = (beside - common[:, None])[there]
    freedom, units = len(changes) - 1, int(moved.sum())
    fitted = (1 - trust / max(len(changes), 2)) * (1 - 1 / max(units, 2))  # the variance that drifts and `common` took
    return Walk(
        last=np.asarray(scores[-1], dtype=float),
        drift=drift,
        trust=trust,
        uncertainty=float(np.sqrt(trust * (1 - trust) * spread)),
        common=float(np.sqrt((common**2).sum() / freedom)) if freedom > 0 else np.nan,
        freedom=freedom,
        span=float(gaps.sum()),
        shocks=shocks / np.sqrt(fitted) if len(shocks) else np.zeros(1),
    )


def _drifts(changes: Array, gaps: Array) -> Array:
    """Changes a year, `(units,)`; NaN for units without a change."""
    spans = np.where(np.isnan(changes), 0.0, gaps).sum(axis=0)
    return np.divide(np.nansum(changes, axis=0), spans, out=np.full(len(spans), np.nan), where=spans > 0)


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
    """Extrapolate scores from the year of the newest edition, by a number of futures.

    Equal scores share their mean rank, whatever the scenario's rule: futures hardly ever tie.
    """
    rng = np.random.default_rng(seed)
    ahead = year - last
    units = len(walk.last)
    shocks = rng.choice(walk.shocks, size=(draws, ahead, units)).sum(axis=1)
    uncertainties = rng.standard_normal((draws, units)) * walk.uncertainty
    futures = walk.last + ahead * (walk.drift + uncertainties) + shocks
    ranks, shares = ranks_of(futures, evolve(choice, ties="average")), [0.5]
    if walk.freedom > 0:
        shares += [LOW, HIGH]
        common = walk.common * np.sqrt(ahead + ahead**2 / walk.span)
        futures = futures + common * rng.standard_t(walk.freedom, (draws, 1))
    there = ~np.isnan(walk.last)
    result = {}
    for name, values in (("score", futures), ("rank", ranks)):
        ends = np.full((3, units), np.nan)
        ends[: len(shares), there] = np.quantile(values[:, there], shares, axis=0)
        result |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
    return Projection(year=year, **result)


@frozen
class BackTest:
    """How projections this many years ahead would have performed in all cases: units and editions projected.

    Errors are mean absolute errors, `still` those of predicting no change; `inside` and `inside_score` are the shares
    of ranks and of scores within the 90 % interval.
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
    """Project every edition from those before it (three at least) alone, and compare: one a distance, nearest first.

    Scores are `(editions, units)`; units that have one in both are ranked among themselves.
    """
    shared = evolve(choice, ties="average")
    found: dict[int, list[Array]] = {}
    for origin in range(least - 1, len(years) - 1):
        walk = walk_of(scores[: origin + 1], years[: origin + 1])
        if walk.freedom < 1:  # editions without scores leave too few
            continue
        for target in range(origin + 1, len(years)):
            ahead = years[target] - years[origin]
            if ahead > furthest:
                break
            both = ~np.isnan(scores[origin]) & ~np.isnan(scores[target])
            if not both.any():
                continue
            start, truth = (np.where(both, scores[at], np.nan) for at in (origin, target))
            result = project(evolve(walk, last=start), years[origin], years[target], choice, draws, seed)
            ranks = ranks_of(truth, shared)
            case = [
                np.abs(result.score - truth),
                np.abs(start - truth),
                np.abs(result.rank - ranks),
                np.abs(ranks_of(start, shared) - ranks),
                (result.rank_low <= ranks) & (ranks <= result.rank_high),
                (result.score_low <= truth) & (truth <= result.score_high),
            ]
            found.setdefault(ahead, []).append(np.stack(case)[:, both].astype(float))
    tests = []
    for ahead in sorted(found):
        joined = np.concatenate(found[ahead], axis=1)
        tests.append(BackTest(ahead, joined.shape[1], *joined.mean(axis=1).tolist()))
    return tuple(tests)


@frozen(eq=False)
class Growth:
    """An indicator's compound growth a year between the first and the last edition that a unit has it in, `(units,)`.

    It is NaN if a value is not above 0, or where both are the `same` and of one vintage, so that nothing is known.
    """

    key: str
    title: str
    yearly: Array
    same: int


@frozen(kw_only=True, eq=False)
class Outlook:
    """The trends of a ranking: one `growth` per indicator, the extrapolated scores, one projection per future year."""

    ranking: Ranking
    growth: tuple[Growth, ...]
    convergence: Convergence
    walk: Walk
    projections: tuple[Projection, ...]


def outlook(ranking: Ranking, years: Sequence[int], draws: int = 2000) -> Outlook:
    """Estimate the trends of a panel and extrapolate them to future years."""
    if len(ranking.editions) < 2:
        raise UsageError(f"{ranking.plan.loaded.name}: has only one edition; a trend needs at least two")
    last = ranking.editions[-1]
    if behind := [year for year in years if year <= last]:
        raise UsageError(f"{behind[0]} is not after the last edition, {last}")
    walk = walk_of(ranking.scores, ranking.editions)
    found = Convergence(common=False)
    if on_one_scale(ranking):
        found = convergence(ranking.scores, ranking.editions)
    choice, seed = ranking.plan.scenario.ranking, ranking.plan.scenario.seed
    return Outlook(
        ranking=ranking,
        growth=tuple(_growth(ranking, at) for at in range(len(ranking.plan.ranked))),
        convergence=found,
        walk=walk,
        projections=tuple(project(walk, last, year, choice, draws, seed) for year in years),
    )


def back_tested(ranking: Ranking) -> tuple[BackTest, ...]:
    """How projections of the ranking's own past would have fared; rejected for fewer than 4 editions."""
    count = len(ranking.editions)
    if count < 4:
        raise UsageError(
            f"{ranking.plan.loaded.name}: has {count:,} {'edition' if count == 1 else 'editions'}; a "
            "back-test needs at least 4, three of them to fit"
        )
    return back_test(ranking.scores, ranking.editions, ranking.plan.scenario.ranking, seed=ranking.plan.scenario.seed)


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
    vintages = ranking.measurement.vintages[:, :, ranking.measurement.indicators.index(item.key)]
    before, after = vintages[first, units], vintages[last, units]
    same = (before == after) & (after != "") & (start == end) & ~np.isnan(span)
    return Growth(item.key, item.title, np.where(same, np.nan, yearly), int(same.sum()))


def show_outlook(
    scenario: ScenarioName,
    editions: Annotated[int, typer.Option(min=1, max=50, help="Project N editions.")] = 3,
    top: Annotated[
        int | None, typer.Option(min=1, help="Show the first N units.", show_default="20; all in JSON and CSV")
    ] = None,
    back_test: Annotated[
        bool, typer.Option("--back-test", help="Also test how well past editions would have been projected.")
    ] = False,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Project the ranks of coming editions from past growth, with intervals; show growth and convergence."""
    ranking = ranking_of(scenario, sample)
    with progress("projecting") as tell:
        result = outlook(ranking, next_years(ranking.editions, editions))
        tell("testing past projections")
        tests = back_tested(ranking) if back_test else ()
    left = ranking.order(len(ranking.editions) - 1)[top or len(ranking.codes) :]
    hint = gettext("--back-test shows how accurate such projections would have been in the past")
    answer = Answer(
        record=result,
        page=[*_page(result, top or _SHOWN), *(_tests(tests) if tests else ())],
        details=[] if tests else [f"[dim]{hint}[/dim]"],
        data=lambda: _data(result, tests, top),
        rows=lambda: _data(result, tests, top)["projected"],
        about=lambda: ranking.about(len(ranking.editions) - 1),
        left_out=int(sum(np.isfinite(item.rank[left]).sum() for item in result.projections)),
    )
    write_answer(answer, format_)


def _data(result: Outlook, tests: Sequence[BackTest], top: int | None) -> dict[str, Any]:
    ranking = result.ranking
    names = ("rank", "rank_low", "rank_high", "score", "score_low", "score_high")
    return {
        "title": ranking.title,
        "projection": "drift and bootstrap of past changes; their causes are not modelled",
        "editions": list(ranking.editions),
        "growth": [
            {
                "indicator": item.key,
                "yearly": dict(zip(ranking.codes, item.yearly.tolist(), strict=True)),
                "same_vintage": item.same,
            }
            for item in result.growth
        ],
        "convergence": asdict(result.convergence),
        "projected": [
            {"edition": item.year, "unit": ranking.codes[at], "name": ranking.names[at]}
            | {name: getattr(item, name)[at] for name in names}
            for item in result.projections
            for at in ranking.order(len(ranking.editions) - 1)[:top]
            if item.rank[at] == item.rank[at]
        ],
        "back_test": [asdict(item) for item in tests],
    }


def _page(result: Outlook, top: int) -> Iterator[str | ScreenTable]:
    ranking = result.ranking
    title = ngettext(
        len(ranking.editions),
        "{title}: outlook from {count} edition",
        "{title}: outlook from {count} editions",
        title=ranking.title,
    )
    years = gettext("{first} to {last}", first=ranking.editions[0], last=ranking.editions[-1])
    yield f"\n[bold]{escape_markup(title)}[/bold], {years}"
    warning = gettext("a projection of past changes, not a forecast: their causes are not modelled")
    yield f"[yellow]{warning}[/yellow]\n"
    yield _growth_table(result)
    if text := convergence_text(result.convergence):
        yield f"\n{text}"
    drift = gettext(
        "{share} of a unit's own drift is kept, the share that persisted in the past",
        share=format_percent(result.walk.trust),
    )
    yield f"[dim]{drift}[/dim]\n"
    last = len(ranking.editions) - 1
    headings = (ranking.editions[-1], *(item.year for item in result.projections))
    columns = (ScreenColumn(gettext("unit"), "name"), *(ScreenColumn(str(year)) for year in headings))
    title = gettext("projected ranks ({share} intervals)", share=held_text())
    if not (ranged := result.walk.freedom > 0):
        title = gettext("projected ranks (no intervals: a single change cannot separate drift from chance)")
    grid = ScreenTable(columns, title=title)
    for unit in ranking.order(last)[:top]:
        cells = [
            f"{item.rank[unit]:.0f}" + (f" ({item.rank_low[unit]:.0f}-{item.rank_high[unit]:.0f})" if ranged else "")
            for item in result.projections
        ]
        grid.add(escape_markup(ranking.called(unit)), format_number(f"{ranking.ranks[last, unit]:g}"), *cells)
    yield grid
    if (count := len(ranking.order(last))) > top:
        more = gettext("... and {count} more (--top {all})", count=format_count(count - top), all=count)
        yield f"[dim]{more}[/dim]"


def _growth_table(result: Outlook) -> ScreenTable:
    names = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn(gettext("median")))
    ends = (ScreenColumn(gettext("fastest"), "words"), ScreenColumn(gettext("slowest"), "words"))
    columns = (*names, *ends, ScreenColumn(gettext("same vintage"), "words", leaves=1))
    grid = ScreenTable(columns, title=gettext("annual growth by indicator"))
    for item in result.growth:
        known = np.flatnonzero(~np.isnan(item.yearly))
        cells = ["-", "-", "-"]
        if len(known):
            order = known[np.argsort(item.yearly[known], kind="stable")]
            cells = [format_percent(np.median(item.yearly[known]), 1, signed=True)]
            for at in (order[-1], order[0]):
                name = escape_markup(result.ranking.called(int(at)))
                cells.append(f"{name} {format_percent(item.yearly[at], 1, signed=True)}")
        same = ngettext(item.same, "{count} unit: growth unknown", "{count} units: growth unknown") if item.same else ""
        grid.add(escape_markup(gettext(item.title)), *cells, f"[dim]{same}[/dim]")
    return grid


def _tests(tests: Sequence[BackTest]) -> Iterator[str | ScreenTable]:
    ranks = (gettext("years ahead"), gettext("cases"), gettext("rank error"), gettext("unchanged"))
    names = (*ranks, gettext("coverage"), gettext("score error"), gettext("unchanged"))
    title = gettext("back-test: every edition projected from earlier editions only")
    grid = ScreenTable(tuple(map(ScreenColumn, names)), title=title)
    for item in tests:
        grid.add(
            str(item.years),
            str(item.cases),
            format_number(f"{item.rank_error:.2f}"),
            format_number(f"{item.rank_error_still:.2f}"),
            format_percent(item.inside),
            short_number(item.score_error),
            short_number(item.score_error_still),
        )
    yield ""
    yield grid
    meaning = gettext(
        "coverage: share of ranks inside the {share} interval; unchanged: error if every unit kept its last value",
        share=held_text(),
    )
    yield f"[dim]{meaning}[/dim]"
