"""The source `files`: tables that a scenario brings along."""

import pandas as pd
import pytest
from hubrank.errors import ScenarioError
from hubrank.plugin import Indicator

INPUT = "[inputs.values]\noptions = { file = "


def input_of(name, more=""):
    """The scenario's input, read from a file."""
    return f'{INPUT}"{name}"{", " if more else ""}{more} }}'


def refused(lab, changes):
    """The one problem of a scenario that is measured."""
    with pytest.raises(ScenarioError) as caught:
        lab.measure(changes)
    (problem,) = caught.value.problems
    return str(problem)


@pytest.mark.parametrize("name", ["v.csv", "v.tsv", "v.parquet", "v.xlsx"])
def test_forms(lab, name):
    """The same values come from a CSV, a TSV, a Parquet file and a workbook."""
    frame = pd.DataFrame({"unit": ["AAA", "BBB"], "year": [2024, 2024], "a": [1.5, None], "b": [1, 2]})
    path = lab.folder / name
    write = {
        "v.csv": lambda: frame.to_csv(path, index=False),
        "v.tsv": lambda: frame.to_csv(path, index=False, sep="\t"),
        "v.parquet": lambda: frame.to_parquet(path),
        "v.xlsx": lambda: frame.to_excel(path, index=False),
    }
    write[name]()

    measured = lab.values(input_of(name))

    assert measured["AAA"] == 1.5
    assert measured["BBB"] != measured["BBB"]


def test_renamed_columns(lab):
    """Columns may have other names in the file, and a code keeps its zeros."""
    lab.write("units.csv", "unit,name\n01,One\n02,Two\n")
    lab.write("v.csv", "iso;time;GDP;b\n01;2024;7;1\n02;2024;8;2\n")
    columns = 'delimiter = ";", columns = { unit = "iso", year = "time", a = "GDP" }'

    assert lab.values(input_of("v.csv", columns)) == {"01": 7.0, "02": 8.0}


LONG = "country,year,code,value\nAAA,2024,1,10\nAAA,2024,2,20\nBBB,2024,1,30\n"


def test_long(lab):
    """A table of one value a row becomes one of one column a name; names may be numbers."""
    lab.write("v.csv", LONG)
    changes = (
        input_of("v.csv", 'long = { names = "code", values = "value" }')
        + '\n[indicators]\na = { options = { column = "1" } }\nb = { options = { column = "2" } }'
    )
    a, b = lab.values(changes), lab.values(changes, indicator="b")

    assert (a["AAA"], a["BBB"], b["AAA"]) == (10.0, 30.0, 20.0)
    assert b["BBB"] != b["BBB"]


@pytest.mark.parametrize(("wanted", "expected"), [('"m"', 1.0), ('["m", "f"]', 3.0)])
def test_where(lab, wanted, expected):
    """Only rows whose column has the value, or one of the values, are read."""
    lab.write("v.csv", "unit,year,sex,a,b\nAAA,2024,m,1,1\nAAA,2024,f,2,1\nAAA,2024,t,9,1\n")
    changes = input_of("v.csv", f'kind = "flow", where = {{ sex = {wanted} }}')

    assert lab.values(changes)["AAA"] == expected


def test_where_without_rows(lab):
    """A filter that keeps nothing is an error."""
    assert refused(lab, input_of("values.csv", 'where = { unit = "XXX" }')) == (
        "inputs.values: values.csv: no row has unit = 'XXX'; available: AAA, BBB, CCC"
    )
    assert refused(lab, input_of("values.csv", 'where = { nuit = "XXX" }')) == (
        "inputs.values: values.csv: no column 'nuit'; did you mean 'unit'?"
    )


def test_year_of_all_rows(lab):
    """A file without years has the one that the scenario says; without any its rows stand for every edition."""
    lab.write("v.csv", "unit,a,b\nAAA,1,1\n")

    assert lab.values("editions = [2023, 2024]\n" + input_of("v.csv", "year = 2024"), edition=1)["AAA"] == 1.0
    early = lab.values("editions = [2023, 2024]\n" + input_of("v.csv", "year = 2024"), edition=0)["AAA"]
    assert early != early
    assert lab.values("editions = [1950]\n" + input_of("v.csv"))["AAA"] == 1.0


