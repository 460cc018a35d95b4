"""The Open Data Portal as it behaves, on a server of this machine, and a folder of tables: the same patents of both."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hubrank import FileProblem, Request
from hubrank.cli.main import run
from hubrank.testing import conforms, examples
from hubrank_fetching import misfit
from hubrank_fetching.geonames import Gazetteer
from hubrank_fetching.session import Session
from hubrank_fetching.sources import fetched_of
from hubrank_fetching.testing import traces
from hubrank_inventions import patentsview
from hubrank_inventions.patentsview import SERVICE, Options, counting, release

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
#: Tables and replies of the portal; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLES = REFERENCE.parent / "apis" / "samples" / "patentsview_odp"
SECRET = "uspto-s3cret/0815"  # noqa: S105  # a made-up one

(SOURCE,) = patentsview.hubrank_data_sources()

UNITS = "unit,name,lat,lon,country\nsj,San Jose,37.34,-121.89,USA\nber,Berlin,52.52,13.40,DEU\n"
SCENARIO = """
title = "Patents of two cities"
editions = [2020]
window = 2
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", within_km = 20 }

[inputs.granted]
source = "patentsview"
table = "patents"

[dimensions.invention]

[indicators.patents]
indicator = "value"
dimension = "invention"
inputs = { values = "granted" }
options = { column = "patents" }
"""

#: The tables, with columns that nobody reads among them. San Jose is l1, Berlin l2, and l3 has no point.
TABLES = {
    "g_location_disambiguated": [
        ["location_id", "disambig_city", "disambig_state", "disambig_country", "latitude", "longitude", "county"],
        ["l1", "San Jose", "CA", "US", 37.34, -121.89, "Santa Clara"],
        ["l2", "Berlin", "", "DE", 52.52, 13.40, ""],
        ["l3", "Nowhere", "", "XX", "", "", ""],
        ["l4", "Pristina", "", "XK", 42.67, 21.17, ""],
    ],
    "g_patent": [
        ["patent_id", "patent_type", "patent_date", "patent_title", "wipo_kind", "num_claims", "withdrawn", "filename"],
        ["10000001", "utility", "2019-01-01", 'A "quoted" title\twith a tab\nand a line', "B2", 20, 0, "a.xml"],
        ["10000002", "utility", "2020-06-30", "Two", "B2", 20, 0, "a.xml"],
        ["10000003", "utility", "2020-06-30", "Withdrawn", "B2", 20, 1, "a.xml"],
        ["D345393", "design", "2020-06-30", "Design", "S1", 1, 0, "a.xml"],
        ["10000004", "utility", "2018-06-30", "Before the window", "B2", 20, 0, "a.xml"],
        ["10000005", "utility", "2020-07-07", "Without inventors", "B2", 20, 0, "a.xml"],
    ],
    "g_inventor_disambiguated": [
        ["patent_id", "inventor_sequence", "inventor_id", "disambig_inventor_name_first", "gender_code", "location_id"],
        ["10000001", 0, "i1", "Ann", "F", "l1"],
        ["10000001", 1, "i2", "Bob", "M", "l1"],
        ["10000001", 2, "i3", "Cem", "M", "l2"],
        ["10000001", 3, "i4", "Dan", "M", ""],
        ["10000002", 0, "i1", "Ann", "F", "l1"],
        ["10000002", 1, "i5", "Eve", "F", "l3"],
        ["10000003", 0, "i1", "Ann", "F", "l1"],
        ["D345393", 0, "i1", "Ann", "F", "l1"],
        ["10000004", 0, "i6", "Fin", "M", "l2"],
        ["10000004", 1, "i7", "Gil", "M", "l4"],
    ],
    "g_application": [
        ["application_id", "patent_id", "patent_application_type", "filing_date"],
        ["15/000001", "10000001", "15", "2016-03-10"],
        ["15/000002", "10000002", "15", "2021-03-10"],
        ["15/000004", "10000004", "15", "2017-03-10"],
        ["15/000005", "10000005", "15", ""],
    ],
}


def text_of(rows):
    """A table as PatentsView writes it: tabs, texts in double quotes, gaps without."""
    held = io.StringIO()
    writer = csv.writer(held, delimiter="\t", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([[None if each == "" else each for each in row] for row in rows])
    return held.getvalue().replace('\t""', "\t")


def zipped(name, rows):
    """The zip of a table."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"{name}.tsv", text_of(rows))
    return held.getvalue()


