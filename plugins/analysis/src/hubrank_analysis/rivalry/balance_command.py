"""`hubrank balance`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer
from hubrank import UsageError, format_number, gettext
from hubrank.cli.command import OfEdition, Sample, ScenarioName
from hubrank.cli.console import console, progress, write_text
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_analysis.rivalry.balance import Balance


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

    from hubrank_analysis.rivalry import balance as finding

    targets = _targets(target or [])
    with progress("loading") as tell:
        ranking = rank(scenario, sample=sample, cache=Cache.default(), progress=tell)
    at = edition_of(ranking, edition)
    members = _members(ranking, dimensions)
    with progress("balancing weights"):
        found = finding.balance(ranking, members, targets, aim=aim, kind=correlation, edition=at)
    show(found, aim, f"{ranking.title} {ranking.editions[at]}")


def show(found: Balance, aim: str, title: str) -> None:
    """The table that a person reads."""
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
    out = console()
    out.print(f"\n[bold]{escape_markup(title)}[/bold]\n")
    out.table(grid)
    if aim == "targets" and found.missed > 0.005:
        missed = format_number(f"{found.missed:.3f}")
        write_text(gettext("no non-negative weights meet the targets; the closest miss one by {missed}", missed=missed))


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
