"""A region begun from names of cities or from polygons: its files rank, and doubtful places are asked about."""

import csv
import io
import json

import pytest
from hubrank.plugin import Registry
from hubrank.results.rank import rank
from hubrank_start.places import region_of


def written(files, folder):
    """The region's folder."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return str(folder)


def test_cities(tmp_path):
    """Cities that one place alone can be meant by are placed, with the gazetteer's origin, and the folder ranks."""
    files, doubts = region_of(["Lyon", "Köln", "Porto, Portugal", "Lyon"], "three", "Three cities")
    rows = {row["unit"]: row for row in csv.DictReader(io.StringIO(files["units.csv"].decode()))}
    ranking = rank(written(files, tmp_path / "three"), Registry.installed())

    assert doubts == {}
    assert {code: row["country"] for code, row in rows.items()} == {"lyon": "FRA", "köln": "DEU", "porto": "PRT"}
    assert float(rows["lyon"]["lat"]) == pytest.approx(45.75, abs=0.1)
    assert float(rows["lyon"]["lon"]) == pytest.approx(4.85, abs=0.1)
    assert ranking.codes == ("köln", "lyon", "porto")
    assert all(each.licence for each in ranking.plan.units.origins)


def test_unclear_places():
    """A name of several places, and one of none, stay out and are passed back; the answer is a longer line."""
    files, doubts = region_of(["Lyon", "Valencia", "Nowhereton"], "some", "Some")
    asked = {name: [place.country for place in choices] for name, choices in doubts.items()}

    assert set(asked) == {"Valencia", "Nowhereton"}
    assert set(asked["Valencia"]) == {"ESP", "VEN"}
    assert asked["Nowhereton"] == []
    assert b"Valencia" not in files["units.csv"]
    answered, open_ = region_of(["Valencia, Spain", "Nowhereton, GBR, 54.5, -3.1"], "some", "Some")
    assert open_ == {}
    assert answered["units.csv"].decode().splitlines()[2] == "nowhereton,Nowhereton,GBR,54.5,-3.1"


@pytest.mark.parametrize(
    "line", ["Valencia, Narnia", "Lyon, Spain", "Nowhereton, 54.5, -3.1", "Nowhereton, GBR, 154, 3"]
)
def test_what_is_not_believed(line):
    """A country that there is not, a city elsewhere, a point without a country, degrees beyond the globe."""
    files, doubts = region_of([line], "one", "One")

    assert (files, list(doubts)) == ({}, [line])


def square(west):
    """A square of one degree."""
    return {"type": "Polygon", "coordinates": [[[west, 50], [west + 1, 50], [west + 1, 51], [west, 51], [west, 50]]]}


def test_polygons(tmp_path):
    """The code is the shortest property that distinguishes features; those without a polygon are asked about."""
    told = [("D1", "Westland", 6, square(6)), ("D2", "Middleland", 6, square(8)), ("D3", "Lostland", 7, None)]
    features = [
        {"type": "Feature", "properties": {"kind": kind, "id": code, "NAME": name}, "geometry": shape}
        for code, name, kind, shape in told
    ]
    files, doubts = region_of(
        json.dumps({"type": "FeatureCollection", "features": features}).encode(), "lands", "Lands"
    )
    ranking = rank(written(files, tmp_path / "lands"), Registry.installed())

    assert list(doubts) == ["Lostland"]
    assert ranking.codes == ("D1", "D2")
    assert list(ranking.plan.units.units["name"]) == ["Westland", "Middleland"]
