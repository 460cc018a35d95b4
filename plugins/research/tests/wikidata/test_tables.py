"""The tables of the source, from nothing to a ranking."""

from pathlib import Path

import pytest
from hubrank_research.wikidata import employers_in

from tests.services import from_nothing, scenario

from .conftest import row, shown, table


@pytest.mark.usefixtures("universities")
def test_universities(world):
    """A seat has the city's GeoNames id and the nearer point; two share; one that ended is none; no one is lost."""
    frame = table("universities")

    assert shown(frame, "item", "ror", "geonames", "lat", "lon", "country", "universities", "method") == [
        ["Q1001", "02feahw73", 2988507, 48.7, 2.2, "FRA", 1.0, "by head office"],
        ["Q1002", None, 2657896, 47.38, 8.55, "CHE", 0.5, "by head office"],
        ["Q1002", None, 2988507, 48.856666666, 2.351944444, "FRA", 0.5, "by head office"],
        ["Q1003", None, None, None, None, "FRA", 1.0, "no place"],
        ["Q1004", None, 2657896, 47.374444444, 8.540833333, "CHE", 1.0, "by district"],
        ["Q1005", None, None, None, None, "CHE", 1.0, "no place"],
    ]
    assert frame["year"].astype(str).tolist() == [day[:4] for day in frame["vintage"]]
    assert world.items("members") == [["Q30"], ["Q39"], ["Q142"]]


def unicorns(world, number):
    """The number of companies in Paris."""
    world.rows["members"] = [row(item=f"Q{2000 + at}", country="Q142") for at in range(number)]
    world.rows["seats"] = [row(item=f"Q{2000 + at}", seat=f"s{at}", city="Q90") for at in range(number)]


def test_from_nothing_to_a_ranking(world, capsys):
    """Nothing is fetched unasked; then Paris has its unicorns, and Zurich's are not known."""
    unicorns(world, 120)
    lines = {"look_ahead": "true", "options": '{ of = "Q777" }'}
    text = scenario("wikidata", "unicorns", edition=2026, units='places = "units.csv"', **lines)
    Path("unicorns.toml").write_text(text)
    figures, _ = from_nothing("unicorns.toml", "wikidata", capsys, world.asked)

    assert figures == {"paris": 120.0}
    wanted = [("countries", 0), ("members", 3), ("seats", 120), ("places", 1)]
    assert [(name, len(items)) for name, items in world.asked] == wanted


@pytest.mark.usefixtures("universities")
def test_laureates(world):
    """The employers of the year share an award; an award of no employer lies nowhere; ids are the Nobel Prize API's."""
    physics = {"laureate": "6", "prize": "Q38104", "when": "1903-01-01T00:00:00Z"}
    chemistry = physics | {"prize": "Q44585", "when": "1911-01-01T00:00:00Z"}
    jobs = (
        {"job": "j1", "employer": "Q1001", "from": "1900-01-01T00:00:00Z"},
        {"job": "j2", "employer": "Q1004", "from": "1909-10-15T00:00:00Z", "until": "1912-01-01T00:00:00Z"},
    )
    world.rows["laureates"] = [row(**prize, **job) for prize in (physics, chemistry) for job in jobs]
    world.rows["laureates"].append(row(laureate="467", prize="Q35637", when="1904-12-10T00:00:00Z"))

    assert shown(table("laureates"), "laureate", "country", "year", "category", "laureates", "method") == [
        ["467", None, 1904, "Peace", 1.0, "no employer"],
        ["6", "FRA", 1911, "Chemistry", 0.5, "by head office"],
        ["6", "CHE", 1911, "Chemistry", 0.5, "by district"],
        ["6", "FRA", 1903, "Physics", 1.0, "by head office"],
    ]


@pytest.mark.parametrize(
    ("year", "wanted"), [(1950, ["Q1"]), (1955, ["Q1", "Q2"]), (1960, ["Q2"]), (1970, ["Q2"]), (1940, ["Q3"])]
)
def test_employers_of_a_year(year, wanted):
    """Jobs of known years come first, with an open end; if none holds, jobs of no known year."""
    assert employers_in(year, [("Q1", 1945, 1955), ("Q2", 1955, None), ("Q3", None, None)]) == wanted
