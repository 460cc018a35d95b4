"""The World Bank's API as it behaves, on a server of this machine, from nothing to a ranking."""

import json
import os
from pathlib import Path

import pandas as pd
import pytest
from hubrank import Request
from hubrank.cli.app import run
from hubrank.testing import conforms
from hubrank_fetching import FetchError
from hubrank_fetching.session import Session
from hubrank_fetching.sources import fetched_of
from hubrank_statistics import worldbank
from hubrank_statistics.worldbank import SERVICE, Options, series

#: Replies of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples" / "worldbank"

(SOURCE,) = worldbank.hubrank_data_sources()

UNITS = "unit,name,country\nus,United States,USA\nfr,France,FRA\n"
PLACES = "unit,country\nus,USA\nfr,FRA\n"
SCENARIO = """
title = "Research of two countries"
editions = [2024]
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", places = "places.csv" }

[inputs.spent]
source = "worldbank"
table = "figures"
options = { indicator = "GB.XPD.RSDV.GD.ZS" }

[dimensions.knowledge]

[indicators.research]
indicator = "value"
dimension = "knowledge"
inputs = { values = "spent" }
options = { column = "value" }
"""


@conforms(worldbank)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


@pytest.fixture
def bank(httpserver, monkeypatch, tmp_path):
    """The API on this machine, and a folder with a scenario."""
    monkeypatch.setenv("HUBRANK_WORLDBANK_ADDRESS", httpserver.url_for("/v2"))
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name, text in (("units.csv", UNITS), ("places.csv", PLACES), ("research.toml", SCENARIO)):
        Path(name).write_text(text)
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


def table():
    """The rows of the series."""
    request = Request(
        table="figures",
        columns=("value",),
        first_year=None,
        last_year=None,
        options=Options(indicator="GB.XPD.RSDV.GD.ZS"),
    )
    (frame,) = fetched_of(SOURCE).get(request, Session(SERVICE, online=True))
    return frame


def ranked():
    """The figures of the run, by unit."""
    return pd.read_csv("run/values.csv").set_index(["unit", "indicator"]).iloc[:, 1].droplevel("indicator").to_dict()


def test_rows(bank):
    """Of all pages those of countries that have a value: no World, no gap."""
    serve(bank)

    wanted = pd.DataFrame({"country": ["USA", "FRA"], "year": [2024, 2024], "value": [3.5, 2.25]})
    pd.testing.assert_frame_equal(table(), wanted, check_dtype=False)


def test_from_nothing_to_a_ranking(bank, capsys):
    """Nothing is fetched unasked; after `fetch` the ranking has the figures, and a second fetch has nothing to do."""
    serve(bank)
    assert run(["rank", "research.toml"]) == 4
    assert "worldbank: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err
    assert run(["fetch", "research.toml"]) == 2
    told = capsys.readouterr()
    assert "nothing is fetched unasked; --yes fetches without asking" in told.err
    assert "500,000" in told.out
    assert bank.log == []

    assert run(["fetch", "research.toml", "--yes"]) == 0
    assert "with 3 requests" in capsys.readouterr().out
    assert run(["rank", "research.toml", "--output", "run"]) == 0
    assert ranked() == {"us": 3.5, "fr": 2.25}

    capsys.readouterr()
    assert run(["fetch", "research.toml", "--yes"]) == 0
    assert "all is kept already" in capsys.readouterr().out
    assert len(bank.log) == 3


def test_an_unknown_code(bank, capsys):
    """An error that comes as if all were well is told, with the code, and not kept."""
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
    """Each is told with its place, or what is not read of it."""
    with pytest.raises(FetchError) as raised:
        series.check(reply, series.VALUE, "X.Y")
    assert said in str(raised.value)


def recorded():
    """The recorded replies, one that says why where there are none."""
    found = sorted(SAMPLES.glob("*.json")) if SAMPLES.is_dir() else []
    lacking = pytest.param(None, marks=pytest.mark.skip(reason=f"there are no recorded replies in {SAMPLES.name}"))
    return [pytest.param(path, id=path.stem) for path in found] or [lacking]


@pytest.mark.parametrize("path", recorded())
def test_recorded(path):
    """Each recorded reply is rows of the form that is known, or told as an error."""
    reply = json.loads(path.read_text())
    if "message" in reply[0]:
        with pytest.raises(FetchError, match="The provided parameter value is not valid"):
            series.check(reply, series.VALUE, "X.Y")
    else:
        series.check(reply, series.VALUE, "X.Y")
        assert reply[1][0]["value"] == worldbank.sample("figures", None)["value"][0]
