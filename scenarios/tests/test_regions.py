"""Regions keep the contract, rank, and have the values of their agencies; China and India are parts of unit sets."""

import csv
import gzip
import json
import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hubrank.plugin import Registry, load
from hubrank.results.rank import rank
from hubrank.testing import conforms
from hubrank_scenarios import european_regions, us_metros

from tools import european_regions as european_builder
from tools import us_metros as metros_builder

REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).resolve().parents[3] / "shared" / "data"))
EUROSTAT = REFERENCE / "more" / "eurostat-nuts2"
OUTPUT = REFERENCE / "more" / "us-metro-gdp" / "Table.csv"
PATENTS = REFERENCE / "almanac" / "patents" / "uspto_utility_patents_us_msa_2000_2015.csv"
raw_tables = pytest.mark.skipif(not OUTPUT.is_file(), reason="no raw tables: set HUBRANK_REFERENCE")


@pytest.mark.parametrize(
    ("name", "units", "where"),
    [
        ("china", "hubs", {"country": ["CHN", "HKG", "TWN"]}),
        ("india", "agglomerations", {"country": "IND", "population": {"at_least": 3_000_000}}),
    ],
)
def test_units_of_a_region(name, units, where):
    """The region's units lie below its scenario, above those of `global`; a run needs no folder to find them."""
    loaded = load(name, Registry.installed())

    assert (loaded.scenario.units.set, loaded.scenario.units.where) == (units, where)
    assert loaded.region is None
    assert [each.path.name for each in loaded.sources] == [f"{name}.toml", "region.toml", "global.toml"]


@pytest.mark.long
@conforms(european_regions)
def test_european_regions_conform(check):
    """The unit set, the source and the scenario keep each promise of their kinds."""
    check()


@conforms(us_metros)
def test_us_metros_conform(check):
    """The unit set, the source and the scenario keep each promise of their kinds."""
    check()


@pytest.fixture(scope="module")
def ranked():
    """Rankings by name, each made once."""
    made = {}
    return lambda name: made.get(name) or made.setdefault(name, rank(name, Registry.installed()))


def value(ranking, code, indicator):
    """The value of a unit."""
    at = ranking.codes.index(code), ranking.measurement.indicators.index(indicator)
    return ranking.measurement.values[0][at]


@pytest.mark.parametrize(
    ("name", "count", "known"),
    [
        pytest.param(
            "european-regions", 332, {"eurostat-regions", "eurostat-patents", "leiden-2020"}, marks=pytest.mark.long
        ),
        ("us-metros", 384, {"bea-cagdp1", "uspto-msa", "leiden-2020"}),
    ],
)
def test_every_figure_has_an_origin_with_a_licence(ranked, name, count, known):
    """All units are ranked, and no value lacks its origin."""
    ranking = ranked(name)
    origins = {each["name"]: each for report in ranking.measurement.inputs for each in report.origins}
    measured = ~np.isnan(ranking.measurement.values)
    named = {name for text in ranking.measurement.origins[measured] for name in text.split(" + ")} - {""}

    assert (~np.isnan(ranking.ranks)).sum() == len(ranking.codes) == count
    assert known <= named <= set(origins)
    assert all(each["licence"] not in ("", "not stated") for each in origins.values())
    assert all(each.licence for each in ranking.plan.units.origins)


@pytest.mark.long
@raw_tables
@pytest.mark.parametrize(
    ("code", "indicator", "year", "column", "divisor"),
    [
        ("DE21", "output", 2018, "region_gdp", "region_population"),
        ("PL91", "output", 2018, "region_gdp", "region_population"),
        ("ES63", "unemployment", 2018, "unemployment_rate_t", None),
        ("BG31", "life-expectancy", 2018, "life_expectancy_t", None),
        ("TRC1", "employment-gap", 2018, "gender_employ_gap", None),
        ("NL41", "epo-patents", 2012, "patents", None),
    ],
)
def test_figure_of_eurostat(ranked, code, indicator, year, column, divisor):
    """A value of each kind as the raw files have it; output is in million euros there."""
    own = regions_of(year)[code]
    expected = own[column] if divisor is None else own[column] * 1e6 / own[divisor]

    assert value(ranked("european-regions"), code, indicator) == pytest.approx(expected, rel=1e-12)


