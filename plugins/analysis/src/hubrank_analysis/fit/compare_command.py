"""`hubrank compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank import format_number, gettext
from hubrank.cli.command import complete_scenarios
from hubrank.cli.console import console, progress
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.safe_input import is_file, is_folder
from hubrank.io.tables import table_kind

if TYPE_CHECKING:
    from hubrank import Registry
    from hubrank.cli.console import Output

    from hubrank_analysis.fit.comparison import Comparison, Listing

_WHAT = "A scenario, an edition (NAME@2024), a run folder, or a published list (a table with name and rank)."
#: What `--reading` of both verbs is.
READING = "How the list is written, as options of the source files: 'skip_rows = 2, columns = { rank = \"Rank\" }'."


def compare(
    a: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    b: Annotated[str, typer.Argument(help=_WHAT, autocompletion=complete_scenarios)],
    top: Annotated[int, typer.Option(min=1, help="Number of largest differences to show.")] = 10,
    reading: Annotated[str, typer.Option(help=READING)] = "",
) -> None:
    """Compare two rankings: overlap, rank correlations, the largest differences."""
    from hubrank import Registry

    from hubrank_analysis.fit import comparison
    from hubrank_analysis.fit.lists import reading_of

    registry = Registry.installed()
    lists = {at: name for at, name in enumerate((a, b)) if table_kind(name)}
    listings: dict[int, Listing] = {}
    for at, name in enumerate((a, b)):
        if at not in lists:
            listings[at] = _ranked(name, registry)
    with progress("comparing"):
        for at, name in lists.items():
            listings[at] = comparison.published(Path(name), listings.get(1 - at), reading_of(reading))
        made = comparison.compare(listings[0], listings[1])
    _show(made, top)


def _ranked(name: str, registry: Registry) -> Listing:
    from hubrank import UsageError
    from hubrank.io.cache import Cache
    from hubrank.results.rank import edition_of, rank

    from hubrank_analysis.fit import comparison

    scenario, at, year = name.rpartition("@")
    if not at or is_file(Path(name)) or is_folder(Path(name)):
        scenario, year = name, ""
    if year and not year.isdecimal():
        raise UsageError(f"{name}: the part after @ must be an edition (year)")
    with progress("loading") as tell:
        ranking = rank(scenario, registry, cache=Cache.default(), progress=tell)
    return comparison.listing_of(ranking, edition_of(ranking, int(year) if year else None))


def _show(made: Comparison, top: int) -> None:
    from hubrank_analysis.fit.comparison import found_in_both, not_matched

    out = console()
    out.print(f"\nA  {escape_markup(_counted(made.first))}")
    out.print(f"B  {escape_markup(_counted(made.second))}\n")
    out.print(found_in_both(made))
    _coefficients(out, made)
    for name, codes in made.ambiguous.items():
        out.print(escape_markup(not_matched(name, codes)))
    if made.only_second:
        out.print(escape_markup(gettext("only in B: {names}", names=", ".join(made.only_second))))
    columns = (ScreenColumn(gettext("unit"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("A - B"))
    grid = ScreenTable(columns, title=gettext("largest differences"))
    for each in made.largest(top):
        ranks = (f"{each.first:g}", f"{each.second:g}", f"{each.first - each.second:+g}")
        grid.add(escape_markup(each.name), *map(format_number, ranks))
    out.print()
    out.table(grid)


def _counted(listing: Listing) -> str:
    return gettext("{title}: {number} ranked", title=listing.title, number=len(listing.ranks))


def _coefficients(out: Output, made: Comparison) -> None:
    """How far the two agree, by the usual coefficients and by those that weigh the top or leave out ties."""
    said = gettext(
        "Spearman {spearman}, Kendall {kendall} (over the {number} in both)",
        spearman=format_number(f"{made.spearman:.3f}"),
        kendall=format_number(f"{made.kendall:.3f}"),
        number=len(made.common),
    )
    out.print(said)
    said = gettext(
        "weighted Spearman {spearman}, WS {similarity}, gamma {gamma}",
        spearman=format_number(f"{made.weighted:.3f}"),
        similarity=format_number(f"{made.similarity:.3f}"),
        gamma=format_number(f"{made.gamma:.3f}"),
    )
    out.print(f"[dim]{said}[/dim]")
