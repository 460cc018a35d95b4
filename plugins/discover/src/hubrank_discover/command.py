"""`hubrank discover`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank import format_percent, gettext
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.i18n import count_text
from hubrank.io.answer import short_number

if TYPE_CHECKING:
    from hubrank_discover.finding import Hubs
    from hubrank_discover.reading import Points


def discover(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="A file with lat and lon; SOURCE:TABLE; or a scenario, with --input.")
    ],
    output: Annotated[Path, typer.Option(help="New folder to write the region to.")],
    minimum: Annotated[int, typer.Option(min=1, help="The amount within the radius that makes a place dense.")],
    amount: Annotated[
        str | None,
        typer.Option(help="Column of the amount (default: a source's only one; of a file, each row counts 1)."),
    ] = None,
    input_: Annotated[str | None, typer.Option("--input", help="Input of the scenario whose table is read.")] = None,
    radius: Annotated[float, typer.Option(min=0.01, max=1000, help="Kilometres around a place.")] = 15,
    years: Annotated[str | None, typer.Option(help="Year, or FIRST-LAST (default: all that the table has).")] = None,
    cell: Annotated[float, typer.Option(min=0, max=1, help="Degrees of a cell; 0 for points as they are.")] = 0,
    links: Annotated[Path | None, typer.Option(help="File with a, b and amount: what places have in common.")] = None,
    key: Annotated[str, typer.Option(help="Column of the table that a and b of the links name.")] = "place",
    merge_above: Annotated[
        float, typer.Option(min=0, max=1, help="Share of a cluster's outward links that merges it with a neighbour.")
    ] = 0.5,
    near: Annotated[
        float | None, typer.Option(min=0, help="Kilometres between neighbours to merge (default: twice the radius).")
    ] = None,
) -> None:
    """Find clusters of points by density, whatever borders lie between, and write them as a region to rank."""
    from hubrank_discover.cells import cells_of
    from hubrank_discover.finding import hubs_of
    from hubrank_discover.folder import check_free, write_region
    from hubrank_discover.linking import Merging, links_of
    from hubrank_discover.reading import points_of

    check_free(output)
    with progress("finding clusters"):
        points = points_of(table, amount, years, key if links else "", input_)
        cells = cells_of(points.frame, cell)
        merging = Merging(above=merge_above, near_km=2 * radius if near is None else near)
        linked = links_of(links, points.frame, cells, key, cell) if links else None
        hubs = hubs_of(cells, radius, minimum, merging, linked)
        lines = told(points, hubs)
        write_region(output, points, hubs, lines)
    if not is_quiet():
        write_text("\n".join(lines))
        write_text(gettext("next: {command}", command=f"hubrank rank {output}"))


def told(points: Points, hubs: Hubs) -> list[str]:
    """What was found and what was left, a line each."""
    cells, left = hubs.cells, hubs.left
    whole = cells["amount"].sum()
    lines = [
        gettext(
            "{clusters} of {cells}, with {share} of {amount}",
            clusters=count_text(len(hubs.units), "cluster"),
            cells=count_text(len(cells), "place"),
            share=format_percent(1 - left["amount"].sum() / whole, 1),
            amount=points.amount,
        ),
        *points.notes,
    ]
    if hubs.merged:
        lines.append(gettext("merged by their links: {clusters}", clusters=count_text(hubs.merged, "cluster")))
    if hubs.unknown:
        lines.append(gettext("links of places that the table has not: {share}", share=format_percent(hubs.unknown, 1)))
    if len(left):
        first = left.head(5)
        largest = "; ".join(
            f"{name} {short_number(own)}" for name, own in zip(first["name"], first["amount"], strict=True)
        )
        lines.append(
            gettext(
                "in no cluster: {share} of {amount}; the largest places are {places}",
                share=format_percent(left["amount"].sum() / whole, 1),
                amount=points.amount,
                places=largest,
            )
        )
    return lines
