"""ROR's dump as Zenodo gives it, on a server of this machine, from nothing to a ranking; and its API's quirks."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.plugin import FileProblem
from hubrank_research import ror
from hubrank_research.ror import Options

from tests.services import fetched_rows, from_nothing, moved, ranked, recorded, scenario

NAME = "v2.10-2026-07-20-ror-data.zip"
UNITS = "unit,name,country\noakland,Oakland,USA\nbern,Bern,CHE\npristina,Pristina,XKX\n"
PLACES = "unit,geonames\noakland,5378538\nbern,2661552\npristina,786714\n"
SCENARIO = scenario(
    "ror", "organisations", edition=2026, units='places = "places.csv"', column="organisations", absent=0
)


def place(geonames, country, lat, lon, **more):
    """A location as ROR has it."""
    details = {"country_code": country, "country_name": country, "lat": lat, "lng": lon, "name": "x", **more}
    return {"geonames_id": geonames, "geonames_details": details}


OAKLAND = place(5378538, "US", 37.8, -122.27, country_subdivision_code="CA")
BERN = place(2661552, "CH", 46.95, 7.45)
PRISTINA = place(786714, "XK", 42.67, 21.17)


def record(number, types, *locations, status="active", related=()):
    """A record of schema 2."""
    return {
        "id": f"https://ror.org/0000000{number:02}",
        "status": status,
        "types": types,
        "established": None,
        "names": [{"value": "An alias", "types": ["alias"], "lang": None}, {"value": f"N{number}", "types": SHOWN}],
        "locations": list(locations),
        "relationships": [{"type": kind, "label": "x", "id": ror} for kind, ror in related],
        "links": [],
        "domains": [],
        "external_ids": [],
        "admin": {},
    }


SHOWN = ["label", "ror_display"]
RECORDS = [
    record(1, ["education", "funder"], OAKLAND),
    record(2, ["company"], OAKLAND, BERN, BERN, related=[("parent", "https://ror.org/000000001")]),
    record(3, ["facility"], PRISTINA),
    record(4, ["education"], BERN, status="inactive"),
    record(5, ["education"], BERN, status="withdrawn"),
    record(6, ["other"]),
]


FIGURES = {"oakland": 1.5, "bern": 0.5, "pristina": 1}


def zipped(found=RECORDS, name="v2.10-2026-07-20-ror-data.json", **more):
    """A dump: the records as a JSON array, and a table."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, json.dumps(found))
        made.writestr(name.replace(".json", ".csv"), "id")
        for each, content in more.items():
            made.writestr(f"{each}.json", content)
    return held.getvalue()


@pytest.fixture
def zenodo(httpserver, monkeypatch, tmp_path):
    """Zenodo on this machine, and a folder with a scenario."""
    files = {"units.csv": UNITS, "places.csv": PLACES, "scenario.toml": SCENARIO}
    moved(httpserver, monkeypatch, tmp_path, files, zenodo="/api", ror="/v2/organizations")
    return httpserver


def serve(zenodo, dump=None, number=21458494, name=NAME, **more):
    """The record that stands for all versions leads to the newest one, which has one file."""
    dump = zipped() if dump is None else dump
    checksum = f"md5:{hashlib.md5(dump, usedforsecurity=False).hexdigest()}"
    path = f"/api/records/{number}/files/{name}/content"
    file = {"id": "x", "key": name, "size": len(dump), "checksum": checksum, "links": {"self": zenodo.url_for(path)}}
    about = {"title": "ROR Data", "publication_date": "2026-07-20", "version": "v2.10"}
    reply = {"id": number, "conceptrecid": "6347574", "metadata": about, "files": [file | more]}
    zenodo.expect_request("/api/records/6347574").respond_with_data("", 302, {"Location": f"/api/records/{number}"})
    zenodo.expect_request(f"/api/records/{number}").respond_with_json(reply)
    zenodo.expect_request(path).respond_with_data(dump, content_type="application/octet-stream")


def table(**options):
    """The rows of the table, all of them."""
    return fetched_rows(ror, "organisations", ("organisations",), **options)


