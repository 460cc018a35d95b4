"""The options by which a file of another shape would be read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hubrank.basis import shapes
from hubrank.basis.cells import is_gap
from hubrank.basis.doors import content_of
from hubrank.basis.errors import FileProblem
from hubrank.basis.grids import decoded, reader
from hubrank.basis.reading import Reading
from hubrank.basis.workbooks import sheet_rows

_DELIMITERS = (",", ";", "\t", "|")
#: How many lines are enough to tell a delimiter.
_ENOUGH = 200


def fitting(path: Path, kind: str, delimiter: str, reading: Reading) -> dict[str, Any]:
    """Options that a text or a workbook asks for beyond those that are set; none where its shape tells none.

    Args:
        path: The file.
        kind: `csv`, `tsv` or `workbook`; another has no shape of its own.
        delimiter: What separates the fields of a text.
        reading: The options that are set.
    """
    options: dict[str, Any] = {}
    if kind == "workbook":
        records: Sequence[shapes.Record] = _filled(sheet_rows(path, reading.sheet), reading.skip_rows)
    elif kind in ("csv", "tsv"):
        try:
            text = decoded(path, reading.encoding)
        except FileProblem:
            options["encoding"], _ = shapes.likely_encoding(content_of(path))
            text = content_of(path).decode(options["encoding"], errors="replace")
        beginning = {sign: _records(text, sign, reading.skip_rows, _ENOUGH) for sign in {*_DELIMITERS, delimiter}}
        if sign := shapes.likely_delimiter(beginning, delimiter):
            options["delimiter"] = delimiter = sign
        records = _records(text, delimiter, reading.skip_rows)
    else:
        return {}
    return options | (_lines(records, reading) if records else {})


def _lines(records: Sequence[shapes.Record], reading: Reading) -> dict[str, Any]:
    """What lines above and below the rows ask for."""
    options: dict[str, Any] = {}
    if title := shapes.title_lines(records):
        options["skip_rows"] = title
        records = [each for each in records if each[0] > title]
    if not reading.skip_footer and (footer := shapes.footer_lines(records)):
        options["skip_footer"] = footer
    if reading.header == 1 and len(records) > 1 and shapes.has_second_header(records[0][1], records[1][1]):
        options["header"] = 2
    return options


def _records(text: str, delimiter: str, skip: int, most: int | None = None) -> list[shapes.Record]:
    """The records that hold anything, each with the line on which it begins."""
    stream = io.StringIO(text, newline="")
    for _ in range(skip):
        stream.readline()
    records = reader(iter(stream.readline, ""), delimiter)
    found: list[tuple[int, list[str]]] = []
    ended = 0
    for record in records:
        if most is None or len(found) < most:
            found.append((skip + ended + 1, record))
        ended = records.line_num
    return _filled(found, skip)


def _filled(rows: Sequence[shapes.Record], skip: int) -> list[shapes.Record]:
    return [(line, cells) for line, cells in rows if line > skip and any(not is_gap(cell) for cell in cells)]