@cache
def regions_of(year):
    """What Eurostat's file of a year has of each region, by code."""
    with gzip.open(EUROSTAT / f"nuts2_{year}.geojson.gz") as file:
        return {each["properties"]["id"]: each["properties"] for each in json.load(file)["features"]}


def listed(path, begins, encoding="utf-8"):
    """The row of a raw list whose first cells are these, by the columns of its header."""
    with path.open(encoding=encoding, newline="") as file:
        rows = list(csv.reader(file))
    header = next(row for row in rows if {"2015", "2014"} <= set(row) or {"2017", "2022"} <= set(row))
    (found,) = (row for row in rows if row[: len(begins)] == begins)
    return dict(zip(header, found, strict=True))


@raw_tables
@pytest.mark.parametrize("code", ["35620", "46520", "10180"])
def test_output_of_metros(ranked, code):
    """Output of 2022 in millions, and for one of 2017: in thousands in the list."""
    row, ranking = listed(OUTPUT, [code]), ranked("us-metros")

    assert value(ranking, code, "output") == pytest.approx(int(row["2022"]) / 1000, rel=1e-12)
    assert value(ranking, code, "growth") == pytest.approx(int(row["2022"]) / int(row["2017"]), rel=1e-12)


METRO, MICRO = "Metropolitan Statistical Area", "Micropolitan Statistical Area"


@raw_tables
@pytest.mark.parametrize(
    ("code", "listed_as"),
    [
        ("41940", [METRO, "141940", "San Jose-Sunnyvale-Santa Clara, CA"]),
        ("31080", [METRO, "131100", "Los Angeles-Long Beach-Santa Ana, CA"]),
        ("15680", [MICRO, "230500", "Lexington Park, MD"]),
    ],
)
def test_patents_of_metros(ranked, code, listed_as):
    """Patents granted from 2011 to 2015, also of areas that the list has under an older code."""
    row = listed(PATENTS, listed_as, "latin-1")

    assert value(ranked("us-metros"), code, "patents-granted") == sum(float(row[str(at)]) for at in range(2011, 2016))


@pytest.mark.parametrize(
    ("code", "name", "lat", "lon"),
    [
        ("41940", "Stanford University", 37.4275, -122.1697),
        ("35620", "Newark, New Jersey", 40.7357, -74.1724),
        ("45940", "Princeton University", 40.3440, -74.6514),
        ("14460", "Massachusetts Institute of Technology", 42.3601, -71.0942),
    ],
)
def test_a_point_lies_in_its_metro(code, name, lat, lon):
    """The nearest centre is the area's whose county the place is in."""
    with (us_metros.folder / "places.csv").open(encoding="utf-8", newline="") as file:
        centres = list(csv.DictReader(file))
    scale = np.cos(np.radians(lat))
    nearest = min(centres, key=lambda each: (float(each["lat"]) - lat) ** 2 + (scale * (float(each["lon"]) - lon)) ** 2)

    assert nearest["unit"] == code


@raw_tables
@pytest.mark.long
@pytest.mark.parametrize(
    ("builder", "raw", "region", "names"),
    [
        (european_builder, EUROSTAT, european_regions, ("regions.csv", "patents.csv", "regions.geojson")),
        (metros_builder, REFERENCE, us_metros, ("metros.csv", "places.csv", "output.csv", "patents.csv")),
    ],
)
def test_builders_make_the_shipped_files(tmp_path, monkeypatch, capsys, builder, raw, region, names):
    """From the raw files, byte by byte; their small size keeps the pack below 2 MB."""
    monkeypatch.setattr("sys.argv", ["builder", "--raw", str(raw), "--output", str(tmp_path)])
    assert builder.main() == 0

    assert all((tmp_path / name).read_bytes() == (region.folder / name).read_bytes() for name in names)
    assert sum((region.folder / name).stat().st_size for name in names) < 2_000_000
