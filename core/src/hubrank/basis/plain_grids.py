"""Plain CSVs as grids whose columns are numbers already: no cell of a column of numbers becomes a text first."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.cells import GAPS, read_number
from hubrank.basis.doors import check_table, content_of
from hubrank.basis.errors import FileProblem
from hubrank.basis.grids import Grid, column_names, empty_column, head_of
from hubrank.basis.numerals import number_in
from hubrank.basis.reading import Reading

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: The options that say nothing of a number in plain notation.
_HARMLESS = ("delimiter", "encoding", "skip_rows", "header", "percent", "footnotes", "na", "dates", "fill_merged")
#: A header ends within so many bytes, and text is checked in pieces of so many.
_PIECE = 1 << 22
_DEFAULT = Reading()


def plain_grid(
    path: Path, reading: Reading, delimiter: str, reads: Callable[[str], bool], is_text: Callable[[str], bool]
) -> Grid | None:
    """The records of a CSV in which nothing is unusual, by Arrow's parser; else none, and `csv_grid` reads it.

    Plain are complete lines of UTF-8 with one record each, every record with as many fields as the header and
    something in it. A column is of numbers where all its cells are gaps or finite numbers in plain notation.

    Args:
        path: The file.
        reading: How its cells are written.
        delimiter: Field separator.
        reads: Whether a column is read, by its name; others are there, but empty.
        is_text: Whether a column stays text.
    """
    import pandas as pd
    import pyarrow as pa

    if not _is_harmless(reading):
        return None
    try:
        content = content_of(path)
        if not _is_plain(content, reading, delimiter):
            return None
        names, line, begin = _header(content, reading, delimiter)
        check_table("", content.count(b"\n", begin), len(names))
        texts = {name: is_text(name) for name in names if reads(name)}
        columns = _columns(pa.py_buffer(content).slice(begin), delimiter, names, texts)
    except (FileProblem, UnicodeError, csv.Error, pa.ArrowException):
        return None
    rows = content.count(b"\n", begin) + (not content.endswith(b"\n"))
    del content
    if not columns or {len(each) for each in columns.values()} != {rows} or _has_empty_row(columns.values()):
        return None
    return Grid(frame=_frame(columns, names, pd.RangeIndex(line + 1, line + 1 + rows)))


def _is_harmless(reading: Reading) -> bool:
    """Whether the options change no number that is written plainly; a gap that is a number must be the same one."""
    others = [each for each in attrs.fields_dict(Reading) if each not in _HARMLESS]
    gaps = [each for each in reading.na if read_number(each) not in (None, number_in(each, reading))]
    return not gaps and all(getattr(reading, each) == getattr(_DEFAULT, each) for each in others)


def _is_plain(content: bytes, reading: Reading, delimiter: str) -> bool:
    """Whether nothing in the text has two readings: its encoding, line ends, an unclosed quote, hexadecimal numbers."""
    if codecs.lookup(reading.encoding).name != "utf-8" or not delimiter.isascii() or delimiter in '"\r\n':
        return False
    if any(each in content for each in (b"\0", b"0x", b"0X")) or content.count(b"\r") != content.count(b"\r\n"):
        return False
    sign = re.escape(delimiter.encode())
    if re.search(rb"\n[ \t%b]*[ \t][ \t%b]*\r?(?:\n|\Z)" % (sign, sign), content):  # a row of blanks
        return False
    if not content.isascii():
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(content), _PIECE):
            decoder.decode(memoryview(content)[start : start + _PIECE])
        decoder.decode(b"", final=True)
    end = len(content) - 1 if content.endswith(b"\n") else len(content)
    last = content[content.rfind(b"\n", 0, end) + 1 : end].decode()
    return len(list(csv.reader([last], delimiter=delimiter, strict=True))) < 2


def _header(content: bytes, reading: Reading, delimiter: str) -> tuple[list[str], int, int]:
    """The columns' names, how many lines they end, and where in the content the first row begins."""
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    text = content[mark:_PIECE].decode(errors="ignore")
    stream = io.StringIO(text, newline="")
    head, line = head_of(stream, reading, delimiter)
    begin = mark + len(text[: stream.tell()].encode())
    if not head or begin >= min(len(content), _PIECE - 4):
        raise FileProblem("no rows, or a long header")
    return column_names(head, ""), line, begin


