"""A ranking as an Excel workbook with a sheet whose scores follow the weights."""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from hubrank.io.escaping import begins_formula, sheet_text
from hubrank.io.limits import SHEET_ROWS
from hubrank.io.write import temp_dir
from hubrank.plugin import Ranking, UsageError, format_count, gettext
from xlsxwriter.exceptions import FileCreateError

from hubrank_output import TABLES
from hubrank_output.exporters.export_tables import fields, table_of
from hubrank_output.exporters.live_sheet import LiveSheet

#: The workbook's date, so that the same ranking gives the same bytes.
_DATE = datetime.datetime(1980, 1, 1)  # a workbook's dates have no zone
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write(ranking: Ranking, path: Path) -> None:
    """Write a sheet for each table, the live one with its weights, and what columns mean; or raise a `UsageError`."""
    frames = {name: table_of(ranking, name) for name in TABLES}
    rows = [(at, int(unit)) for at in range(len(ranking.editions)) for unit in ranking.order(at)]
    after = frames["ranking"].columns.get_loc("rank") + 1  # ranges and moves as the screen writes them
    frames["ranking"].insert(after, "since", [ranking.moved_text(at, unit) for at, unit in rows])
    frames["ranking"].insert(after, "range", [ranking.range_text(at, unit) for at, unit in rows])
    names, keys = ranking.plan.titles(), frames["indicators"]["indicator"]
    dimensions = {item.key: names[str(item.dimension)] for item in ranking.plan.ranked}
    frames["indicators"] = frames["indicators"].assign(title=keys.map(names), dimension=keys.map(dimensions))
    large = [f"{name} ({format_count(len(frame))})" for name, frame in frames.items() if len(frame) >= SHEET_ROWS]
    if large:
        raise UsageError(
            f"{path.name}: a sheet has {SHEET_ROWS:,} rows, fewer than the "
            f"{'table' if len(large) == 1 else 'tables'} {', '.join(large)}; rank fewer editions or units, or "
            "export to Parquet or a data package"
        )
    del frames["weights"]
    meanings = [
        (name.capitalize(), column, meaning)
        for name, frame in frames.items()
        for column, _, meaning in fields(ranking, name, frame)
    ]
    heads = [gettext("sheet"), gettext("column"), gettext("meaning")]
    try:
        with temp_dir() as folder, xlsxwriter.Workbook(str(path), _AS_TEXT | {"tmpdir": str(folder)}) as book:
            book.set_properties({"title": sheet_text(ranking.title), "created": _DATE})
            book.set_calc_mode("auto")
            formats = Formats(book)
            _fill(book, formats, "Ranking", frames.pop("ranking"))
            LiveSheet(ranking, formats).write(book)
            for name, frame in frames.items():
                _fill(book, formats, name.capitalize(), frame)
            _fill(book, formats, "Columns", pd.DataFrame(meanings, columns=heads))
    except FileCreateError as error:  # raised as what it wraps, the system's own
        raise error.args[0] from error


class Formats:
    """The formats of cells, and how text is written so that it stays text."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "quote_prefix": True}
        )
        self.editable = book.add_format({"bg_color": "#FFF2CC", "border": 1, "border_color": "#D9D9D9"})
        self.score = book.add_format({"num_format": "0.00"})
        self.text = book.add_format({"quote_prefix": True})

    def put(self, sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
        """Write a truth value, a number, a text or nothing; a text that looks like a formula is marked as text."""
        if isinstance(value, str):
            text = sheet_text(value)
            guard = self.text if form is None and begins_formula(text) else form
            sheet.write_string(row, column, text, guard)
        elif isinstance(value, bool | np.bool_):
            sheet.write_boolean(row, column, bool(value), form)
        elif value is not None and not np.isnan(value):
            sheet.write_number(row, column, float(value), form)


def _fill(book: Any, formats: Formats, title: str, frame: pd.DataFrame) -> None:
    sheet = book.add_worksheet(title)
    for column, head in enumerate(frame.columns):
        formats.put(sheet, 0, column, str(head), formats.head)
    columns = [values.astype(object).where(values.notna(), None) for _, values in frame.items()]
    for row, values in enumerate(zip(*columns, strict=True), start=1):
        for column, value in enumerate(values):
            formats.put(sheet, row, column, value)
    sheet.freeze_panes(1, 0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    sheet.autofit(300)
