"""`hubrank compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank.front import Column, Grid, complete_scenarios, console, plain, progress, table_kind

if TYPE_CHECKING:
    from hubrank import Registry

    from hubrank_fit.comparison import Comparison, Listing

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

    from hubrank_fit import comparison
    from hubrank_fit.lists import reading_of

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
    from hubrank import UsageError, front
    from hubrank.front import Cache

    from hubrank_fit import comparison

    scenario, at, year = name.rpartition("@")
    if not at or Path(name).exists():
        scenario, year = name, ""
    if year and not year.isdecimal():
        raise UsageError(f"{name}: the part after @ must be an edition (year)")
    with progress("loading") as tell:
        ranking = front.rank(scenario, registry, cache=Cache.default(), progress=tell)
    return comparison.listing_of(ranking, front.edition_of(ranking, int(year) if year else None))


def _show(made: Comparison, top: int) -> None:
    out = console()
    out.print(f"\nA  {plain(made.first.title)}: {len(made.first.ranks)} ranked")
    out.print(f"B  {plain(made.second.title)}: {len(made.second.ranks)} ranked\n")
    out.print(f"in both: {len(made.common)}; in the top {made.top} of both: {made.overlap} of {made.top}")
    out.print(f"Spearman {made.spearman:.3f}, Kendall {made.kendall:.3f} (over the {len(made.common)} in both)")
    said = f"weighted Spearman {made.weighted:.3f}, WS {made.similarity:.3f}, gamma {made.gamma:.3f}"
    out.print(f"[dim]{said}[/dim]")
    for name, codes in made.ambiguous.items():
        out.print(f"ambiguous, not matched: {plain(name)} ({plain(', '.join(codes))})")
    if made.only_second:
        out.print(f"only in B: {plain(', '.join(made.only_second))}")
    grid = Grid((Column("unit", "name"), Column("A"), Column("B"), Column("A - B")), title="largest differences")
    for each in made.largest(top):
        grid.add(plain(each.name), f"{each.first:g}", f"{each.second:g}", f"{each.first - each.second:+g}")
    out.print()
    out.table(grid)
