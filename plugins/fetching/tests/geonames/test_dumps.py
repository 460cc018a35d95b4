"""GeoNames' dumps from a server of this machine, and from what is fetched to a ranking."""

import io
import zipfile
from pathlib import Path

import hubrank_fetching
import pytest
from hubrank.testing import conforms, examples
from hubrank_fetching import FetchError
from hubrank_fetching.geonames import Gazetteer, dumps
from hubrank_fetching.geonames.dumps import SERVICE, Options, dates, rows_of
from hubrank_fetching.session import Session

from tests.services import fetched_rows, from_nothing, moved, recorded

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def row(geonames, name, country, code, people, *, kind="PPL", others="", spot=(10.0, 20.0), day="2026-04-01"):
    """A row of a dump."""
    lat, lon = spot
    admin = (code, "", "", "", str(people), "", "-9999", "Etc/UTC", day)
    return "\t".join([str(geonames), name, name, others, str(lat), str(lon), "P", kind, country, "", *admin])


#: San Francisco, a section of it, two towns of one name in Namibia, a place no one counted, and a quotation mark.
ROWS = (
    row(5391959, "San Francisco", "US", "CA", 800_000, others="Frisco,S.F.", spot=(37.77, -122.42)),
    row(5391960, "Mission", "US", "CA", 60_000, kind="PPLX", spot=(37.76, -122.42)),
    row(1, "Otavi", "NA", "36", 9_000, spot=(-19.6, 17.3)),
    row(2, "Otavi", "NA", "21", 1_000, spot=(-22.0, 17.3), day="2026-05-02"),
    row(3, 'Ka"maha', "NA", "21", 0, spot=(-17.9, 14.0)),
)
UNITS = "unit,name,country\nbay,Bay Area,USA\nnorth,Otavi,NAM\n"
PLACES = "unit,geonames\nbay,5391959\nbay,5391960\nnorth,1\nnorth,2\n"


def zipped(text, name="cities15000.txt"):
    """A dump as it comes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return made.getvalue()


@conforms(hubrank_fetching)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


@pytest.fixture
def server(httpserver, monkeypatch, tmp_path):
    """The folder of dumps on this machine, and a folder with a scenario."""
    (shown,) = [each for each in examples(README, "geonames") if each.file]
    towns = shown.code.replace('{ set = "hubs", within_km = 50 }', '{ file = "units.csv", places = "places.csv" }')
    files = {"towns.toml": towns, "units.csv": UNITS, "places.csv": PLACES}
    moved(httpserver, monkeypatch, tmp_path, files, geonames="/export/dump")
    return httpserver


def serve(server, content, media="application/zip"):
    """One dump."""
    server.expect_request("/export/dump/cities15000.zip").respond_with_data(content, content_type=media)


def test_from_nothing_to_a_ranking(server, capsys):
    """The section adds nothing to the city: 800,000 and 9,000 + 1,000; the origin has the dump's day and licence."""
    serve(server, zipped("\n".join(ROWS) + "\n"))
    figures, _ = from_nothing("towns.toml", "geonames", capsys, server.log)

    assert figures == {"bay": 800_000, "north": 10_000}
    (origin,) = dumps.origins(Options())
    assert (origin.published, origin.licence, len(origin.accessed)) == ("2026-05-02", "CC-BY-4.0", 10)
    assert "cities15000" in origin.title


def test_a_dump_as_a_gazetteer(server):
    """`NA` is Namibia, the section is no place, and other names are known."""
    serve(server, zipped("\n".join(ROWS)))
    session = Session(SERVICE, online=True)
    places = Gazetteer.of_rows(rows_of(dumps.dump("cities15000", session).content))

    assert len(places) == 4
    assert places.find("otavi", "NAM").geonames == 1
    assert places.find("Frisco", "US", "California").geonames == 5391959
    assert places.find("Mission", "US") is None
    assert places.find('Ka"maha', "NA").population == 0
    assert fetched_rows(dumps, "places")["population"].isna().sum() == 1
    assert dates("cities15000", session)[0] == "2026-05-02"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>no such file</html>", "cities15000.zip: is not a zip"),
        (zipped(ROWS[0])[:-40], "cities15000.zip: is not a zip"),
        (zipped(ROWS[0], "../cities15000.txt"), "its cities15000.zip has another content than cities15000.txt"),
        (zipped(ROWS[0].replace("\tEtc/UTC", "")), "another form: 18 columns"),
        (zipped(ROWS[0].replace("800000", "many")), "another form: invalid literal"),
        (zipped(ROWS[0].replace("2026-04-01", "soon")), "another form: time data"),
        (zipped(b"0" * 30_000_000), "becomes 1,0"),
    ],
)
def test_what_is_no_dump(server, content, said):
    """Each is reported, and nothing is kept."""
    serve(server, content)
    with pytest.raises(FetchError) as raised:
        fetched_rows(dumps, "places")
    assert said in str(raised.value)
    assert not list(Path("cache").rglob("*.reply"))


@pytest.mark.parametrize("path", recorded("geonames", "cities15000.sample.tsv"))
def test_recorded(path):
    """Of eight recorded rows three are sections of Dubai; the sample of the source is among the others."""
    rows = rows_of(path.read_bytes())
    places = Gazetteer.of_rows(rows)

    assert (len(rows), len(places)) == (8, 5)
    shown = dumps.sample("places", Options())
    kept = rows.set_index("geonameid").loc[shown["geonames"]]
    assert kept["population"].tolist() == shown["population"].tolist()
    assert kept["latitude"].tolist() == shown["lat"].tolist()
    assert kept["longitude"].tolist() == shown["lon"].tolist()
    assert places.find("Szun-ni-wei-er", "US") is None
    assert places.find("Sanivejl", "US", "CA").name == "Sunnyvale"
