"""Eurostat's and the OECD's services as they behave, on a server of this machine, from nothing to a ranking."""

import json
from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve
from hubrank.cli.app import run
from hubrank_fetching import FetchError
from hubrank_statistics import cells, eurostat, oecd

from tests.services import fetched_rows, moved, ranked, recorded, scenario

FLOW = "OECD.CFE.EDS,DSD_FUA_ECO@DF_ECONOMY"


@pytest.fixture
def naps(httpserver, monkeypatch, tmp_path):
    """The seconds that would have been slept; both services are on this machine, and the folder is empty."""
    return moved(httpserver, monkeypatch, tmp_path, eurostat="/eurostat", oecd="/oecd")


@pytest.fixture
def service(httpserver, naps):
    """Both services on this machine, and an empty folder."""
    return httpserver


# Eurostat


def dataset(values, geo, years, status=None, **others):
    """A data set of JSON-stat: values and flags by place and year, and dimensions with one code or several."""
    index = {name: {code: at for at, code in enumerate(codes)} for name, codes in others.items()}
    index |= {"geo": {code: at for at, code in enumerate(geo)}, "time": {year: at for at, year in enumerate(years)}}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Unemployment rate by NUTS 2 region",
        "updated": "2026-03-18T23:00:00+0100",
        "id": list(index),
        "size": [len(codes) for codes in index.values()],
        "value": values,
        "status": status or {},
        "dimension": {name: {"category": {"index": codes, "label": {}}} for name, codes in index.items()},
        "extension": {"status": {"label": {"b": "break in time series", "e": "estimated", "p": "provisional"}}},
    }


UNEMPLOYED = dataset(
    {"0": 2.5, "1": 9.5, "2": 4.0, "4": 3.0, "6": 7.0},
    ["DE21", "EL30", "HR05", "EU27_2020"],
    ["2018", "2019"],
    {"1": "b", "4": "be", "5": ":"},
    unit=["PC"],
)
DATA = "/eurostat/data/tgs00010"


def of_eurostat(**said):
    """The rows of a series."""
    return fetched_rows(eurostat, "figures", flow="tgs00010", **said)


def failed(ask):
    """What a fetch says where it fails."""
    with pytest.raises(FetchError) as raised:
        ask()
    return str(raised.value)


def test_rows_of_eurostat(service):
    """Regions alone, flags in words, what has a flag and no value is missing; Greece is EL, as NUTS writes it."""
    service.expect_request(DATA).respond_with_json(UNEMPLOYED)

    found = of_eurostat(filters={"unit": "PC"}, since=2018)
    assert found.drop(columns="vintage").to_dict("split")["data"] == [
        ["DE21", 2018, 2.5, ""],
        ["DE21", 2019, 9.5, "break in time series (b)"],
        ["EL30", 2018, 4.0, ""],
        ["HR05", 2018, 3.0, "break in time series (b), estimated (e)"],
    ]
    assert set(found["vintage"]) == {"2026-03-18"}
    ((request, _),) = service.log
    wanted = {"format": "JSON", "lang": "EN", "unit": "PC", "geoLevel": "nuts2", "sinceTimePeriod": "2018"}
    assert dict(request.args) == wanted


@pytest.mark.parametrize(
    ("level", "codes", "wanted"),
    [
        ("country", ["DE", "EL", "UK", "XK", "EU27_2020", "EA20", "DE1"], ["DEU", "GRC", "GBR", "XKX"]),
        ("nuts1", ["DE", "EL3", "UKI", "EU2"], ["EL3", "UKI"]),
        ("nuts2", ["DE21", "FRY1", "EA20", "EU27", "DE2"], ["DE21", "FRY1"]),
        ("nuts3", ["DE212", "EEA30", "EE001", "DE21"], ["DE212", "EE001"]),
        ("city", ["DE001C", "UK001K1", "DE001", "EU27_2020"], ["DE001C", "UK001K1"]),
    ],
)
def test_levels(level, codes, wanted):
    """Codes of a level alone are taken, and sums of countries at none."""
    code = eurostat.of_level(level)
    assert [code(each) for each in codes if code(each)] == wanted