@conforms(patentsview)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


@pytest.fixture
def portal(httpserver, monkeypatch, tmp_path):
    """The portal on this machine, and a folder with a scenario; no file has the key."""
    monkeypatch.setenv("HUBRANK_PATENTSVIEW_ADDRESS", httpserver.url_for("/products"))
    monkeypatch.setenv("HUBRANK_USPTO_KEY", SECRET)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("hubrank_fetching.pacing.clock.sleep", lambda seconds: None)
    monkeypatch.chdir(tmp_path)
    for name, text in (("units.csv", UNITS), ("scenario.toml", SCENARIO)):
        Path(name).write_text(text)
    yield httpserver
    assert traces(SECRET, tmp_path) == []


def serve(portal, tables=TABLES, released="2026-04-10 00:00:00", **bodies):
    """The list of files, and each of them behind a redirect, for those who have the key."""
    key = {"X-API-KEY": SECRET}
    packed = {name: bodies.get(name, zipped(name, rows)) for name, rows in tables.items()}
    files = [
        {
            "fileName": f"{name}.tsv.zip",
            "fileSize": len(body),
            "fileDataFromDate": "1976-01-01",
            "fileDataToDate": "2025-09-30",
            "fileTypeText": "Data",
            "fileDownloadURI": f"https://api.uspto.gov/files/{name}",
            "fileReleaseDate": released,
        }
        for name, body in packed.items()
    ]
    bag = {"count": len(files), "fileDataBag": files}
    product = {"productIdentifier": "PVGPATDIS", "productTitleText": "x", "productFileBag": bag}
    asked = {"includeFiles": "true", "latest": "true"}
    handler = portal.expect_request("/products/PVGPATDIS", query_string=asked, headers=key)
    handler.respond_with_json({"count": 1, "bulkDataProductBag": [product]})
    for name, body in packed.items():
        there = {"Location": f"/store/{name}"}
        path = f"/products/files/PVGPATDIS/{name}.tsv.zip"
        portal.expect_request(path, headers=key).respond_with_data("", 307, there)
        portal.expect_request(f"/store/{name}").respond_with_data(body, content_type="application/zip")


def in_folder(folder, tables=TABLES, *, packed=True):
    """The tables as files."""
    folder.mkdir()
    for name, rows in tables.items():
        ending, content = (".tsv.zip", zipped(name, rows)) if packed else (".tsv", text_of(rows).encode())
        (folder / f"{name}{ending}").write_bytes(content)
    return folder


def rows_of(options, session=None, first=None, last=None):
    """The rows of the table, sorted."""
    request = Request(table="patents", columns=("patents",), first_year=first, last_year=last, options=options)
    (frame,) = fetched_of(SOURCE).get(request, session or Session(SERVICE))
    found = frame.collect("pandas").to_native()
    columns = ["country", "year", "patents"]
    return sorted(
        (tuple(None if pd.isna(each) else each for each in row) for row in found[columns].itertuples(index=False)),
        key=str,
    )


def downloads(portal):
    """The names of the files that were asked for."""
    return sorted(each[0].path.rpartition("/")[2] for each in portal.log if "/files/" in each[0].path)


def ranked():
    """The figures of the run, by unit."""
    return pd.read_csv("run/values.csv").set_index(["unit", "indicator"]).iloc[:, 1].droplevel("indicator").to_dict()


#: 10000001 has four inventors, 10000002 and 10000004 two, 10000005 none.
GRANTED = [
    ("DEU", 2018, 0.5),
    ("DEU", 2019, 0.25),
    ("USA", 2019, 0.25),
    ("USA", 2019, 0.25),
    ("USA", 2020, 0.5),
    ("XKX", 2018, 0.5),
    (None, 2019, 0.25),
    (None, 2020, 0.5),
    (None, 2020, 1.0),
]
#: 10000002 was filed after its grant, and of 10000005 no filing is known: neither is anywhere.
FILED = [
    ("DEU", 2016, 0.25),
    ("DEU", 2017, 0.5),
    ("USA", 2016, 0.25),
    ("USA", 2016, 0.25),
    ("XKX", 2017, 0.5),
    (None, 2016, 0.25),
    (None, 2020, 0.5),
    (None, 2020, 0.5),
    (None, 2020, 1.0),
]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("year", "wanted"), [("grant", GRANTED), ("filing", FILED)])
def test_rows_of_a_folder(tmp_path, packed, year, wanted):
    """Utility patents that stand, shared by their inventors; each whole patent is somewhere, or nowhere and told."""
    found = rows_of(Options(year=year, file=in_folder(tmp_path / "tables", packed=packed)))

    assert found == wanted
    assert sum(each[-1] for each in found) == 4


