"""`hubrank discover`, and the region that it writes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import tomli_w
import typer
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.io.answer import short_number
from hubrank.io.escaping import csv_bytes, escape_markdown
from hubrank.io.write import check_above, is_there, replace_folder
from hubrank.plugin import Registry, UsageError, count_text, format_percent, gettext
from hubrank.plugin.registry import installed_part
from hubrank.results.rank import rank

from hubrank_discover.naming import GEONAMES

if TYPE_CHECKING:
    from hubrank_discover.clusters import Hubs
    from hubrank_discover.reading import Points


UNITS, PLACES, POINTS, LEFT = "units.csv", "places.csv", "points.csv", "left-out.csv"
OUTLINES, MAP = "units.geojson", "map.svg"


def write_region(folder: Path, points: Points, hubs: Hubs, lines: list[str]) -> None:
    """Write the folder, atomically; `lines` describe the findings about the points."""
    title = gettext("Clusters of {amount} in {table}", amount=points.amount, table=points.table)
    name = _name(folder)
    abroad = {}
    for unit, country in zip(hubs.units["unit"], hubs.units["country"], strict=True):
        there = hubs.cells.loc[hubs.cells["unit"] == unit, "country"]
        abroad[unit] = "|".join(sorted({*there} - {country})) or None
    # Circles around dense cells, so that every other table's rows lie where those of this one would.
    places = hubs.cells.loc[hubs.cells["dense"], ["unit", "lat", "lon"]].sort_values(["unit", "lat", "lon"])
    places = places.assign(radius_km=hubs.radius_km, also_countries=places["unit"].map(abroad))
    figures = hubs.cells.assign(year=points.year, value=hubs.cells["amount"])
    features = [
        {
            "type": "Feature",
            "properties": {"unit": unit.unit, "name": unit.name, "country": unit.country},
            "geometry": shape,
        }
        for unit, shape in zip(hubs.units.itertuples(index=False), hubs.outlines, strict=True)
    ]
    geojson = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n"
    scenario = {
        "title": title,
        "editions": [points.year],
        "normalisation": "sum",
        "aggregation": "arithmetic",
        "inputs": {"points": {"source": name}},
        "dimensions": {"size": {"title": gettext("Size")}},
        "indicators": {"value": {"dimension": "size", "inputs": {"values": "points"}, "title": points.amount}},
    }
    content: dict[str, bytes | Callable[[Path], None]] = {
        UNITS: csv_bytes(hubs.units.drop(columns="amount")),
        PLACES: csv_bytes(places),
        POINTS: csv_bytes(figures[["unit", "lat", "lon", "year", "value"]]),
        LEFT: csv_bytes(hubs.left),
        OUTLINES: geojson.encode(),
        "region.toml": tomli_w.dumps(_region(name, title, points)).encode(),
        "scenario.toml": tomli_w.dumps(scenario).encode(),
        "README.md": _about(title, hubs, lines).encode(),
        MAP: lambda path: installed_part("exporter", "map-svg").call("write", rank(str(path.parent)), path),
    }
    replace_folder(folder, content)


def _name(folder: Path) -> str:
    """The region's name in scenarios: the folder's name, extended if an installed component has it."""
    letters = "".join(item if item.isascii() and item.isalnum() else "-" for item in folder.resolve().name).strip("-")
    name, registry = letters.lower() or "clusters", Registry.installed()
    taken = {item for kind in ("unit set", "source", "scenario") for item in registry.names(kind)}
    numbered = (f"{name}-{at}" for at in itertools.count(2))
    return next(item for item in itertools.chain([name], numbered) if item not in taken)


def _region(name: str, title: str, points: Points) -> dict[str, Any]:
    origins = {
        item.name: attrs.asdict(item, filter=lambda at, value: at.name != "name" and bool(value))
        for item in (points.origin, GEONAMES)
    }
    columns = {
        "unit": gettext("the cluster's code; empty outside all clusters"),
        "lat": gettext("degrees north"),
        "lon": gettext("degrees east"),
        "year": gettext("the year of the value"),
        "value": points.meaning,
    }
    table = {"file": POINTS, "title": title, "origin": points.origin.name, "kind": "stock", "columns": columns}
    return {
        "name": name,
        "title": title,
        "units": {"file": UNITS, "places": PLACES, "origins": [GEONAMES.name]},
        "origins": origins,
        "tables": {"points": table},
    }


def _about(title: str, hubs: Hubs, lines: list[str]) -> str:
    files = {
        "`region.toml`, `scenario.toml`": gettext("the region and how it is ranked; `hubrank rank .`"),
        f"`{UNITS}`, `{PLACES}`": gettext("the clusters, and the circles in which rows belong to them"),
        f"`{OUTLINES}`, `{MAP}`": gettext("their outlines, and a map"),
        f"`{POINTS}`": gettext("the amounts of each place"),
        f"`{LEFT}`": gettext("the places outside all clusters, the largest first"),
    }
    how = gettext(
        "A place is dense if the places within {radius} km have {minimum} together. Dense places within each "
        "other's radius form a cluster; any other place within their radius belongs to the nearest.",
        radius=f"{hubs.radius_km:g}",
        minimum=short_number(hubs.minimum),
    )
    rows = [(gettext("file"), gettext("what it is")), ("---", "---"), *files.items()]
    parts = [
        f"# {escape_markdown(title)}",
        "\n".join(f"- {escape_markdown(item)}" for item in lines),
        how,
        "\n".join(f"| {file} | {what} |" for file, what in rows),
        gettext("Names: GeoNames, CC BY 4.0."),
    ]
    return "\n\n".join(parts) + "\n"


def discover(
    table: Annotated[
        str, typer.Argument(metavar="TABLE", help="File with lat and lon, SOURCE:TABLE, or scenario (with --input).")
    ],
    output: Annotated[Path, typer.Option(metavar="FOLDER", help="New folder for the region.")],
    minimum: Annotated[
        int, typer.Option("--min-amount", min=1, help="Amount within the radius that makes a place dense.")
    ],
    amount: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Column of the amount.",
            show_default="the only one of a source; in a file, each row counts 1",
        ),
    ] = None,
    input_: Annotated[
        str | None, typer.Option("--input", metavar="INPUT", help="Input of the scenario whose table is read.")
    ] = None,
    radius: Annotated[
        float, typer.Option(min=0.01, max=1000, metavar="KM", help="Radius around a place in kilometres.")
    ] = 15,
    years: Annotated[str | None, typer.Option(metavar="YEARS", help="Year, or FIRST-LAST.", show_default="all")] = None,
    cell: Annotated[
        float, typer.Option(min=0, max=1, metavar="DEGREES", help="Size of a grid cell; 0 keeps points.")
    ] = 0,
    links: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Links of places: a file with a, b and amount.")
    ] = None,
    key: Annotated[str, typer.Option(metavar="COLUMN", help="Column of the table that the links refer to.")] = "place",
    merge_above: Annotated[
        float,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="Merge a cluster with a neighbour that has this share of its links."
        ),
    ] = 0.5,
    near: Annotated[
        float | None,
        typer.Option(
            min=0, metavar="KM", help="Distance at which clusters may be merged.", show_default="twice the radius"
        ),
    ] = None,
) -> None:
    """Find clusters of points by density (DBSCAN), across borders, and write them as a region to rank."""
    from hubrank_discover.clusters import hubs_of, links_of
    from hubrank_discover.naming import cells_of
    from hubrank_discover.reading import points_of

    check_above(output)
    if is_there(output):  # its files may have been edited
        raise UsageError(f"{output}: exists, and nothing is overwritten; choose another folder")
    with progress("finding clusters"):
        points = points_of(table, amount, years, key if links else "", input_)
        cells = cells_of(points.frame, cell)
        linked = links_of(links, points.frame, cells, key, cell) if links else None
        hubs = hubs_of(cells, radius, minimum, linked, merge_above, 2 * radius if near is None else near)
        lines = summary(points, hubs)
        write_region(output, points, hubs, lines)
    if not is_quiet():
        write_text("\n".join(lines))
        write_text(gettext("next: {command}", command=f"hubrank rank {output}"))


def summary(points: Points, hubs: Hubs) -> list[str]:
    """The clusters found and the points left, one line each."""
    left = hubs.left
    outside = left["amount"].sum() / hubs.cells["amount"].sum()
    lines = [
        gettext(
            "{clusters} of {cells}, with {share} of {amount}",
            clusters=count_text(len(hubs.units), "cluster"),
            cells=count_text(len(hubs.cells), "place"),
            share=format_percent(1 - outside, 1),
            amount=points.amount,
        ),
        *points.notes,
    ]
    if hubs.merged:
        lines.append(gettext("merged by their links: {clusters}", clusters=count_text(hubs.merged, "cluster")))
    if hubs.unknown:
        lines.append(gettext("links of places missing from the table: {share}", share=format_percent(hubs.unknown, 1)))
    if len(left):
        first = left.head(5)[["name", "amount"]].itertuples(index=False)
        lines.append(
            gettext(
                "outside all clusters: {share} of {amount}; the largest places are {places}",
                share=format_percent(outside, 1),
                amount=points.amount,
                places="; ".join(f"{name} {short_number(amount)}" for name, amount in first),
            )
        )
    return lines
