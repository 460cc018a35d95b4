"""What calamine does not tell of an XLS: hidden rows and columns, and the errors in its cells."""

from __future__ import annotations

import os
from pathlib import Path

import xlrd

from hubrank_start.opendocument import Marks


def marks_of_old(path: Path) -> dict[str, Marks]:
    """The marks of each sheet; nothing where the workbook is damaged, which who reads its values tells."""
    try:
        with (
            Path(os.devnull).open("w") as nobody,
            xlrd.open_workbook(path, logfile=nobody, formatting_info=True, ragged_rows=True) as book,
        ):
            return {sheet.name: _marks(sheet) for sheet in book.sheets()}
    except Exception:  # noqa: BLE001  # xlrd raises whatever a damaged workbook leads it to
        return {}


def _marks(sheet: xlrd.sheet.Sheet) -> Marks:
    return Marks(
        rows={at + 1 for at, row in sheet.rowinfo_map.items() if row.hidden},
        columns={at for at, column in sheet.colinfo_map.items() if column.hidden},
        odd={
            (row, column): xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#N/A")
            for row in range(sheet.nrows)
            for column, kind in enumerate(sheet.row_types(row))
            if kind == xlrd.XL_CELL_ERROR
        },
    )
