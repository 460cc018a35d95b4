"""What calamine does not tell of an XLS: hidden rows and columns, and the errors in its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from hubrank_start.compound import stream_of
from hubrank_start.opendocument import Marks

#: Kinds of records.
_BEGIN, _END, _SHEET, _ROW, _COLUMNS, _ERROR, _FORMULA = 0x0809, 0x000A, 0x0085, 0x0208, 0x007D, 0x0205, 0x0006
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
#: A result that is no number: two bytes at its end say so, the first says that it is an error.
_NO_NUMBER, _IS_ERROR = b"\xff\xff", 2
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01


def marks_of_sheets(path: Path) -> list[Marks]:
    """The marks of each sheet, in the order of the workbook; nothing where it is of a kind that is not known."""
    try:
        book = stream_of(path.read_bytes(), ("Workbook", "Book"))
        return [_marks(book, at) for at in _sheets(book)]
    except (ValueError, IndexError, struct.error):
        return []


def _sheets(book: bytes) -> Iterator[int]:
    """Where the sheets begin."""
    for kind, data in _records(book, 0):
        if kind == _SHEET:
            yield struct.unpack_from("<I", data)[0]


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of the records of a part; those of what it embeds, such as charts, are left out."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _marks(book: bytes, at: int) -> Marks:
    made = Marks()
    for kind, data in _records(book, at):
        if kind == _ROW and data[12] & _HIDDEN_ROW:
            made.rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == _COLUMNS and data[8] & _HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", data)
            made.columns |= set(range(first, last + 1))
        elif (code := _error(kind, data)) is not None:
            made.odd[struct.unpack_from("<HH", data)] = _ERRORS.get(code, "#N/A")
    return made


def _error(kind: int, data: bytes) -> int | None:
    """The code of the error that a cell holds; none where it holds none."""
    if kind == _ERROR and data[7]:
        return data[6]
    if kind == _FORMULA and data[12:14] == _NO_NUMBER and data[6] == _IS_ERROR:
        return data[8]
    return None
