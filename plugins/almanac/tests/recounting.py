"""What recounting a hub's value from the raw lists takes, without the builder: plain CSV, and names found by hand."""

import csv
import functools
import math
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

ALMANAC = Path(__file__).resolve().parents[1]
PROJECT = ALMANAC.parents[1]
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", PROJECT.parent / "shared/data"))
RAW, MORE, SINCE = REFERENCE / "almanac", REFERENCE / "more", REFERENCE / "since-2019"
UNITS = PROJECT / "scenarios/src/hubrank_scenarios/units"

needs_raw_tables = pytest.mark.skipif(not SINCE.exists(), reason="no raw tables: set HUBRANK_REFERENCE")

Row = dict[str, str]


@functools.cache
def read(path: Path, names: tuple[str, ...] | None = None) -> list[Row]:
    """A CSV file's rows, read once for all figures."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, fieldnames=names))


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance, by the spherical law of cosines."""
    lat, lon, other_lat, other_lon = map(math.radians, (*a, *b))
    cosine = math.sin(lat) * math.sin(other_lat) + math.cos(lat) * math.cos(other_lat) * math.cos(lon - other_lon)
    return 6371 * math.acos(min(1.0, cosine))


@functools.cache
def centres() -> list[tuple[Row, str, tuple[float, float], float]]:
    """The centres of hubs, each with its hub's country, its point and its radius in km."""
    own = {unit["unit"]: unit["country"] for unit in read(UNITS / "hubs.csv")}
    return [
        (each, own[each["unit"]], (float(each["lat"]), float(each["lon"])), float(each["radius_km"] or 50))
        for each in read(UNITS / "hubs-places.csv")
    ]


@functools.cache
def hub_at(lat: str, lon: str, country: str) -> str:
    """The hub of the nearest centre that has a point within its radius, of the country or else open to it; or none."""
    point = float(lat), float(lon)
    near = [(km, each, own) for each, own, at, radius in centres() if (km := kilometres(point, at)) <= radius]
    at_home = [(km, each["unit"]) for km, each, own in near if own == country]
    abroad = [(km, each["unit"]) for km, each, _ in near if country in each["also_countries"].split("|")]
    return min(at_home or abroad, default=(0.0, ""))[1]


def in_hub(hub: str, rows: Iterable[Row]) -> list[Row]:
    """The shipped rows that lie in the hub."""
    return [row for row in rows if hub_at(row["lat"], row["lon"], row["country"]) == hub]


def shipped(hub: str, table: str, column: str, **equal: str) -> float:
    """The hub's sum of a column of a shipped table."""
    rows = read(ALMANAC / f"src/hubrank_almanac/data/{table}.csv")
    rows = [row for row in rows if all(row[key] == value for key, value in equal.items()) and row[column]]
    return sum(float(row[column]) for row in in_hub(hub, rows))