def test_several_series_are_never_added_up(service):
    """All dimensions that have several codes are reported at once."""
    reply = dataset({str(at): 1.0 for at in range(8)}, ["DE21", "EL30"], ["2018"], unit=["PC", "THS"], sex=["F", "M"])
    service.expect_request(DATA).respond_with_json(reply)

    assert "has several series; choose one in filters: unit: PC, THS; sex: F, M" in failed(of_eurostat)


FAULT = "<S:Fault><faultcode>413</faultcode><faultstring>EXTRACTION_TOO_BIG: estimated 9 rows</faultstring></S:Fault>"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (413, {"error": [{"status": 413, "id": 1, "label": "EXTRACTION_TOO_BIG"}]}, "refuses so large a reply: EXTR"),
        (200, {"error": [{"status": 413, "id": 1, "label": "EXTRACTION_TOO_BIG"}]}, "refuses so large a reply: EXTR"),
        (413, FAULT, "refuses so large a reply: EXTRACTION_TOO_BIG: estimated 9 rows; ask for less by filters"),
        (400, {"error": [{"status": 400, "label": "Invalid dimension: SEXX"}]}, "Invalid dimension: SEXX; check flow"),
        (404, {"error": [{"status": 404, "label": "No data"}]}, "found nothing: No data; check flow"),
    ],
)
def test_refusals_of_eurostat(service, naps, status, body, said):
    """They are reported in Eurostat's words, once, with what to do."""
    service.expect_request(DATA).respond_with_data(
        body if isinstance(body, str) else json.dumps(body), status=status, content_type="application/json"
    )

    assert said in failed(of_eurostat)
    assert naps == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"size": [1, 9, 2]}, "reply.dimension.geo"),
        ({"value": {"99": 1.0}}, "reply.value.99"),
        ({"value": 7}, "reply.value: int"),
        ({"id": ["unit", "geo", "when"]}, "reply.dimension.when"),
    ],
)
def test_replies_of_another_form(service, change, place):
    """Each is reported with its place and not kept."""
    service.expect_request(DATA).respond_with_json(UNEMPLOYED | change)

    assert f"its reply has another form: {place}" in failed(of_eurostat)
    assert not list(Path("cache").rglob("*.reply"))


# The OECD


#: The structure of the flow as SDMX-ML 2.1, with what defines it.
STRUCTURE = (Path(__file__).parent / "structure.xml").read_text(encoding="utf-8")


def structure(version="1.1"):
    """The structure in a version."""
    return STRUCTURE.replace("VERSION", version)


HEAD = (
    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,FREQ,Frequency,MEASURE,Measure,TIME_PERIOD,"
    "Time period,OBS_VALUE,Observation value,OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier"
)
ROWS = [
    'DATAFLOW,X(1.1),"Cities, economy",I,AUS01F,Sydney,A,Annual,GDP,Output,2022,,421.5,,A,Normal value,6,Millions',
    'DATAFLOW,X(1.1),"Cities, economy",I,ES002F,Barcelona,A,Annual,GDP,Output,2022,,200,,E,Estimated value,6,Millions',
    'DATAFLOW,X(1.1),"Cities, economy",I,ES003F,Valencia,A,Annual,GDP,Output,2022,,,,M,Missing value,6,Millions',
]
NEWEST = "/oecd/dataflow/OECD.CFE.EDS/DSD_FUA_ECO@DF_ECONOMY/latest"
FIGURES = "/oecd/data/OECD.CFE.EDS,DSD_FUA_ECO@DF_ECONOMY,1.1/..GDP"
XML = "application/vnd.sdmx.structure+xml; version=2.1; charset=utf-8"
CSV = "application/vnd.sdmx.data+csv; labels=both; charset=utf-8"


def serve(service, rows=ROWS, version="1.1"):
    """The structure of the flow, and its values, with the ends of lines that the OECD has."""
    service.expect_request(NEWEST).respond_with_data(structure(version), content_type=XML)
    text = "".join(f"{line}\r\n" for line in (HEAD, *rows))
    service.expect_request(FIGURES.replace("1.1", version)).respond_with_data(text, content_type=CSV)


def of_oecd(**said):
    """The rows of a series."""
    return fetched_rows(oecd, "figures", flow=FLOW, filters={"MEASURE": "GDP"}, **said)


