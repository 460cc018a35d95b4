"""Messy tables, read by the source `files`: the questions, the reports, and the options that read them."""

from pathlib import Path

import pytest
from hubrank.errors import ScenarioError

TABLES = Path(__file__).parent / "tables"
UNITS = "unit,name\na,A\nb,B\nc,C\n"


def scenario(file, options="", more=""):
    """The only indicator `x` of three units, read from a file."""
    return (
        'title = "Tables"\neditions = [2020]\n[units]\nfile = "u.csv"\n'
        f'[inputs.values]\nsource = "files"\noptions = {{ file = "{file}"{options and ", "}{options} }}\n'
        f'[dimensions.one]\n[indicators]\nx = {{ indicator = "value", dimension = "one" }}\n{more}\n'
        '[normalisation]\nmethod = "as-is"\n[aggregation]\nmethod = "mean"\n'
    )


@pytest.fixture
def read(lab):
    """Measures `x` from one of the tables that lie beside this test, or from a text."""
    lab.write("u.csv", UNITS)

    def measured(table, options="", indicator="x", more=""):
        text = (TABLES / table).read_text(encoding="utf-8") if table.endswith(".csv") else table
        lab.write("t.csv", text)
        (lab.folder / "base.toml").write_text(scenario("t.csv", options, more), encoding="utf-8")
        return lab.values("", indicator=indicator)

    return measured


@pytest.fixture
def told(read):
    """What is wrong with a table."""

    def problems(table, options="", more=""):
        with pytest.raises(ScenarioError) as caught:
            read(table, options, more=more)
        return [each.what for each in caught.value.problems]

    return problems


ASKED = (
    "t.csv: is 'Year' the year? set columns = { year = \"Year\" }; or year = 2020 for the year of all rows, "
    "or year = false if they are for every edition"
)


@pytest.mark.parametrize("table", ["year.csv", "panel.csv"])
def test_a_column_called_year(told, table):
    """`Year` beside a missing `year` is asked about, before anything that follows from it, such as second rows."""
    assert told(table) == [ASKED]


def test_dates_are_asked_about_with_the_option(told, read):
    """A column of dates can be the year by two options together."""
    table = "unit,date,x\na,2019-12-31,9\na,2020-03-01,1\nb,2020-04-01,2\nc,2020-05-01,3\n"
    (problem,) = told(table)

    assert 'set columns = { year = "date" } and dates = "year"; or' in problem
    assert read(table, 'columns = { year = "date" }, dates = "year"') == {"a": 1, "b": 2, "c": 3}


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        ("year.csv", 'columns = { year = "Year" }', {"a": 1, "b": 2, "c": 3}),
        ("panel.csv", 'columns = { year = "Year" }', {"a": 2, "b": 2, "c": 3}),
        ("year.csv", "year = 2020", {"a": 1, "b": 2, "c": 3}),
        ("year.csv", "year = false", {"a": 1, "b": 2, "c": 3}),
        ("title.csv", "skip_rows = 2", {"a": 1, "b": 2, "c": 3}),
        ("semi.csv", 'delimiter = ";", decimal = ","', {"a": 1.5, "b": 2.5, "c": 3}),
        ("thou.csv", 'thousands = ","', {"a": 1234, "b": 2, "c": 3}),
        ("thou.csv", 'decimal = ","', {"a": 1.234, "b": 2, "c": 3}),
        ("pct.csv", 'percent = "points"', {"a": 12, "b": 2, "c": 3}),
        ("pct.csv", 'percent = "share"', {"a": 0.12, "b": 0.02, "c": 0.03}),
        ("wide.csv", 'wide = { values = "x" }', {"a": 2, "b": 4, "c": 1}),
        ("wide.csv", 'wide = { years = "2019-2020", values = "x" }', {"a": 2, "b": 4, "c": 1}),
        ("rnd.csv", 'columns = { x = "y", z = "x" }', {"a": 3.9, "b": 0.1, "c": 2.5}),
    ],
)
def test_options_read_them(read, table, options, expected):
    """Each table as its option says, for 2020: the values are in the files."""
    assert read(table, options) == expected


@pytest.mark.parametrize(
    ("table", "problems"),
    [
        ("title.csv", ["t.csv, lines 3, 4, 5, 6: 3 fields; the first line has 1; set skip_rows = 2"]),
        (
            "semi.csv",
            [
                't.csv, lines 2, 3: 2 fields; the first line has 1; set delimiter = ";"',
                't.csv: 2 cells cannot be read\n    line 2, x: "1,5" is not a number; decimal = "," reads 1.5\n'
                '    line 3, x: "2,5" is not a number; decimal = "," reads 2.5\n'
                '    options that read them: decimal = ","',
            ],
        ),
        (
            "thou.csv",
            ['t.csv, line 2: x must be a number; got "1,234"; decimal = "," reads 1.234 or thousands = "," reads 1234'],
        ),
        (
            "wide.csv",
            [
                "t.csv: no column 'x'; available: 2019, 2020, unit, unit2; 2019, 2020 look like years as columns, "
                'which wide = { years = "{year}", values = "x" } reads'
            ],
        ),
    ],
)
def test_reports_about_them(told, table, problems):
    """Without the options nothing is guessed, and each option is named."""
    assert told(table) == problems


def test_wide_and_long(read):
    """Years as columns and a row for each value, as the World Bank has them."""
    table = "unit,code,2019,2020\na,x,1,2\nb,x,3,\nc,x,5,6\na,z,7,8\n"
    options = 'wide = { values = "value" }, long = { names = "code", values = "value" }'
    found = read(table, options)

    assert (found["a"], found["c"]) == (2, 6)