def test_a_sample_needs_nothing(portal):
    """Neither download nor folder."""
    Path("mine.toml").write_text('extends = "scenario.toml"\n[inputs.granted.options]\nfile = "none"\n')
    near = "unit,name,lat,lon,country\nmb,Manhattan Beach,33.88,-118.41,USA\nsj,San Jose,37.34,-121.89,USA\n"
    Path("units.csv").write_text(near)

    for name in ("scenario.toml", "mine.toml"):
        text = Path(name).read_text().replace("2020", "2018")
        Path(name).write_text(text)
        assert run(["rank", name, "--sample", "--output", "run"]) == 0
        assert ranked()["mb"] == 1
    assert portal.log == []


def test_years_that_are_asked_for(tmp_path):
    """Others are left out."""
    options = Options(file=in_folder(tmp_path / "tables"))

    assert rows_of(options, first=2019, last=2019) == [row for row in GRANTED if row[1] == 2019]


def test_a_table_of_the_users_stands_in_without_a_key(portal, monkeypatch, capsys):
    """Nothing is asked, the table is read, and fetch, check and the ranking say why; with the key it is fetched."""
    serve(portal)
    table = '\nfallback = "mine"\n\n[inputs.mine]\nsource = "files"\noptions = { file = "mine.csv", kind = "flow" }\n'
    Path("scenario.toml").write_text(SCENARIO.replace('\ntable = "patents"\n', f'\ntable = "patents"{table}'))
    Path("mine.csv").write_text("unit,year,patents\nsj,2020,7\nber,2020,3\n")
    monkeypatch.delenv("HUBRANK_USPTO_KEY")
    said = "granted: needs a key; set HUBRANK_USPTO_KEY (from https://data.uspto.gov/myodp); not all of it is fetched; "

    for words in (["fetch", "scenario.toml", "--yes"], ["check", "scenario.toml"]):
        assert run(words) == 0
        assert f"{said}files stands in" in " ".join(capsys.readouterr().out.split())
    assert run(["rank", "scenario.toml"]) == 0
    assert "not there: patentsview (granted); files stands in" in capsys.readouterr().out
    assert portal.log == []

    monkeypatch.setenv("HUBRANK_USPTO_KEY", SECRET)
    assert run(["fetch", "scenario.toml", "--yes"]) == 0
    assert run(["rank", "scenario.toml"]) == 0
    assert "stands in" not in capsys.readouterr().out


def test_from_nothing_to_a_ranking(portal, capsys):
    """Nothing is fetched unasked; the ranking has the figures, and what lies nowhere is told as lost."""
    serve(portal)
    assert run(["rank", "scenario.toml"]) == 4
    assert "patentsview: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err
    assert portal.log == []

    assert run(["fetch", "scenario.toml", "--yes"]) == 0
    assert downloads(portal) == [
        "g_inventor_disambiguated.tsv.zip",
        "g_location_disambiguated.tsv.zip",
        "g_patent.tsv.zip",
    ]
    assert run(["rank", "scenario.toml", "--output", "run"]) == 0
    assert ranked() == {"sj": 1.0, "ber": 0.25}
    assert "in no unit: 58 % of patents (granted) (3 rows), no place" in capsys.readouterr().out  # 1.75 of 3
    (origin,) = patentsview.origins(Options())
    assert (origin.published, origin.licence, len(origin.accessed)) == ("2026-04-10", "CC-BY-4.0", 10)


def test_the_key_goes_to_the_portal_alone(portal):
    """The first hop has it; where it leads, in another path of the test's one host, it is the same host's."""
    serve(portal)
    run(["fetch", "scenario.toml", "--yes"])

    hops = [each[0] for each in portal.log if each[0].path.startswith("/products/")]
    assert {each.headers.get("X-Api-Key") for each in hops} == {SECRET}
    assert SERVICE.key_for("https://data.uspto.gov/ui/datasets/products/files/PVGPATDIS/g_patent.tsv.zip") is None


