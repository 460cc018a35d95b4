"""The metropolitan areas keep their promises, rank, and have the agencies' figures."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hubrank import Registry
from hubrank.results.rank import rank
from hubrank.testing import conforms
from hubrank_scenarios import us_metros as region

from tools import us_metros as us_metros_builder

REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).resolve().parents[3] / "shared" / "data"))
OUTPUT = REFERENCE / "more" / "us-metro-gdp" / "Table.csv"
PATENTS = REFERENCE / "almanac" / "patents" / "uspto_utility_patents_us_msa_2000_2015.csv"
raw_tables = pytest.mark.skipif(not OUTPUT.is_file(), reason="no raw tables: set HUBRANK_REFERENCE")


@conforms(region)
def test_conformance(check):
    """The unit set, the source and the scenario keep each promise of their kinds."""
    check()


@pytest.fixture(scope="module")
def ranking():
    """The areas, ranked."""
    return rank("us-metros", Registry.installed())


def test_every_figure_has_an_origin_with_a_licence(ranking):
    """All 384 areas are ranked, and no figure lacks its origin."""
    origins = {each["name"]: each for report in ranking.measurement.inputs for each in report.origins}
    measured = ~np.isnan(ranking.measurement.values)
    named = {name for text in ranking.measurement.origins[measured] for name in text.split(" + ")} - {""}

    assert (~np.isnan(ranking.ranks)).sum() == len(ranking.codes) == 384
    assert {"bea-cagdp1", "uspto-msa", "leiden-2020"} <= named <= set(origins)
    assert all(each["licence"] not in ("", "not stated") for each in origins.values())
    assert all(each.licence for each in ranking.plan.units.origins)


def value(ranking, code, indicator):
    """The figure of an area."""
    at = ranking.codes.index(code), ranking.measurement.indicators.index(indicator)
    return ranking.measurement.values[0][at]


def listed(path, begins, encoding="utf-8"):
    """The row of a raw list whose first cells are these, by the columns of its header."""
    with path.open(encoding=encoding, newline="") as file:
        rows = list(csv.reader(file))
    header = next(row for row in rows if {"2015", "2014"} <= set(row) or {"2017", "2022"} <= set(row))
    (found,) = (row for row in rows if row[: len(begins)] == begins)
    return dict(zip(header, found, strict=True))


@raw_tables
@pytest.mark.parametrize("code", ["35620", "41940", "31080", "46520", "10180"])
def test_output(ranking, code):
    """Output of 2022 in millions, and for one of 2017: in thousands in the list."""
    row = listed(OUTPUT, [code])

    assert value(ranking, code, "output") == pytest.approx(int(row["2022"]) / 1000, rel=1e-12)
    assert value(ranking, code, "growth") == pytest.approx(int(row["2022"]) / int(row["2017"]), rel=1e-12)


METRO, MICRO = "Metropolitan Statistical Area", "Micropolitan Statistical Area"


@raw_tables
@pytest.mark.parametrize(
    ("code", "listed_as"),
    [
        ("41940", [METRO, "141940", "San Jose-Sunnyvale-Santa Clara, CA"]),
        ("14460", [METRO, "114460", "Boston-Cambridge-Quincy, MA-NH"]),
        ("31080", [METRO, "131100", "Los Angeles-Long Beach-Santa Ana, CA"]),
        ("46520", [METRO, "126180", "Honolulu, HI"]),
        ("15680", [MICRO, "230500", "Lexington Park, MD"]),
    ],
)
def test_patents(ranking, code, listed_as):
    """Patents granted from 2011 to 2015, also of areas that the list has under an older code."""
    row = listed(PATENTS, listed_as, "latin-1")

    assert value(ranking, code, "patents-granted") == sum(float(row[str(year)]) for year in range(2011, 2016))


@pytest.mark.parametrize(
    ("code", "name", "lat", "lon"),
    [
        ("41940", "Stanford University", 37.4275, -122.1697),
        ("35620", "Newark, New Jersey", 40.7357, -74.1724),
        ("45940", "Princeton University", 40.3440, -74.6514),
        ("47900", "Georgetown University", 38.9076, -77.0723),
        ("14460", "Massachusetts Institute of Technology", 42.3601, -71.0942),
    ],
)
def test_a_point_lies_in_its_area(code, name, lat, lon):
    """The nearest centre is the area's whose county the place is in."""
    with (region.folder / "places.csv").open(encoding="utf-8", newline="") as file:
        centres = list(csv.DictReader(file))
    scale = np.cos(np.radians(lat))
    nearest = min(centres, key=lambda each: (float(each["lat"]) - lat) ** 2 + (scale * (float(each["lon"]) - lon)) ** 2)

    assert nearest["unit"] == code


@raw_tables
@pytest.mark.long
def test_the_builder_makes_the_shipped_files(tmp_path, monkeypatch, capsys):
    """From the raw lists, byte by byte."""
    monkeypatch.setattr("sys.argv", ["builder", "--raw", str(REFERENCE), "--output", str(tmp_path)])
    assert us_metros_builder.main() == 0

    names = ("metros.csv", "places.csv", "output.csv", "patents.csv")
    assert [(tmp_path / name).read_bytes() == (region.folder / name).read_bytes() for name in names] == [True] * 4
