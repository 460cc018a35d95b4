"""`hubrank change --against`: one unit in two scenarios."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import typer
from hubrank.front import console, jsonable, plain, progress, ranked_unit, ranking_of

if TYPE_CHECKING:
    from hubrank_change.between import Difference


def between_scenarios(first: str, second: str, unit: str, edition: int | None, format_: str, *, sample: bool) -> None:
    """Compare one unit in two scenarios."""
    from hubrank import front

    from hubrank_change.between import between, same_unit

    one, other = ranking_of(first, sample), ranking_of(second, sample)
    editions = front.edition_of(one, edition), front.edition_of(other, edition)
    position = ranked_unit(one, editions[0], unit)
    other_position = same_unit(one, position, other)
    ranked_unit(other, editions[1], other.codes[other_position])
    with progress("comparing"):
        made = between(one, other, editions, (position, other_position))
    if format_ == "json":
        typer.echo(json.dumps(between_json(made), ensure_ascii=False))
    else:
        show_between(made)


def between_json(made: Difference) -> dict[str, Any]:
    """What scripts read of a unit in two scenarios."""
    import attrs

    sides = zip((made.first, made.second), made.editions, made.units, strict=True)
    table = {
        "unit": made.first.codes[made.units[0]],
        "name": made.first.names[made.units[0]],
        "sides": [
            {
                "title": ranking.title,
                "edition": ranking.editions[edition],
                "score": ranking.scores[edition, unit],
                "rank": ranking.ranks[edition, unit],
            }
            for ranking, edition, unit in sides
        ],
        "score": made.score,
        "places": made.places,
        "steps": [attrs.asdict(each) for each in made.steps],
        "mean": made.mean,
        "indicators": [
            {"key": key, "title": title, "first": first, "second": second}
            for key, title, first, second in made.indicators()
        ],
    }
    return jsonable(table)  # type: ignore[no-any-return]


def show_between(made: Difference) -> None:
    """The page that a person reads of a unit in two scenarios."""
    from rich.table import Table

    out = console()
    out.print(f"\n[bold]{plain(made.first.names[made.units[0]])}[/bold]")
    for name, ranking, edition, unit in zip("AB", (made.first, made.second), made.editions, made.units, strict=True):
        rank, score = ranking.ranks[edition, unit], ranking.score_text(edition, unit)
        title = f"{ranking.title} {ranking.editions[edition]}"
        out.print(f"{name}  {plain(title)}: rank {rank:g}, score {score}")
    steps = Table(box=None, pad_edge=False, header_style="dim", title="from A to B", title_justify="left")
    for name in ("step", "score", "places"):
        steps.add_column(name, justify="left" if name == "step" else "right")
    for each in made.steps:
        steps.add_row(each.name, f"{each.score:+.3f}", f"{each.places:+g}")
    steps.add_row("together", f"{made.score:+.3f}", f"{made.places:+g}", style="bold")
    out.print()
    out.print(steps)
    table = Table(box=None, pad_edge=False, header_style="dim", title="lead over the mean", title_justify="left")
    for name in ("indicator", "A", "B", "B - A"):
        table.add_column(name, justify="left" if name == "indicator" else "right")
    for _, title, first, second in made.indicators():
        table.add_row(plain(title), f"{first:+.3f}", f"{second:+.3f}", f"{second - first:+.3f}")
    out.print()
    out.print(table)
    out.print(f"[dim]difference in the mean score: {made.mean:+.3f}[/dim]")
