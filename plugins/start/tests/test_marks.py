"""What was read of a table is known by the places of its rows and columns, as a person sees them, and can be told."""

from pathlib import Path

import pytest
from hubrank.plugin import ScenarioError
from hubrank_start.desk import Desk
from hubrank_start.tables import read_with, sheets_of

PEOPLE = Path(__file__).with_name("people")

#: By eye: the columns from the first, and the rows that hold no unit's values, by their number in a spreadsheet.
SEEN = {
    "mixed-german-office-table": (
        "group unit indicator indicator indicator indicator",
        {1: "title", 3: "head", 4: "measure", 7: "left", 11: "left", 12: "left", 14: "below", 15: "below", 16: "below"},
    ),
    "mixed-workbook-with-helpers": (
        "unit group indicator indicator indicator left left",
        {1: "title", 3: "head", 5: "left", 9: "left"},
    ),
    "headings-of-regions": (
        "unit indicator indicator indicator",
        {1: "title", 2: "head", 3: "group", 7: "group", 11: "left"},
    ),
    "heads-in-two-rows": ("unit indicator indicator indicator", {1: "title", 3: "heading", 4: "head", 8: "below"}),
    "groups-each-with-its-head": ("unit indicator indicator", {1: "group", 2: "head", 6: "group", 7: "head"}),
    "mixed-league-of-a-web-page": (
        "left unit left indicator indicator indicator indicator",
        {1: "title", 2: "title", 4: "head", 8: "head", 12: "left", 14: "below", 15: "below"},
    ),
    "mixed-budget-of-communes": (
        "unit indicator indicator left indicator indicator left",
        {1: "title", 2: "heading", 3: "head", 8: "left", 9: "left"},
    ),
    "mixed-compact-pivot": ("unit indicator indicator indicator", {1: "head", 2: "left", 5: "left", 9: "left"}),
    "us-census-profile": ("left unit indicator left indicator left indicator left", {1: "heading", 2: "head"}),
    "insee-melodi": ("unit series series year indicator", {1: "head", 8: "left", 9: "left", 10: "left"}),
}


def read(path, **desk):
    """What is read of a file."""
    return read_with({path.name: sheets_of(path, Desk(answers={}))}, path.name, Desk(**{"answers": {}, **desk}))


def table(name):
    """A table that people have."""
    return next(item for item in (PEOPLE / name).iterdir() if item.name != "expected.toml")


@pytest.mark.parametrize("name", SEEN)
def test_rows_and_columns_are_what_a_person_sees(name):
    """Each column has a role; titles, heads, notes, headings of groups and totals are told from units."""
    path = table(name)
    marks = read(path).desk.marks[sheets_of(path, Desk(answers={}))[0].name]
    columns, rows = SEEN[name]

    assert [marks.columns[at].kind for at in range(len(columns.split()))] == columns.split()
    assert {at + 1: item.kind for at, item in marks.rows.items()} == rows
    assert all(item.why for item in (*marks.columns.values(), *marks.rows.values()) if item.kind == "left")


def test_a_table_with_units_as_columns_is_marked_as_it_was_turned():
    """Its rows are indicators: the first names the cities, each of the others is one."""
    (marks,) = read(table("nbs-turned")).desk.marks.values()

    assert marks.turned
    assert [marks.columns[at].kind for at in range(4)] == ["unit", "indicator", "indicator", "indicator"]


def test_each_sheet_of_years_is_marked():
    """The sheets that were read are known by name; that of remarks is not among them."""
    marks = read(table("sheets-years-german")).desk.marks

    assert {name: [item.columns[at].kind for at in range(3)] for name, item in marks.items()} == {
        "Daten 2021": ["unit", "indicator", "indicator"],
        "Daten 2022": ["unit", "indicator", "indicator"],
    }


def test_a_sheet_of_weights_is_marked():
    """Its columns are the indicators' names, weights and directions, below a head."""
    marks = read(table("mixed-workbook-with-helpers")).desk.marks["Weights"]

    assert [marks.columns[at].kind for at in range(3)] == ["series", "weight", "direction"]
    assert marks.rows[0].kind == "head"


