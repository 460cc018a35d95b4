"""`hubrank whatif`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank import Answer, UsageError, count_text, format_number, format_percent, gettext
from hubrank.cli.command import (
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    UnitName,
    complete_indicators,
    ranked_unit,
    ranking_of,
    write_answer,
)
from hubrank.cli.console import progress
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup

from hubrank_analysis.change.whatif import Answer as Improvement
from hubrank_analysis.change.whatif import Trial, levers, single, together

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking


def whatif(
    scenario: ScenarioName,
    unit: UnitName,
    rank: Annotated[int, typer.Option(min=1, help="Target rank.")],
    indicator: Annotated[
        list[str] | None,
        typer.Option(
            help="Indicator that may be improved (repeatable); all by default.", autocompletion=complete_indicators
        ),
    ] = None,
    cost: Annotated[
        list[str] | None, typer.Option(help="Cost of improving an indicator, e.g. papers=2; 1 by default.")
    ] = None,
    max_change: Annotated[
        list[str] | None, typer.Option(help="Largest improvement, e.g. papers=50% or papers=12.")
    ] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Find the smallest improvement that takes a unit to a given rank, all other units held constant."""
    from hubrank.results.rank import edition_of

    costs = {name: _number(text, "--cost") for name, text in _named(cost or [], "--cost")}
    limits = {name: _limit(text) for name, text in _named(max_change or [], "--max-change")}
    ranking = ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    position = ranked_unit(ranking, at, unit)
    answer = improve(
        ranking, edition=at, unit=position, rank=rank, indicators=indicator or [], costs=costs, at_most=limits
    )
    write_answer(answer, format_)


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
        costs: What improving one costs, relative to 1.
        at_most: The largest improvements, in the indicators' own units of measure; or with `True`, as shares.

    Returns:
        The tables `alone` and, of several indicators, `together`; the improvements.

    Raises:
        UsageError: There is no such indicator, or the unit has no figure of it.
    """
    limits = {name: limit if isinstance(limit, tuple) else (limit, False) for name, limit in at_most.items()}
    chosen = levers(ranking, edition, unit, keys=indicators, costs=costs, limits=limits)
    trial = Trial(ranking, edition, unit)
    with progress("trying") as tell:
        alone = []
        for tried, lever in enumerate(chosen):
            tell(f"trying {lever.key}", tried, len(chosen), "indicators")
            alone.append(single(trial, lever, rank))
        tell("trying all together")
        joint = together(trial, alone, rank) if len(alone) > 1 else None
    cheapest = [(item, 0) for item in sorted(alone, key=lambda item: (not item.reached, item.cost))]
    several = []
    if joint is not None:
        moved = [at for at, lever in enumerate(joint.levers) if joint.changes[at] > 1e-6 * lever.relative]
        several = [(joint, at) for at in moved]
    now = ranking.ranks[edition, unit]
    way = gettext("from rank {now} to rank {rank}", now=format_number(f"{now:g}"), rank=rank)
    title = f"{ranking.names[unit]}, {ranking.title} {ranking.editions[edition]}"
    page: list[str | ScreenTable] = [f"\n[bold]{escape_markup(title)}[/bold]: {way}"]
    reached = gettext("it has already reached this rank")
    bounds = gettext(
        "bounds: the best value of any ranked unit, unless --max-change sets one; cost: the sum of relative "
        "changes times --cost"
    )
    return Answer(
        title=gettext(
            "{unit}, {ranking} {edition}: from rank {now} to rank {rank}",
            unit=ranking.names[unit],
            ranking=ranking.title,
            edition=ranking.editions[edition],
            now=format_number(f"{now:g}"),
            rank=rank,
        ),
        tables={"alone": _frame(cheapest), **({} if joint is None else {"together": _frame(several)})},
        notes=(reached,) if now <= rank else tuple(_notes(alone, joint)),
        record=(tuple(alone), joint),
        page=[*page, reached] if now <= rank else [*page, *_page(cheapest, several, joint)],
        details=[] if now <= rank or joint is None else [f"[dim]{bounds}[/dim]"],
        data=lambda: {
            "title": ranking.title,
            "edition": ranking.editions[edition],
            "unit": ranking.codes[unit],
            "rank": now,
            "target_rank": rank,
            "alone": [_data(item) for item in alone],
            "together": None if joint is None else _data(joint),
        },
        rows=lambda: [
            {"changed": how, **change, "reached": item.reached, "rank": item.rank}
            for how, all_ in (("alone", alone), ("together", [] if joint is None else [joint]))
            for item in all_
            for change in _data(item)["changes"]
        ],
    )


def _frame(changes: Sequence[tuple[Improvement, int]]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (
            gettext(result.levers[at].title),
            result.levers[at].now,
            result.value(at),
            result.changes[at] / result.levers[at].relative,
            result.reached,
            result.rank,
            result.levers[at].key,
        )
        for result, at in changes
    ]
    return pd.DataFrame(rows, columns=["indicator", "current", "required", "relative", "reached", "rank", "key"])


def _notes(alone: Sequence[Improvement], joint: Improvement | None) -> Iterator[str]:
    """How many indicators would do alone, and what all of them reach together."""
    count = count_text(sum(item.reached for item in alone), "indicator")
    yield gettext("{indicators} alone would do", indicators=count)
    if joint is None:
        return
    rank = format_number(f"{joint.rank:g}")
    if joint.reached:
        yield gettext("together: reaches rank {rank}", rank=rank)
    else:
        yield gettext("together: not reachable within the bounds, only rank {rank}", rank=rank)


def _named(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """`name=value`, taken apart."""
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{option} {text}: must have the form NAME=VALUE, e.g. papers=2")
        pairs.append((name, value))
    return pairs


def _number(text: str, option: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise UsageError(f"{option}: '{text}' is not a number above 0")
    return value


def _limit(text: str) -> tuple[float, bool]:
    """A bound, and whether it is relative."""
    if text.endswith("%"):
        return _number(text[:-1], "--max-change") / 100, True
    return _number(text, "--max-change"), False


def _data(made: Improvement) -> dict[str, Any]:
    return {
        "reached": made.reached,
        "rank": made.rank,
        "rank_short": made.rank_short,
        "cost": made.cost,
        "changes": [
            {
                "indicator": lever.key,
                "now": lever.now,
                "then": made.value(at),
                "change": lever.direction * made.changes[at],
                "relative": made.changes[at] / lever.relative,
                "limit": lever.limit,
            }
            for at, lever in enumerate(made.levers)
        ],
    }


def _page(
    cheapest: Sequence[tuple[Improvement, int]], several: Sequence[tuple[Improvement, int]], joint: Improvement | None
) -> Iterator[str | ScreenTable]:
    """The changes of one indicator, then those of several, and what they reach."""
    held = gettext("all other units held constant; the unit's own effect on the scale is included")
    yield f"[dim]{held}[/dim]\n"
    columns = (
        ScreenColumn(gettext("indicator"), "name"),
        ScreenColumn(gettext("current"), leaves=2),
        ScreenColumn(gettext("required")),
        ScreenColumn(gettext("change")),
        ScreenColumn(gettext("relative"), leaves=1),
    )
    grid = ScreenTable((*columns, ScreenColumn(gettext("result"))), title=gettext("changing one indicator"))
    for result, at in cheapest:
        grid.add(*_cells(result, at), _reached(result))
    yield grid
    if joint is None:
        return
    mixed = ScreenTable(columns, title=gettext("changing several indicators, at the lowest cost"))
    for result, at in several:
        mixed.add(*_cells(result, at))
    yield ""
    yield mixed
    yield _joint(joint)


def _joint(made: Improvement) -> str:
    """What several indicators reach together."""
    rank = format_number(f"{made.rank:g}")
    if made.reached:
        reached = gettext("reaches rank {rank}", rank=rank)
        short = gettext(
            "a change one millionth smaller reaches only rank {rank}", rank=format_number(f"{made.rank_short:g}")
        )
        return f"[green]{reached}[/green]; {short}"
    text = gettext("with all indicators at their bounds, rank {rank}", rank=rank)
    return f"[red]{gettext('not reachable within the bounds')}[/red]: {text}"


def _cells(made: Improvement, at: int) -> list[str]:
    lever, change = made.levers[at], made.changes[at]
    relative = format_percent(lever.direction * change / lever.relative, 1, signed=True)
    signed = f"{'+' if lever.direction > 0 else '-'}{short_number(change)}"
    return [
        escape_markup(gettext(lever.title)),
        short_number(lever.now),
        short_number(made.value(at)),
        signed,
        relative,
    ]


def _reached(made: Improvement) -> str:
    rank = format_number(f"{made.rank:g}")
    if made.reached:
        return f"[green]{gettext('rank {rank}', rank=rank)}[/green]"
    return f"[red]{gettext('at best rank {rank}', rank=rank)}[/red]"
