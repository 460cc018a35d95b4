"""The Nobel Prize API as it behaves, and Wikidata beside it, on a server of this machine, from nothing to a ranking."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hubrank_fetching import misfit
from hubrank_research import nobel

from tests.services import fetched_rows, from_nothing, moved, recorded, scenario

ALL = ("Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics")
UNITS = "unit,name,country,lat,lon,radius_km\nparis,Paris,FRA,48.86,2.35,40\nurbana,Urbana,USA,40.11,-88.21,40\n"
SCENARIO = scenario("nobel", "laureates", edition=1975, units='places = "units.csv"', window='"all"')


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
    """The API and Wikidata on this machine, and a folder with a scenario."""
    files = {"units.csv": UNITS, "nobel.toml": SCENARIO}
    moved(httpserver, monkeypatch, tmp_path, files, nobel="/2.1", wikidata="/sparql")
    return httpserver


def serve(prizes, rows=ROWS, points=POINTS, at=2, links=()):
    """The laureates on two pages, the second from `at`, and the places of cities."""
    for offset, part in [(0, rows[:at]), (at, rows[at:])] if at < len(rows) else [(0, rows)]:
        asked = {"limit": "100", "offset": str(offset)}
        meta = {"offset": offset, "limit": 100, "count": len(rows), "license": "CC0"}
        reply = {"laureates": part, "meta": meta, "links": links}
        prizes.expect_request("/2.1/laureates", query_string=asked).respond_with_json(reply)
    found = {"head": {"vars": ["place", "point"]}, "results": {"bindings": points}}
    prizes.expect_request("/sparql").respond_with_json(found, content_type="application/sparql-results+json")


def counted(frame):
    """What lies where, by country, year and category."""
    rows = frame.astype({"country": object}).fillna({"country": "-"}).itertuples()
    return [(row.country, row.year, row.category, round(row.laureates, 4)) for row in rows]


def test_fractional(prizes):
    """A quarter, a third and a half of a prize count as much; of two organisations each has its half of that."""
    serve(prizes)
    frame = fetched_rows(nobel, "laureates", categories=ALL)

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
    frame = fetched_rows(nobel, "laureates", counting=counting)

    assert frame.groupby("country")["laureates"].sum().to_dict() == wanted
    assert set(frame["category"]) == {"Physics", "Chemistry", "Medicine"}


def test_from_nothing_to_a_ranking(prizes, capsys):
    """Both services are named before; the ranking has the values, and unassigned rows are reported."""
    serve(prizes)
    figures, told = from_nothing("nobel.toml", "nobel", capsys, prizes.log)

    assert {"/2.1", "/sparql"} <= {word.rpartition(":")[2].lstrip("0123456789") for word in told.before.split()}
    assert "with 3 requests" in told.fetched
    assert figures == {"paris": pytest.approx(1.25), "urbana": pytest.approx(2 / 3 + 0.25)}
    assert "no place" in Path("run/unassigned.csv").read_text()


#: Awards of the recorded laureates, those without an organisation, and the sum of portions.
FOUND = {"laureates_v2.0_full_objects": (8, 1, Fraction(4)), "laureates_v2.1_subset": (14, 3, Fraction(83, 12))}


@pytest.mark.parametrize("path", recorded("nobel", "*.json"))
def test_recorded(path):
    """Each recorded laureate is understood, with dates such as 1943-00-00."""
    rows = json.loads(path.read_text())
    nobel.check({"laureates": rows})
    found = list(nobel.awards_of(rows, "2026-11-26"))

    assert misfit(rows, [nobel.LAUREATE]) == ""
    without = sum(not each.cities for each in found)
    assert (len(found), without, sum(each.portion for each in found)) == FOUND[path.stem]
    assert all(city.name and city.country for each in found for city in each.cities)
