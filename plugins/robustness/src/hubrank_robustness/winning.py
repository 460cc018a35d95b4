"""Weights under which a unit is first, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.front import console, plain, progress

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking


def show(ranking: Ranking, measurements: tuple[Measurement, ...], at: int, name: str) -> None:
    """Print weights that make a unit first, or say that none of those uncertain does.

    Raises:
        UsageError: There is no such unit, or exact analysis is not offered.
    """
    from hubrank import UsageError
    from hubrank.front import ranked_unit
    from hubrank.robustness import analysis_of
    from rich.table import Table

    from hubrank_robustness.bounds import exact_edition

    unit = ranked_unit(ranking, at, name)
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    with progress("comparing pairs") as tell:
        exact, units, why = exact_edition(analysis, ranking, at)
        if exact is None:
            raise UsageError(why)
        position = list(units).index(unit)
        tell("searching weights")
        weights = exact.winning_weights(position)
    out = console()
    title = f"{ranking.names[unit]}, {ranking.title} {ranking.editions[at]}"
    if weights is None:
        best = int(exact.bounds[0][position])
        sure = exact.weights.mixed or best > 1
        said = f"no weights in their ranges are known to rank it first; its rank is proven to be {best} or worse"
        out.print(f"\n[bold]{plain(title)}[/bold]: {said if sure else 'no weights in their ranges rank it first'}")
        return
    out.print(f"\n[bold]{plain(title)}[/bold]: first under these weights, with the largest margin\n")
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("dimension", "member", "share"):
        table.add_column(column, justify="right" if column == "share" else "left")
    for dimension, member, share in exact.weights.local_shares(weights):
        table.add_row(plain(dimension), plain(member), f"{share:.4f}")
    out.print(table)
