"""Workbooks calculated as a reader's program does."""

import importlib.util
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).parents[1]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


@pytest.fixture(scope="session")
def module_at():
    """Import a file of the repository that no package has: `module_at("scripts/texts.py")`."""

    def load(place):
        spec = importlib.util.spec_from_file_location(Path(place).stem, ROOT / place)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture(scope="session")
def calculate(tmp_path_factory):
    """Calculate sheets: `calculate({"sheet": {"A1": 2, "B1": "=A1*3"}})["sheet"]["B1"]` is 6.

    LibreOffice calculates where it is installed, else the package `formulas`. A formula may name another sheet.
    """

    def run(sheets):
        folder = tmp_path_factory.mktemp("sheets")
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, cells in sheets.items():
            sheet = book.create_sheet(title)
            for address, value in cells.items():
                sheet[address] = value
        book.save(folder / "sheets.xlsx")
        return calculated(folder)

    return run


@pytest.fixture(scope="session")
def calculate_file(tmp_path_factory):
    """Calculate a workbook again after cells were overwritten: `calculate_file(path, {"sheet": {"A1": 3}})`."""

    def run(path, changes):
        folder = tmp_path_factory.mktemp("book")
        book = openpyxl.load_workbook(path)
        for title, cells in changes.items():
            for address, value in cells.items():
                book[title][address] = value
        book.save(folder / "sheets.xlsx")
        return calculated(folder)

    return run


def calculated(folder: Path) -> dict[str, dict[str, Any]]:
    """The values of `sheets.xlsx`, by sheet and cell."""
    return by_office(folder) if OFFICE else by_formulas(folder)


def by_office(folder: Path) -> dict[str, dict[str, Any]]:
    """What LibreOffice calculates; openpyxl leaves no results in the file, so that every formula is calculated."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [OFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder / "made"), "sheets.xlsx"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=300)
    book = openpyxl.load_workbook(folder / "made" / "sheets.xlsx", data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet for cell in row} for sheet in book}


def by_formulas(folder: Path) -> dict[str, dict[str, Any]]:
    """What the package `formulas` calculates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its code compares with `is`, and NumPy warns in what IF does not take
        import formulas

        found = formulas.ExcelModel().loads(str(folder / "sheets.xlsx")).finish().calculate()
    titles = {
        title.upper(): title for title in openpyxl.load_workbook(folder / "sheets.xlsx", read_only=True).sheetnames
    }
    made: dict[str, dict[str, Any]] = {title: {} for title in titles.values()}
    for key, cell in found.items():
        book, _, address = str(key).strip("'").rpartition("'!")
        title = titles.get(book.rpartition("]")[2])
        if title is not None and ":" not in address:
            value = cell.value[0, 0]
            made[title][address] = value.item() if hasattr(value, "item") else value
    return made
