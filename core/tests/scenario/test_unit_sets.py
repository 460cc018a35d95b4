"""The units of a scenario: an installed set or a file, filtered and placed."""

import json

import pandas as pd
import pytest
from hubrank.errors import ScenarioError
from hubrank.plugin import Origin, UnitSet


def codes(lab, changes="", *plugins):
    """The codes of the units of a scenario."""
    return list(lab.plan(changes, *plugins).units.units.codes)


def a_set(frame, spots=None, name="lands"):
    """A unit set that hands these frames over."""
    origin = Origin(name="atlas", producer="A press", title="Atlas", licence="CC0-1.0")
    spots = frame if spots is None else spots
    return UnitSet(name=name, title="Lands", units=lambda: frame, places=lambda: spots, origins=(origin,))


def test_file(lab):
    """A file's units come by their codes, texts with their zeros, a missing name is the code, "NA" a country."""
    lab.write("u.csv", "unit,name,country,people\n007,Bond,NA,3\n001,,GB,\n")
    units = lab.plan('[units]\nfile = "u.csv"').units

    assert units.units.codes == ("001", "007")
    assert list(units.units["name"]) == ["001", "Bond"]
    assert list(units.units["country"]) == ["GB", "NA"]
    assert units.units["people"].fillna(-1).to_dict() == {"007": 3.0, "001": -1.0}


def test_two_units_of_a_country(lab):
    """Cities of one country need neither points nor codes; rows by country then find none of them."""
    lab.write("u.csv", "unit,name,country\nB,Berlin,DEU\nM,Munich,DEU\n")
    lab.write("values.csv", "unit,year,a,b\nB,2024,1,3\nM,2024,2,1\n")
    units = '[units]\nfile = "u.csv"'

    assert lab.values(units) == {"B": 1.0, "M": 2.0}

    lab.write("values.csv", "country,year,a,b\nDEU,2024,1,3\n")
    with pytest.raises(ScenarioError, match="its rows give the place by country; the units can be found by unit"):
        lab.measure(units)


def test_geojson(lab):
    """A GeoJSON file brings units and their polygons."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    features = [{"type": "Feature", "properties": {"unit": 12, "name": "Square"}, "geometry": square}]
    lab.write("u.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    lab.write("values.csv", "lat,lon,year,a,b\n1,1,2024,5,1\n1,1.5,2024,6,1\n3,3,2024,7,1\n")

    assert lab.values('[units]\nfile = "u.geojson"') == {"12": 11.0}


@pytest.mark.parametrize("name", [7, float("nan")])
def test_geojson_whose_names_are_no_texts(lab, name):
    """A unit without a name is called by its code, whatever the others' names are."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    given = [{"unit": "AAA", "name": name}, {"unit": "BBB", "name": float("nan")}]
    features = [{"type": "Feature", "properties": item, "geometry": square} for item in given]
    lab.write("u.geojson", json.dumps({"type": "FeatureCollection", "features": features}))

    assert lab.plan('[units]\nfile = "u.geojson"').units.units.frame["name"]["BBB"] == "BBB"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[2, 0]", f"[{'7' * 400}, 0]", "the polygon of unit 'AAA' has a corner that is not a finite number"),
        ("[2, 0]", f"[{'7' * 5000}, 0]", "the polygon of unit 'AAA' has a corner that is not a finite number"),
        ('"A"', '"A\\ud800"', "is not a GeoJSON feature collection with properties"),
    ],
)
def test_geojson_with_what_no_file_holds(lab, old, new, said):
    """A number that is too large, and half a character."""
    square = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
    features = [{"type": "Feature", "properties": {"unit": "AAA", "name": "A"}, "geometry": square}]
    lab.write("u.geojson", json.dumps({"type": "FeatureCollection", "features": features}).replace(old, new))

    with pytest.raises(ScenarioError, match=said):
        lab.plan('[units]\nfile = "u.geojson"')


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ('country = "BBB"', ["BBB"]),
        ('country = ["BBB", "CCC"]', ["BBB", "CCC"]),
        ("people = { at_least = 2 }", ["BBB", "CCC"]),
        ("people = { at_most = 2 }", ["AAA", "BBB"]),
        ('people = { at_least = 2, at_most = 2 }, country = "BBB"', ["BBB"]),
        ("people = 3", ["CCC"]),
        ("people = 1", ["AAA"]),
    ],
)
def test_where(lab, where, kept):
    """A filter keeps values, one of several values, or a range; several filters must all hold."""
    lab.write("units.csv", "unit,name,country,people\nAAA,A,AAA,1\nBBB,B,BBB,2\nCCC,C,CCC,3\nDDD,D,DDD,\n")

    assert codes(lab, f"[units]\nwhere = {{ {where} }}") == kept


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            'where = { contry = "AAA" }',
            "units.where.contry: the units have no column 'contry'; did you mean 'country'?",
        ),
        (
            'where = { name = "Alend" }',
            "units.where.name: no unit has the text \"Alend\"; did you mean 'Aland'?",
        ),
        (
            "where = { name = { least = 1 } }",
            "units.where.name: must be a value, a list of values, or a table with at_least or at_most",
        ),
        ("where = { people = true }", "units.where.people: no unit has true"),
        ("within_km = 1" + 309 * "0", "units.within_km: is a whole number beyond 2^63, which TOML does not have"),
        ('set = "lands"\nfile = "units.csv"', "units: needs either set (an installed unit set) or file"),
        ('exclude = ["AAB"]', "units.exclude: there is no unit 'AAB'; did you mean 'AAA'?"),
        ('exclude = ["AAA", "BBB", "CCC"]', "units: all 3 units are left out"),
    ],
)
def test_wrong_filters(lab, changes, message):
    """A filter that names what is not there is an error, never an empty ranking; so are two places of units."""
    lab.write("units.csv", "unit,name,country,people\nAAA,Aland,AAA,1\nBBB,Beland,BBB,2\nCCC,Celand,CCC,3\n")
    with pytest.raises(ScenarioError) as caught:
        lab.plan(f"[units]\n{changes}")

    assert message in [str(each) for each in caught.value.problems]


def test_installed_set(lab):
    """A unit set by name, with its origins."""
    frame = pd.DataFrame({"unit": ["AAA", "CCC"], "name": ["Aland", "Celand"]})
    mine = lab.plugin("mine", unit_sets=[a_set(frame)])
    units = lab.plan('[units]\nset = "lands"', mine).units

    assert units.units.codes == ("AAA", "CCC")
    assert [origin.name for origin in units.origins] == ["atlas"]
    assert units.part.distribution == "mine"


def test_places_decide_the_fingerprint(lab):
    """What is counted is counted again when a unit, a radius or a place changes."""
    lab.write("units.csv", "unit,name,country,lat,lon\nAAA,Aland,AAA,1,1\nBBB,Beland,BBB,2,2\n")
    first = lab.plan("[units]\nwithin_km = 50").units.fingerprint
    wider = lab.plan("[units]\nwithin_km = 60").units.fingerprint
    fewer = lab.plan('[units]\nwithin_km = 50\nexclude = ["BBB"]').units.fingerprint
    lab.write("units.csv", "unit,name,country,lat,lon\nAAA,Aland,AAA,1,1\nBBB,Beland,BBB,2,2.5\n")
    moved = lab.plan("[units]\nwithin_km = 50").units.fingerprint

    assert len({first, wider, fewer, moved}) == 4
