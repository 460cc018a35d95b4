"""`hubrank whatif`: the smallest improvement of one value, or of several together, that takes a unit to a rank."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any

import attrs
import numpy as np
import pandas as pd
import typer
from attrs import frozen
from hubrank.cli import command
from hubrank.cli.console import progress
from hubrank.errors import shorten_list
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup
from hubrank.plugin import (
    Answer,
    Array,
    Ranking,
    ScenarioError,
    UsageError,
    compose,
    count_text,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
)
from hubrank.progress import Progress, no_progress
from hubrank.results.rank import edition_of

#: Points between nothing and the bound at which ranks are tried before the first that reaches is closed in on.
_GRID = 32
#: Part of an answer that is left out to see that less does not do.
SHORT = 1e-6


@frozen(kw_only=True)
class Lever:
    """A value that may be improved, upwards (1) or downwards (-1), by a limit in its own unit.

    A change is divided by `relative`: the unit's own value, or where that is 0 the median of the others' that is not.
    """

    key: str
    title: str
    direction: int
    now: float
    limit: float
    relative: float
    cost: float


@frozen(kw_only=True)
class Improvement:
    """The change of each value, in its own unit, 0 or more in its own direction, and the rank composed again.

    The changes are the limits where not even they reach the rank; `rank_short` is that with a millionth less of each.
    """

    levers: tuple[Lever, ...]
    changes: tuple[float, ...]
    rank: float
    rank_short: float
    reached: bool
    cost: float

    def value(self, at: int) -> float:
        """The improved value."""
        lever = self.levers[at]
        return lever.now + lever.direction * self.changes[at]


#: Improvements, each with the position of a value that it changes.
Changes = Sequence[tuple[Improvement, int]]


@frozen
class Trial:
    """A unit of an edition whose values are changed while all else is held, its effect on the scale included.

    `heed` is called before each ranking; it may raise, to end the search.
    """

    ranking: Ranking
    edition: int
    unit: int
    heed: Callable[[], None] = lambda: None

    def composed(self, levers: Sequence[Lever], changes: Sequence[float]) -> Ranking:
        """The ranking with the changes, composed again."""
        self.heed()
        measurement = self.ranking.measurement
        values = measurement.values.copy()
        for lever, amount in zip(levers, changes, strict=True):
            column = measurement.indicators.index(lever.key)
            values[self.edition, self.unit, column] = lever.now + lever.direction * amount
        return compose(self.ranking.plan, attrs.evolve(measurement, values=values))

    def rank(self, levers: Sequence[Lever], changes: Sequence[float]) -> float:
        """The unit's rank with the changes."""
        return float(self.composed(levers, changes).ranks[self.edition, self.unit])

    def margin(self, levers: Sequence[Lever], changes: Sequence[float], rank: int) -> float:
        """The lead of the unit's score over that of the best unit that may not be ahead of it; more is better."""
        best_first = 1 if self.ranking.plan.scenario.ranking.best == "highest" else -1
        scores = best_first * self.composed(levers, changes).scores[self.edition]
        others = np.delete(scores, self.unit)
        rivals = np.sort(others[~np.isnan(others)])[::-1]
        return float("inf") if len(rivals) < rank else float(scores[self.unit] - rivals[rank - 1])


def levers(
    ranking: Ranking,
    edition: int,
    unit: int,
    *,
    keys: Sequence[str] = (),
    costs: Mapping[str, float] | None = None,
    limits: Mapping[str, tuple[float, bool]] | None = None,
) -> tuple[Lever, ...]:
    """The values of a unit that may be improved: indicators by key or title, by default all that the unit has.

    A relative change costs 1 by default. A limit is the most that a value may change, and whether that is relative; by
    default to the best value among the ranked units, or for the best unit by as much again as it has.
    """
    columns = {item.key: at for at, item in enumerate(ranking.plan.ranked)}
    keys = tuple(_by_key(ranking, dict.fromkeys(keys)))
    costs, limits = _by_key(ranking, costs or {}), _by_key(ranking, limits or {})
    values = ranking.measured[edition]
    lacking = [key for key in keys if np.isnan(values[unit, columns[key]])]
    if lacking:
        raise UsageError(f"{ranking.names[unit]} has no value for {shorten_list(lacking)} to improve")
    result = []
    for key in keys or columns:
        now = float(values[unit, columns[key]])
        if np.isnan(now):
            continue
        item = ranking.plan.ranked[columns[key]]
        figures = values[~np.isnan(ranking.ranks[edition]), columns[key]]
        figures = figures[~np.isnan(figures)]
        others = np.abs(figures[figures != 0])
        relative = abs(now) if now else float(np.median(others)) if len(others) else 1.0
        direction = item.direction * (-1 if ranking.plan.scenario.ranking.best == "lowest" else 1)
        best = float(figures.max() if direction > 0 else figures.min())
        limit = abs(best - now) or abs(now) or relative
        if key in limits:
            limit = limits[key][0] * (relative if limits[key][1] else 1)
        cost = costs.get(key, 1.0)
        result.append(
            Lever(key=key, title=item.title, direction=direction, now=now, limit=limit, relative=relative, cost=cost)
        )
    return tuple(result)