def test_a_release_is_downloaded_once(portal, capsys):
    """However often is asked for anew, and again only the tables that are of another release or size."""
    serve(portal)
    for more in ([], [], ["--refresh"], ["--refresh"]):
        assert run(["fetch", "scenario.toml", "--yes", *more]) == 0
    assert len(downloads(portal)) == 3
    portal.clear()
    newer = TABLES | {"g_patent": [*TABLES["g_patent"], ["10000009", "utility", "2020-08-04", "x", "B2", 1, 0, "b"]]}
    serve(portal, newer)

    assert run(["fetch", "scenario.toml", "--yes", "--refresh"]) == 0
    assert downloads(portal) == ["g_patent.tsv.zip"]


def test_a_file_that_a_key_had_too_often(portal, capsys):
    """It is said, with the way out, and not asked again; what is kept stays in use where that is wanted."""
    serve(portal)
    run(["fetch", "scenario.toml", "--yes"])
    portal.clear()
    portal.expect_request("/products/files/PVGPATDIS/g_patent.tsv.zip").respond_with_data("", 429, {"Retry-After": "1"})
    serve(portal, released="2026-10-01 00:00:00")

    assert run(["fetch", "scenario.toml", "--yes", "--refresh"]) == 4
    told = capsys.readouterr().err
    assert "has given this file as often as it gives one to a key in a year" in told
    assert "options.file" in told
    assert downloads(portal) == ["g_patent.tsv.zip"]
    assert run(["rank", "scenario.toml", "--output", "run"]) == 0
    assert ranked() == {"sj": 1.0, "ber": 0.25}


PAGE = b"<html><head><title>Request Rejected</title></head></html>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (PAGE, "sent a page of HTML in place of a file, or a firewall on the way did"),
        (zipped("g_other", [["x"]]), "has no 'g_patent.tsv'"),
        (zipped("g_patent", TABLES["g_patent"])[:-30], "is damaged or cut off"),
    ],
)
def test_what_is_no_table(portal, body, said, capsys):
    """It is told, asked for once, and not kept."""
    serve(portal, g_patent=body)

    assert run(["fetch", "scenario.toml", "--yes"]) == 4
    assert said in capsys.readouterr().err
    assert downloads(portal) == ["g_patent.tsv.zip"]
    assert not list(Path("cache").rglob("*.file"))


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {"message": "Forbidden"}, "refuses the key in HUBRANK_USPTO_KEY, or a firewall does"),
        (404, {"code": 404, "error": "Not Found"}, "has no such file or product for this key"),
        (200, {"count": 0, "bulkDataProductBag": []}, "its release has no g_patent, g_inventor_disambiguated"),
        (200, {"count": 1}, "another form: reply.bulkDataProductBag: -"),
    ],
)
def test_what_the_portal_refuses(portal, status, body, said, capsys):
    """Each is told as what it means."""
    portal.expect_request("/products/PVGPATDIS").respond_with_json(body, status)

    assert run(["fetch", "scenario.toml", "--yes"]) == 4
    assert said in capsys.readouterr().err
    assert len(portal.log) == 1


def test_no_key(portal, monkeypatch, capsys):
    """It is said before anything is asked, with the place where one is had."""
    monkeypatch.delenv("HUBRANK_USPTO_KEY")

    assert run(["fetch", "scenario.toml", "--yes"]) == 4
    assert "needs a key; set HUBRANK_USPTO_KEY (from https://data.uspto.gov/myodp)" in capsys.readouterr().err
    assert portal.log == []


def test_the_scenarios_of_the_page(portal, monkeypatch, tmp_path):
    """Downloads, and a folder, which needs neither key nor net: the same ranking."""
    for shown in examples(README, "patentsview"):
        if shown.file:
            Path(shown.file).write_text(shown.code)
    newer = {"2019-01-01": "2023-01-03", "2020-06-30": "2024-07-02"}
    patents = [[newer.get(each, each) for each in row] for row in TABLES["g_patent"]]
    tables = TABLES | {"g_patent": patents}
    serve(portal, tables)
    assert run(["fetch", "inventions.toml", "--yes"]) == 0
    assert run(["rank", "inventions.toml", "--output", "run"]) == 0
    figures = ranked()
    asked = len(portal.log)
    monkeypatch.delenv("HUBRANK_USPTO_KEY")
    in_folder(tmp_path / "tables", tables)

    assert figures["san-francisco-bay-area"] == 1.0
    assert run(["fetch", "mine.toml", "--yes"]) == 0
    assert run(["rank", "mine.toml", "--output", "run"]) == 0
    assert ranked() == pytest.approx(figures, nan_ok=True)
    assert len(portal.log) == asked
    (origin,) = patentsview.origins(Options(file=tmp_path / "tables", release="2026-04-10"))
    assert (origin.published, origin.accessed) == ("2026-04-10", "")


