"""What the how-to pages say of tables and errors: each option reads its table, and each quoted error is printed."""

import re
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
