"""`hubrank diff`: of one unit, or the moves of a whole ranking."""

from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from attrs import asdict, evolve
from hubrank.cli import command
from hubrank.cli.console import progress
from hubrank.i18n import clauses, enumerated, listed
from hubrank.io.answer import ScreenColumn, ScreenTable, bar_of, short_number
from hubrank.io.cache import Cache
from hubrank.io.escaping import escape_markup
from hubrank.plugin import (
    Answer,
    Measurement,
    Ranking,
    UsageError,
    count_text,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
    ngettext,
)
from hubrank.ranking.intervals import robust_text
from hubrank.results.rank import edition_of, ranked_with_vintages
from hubrank.uncertainty.moves import Moves

from hubrank_analysis.between import between_scenarios
from hubrank_analysis.moves import CAUSES, Change, Move, by_size, change, drawn

#: The columns of rank changes by cause: their headings, and their meanings.
COLUMNS = {
    "world": (gettext_noop("world"), gettext_noop("newer values of the same source")),
    "source": (gettext_noop("source"), gettext_noop("another source or method")),
    "list": (gettext_noop("list"), gettext_noop("in a list, or present at all, in one edition only")),
    "others": (gettext_noop("others"), gettext_noop("other units and the scale")),
}
#: The most robust rank changes shown, the largest first.
MOST = 20
#: The descriptions of parts of a change that belong to no single indicator.
_OWN_REST, _SCALE_REST = gettext_noop("own: {kind} {name} {amount}"), gettext_noop("scale: {kind} {name} {amount}")
_KINDS: dict[str, str] = {
    "dimension": gettext_noop("dimension"),
    "weights": gettext_noop("weights"),
    "steps": gettext_noop("steps"),
    "field": gettext_noop("field"),
}


def diff(
    scenario: command.ScenarioName,
    unit: Annotated[
        str | None,
        typer.Argument(
            help="Code, name or alias of a unit; without it, the largest rank changes are shown.",
            autocompletion=command.complete_units,
        ),
    ] = None,
    start: Annotated[
        int | None,
        typer.Option(
            "--from",
            metavar="YEAR",
            help="Earlier edition.",
            show_default="the one before --to",
            autocompletion=command.complete_editions,
        ),
    ] = None,
    end: Annotated[
        int | None, typer.Option("--to", metavar="YEAR", help="Later edition.", show_default="the latest")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="Compare with another scenario instead of another edition.",
            autocompletion=command.complete_scenarios,
        ),
    ] = None,
    largest: Annotated[
        int | None, typer.Option(min=1, help="Without UNIT: show the N largest rank changes, robust or not.")
    ] = None,
    format_: command.Format = "table",
    sample: command.Sample = False,
) -> None:
    """Explain why ranks and scores changed between two editions or two scenarios."""
    if against is not None:
        if unit is None:
            raise UsageError("--against compares one unit in two scenarios; specify a unit")
        if start is not None:
            raise UsageError("--from and --against cannot be combined: compare either editions or scenarios")
        command.write_answer(between_scenarios(scenario, against, unit, end, sample=sample), format_)
        return
    with progress("loading") as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
        tell("splitting moves")
        answer = explain(ranking, measurements=measurements, start=start, end=end, unit=unit, most=largest)
    command.write_answer(answer, format_)


def explain(
    ranking: Ranking,
    *,
    measurements: tuple[Measurement, ...],
    start: int | None,
    end: int | None,
    unit: str | None,
    most: int | None = None,
) -> Answer:
    """Explain a unit's rank change between two editions, or the largest rank changes.

    Args:
        ranking: The ranking.
        measurements: The measurement for each alternative of the data lag.
        start: The earlier edition (year); the one before the later by default.
        end: The later edition; the latest by default.
        unit: The unit's code, name or alias; None for the largest rank changes.
        most: The number of rank changes; by default the robust ones, if there are draws.

    Raises:
        UsageError: There is no such edition, or the unit is not ranked in one of them.
    """
    after = edition_of(ranking, end)
    if start is None and after == 0:
        raise UsageError(f"there is no edition before {ranking.editions[after]}; choose two with --from and --to")
    before = after - 1 if start is None else edition_of(ranking, start)
    if before == after:
        raise UsageError(f"--from and --to are both {ranking.editions[after]}; choose two different editions")
    editions = (before, after)
    units = [] if unit is None else [*{command.ranked_unit(ranking, at, unit) for at in editions}]
    moves = drawn(ranking, measurements, *editions)
    if unit is None:
        units = by_size(ranking, *editions)
        if most is None and moves is not None:
            units = [item for item in units if moves.robust[0, item]]
        units = units[: MOST if most is None else most]
    result = [change(ranking, *editions, item) for item in units]
    if moves is not None:
        agreement, robust = moves.agreement[0], moves.robust[0]
        result = [
            evolve(item, agreement=float(agreement[item.unit]), robust=bool(robust[item.unit])) for item in result
        ]
    return _moves_answer(result, ranking, editions, moves) if unit is None else _unit_answer(result[0])