def _by_key(ranking: Ranking, named: Mapping[str, Any]) -> dict[str, Any]:
    """The entries for indicators by key or title, by their keys."""
    result: dict[str, Any] = {}
    for name, value in named.items():
        key = ranking.plan.key(name, "indicator")
        if key in result:
            raise UsageError(f"'{name}' is the indicator '{key}', which is given twice; give it once")
        result[key] = value
    return result


def single(trial: Trial, lever: Lever, rank: int) -> Improvement:
    """The smallest change of one value that reaches a rank; where more is never worse it misses nothing."""
    return _along(trial, (lever,), np.array([lever.limit]), rank)


def together(trial: Trial, alone: Sequence[Improvement], rank: int) -> Improvement:
    """The cheapest changes of several values that reach a rank, from the answer of each alone.

    A smooth program (sequential least squares) on the margin over the unit that must be passed, from the cheapest
    single answer and from an even mix; then the cheapest is closed in on along its own direction. It is the cheapest of
    all where scores are concave in the values, as sums and geometric means are; elsewhere of those found.
    """
    picked = tuple(item.levers[0] for item in alone)
    most = _along(trial, picked, np.array([lever.limit for lever in picked]), rank)
    if not most.reached or most.cost == 0 or len(picked) == 1:
        return most
    starts = [most]
    for at, item in enumerate(alone):
        if item.reached:
            changes = np.zeros(len(picked))
            changes[at] = item.changes[0]
            starts.append(_improvement(trial, picked, changes, rank))
    best = min(starts, key=lambda answer: answer.cost)
    for start in dict.fromkeys((best, most)):
        found = _along(trial, picked, _program(trial, picked, np.array(start.changes), rank), rank)
        if found.reached and found.cost < best.cost:
            best = found
    return best


def _program(trial: Trial, picked: tuple[Lever, ...], start: Array, rank: int) -> Array:
    """Changes of locally least cost, a little above what reaches; in parts of the limits inside."""
    from scipy.optimize import minimize

    limits = np.array([lever.limit for lever in picked])
    prices = np.array([lever.cost / lever.relative for lever in picked]) * limits
    whole = prices.sum()
    if not 0 < whole < np.inf:
        return start
    scores = trial.ranking.scores[trial.edition]
    scale = float(np.ptp(scores[~np.isnan(scores)]))
    found = minimize(
        lambda parts: float(prices @ parts) / whole,
        start / limits,
        bounds=[(0.0, 1.0)] * len(picked),
        constraints=[
            {
                "type": "ineq",
                "fun": lambda parts: trial.margin(picked, tuple(np.clip(parts, 0, 1) * limits), rank) / scale - 1e-7,
            }
        ],
        method="SLSQP",
        options={"maxiter": 60, "ftol": 1e-9},
    )
    return np.clip(found.x, 0, 1) * limits


def _along(trial: Trial, picked: tuple[Lever, ...], changes: Array, rank: int) -> Improvement:
    """The shortest part of some changes that reaches the rank, on a grid and by bisection, or all if none does."""

    def reaches(part: float) -> bool:
        try:
            return trial.rank(picked, tuple(part * changes)) <= rank
        except ScenarioError:
            return False

    high = next((float(part) for part in np.linspace(0, 1, _GRID + 1) if reaches(float(part))), None)
    if high is None:
        return _improvement(trial, picked, changes, rank)
    low = high - 1 / _GRID
    while high - low > 1e-12 * high > 0:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return _improvement(trial, picked, high * changes, rank)


def _improvement(trial: Trial, picked: tuple[Lever, ...], changes: Array, rank: int) -> Improvement:
    reached = trial.rank(picked, tuple(changes))
    return Improvement(
        levers=picked,
        changes=tuple(float(item) for item in changes),
        rank=reached,
        rank_short=trial.rank(picked, tuple(changes * (1 - SHORT))),
        reached=reached <= rank,
        cost=float(sum(lever.cost * item / lever.relative for lever, item in zip(picked, changes, strict=True))),
    )


