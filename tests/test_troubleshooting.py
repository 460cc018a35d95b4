"""What the how-to pages say of tables and errors: each option reads its table, and each quoted error is printed."""

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from hubrank.cli.app import run
from hubrank.plugin import Registry
from hubrank.results.rank import rank
from hubrank.testing import examples

PAGES = Path(__file__).parents[1] / "docs" / "how-to"
TABLES = (PAGES / "messy-tables.md").read_text(encoding="utf-8")
OPTIONS = re.findall(r"^(options = .*?) +# (.*)$", TABLES, re.MULTILINE)
FILES = {each.file: each.code for each in examples(TABLES) if each.file}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files of the page on tables, and a workbook with a merged year."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for name, code in FILES.items():
        Path(name).write_text(code, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    for row in (["unit", "year", "x"], ["aachen", 2020, 1234.5], ["bonn", None, 12]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    book.save("book.xlsx")
    return tmp_path


def with_options(options):
    """The scenario of the page, with other options."""
    return re.sub(r"^options = .*$", lambda _: options, FILES["mine.toml"], flags=re.MULTILINE)


@pytest.mark.parametrize(("options", "said"), OPTIONS, ids=[options for options, _ in OPTIONS])
def test_option_of_a_messy_table(folder, options, said):
    """What is behind `#` is what the towns get."""
    Path("mine.toml").write_text(with_options(options), encoding="utf-8")
    ranking = rank(Path("mine.toml"), Registry.installed())
    values = dict(zip(ranking.codes, ranking.measurement.values[0, :, 0].tolist(), strict=True))

    assert values == {name: float(value) for name, value in re.findall(r"(\w+) ([\d.]+)", said)}


def test_message_of_a_messy_table(folder, capsys):
    """The message of the page is what is printed for such a file."""
    Path("figures.csv").write_text("Figures\nunit;year;x\naachen;2020;1.234,5\nbonn;2020;12*\nbonn;2019;k.A.\n")
    Path("mine.toml").write_text(with_options('options = { file = "figures.csv" }'), encoding="utf-8")

    assert run(["rank", "mine.toml"]) == 2
    assert capsys.readouterr().err == "hubrank: " + TABLES.partition("```text\n")[2].partition("```")[0]


TROUBLE = (PAGES / "troubleshooting.md").read_text(encoding="utf-8")
#: A scenario with rows of a service.
LIVE = next(e.code for e in examples((PAGES / "live-data.md").read_text("utf-8")) if e.file == "live.toml")
#: By message: the command.
BY_COMMAND = {
    "no installed plugin has a scenario 'gloabl'; did you mean 'global'?": "rank gloabl",
    "file not found": "rank nowhere.toml",
    "towns: is a folder without a scenario.toml": "rank towns",
    "and nothing is overwritten": "start towns.csv --yes",
    "towns: is not empty and not a run folder": "rank mine.toml --output towns",
    "nothing was written; --yes takes the defaults, or answer:": "start heads.csv",
    "there is no unit 'Bon'; did you mean 'Bonn'?": "explain mine.toml Bon",
    "there is no edition 2021; did you mean '2020'?": "rank mine.toml --edition 2021",
    "mine.pdf: no exporter for this suffix": "export mine.toml --output mine.pdf",
    "robustness: missing; set what is uncertain": "robustness mine.toml",
    "geonames: is not fetched yet": "rank live.toml",
    "has 6 cells; the limit cells is 3; raise it by --limit cells=6": "rank mine.toml --limit cells=3",
}
#: By message: what of `mine.toml` becomes what.
BY_SCENARIO = {
    "titel: unknown key; did you mean 'title'?": ("title", "titel"),
    'x.weight: must be a number; got the text "2"': ('"one" }', '"one", weight = "2" }'),
    r"illegal character '\n', at column 19": ('towns"', "towns"),
    "no installed plugin has a normalisation 'min-mx'; did you mean 'min-max'?": ("none", "min-mx"),
    "x.dimension: there is no dimension 'on'; did you mean 'one'?": ('"one"', '"on"'),
    "no column 'y'; available: unit, x, year": ("\nx = ", "\ny = "),
    "2 columns without a name in the header; set header = 2": ("plain.csv", "heads.csv"),
    "member 'x' has 1 value that is not above 0": (
        'none"\naggregation = "arithmetic',
        'min-max"\naggregation = "geometric',
    ),
    "one: all its members have weight 0": ('"one" }', '"one", weight = 0 }'),
}
#: By message: the table.
BY_TABLE = {
    'x must be a number; got "k.A."': "unit,year,x\nbonn,2020,k.A.",
    "no column gives the place; is 'code' the unit?": "code,year,x\nbonn,2020,12",
    "is 'jahr' the year?": "unit,jahr,x\nbonn,2020,12",
    "a second row for unit aachen, year 2020": "unit,year,x\naachen,2020,1\naachen,2020,2",
    "its rows give the place by country; the units can be found by unit": "country,year,x\nDEU,2020,1",
    "no unit has a value in any edition: the newest is of 2018": "unit,year,x\naachen,2018,1",
    "not matched to a unit: 50 % of x (values) (1 row), 'Aachen'": "unit,year,x\nAachen,2020,12\nbonn,2020,12",
    "is the same for all units in edition 2020: 5; exclude it": "unit,year,x\naachen,2020,5\nbonn,2020,5",
}


def test_every_message_of_the_page_has_a_case():
    """A message that is not printed any more leaves the page too."""
    assert set(re.findall(r"^\| `([^|]+)` \|", TROUBLE, re.MULTILINE)) == {*BY_COMMAND, *BY_SCENARIO, *BY_TABLE}


@pytest.mark.parametrize("message", [*BY_COMMAND, *BY_SCENARIO, *BY_TABLE])
def test_message(folder, capsys, message):
    """The command prints what the page quotes."""
    scenario = FILES["mine.toml"].replace(*BY_SCENARIO.get(message, ("", "")))
    if "is the same" in message:
        scenario = scenario.replace('"none"', '"min-max"')
    if message in BY_TABLE:
        Path("plain.csv").write_text(BY_TABLE[message] + "\n", encoding="utf-8")
    Path("mine.toml").write_text(scenario, encoding="utf-8")
    Path("live.toml").write_text(LIVE, encoding="utf-8")
    Path("towns").mkdir()
    Path("towns/notes.txt").touch()

    run(shlex.split(BY_COMMAND.get(message, "rank mine.toml")))

    printed = capsys.readouterr()
    assert message in printed.out + printed.err


CHOICES = re.findall(r"^\| [^|]+ \| `([^|]+)` \|", (PAGES / "choose-methods.md").read_text("utf-8"), re.MULTILINE)
BASE = """title = "Five lands"
editions = [2024]
normalisation = "min-max"
aggregation = "arithmetic"
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "values.csv" } }
dimensions = { life = { }, wealth = { } }
indicators.health = { indicator = "value", dimension = "life" }
indicators.income = { indicator = "value", dimension = "life" }
indicators.roads = { indicator = "value", dimension = "wealth" }
"""


@pytest.mark.parametrize("line", CHOICES)
def test_choice_of_a_method(folder, capsys, line):
    """The line is valid in a scenario that extends another."""
    Path("units.csv").write_text("unit,name,continent\na,A,Europe\nb,B,Asia\nc,C,Asia\n")
    Path("values.csv").write_text("unit,year,health,income,roads\na,2024,50,5,1\nb,2024,60,7,3\nc,2024,80,6,4\n")
    Path("scenario.toml").write_text(BASE, encoding="utf-8")
    Path("mine.toml").write_text(f'extends = "scenario.toml"\n{line}\n', encoding="utf-8")

    assert (run(["check", "mine.toml"]), capsys.readouterr().err) == (0, "")
