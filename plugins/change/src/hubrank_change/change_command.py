"""`hubrank change`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank.front import (
    Cache,
    Column,
    Format,
    Grid,
    Page,
    Sample,
    ScenarioName,
    answer,
    bar_of,
    complete_editions,
    complete_scenarios,
    complete_units,
    number,
    plain,
    progress,
    quiet,
    ranked_unit,
    ranked_with_vintages,
)
from hubrank.robustness import SURE_MOVE

from hubrank_change.differing import between_scenarios
from hubrank_change.moves_screen import COLUMNS, show_moves, vintage

if TYPE_CHECKING:
    from hubrank import Array, Ranking

    from hubrank_change.changing import Change

#: So many of the moves that exceed the doubt are shown, the largest.
MOST = 20


def change(
    scenario: ScenarioName,
    unit: Annotated[
        str | None,
        typer.Argument(
            help="A unit's code, name or alias; if omitted, the largest moves.", autocompletion=complete_units
        ),
    ] = None,
    start: Annotated[
        int | None,
        typer.Option(
            "--from", help="Earlier edition; the one before --to by default.", autocompletion=complete_editions
        ),
    ] = None,
    end: Annotated[int | None, typer.Option("--to", help="Later edition; the latest by default.")] = None,
    against: Annotated[
        str | None,
        typer.Option(
            help="Compare with another scenario instead of another edition.", autocompletion=complete_scenarios
        ),
    ] = None,
    largest: Annotated[
        int | None,
        typer.Option(min=1, help="Without UNIT: the so many largest moves, not only those that exceed the doubt."),
    ] = None,
    format_: Format = "table",
    sample: Sample = False,
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
    from hubrank_change.changing import doubt

    with progress("loading") as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
        editions = editions_between(ranking, start, end)
        chosen = None if unit is None else ranked_in(ranking, editions, unit)
        tell("drawing")
        alike = doubt(ranking, measurements, *editions)
        tell("splitting moves")
        made = moves(ranking, editions, alike, largest) if chosen is None else []
    if chosen is None:
        answer(
            format_,
            show=lambda out: show_moves(out, made, ranking, editions, alike),
            data=lambda: [as_json(each) for each in made],
            rows=lambda: [as_json(each) for each in made],
        )
        return
    (found,) = changes(ranking, editions, alike, [chosen])
    answer(
        format_,
        show=lambda out: show(out, found),
        data=lambda: as_json(found),
        rows=lambda: as_json(found)["indicators"],
    )


def ranked_in(ranking: Ranking, editions: tuple[int, int], text: str) -> int:
    """The position of a unit that has a rank in both editions.

    Raises:
        UsageError: There is no such unit, or it is not ranked.
    """
    ranked_unit(ranking, editions[0], text)
    return ranked_unit(ranking, editions[1], text)


def moves(ranking: Ranking, editions: tuple[int, int], alike: Array | None, most: int | None) -> list[Change]:
    """The largest moves; unless a number is asked for, those that exceed the doubt, where it is known."""
    from hubrank_change.changing import by_size

    units = by_size(ranking, *editions)
    if most is None and alike is not None:
        units = [unit for unit in units if alike[unit] >= SURE_MOVE]
    return changes(ranking, editions, alike, units[: MOST if most is None else most])


def changes(ranking: Ranking, editions: tuple[int, int], alike: Array | None, units: list[int]) -> list[Change]:
    """The changes of units, each with the share of draws that agree."""
    from attrs import evolve

    from hubrank_change.changing import change as split

    made = [split(ranking, *editions, unit) for unit in units]
    return made if alike is None else [evolve(each, alike=float(alike[each.unit])) for each in made]


def editions_between(ranking: Ranking, start: int | None, end: int | None) -> tuple[int, int]:
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
    return {
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
        "places_by_cause": made.split,
        "moved_alike": made.alike,
        "beyond_doubt": None if made.alike != made.alike else made.alike >= SURE_MOVE,
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


def show(out: Page, made: Change) -> None:
    """The page that a person reads."""
    ranking, (start, end) = made.ranking, made.editions
    title = f"{ranking.names[made.unit]}, {ranking.title}"
    out.print(f"\n[bold]{plain(title)}[/bold], {ranking.editions[start]} to {ranking.editions[end]}")
    out.print(_moved(made))
    out.print(f"{placed(made)}\n")
    out.table(_table(made))
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


def placed(made: Change) -> str:
    """The places won by what is behind them, and whether the move exceeds the doubt."""
    if not made.places:
        return "its rank is the same"
    parts = ", ".join(f"{COLUMNS[name]} {places:+.1f}" for name, places in made.split.items() if round(places, 1))
    said = f"places {made.places:+g}: {parts}"
    if made.alike != made.alike:
        return said
    verdict = "exceeds" if made.alike >= SURE_MOVE else "is within"
    return f"{said}; {100 * made.alike:.0f} % of draws agree, which {verdict} the doubt"


def _table(made: Change) -> Grid:
    columns = [Column("indicator", "name"), Column("before"), Column("after"), Column("own"), Column("", "bar")]
    columns += [Column("scale"), Column("places, own"), Column("places, others"), Column("vintage", "text", leaves=1)]
    grid = Grid(columns)
    widest = max((abs(each.own) for each in made.moves), default=0.0) or 1.0
    better = -1 if made.ranking.plan.scenario.ranking.best == "lowest" else 1
    for each in made.moves:
        colour = "green" if each.own * better >= 0 else "red"
        grid.add(
            plain(each.title),
            *(number(value) for value in each.measured),
            f"{each.own:+.3f}" if each.own else "-",
            f"[{colour}]{bar_of(abs(each.own) / widest, 10)}[/{colour}]",
            f"{each.scale:+.3f}" if each.scale else "-",
            f"{each.places:+.2f}" if each.places else "-",
            f"{each.others:+.2f}" if each.others else "-",
            f"[dim]{plain(vintage(each))}[/dim]",
        )
    return grid


def _crossings(out: Page, made: Change, most: int = 12) -> None:
    met, ranking = made.overtaking, made.ranking
    sides = (
        ("overtook", [unit for unit, places in zip(met.units, met.places, strict=True) if places > 0]),
        ("overtaken by", [unit for unit, places in zip(met.units, met.places, strict=True) if places < 0]),
        ("newly ranked above", list(met.came)),
        ("no longer ranked above", list(met.went)),
    )
    if any(units for _, units in sides):
        out.print()
    for title, units in sides:
        if units:
            ordered = sorted(units, key=lambda unit: ranking.ranks[made.editions[1]][unit])
            names = ", ".join(plain(ranking.names[unit]) for unit in ordered[:most])
            more = f" and {len(units) - most} more" if len(units) > most else ""
            out.print(f"[bold]{title}[/bold]  {names}{more}")


def _vintages(out: Page, made: Change) -> None:
    same = [each.title for each in made.unchanged]
    if same:
        out.print(f"\n[dim]same vintage in both editions: {plain(', '.join(same))}[/dim]")
    odd = [each.title for each in made.unchanged if each.measured[0] != each.measured[1] and each.own]
    if odd:
        said = "changed nevertheless, through a window of years or a denominator"
        out.print(f"[dim]{said}: {plain(', '.join(odd))}[/dim]")