def whatif(
    scenario: command.ScenarioName,
    unit: command.UnitName,
    rank: Annotated[int, typer.Option(min=1, help="Rank to reach.")],
    indicator: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INDICATOR",
            help="Indicator that may be improved (repeatable).",
            show_default="all",
            autocompletion=command.complete_indicators,
        ),
    ] = None,
    cost: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=COST", help="Cost of improving an indicator, such as papers=2.", show_default="1"),
    ] = None,
    max_change: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=CHANGE", help="Largest improvement, such as papers=50% or papers=12."),
    ] = None,
    edition: command.OfEdition = None,
    format_: command.Format = "table",
    sample: command.Sample = False,
) -> None:
    """Find the smallest improvement that takes a unit to a rank, with all other units unchanged."""
    costs = {name: number for name, number, _ in _numbers(cost or [], "--cost")}
    limits = {name: (number, share) for name, number, share in _numbers(max_change or [], "--max-change", shares=True)}
    ranking = command.ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    chosen = {"edition": at, "unit": command.ranked_unit(ranking, at, unit), "indicators": indicator or []}
    command.write_answer(improve(ranking, **chosen, rank=rank, costs=costs, at_most=limits), format_)


def improve(
    ranking: Ranking,
    *,
    edition: int,
    unit: int,
    rank: int,
    indicators: Sequence[str],
    costs: Mapping[str, float],
    at_most: Mapping[str, float | tuple[float, bool]],
) -> Answer:
    """The smallest improvement that takes a unit to a rank.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position; it must be ranked.
        rank: The rank.
        indicators: Those that may be improved, by key or title; all by default.
        costs: The cost of improving each indicator, relative to 1.
        at_most: The largest improvements, in the indicators' own units of measure; or with `True`, as shares.

    Returns:
        The tables `alone` and, of several indicators, `together`; the improvements.

    Raises:
        UsageError: There is no such indicator, or the unit has no value of it.
    """
    limits = {name: limit if isinstance(limit, tuple) else (limit, False) for name, limit in at_most.items()}
    chosen = levers(ranking, edition, unit, keys=indicators, costs=costs, limits=limits)
    with progress("trying") as tell:
        return improvements(Trial(ranking, edition, unit), chosen, rank, tell)


def improvements(trial: Trial, chosen: Sequence[Lever], rank: int, tell: Progress = no_progress) -> Answer:
    """The smallest improvement of some values of a unit that takes it to a rank, as `improve` answers it."""
    ranking, edition, unit = trial.ranking, trial.edition, trial.unit
    alone = []
    for tried, lever in enumerate(chosen):
        tell(f"trying {lever.key}", tried, len(chosen), "indicators")
        alone.append(single(trial, lever, rank))
    tell("trying all together")
    joint = together(trial, alone, rank) if len(alone) > 1 else None
    cheapest = [(item, 0) for item in sorted(alone, key=lambda item: (not item.reached, item.cost))]
    joint_levers = () if joint is None else joint.levers
    several = [(joint, at) for at, lever in enumerate(joint_levers) if joint.changes[at] > 1e-6 * lever.relative]
    now = ranking.ranks[edition, unit]
    shown = format_number(f"{now:g}")
    name, title, year = ranking.names[unit], ranking.title, ranking.editions[edition]
    places = {"unit": name, "ranking": title, "edition": year, "now": shown, "rank": rank}
    way = gettext("from rank {now} to rank {rank}", now=shown, rank=rank)
    page: list[str | ScreenTable] = [f"\n[bold]{escape_markup(f'{name}, {title} {year}')}[/bold]: {way}"]
    reached = gettext("it has already reached this rank")
    bounds = gettext(
        "bounds: the best value of any ranked unit, unless --max-change sets one; cost: the sum of relative "
        "changes times --cost"
    )
    return Answer(
        title=gettext("{unit}, {ranking} {edition}: from rank {now} to rank {rank}", **places),
        tables={"alone": _frame(cheapest)} | ({} if joint is None else {"together": _frame(several)}),
        notes=(reached,) if now <= rank else tuple(_notes(alone, joint)),
        record=(tuple(alone), joint),
        page=[*page, reached] if now <= rank else [*page, *_page(cheapest, several, joint)],
        details=[] if now <= rank or joint is None else [f"[dim]{bounds}[/dim]"],
        data=lambda: {
            "title": title,
            "edition": year,
            "unit": ranking.codes[unit],
            "rank": now,
            "target_rank": rank,
            "alone": [_data(item) for item in alone],
            "together": None if joint is None else _data(joint),
        },
        about=lambda: ranking.about(edition),
        rows=lambda: [
            {"changed": how, **change, "reached": item.reached, "rank": item.rank}
            for how, item in (*(("alone", item) for item in alone), *(() if joint is None else (("together", joint),)))
            for change in _data(item)["changes"]
        ],
    )


