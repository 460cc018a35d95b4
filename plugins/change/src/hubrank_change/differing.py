"""`hubrank change --against`: one unit in two scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank.front import Column, Grid, Page, answer, plain, progress, ranked_unit, ranking_of

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
    answer(
        format_,
        show=lambda out: show_between(out, made),
        data=lambda: between_json(made),
        rows=lambda: between_json(made)["indicators"],
    )


def between_json(made: Difference) -> dict[str, Any]:
    """What scripts read of a unit in two scenarios."""
    import attrs

    sides = zip((made.first, made.second), made.editions, made.units, strict=True)
    return {
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


def show_between(out: Page, made: Difference) -> None:
    """The page that a person reads of a unit in two scenarios."""
    out.print(f"\n[bold]{plain(made.first.names[made.units[0]])}[/bold]")
    for name, ranking, edition, unit in zip("AB", (made.first, made.second), made.editions, made.units, strict=True):
        rank, score = ranking.ranks[edition, unit], ranking.score_text(edition, unit)
        title = f"{ranking.title} {ranking.editions[edition]}"
        out.print(f"{name}  {plain(title)}: rank {rank:g}, score {score}")
    steps = Grid((Column("step", "name"), Column("score"), Column("places")), title="from A to B")
    for each in made.steps:
        steps.add(each.name, f"{each.score:+.3f}", _places(each.places))
    steps.add("together", f"{made.score:+.3f}", _places(made.places), style="bold")
    out.print()
    out.table(steps)
    grid = Grid((Column("indicator", "name"), Column("A"), Column("B"), Column("B - A")), title="lead over the mean")
    for _, title, first, second in made.indicators():
        grid.add(plain(title), f"{first:+.3f}", f"{second:+.3f}", f"{second - first:+.3f}")
    out.print()
    out.table(grid)
    out.print(f"[dim]difference in the mean score: {made.mean:+.3f}[/dim]")


def _places(places: float) -> str:
    return f"{places:+g}" if places else "0"
