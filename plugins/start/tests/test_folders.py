"""The folder that start makes, places on the map, files of other tools, and `open`."""

import csv

import openpyxl
from hubrank.cli.app import run
from hubrank_start.places import placed

from .conftest import FIGURES, HEAD, SCORES, book_of

#: The layout of the JRC's COIN Tool: rows 7 to 16 above the values of columns E to G.
COIN_TOOL = {
    "E": [1, 1, None, None, "Index", "si.1", "p.1", "sp.1", "Life expectancy", "ind.01"],
    "F": [1, -1, None, None, "Index", "si.1", "p.1", "sp.1", "Infant mortality", "ind.02"],
    "G": [1, 1, None, None, "Index", "si.1", "p.1", "sp.1", "Literacy", "ind.03"],
}


def test_what_the_folder_holds(start, tmp_path):
    """The scenario, the tables as they were and as they were read, and a run that ranks the same again."""
    path = book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES, ("Mean", 70, 9, 92)])
    found = start(path, "--yes")
    names = {each.name for each in start.folder.iterdir()}

    assert names == {"scenario.toml", "data.csv", "units.csv", "README.md", "original", "run"}
    assert (start.folder / "original" / "a.xlsx").read_bytes() == path.read_bytes()
    with (start.folder / "data.csv").open() as file:
        assert [row["literacy"] for row in csv.DictReader(file)] == ["99", "90", "80", "99.5"]
    toml = (start.folder / "scenario.toml").read_text()
    assert '"rows left out: Mean (totals and groups, not units)"' in toml
    assert "rows left out: Mean" in (start.folder / "README.md").read_text()
    assert run(["rank", str(start.folder), "--output", str(tmp_path / "again")]) == 0
    with (tmp_path / "again" / "ranking.csv").open() as file:
        assert {row["name"]: round(float(row["score"]), 2) for row in csv.DictReader(file)} == found


def test_a_weight_of_the_folder_is_changed(start, tmp_path, capsys):
    """Infant mortality counts double; the key that a reader guesses leads to the key that there is."""
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes")
    mine = tmp_path / "mine.toml"
    capsys.readouterr()
    for key, code in (("infant", 1), ("infant-mortality", 0)):
        mine.write_text(f'extends = "{start.folder.name}/scenario.toml"\n[indicators]\n{key} = {{ weight = 2 }}\n')
        assert (run(["rank", str(mine)]) != 0) == code

    assert run(["show", str(mine)]) == 0
    assert "infant-mortality (weight 2)" in (printed := capsys.readouterr()).out
    assert "there is no indicator 'infant' to change; did you mean 'infant-mortality'?" in printed.err


def test_the_report_lists_the_assumptions(start, tmp_path):
    """The page has a table of it; `report --open` writes the page again where it is gone, and says where it is."""
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", "--report")
    page = start.folder / "report.html"
    html = page.read_text(encoding="utf-8")

    assert "What was assumed" in html
    assert '<th scope="row">direction of Infant mortality</th>' in html
    page.unlink()
    assert run(["report", str(start.folder), "--open"]) == 0
    assert page.is_file()


def test_countries_are_put_on_the_map(start, tmp_path):
    """Names in German, codes of ISO: each gets its country; a code gets its name."""
    names = ["Deutschland", "Frankreich", "Österreich", "Türkei"]
    rows = [(name, *values) for name, (_, *values) in zip(names, FIGURES, strict=True)]
    start(book_of(tmp_path / "a.xlsx", [("Land", *HEAD[1:]), *rows]), "--yes")
    with (start.folder / "units.csv").open(encoding="utf-8") as file:
        units = list(csv.DictReader(file))

    assert [each["country"] for each in units] == ["DEU", "FRA", "AUT", "TUR"]
    assert all(each["lat"] for each in units)


def test_cities_lie_in_the_country_that_the_table_says():
    """A Paris that the table puts into the United States is not the one in France."""
    spots, what = placed(["Paris", "Rome", "Berlin"], {"Paris": "USA"}, False)

    assert what == "cities"
    assert {name: each.country for name, each in spots.items()} == {"Rome": "ITA", "Berlin": "DEU"}
    assert placed(["Paris", "Rome"], {}, False)[0]["Paris"].country == "FRA"


def test_a_workbook_of_the_coin_tool(start, tmp_path):
    """It goes through the command import, and ranks by the values of `conftest.py`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Database"
    for column, cells in COIN_TOOL.items():
        for row, value in enumerate(cells, start=7):
            sheet[f"{column}{row}"] = value
    for row, (name, *values) in enumerate(FIGURES, start=17):
        for column, value in zip("BCEFG", [name, name[:3].upper(), *values], strict=True):
            sheet[f"{column}{row}"] = value
    book.create_sheet("Framework")["D4"] = "Dimension/indicator"
    book.save(tmp_path / "tool.xlsx")

    assert start(tmp_path / "tool.xlsx", "--yes", "--set", "year=2023") == SCORES
    assert "editions = [\n    2023,\n]" in (start.folder / "scenario.toml").read_text()


def test_tables_of_coinr(start, tmp_path):
    """A folder with iData and iMeta, or iData beside iMeta, goes through the command import."""
    folder = tmp_path / "coinr"
    folder.mkdir()
    lines = ["uName,uCode,life,mort,lit", *(f"{n},{n[:3].upper()},{','.join(map(str, v))}" for n, *v in FIGURES)]
    (folder / "iData.csv").write_text("\n".join(lines))
    meta = ["Level,iCode,iName,Direction,Weight,Parent,Type"]
    meta += [f"1,{code},{code},{way},1,Index,Indicator" for code, way in (("life", 1), ("mort", -1), ("lit", 1))]
    (folder / "iMeta.csv").write_text("\n".join([*meta, "2,Index,Index,1,1,NA,Aggregate"]))

    assert start(folder, "--yes") == SCORES