def _numbers(texts: Sequence[str], option: str, *, shares: bool = False) -> Iterator[tuple[str, float, bool]]:
    """Names and numbers above 0 of `name=value`, and whether a number was a share in per cent."""
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{option} {text}: must have the form NAME=VALUE, e.g. papers=2")
        share = shares and value.endswith("%")
        value = value.removesuffix("%") if share else value
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not 0 < number < float("inf"):
            raise UsageError(f"{option}: '{value}' is not a number above 0")
        yield name, number / (100 if share else 1), share


def _frame(changes: Changes) -> pd.DataFrame:
    rows = []
    for result, at in changes:
        lever = result.levers[at]
        share = result.changes[at] / lever.relative
        figures = (lever.now, result.value(at), share, result.reached, result.rank)
        rows.append((gettext(lever.title), *figures, lever.key))
    return pd.DataFrame(rows, columns=["indicator", "current", "required", "relative", "reached", "rank", "key"])


def _notes(alone: Sequence[Improvement], joint: Improvement | None) -> Iterator[str]:
    """The number of indicators that would do alone, and the rank that all of them reach together."""
    count = count_text(sum(item.reached for item in alone), "indicator")
    yield gettext("{indicators} alone would do", indicators=count)
    if joint is not None:
        text = gettext_noop("together: not reachable within the bounds, only rank {rank}")
        if joint.reached:
            text = gettext_noop("together: reaches rank {rank}")
        yield gettext(text, rank=format_number(f"{joint.rank:g}"))


def _data(result: Improvement) -> dict[str, Any]:
    return {name: getattr(result, name) for name in ("reached", "rank", "rank_short", "cost")} | {
        "changes": [
            {
                "indicator": lever.key,
                "now": lever.now,
                "then": result.value(at),
                "change": lever.direction * result.changes[at],
                "relative": result.changes[at] / lever.relative,
                "limit": lever.limit,
            }
            for at, lever in enumerate(result.levers)
        ],
    }


def _page(cheapest: Changes, several: Changes, joint: Improvement | None) -> Iterator[str | ScreenTable]:
    """The changes of one indicator, then those of several, and the ranks reached."""
    held = gettext("all other units held constant; the unit's own effect on the scale is included")
    yield f"[dim]{held}[/dim]\n"
    first = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn(gettext("current"), leaves=2))
    numbers = (ScreenColumn(gettext("required")), ScreenColumn(gettext("change")))
    columns = (*first, *numbers, ScreenColumn(gettext("relative"), leaves=1))
    grid = ScreenTable((*columns, ScreenColumn(gettext("result"))), title=gettext("changing one indicator"))
    for result, at in cheapest:
        rank = format_number(f"{result.rank:g}")
        reached, missed = gettext("rank {rank}", rank=rank), gettext("at best rank {rank}", rank=rank)
        grid.add(*_cells(result, at), f"[green]{reached}[/green]" if result.reached else f"[red]{missed}[/red]")
    yield grid
    if joint is None:
        return
    mixed = ScreenTable(columns, title=gettext("changing several indicators, at the lowest cost"))
    for result, at in several:
        mixed.add(*_cells(result, at))
    yield ""
    yield mixed
    rank = format_number(f"{joint.rank:g}")
    if joint.reached:
        short = gettext(
            "a change one millionth smaller reaches only rank {rank}", rank=format_number(f"{joint.rank_short:g}")
        )
        yield f"[green]{gettext('reaches rank {rank}', rank=rank)}[/green]; {short}"
    else:
        text = gettext("with all indicators at their bounds, rank {rank}", rank=rank)
        yield f"[red]{gettext('not reachable within the bounds')}[/red]: {text}"


def _cells(result: Improvement, at: int) -> list[str]:
    lever, change = result.levers[at], result.changes[at]
    return [
        escape_markup(gettext(lever.title)),
        short_number(lever.now),
        short_number(result.value(at)),
        f"{'+' if lever.direction > 0 else '-'}{short_number(change)}",
        format_percent(lever.direction * change / lever.relative, 1, signed=True),
    ]
