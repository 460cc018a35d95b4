"""Sheets of Excel workbooks as grids: what looks like a gap to a program and not to a reader is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank.basis.cells import is_gap
from hubrank.basis.doors import bytes_of, check_archive, check_sheet
from hubrank.basis.doubts import Odd
from hubrank.basis.errors import FileProblem, suggestion
from hubrank.basis.grids import Grid, column_names
from hubrank.basis.words import reason

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from hubrank.basis.reading import Reading

#: A formula in the XML of a sheet.
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def workbook_grid(path: Path, reading: Reading) -> Grid:
    """The rows of a sheet, by the numbers that the spreadsheet shows.

    Raises:
        FileProblem: It is no workbook, or has no such sheet, header or row.
    """
    import pandas as pd
    from openpyxl.utils import get_column_letter

    content = _content(path)
    sheet = _sheet(path, content, reading.sheet, values=True)
    rows = [(line, [_value(cell, reading) for cell in row]) for line, row in enumerate(sheet.iter_rows(), start=1)]
    odd = dict(_errors(sheet, reading)) | dict(_formulas(path, content, reading, sheet))
    merged = list(_merged(sheet))
    for line, at, first in merged:
        if reading.fill_merged:
            rows[line - 1][1][at] = rows[first[0] - 1][1][first[1]]
        elif not is_gap(rows[first[0] - 1][1][first[1]]):
            cell = f"{get_column_letter(first[1] + 1)}{first[0]}"
            odd[line, at] = Odd(f"merged with {cell}", merged=True)
    filled = [(line, row) for line, row in rows if any(not is_gap(cell) for cell in row)]
    last = filled[-1][0] - reading.skip_footer if filled else 0
    kept = [each for each in filled if reading.skip_rows < each[0] <= last]
    head, body = kept[: reading.header], kept[reading.header :]
    if not head:
        raise FileProblem(f'{path.name}: sheet "{sheet.title}" is empty; its first row must contain the column names')
    if not body:
        raise FileProblem(f'{path.name}: sheet "{sheet.title}" has a header but no rows')
    wide = 1 + max(at for _, row in kept for at, cell in enumerate(row) if not is_gap(cell))
    names = column_names([row[:wide] for _, row in head], path.name)
    cells = [[None if is_gap(cell) else cell for cell in row[:wide]] for _, row in body]
    return Grid(
        frame=pd.DataFrame(cells, index=[line for line, _ in body], columns=names, dtype=object),
        sheet=sheet.title,
        letters={name: get_column_letter(at) for at, name in enumerate(names, start=1)},
        odd={(line, names[at]): what for (line, at), what in odd.items() if at < wide},
    )


def sheet_rows(path: Path, name: str | None) -> list[tuple[int, list[Any]]]:
    """The rows of a sheet by their numbers, without the empty cells at their ends; of the first where none is named.

    Raises:
        FileProblem: It is no workbook, exceeds a limit, or has no such sheet.
    """
    made = []
    sheet = _sheet(path, _content(path), name, values=True)
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = list(row)
        while cells and is_gap(cells[-1]):
            cells.pop()
        made.append((line, cells))
    return made


def _content(path: Path) -> bytes:
    """The bytes of a workbook that unpacks to no more than it may."""
    content = bytes_of(path)
    check_archive(io.BytesIO(content), path.name, "workbook_bytes", kind="an Excel workbook", book=True)
    return content


def _sheet(path: Path, content: bytes, name: str | None, *, values: bool) -> Worksheet:
    try:
        import openpyxl
    except ImportError as error:
        raise FileProblem(f"{path.name}: reading workbooks requires openpyxl; install hubrank[excel]") from error
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    except Exception as error:  # openpyxl raises anything of what it does not expect
        why = reason(error)
        raise FileProblem(f"{path.name}: is not an Excel workbook: {why}") from error
    sheets: dict[str, Worksheet] = {each.title: each for each in book.worksheets}
    if not sheets:
        raise FileProblem(f"{path.name}: no sheet of cells is found; save it as .xlsx in a spreadsheet program")
    if name is not None and name not in sheets:
        hint = suggestion(name, sheets)
        raise FileProblem(f"{path.name}: has no sheet '{name}'{hint}")
    found = sheets[name] if name is not None else next(iter(sheets.values()))
    check_sheet(path.name, found.title, found.max_row, found.max_column)
    return found


def _value(cell: Any, reading: Reading) -> Any:
    """What a cell holds; `12%` that a spreadsheet keeps as 0.12 is 12 where percents are read as points."""
    value = cell.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and reading.percent == "points" and "%" in str(cell.number_format):
        return float(Decimal(repr(value)).scaleb(2))
    return value


def _errors(sheet: Worksheet, reading: Reading) -> Iterator[tuple[tuple[int, int], Odd]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "e" and not is_gap(cell.value) and cell.value not in reading.na:
                yield (cell.row, cell.column - 1), Odd(f'the error "{cell.value}"')


def _formulas(path: Path, content: bytes, reading: Reading, sheet: Worksheet) -> Iterator[tuple[tuple[int, int], Odd]]:
    """Formulas whose values the program that wrote the workbook did not store; an empty text is a value."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/"))
        if not any(_FORMULA.search(archive.read(name)) for name in sheets):
            return
    formula = Odd("a formula without a stored value (save it in a spreadsheet program)")
    for row in _sheet(path, content, reading.sheet, values=False).iter_rows():
        for cell in row:
            shown = sheet.cell(cell.row, cell.column)
            if cell.data_type == "f" and shown.value is None and shown.data_type != "str":
                yield (cell.row, cell.column - 1), formula


def _merged(sheet: Worksheet) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Line, position and first cell of each cell that is merged with another before it."""
    for found in sheet.merged_cells.ranges:
        first = found.min_row, found.min_col - 1
        for line in range(found.min_row, found.max_row + 1):
            for at in range(found.min_col - 1, found.max_col):
                if (line, at) != first:
                    yield line, at, first
