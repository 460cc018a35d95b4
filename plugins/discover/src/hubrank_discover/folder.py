"""The region that a person gets: units, the places that are theirs, outlines, figures, a scenario and a map."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pandas as pd
import tomli_w
from hubrank import Registry, UsageError, gettext
from hubrank.io.answer import short_number
from hubrank.io.escaping import csv_bytes, escape_markdown
from hubrank.io.write import check_above, is_there, replace_folder
from hubrank.plugin.registry import installed_part
from hubrank.results.rank import rank

from hubrank_discover.naming import GEONAMES

if TYPE_CHECKING:
    from hubrank_discover.finding import Hubs
    from hubrank_discover.reading import Points

UNITS, PLACES, POINTS, LEFT = "units.csv", "places.csv", "points.csv", "left-out.csv"
OUTLINES, MAP = "units.geojson", "map.svg"


def check_free(folder: Path) -> None:
    """Refuse a folder that is there, since its files may have been edited.

    Raises:
        UsageError: It is there.
    """
    check_above(folder)
    if is_there(folder):
        raise UsageError(f"{folder}: is there already, and nothing is overwritten; choose another folder")


def write_region(folder: Path, points: Points, hubs: Hubs, told: list[str]) -> None:
    """Write the folder, whole or not at all.

    Args:
        folder: Made.
        points: Where the amounts are from.
        hubs: What was found of them.
        told: What is said of them, a line each.
    """
    title = gettext("Clusters of {amount} in {table}", amount=points.amount, table=points.table)
    content: dict[str, bytes | Callable[[Path], None]] = {
        UNITS: csv_bytes(hubs.units.drop(columns="amount")),
        PLACES: csv_bytes(_places(hubs)),
        POINTS: csv_bytes(_figures(points, hubs)),
        LEFT: csv_bytes(hubs.left),
        OUTLINES: _geojson(hubs),
        "region.toml": tomli_w.dumps(_region(folder, title, points)).encode(),
        "scenario.toml": tomli_w.dumps(_scenario(folder, title, points)).encode(),
        "README.md": _about(title, hubs, told).encode(),
        MAP: lambda path: installed_part("exporter", "map-svg").call("write", rank(str(path.parent)), path),
    }
    replace_folder(folder, content)


def _places(hubs: Hubs) -> pd.DataFrame:
    """Circles around dense cells, so that every other table's rows lie where those of this one would."""
    abroad = {}
    for unit, country in zip(hubs.units["unit"], hubs.units["country"], strict=True):
        there = hubs.cells.loc[hubs.cells["unit"] == unit, "country"]
        abroad[unit] = "|".join(sorted({*there} - {country}))
    dense = hubs.cells[hubs.cells["dense"]]
    made = dense[["unit", "lat", "lon"]].assign(radius_km=hubs.radius_km, also_countries=dense["unit"].map(abroad))
    return made.assign(also_countries=made["also_countries"].replace("", None)).sort_values(["unit", "lat", "lon"])


def _figures(points: Points, hubs: Hubs) -> pd.DataFrame:
    """The amount of each cell, with its unit's code where it lies in one."""
    made = hubs.cells[["unit", "lat", "lon", "amount"]].rename(columns={"amount": "value"})
    return made.assign(year=points.year)[["unit", "lat", "lon", "year", "value"]]


def _geojson(hubs: Hubs) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"unit": unit.unit, "name": unit.name, "country": unit.country},
            "geometry": shape,
        }
        for unit, shape in zip(hubs.units.itertuples(index=False), hubs.outlines, strict=True)
    ]
    return (json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n").encode()


def _name(folder: Path) -> str:
    """What scenarios call the region: the folder's name, and more where something installed is called so."""
    kept = "".join(each if each.isascii() and each.isalnum() else "-" for each in folder.resolve().name).strip("-")
    name, registry = kept.lower() or "clusters", Registry.installed()
    taken = {each for kind in ("unit set", "source", "scenario") for each in registry.names(kind)}
    return next(
        each for each in itertools.chain([name], (f"{name}-{at}" for at in itertools.count(2))) if each not in taken
    )


def _region(folder: Path, title: str, points: Points) -> dict[str, Any]:
    origins = {
        each.name: attrs.asdict(each, filter=lambda at, value: at.name != "name" and bool(value))
        for each in (points.origin, GEONAMES)
    }
    columns = {
        "unit": gettext("the cluster's code; empty in no cluster"),
        "lat": gettext("degrees north"),
        "lon": gettext("degrees east"),
        "year": gettext("the year that the figure is of"),
        "value": points.meaning,
    }
    table = {"file": POINTS, "title": title, "origin": points.origin.name, "kind": "stock", "columns": columns}
    return {
        "name": _name(folder),
        "title": title,
        "units": {"file": UNITS, "places": PLACES, "origins": [GEONAMES.name]},
        "origins": origins,
        "tables": {"points": table},
    }


def _scenario(folder: Path, title: str, points: Points) -> dict[str, Any]:
    """The clusters by their share of what all have."""
    return {
        "title": title,
        "editions": [points.year],
        "normalisation": "sum",
        "aggregation": "arithmetic",
        "inputs": {"points": {"source": _name(folder)}},
        "dimensions": {"size": {"title": gettext("Size")}},
        "indicators": {"value": {"dimension": "size", "inputs": {"values": "points"}, "title": points.amount}},
    }


def _about(title: str, hubs: Hubs, told: list[str]) -> str:
    """The README of the folder."""
    files = {
        "`region.toml`, `scenario.toml`": gettext("the region and how it is ranked; `hubrank rank .`"),
        f"`{UNITS}`, `{PLACES}`": gettext("the clusters, and the circles in which a row of any table is theirs"),
        f"`{OUTLINES}`, `{MAP}`": gettext("their outlines, and a map"),
        f"`{POINTS}`": gettext("the amounts, place by place"),
        f"`{LEFT}`": gettext("the places in no cluster, the largest first"),
    }
    how = gettext(
        "A place is dense if the places within {radius} km have {minimum} together; dense places that reach each other "
        "are a cluster, and what lies within the radius of them belongs to the nearest.",
        radius=f"{hubs.radius_km:g}",
        minimum=short_number(hubs.minimum),
    )
    parts = [
        f"# {escape_markdown(title)}",
        "\n".join(f"- {escape_markdown(each)}" for each in told),
        how,
        "\n".join(
            [
                f"| {gettext('file')} | {gettext('what it is')} |",
                "| --- | --- |",
                *(f"| {a} | {b} |" for a, b in files.items()),
            ]
        ),
        gettext("Names: GeoNames, CC BY 4.0."),
    ]
    return "\n\n".join(parts) + "\n"
