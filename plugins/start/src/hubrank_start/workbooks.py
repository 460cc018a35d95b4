"""Workbooks as sheets: XLSX, XLS and ODS, with the facts that calamine does not report."""

import io
import os
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import python_calamine
import xlrd
from hubrank.io.readers import has_formulas
from hubrank.io.safe_input import check_archive, check_sheet, check_size
from hubrank.plugin import FileProblem, gettext, gettext_noop, limits

from hubrank_start.sheet import FORMULA, OPENPYXL, Sheet, sheet_of

_TABLE, _OFFICE = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office"))
#: The most repeated rows or cells that are read; more repetitions are empty.
_MOST = 1000


def workbook_sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook with the values that its formulas had when it was saved; or a `FileProblem`.

    Nothing is computed, and links to other files are not followed.
    """
    check_size(path, "start_bytes")
    with path.open("rb") as file:
        beginning = file.read(8)
    suffix, old = path.suffix.lower(), beginning.startswith(b"\xd0\xcf\x11\xe0")
    if old and suffix != ".xls":
        raise FileProblem(f"{path.name}: is locked by a password, or an old .xls; save it as .xlsx without a password")
    if not old and suffix == ".xls":
        what = "a workbook of another format" if beginning.startswith(b"PK") else "text or a page of HTML"
        raise FileProblem(
            f"{path.name}: is {what} that is named .xls; open it in a spreadsheet program and save it as .xlsx"
        )
    if suffix != ".xls":
        check_archive(path, path.name, "workbook_bytes", kind="a workbook that can be read", book=True)
    return _by_openpyxl(path) if suffix in OPENPYXL else list(_by_calamine(path))


def _by_openpyxl(path: Path) -> list[Sheet]:
    """The sheets as openpyxl reads them; by calamine, which asks for less, where another program wrote the workbook."""
    content = path.read_bytes()  # a file that openpyxl rejects it leaves open
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the workbook has beside its cells
            values = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(io.BytesIO(content), keep_links=False) if has_formulas(content) else None
    except Exception as error:  # noqa: BLE001  # openpyxl raises anything of what it does not expect
        return list(_by_calamine(path, _reason(error)))
    if not values.worksheets:
        return list(_by_calamine(path, gettext("its sheets are not found")))
    for sheet in values.worksheets:
        check_sheet(path.name, sheet.title, sheet.max_row, sheet.max_column)
    return [_sheet(sheet, formulas[sheet.title] if formulas else None) for sheet in values.worksheets]


def _sheet(sheet: Any, formulas: Any) -> Sheet:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    odd = {(cell.row - 1, cell.column - 1): str(cell.value) for cell in cells if cell.data_type == "e"}
    for row in formulas.iter_rows() if formulas else ():
        for cell in row:
            shown = sheet.cell(cell.row, cell.column)
            if cell.data_type == "f" and shown.value is None and shown.data_type != "str":  # an empty text is a result
                odd[cell.row - 1, cell.column - 1] = FORMULA
    hidden = [item for item in sheet.column_dimensions.values() if item.hidden]
    areas = (((area.min_row, area.min_col), (area.max_row, area.max_col)) for area in sheet.merged_cells.ranges)
    return sheet_of(
        sheet.title,
        [list(map(_value, row)) for row in sheet.iter_rows()],
        hidden=sheet.sheet_state != "visible",
        hidden_rows=frozenset(  # an outline that is folded is no less meant to be read
            at for at, row in sheet.row_dimensions.items() if row.hidden and not row.outlineLevel
        ),
        hidden_columns=frozenset(
            column for item in hidden for column in range((item.min or 1) - 1, min(item.max or 1, sheet.max_column))
        ),
        merged=_merged(((a - 1, b - 1), (c - 1, d - 1)) for (a, b), (c, d) in areas),
        odd=odd,
    )


def _value(cell: Any) -> Any:
    """The content of a cell; 0.12 that a spreadsheet shows as `12%` is 12, an error is nothing."""
    if cell.data_type == "e":
        return None
    value = cell.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(f"{value * 100:.15g}") if number and "%" in str(cell.number_format) else value


def _merged(areas: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell that merging covers, with the one that is shown, of areas from their first to their last cell."""
    return {
        (row, column): (top, left)
        for (top, left), (bottom, right) in areas
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }


