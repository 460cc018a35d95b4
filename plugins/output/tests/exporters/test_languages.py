"""Files in a language that brackets its texts: people's are in it, programs' are in English."""

import re

import openpyxl
import pytest
from hubrank import use_language
from hubrank.testing import small_ranking
from hubrank_output.exporters import datapackage, markdown, tables, workbook

pytestmark = pytest.mark.usefixtures("bracketed")


def in_both(write, folder, name):
    """A ranking's file in English and in German."""
    paths = [folder / "en" / name, folder / "de" / name]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        with use_language(path.parent.name):
            write(small_ranking(), path)
    return paths


@pytest.mark.parametrize("exporter", tables.EXPORTERS, ids=lambda each: each.name)
def test_csv_and_parquet_are_in_english(exporter, tmp_path):
    """The same bytes in each language."""
    english, german = in_both(exporter.write, tmp_path, f"lands{exporter.suffix}")

    assert english.read_bytes() == german.read_bytes()


@pytest.mark.parametrize(
    ("write", "name"), [(datapackage.write_json, "lands.json"), (datapackage.write_zip, "lands.datapackage.zip")]
)
def test_data_packages_are_in_english(write, name, tmp_path):
    """The same bytes in each language."""
    english, german = in_both(write, tmp_path, name)

    assert english.read_bytes() == german.read_bytes()


def test_headings_and_heads_of_a_markdown_page_are_in_the_language(tmp_path):
    """All of them, but for the edition; sentences about sources stand between their values."""
    english, german = in_both(markdown.write, tmp_path, "lands.md")
    lines = german.read_text(encoding="utf-8").splitlines()
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    heads = [line for before, line in zip(["", *lines], lines, strict=False) if line.startswith("| ") and not before]

    assert headings[:3] == ["2024", "⟦Weights⟧", "⟦Indicators⟧"]
    assert all(re.fullmatch("⟦.+⟧", each) for each in headings[1:])
    assert heads[0] == "| ⟦rank⟧ | ⟦since ⟧2023 | ⟦name⟧ | ⟦country⟧ | ⟦score⟧ | ⟦tier⟧ | ⟦research⟧ | ⟦industry⟧ |"
    assert heads[1] == "| ⟦dimension⟧ | ⟦member⟧ | ⟦weight⟧ | ⟦weight in the index⟧ |"
    assert any("⟦Used for ⟧figures" in line for line in lines)
    assert "⟦" not in english.read_text(encoding="utf-8")


def test_a_workbook_keeps_its_sheets_fields_and_formulas_and_says_the_rest_in_the_language(tmp_path):
    """The live sheet's heads and the meanings of columns are translated, nothing that is referred to."""
    english, german = (openpyxl.load_workbook(path) for path in in_both(workbook.write, tmp_path, "lands.xlsx"))
    formulas = [
        [cell.value for row in book["Live"] for cell in row if cell.data_type == "f"] for book in (english, german)
    ]

    assert english.sheetnames == german.sheetnames
    assert [each.value for each in english["Ranking"][1]] == [each.value for each in german["Ranking"][1]]
    assert formulas[0] == formulas[1]
    assert all("⟦" in str(cell.value) for sheet in ("Live", "Weights") for cell in german[sheet][1])
    assert german["Columns"]["C2"].value == "⟦The edition (year) of the ranking⟧"
    assert "⟦research⟧" in [cell.value for cell in german["Indicators"]["D"]]
