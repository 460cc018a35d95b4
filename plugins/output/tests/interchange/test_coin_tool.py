"""A COIN Tool workbook becomes a scenario that ranks at once."""

import openpyxl
import pytest
from hubrank.cli.app import run
from hubrank.plugin import ScenarioError
from hubrank.results.rank import rank
from hubrank_output.interchange.coin_tool import read_coin_tool
from hubrank_output.interchange.framework import write_framework

#: Above the values, from row 7: weight, direction, goalposts, index, sub-index, pillar, sub-pillar, name, code.
HEADS = {
    "E": [1, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Roads", "ind.01"],
    "F": [3, -1, 2, 12, "Index", "si.01", "p.01", "sp.01", "Smoke", "ind.02"],
    "G": [1, 1, "n/a", "n/a", "Index", "si.01", "p.02", "sp.01", "Schools", "ind.03"],
}
UNITS = [("Aland", "AAA", 4, 5, 1), ("Beland", "BBB", 12, 7, "n/a"), ("Celand", "CCC", 0, 2, 5)]
ELEMENTS = [
    ("ind.01", "Roads", 1),
    ("sp.01", "all", 1),
    ("p.01", "The means", 2),
    ("p.02", "The ends", 1),
    ("--", "--", "--"),
    ("si.01", "all", 1),
    ("Index", "A whole index", 1),
]


@pytest.fixture
def workbook(tmp_path):
    """Writes a workbook by the tool's layout, with changed cells of `Database`, and gives its path."""

    def write(changes=None):
        book = openpyxl.Workbook()
        database = book.active
        database.title = "Database"
        for column, values in HEADS.items():
            for row, value in enumerate(values, start=7):
                database[f"{column}{row}"] = value
        database["H16"] = "ind.04"
        for row, (name, code, *values) in enumerate(UNITS, start=17):
            for column, value in zip("BCEFG", [name, code, *values], strict=True):
                database[f"{column}{row}"] = value
        framework = book.create_sheet("Framework")
        framework["C4"], framework["D4"], framework["E4"], framework["H4"] = (
            "Code",
            "Dimension/indicator",
            "Weight",
            "Name",
        )
        for row, (code, name, weight) in enumerate(ELEMENTS, start=5):
            framework[f"C{row}"], framework[f"E{row}"], framework[f"H{row}"] = code, weight, name
        for cell, value in (changes or {}).items():
            database[cell] = value
        book.save(tmp_path / "tool.xlsx")
        return tmp_path / "tool.xlsx"

    return write


def test_scores_by_hand(workbook, tmp_path):
    """Goalposts of the sheet with caps, min-max if it has none, unused levels left out."""
    write_framework(read_coin_tool(workbook(), 2023), tmp_path / "out")
    ranking = rank(str(tmp_path / "out" / "scenario.toml"))

    means = {"AAA": (40 + 3 * 70) / 4, "BBB": (100 + 3 * 50) / 4, "CCC": (0 + 3 * 100) / 4}
    assert dict(zip(ranking.codes, ranking.scores[0], strict=True)) == pytest.approx(
        {"AAA": 2 / 3 * means["AAA"], "BBB": means["BBB"], "CCC": 2 / 3 * means["CCC"] + 100 / 3}
    )
    assert ranking.editions == (2023,)
    assert ranking.plan.scenario.title == "A whole index"
    assert {node.name: node.title for node in ranking.plan.tree if node.parent} == {
        "p-01": "The means",
        "p-02": "The ends",
    }
    assert [each.title for each in ranking.plan.ranked] == ["Roads", "Smoke", "Schools"]


def test_all_mistakes_at_once_with_their_cells(workbook):
    """Values that are none, directions, goalposts the wrong way round, codes that are missing or unknown."""
    changes = {"E18": "many", "F8": 0, "E9": 20, "G13": "p.09", "C19": None, "E7": "heavy"}

    with pytest.raises(ScenarioError) as caught:
        read_coin_tool(workbook(changes), 2023)

    found = {each.where: each.what for each in caught.value.problems}
    assert found["Database!E18"] == 'must be a number; got "many"'
    assert found["Database!F8"].startswith("must be 1 or -1")
    assert found["Database!E9"].startswith("give both goalposts or neither")
    assert found["Database!G13"].startswith("'p.09' is not in the sheet Framework")
    assert found["Database!C19"] == "missing; a unit with values needs a code"
    assert "Database!E7" in found


def test_files_that_are_no_such_workbook(tmp_path):
    """Missing, no workbook at all, or without the sheets."""
    with pytest.raises(ScenarioError, match="file not found"):
        read_coin_tool(tmp_path / "none.xlsx", 2023)
    (tmp_path / "text.xlsx").write_text("hello")
    with pytest.raises(ScenarioError, match="is not an Excel workbook"):
        read_coin_tool(tmp_path / "text.xlsx", 2023)
    openpyxl.Workbook().save(tmp_path / "other.xlsx")

    with pytest.raises(ScenarioError, match="Database: there is no such sheet"):
        read_coin_tool(tmp_path / "other.xlsx", 2023)


def test_the_command_ranks_at_once(workbook, tmp_path, capsys):
    """The year is this one unless it is said."""
    assert run(["import", "coin-tool", str(workbook()), "--output", str(tmp_path / "out"), "--year", "2022"]) == 0
    assert run(["rank", str(tmp_path / "out" / "scenario.toml")]) == 0

    assert "A whole index, 2022" in capsys.readouterr().out
