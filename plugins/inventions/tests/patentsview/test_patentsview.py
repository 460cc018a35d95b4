"""The Open Data Portal as it behaves, on a server of this machine, and a folder of tables: the same patents of both."""

import csv
import io
import zipfile

import pytest
from attrs import evolve
from hubrank.cli.app import run
from hubrank.plugin.sources import divided
from hubrank_fetching.testing import traces
from hubrank_inventions import patentsview
from hubrank_inventions.patentsview import Options

from tests.services import from_nothing, moved, recorded, request, scenario

SECRET = "uspto-s3cret/0815"  # noqa: S105  # a made-up one

UNITS = "unit,name,lat,lon,country\nsj,San Jose,37.34,-121.89,USA\nber,Berlin,52.52,13.40,DEU\n"
SCENARIO = scenario("patentsview", "patents", edition=2020, units="within_km = 20", column="patents")
SCENARIO = SCENARIO.replace("normalisation", "window = 2\nnormalisation")

#: The tables, with columns that no one reads among them. San Jose is l1, Berlin l2, and l3 has no point.
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
    """A table as PatentsView writes it: tabs, texts in double quotes, missing values without."""
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


@pytest.fixture
def portal(httpserver, monkeypatch, tmp_path):
    """The portal on this machine, and a folder with a scenario; no file has the key."""
    moved(httpserver, monkeypatch, tmp_path, {"units.csv": UNITS, "scenario.toml": SCENARIO}, patentsview="/products")
    monkeypatch.setenv("HUBRANK_USPTO_KEY", SECRET)
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


def rows_of(options):
    """The rows of the table, sorted."""
    (frame,) = patentsview.read(evolve(request(patentsview, "patents", ("patents",)), options=options))
    found = divided(frame.collect("pandas").to_native(), ["patents"])[["country", "year", "patents"]].astype(object)
    return sorted(found.where(found.notna(), None).itertuples(index=False, name=None), key=str)


def downloads(portal):
    """The names of the files that were asked for."""
    return sorted(each[0].path.rpartition("/")[2] for each in portal.log if "/files/" in each[0].path)


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
    """Utility patents in force, divided by their inventors; each whole patent is assigned, or reported as not."""
    found = rows_of(Options(year=year, file=in_folder(tmp_path / "tables", packed=packed)))

    assert found == wanted
    assert sum(each[-1] for each in found) == 4


def test_from_nothing_to_a_ranking(portal, capsys):
    """Nothing is fetched unasked; the ranking has the values, and what lies nowhere is reported as lost."""
    serve(portal)
    figures, told = from_nothing("scenario.toml", "patentsview", capsys, portal.log)

    tables = ("g_inventor_disambiguated", "g_location_disambiguated", "g_patent")
    assert downloads(portal) == [f"{name}.tsv.zip" for name in tables]
    assert figures == {"sj": 1.0, "ber": 0.25}
    assert "not matched to a unit: 58 % of patents (3 rows), no place" in told.shown  # 1.75 of 3
    (origin,) = patentsview.origins(Options())
    assert (origin.published, origin.licence, len(origin.accessed)) == ("2026-04-10", "CC-BY-4.0", 10)


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
    """Each is reported by its meaning."""
    portal.expect_request("/products/PVGPATDIS").respond_with_json(body, status)

    assert run(["fetch", "scenario.toml", "--yes"]) == 4
    assert said in capsys.readouterr().err
    assert len(portal.log) == 1


@pytest.mark.parametrize(
    "path", recorded("patentsview_odp", "g_patent.sample.tsv", "g_inventor_dis*.tsv", "g_location_dis*.tsv")
)
def test_recorded_tables(path):
    """Each has the columns that are read, by their names; the row is patent 10,000,000."""
    name = path.name.partition(".")[0]
    rows = [row for piece in patentsview._pieces(name, path) for row in piece.to_pylist()]

    wanted = ["10000000", "utility", "0"]
    assert not rows or [rows[0][each] for each in ("patent_id", "patent_type", "withdrawn")] == wanted
