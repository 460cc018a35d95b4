"""`hubrank change`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank.front import bar_of, console, jsonable, number, plain, quiet, ranked_unit, ranking_of

from hubrank_change.differing import between_scenarios

if TYPE_CHECKING:
    from hubrank import Ranking
    from rich.console import Console

    from hubrank_change.changing import Change, Move


def change(
    scenario: Annotated[str, typer.Argument(help="An installed scenario, a TOML file, or a run folder.")],
    unit: Annotated[
        str | None, typer.Argument(help="A unit's code, name or alias; if omitted, the largest moves.")
    ] = None,
    start: Annotated[
        int | None, typer.Option("--from", help="Earlier edition; the one before --to by default.")
    ] = None,
    end: Annotated[int | None, typer.Option("--to", help="Later edition; the latest by default.")] = None,
    against: Annotated[
        str | None, typer.Option(help="Compare with another scenario instead of another edition.")
    ] = None,
    largest: Annotated[int, typer.Option(min=1, help="Number of moves to show without UNIT.")] = 10,
    format_: Annotated[Literal["table", "json"], typer.Option("--format", help="Output format.")] = "table",
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
) -> None:
    """Decompose a unit's change in score and rank between two editions or two scenarios."""
    from hubrank import UsageError

    if against is not None:
        if unit is None:
            raise UsageError("--against compares one unit in two scenarios; specify a unit")
        if start is not None:
            raise UsageError("--from and --against cannot be combined: compare either editions or scenarios")
        between_scenarios(scenario, against, unit, end, format_, sample=sample)
        return
    ranking = ranking_of(scenario, sample)
    before, after = _editions(ranking, start, end)
    if unit is None:
        from hubrank_change.changing import largest as largest_changes

        made = largest_changes(ranking, before, after, largest)
        if format_ == "json":
            typer.echo(json.dumps([as_json(each) for each in made], ensure_ascii=False))
        else:
            show_largest(made, ranking, before, after)
        return
    from hubrank_change.changing import change as split

    ranked_unit(ranking, before, unit)
    found = split(ranking, before, after, ranked_unit(ranking, after, unit))
    if format_ == "json":
        typer.echo(json.dumps(as_json(found), ensure_ascii=False))
    else:
        show(found)


def _editions(ranking: Ranking, start: int | None, end: int | None) -> tuple[int, int]:
    """The positions of the two editions.

    Raises:
        UsageError: There is no such edition, or they are the same.
    """
    from hubrank import UsageError, front

    after = front.edition_of(ranking, end)
    if start is None and after == 0:
        raise UsageError(f"there is no edition before {ranking.editions[after]}; choose two with --from and --to")
    before = after - 1 if start is None else front.edition_of(ranking, start)
    if before == after:
        raise UsageError(f"--from and --to are both {ranking.editions[after]}; choose two different editions")
    return before, after


def as_json(made: Change) -> dict[str, Any]:
    """What scripts read; gaps as null."""
    import attrs

    ranking, (start, end) = made.ranking, made.editions
    met = made.overtaking
    table = {
        "unit": ranking.codes[made.unit],
        "name": ranking.names[made.unit],
        "from": ranking.editions[start],
        "to": ranking.editions[end],
        "scores": [ranking.scores[at, made.unit] for at in made.editions],
        "ranks": [ranking.ranks[at, made.unit] for at in made.editions],
        "score": made.score,
        "own": made.own,
        "scale": made.scale,
        "places": made.places,
        "indicators": [attrs.asdict(each) | {"renewed": each.renewed} for each in made.moves],
        "own_remainder": {" ".join(part): amount for part, amount in made.own_rest.items()},
        "scale_remainder": {" ".join(part): amount for part, amount in made.scale_rest.items()},
        "places_remainder": met.rest,
        "crossed": [
            {"unit": ranking.codes[unit], "places": places} for unit, places in zip(met.units, met.places, strict=True)
        ],
        "entered_ahead": [ranking.codes[unit] for unit in met.came],
        "left_ahead": [ranking.codes[unit] for unit in met.went],
    }
    return jsonable(table)  # type: ignore[no-any-return]


def show(made: Change) -> None:
    """The page that a person reads."""
    out = console()
    ranking, (start, end) = made.ranking, made.editions
    title = f"{ranking.names[made.unit]}, {ranking.title}"
    out.print(f"\n[bold]{plain(title)}[/bold], {ranking.editions[start]} to {ranking.editions[end]}")
    out.print(f"{_moved(made)}\n")
    out.print(_table(made))
    for name, parts in (("own", made.own_rest), ("scale", made.scale_rest)):
        for (kind, where), amount in parts.items():
            if abs(amount) > 1e-9:
                out.print(f"  {name}: {kind} {plain(where)} {amount:+.3f}")
    if abs(made.overtaking.rest) > 1e-9:
        out.print(
            f"  places not due to a single indicator (dimensions, weights, rounding): {made.overtaking.rest:+.2f}"
        )
    _crossings(out, made)
    if not quiet():
        _vintages(out, made)


