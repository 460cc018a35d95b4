"""Another vintage in a folder, in place of the one that is built in."""

import shutil
from pathlib import Path

import hubrank_almanac
import pytest
from hubrank.cli.app import run
from hubrank.plugin import Coverage
from hubrank_almanac import DATA, Options

(SOURCE,) = hubrank_almanac.hubrank_data_sources()
ABOUT = """made = "2026-11-26"
carried = ["patents"]

[tables.works]
source = "leiden"

[tables.laureates]
source = "nobel"
covers = { first = 1901, last = 2026 }
"""
LAUREATES = """place_name,geonames,lat,lon,country,year,category,laureates,origin,vintage,method
Bern,2661552,46.94809,7.44744,CHE,2026,Physics,3,nobel-2026-11,1901-2026,
"""
ORIGIN = (
    '\n[nobel-2026-11]\nproducer = "A foundation"\ntitle = "Prizes"\nlicence = "CC0-1.0"\naccessed = "2026-11-26"\n'
)
SCENARIO = """title = "Laureates of a city"
editions = [2026]
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", within_km = 20 }

[inputs.laureates]
source = "almanac"
window = "all"
options = { file = "data/new" }

[dimensions.knowledge]

[indicators.laureates]
dimension = "knowledge"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A vintage beside a scenario: the one that is built in, with one new table."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    made = tmp_path / "data" / "new"
    shutil.copytree(DATA, made, ignore=shutil.ignore_patterns("__pycache__"))
    (made / "vintage.toml").write_text(ABOUT)
    (made / "laureates.csv").write_text(LAUREATES)
    (made / "origins.toml").write_text((made / "origins.toml").read_text(encoding="utf-8") + ORIGIN)
    (tmp_path / "units.csv").write_text(
        "unit,name,country,lat,lon\nbern,Bern,CHE,46.95,7.45\nrome,Rome,ITA,41.9,12.5\n"
    )
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    return made


def test_a_ranking_takes_it(folder, tmp_path, monkeypatch):
    """Its folder is relative to the scenario, and its values, origins and years without rows are the folder's."""
    monkeypatch.chdir(folder)
    assert run(["rank", str(tmp_path / "scenario.toml"), "--output", "run"]) == 0
    values = Path("run/values.csv").read_text()
    assert '2026,"bern","laureates",3' in values
    assert "nobel-2026-11" in values
    assert '2026,"rome","laureates",0' in values


def test_what_it_covers(folder):
    """A new table covers what the folder says, and nothing if it says nothing; carried ones cover what they did."""
    built_in = {table.name: table.covers for table in SOURCE.tables_for(Options())}
    found = {table.name: table.covers for table in SOURCE.tables_for(Options(file=folder))}

    assert found["laureates"] == Coverage(first=1901, last=2026)
    assert found["works"] is None
    assert {name: found[name] for name in found if name not in ("works", "laureates")} == {
        name: built_in[name] for name in built_in if name not in ("works", "laureates")
    }
    assert built_in["laureates"] == Coverage(first=1901, last=2024)
