"""Each option that docs/tables.md shows reads its table as the comment behind it says."""

import re
from pathlib import Path

import openpyxl
import pytest
from hubrank import Registry
from hubrank.cli.app import run
from hubrank.results.rank import rank
from hubrank.testing import examples

PAGE = (Path(__file__).parents[1] / "docs" / "tables.md").read_text(encoding="utf-8")
BLOCKS = examples(PAGE)
SHOWN = re.findall(r"^(options = .*?) +# (.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files of the page, and a workbook with a merged year."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for each in BLOCKS:
        if each.file:
            Path(each.file).write_text(each.code, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Data")
    for row in (["unit", "year", "x"], ["aachen", 2020, 1234.5], ["bonn", None, 12]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    book.save("book.xlsx")
    return tmp_path


def measured(path):
    """The values of a scenario by unit, without trailing zeros."""
    ranking = rank(path, Registry.installed())
    return dict(zip(ranking.codes, ranking.measurement.values[0, :, 0].tolist(), strict=True))


@pytest.mark.long
@pytest.mark.parametrize(("options", "said"), SHOWN, ids=[options for options, _ in SHOWN])
def test_option(folder, options, said):
    """What stands behind `#` is what the towns get."""
    text = Path("mine.toml").read_text(encoding="utf-8")
    Path("mine.toml").write_text(
        re.sub(r"^options = .*$", lambda _: options, text, flags=re.MULTILINE), encoding="utf-8"
    )

    assert measured(Path("mine.toml")) == {name: float(value) for name, value in re.findall(r"(\w+) ([\d.]+)", said)}


def test_the_message(folder, capsys):
    """The message at the top is what is printed for such a file."""
    Path("figures.csv").write_text("Figures\nunit;year;x\naachen;2020;1.234,5\nbonn;2020;12*\nbonn;2019;k.A.\n")
    text = Path("mine.toml").read_text(encoding="utf-8").replace("plain.csv", "figures.csv")
    Path("mine.toml").write_text(text, encoding="utf-8")
    quoted = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]

    assert run(["rank", "mine.toml"]) == 2
    assert capsys.readouterr().err == f"hubrank: {quoted}"


def test_the_file_of_units(folder):
    """The table at the end reads its list."""
    (units,) = (each.code for each in BLOCKS if each.code.startswith("[units]"))
    text = Path("mine.toml").read_text(encoding="utf-8").replace('units = { file = "towns.csv" }\n', "")
    Path("mine.toml").write_text(f"{text}\n{units}", encoding="utf-8")

    assert measured(Path("mine.toml")) == {"aachen": 1234.5, "bonn": 12}