def _moves_answer(changes: list[Change], ranking: Ranking, editions: tuple[int, int], judged: Moves | None) -> Answer:
    start, end = (ranking.editions[at] for at in editions)
    title = gettext("{title}: rank changes, {start} to {end}", title=ranking.title, start=start, end=end)
    columns = ["unit", "places", *COLUMNS, "score", "agreement", "robust_change", "code"]
    rows = [
        (
            *(ranking.names[item.unit], item.places, *item.split.values(), item.score),
            *(item.agreement, _robust(item), ranking.codes[item.unit]),
        )
        for item in changes
    ]
    page: list[str | ScreenTable] = [
        f"\n[bold]{escape_markup(title)}[/bold]",
        f"[dim]{escape_markup(_how_many(ranking, editions, judged))}[/dim]\n",
    ]
    details = []
    if changes:
        page += [_moves_table(changes, ranking), ""]
        meanings = clauses(f"{gettext(heading)}: {gettext(meaning)}" for heading, meaning in COLUMNS.values())
        larger = gettext(
            "in {unproven} of these {moves}, the larger part is source and list, which need not be a change in "
            "the world",
            unproven=sum(item.unproven for item in changes),
            moves=count_text(len(changes), "rank change"),
        )
        meaning = gettext("rank changes by cause: {columns}", columns=meanings)
        details = [f"\n[dim]{meaning}[/dim]", f"[dim]{larger}[/dim]"]
    elif judged is not None:
        hint = gettext("--largest {count} lists the largest rank changes, robust or not", count=MOST)
        details = [f"[dim]{hint}[/dim]"]
    for item in changes:
        page.append(f"{escape_markup(ranking.called(item.unit))}: [dim]{escape_markup(_behind(item))}[/dim]")
    return Answer(
        title=title,
        tables={"moves": pd.DataFrame(rows, columns=columns)},
        bars="places",
        record=tuple(changes),
        page=page,
        details=details,
        data=lambda: {"title": ranking.title, "from": start, "to": end, "moves": [_data(item) for item in changes]},
        rows=lambda: [_data(item) for item in changes],
        about=lambda: ranking.about(editions[1]),
    )


def _how_many(ranking: Ranking, editions: tuple[int, int], judged: Moves | None) -> str:
    """The number of units whose rank changed, and of robust changes."""
    start, end = editions
    there = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    moved = int((ranking.ranks[start] != ranking.ranks[end])[there].sum())
    units = count_text(int(there.sum()), "unit")
    if judged is None:
        return gettext(
            "{moved} of {units} changed rank; which changes are robust is not known: the scenario has no [robustness]",
            moved=moved,
            units=units,
        )
    if not (robust := int(judged.robust.sum())):
        return gettext("{moved} of {units} changed rank; no change is robust", moved=moved, units=units)
    return ngettext(
        robust,
        "{moved} of {units} changed rank; {count} change is robust: {claim}",
        "{moved} of {units} changed rank; {count} changes are robust: {claim}",
        moved=moved,
        units=units,
        claim=robust_text(),
    )


def _robust(item: Change) -> bool | None:
    """Whether a move is robust; nothing if there is none or nothing was drawn."""
    return None if np.isnan(item.agreement) else item.robust


def _moves_table(changes: list[Change], ranking: Ranking) -> ScreenTable:
    causes = (ScreenColumn(gettext(item[0]), leaves=int(name == "others")) for name, item in COLUMNS.items())
    numbers = map(ScreenColumn, (gettext("before"), gettext("after"), gettext("places")))
    grid = ScreenTable((ScreenColumn(gettext("unit"), "name"), *numbers, *causes))
    room = " " if any(_robust(item) is False for item in changes) else ""
    for item in changes:
        places = format_number(f"{item.places:+g}")
        grid.add(
            escape_markup(ranking.called(item.unit)),
            *(format_number(f"{ranking.ranks[at, item.unit]:g}") for at in item.editions),
            f"[dim]({places})[/dim]" if _robust(item) is False else f"{places}{room}",
            *(format_number(f"{part:+.1f}") if round(part, 1) else "-" for part in item.split.values()),
        )
    return grid


