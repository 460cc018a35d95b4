"""`hubrank fit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank.front import (
    Column,
    Format,
    Grid,
    OfEdition,
    Page,
    Sample,
    ScenarioName,
    answer,
    counted,
    percent,
    plain,
    progress,
    quiet,
    ranking_of,
)

from hubrank_fit.compare_command import READING

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_fit.fitting import Fit, Outcome


def fit(
    scenario: ScenarioName,
    to: Annotated[
        Path, typer.Option(help="Published list: a table with the columns rank and name, and optionally score.")
    ],
    level: Annotated[
        Literal["top", "all"], typer.Option(help="Fit the top-level weights only, or those of every dimension.")
    ] = "top",
    at_least: Annotated[
        float, typer.Option(min=0, max=1, help="Lower bound on each weight, as a share of its siblings' sum.")
    ] = 0.0,
    at_most: Annotated[float, typer.Option(min=0, max=1, help="Upper bound on each weight.")] = 1.0,
    listed_only: Annotated[bool, typer.Option(help="Do not require unlisted units to rank below listed ones.")] = False,
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Time limit in seconds for the search for fewer reversed pairs.")
    ] = 30.0,
    reading: Annotated[str, typer.Option(help=READING)] = "",
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Find the weights that best reproduce a published ranking."""
    from hubrank import front

    from hubrank_fit import fitting
    from hubrank_fit.lists import reading_of
    from hubrank_fit.target import target

    ranking = ranking_of(scenario, sample)
    at = front.edition_of(ranking, edition)
    with progress("fitting weights"):
        listed = target(to, ranking, at, listed_only=listed_only, reading=reading_of(reading))
        made = fitting.fit(ranking, at, listed, level=level, low=at_least, high=at_most, seconds=seconds)
    answer(
        format_,
        show=lambda out: show(out, made, ranking, at),
        data=lambda: as_json(made, ranking, at),
        rows=lambda: _rows(made),
    )


def _rows(made: Fit) -> list[dict[str, Any]]:
    """A row a weight, with what each way of fitting makes of it."""
    ways = {"own": made.own, "fewest_reversals": made.ordinal, "least_squares": made.squares}
    return [
        {"dimension": node, "member": member, **{name: each.weights[at] for name, each in ways.items()}}
        for at, (node, member) in enumerate(made.names)
    ]


def as_json(made: Fit, ranking: Ranking, at: int) -> dict[str, Any]:
    """What scripts read."""
    codes = ranking.codes

    def outcome(each: Outcome) -> dict[str, Any]:
        return {
            "weights": [
                {"dimension": node, "member": member, "weight": weight}
                for (node, member), weight in zip(made.names, each.weights, strict=True)
            ],
            "violated": each.violated,
            "spearman": each.spearman,
            "kendall": each.kendall,
            "overlap": each.overlap,
        }

    return {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "to": made.target.title,
        "matched": len(made.target.units),
        "unmatched": made.target.unmatched,
        "ambiguous": made.target.ambiguous,
        "pairs": made.pairs,
        "level": made.level,
        "reproducible": made.reproducible,
        "violated_lower_bound": made.at_least,
        "proven": made.exact,
        "own": outcome(made.own),
        "ordinal": outcome(made.ordinal),
        "least_squares": outcome(made.squares) | {"correlation": made.correlation},
        "impossible": [
            {"better": codes[better], "worse": codes[worse], "dominated": dominated}
            for (better, worse), dominated in zip(made.impossible, made.dominated, strict=True)
        ],
        "ranges": None if made.ranges is None else made.ranges.tolist(),
    }


