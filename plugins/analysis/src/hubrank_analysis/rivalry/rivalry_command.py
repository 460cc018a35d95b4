"""`hubrank rivalry` and `hubrank optimise-weights`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from hubrank import Answer, UsageError, format_number, gettext
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import progress, write_text
from hubrank.i18n import format_percent
from hubrank.io.answer import ScreenColumn, ScreenTable, bar_of, short_number
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_analysis.rivalry.rivalry import Balance, Rivalry, Standing


def rivalry(
    scenario: ScenarioName,
    groups: Annotated[
        list[str] | None, typer.Argument(help="Groups to compare; by default those with the most units.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Unit column that defines the groups, e.g. country or continent.")
    ] = "country",
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Compare groups of units by tiers, medians, sums and pairs won, in the index and each dimension."""
    from hubrank.results.rank import edition_of

    from hubrank_analysis.rivalry.rivalry import rivalry as compare

    ranking = ranking_of(scenario, sample)
    with progress("comparing groups"):
        result = compare(ranking, edition_of(ranking, edition), by, groups or [])
    meaning = gettext(
        "pairs won: share of pairs, one unit from each group, in which the row's unit is ahead; a tie counts half"
    )
    details = [f"\n[dim]{meaning}[/dim]"]
    compared = Answer(
        record=result, page=[*_page(result)], details=details, data=lambda: _data(result), rows=lambda: _rows(result)
    )
    write_answer(compared, format_)


def _rows(made: Rivalry) -> list[dict[str, Any]]:
    return [
        {
            "dimension": item.name,
            "group": group,
            "units": len(made.units[at]),
            **{f"top_{tier}": count for tier, count in zip(made.tiers, item.tiers[at].tolist(), strict=True)},
            "median": item.medians[at],
            "sum": item.sums[at],
            "pairs_won": _against_all(made, item, at),
        }
        for item in made.standings
        for at, group in enumerate(made.groups)
    ]


def _data(made: Rivalry) -> dict[str, Any]:
    return {
        "title": made.ranking.title,
        "edition": made.ranking.editions[made.edition],
        "by": made.by,
        "groups": made.groups,
        "units": [len(item) for item in made.units],
        "tiers": made.tiers,
        "standings": [
            {
                "name": item.name,
                "title": made.title(item),
                "tiers": item.tiers.tolist(),
                "sums": item.sums.tolist(),
                "medians": item.medians.tolist(),
                "wins": item.wins.tolist(),
            }
            for item in made.standings
        ],
    }


def _page(made: Rivalry) -> Iterator[str | ScreenTable]:
    title = gettext(
        "{title} {edition}, by {column}",
        title=made.ranking.title,
        edition=made.ranking.editions[made.edition],
        column=made.by,
    )
    yield f"\n[bold]{escape_markup(title)}[/bold]\n"
    for item in made.standings:
        yield from (_standing(made, item), "")
    pairs = ScreenTable((ScreenColumn(made.by, "name"), *map(ScreenColumn, made.groups)), title=gettext("pairs won"))
    for at, group in enumerate(made.groups):
        pairs.add(escape_markup(group), *(_share(float(value)) for value in made.standings[0].wins[at]))
    yield pairs


def _standing(made: Rivalry, item: Standing) -> ScreenTable:
    tiers = [ScreenColumn(gettext("top {rank}", rank=tier)) for tier in made.tiers]
    numbers = (
        ScreenColumn(gettext("median")),
        ScreenColumn(gettext("sum")),
        ScreenColumn("", "bar"),
        ScreenColumn(gettext("pairs won")),
    )
    grid = ScreenTable(
        (ScreenColumn(made.by, "name"), ScreenColumn(gettext("units")), *tiers, *numbers), title=made.title(item)
    )
    widest = max(abs(float(value)) for value in item.sums) or 1.0
    for at, group in enumerate(made.groups):
        grid.add(
            escape_markup(group),
            str(len(made.units[at])),
            *(str(count or "") for count in item.tiers[at]),
            short_number(float(item.medians[at])),
            short_number(float(item.sums[at])),
            f"[cyan]{bar_of(abs(float(item.sums[at])) / widest, 12)}[/cyan]",
            _share(_against_all(made, item, at)),
        )
    return grid


def _against_all(made: Rivalry, item: Standing, at: int) -> float:
    """The share of pairs won against all other groups together, each pair once."""
    wins = item.wins[at]
    others = [other for other in range(len(made.groups)) if other != at and wins[other] == wins[other]]
    pairs = sum(len(made.units[other]) for other in others)
    won = sum(float(wins[other]) * len(made.units[other]) for other in others)
    return won / pairs if pairs else float("nan")


def _share(value: float) -> str:
    return "-" if value != value else format_percent(value)  # not a number


def balance(
    scenario: ScenarioName,
    dimensions: Annotated[list[str], typer.Argument(help="Dimensions whose members' weights are to be found.")],
    target: Annotated[
        list[str] | None, typer.Option(help="Importance of a member as NAME=SHARE (repeatable); equal by default.")
    ] = None,
    aim: Annotated[
        Literal["targets", "information"],
        typer.Option(help="Meet target shares of importance, or maximise total importance."),
    ] = "targets",
    correlation: Annotated[
        Literal["pearson", "spearman"], typer.Option(help="Correlation with the index that measures importance.")
    ] = "pearson",
    edition: OfEdition = None,
    sample: Sample = False,
) -> None:
    """Find weights that give members their intended importance in the index."""
    from hubrank.io.cache import Cache
    from hubrank.results.rank import edition_of, rank

    from hubrank_analysis.rivalry import rivalry

    targets = _targets(target or [])
    with progress("loading") as tell:
        ranking = rank(scenario, sample=sample, cache=Cache.default(), progress=tell)
    at = edition_of(ranking, edition)
    members = _members(ranking, dimensions)
    with progress("balancing weights"):
        found = rivalry.balance(ranking, members, targets, aim=aim, kind=correlation, edition=at)
    page = [f"\n[bold]{escape_markup(f'{ranking.title} {ranking.editions[at]}')}[/bold]\n", _balance_table(found)]
    write_answer(Answer(record=found, page=page), "table")
    if aim == "targets" and found.missed > 0.005:
        missed = format_number(f"{found.missed:.3f}")
        write_text(gettext("no non-negative weights meet the targets; the closest miss one by {missed}", missed=missed))


def _balance_table(found: Balance) -> ScreenTable:
    total = sum(found.importance.values())
    heads = (gettext("weight"), gettext("correlation"), gettext("share"))
    grid = ScreenTable((ScreenColumn(gettext("member"), "name"), *map(ScreenColumn, heads)))
    for name, weight in found.weights.items():
        r = found.importance[name]
        grid.add(
            escape_markup(name),
            format_number(f"{weight:.6f}"),
            format_number(f"{r:.4f}"),
            format_number(f"{r / total:.4f}"),
        )
    return grid


def _targets(words: list[str]) -> dict[str, float] | None:
    targets = {}
    for word in words:
        name, _, share = word.partition("=")
        try:
            targets[name] = float(share)
        except ValueError:
            raise UsageError(f"--target {word}: must be NAME=SHARE, e.g. research=0.3") from None
    return targets or None


def _members(ranking: Ranking, dimensions: list[str]) -> list[str]:
    """The keys of the members of dimensions that are named by key or title."""
    keys = [ranking.plan.key(name, "dimension") for name in dimensions]
    return [member.name for key in dict.fromkeys(keys) for member in ranking.plan.tree[key].members]