def test_rows_of_the_oecd(service):
    """The newest version is found, filters become a key, millions are whole units, and flags are reported."""
    serve(service)

    wanted = [["AUS01F", 2022, 421_500_000.0, ""], ["ES002F", 2022, 200_000_000.0, "Estimated value (E)"]]
    found = of_oecd(since=2015)
    assert found.drop(columns="vintage").to_numpy().tolist() == wanted
    assert set(found["vintage"]) == {"version 1.1"}
    args = {"dimensionAtObservation": "AllDimensions", "format": "csvfilewithlabels", "startPeriod": "2015"}
    assert dict(service.log[1][0].args) == args


@pytest.mark.long
def test_from_nothing_to_a_ranking_of_cities(service, capsys):
    """The version that was found is in the origin; a newer one is taken by --refresh alone."""
    lines = {"options": f'{{ flow = "{FLOW}", filters = {{ MEASURE = "GDP" }} }}'}
    Path("cities.toml").write_text(scenario("oecd", "figures", edition=2022, column="value", **lines))
    Path("units.csv").write_text("unit,name,country\nAUS01F,Sydney,AUS\nES002F,Barcelona,ESP\n")
    serve(service)
    assert run(["rank", "cities.toml"]) == 4
    assert run(["fetch", "cities.toml", "--yes"]) == 0
    assert ranked("cities.toml") == {"AUS01F": 421_500_000.0, "ES002F": 200_000_000.0}
    (report,) = json.loads(Path("run/record.json").read_text())["inputs"]
    assert report["origins"][0]["title"] == "Economy of cities: DSD_FUA_ECO@DF_ECONOMY, version 1.1"

    service.clear()
    serve(service, [ROWS[0].replace("421.5", "500")], "2.0")
    assert ranked("cities.toml")["AUS01F"] == 421_500_000.0
    assert run(["fetch", "cities.toml", "--yes", "--refresh"]) == 0
    assert ranked("cities.toml") == {"AUS01F": 500_000_000.0}
    assert pd.read_csv("run/values.csv").set_index("unit").loc["AUS01F", "vintage"] == "version 2.0"


#: Of this flow no reply is kept: names and values are real, the codes except the treaty's are those of this test.
PATENTS = "DSD_REG_PAT@DF_PAT"
ASKED = {
    "TERRITORIAL_LEVEL": "TL3",
    "PATENT_AUTHORITIES": "9P50_1",
    "AGENT_ROLE": "INVENTOR",
    "DATE_TYPE": "APPLICATION",
}
LABELS = {"TL3": "Small region (TL3)", "9P50_1": "WIPO (PCT)", "INVENTOR": "Inventor", "APPLICATION": "Application"}
#: Small regions with PCT applications per million inhabitants of 2020 and 2021; the OECD has none of Stockholm's 2021.
RATES = {
    "ITH41": ("Pordenone", "185.48", "189.12"),
    "DE112": ("Böblingen", "737.71", "763.08"),
    "SE110": ("Stockholm County", "540.47", ""),
    "KR051": ("Daejeon", "1566.79", "1754.39"),
}


