"""GeoNames' dumps from a server of this machine, and from what is fetched to a ranking."""

import io
import os
import zipfile
from pathlib import Path

import hubrank_fetching.geonames
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.testing import conforms, examples
from hubrank_fetching import FetchError
from hubrank_fetching.geonames import SERVICE, Gazetteer, Options
from hubrank_fetching.geonames.dumps import dates, frame, rows_of
from hubrank_fetching.session import Session

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
#: Rows of services, recorded; they lie beside the data that tests compare with.
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[5] / "shared" / "data"))
SAMPLE = REFERENCE.parent / "apis" / "samples" / "geonames" / "cities15000.sample.tsv"


def row(geonames, name, country, code, people, *, kind="PPL", others="", spot=(10.0, 20.0), day="2026-04-01"):
    """A row of a dump."""
    lat, lon = spot
    admin = (code, "", "", "", str(people), "", "-9999", "Etc/UTC", day)
    return "\t".join([str(geonames), name, name, others, str(lat), str(lon), "P", kind, country, "", *admin])


#: San Francisco, a section of it, two towns of one name in Namibia, a place nobody counted, and a quotation mark.
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


@conforms(hubrank_fetching.geonames)
def test_conformance(check):
    """The source keeps what the contract promises."""
    check()


@pytest.fixture
def dumps(httpserver, monkeypatch, tmp_path):
    """The folder of dumps on this machine, and a folder with a scenario."""
    monkeypatch.setenv("HUBRANK_GEONAMES_ADDRESS", httpserver.url_for("/export/dump"))
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    (shown,) = [each for each in examples(README, "geonames") if each.file]
    Path("towns.toml").write_text(
        shown.code.replace('{ set = "hubs", within_km = 50 }', '{ file = "units.csv", places = "places.csv" }')
    )
    Path("units.csv").write_text(UNITS)
    Path("places.csv").write_text(PLACES)
    return httpserver


def serve(dumps, content, media="application/zip"):
    """One dump."""
    dumps.expect_request("/export/dump/cities15000.zip").respond_with_data(content, content_type=media)


def test_from_nothing_to_a_ranking(dumps, capsys):
    """The section adds nothing to the city: 800,000 and 9,000 + 1,000; the origin has the dump's day and licence."""
    serve(dumps, zipped("\n".join(ROWS) + "\n"))
    assert run(["rank", "towns.toml"]) == 4
    assert "geonames: is not fetched yet; run `hubrank fetch`" in capsys.readouterr().err

    assert run(["fetch", "towns.toml", "--yes"]) == 0
    assert run(["rank", "towns.toml", "--output", "run"]) == 0
    found = pd.read_csv("run/values.csv").set_index("unit").iloc[:, 2]
    assert found.to_dict() == {"bay": 800_000, "north": 10_000}
    (origin,) = hubrank_fetching.geonames.origins(Options())
    assert (origin.published, origin.licence, len(origin.accessed)) == ("2026-05-02", "CC-BY-4.0", 10)
    assert "cities15000" in origin.title


def test_a_dump_as_a_gazetteer(dumps):
    """`NA` is Namibia, the section is no place, and other names are known."""
    serve(dumps, zipped("\n".join(ROWS)))
    session = Session(SERVICE, online=True)
    places = Gazetteer.of_rows(rows_of(hubrank_fetching.geonames.dumps.dump("cities15000", session).content))

    assert len(places) == 4
    assert places.find("otavi", "NAM").geonames == 1
    assert places.find("Frisco", "US", "California").geonames == 5391959
    assert places.find("Mission", "US") is None
    assert places.find('Ka"maha', "NA").population == 0
    assert frame("cities15000", session)["population"].isna().sum() == 1
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
def test_what_is_no_dump(dumps, content, said):
    """Each is told, and nothing is kept."""
    serve(dumps, content)
    with pytest.raises(FetchError) as raised:
        frame("cities15000", Session(SERVICE, online=True))
    assert said in str(raised.value)
    assert not list(Path("cache").rglob("*.reply"))


@pytest.mark.skipif(not SAMPLE.is_file(), reason=f"there is no recorded dump {SAMPLE.name}")
def test_recorded():
    """Of eight recorded rows three are sections of Dubai; the sample of the source is among the others."""
    rows = rows_of(SAMPLE.read_bytes())
    places = Gazetteer.of_rows(rows)

    assert (len(rows), len(places)) == (8, 5)
    shown = hubrank_fetching.geonames.sample("places", Options())
    kept = rows.set_index("geonameid").loc[shown["geonames"]]
    assert kept["population"].tolist() == shown["population"].tolist()
    assert kept["latitude"].tolist() == shown["lat"].tolist()
    assert kept["longitude"].tolist() == shown["lon"].tolist()
    assert places.find("Szun-ni-wei-er", "US") is None
    assert places.find("Sanivejl", "US", "CA").name == "Sunnyvale"
