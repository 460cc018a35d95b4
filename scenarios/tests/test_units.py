"""The unit sets hubs, agglomerations and countries."""

from __future__ import annotations

import csv
import functools
import importlib.util
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "scenarios/src/hubrank_scenarios/units"
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))
SETS = ("hubs", "agglomerations", "countries")
DEFAULT_KM = 50.0

Point = tuple[float, float]


@functools.cache
def read(path: Path) -> list[dict[str, str]]:
    """A CSV file, all cells as text, read once."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def units(name: str) -> list[dict[str, str]]:
    """The units of a set."""
    return read(UNITS / f"{name}.csv")


def places(name: str) -> list[dict[str, str]]:
    """The places of a set."""
    return read(UNITS / f"{name}-places.csv")


def names_of(unit: dict[str, str]) -> set[str]:
    """All that a unit is called."""
    return {unit["unit"], unit["name"], *unit["aliases"].split("|")} - {""}


def bearers(set_name: str, name: str) -> list[str]:
    """The units of a set that are called so."""
    return [unit["unit"] for unit in units(set_name) if name in names_of(unit)]


def kilometres(a: Point, b: Point) -> float:
    """The great-circle distance, by the spherical law of cosines."""
    lat, lon, other_lat, other_lon = map(math.radians, (*a, *b))
    cosine = math.sin(lat) * math.sin(other_lat) + math.cos(lat) * math.cos(other_lat) * math.cos(lon - other_lon)
    return 6371 * math.acos(min(1.0, cosine))


def hub_at(country: str, point: Point) -> str | None:
    """The hub of the nearest centre within its radius: of the own country, else of one that lists it."""
    own = {unit["unit"]: unit["country"] for unit in units("hubs")}
    reached = [
        (kilometres(point, (float(place["lat"]), float(place["lon"]))), place)
        for place in places("hubs")
        if kilometres(point, (float(place["lat"]), float(place["lon"]))) <= float(place["radius_km"] or DEFAULT_KM)
    ]
    at_home = [(km, place["unit"]) for km, place in reached if own[place["unit"]] == country]
    abroad = [(km, place["unit"]) for km, place in reached if country in place["also_countries"].split("|")]
    return min(at_home or abroad, default=(0.0, None))[1]


@pytest.mark.parametrize("name", SETS)
def test_codes_are_unique(name: str) -> None:
    """No code stands for two units, and every place belongs to a unit, every unit to a place."""
    codes = [unit["unit"] for unit in units(name)]

    assert len(set(codes)) == len(codes)
    assert {place["unit"] for place in places(name)} == set(codes)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("USA", "USA"),
        ("United States", "USA"),
        ("UK", "GBR"),
        ("South Korea", "KOR"),
        ("Korea, Republic of", "KOR"),
        ("Russian Federation", "RUS"),
        ("Hong Kong", "HKG"),
        ("Taiwan", "TWN"),
        ("Czech Republic", "CZE"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Vietnam", "VNM"),
        ("UAE", "ARE"),
        ("DE", "DEU"),
    ],
)
def test_countries_by_the_names_in_use(name: str, code: str) -> None:
    """A country is found by its usual names, not only by ISO's."""
    assert bearers("countries", name) == [code]


@pytest.mark.parametrize(
    ("code", "subregion"),
    [
        ("CYP", "Western Asia"),
        ("MEX", "Central America"),
        ("RUS", "Eastern Europe"),
        ("SDN", "Northern Africa"),
    ],
)
def test_subregions_are_those_of_m49(code: str, subregion: str) -> None:
    """Subregions follow the United Nations where opinions differ."""
    found = {country["unit"]: country["subregion"] for country in units("countries")}

    assert found[code] == subregion


@pytest.mark.parametrize(
    ("code", "country", "population"),
    [("kabul", "AFG", 4221532), ("hong-kong", "HKG", 7547652), ("tokyo", "JPN", 37393129)],
)
def test_population_of_an_agglomeration(code: str, country: str, population: int) -> None:
    """Population is the United Nations' value for 2020, in persons."""
    found = {unit["unit"]: unit for unit in units("agglomerations")}[code]

    assert found["country"] == country
    assert int(found["population"]) == population


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Madras", "chennai"),
        ("Köln", "cologne-dusseldorf"),
        ("Genève", "geneva-lausanne"),
        ("東京", "tokyo-yokohama"),
        ("Yokohama", "tokyo-yokohama"),
        ("San Jose–San Francisco, CA", "san-francisco-bay-area"),
        ("Washington, DC–Baltimore, MD", "washington-baltimore"),
    ],
)
def test_hubs_by_other_names(name: str, code: str) -> None:
    """A hub is found by its cities' names, former names, and names in the languages of its people."""
    assert bearers("hubs", name) == [code]


@pytest.mark.parametrize(
    ("where", "country", "point", "hub"),
    [
        ("Malmö", "SWE", (55.606, 13.001), "copenhagen-malmo"),
        ("Windsor, Ontario", "CAN", (42.300, -83.017), None),
        ("Johor Bahru", "MYS", (1.466, 103.758), None),
        ("Palo Alto", "USA", (37.442, -122.143), "san-francisco-bay-area"),
        ("Princeton, New Jersey", "USA", (40.349, -74.659), "princeton-trenton"),
        ("Newark, New Jersey", "USA", (40.736, -74.172), "new-york"),
        ("Cambridge, England", "GBR", (52.205, 0.119), "cambridge"),
        ("CERN, Prévessin", "FRA", (46.259, 6.056), "geneva-lausanne"),
        ("Saint-Louis, Alsace", "FRA", (47.592, 7.559), "basel"),
        ("Mulhouse", "FRA", (47.751, 7.336), None),
        ("Nanshan, Shenzhen", "CHN", (22.531, 113.930), "shenzhen"),
        ("Macao", "MAC", (22.201, 113.546), None),
        ("Kunshan", "CHN", (31.378, 120.953), "suzhou"),
        ("Taoyuan", "TWN", (24.994, 121.297), "taipei-hsinchu"),
        ("Bratislava", "SVK", (48.148, 17.107), None),
    ],
)
def test_which_hub_a_town_lies_in(where: str, country: str, point: Point, hub: str | None) -> None:
    """Towns near a border of two hubs or two countries, placed by hand on a map."""
    assert hub_at(country, point) == hub, where


def test_wipo_clusters_are_hubs() -> None:
    """A cluster of WIPO's list is one hub by its name, except those that we evaluate as two or more."""
    path = REFERENCE / "rankings" / "wipo_gii_2023_st_clusters_top35.csv"
    if not path.exists():
        pytest.skip("the published lists are not here; set HUBRANK_REFERENCE to their folder")
    several = [row["cluster"] for row in read(path) if len(bearers("hubs", row["cluster"])) != 1]

    assert several == [
        "Shenzhen–Hong Kong–Guangzhou",
        "Shanghai–Suzhou",
        "Amsterdam–Rotterdam",
        "Tel Aviv–Jerusalem",
    ]


@pytest.mark.long
def test_builder_makes_the_same_bytes(tmp_path: Path) -> None:
    """The committed files are what the builder makes of the raw tables."""
    raw = REFERENCE / "almanac"
    if not (raw / "gazetteer").is_dir():
        pytest.skip("the raw tables are not here; set HUBRANK_REFERENCE to their folder")
    if importlib.util.find_spec("pycountry") is None:
        pytest.skip("the builder needs pycountry")
    command = [sys.executable, "-B", "-m", "tools.units", "--raw", raw, "--output", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert made == {path.name: path.read_bytes() for path in UNITS.glob("*.csv")}
