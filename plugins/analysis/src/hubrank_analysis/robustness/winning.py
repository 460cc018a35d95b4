"""Weights under which a unit is first, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank import ENGLISH, format_number, gettext, gettext_noop, use_language
from hubrank.cli.command import answer
from hubrank.cli.console import Output, progress
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking


def show(ranking: Ranking, measurements: tuple[Measurement, ...], at: int, name: str, format_: str) -> None:
    """Print weights that make a unit first, or say that none of those uncertain does.

    Raises:
        UsageError: There is no such unit, or exact analysis is not offered.
    """
    from hubrank import UsageError
    from hubrank.cli.command import ranked_unit
    from hubrank.uncertainty.analysis import analysis_of

    from hubrank_analysis.robustness.bounds import exact_edition

    unit = ranked_unit(ranking, at, name)
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    with progress("comparing pairs") as tell:
        with use_language(ENGLISH):
            exact, units, why = exact_edition(analysis, ranking, at)
        if exact is None:
            raise UsageError(why)
        position = list(units).index(unit)
        tell("searching weights")
        weights = exact.winning_weights(position)
    best = int(exact.bounds[0][position])
    sure = exact.weights.mixed or best > 1
    shares = [] if weights is None else exact.weights.local_shares(weights)
    written = [(node.name, member.name) for node in ranking.plan.tree for member in node.members]
    rows = [
        {"dimension": dimension, "member": member, "share": share}
        for dimension, member, share in sorted(shares, key=lambda each: written.index(each[:2]))
    ]
    title = f"{ranking.names[unit]}, {ranking.title} {ranking.editions[at]}"
    answer(
        format_,
        show=lambda out: _print(out, title, rows, best if sure else None),
        data=lambda: {
            "unit": ranking.codes[unit],
            "edition": ranking.editions[at],
            "first": weights is not None,
            "best": best,
            "weights": rows,
        },
        rows=lambda: rows,
    )


def _print(out: Output, title: str, rows: list[dict[str, Any]], best: int | None) -> None:
    """The weights; or that there are none, and the best rank where one is proven."""
    if not rows:
        said = gettext("no weights in their ranges rank it first")
        if best:
            proven = gettext_noop(
                "no weights in their ranges are known to rank it first; its rank is proven to be {best} or worse"
            )
            said = gettext(proven, best=best)
        out.print(f"\n[bold]{escape_markup(title)}[/bold]: {said}")
        return
    out.print(
        f"\n[bold]{escape_markup(title)}[/bold]: {gettext('first under these weights, with the largest margin')}\n"
    )
    grid = ScreenTable(
        (
            ScreenColumn(gettext("dimension"), "text"),
            ScreenColumn(gettext("member"), "name"),
            ScreenColumn(gettext("share")),
        )
    )
    for row in rows:
        grid.add(escape_markup(row["dimension"]), escape_markup(row["member"]), format_number(f"{row['share']:.4f}"))
    out.table(grid)