def test_rows(zenodo):
    """Active organisations alone, each place once, codes of three letters, and one without a place."""
    serve(zenodo)
    found = table()

    assert found["geonames"].tolist()[:4] == ["5378538", "5378538", "2661552", "786714"]
    assert found["geonames"].isna().tolist() == [False] * 4 + [True]
    assert found["country"].tolist()[:4] == ["USA", "USA", "CHE", "XKX"]
    assert found["organisations"].tolist() == [1, 0.5, 0.5, 1, 1]
    assert found["company"].tolist() == [0, 0.5, 0.5, 0, 0]
    assert found[["education", "funder"]].sum().tolist() == [1, 1]
    assert set(found["year"]) == {2026}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, {"5378538": 1.5, "2661552": 0.5, "786714": 1}),
        ({"locations": "presence"}, {"5378538": 2, "2661552": 1, "786714": 1}),
        ({"locations": "first"}, {"5378538": 2, "786714": 1}),
        ({"types": ("company", "facility")}, {"5378538": 0.5, "2661552": 0.5, "786714": 1}),
    ],
)
def test_what_an_organisation_counts(zenodo, options, wanted):
    """1 in all, 1 at each place, or 1 at the first; and only those of the types."""
    serve(zenodo)

    assert table(**options).groupby("geonames")["organisations"].sum().to_dict() == wanted


def test_from_nothing_to_a_ranking(zenodo, capsys):
    """Nothing is fetched unasked; after `fetch` the ranking has the values, and a second fetch has nothing to do."""
    serve(zenodo)
    figures, _ = from_nothing("scenario.toml", "zenodo", capsys, zenodo.log)

    assert figures == FIGURES
    (origin,) = ror.origins(Options())
    assert (origin.title, origin.published, len(origin.accessed)) == ("ROR data, v2.10", "2026-07-20", 10)


def test_a_file_of_the_person(zenodo, capsys):
    """ROR's zip, or the JSON in it, counts as what is downloaded does, and nothing is asked."""
    Path(NAME).write_bytes(zipped())
    Path("v2.10-2026-07-20-ror-data.json").write_text(json.dumps(RECORDS))
    for name in (NAME, "v2.10-2026-07-20-ror-data.json"):
        Path("mine.toml").write_text(f'extends = "scenario.toml"\n[inputs.organisations.options]\nfile = "{name}"\n')
        assert ranked("mine.toml") == FIGURES
    assert run(["fetch", "mine.toml", "--yes"]) == 0
    assert "everything is cached" in capsys.readouterr().out
    assert zenodo.log == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v1.74-2025-11-24-ror-data.zip", zipped([{"id": "x", "country": {}, "addresses": []}]), "schema 1"),
        (NAME, zipped([record(1, ["education"], BERN) | {"status": None}]), "another form: record.status: NoneType"),
        (NAME, zipped(name="a.json", b="[]"), "has not one JSON file of ROR, but a.json, a.csv, b.json"),
        ("v2.0-2025-12-01-ror-data.json", b'[{"id": ', "is invalid or incomplete JSON"),
        ("ror.zip", zipped(), "its name has no date; call it as ROR does: v2.10-2026-07-20-ror-data.zip"),
        ("v2.1-2026-01-01-ror-data.zip", b"<html>", "is neither a zip nor a tar.gz"),
    ],
)
def test_files_that_are_no_dump(zenodo, name, content, said):
    """Each is reported with what is wrong."""
    Path(name).write_bytes(content)

    with pytest.raises(FileProblem) as raised:
        table(file=Path(name))
    assert said in str(raised.value)
    assert str(raised.value).startswith(name)


@pytest.mark.parametrize("path", recorded("ror", "example_record*", "*_search_*", "*_retrieve_*"))
def test_recorded(path):
    """Each is an organisation with a name and a place, by ROR's schema."""
    content = json.loads(path.read_text())
    found = [each["_source"] for each in content["hits"]["hits"]] if "hits" in content else [content]
    made = [ror.organisation_of(each, path.name) for each in found]

    assert all(each.name and each.locations and set(each.types) <= set(ror.TYPES) for each in made)
    assert all(len(place.country) == 3 for each in made for place in each.locations)
    for each in found:
        ror.check(each)