def _columns(
    rows: pa.Buffer, delimiter: str, names: list[str], texts: Mapping[str, bool]
) -> dict[str, pa.ChunkedArray]:
    """The columns that are read: 64-bit numbers and texts, codes as a dictionary; none where there is no column."""
    import pyarrow as pa

    if not texts or len(names) < 2:
        return {}
    codes = pa.dictionary(pa.int32(), pa.string())
    made = _parsed(rows, delimiter, names, list(texts), {name: codes for name, text in texts.items() if text})
    types = {name: _settled(made[name]) for name, text in texts.items() if not text}
    odd = {name: type_ for name, type_ in types.items() if type_ != made[name].type}
    return made | (_parsed(rows, delimiter, names, list(odd), odd) if odd else {})


def _parsed(
    rows: pa.Buffer, delimiter: str, names: list[str], include: list[str], types: Mapping[str, pa.DataType]
) -> dict[str, pa.ChunkedArray]:
    """Columns of the types that their first rows have; where later ones are of another, of the type that fits all."""
    import pyarrow as pa
    import pyarrow.csv as pc

    options = {
        "read_options": pc.ReadOptions(column_names=names, block_size=_PIECE),
        "parse_options": pc.ParseOptions(delimiter=delimiter, newlines_in_values=False, ignore_empty_lines=False),
        "convert_options": pc.ConvertOptions(
            include_columns=include,
            column_types=types,
            null_values=list(GAPS),
            strings_can_be_null=True,
            true_values=[],
            false_values=[],
        ),
    }
    try:
        with pc.open_csv(pa.BufferReader(rows), **options) as reader:
            table = reader.read_all()
    except pa.ArrowInvalid:
        table = pc.read_csv(pa.BufferReader(rows), **options)
    return dict(zip(include, table.columns, strict=True))


def _settled(column: pa.ChunkedArray) -> pa.DataType:
    """The type by which a column reads as its cells do one by one: text where it is neither that nor finite numbers.

    A zero keeps its sign among decimals and beside gaps, but not among whole numbers.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as types

    if types.is_int64(column.type):
        signed = column.null_count and pc.any(pc.equal(column, 0)).as_py()
        return pa.float64() if signed else column.type
    if not types.is_floating(column.type):
        return column.type if types.is_null(column.type) else pa.string()
    finite = 0
    for chunk in column.chunks:
        values = chunk.to_numpy(zero_copy_only=False)
        finite += int(np.isfinite(values).sum())
        if np.signbit(values[values == 0]).any():
            return pa.string()
    return column.type if finite == len(column) - column.null_count else pa.string()


def _has_empty_row(columns: Iterable[pa.ChunkedArray]) -> bool:
    """Whether a row has nothing in any of the columns that are read."""
    gaps = None
    for column in columns:
        if not column.null_count:
            return False
        own = column.is_null().to_numpy()
        gaps = own if gaps is None else gaps & own
    return gaps is not None and bool(gaps.any())


def _frame(columns: dict[str, pa.ChunkedArray], names: list[str], index: pd.RangeIndex) -> pd.DataFrame:
    """The columns by name; each is taken out, so that it leaves Arrow's memory."""
    import pandas as pd

    made = {
        name: pd.Series(_cells(columns.pop(name)), index=index) if name in columns else empty_column(index)
        for name in names
    }
    return pd.DataFrame(made, index=index, copy=False)


def _cells(column: pa.ChunkedArray) -> Any:
    """Numbers as an array, codes as categories, other texts one by one; gaps are NaN."""
    import pyarrow.types as types

    if types.is_dictionary(column.type):
        return column.to_pandas().array
    if types.is_string(column.type) or types.is_null(column.type):
        cells = column.to_numpy().astype(object)
        cells[column.is_null().to_numpy()] = np.nan
        return cells
    return column.to_numpy()