def _behind(result: Change, most: int = 2) -> str:
    """The indicators that did most of a change, in its direction."""
    sign = 1 if result.score >= 0 else -1
    moved = [item for item in result.moves if (item.own + item.scale) * sign > 0]
    texts = [
        gettext(
            "{indicator} {amount} ({before} to {after}; {vintage})",
            indicator=gettext(move.title),
            amount=format_number(f"{move.own + move.scale:+.2f}"),
            before=short_number(move.measured[0]),
            after=short_number(move.measured[1]),
            vintage=_vintage(move),
        )
        for move in sorted(moved, key=lambda item: -abs(item.own + item.scale))[:most]
    ]
    return clauses(texts) or gettext("other units' rank changes")


def _vintage(move: Move) -> str:
    """The vintages of a value, and why it differs."""
    before, after = move.vintages
    cause = gettext(CAUSES[move.cause])
    if before == after:
        return f"{after}, {cause}" if after else cause
    none = gettext("none")
    return gettext("{before} to {after}, {cause}", before=before or none, after=after or none, cause=cause)


def _unit_answer(result: Change) -> Answer:
    ranking, (start, end) = result.ranking, result.editions
    columns = ["indicator", "before", "after", "own", "scale", "places", "others", "cause", "key"]
    rows = [
        (gettext(item.title), *item.measured, item.own, item.scale, item.places, item.others, item.cause, item.key)
        for item in sorted(result.moves, key=lambda item: -abs(item.places))
    ]
    return Answer(
        title=gettext(
            "{unit}, {ranking}, {start} to {end}: {places} places, score {score}",
            unit=ranking.names[result.unit],
            ranking=ranking.title,
            start=ranking.editions[start],
            end=ranking.editions[end],
            places=format_number(f"{result.places:+g}"),
            score=format_number(f"{result.score:+.3f}"),
        ),
        tables={"indicators": pd.DataFrame(rows, columns=columns)},
        notes=(_placed(result),),
        bars="places",
        record=result,
        page=[*_unit_page(result)],
        details=[*_vintages(result)],
        data=lambda: _data(result),
        rows=lambda: _data(result)["indicators"],
        about=lambda: result.ranking.about(result.editions[1]),
    )


def _data(result: Change) -> dict[str, Any]:
    ranking, (start, end) = result.ranking, result.editions
    met = result.overtaking
    return {
        "unit": ranking.codes[result.unit],
        "name": ranking.names[result.unit],
        "from": ranking.editions[start],
        "to": ranking.editions[end],
        "scores": [ranking.scores[at, result.unit] for at in result.editions],
        "ranks": [ranking.ranks[at, result.unit] for at in result.editions],
        **{name: getattr(result, name) for name in ("score", "own", "scale", "places")},
        "places_by_cause": result.split,
        "agreement": result.agreement,
        "robust_change": _robust(result),
        "indicators": [asdict(item) | {"renewed": item.renewed} for item in result.moves],
        "own_remainder": {" ".join(part): amount for part, amount in result.own_rest.items()},
        "scale_remainder": {" ".join(part): amount for part, amount in result.scale_rest.items()},
        "places_remainder": met.rest,
        "crossed": [
            {"unit": ranking.codes[unit], "places": places} for unit, places in zip(met.units, met.places, strict=True)
        ],
        "entered_ahead": [ranking.codes[unit] for unit in met.came],
        "left_ahead": [ranking.codes[unit] for unit in met.went],
    }


