"""`hubrank change --against`: one unit in two scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank import format_number, gettext
from hubrank.cli.command import answer, ranked_unit, ranking_of
from hubrank.cli.console import Output, progress
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank_analysis.change.between import Difference


def between_scenarios(first: str, second: str, unit: str, edition: int | None, format_: str, *, sample: bool) -> None:
    """Compare one unit in two scenarios."""
    from hubrank.results.rank import edition_of

    from hubrank_analysis.change.between import between, same_unit

    one, other = ranking_of(first, sample), ranking_of(second, sample)
    editions = edition_of(one, edition), edition_of(other, edition)
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
        "steps": [{"name": each.name, "score": each.score, "places": each.places} for each in made.steps],
        "mean": made.mean,
        "indicators": [
            {"key": key, "title": title, "first": first, "second": second}
            for key, title, first, second in made.indicators()
        ],
    }


def show_between(out: Output, made: Difference) -> None:
    """The page that a person reads of a unit in two scenarios."""
    out.print(f"\n[bold]{escape_markup(made.first.names[made.units[0]])}[/bold]")
    for name, ranking, edition, unit in zip("AB", (made.first, made.second), made.editions, made.units, strict=True):
        rank, score = ranking.ranks[edition, unit], ranking.score_text(edition, unit)
        title = f"{ranking.title} {ranking.editions[edition]}"
        said = gettext("{title}: rank {rank}, score {score}", title=title, rank=format_number(f"{rank:g}"), score=score)
        out.print(f"{name}  {escape_markup(said)}")
    out.print()
    out.table(_steps(made))
    columns = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("B - A"))
    grid = ScreenTable(columns, title=gettext("lead over the mean"))
    for _, title, first, second in made.indicators():
        grid.add(escape_markup(gettext(title)), _score(first), _score(second), _score(second - first))
    out.print()
    out.table(grid)
    out.print(f"[dim]{gettext('difference in the mean score: {score}', score=_score(made.mean))}[/dim]")


def _steps(made: Difference) -> ScreenTable:
    """What each step does, and all of them together."""
    columns = (ScreenColumn(gettext("step"), "name"), ScreenColumn(gettext("score")), ScreenColumn(gettext("places")))
    grid = ScreenTable(columns, title=gettext("from A to B"))
    for each in made.steps:
        name = ", ".join(gettext(part) for part in each.parts)
        grid.add(name, _score(each.score), _places(each.places))
    grid.add(gettext("together"), _score(made.score), _places(made.places), style="bold")
    return grid


def _score(score: float) -> str:
    return format_number(f"{score:+.3f}")


def _places(places: float) -> str:
    return format_number(f"{places:+g}") if places else "0"
