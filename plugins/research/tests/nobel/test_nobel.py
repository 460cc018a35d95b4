"""The Nobel Prize API as it behaves, and Wikidata beside it, on a server of this machine, from nothing to a ranking."""

import json
import os
import subprocess
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hubrank import Request
from hubrank.cli.main import run
from hubrank.testing import conforms, examples
from hubrank_fetching import FetchError, clock, misfit
from hubrank_fetching.sources import fetched_of
from hubrank_research import nobel
from hubrank_research.nobel import Options, laureates

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
#: Replies of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples" / "nobel"

(SOURCE,) = nobel.hubrank_data_sources()

ALL = ("Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics")
UNITS = "unit,name,country,lat,lon,radius_km\nparis,Paris,FRA,48.86,2.35,40\nurbana,Urbana,USA,40.11,-88.21,40\n"
SCENARIO = """
title = "Laureates of two cities"
editions = [1975]
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", places = "units.csv" }

[inputs.laureates]
source = "nobel"
window = "all"

[dimensions.knowledge]

[indicators.laureates]
dimension = "knowledge"
"""


@conforms(
    nobel,
    sample_options={"nobel": [{}, {"counting": "full", "categories": ["Chemistry", "Peace"]}, {"counting": "first"}]},
)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


def organisation(city, country, item=None, **more):
    """An organisation, as version 2.1 has it."""
    now = {"en": city, "no": city, "se": city}
    if item:
        now["sameAs"] = [f"https://www.wikidata.org/wiki/{item}", "https://www.wikipedia.org/wiki/X"]
    told = {"city": {"en": city}, "country": {"en": country}, "countryNow": {"en": country}}
    return {"name": {"en": "A university"}, "cityNow": now | more, **told}


def prize(year, category, portion="1", *organisations):
    """A prize of a laureate."""
    return {
        "awardYear": str(year),
        "category": {"en": category, "no": "x", "se": "x"},
        "portion": portion,
        "prizeStatus": "received",
        "affiliations": list(organisations),
        "links": [{"rel": "nobelPrize", "href": "https://masterdataapi.nobelprize.org/2/nobelPrize/x"}],
    }


def laureate(identifier, *prizes, born="1867-11-07"):
    """A laureate."""
    return {"id": str(identifier), "knownName": {"en": "X"}, "birth": {"date": born}, "nobelPrizes": list(prizes)}


PARIS = organisation("Paris", "France", "Q90")
URBANA = organisation("Urbana, IL", "USA", "Q462184")
ROWS = [
    laureate(6, prize(1903, "Physics", "1/4"), prize(1911, "Chemistry", "1", PARIS)),
    laureate(66, prize(1956, "Physics", "1/3", URBANA), prize(1972, "Physics", "1/3", URBANA), born="1908-00-00"),
    laureate(1, prize(1970, "Physiology or Medicine", "1/2", PARIS, URBANA)),
    laureate(2, prize(1910, "Peace")),
]


def point(item, lon, lat, geonames, country):
    """A row of Wikidata's."""
    literal = {"type": "literal", "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral"}
    return {
        "place": {"type": "uri", "value": f"http://www.wikidata.org/entity/{item}"},
        "point": literal | {"value": f"Point({lon} {lat})"},
        "geonames": {"type": "literal", "value": geonames},
        "country": {"type": "literal", "value": country},
    }


POINTS = [
    point("Q90", 2.351944444, 48.856666666, "2988507", "FRA"),
    point("Q462184", -88.204166666, 40.109722222, "4914570", "USA"),
]


@pytest.fixture
def prizes(httpserver, monkeypatch, tmp_path):
    """The API and Wikidata on this machine, nobody waiting for their pace, and a folder with a scenario."""
    monkeypatch.setenv("HUBRANK_NOBEL_ADDRESS", httpserver.url_for("/2.1"))
    monkeypatch.setenv("HUBRANK_WIKIDATA_ADDRESS", httpserver.url_for("/sparql"))
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(clock, "sleep", lambda _: None)
    monkeypatch.chdir(tmp_path)
    for name, text in (("units.csv", UNITS), ("nobel.toml", SCENARIO)):
        Path(name).write_text(text)
    return httpserver


def serve(prizes, rows=ROWS, points=POINTS, at=2, links=()):
    """The laureates on two pages, the second from `at`, and the places of cities."""
    parts = [(0, rows[:at]), (at, rows[at:])] if at < len(rows) else [(0, rows)]
    for offset, part in parts:
        asked = {"limit": "100", "offset": str(offset)}
        meta = {"offset": offset, "limit": 100, "count": len(rows), "license": "CC0"}
        reply = {"laureates": part, "meta": meta, "links": links}
        prizes.expect_request("/2.1/laureates", query_string=asked).respond_with_json(reply)
    found = {"head": {"vars": ["place", "point"]}, "results": {"bindings": points}}
    prizes.expect_request("/sparql").respond_with_json(found, content_type="application/sparql-results+json")