def _moved(made: Change) -> str:
    ranking, (start, end) = made.ranking, made.editions
    ranks = [f"{ranking.ranks[at, made.unit]:g}" for at in (start, end)]
    scores = [ranking.score_text(at, made.unit) for at in (start, end)]
    return (
        f"rank {ranks[0]} to {ranks[1]}, score {scores[0]} to {scores[1]}: {made.score:+.3f} "
        f"(own figures {made.own:+.3f}, scale {made.scale:+.3f})"
    )


def _table(made: Change) -> object:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("", "before", "after", "own", "", "scale", "places, own", "places, others", "vintage"):
        table.add_column(name, justify="left" if name in ("", "vintage") else "right", no_wrap=True)
    widest = max((abs(each.own) for each in made.moves), default=0.0) or 1.0
    better = -1 if made.ranking.plan.scenario.ranking.best == "lowest" else 1
    for each in made.moves:
        colour = "green" if each.own * better >= 0 else "red"
        table.add_row(
            plain(each.title),
            *(number(value) for value in each.measured),
            f"{each.own:+.3f}" if each.own else "-",
            f"[{colour}]{bar_of(abs(each.own) / widest, 10)}[/{colour}]",
            f"{each.scale:+.3f}" if each.scale else "-",
            f"{each.places:+.2f}" if each.places else "-",
            f"{each.others:+.2f}" if each.others else "-",
            f"[dim]{plain(_vintage(each))}[/dim]",
        )
    return table


def _vintage(move: Move) -> str:
    if not move.renewed:
        return f"{move.vintages[1]}, unchanged" if move.vintages[1] else "unchanged"
    if move.vintages[0] == move.vintages[1]:
        return f"{move.vintages[1]}, {move.origins[0] or 'none'} to {move.origins[1] or 'none'}"
    return f"{move.vintages[0] or 'none'} to {move.vintages[1] or 'none'}"


def _crossings(out: Console, made: Change, most: int = 12) -> None:
    met, ranking = made.overtaking, made.ranking
    sides = (
        ("overtook", [unit for unit, places in zip(met.units, met.places, strict=True) if places > 0]),
        ("overtaken by", [unit for unit, places in zip(met.units, met.places, strict=True) if places < 0]),
        ("newly ranked above", list(met.came)),
        ("no longer ranked above", list(met.went)),
    )
    for title, units in sides:
        if units:
            ordered = sorted(units, key=lambda unit: ranking.ranks[made.editions[1]][unit])
            names = ", ".join(plain(ranking.names[unit]) for unit in ordered[:most])
            more = f" and {len(units) - most} more" if len(units) > most else ""
            out.print(f"\n[bold]{title}[/bold]  {names}{more}", end="", soft_wrap=True)
    out.print()


def _vintages(out: Console, made: Change) -> None:
    same = [each.title for each in made.unchanged]
    if same:
        out.print(f"\n[dim]same vintage in both editions: {plain(', '.join(same))}[/dim]", soft_wrap=True)
    odd = [each.title for each in made.unchanged if each.measured[0] != each.measured[1] and each.own]
    if odd:
        said = "changed nevertheless, through a window of years or a denominator"
        out.print(f"[dim]{said}: {plain(', '.join(odd))}[/dim]", soft_wrap=True)


def show_largest(changes: list[Change], ranking: Ranking, before: int, after: int) -> None:
    """The largest moves with the indicators and vintages behind them."""
    from rich.table import Table

    out = console()
    title = f"{ranking.title}: the largest moves, {ranking.editions[before]} to {ranking.editions[after]}"
    out.print(f"\n[bold]{plain(title)}[/bold]\n")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("unit", "before", "after", "places", "score", "main contributions"):
        table.add_column(name, justify="left" if name in ("unit", "main contributions") else "right")
    for each in changes:
        table.add_row(
            plain(ranking.names[each.unit]),
            *(f"{ranking.ranks[at, each.unit]:g}" for at in each.editions),
            f"{each.places:+g}",
            f"{each.score:+.2f}",
            plain("; ".join(_behind(move) for move in _leading(each))),
        )
    out.print(table)


def _leading(made: Change, most: int = 2) -> list[Move]:
    """The indicators that did most of a change, in its direction."""
    sign = 1 if made.score >= 0 else -1
    moved = [each for each in made.moves if (each.own + each.scale) * sign > 0]
    return sorted(moved, key=lambda each: -abs(each.own + each.scale))[:most]


def _behind(move: Move) -> str:
    figures = f"{number(move.measured[0])} to {number(move.measured[1])}"
    return f"{move.title} {move.own + move.scale:+.2f} ({figures}; {_vintage(move)})"
