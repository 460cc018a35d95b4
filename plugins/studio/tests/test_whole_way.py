"""From a table as people have it to a scenario that ranks as the page showed, in a browser."""

import json
from pathlib import Path

import pytest
import tomli
from hubrank.cli.app import run
from hubrank_studio.studio_command import begun

from .conftest import served

PEOPLE = Path(__file__).parents[2] / "start" / "tests" / "people"
#: Folders with one table, which is read without an answer; workbooks first.
TABLES = sorted(
    (
        path
        for folder in PEOPLE.iterdir()
        for path in folder.iterdir()
        if path.name != "expected.toml"
        and len(list(folder.iterdir())) == 2
        and "set" not in tomli.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    ),
    key=lambda path: (not path.suffix.startswith(".xls"), path.parent.name),
)[:24]
#: The page makes the rows in sight; so many are.
MOST = 240
DONE = '#draws[data-growing="false"]'


def rows_of(page):
    """Rank and range of each unit, as they read on the page."""
    read = "rows => rows.map(row => [row.dataset.code, row.cells[0].innerText, row.cells[1].innerText])"
    return {code: (rank, bounds) for code, rank, bounds in page.eval_on_selector_all("#rows tr[data-code]", read)}


def ranked(scenario, capsys):
    """Ranks and ranges of a scenario as the command line has them, and its whole answer."""
    capsys.readouterr()
    assert run(["rank", str(scenario), "--format", "json", "--top", "1000000"]) == 0
    answer = json.loads(capsys.readouterr().out)
    rows = {}
    for row in answer["ranking"]:
        low, high = (f"{row[key]:g}" if row[key] is not None else "" for key in ("low", "high"))
        rows[row["unit"]] = (f"{row['rank']:g}", low if low == high else f"{low} to {high}")
    return rows, answer


@pytest.mark.long
@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.parent.name)
def test_a_table_becomes_a_scenario_that_ranks_as_the_page_showed(table, browser, tmp_path, capsys):
    """A table is dropped; the file that is kept gives the ranks, ranges and notices that were on the page."""
    with served(begun(None, tmp_path / "work")) as studio:
        page = browser.new_page(viewport={"width": 1200, "height": 12_000})
        page.goto(studio.address)
        page.set_input_files("#file", table)
        page.wait_for_selector(DONE, state="attached")
        rows = rows_of(page)
        notices = page.eval_on_selector_all("#caveats li", "lines => lines.map(line => line.textContent)")
        page.close()
    wanted, answer = ranked(tmp_path / "work" / "scenario.toml", capsys)
    assert rows == {code: wanted[code] for code in rows}
    assert len(rows) == min(len(wanted), MOST)
    assert notices == answer["caveats"]