def table(**options):
    """The rows of the table."""
    request = Request(table="laureates", columns=(), first_year=None, last_year=None, options=Options(**options))
    known = fetched_of(SOURCE)
    (frame,) = known.get(request, known.session(online=True))
    return frame


def counted(frame):
    """What lies where, by country, year and category."""
    rows = frame.astype({"country": object}).fillna({"country": "-"}).itertuples()
    return [(row.country, row.year, row.category, round(row.laureates, 4)) for row in rows]


def test_fractional(prizes):
    """A quarter, a third and a half of a prize count as much; of two organisations each has its half of that."""
    serve(prizes)
    frame = table(categories=ALL)

    assert counted(frame) == [
        ("-", 1903, "Physics", 0.25),
        ("FRA", 1911, "Chemistry", 1.0),
        ("USA", 1956, "Physics", 0.3333),
        ("USA", 1972, "Physics", 0.3333),
        ("FRA", 1970, "Medicine", 0.25),
        ("USA", 1970, "Medicine", 0.25),
        ("-", 1910, "Peace", 1.0),
    ]
    assert Counter(frame["method"]) == {"no organisation": 2, "by Wikidata": 5}
    paris = frame.iloc[1]
    assert (paris["geonames"], paris["lat"], paris["lon"]) == (2988507, 48.856666666, 2.351944444)


@pytest.mark.parametrize(
    ("counting", "wanted"),
    [
        ("fractional-laureate", {"FRA": 1.5, "USA": 2.5}),
        ("full", {"FRA": 2.0, "USA": 3.0}),
        ("first", {"FRA": 2.0, "USA": 2.0}),
    ],
)
def test_counting(prizes, counting, wanted):
    """Curie 1, Bardeen 2 and one of two organisations; peace is left out unless it is asked for."""
    serve(prizes)
    frame = table(counting=counting)

    assert frame.groupby("country")["laureates"].sum().to_dict() == wanted
    assert set(frame["category"]) == {"Physics", "Chemistry", "Medicine"}


def test_once_in_a_unit(prizes):
    """Under `full` a laureate of two organisations of one city counts once there."""
    serve(prizes, [laureate(1, prize(1970, "Physics", "1", PARIS, PARIS))], at=1)
    scenario = SCENARIO.replace('window = "all"', 'window = "all"\noptions = { counting = "full" }')
    Path("nobel.toml").write_text(scenario)

    assert run(["fetch", "nobel.toml", "--yes"]) == 0
    assert run(["rank", "nobel.toml", "--output", "run"]) == 0
    assert ranked() == {"paris": 1.0, "urbana": 0.0}


def ranked():
    """The figures of the run, by unit."""
    return pd.read_csv("run/values.csv").set_index(["unit", "indicator"]).iloc[:, 1].droplevel("indicator").to_dict()


def test_from_nothing_to_a_ranking(prizes, capsys):
    """Both services are told of before; the ranking has the figures, and what lies nowhere is told."""
    serve(prizes)
    assert run(["rank", "nobel.toml"]) == 4
    assert "nobel: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err
    assert run(["fetch", "nobel.toml"]) == 2
    told = "".join(capsys.readouterr().out.split())
    assert "/2.1" in told
    assert "/sparql" in told
    assert prizes.log == []

    assert run(["fetch", "nobel.toml", "--yes"]) == 0
    assert "with 3 requests" in capsys.readouterr().out
    assert run(["rank", "nobel.toml", "--output", "run"]) == 0
    figures = ranked()
    assert figures["paris"] == pytest.approx(1.25)
    assert figures["urbana"] == pytest.approx(2 / 3 + 0.25)
    assert "no place" in Path("run/lost.csv").read_text()

    assert run(["fetch", "nobel.toml", "--yes"]) == 0
    assert "all is kept already" in capsys.readouterr().out
    assert len(prizes.log) == 3


def test_the_sample_needs_nothing_that_is_fetched(prizes):
    """A ranking of samples asks nobody; where no sample lies it is 0."""
    Path("units.csv").write_text(UNITS + "kyoto,Kyoto,JPN,35.01,135.77,40\n")
    Path("nobel.toml").write_text(SCENARIO.replace("1975", "2024"))

    assert run(["rank", "nobel.toml", "--sample", "--output", "run"]) == 0
    assert ranked() == {"kyoto": 0.5, "paris": 0.0, "urbana": 0.0}
    assert prizes.log == []


def test_the_scenario_of_the_page(prizes, capsys):
    """The README's scenario: of 35 years to 2024 a quarter of a prize in Paris, and none of economics."""
    (shown,) = [each for each in examples(README, "nobel") if each.file]
    Path(shown.file).write_text(shown.code)
    new = [prize(2018, "Physics", "1/4", PARIS), prize(2019, "Economic Sciences", "1", PARIS)]
    serve(prizes, [*ROWS, laureate(9, *new), laureate(10, prize(2024, "Chemistry"))])

    assert run(["fetch", shown.file, "--yes"]) == 0
    assert run(["rank", shown.file, "--output", "run"]) == 0
    figures = ranked()
    assert (len(figures), figures["paris"], sum(figures.values())) == (179, 0.25, 0.25)


