"""`hubrank rivalry`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank.front import bar_of, console, jsonable, number, percent, plain, progress, quiet, ranking_of

if TYPE_CHECKING:
    from rich.console import Console

    from hubrank_rivalry.rivalry import Rivalry, Standing


def rivalry(
    scenario: Annotated[str, typer.Argument(help="An installed scenario, a TOML file, or a run folder.")],
    groups: Annotated[
        list[str] | None, typer.Argument(help="Groups to compare; by default those with the most units.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Unit column that defines the groups, e.g. country or continent.")
    ] = "country",
    edition: Annotated[int | None, typer.Option(help="Edition to use (default: the latest).")] = None,
    format_: Annotated[Literal["table", "json"], typer.Option("--format", help="Output format.")] = "table",
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
) -> None:
    """Compare groups of units by tiers, medians, sums and pairs won, in the index and each dimension."""
    from hubrank import front

    from hubrank_rivalry.rivalry import rivalry as compared

    ranking = ranking_of(scenario, sample)
    with progress("comparing groups"):
        made = compared(ranking, front.edition_of(ranking, edition), by, groups or [])
    if format_ == "json":
        typer.echo(json.dumps(as_json(made), ensure_ascii=False))
    else:
        show(made)


def as_json(made: Rivalry) -> dict[str, Any]:
    """What scripts read."""
    table = {
        "title": made.ranking.title,
        "edition": made.ranking.editions[made.edition],
        "by": made.by,
        "groups": made.groups,
        "units": [len(each) for each in made.units],
        "tiers": made.tiers,
        "standings": [
            {
                "name": each.name,
                "title": each.title,
                "tiers": each.tiers.tolist(),
                "sums": each.sums.tolist(),
                "medians": each.medians.tolist(),
                "wins": each.wins.tolist(),
            }
            for each in made.standings
        ],
    }
    return jsonable(table)  # type: ignore[no-any-return]


def show(made: Rivalry) -> None:
    """The page that a person reads."""
    out = console()
    title = f"{made.ranking.title} {made.ranking.editions[made.edition]}, by {made.by}"
    out.print(f"\n[bold]{plain(title)}[/bold]\n")
    for each in made.standings:
        _standing(out, made, each)
    _pairs(out, made)
    if not quiet():
        out.print(
            "\n[dim]pairs won: share of pairs, one unit from each group, in which the row's unit is ahead; "
            "a tie counts half[/dim]",
            soft_wrap=True,
        )


def _standing(out: Console, made: Rivalry, each: Standing) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", title=plain(each.title), title_justify="left")
    tiers = [f"top {tier}" for tier in made.tiers]
    table.add_column(plain(made.by), no_wrap=True)
    for name in ("units", *tiers, "median", "sum", "", "pairs won"):
        table.add_column(name, justify="right" if name else "left", no_wrap=True)
    widest = max(abs(float(value)) for value in each.sums) or 1.0
    for at, group in enumerate(made.groups):
        table.add_row(
            plain(group),
            str(len(made.units[at])),
            *(str(count or "") for count in each.tiers[at]),
            number(float(each.medians[at])),
            number(float(each.sums[at])),
            f"[cyan]{bar_of(abs(float(each.sums[at])) / widest, 12)}[/cyan]",
            _share(_against_all(made, each, at)),
        )
    out.print(table)
    out.print()


def _against_all(made: Rivalry, each: Standing, at: int) -> float:
    """The share of pairs won against all other groups together, each pair once."""
    wins = each.wins[at]
    others = [other for other in range(len(made.groups)) if other != at and wins[other] == wins[other]]
    pairs = sum(len(made.units[other]) for other in others)
    won = sum(float(wins[other]) * len(made.units[other]) for other in others)
    return won / pairs if pairs else float("nan")


def _pairs(out: Console, made: Rivalry) -> None:
    """Who wins against whom in the whole index."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", title="pairs won", title_justify="left")
    table.add_column("")
    for group in made.groups:
        table.add_column(plain(group), justify="right")
    for at, group in enumerate(made.groups):
        table.add_row(plain(group), *(_share(float(value)) for value in made.standings[0].wins[at]))
    out.print(table)


def _share(value: float) -> str:
    return "-" if value != value else percent(value)  # not a number
