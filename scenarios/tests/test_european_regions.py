"""The European regions keep their promises, rank, and have Eurostat's figures."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hubrank import Registry
from hubrank.results.rank import rank
from hubrank.testing import conforms
from hubrank_scenarios import european_regions as region

from tools import european_regions as european_regions_builder

REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).resolve().parents[3] / "shared" / "data"))
RAW = REFERENCE / "more" / "eurostat-nuts2"
raw_tables = pytest.mark.skipif(not RAW.is_dir(), reason="no raw tables: set HUBRANK_REFERENCE")


@pytest.mark.long
@conforms(region)
def test_conformance(check):
    """The unit set, the source and the scenario keep each promise of their kinds."""
    check()


@pytest.fixture(scope="module")
def ranking():
    """The regions, ranked."""
    return rank("european-regions", Registry.installed())


@pytest.mark.long
def test_every_figure_has_an_origin_with_a_licence(ranking):
    """All 332 regions are ranked, and no figure lacks its origin."""
    origins = {each["name"]: each for report in ranking.measurement.inputs for each in report.origins}
    measured = ~np.isnan(ranking.measurement.values)
    named = {name for text in ranking.measurement.origins[measured] for name in text.split(" + ")}

    assert (~np.isnan(ranking.ranks)).sum() == len(ranking.codes) == 332
    assert {"eurostat-regions", "eurostat-patents", "leiden-2020"} <= named <= set(origins)
    assert all(each["licence"] not in ("", "not stated") for each in origins.values())
    assert all(each.licence for each in ranking.plan.units.origins)


#: A region, an indicator, the raw file's year, and what is divided by what in it.
FIGURES = [
    ("DE21", "output", 2018, "region_gdp", "region_population"),
    ("FR10", "output", 2018, "region_gdp", "region_population"),
    ("PL91", "output", 2018, "region_gdp", "region_population"),
    ("ES63", "unemployment", 2018, "unemployment_rate_t", None),
    ("CZ01", "unemployment", 2018, "unemployment_rate_t", None),
    ("BG31", "life-expectancy", 2018, "life_expectancy_t", None),
    ("ES30", "life-expectancy", 2018, "life_expectancy_t", None),
    ("TRC1", "employment-gap", 2018, "gender_employ_gap", None),
    ("NL41", "epo-patents", 2012, "patents", None),
    ("CH03", "epo-patents", 2012, "patents", None),
]


@raw_tables
@pytest.mark.parametrize(("code", "indicator", "year", "column", "divisor"), FIGURES)
def test_figure(ranking, code, indicator, year, column, divisor):
    """Ten figures as the raw files have them; output is in million euros there."""
    with gzip.open(RAW / f"nuts2_{year}.geojson.gz") as file:
        (own,) = (each["properties"] for each in json.load(file)["features"] if each["properties"]["id"] == code)
    expected = own[column] if divisor is None else own[column] * 1e6 / own[divisor]
    at = ranking.codes.index(code), ranking.measurement.indicators.index(indicator)

    assert ranking.measurement.values[0][at] == pytest.approx(expected, rel=1e-12)


@raw_tables
@pytest.mark.long
def test_the_builder_makes_the_shipped_files(tmp_path, monkeypatch, capsys):
    """From the raw files, byte by byte; the tables' small size keeps the pack below 2 MB."""
    monkeypatch.setattr("sys.argv", ["builder", "--raw", str(RAW), "--output", str(tmp_path)])
    assert european_regions_builder.main() == 0

    names = ("regions.csv", "patents.csv", "regions.geojson")
    assert [(tmp_path / name).read_bytes() == (region.folder / name).read_bytes() for name in names] == [True] * 3
    assert sum((region.folder / name).stat().st_size for name in names) < 2_000_000