@pytest.fixture
def towns(tmp_path):
    """Two rows that may be of names, a column that may be the year, and a total."""
    lines = ("A list;;;", "Code;Place;Since;Worth", "Town;Income;Stichtag;Crime", "Aachen;215;2019;6.9")
    more = ("Bonn;243;2020;5.8", "Celle;199;2021;4", "Dessau;178;2022;7.6", "Average;208;2022;6.8")
    path = tmp_path / "towns.csv"
    path.write_text("\n".join((*lines, *more)), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("answer", "value", "columns", "units"),
    [
        ("head", "2", ["Place", "Since", "Worth"], 4),
        ("use.Stichtag", "yes", ["Income", "Stichtag", "Crime"], 4),
        ("use.Stichtag", "no", ["Income", "Crime"], 4),
        ("use.Stichtag", "group", ["Income", "Crime"], 4),
        ("use.crime", "no", ["Income"], 4),
        ("row.Average", "yes", ["Income", "Crime"], 5),
        ("row.bonn", "no", ["Income", "Crime"], 3),
    ],
)
def test_a_role_can_be_told(towns, answer, value, columns, units):
    """The row of names, the role of a column and whether a row is a unit are answers; each is a question answered."""
    reading = read(towns, answers={answer: value})

    assert [item.column for item in reading.draft.indicators] == columns
    assert len(reading.draft.units) == units
    assert reading.desk.used >= {answer}


def test_a_column_of_years_can_be_told(tmp_path):
    """A column that nothing calls the year has the years once a user says so."""
    path = tmp_path / "panel.csv"
    rows = ("Ash,2020,20", "Ash,2021,21", "Bex,2020,21", "Bex,2021,22", "Cob,2020,22", "Cob,2021,23")
    path.write_text("\n".join(["Town,Wave,Jobs", *rows]), encoding="utf-8")

    assert read(path, answers={"use.Wave": "year"}).draft.editions == (2020, 2021)


def test_a_unit_of_numbers_can_be_told(tmp_path):
    """Numbers identify the units if a user says so, though there is a column of names."""
    path = tmp_path / "schools.csv"
    path.write_text("Number,Head,Pupils,Grade\n7,Ms A,50,2\n9,Mr B,40,1\n12,Ms C,70,3\n", encoding="utf-8")

    assert list(read(path, answers={"unit": "Number"}).draft.units["unit"]) == ["7", "9", "12"]


@pytest.mark.parametrize(
    ("answer", "value", "said"),
    [
        ("head", "8", "must be the number of a row of names"),
        ("head", "one", "must be the number of a row of names"),
        ("use.Town", "yes", "the column holds no numbers"),
        ("use.Income", "year", "something other than years"),
        ("row.Nowhere", "no", "there is no such question"),
    ],
)
def test_what_cannot_be_so_is_refused_or_passed_over(towns, answer, value, said):
    """It is an error with the reason; where the answer is an old one about another sheet, it is passed over."""
    with pytest.raises(ScenarioError, match=said):
        read(towns, answers={answer: value})

    reading = read(towns, answers={answer: value}, lenient=[answer])
    assert [item.column for item in reading.draft.indicators] == ["Income", "Crime"]


def test_the_row_of_dimensions_can_be_told(tmp_path):
    """A row below the names has the dimensions once a user says so; a row that is none is refused."""
    path = tmp_path / "towns.csv"
    path.write_text("Town,Income,Jobs,Safety\n,rich,rich,calm\nAsh,3,4,5\nBex,4,2,1\nCob,1,3,2\n", encoding="utf-8")
    reading = read(path, answers={"dimensions": "2"})

    assert [(item.title, item.dimension) for item in reading.draft.indicators] == [
        ("Income", "rich"),
        ("Jobs", "rich"),
        ("Safety", "calm"),
    ]
    assert reading.desk.marks["towns"].rows[1].kind == "dimension"
    with pytest.raises(ScenarioError, match="dimensions=9: must be the number of a row of dimensions"):
        read(path, answers={"dimensions": "9"})