def show(out: Page, made: Fit, ranking: Ranking, at: int) -> None:
    """The page that a person reads."""
    target = made.target
    title = f"{ranking.title} {ranking.editions[at]}, fitted to {target.title}"
    out.print(f"\n[bold]{plain(title)}[/bold]")
    out.print(
        f"{counted(len(target.units), 'unit')} matched, {counted(made.pairs, 'ordered pair')}, "
        f"weights of {_freed(made)} free"
    )
    if target.unmatched:
        out.print(f"[yellow]not found: {plain(', '.join(target.unmatched))}[/yellow]")
    for name, codes in target.ambiguous.items():
        said = f"ambiguous, not matched: {name} ({', '.join(codes)})"
        out.print(f"[yellow]{plain(said)}[/yellow]")
    out.print(f"\n{_verdict(made)}\n")
    _outcomes(out, made)
    _weights(out, made)
    _impossible(out, made, ranking)
    if not quiet():
        _ranks(out, made, ranking, at)


def _freed(made: Fit) -> str:
    return "the top dimensions" if made.level == "top" else "every dimension"


def _verdict(made: Fit) -> str:
    if made.reproducible:
        return "[green]reproduced: these weights order every pair as published[/green]"
    best = f"the best weights reverse {made.ordinal.violated} of {made.pairs} pairs"
    if made.exact:
        return f"[red]no weights reproduce it[/red]; {best} (proven optimal)"
    if made.at_least:
        return f"[red]no weights reproduce it[/red]; {best} (proven lower bound: {made.at_least})"
    return f"[yellow]not reproduced[/yellow]; {best} (heuristic search, not proven optimal)"


def _outcomes(out: Page, made: Fit) -> None:
    numbers = ("reversed pairs", "Spearman", "Kendall", f"in the top {len(made.target.units)}")
    grid = Grid((Column("weights", "name"), *map(Column, numbers)))
    for name, each in (
        ("scenario", made.own),
        ("fewest reversals", made.ordinal),
        ("least squares", made.squares),
    ):
        overlap = f"{each.overlap} of {len(made.target.units)}"
        grid.add(name, str(each.violated), f"{each.spearman:.3f}", f"{each.kendall:.3f}", overlap)
    out.table(grid)


def _weights(out: Page, made: Fit) -> None:
    numbers = ["own", "fewest reversals", "least squares"] + (["feasible range"] if made.ranges is not None else [])
    grid = Grid((Column("member", "name"), Column("of", "text", leaves=1), *map(Column, numbers)))
    for at, (node, member) in enumerate(made.names):
        cells = [percent(each.weights[at], 1) for each in (made.own, made.ordinal, made.squares)]
        if made.ranges is not None:
            cells.append(f"{percent(made.ranges[at, 0], 1)} to {percent(made.ranges[at, 1], 1)}")
        grid.add(plain(member), plain(node), *cells)
    out.print()
    out.table(grid)
    if made.ranges is not None:
        out.print("[dim]feasible range: every pair that the fewest-reversals weights order correctly stays so[/dim]")


def _impossible(out: Page, made: Fit, ranking: Ranking, most: int = 10) -> None:
    if not made.impossible:
        return
    dominated = sum(made.dominated)
    said = f"no weights order {counted(len(made.impossible), 'pair')} as published ({dominated} because of dominance)"
    out.print(f"\n[bold]{said}[/bold]")
    for better, worse in made.impossible[:most]:
        out.print(f"  {plain(ranking.names[better])} ahead of {plain(ranking.names[worse])}")
    if len(made.impossible) > most:
        out.print(f"  [dim]... and {len(made.impossible) - most} more (--format json)[/dim]")


def _ranks(out: Page, made: Fit, ranking: Ranking, at: int) -> None:
    """The list with the ranks that each choice of weights gives its units."""
    numbers = map(Column, ("own", "fewest reversals", "least squares"))
    grid = Grid((Column("published"), Column("unit", "name"), *numbers))
    outcomes = (made.own, made.ordinal, made.squares)
    for unit, rank in zip(made.target.units, made.target.ranks, strict=True):
        grid.add(f"{rank:g}", plain(ranking.names[unit]), *(f"{each.ranking.ranks[at, unit]:g}" for each in outcomes))
    out.print()
    out.table(grid)
