"""The World Bank's API as it behaves, on a server of this machine, from nothing to a ranking."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank_fetching import FetchError
from hubrank_statistics import worldbank

from tests.services import fetched_rows, from_nothing, moved, recorded, scenario

UNITS = "unit,name,country\nus,United States,USA\nfr,France,FRA\n"
PLACES = "unit,country\nus,USA\nfr,FRA\n"
OPTIONS = {"options": '{ indicator = "GB.XPD.RSDV.GD.ZS" }'}
SCENARIO = scenario("worldbank", "figures", units='places = "places.csv"', column="value", **OPTIONS)


@pytest.fixture
def bank(httpserver, monkeypatch, tmp_path):
    """The API on this machine, and a folder with a scenario."""
    files = {"units.csv": UNITS, "places.csv": PLACES, "research.toml": SCENARIO}
    moved(httpserver, monkeypatch, tmp_path, files, worldbank="/v2")
    return httpserver


def about(rows, page=1, pages=1, total=None):
    """What stands before the rows; numbers are texts now and then."""
    return {"page": page, "pages": pages, "per_page": "2", "total": len(rows) if total is None else total}


def country(code, region):
    """A row of the list of countries."""
    return {"id": code, "iso2Code": code[:2], "name": code, "region": {"id": region, "iso2code": "X", "value": "x"}}


def value(code, year, number):
    """A row of a series."""
    return {
        "indicator": {"id": "GB.XPD.RSDV.GD.ZS", "value": "Research"},
        "country": {"id": code[:2], "value": code},
        "countryiso3code": code,
        "date": str(year),
        "value": number,
        "unit": "",
        "obs_status": "",
        "decimal": 1,
    }


COUNTRIES = [country("USA", "NAC"), country("FRA", "ECS"), country("WLD", "NA"), country("EUU", "NA")]
ROWS = [value("USA", 2024, 3.5), value("WLD", 2024, 2.7), value("FRA", 2024, 2.25), value("FRA", 2023, None)]
SERIES = "/v2/country/all/indicator/GB.XPD.RSDV.GD.ZS"


def serve(bank, rows=ROWS, updated="2026-07-13"):
    """The list of countries, and a series on two pages."""
    asked = {"format": "json", "per_page": "400", "page": "1"}
    bank.expect_request("/v2/country", query_string=asked).respond_with_json([about(COUNTRIES), COUNTRIES])
    for page, part in ((1, rows[:2]), (2, rows[2:])):
        head = about(part, page, 2, len(rows)) | {"lastupdated": updated}
        asked = {"format": "json", "per_page": "20000", "page": str(page)}
        bank.expect_request(SERIES, query_string=asked).respond_with_json([head, part])


def test_rows(bank):
    """Of all pages those of countries that have a value: no World, no gap."""
    serve(bank)

    wanted = pd.DataFrame({"country": ["USA", "FRA"], "year": [2024, 2024], "value": [3.5, 2.25]})
    found = fetched_rows(worldbank, "figures", ("value",), indicator="GB.XPD.RSDV.GD.ZS")
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)


def test_from_nothing_to_a_ranking(bank, capsys):
    """Nothing is fetched unasked; after `fetch` the ranking has the values, and a second fetch has nothing to do."""
    serve(bank)
    figures, told = from_nothing("research.toml", "worldbank", capsys, bank.log)

    assert "500,000" in told.before
    assert "with 3 requests" in told.fetched
    assert figures == {"us": 3.5, "fr": 2.25}


def test_an_unknown_code(bank, capsys):
    """An error that comes as if all were well is reported, with the code, and not kept."""
    serve(bank)
    bank.clear()
    bank.expect_request("/v2/country").respond_with_json([about(COUNTRIES), COUNTRIES])
    said = [{"message": [{"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}]}]
    bank.expect_request(SERIES).respond_with_json(said)

    assert run(["fetch", "research.toml", "--yes"]) == 4
    told = capsys.readouterr().err
    assert "refuses 'GB.XPD.RSDV.GD.ZS': The provided parameter value is not valid; check the code" in told
    assert not [path for path in Path("cache").rglob("*.reply") if b"message" in path.read_bytes()]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ([about([]), [value("USA", "2024Q1", 1.0)]], "has values of '2024Q1'; only series of years are read"),
        ([about([], pages="many"), []], "another form: reply[0].pages"),
        ([about([]), [value("USA", 2024, "1.0")]], "another form: reply[1][0].value: str"),
        ([about([])], "another form: reply: list"),
        ({"message": "down"}, "another form: reply: dict"),
    ],
)
def test_replies_of_another_form(reply, said):
    """Each is reported with its place, or what is not read of it."""
    with pytest.raises(FetchError) as raised:
        worldbank.check(reply, worldbank.VALUE, "X.Y")
    assert said in str(raised.value)


@pytest.mark.parametrize("path", recorded("worldbank", "*.json"))
def test_recorded(path):
    """Each recorded reply gives rows of the known form, or an error."""
    reply = json.loads(path.read_text())
    if "message" in reply[0]:
        with pytest.raises(FetchError, match="The provided parameter value is not valid"):
            worldbank.check(reply, worldbank.VALUE, "X.Y")
    else:
        worldbank.check(reply, worldbank.VALUE, "X.Y")
        assert reply[1][0]["value"] == worldbank.sample("figures", None)["value"][0]
