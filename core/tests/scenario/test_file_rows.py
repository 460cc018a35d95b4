"""Tables as people have them, read by the source `files`: what is asked, what is told, and that options read them."""

from pathlib import Path

import pandas as pd
import pytest
from attrs import evolve
from hubrank import FileProblem, Request
from hubrank.basis.errors import ScenarioError
from hubrank.scenario.file_rows import rows_of
from hubrank.scenario.file_source import Options

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
    "or year = false where they stand for every edition"
)
SECOND = '; a stock has one row per unit and time; for a flow, set kind = "flow"'


@pytest.mark.parametrize("table", ["year.csv", "panel.csv"])
def test_a_column_called_year(told, table):
    """`Year` beside a missing `year` is asked about, before anything that follows from it, such as second rows."""
    assert told(table) == [ASKED]


@pytest.mark.parametrize("head", ["year ", "YEAR", "time", "date", "period", "TIME_PERIOD", "Jahr", "Ann\u00e9e"])
def test_names_of_years(told, head):
    """Case, blanks, accents and other words for it do not hide a year."""
    (problem,) = told(f"unit,{head},x\na,2020,1\nb,2020,2\nc,2020,3\n")

    assert problem == ASKED.replace("'Year'", f"'{head}'").replace('"Year"', f'"{head}"')


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
    """Each table as its option says, for 2020: the figures stand in the files."""
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
def test_what_is_told_of_them(told, table, problems):
    """Without the options nothing is guessed, and each option is named."""
    assert told(table) == problems


def test_all_mistakes_of_a_table_at_once(told):
    """Its shape, a column that is not there, its cells, the year and the place: five problems of one file."""
    problems = told('Title\n\nCountry;Year;x\na;2020;"1,5"\n', 'columns = { other = "Oter" }')

    assert problems == [
        't.csv, line 4: 2 fields; the first line has 1; set delimiter = ";" and skip_rows = 2',
        "t.csv: no column 'Oter'; available: Country, Year, x",
        't.csv, line 4: x must be a number; got "1,5"; decimal = "," reads 1.5',
        ASKED,
        "t.csv: no column gives the place; is 'Country' the country? columns = { country = \"Country\" }",
    ]


@pytest.mark.parametrize(
    ("head", "name"),
    [("Unit", "unit"), ("ISO3", "country"), ("Country", "country"), ("Name", "unit"), ("NUTS_ID", "nuts")],
)
def test_a_column_that_may_be_the_place(told, head, name):
    """Where none gives the place, what may be one is asked about."""
    (problem,) = told(f"{head},year,x\na,2020,1\n")

    assert problem == (f"t.csv: no column gives the place; is '{head}' the {name}? columns = {{ {name} = \"{head}\" }}")


def test_a_unit_beside_another_place(told, read):
    """`Unit` beside `country` is asked about too, and can be left out by another name."""
    table = "Unit,country,year,x\na,a,2020,1\nb,b,2020,2\n"
    (problem,) = told(table)

    assert problem == (
        't.csv: is \'Unit\' the unit? set columns = { unit = "Unit" }, or columns = { other = "Unit" } to leave it out'
    )
    assert read(table, 'columns = { unit = "Unit" }')["b"] == 2


def test_a_year_of_all_rows_beside_a_year(told):
    """`year = 2020` says nothing of a table with years of its own: neither is dropped without a word."""
    for option, said in (("2020", "is of 2020"), ("false", "has no years")):
        assert told("unit,year,x\na,2019,1\nb,2020,2\n", f"year = {option}") == [
            f"t.csv: has a column 'year'; options.year says that it {said}; "
            'columns = { other = "year" } leaves it out'
        ]


def test_one_column_under_two_names(read):
    """Two indicators from one column, as it stands in the file."""
    both = 'columns = { unit = "c", x = "v", y = "v" }'
    more = 'y = { indicator = "value", dimension = "one" }'

    assert read("c2.csv", both, more=more) == {"a": 1, "b": 2, "c": 3}
    assert read("c2.csv", both, "y", more=more) == {"a": 1, "b": 2, "c": 3}


def test_one_column_of_units_under_two_names(lab):
    """A unit's code can be its name; the file has `a` twice."""
    lab.write("u.csv", (TABLES / "u3.csv").read_bytes())
    lab.write("t.csv", (TABLES / "rnd.csv").read_bytes())
    columns = 'file = "u.csv"\ndistinct = true\ncolumns = { unit = "c", name = "c" }\n'
    lab.write("base.toml", scenario("t.csv").replace('file = "u.csv"\n', columns))
    ranking = lab.rank()

    assert (ranking.codes, ranking.names) == (("a", "b", "c"), ("a", "b", "c"))


def test_a_renamed_column_that_is_asked_for(told):
    """A column that got another name is not there under its own; the error says how it stays."""
    (problem,) = told("unit,year,x\na,2020,1\n", 'columns = { z = "x" }')

    assert problem.endswith("; options.columns renames 'x'; add x = \"x\" to keep it")


def test_second_rows_at_once(told):
    """All second rows are counted, ten are shown."""
    rows = "".join(f"a,2020,{at}\n" for at in range(13))
    (problem,) = told(f"unit,year,x\n{rows}b,2020,1\n")
    first, *lines, rest = problem.splitlines()

    assert first == f"t.csv: 12 rows are second ones{SECOND}"
    assert (lines[0], len(lines), rest) == ("    line 3: unit a, year 2020", 10, "    and 2 more")


def test_long_tables_at_once(told):
    """Second values and rows without a name are told together; pandas would make a column of the latter."""
    rows = "unit,year,code,value\na,2020,x,1\na,2020,x,2\nb,2020,,3\nb,2020,x,4\nb,2020,x,5\n,,,\nc,2020,,6\n"
    problems = told(rows, 'long = { names = "code", values = "value" }')

    assert problems == [
        "t.csv, lines 4, 8: no name in 'code'",
        "t.csv: 2 values are second ones\n    line 3: unit a, year 2020, code x\n    line 6: unit b, year 2020, code x",
    ]


def test_wide_and_long(read):
    """Years as columns and a row for each figure, as the World Bank has them."""
    table = "unit,code,2019,2020\na,x,1,2\nb,x,3,\nc,x,5,6\na,z,7,8\n"
    options = 'wide = { values = "value" }, long = { names = "code", values = "value" }'
    found = read(table, options)

    assert (found["a"], found["c"]) == (2, 6)


def test_a_value_that_no_row_has(told):
    """One value of several that a filter keeps is missing: a mistake, not fewer rows."""
    assert told("unit,year,sex,x\na,2020,f,1\nb,2020,m,2\n", 'where = { sex = ["f", "n"] }') == [
        "t.csv: no row has sex = 'n'; available: f, m"
    ]


def test_columns_that_nobody_asks_for(lab):
    """Of a Parquet file and a CSV come the place, the year and what is asked for; a wrong name is still told of all."""
    frame = pd.DataFrame({"unit": ["AAA"], "year": [2024], "a": [1.0], "b": [2.0], "abstract": ["long"]})
    frame.to_parquet(lab.folder / "t.parquet")
    frame.to_csv(lab.folder / "t.csv", index=False)
    for name in ("t.parquet", "t.csv"):
        request = Request(
            table="t", columns=("a",), first_year=None, last_year=None, options=Options(file=lab.folder / name)
        )
        assert list(rows_of(request).columns) == ["unit", "year", "a"]
        with pytest.raises(FileProblem, match="did you mean 'abstract'"):
            rows_of(evolve(request, columns=("a", "abstracts")))