def _by_calamine(path: Path, why: str = "") -> Iterator[Sheet]:
    """The sheets as calamine reads them; why openpyxl did not."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [
            (meta, book.get_sheet_by_name(meta.name))
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        marks = _marks_of_ods(path) if path.suffix.lower() == ".ods" else {}
    except (python_calamine.CalamineError, ET.ParseError, OSError) as error:
        raise FileProblem(f"{path.name}: is not a workbook that can be read: {why or _reason(error)}") from error
    if path.suffix.lower() == ".xls":
        marks = _marks_of_xls(path)
    notes = []
    if path.suffix.lower() != ".ods" and not marks.keys() >= {meta.name for meta in book.sheets_metadata}:
        what = gettext_noop("in this kind of workbook they look like empty cells; save it as .xlsx to see them")
        if why:
            what = gettext_noop(
                "the workbook can be read only in part: {why}; save it in a spreadsheet program to see them"
            )
        shown = gettext("left empty, if there are any")
        notes, marks = [(gettext("errors such as #REF!"), shown, gettext(what, why=why))], {}
    for meta, sheet in sheets:
        check_sheet(path.name, meta.name, sheet.total_height, sheet.total_width)
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        merged, rows = _merged(sheet.merged_cell_ranges or ()), sheet.to_python(skip_empty_area=False)
        yield sheet_of(meta.name, rows, hidden=hidden, merged=merged, notes=notes, **marks.get(meta.name, {}))


def _reason(error: Exception) -> str:
    text = next(iter(str(error).splitlines()), "") or type(error).__name__
    return text.removesuffix(" from None").rstrip(".").lower()


def _marks_of_ods(path: Path) -> dict[str, dict[str, Any]]:
    """The facts of each sheet beside its values, in the form of `Sheet`; the archive's size was checked before."""
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  # entities were rejected before
    result = {}
    for table in root.iter(f"{_TABLE}table"):
        columns, hidden, odd = set(), set(), {}
        for at, count, column in _repeated(table.iter(f"{_TABLE}table-column"), "columns"):
            if _hidden(column) and count < limits().sheet_cells:
                columns |= set(range(at, at + min(count, _MOST)))
        for line, count, row in _repeated(table.iter(f"{_TABLE}table-row"), "rows"):
            lines = range(line, line + min(count, _MOST))
            if _hidden(row):
                hidden |= {item + 1 for item in lines}
            for at, times, cell in _repeated(row, "columns"):
                if what := _in_place_of_a_value(cell):
                    odd |= {(item, to): what for item in lines for to in range(at, at + min(times, _MOST))}
        name = str(table.get(f"{_TABLE}name"))
        result[name] = {"hidden_rows": hidden, "hidden_columns": columns, "odd": odd}
    return result


def _repeated(elements: Iterable[Any], what: str) -> Iterator[tuple[int, int, Any]]:
    at = 0
    for element in elements:
        count = int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
        yield at, count, element
        at += count


def _in_place_of_a_value(cell: Any) -> str:
    """An error, or that a formula was not computed; one whose result is an empty text has the type of a text."""
    text = "".join(cell.itertext()).strip()
    if cell.get(f"{_TABLE}formula") is None:
        return ""
    if text.startswith(("#", "Err:")):
        return text
    return "" if text or cell.get(f"{_OFFICE}value-type") is not None else FORMULA


def _hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _marks_of_xls(path: Path) -> dict[str, dict[str, Any]]:
    """The facts of each sheet beside its values; nothing if the workbook is damaged, as its values show."""
    try:
        with (
            Path(os.devnull).open("w") as nobody,
            xlrd.open_workbook(path, logfile=nobody, formatting_info=True, ragged_rows=True) as book,
        ):
            return {
                sheet.name: {
                    "hidden_rows": {at + 1 for at, row in sheet.rowinfo_map.items() if row.hidden},
                    "hidden_columns": {at for at, column in sheet.colinfo_map.items() if column.hidden},
                    "odd": {
                        (row, column): xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
                        for row in range(sheet.nrows)
                        for column, kind in enumerate(sheet.row_types(row))
                        if kind == xlrd.XL_CELL_ERROR
                    },
                }
                for sheet in book.sheets()
            }
    except Exception:  # noqa: BLE001  # xlrd raises whatever a damaged workbook leads it to
        return {}
