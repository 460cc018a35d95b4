"""`hubrank whatif`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank import format_number, format_percent, gettext
from hubrank.cli.command import (
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    UnitName,
    answer,
    complete_indicators,
    ranked_unit,
    ranking_of,
)
from hubrank.cli.console import Output, is_quiet, progress
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_analysis.change.whatif import Answer


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

    from hubrank_analysis.change.whatif import Trial, levers, single, together

    costs = {name: _number(text, "--cost") for name, text in _named(cost or [], "--cost")}
    limits = {name: _limit(text) for name, text in _named(max_change or [], "--max-change")}
    ranking = ranking_of(scenario, sample)
    at = edition_of(ranking, edition)
    position = ranked_unit(ranking, at, unit)
    chosen = levers(ranking, at, position, keys=indicator or [], costs=costs, limits=limits)
    trial = Trial(ranking, at, position)
    with progress("trying") as tell:
        alone = []
        for tried, lever in enumerate(chosen):
            tell(f"trying {lever.key}", tried, len(chosen), "indicators")
            alone.append(single(trial, lever, rank))
        tell("trying all together")
        joint = together(trial, alone, rank) if len(alone) > 1 else None
    answer(
        format_,
        show=lambda out: show(out, ranking, at, position, rank, alone, joint),
        data=lambda: as_json(ranking, at, position, rank, alone, joint),
        rows=lambda: _rows(alone, joint),
    )


def _rows(alone: Sequence[Answer], joint: Answer | None) -> list[dict[str, Any]]:
    """A row for each indicator changed alone, and for each in the cheapest change of several."""
    made = [("alone", each) for each in alone] + ([] if joint is None else [("together", joint)])
    return [
        {"changed": how, **change, "reached": each.reached, "rank": each.rank}
        for how, each in made
        for change in _answer_json(each)["changes"]
    ]


def _named(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """`name=value`, taken apart.

    Raises:
        UsageError: One is not of that form.
    """
    from hubrank import UsageError

    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise UsageError(f"{option} {text}: must have the form NAME=VALUE, e.g. papers=2")
        pairs.append((name, value))
    return pairs


def _number(text: str, option: str) -> float:
    """A number above 0.

    Raises:
        UsageError: It is none.
    """
    from hubrank import UsageError

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


def as_json(
    ranking: Ranking, at: int, unit: int, rank: int, alone: Sequence[Answer], joint: Answer | None
) -> dict[str, Any]:
    """What scripts read."""
    return {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "unit": ranking.codes[unit],
        "rank": ranking.ranks[at, unit],
        "target_rank": rank,
        "alone": [_answer_json(each) for each in alone],
        "together": None if joint is None else _answer_json(joint),
    }


def _answer_json(made: Answer) -> dict[str, Any]:
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


def show(
    out: Output, ranking: Ranking, at: int, unit: int, rank: int, alone: Sequence[Answer], joint: Answer | None
) -> None:
    """The page that a person reads."""
    title = f"{ranking.names[unit]}, {ranking.title} {ranking.editions[at]}"
    way = gettext("from rank {now} to rank {rank}", now=format_number(f"{ranking.ranks[at, unit]:g}"), rank=rank)
    out.print(f"\n[bold]{escape_markup(title)}[/bold]: {way}")
    if ranking.ranks[at, unit] <= rank:
        out.print(gettext("it has already reached this rank"))
        return
    held = gettext("all other units held constant; the unit's own effect on the scale is included")
    out.print(f"[dim]{held}[/dim]\n")
    columns = _columns()
    grid = ScreenTable((*columns, ScreenColumn(gettext("result"))), title=gettext("changing one indicator"))
    for each in sorted(alone, key=lambda answer: (not answer.reached, answer.cost)):
        grid.add(*_cells(each, 0), _reached(each))
    out.table(grid)
    if joint is None:
        return
    mixed = ScreenTable(columns, title=gettext("changing several indicators, at the lowest cost"))
    for position, lever in enumerate(joint.levers):
        if joint.changes[position] > 1e-6 * lever.relative:
            mixed.add(*_cells(joint, position))
    out.print()
    out.table(mixed)
    out.print(_joint(joint))
    if not is_quiet():
        bounds = gettext(
            "bounds: the best value of any ranked unit, unless --max-change sets one; cost: the sum of relative "
            "changes times --cost"
        )
        out.print(f"[dim]{bounds}[/dim]")


def _columns() -> tuple[ScreenColumn, ...]:
    """An indicator and its change."""
    return (
        ScreenColumn(gettext("indicator"), "name"),
        ScreenColumn(gettext("current"), leaves=2),
        ScreenColumn(gettext("required")),
        ScreenColumn(gettext("change")),
        ScreenColumn(gettext("relative"), leaves=1),
    )


def _joint(made: Answer) -> str:
    """What several indicators reach together."""
    rank = format_number(f"{made.rank:g}")
    if made.reached:
        reached = gettext("reaches rank {rank}", rank=rank)
        short = gettext(
            "a change one millionth smaller reaches only rank {rank}", rank=format_number(f"{made.rank_short:g}")
        )
        return f"[green]{reached}[/green]; {short}"
    said = gettext("with all indicators at their bounds, rank {rank}", rank=rank)
    return f"[red]{gettext('not reachable within the bounds')}[/red]: {said}"


def _cells(made: Answer, at: int) -> list[str]:
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


def _reached(made: Answer) -> str:
    rank = format_number(f"{made.rank:g}")
    if made.reached:
        return f"[green]{gettext('rank {rank}', rank=rank)}[/green]"
    return f"[red]{gettext('at best rank {rank}', rank=rank)}[/red]"