def without(name, column):
    """The tables, of which one lacks a column."""
    at = TABLES[name][0].index(column)
    return TABLES | {name: [[*row[:at], *row[at + 1 :]] for row in TABLES[name]]}


def test_columns_that_come_and_go(tmp_path):
    """Columns that nobody reads may be missing; one that is read is told."""
    found = in_folder(tmp_path / "a", without("g_inventor_disambiguated", "gender_code"))
    assert rows_of(Options(file=found)) == GRANTED

    lacking = in_folder(tmp_path / "b", without("g_patent", "withdrawn"))
    with pytest.raises(FileProblem, match=r"g_patent: .*withdrawn.*; it must have the columns patent_id, patent_type"):
        rows_of(Options(file=lacking))


def test_a_folder_that_lacks_a_table(tmp_path):
    """All that are missing are told."""
    folder = in_folder(tmp_path / "tables", {"g_patent": TABLES["g_patent"]})
    with pytest.raises(FileProblem) as raised:
        rows_of(Options(file=folder))
    assert str(raised.value) == (
        "tables: lacks g_inventor_disambiguated.tsv.zip, g_location_disambiguated.tsv.zip, or unpacked"
    )
    with pytest.raises(FileProblem, match="none: folder not found"):
        rows_of(Options(file=tmp_path / "none"))


def test_a_folder_beside_the_scenario(portal, tmp_path, monkeypatch):
    """It is found from wherever the scenario is ranked."""
    in_folder(tmp_path / "tables")
    Path("mine.toml").write_text('extends = "scenario.toml"\n[inputs.granted.options]\nfile = "tables"\n')
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert run(["rank", "../mine.toml", "--output", "run"]) == 0
    assert ranked() == {"sj": 1.0, "ber": 0.25}


def test_a_folder_that_changes(tmp_path):
    """What was counted of an old table is not taken for the new one's."""
    folder = in_folder(tmp_path / "tables")
    request = Request(table="patents", columns=(), first_year=None, last_year=None, options=Options(file=folder))
    before = SOURCE.fingerprint(request)
    (folder / "g_patent.tsv.zip").write_bytes(zipped("g_patent", TABLES["g_patent"][:2]))

    assert SOURCE.fingerprint(request) != before


def test_the_sample_is_where_it_is():
    """The point of Manhattan Beach is that of the gazetteer."""
    row = patentsview.sample("patents", Options()).iloc[0]
    place = Gazetteer.built_in().find("Manhattan Beach", country="USA")

    assert (place.lat, place.lon) == pytest.approx((row["lat"], row["lon"]), abs=1e-3)


def recorded(*names):
    """Files that lie beside the reference data, one that says why where there are none."""
    found = [SAMPLES / name for name in names if (SAMPLES / name).is_file()]
    lacking = pytest.param(None, marks=pytest.mark.skip(reason=f"there are no samples in {SAMPLES.name}"))
    return [pytest.param(path, id=path.stem) for path in found] or [lacking]


@pytest.mark.parametrize(
    "path",
    recorded("g_patent.sample.tsv", "g_inventor_disambiguated.header.tsv", "g_location_disambiguated.header.tsv"),
)
def test_recorded_tables(path):
    """Each has the columns that are read, by their names; the row is patent 10,000,000."""
    name = path.name.partition(".")[0]
    table = release.TableFile(name=name, path=path)
    rows = [row for piece in counting._pieces(table, counting.COLUMNS[name]) for row in piece.to_pylist()]

    assert not rows or (rows[0]["patent_id"], rows[0]["patent_type"], rows[0]["withdrawn"]) == (
        "10000000",
        "utility",
        "0",
    )


@pytest.mark.parametrize("path", recorded("odp_bulk_products_search.json"))
def test_recorded_products(path):
    """The portal's products are as the form says that is known, their files aside, which a search leaves out."""
    reply = json.loads(path.read_text())

    assert misfit(reply, {"bulkDataProductBag": [{"productIdentifier": str}]}) == ""


def test_importing_needs_no_library_of_the_net():
    """What yields the record imports neither requests nor an engine."""
    code = (
        "import sys, hubrank_inventions.patentsview; "
        "sys.exit(any(each in sys.modules for each in ('requests', 'pandas', 'duckdb', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
