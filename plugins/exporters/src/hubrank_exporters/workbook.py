"""A ranking as an Excel workbook with a sheet whose scores follow the weights."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking

#: The workbook's date, so that the same ranking gives the same bytes.
_DATE = datetime.datetime(1980, 1, 1)  # a workbook's dates have no zone
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SOURCE = ("name", "producer", "title", "licence", "licence_url", "url", "published", "accessed", "citation", "note")


def write(ranking: Ranking, path: Path) -> None:
    """Write the workbook: ranking, live sheet, weights, values, unranked, sources and notes."""
    import xlsxwriter

    from hubrank_exporters.live_sheet import LiveSheet

    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), as_text) as book:
        book.set_properties({"title": ranking.title, "created": _DATE})
        book.set_calc_mode("auto")
        formats = Formats(book)
        _fill(book, formats, "Ranking", ranking.table())
        LiveSheet(ranking, formats).write(book)
        _fill(book, formats, "Values", ranking.values())
        _fill(book, formats, "Unranked", ranking.unranked())
        sources = [[*(getattr(each.origin, key) for key in _SOURCE), each.gave] for each in ranking.origins()]
        _rows(book, formats, "Sources", (*_SOURCE, "gave"), sources)
        notes = [ranking.title, ranking.plan.scenario.description.strip(), *map(str, ranking.caveats())]
        _rows(book, formats, "Notes", ("note",), [[each] for each in notes if each])


class Formats:
    """How cells look, and how text is written so that it stays text."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.editable = book.add_format({"bg_color": "#FFF2CC", "border": 1, "border_color": "#D9D9D9"})
        self.score = book.add_format({"num_format": "0.00"})
        self.text = book.add_format({"quote_prefix": True})

    def put(self, sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
        """Write a number, a text or a gap; a text that could be taken for a formula is marked as text."""
        if isinstance(value, str):
            guard = self.text if form is None and value.startswith(_FORMULA) else form
            sheet.write_string(row, column, value, guard)
        elif value is not None and not np.isnan(value):
            sheet.write_number(row, column, float(value), form)


def _fill(book: Any, formats: Formats, title: str, frame: pd.DataFrame) -> None:
    """A data frame as a sheet."""
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in frame.columns]
    _rows(book, formats, title, list(frame.columns), list(zip(*columns, strict=True)))


def _rows(book: Any, formats: Formats, title: str, heads: Any, rows: Any) -> None:
    sheet = book.add_worksheet(title)
    for column, head in enumerate(heads):
        formats.put(sheet, 0, column, str(head), formats.head)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            formats.put(sheet, at, column, value)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
    sheet.autofit(300)
