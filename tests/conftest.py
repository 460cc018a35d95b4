"""Workbooks calculated as a reader's program does; what commands print on a terminal or in a pipe."""

import importlib.util
import io
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hubrank.cli.app import run

ROOT = Path(__file__).parents[1]
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class Stream(io.TextIOWrapper):
    """Standard output in an encoding, strict as Python's is, on a terminal or not."""

    terminal = False

    def isatty(self):
        """Whether it is one."""
        return self.terminal


@pytest.fixture
def any_screen(monkeypatch):
    """Nothing in the environment says how a screen is, but that it is one."""
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("HUBRANK_WIDTH", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def printed(any_screen, monkeypatch):
    """What a command prints, by width, encoding and shape; it must succeed."""

    def printed(words, width=500, encoding="utf-8", shape="terminal"):
        stream = Stream(io.BytesIO(), encoding=encoding)
        stream.terminal = shape == "terminal"
        monkeypatch.setenv("COLUMNS", str(width))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            code = run(words)
        stream.flush()
        assert code == 0
        return stream.buffer.getvalue().decode(encoding)

    return printed


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
    """Calculate sheets: `calculate({"sheet": {"A1": 2, "B1": "=A1*3"}})["sheet"]["B1"]` is 6."""

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
    book = openpyxl.load_workbook(converted(folder / "sheets.xlsx", "xlsx"), data_only=True)
    return {sheet.title: {cell.coordinate: cell.value for row in sheet for cell in row} for sheet in book}


def converted(path: Path, kind: str) -> Path:
    """A file as LibreOffice opens it and saves it in another kind, in a folder of its own beside it."""
    made = path.parent / "made"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    utf8 = ["--infilter=CSV:44,34,76"] if path.suffix == ".csv" else []  # 76 is UTF-8 among its encodings
    words = [OFFICE, profile, "--headless", *utf8, "--convert-to", kind, "--outdir", str(made), path.name]
    subprocess.run(words, cwd=path.parent, check=True, capture_output=True, timeout=300)
    return made / f"{path.stem}.{kind}"


@pytest.fixture
def by_libreoffice():
    """`converted`, where LibreOffice is installed."""
    if OFFICE is None:
        pytest.skip("there is no LibreOffice (soffice) on this machine to open files with")
    return converted


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