@pytest.mark.long
def test_patents_of_small_regions(service):
    """International applications by the inventors' small region come as the OECD gives them; the newest stands."""
    dimensions = "".join(
        f'<str:Dimension id="{name}" position="{at}" />' for at, name in enumerate(["REF_AREA", *ASKED], start=1)
    )
    text = structure().replace("DSD_FUA_ECO", "DSD_REG_PAT").replace("DF_ECONOMY", "DF_PAT")
    first, last = text.index("<str:Dimension id="), text.index("<str:TimeDimension")
    whole = text[:first] + dimensions + text[last:]
    service.expect_request(f"/oecd/dataflow/OECD.CFE.EDS/{PATENTS}/latest").respond_with_data(whole, content_type=XML)
    head = f"STRUCTURE,REF_AREA,Reference area,{','.join(f'{name},{name.title()}' for name in ASKED)}"
    same = ",".join(f"{code},{LABELS[code]}" for code in ASKED.values())
    rows = [
        f"DATAFLOW,{code},{name},{same},{year},,{rate},,{'A,Normal value' if rate else 'M,Missing value'}"
        for code, (name, *rates) in RATES.items()
        for year, rate in zip((2020, 2021), rates, strict=True)
    ]
    reply = "\r\n".join([f"{head},TIME_PERIOD,Time period,OBS_VALUE,Observation value,OBS_STATUS,Status", *rows])
    figures = f"/oecd/data/OECD.CFE.EDS,{PATENTS},1.1/.{'.'.join(ASKED.values())}"
    service.expect_request(figures).respond_with_data(reply + "\r\n", content_type=CSV)
    Path("units.csv").write_text("unit,name\n" + "".join(f"{code},{name}\n" for code, (name, *_) in RATES.items()))
    filters = ", ".join(f'{name} = "{code}"' for name, code in ASKED.items())
    options = f'{{ flow = "OECD.CFE.EDS,{PATENTS}", filters = {{ {filters} }} }}'
    Path("regions.toml").write_text(
        scenario("oecd", "figures", edition=2021, column="value", options=options, max_age=1)
    )

    assert run(["fetch", "regions.toml", "--yes"]) == 0
    assert ranked("regions.toml") == {"ITH41": 189.12, "DE112": 763.08, "SE110": 540.47, "KR051": 1754.39}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, "NoRecordsFound", "has no records of this; check flow and its version, filters and since"),
        (404, "NoResultsFound", "has no records of this"),
        (404, "Could not find Dataflow", "refuses this: Could not find Dataflow; check flow and its version"),
        (422, "Not enough key values in query, expecting 3 got 2", "expecting 3 got 2; check flow"),
        (429, "Too many requests", "allows 60 downloads an hour from an address, and they are used up"),
    ],
)
def test_refusals_of_the_oecd(service, naps, status, body, said):
    """They are reported once, in words, with what to do."""
    service.expect_request(NEWEST).respond_with_data(structure(), content_type=XML)
    service.expect_request(FIGURES).respond_with_data(body, status=status, content_type="text/plain")

    assert said in failed(of_oecd)
    assert naps == []


# The page, and what was recorded


@pytest.mark.parametrize("path", recorded("eurostat", "*.json"))
def test_recorded_of_eurostat(path):
    """The data set of 2026: 12 values, and one cell that has nothing but its flag."""
    found = cells.cells_of_json(json.loads(path.read_text()))
    assert (found.frame["value"].notna().sum(), len(found.frame), found.updated) == (12, 13, "2026-03-18")
    total = evolve(found, frame=found.frame[found.frame["sectperf"] == "BES"])
    rows = cells.rows(total, source="eurostat", flow="x", place="geo", column="nuts", code=eurostat.of_level("nuts2"))
    assert rows[["nuts", "year", "value", "method"]].to_numpy().tolist() == [
        ["DE11", 2023, 6.9, "break in time series (b)"],
        ["ES43", 2022, 0.2, ""],
        ["ES43", 2023, 0.18, ""],
    ]
    assert cells.flag("|C", found.meanings) == "confidential (|C)"


#: The dimensions of each, which the structure of its flow names, and its first place and value.
RECORDED = {
    "fua_density_csvfilewithlabels_fixture": ("REF_AREA FREQ MEASURE UNIT_MEASURE TERRITORIAL_LEVEL", "AUS01C", 2376.0),
    "real_response_csvfilewithlabels": (
        "FREQ REF_AREA MEASURE UNIT_MEASURE SECTOR EDITION SCALE CATEGORY",
        "ISL",
        50.4,
    ),
    "reg_pop_csvfilewithlabels_fixture": (
        "FREQ TERRITORIAL_LEVEL REF_AREA TERRITORIAL_TYPE MEASURE AGE SEX UNIT_MEASURE",
        "AU1",
        8_534_000.0,
    ),
}


@pytest.mark.parametrize("path", recorded("oecd", "*.csv"))
def test_recorded_of_the_oecd(path):
    """Columns are chosen by codes, whatever stands between them and however lines end."""
    dimensions, place, value = RECORDED[path.stem]
    flow = cells.Structure(version="1.1", title="", dimensions=tuple(dimensions.split()), time="TIME_PERIOD")
    frame = cells.cells_of_csv(path.read_bytes(), flow).frame
    assert frame.loc[0, ["REF_AREA", "value"]].tolist() == [place, value]
    assert (frame["status"] == "A").all()