@pytest.mark.parametrize("place", ["unit", "country", "nuts", "geonames"])
def test_second_row_of_a_stock(lab, place):
    """A level stands once for a place and year, whatever the place is named by; the line is the file's."""
    lab.write("units.csv", "unit,name,country,nuts,geonames\nAAA,Aland,AAA,AAA,AAA\nBBB,Beland,BBB,BBB,BBB\n")
    lab.write("v.csv", f"{place},year,a,b\nXXX,2024,1,1\nAAA,2024,1,1\nBBB,2024,1,1\nAAA,2024,2,1\n")
    changes = input_of("v.csv", f'where = {{ {place} = ["AAA", "BBB"] }}')

    assert refused(lab, changes) == (
        f"inputs.values: v.csv, line 5: a second row for {place} AAA, year 2024; "
        'a stock has one row per unit and time; for a flow, set kind = "flow"'
    )


def test_texts_that_an_indicator_asks_for(lab):
    """A column that an indicator wants as text is text, its zeros kept."""
    lab.write("v.csv", "unit,year,field,a,b\nAAA,2024,01,1,1\nAAA,2024,1,2,1\nAAA,2024,law,4,1\n")
    only = Indicator(
        name="only",
        title="One field",
        unit_of_measure="papers",
        inputs={"values": {"a": float, "field": str}},
        measure=lambda inputs, units, options: inputs["values"].total("a", where={"field": ("01",)}),
    )
    changes = input_of("v.csv", 'kind = "flow"') + '\n[indicators.only]\ndimension = "life"'

    assert lab.values(changes, lab.plugin("mine", indicators=[only]), indicator="only")["AAA"] == 1.0


A_YEAR = "a year, a whole number from 1 to 9999"
NOWHERE = (
    "v.csv: no column gives the place; name one unit, geonames, ror, nuts, subdivision, country, or two lat and lon, "
    "or map them in options.columns"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("year,a,b\n2024,1,1\n", NOWHERE),
        ("unit,year,a\nAAA,2024,1\n", "v.csv: no column 'b'; available: a, unit, year"),
        ("unit,year,a,b\nAAA,MMXXIV,1,1\n", f'v.csv, line 2: year must be {A_YEAR}; got "MMXXIV"'),
        ("unit,year,a,b\nAAA,2024,1,1\nAAA,inf,1,1\n", f'v.csv, line 3: year must be {A_YEAR}; got "inf"'),
        ("unit,year,a,b\nAAA,2024.5,1,1\n", f'v.csv, line 2: year must be {A_YEAR}; got "2024.5"'),
        ("unit,year,a,b\nAAA,2024,-inf,1\n", 'v.csv, line 2: a must be a number; got "-inf"'),
        ("lat,lon,year,a,b\n1,east,2024,1,1\n", 'v.csv, line 2: lon must be a number from -180 to 180; got "east"'),
        ("lat,lon,year,a,b\n91,1,2024,1,1\n", 'v.csv, line 2: lat must be a number from -90 to 90; got "91"'),
        ("lat,lon,year,a,b\n1,-181,2024,1,1\n", 'v.csv, line 2: lon must be a number from -180 to 180; got "-181"'),
        ("lat,year,a,b\n1,2024,1,1\n", NOWHERE),
    ],
)
def test_wrong_tables(lab, text, message):
    """A table that is not as it must be is named with the line."""
    lab.write("units.csv", "unit,name,lat,lon\nAAA,Aland,1,1\n")
    lab.write("v.csv", text)

    assert refused(lab, "[units]\nwithin_km = 10\n" + input_of("v.csv")) == f"inputs.values: {message}"


def test_origin(lab):
    """What the scenario says of the file is its origin."""
    _, made = lab.measure(input_of("values.csv", 'producer = "An office", title = "Counts", licence = "CC0-1.0"'))
    (origin,) = made.inputs[0].origins

    assert (origin["name"], origin["producer"], origin["licence"]) == ("values.csv", "An office", "CC0-1.0")
    assert made.origins[0, 0, 0] == "values.csv"