def _unit_page(result: Change) -> Iterator[str | ScreenTable]:
    ranking, (start, end) = result.ranking, result.editions
    title = f"{ranking.called(result.unit)}, {ranking.title}"
    years = gettext("{start} to {end}", start=ranking.editions[start], end=ranking.editions[end])
    yield f"\n[bold]{escape_markup(title)}[/bold], {years}"
    before, after = (format_number(f"{ranking.ranks[at, result.unit]:g}") for at in (start, end))
    moved = gettext_noop(
        "rank {before} to {after}, score {score_before} to {score_after}: {score} (own values {own}, scale {scale})"
    )
    same = gettext_noop(
        "rank {after} (unchanged), score {score_before} to {score_after}: {score} (own values {own}, scale {scale})"
    )
    yield gettext(
        same if before == after else moved,
        before=before,
        after=after,
        score_before=ranking.score_text(start, result.unit),
        score_after=ranking.score_text(end, result.unit),
        score=format_number(f"{result.score:+.3f}"),
        own=format_number(f"{result.own:+.3f}"),
        scale=format_number(f"{result.scale:+.3f}"),
    )
    yield f"{_placed(result)}\n"
    yield _table(result)
    for text, parts in ((_OWN_REST, result.own_rest), (_SCALE_REST, result.scale_rest)):
        for (kind, where), amount in parts.items():
            if abs(amount) > 1e-9:
                message = gettext(text, kind=gettext(_KINDS[kind]), name=where, amount=format_number(f"{amount:+.3f}"))
                yield f"  {escape_markup(message)}"
    if abs(result.overtaking.rest) > 1e-9:
        places = format_number(f"{result.overtaking.rest:+.2f}")
        text = gettext_noop("places not due to a single indicator (dimensions, weights, rounding): {places}")
        yield f"  {gettext(text, places=places)}"
    yield from _crossings(result)


def _placed(result: Change) -> str:
    """The rank changes by cause, and whether the whole change is robust."""
    if not result.places:
        return gettext("its rank is the same")
    parts = {name: format_number(f"{places:+.1f}") for name, places in result.split.items() if round(places, 1)}
    message = listed(f"{gettext(COLUMNS[name][1])} {places}" for name, places in parts.items())
    text = gettext_noop("places {places}: {parts}")
    if _robust(result) is not None:  # neither where nothing was drawn
        text = gettext_noop("places {places}: {parts}; not robust, {share} of draws agree")
        if result.robust:
            text = gettext_noop("places {places}: {parts}; robust, {share} of draws agree")
    places, share = format_number(f"{result.places:+g}"), format_percent(result.agreement)
    return gettext(text, places=places, parts=message, share=share)


def _table(result: Change) -> ScreenTable:
    figures = map(ScreenColumn, (gettext("before"), gettext("after"), gettext("own")))
    places = map(ScreenColumn, (gettext("scale"), gettext("places, own"), gettext("places, others")))
    last = ScreenColumn(gettext("vintage"), "text", leaves=1)
    grid = ScreenTable((ScreenColumn(gettext("indicator"), "name"), *figures, ScreenColumn("", "bar"), *places, last))
    widest = max((abs(item.own) for item in result.moves), default=0.0) or 1.0
    better = -1 if result.ranking.plan.scenario.ranking.best == "lowest" else 1
    for item in result.moves:
        colour = "green" if item.own * better >= 0 else "red"
        grid.add(
            escape_markup(gettext(item.title)),
            *(short_number(value) for value in item.measured),
            _signed(item.own, 3),
            f"[{colour}]{bar_of(abs(item.own) / widest, 10)}[/{colour}]",
            _signed(item.scale, 3),
            _signed(item.places, 2),
            _signed(item.others, 2),
            f"[dim]{escape_markup(_vintage(item))}[/dim]",
        )
    return grid


def _signed(amount: float, digits: int) -> str:
    return format_number(f"{amount:+.{digits}f}") if amount else "-"


def _crossings(result: Change, most: int = 12) -> Iterator[str]:
    met, ranking = result.overtaking, result.ranking
    sides = (
        (gettext("overtook"), met.units[met.places > 0]),
        (gettext("overtaken by"), met.units[met.places < 0]),
        (gettext("newly ranked above"), met.came),
        (gettext("no longer ranked above"), met.went),
    )
    if any(len(units) for _, units in sides):
        yield ""
    for title, units in sides:
        if len(units):
            ordered = sorted(units, key=lambda unit: ranking.ranks[result.editions[1]][unit])
            names = enumerated([ranking.names[unit] for unit in ordered], most)
            yield f"[bold]{title}[/bold]  {escape_markup(names)}"


def _vintages(result: Change) -> Iterator[str]:
    """The indicators whose vintage is the same in both editions, and those that changed nevertheless."""
    unchanged = [item for item in result.moves if not item.renewed]
    if same := listed(gettext(item.title) for item in unchanged):
        text = gettext("same vintage in both editions: {indicators}", indicators=same)
        yield f"\n[dim]{escape_markup(text)}[/dim]"
    changed = [item for item in unchanged if item.measured[0] != item.measured[1] and item.own]
    if odd := listed(gettext(item.title) for item in changed):
        text = gettext_noop("changed nevertheless, through a window of years or a denominator: {indicators}")
        yield f"[dim]{escape_markup(gettext(text, indicators=odd))}[/dim]"