def test_covered_to_the_newest_prize(prizes):
    """A year without a laureate is a 0 from 1901 to the newest award that was fetched, and not known after it."""
    serve(prizes)
    table()

    covers = nobel.tables(Options())[0].covers
    assert (covers.first, covers.last) == (1901, 1972)
    (origin,) = nobel.origins(Options())
    assert len(origin.accessed) == 10


def test_the_api_knows_the_point(prizes):
    """A point in the reply, a number or a text, is taken as it is, and Wikidata is not asked."""
    near = organisation("Palaiseau", "France", "Q205580", latitude="48.7145", longitude="2.2457")
    far = organisation("Haifa", "Israel", latitude=32.8, longitude=35.0)
    wrong = organisation("Haifa", "Israel", latitude="", longitude=None)
    serve(prizes, [laureate(1, prize(2018, "Physics", "1", near, far, wrong))], at=1)
    frame = table()

    assert frame[["lat", "lon", "country", "method"]].values.tolist() == [
        [48.7145, 2.2457, "FRA", "by the API"],
        [32.8, 35.0, "ISR", "by the API"],
        [32.81303, 34.99928, "ISR", "by name in GeoNames"],
    ]
    assert [each[0].path for each in prizes.log] == ["/2.1/laureates"]


def test_version_2_0_has_names_alone(prizes):
    """Two cities called Cambridge are told apart by country and state; a city that nobody knows keeps its country."""
    names = [("Cambridge", "United Kingdom"), ("Cambridge, MA", "USA"), ("Nowhere, ZZ", "USA"), ("", "the Netherlands")]
    rows = [laureate(1, prize(2019, "Economic Sciences", "1/3", *(organisation(*each) for each in names)))]
    serve(prizes, rows, at=1, links={"self": "x"})
    frame = table()

    assert frame["country"].tolist() == ["GBR", "USA", "USA", "NLD"]
    assert frame["geonames"].astype(object).where(frame["geonames"].notna(), None).tolist()[:2] == [2653941, 4931972]
    assert frame["method"].tolist() == [*["by name in GeoNames"] * 2, *["city not known"] * 2]
    assert frame["laureates"].sum() == pytest.approx(1 / 3)


def test_an_organisation_without_a_city_of_today():
    """What is missing today is taken from then; an organisation that says nothing has no city."""
    then = {"name": {"en": "X"}, "city": {"en": "Strasbourg"}, "country": {"en": "Germany (now France)"}}

    assert laureates.city_of(then) == laureates.City(name="Strasbourg", country="France", item="", point=None)
    assert laureates.city_of({"name": {"en": "X"}}) == laureates.City(name="", country="", item="", point=None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": {"en": "Alchemy"}}, "nobelPrizes[0].category: Alchemy"),
        ({"portion": "1/12"}, "nobelPrizes[0].portion: 1/12"),
        ({"awardYear": "0000"}, "nobelPrizes[0].awardYear: 0000"),
    ],
)
def test_prizes_of_another_form(change, said):
    """A prize that is not understood is told with its place, and nothing is kept."""
    with pytest.raises(FetchError) as raised:
        laureates.check({"laureates": [laureate(1, prize(1911, "Chemistry") | change)]})
    assert said in str(raised.value)


def test_fewer_than_were_told(prizes, capsys):
    """A list that is cut short is refused."""
    serve(prizes)
    prizes.clear()
    reply = {"laureates": [], "meta": {"offset": 0, "limit": 100, "count": 4}}
    prizes.expect_request("/2.1/laureates").respond_with_json(reply)

    assert run(["fetch", "nobel.toml", "--yes"]) == 4
    assert "told of 4 rows and gave 0" in capsys.readouterr().err


def recorded():
    """The recorded replies, one that says why where there are none."""
    found = sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []
    lacking = pytest.param(None, marks=pytest.mark.skip(reason=f"there are no recorded replies in {SAMPLES.name}"))
    return [pytest.param(path, id=path.stem) for path in found] or [lacking]


#: Awards of the recorded laureates, those without an organisation, and the sum of portions.
FOUND = {"laureates_v2.0_full_objects": (8, 1, Fraction(4)), "laureates_v2.1_subset": (14, 3, Fraction(83, 12))}


@pytest.mark.parametrize("path", recorded())
def test_recorded(path):
    """Each recorded laureate is understood, with dates such as 1943-00-00."""
    rows = json.loads(path.read_text())
    laureates.check({"laureates": rows})
    found = list(laureates.awards_of(rows, "2026-11-26"))

    assert misfit(rows, [laureates.LAUREATE]) == ""
    without = sum(not each.cities for each in found)
    assert (len(found), without, sum(each.portion for each in found)) == FOUND[path.stem]
    assert all(city.name and city.country for each in found for city in each.cities)


def test_importing_needs_no_library_of_the_net():
    """What yields the record imports neither requests nor its cache."""
    code = "import sys, hubrank_research.nobel; sys.exit(any(each in sys.modules for each in ('requests', 'pandas')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
