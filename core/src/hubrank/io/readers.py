"""CSV, Parquet and sheets as grids of cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import field, frozen

from hubrank.errors import FileProblem, did_you_mean, shorten_list
from hubrank.i18n import library_message
from hubrank.io import table_layout
from hubrank.io.cell_errors import OddCell
from hubrank.io.cells import GAPS, CellFormat, is_gap, number_in, read_number
from hubrank.io.safe_input import check_archive, check_sheet, check_size, check_table, read_bytes, read_text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from openpyxl.worksheet.worksheet import Worksheet


#: What ends a line in an editor; other signs that Python takes for an end may stand in a cell.
_LINE_END = re.compile(r"\r\n|\r|\n")


@frozen(kw_only=True, eq=False)
class RawTable:
    """The cells of a file.

    Attributes:
        frame: Rows by their line in the file (row in a workbook or a Parquet file), columns by name; gaps are none.
        sheet: The workbook's sheet; empty in other files.
        letters: The letter of each column of a workbook.
        odd: What stands in a cell in place of a value, by line and column.
        called: What a row of the file is called, `line` or `row`.
    """

    frame: pd.DataFrame
    sheet: str = ""
    letters: Mapping[str, str] = field(factory=dict)
    odd: Mapping[tuple[int, str], OddCell] = field(factory=dict)
    called: Literal["line", "row"] = "line"

    def place(self, line: int, column: str) -> str:
        """Where a cell stands, as a text editor or a spreadsheet shows it: `line 3`, `sheet "Data", cell C3`."""
        if self.sheet:
            return f'sheet "{self.sheet}", cell {self.letters[column]}{line}'
        return f"row {line}" if self.called == "row" else f"line {line}"


def csv_grid(path: Path, reading: CellFormat, delimiter: str) -> RawTable:
    """The records of a CSV.

    Raises:
        FileProblem: It is of another encoding, empty, or of another shape; the message names the option that fits.
    """
    import pandas as pd

    text = _without_footer(decoded(path, reading.encoding), reading.skip_footer)
    stream = io.StringIO(text, newline="")
    head, line = head_of(stream, reading, delimiter)
    if not head:
        if reading.skip_rows or reading.skip_footer:
            raise FileProblem(f"{path.name}: is empty; skip_rows and skip_footer leave no line")
        raise FileProblem(f"{path.name}: is empty; the first line must contain the column names")
    names = column_names(head, path.name)
    rest = text[stream.tell() :]
    check_table(path.name, rest.count("\n"), len(names))
    frame = _parsed(path.name, rest, line, delimiter, names)
    frame.index = pd.Index(_lines(rest, line, delimiter, len(frame)))
    return RawTable(frame=_filled_rows(frame, path.name))


def _parsed(name: str, text: str, before: int, delimiter: str, names: list[str]) -> pd.DataFrame:
    """The records below the header, which ends with the line `before`, when they have as many fields as it."""
    import pandas as pd

    try:
        frame = pd.read_csv(
            io.StringIO(text, newline=""),
            sep=delimiter,
            header=None,
            names=names,
            dtype=object,
            keep_default_na=False,
            na_values=list(GAPS),
            skip_blank_lines=False,
            low_memory=False,
        )
    except pd.errors.EmptyDataError:
        frame = pd.DataFrame(columns=names, dtype=object)
    except (pd.errors.ParserError, ValueError) as error:
        if "EOF inside string" in str(error):
            line = _unclosed(text, before, delimiter)
            raise FileProblem(f"{name}, line {line}: unclosed quote") from error
        _refuse_uneven(name, text, before, delimiter, len(names))
        raise FileProblem(f"{name}: {library_message(error)}") from error
    if not isinstance(frame.index, pd.RangeIndex) or (len(frame) and frame.iloc[:, -1].isna().any()):
        _refuse_uneven(name, text, before, delimiter, len(names))
    return frame


def decoded(path: Path, encoding: str) -> str:
    """The text of a file without its byte order mark."""
    content = read_text(path)
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, at) + 1
        name, word = table_layout.likely_encoding(content)
        said = f"{path.name}, line {line}: is not {encoding.upper()}"
        hint = f'; as {name} it has "{word}"' if word else ""
        raise FileProblem(f"{said}{hint}") from error
    if "\0" in text[:1000]:
        raise FileProblem(f"{path.name}, line {1}: is not {encoding.upper()}")
    return text


def column_names(head: Sequence[Sequence[Any]], name: str) -> list[str]:
    """The columns' names of the header's lines: heads filled to the right, then joined downwards.

    Raises:
        FileProblem: Columns share a name.
    """
    width = max(map(len, head))
    levels = [["" if is_gap(cell) else str(cell) for cell in [*row, *[""] * (width - len(row))]] for row in head]
    for above, below in pairwise(levels):
        for at in range(1, width):
            if not above[at].strip() and below[at].strip():
                above[at] = above[at - 1]
    parts = [list(filter(None, map(str.strip, each))) for each in zip(*levels, strict=True)]
    joined = levels[0] if len(levels) == 1 else [" ".join(each) for each in parts]
    names = [each if each.strip() else f"column {at}" for at, each in enumerate(joined, start=1)]
    hint = "; where a second line tells them apart, set header = 2" if len(head) == 1 else ""
    _refuse_twins(names, name, hint)
    return names


def _refuse_twins(names: Sequence[str], file: str, hint: str = "") -> None:
    """Refuse columns that share a name."""
    if twice := [each for each, times in Counter(names).items() if times > 1]:
        found = shorten_list([f"'{each}'" for each in twice])
        raise FileProblem(f"{file}: two columns are named {found}{hint}")


def head_of(stream: io.StringIO, reading: CellFormat, delimiter: str) -> tuple[list[list[str]], int]:
    """The header's records, blank lines above it passed over, and the number of lines so far."""
    for _ in range(reading.skip_rows):
        stream.readline()
    records = reader(iter(stream.readline, ""), delimiter)
    head: list[list[str]] = []
    while len(head) < reading.header and (record := next(records, None)) is not None:
        head += [record] if any(each.strip() for each in record) else []
    return head, reading.skip_rows + records.line_num


def reader(lines: Any, delimiter: str) -> Any:
    """A reader of records that refuses no cell for its length, as a polygon may be long."""
    csv.field_size_limit(sys.maxsize)
    return csv.reader(lines, delimiter=delimiter)


def _without_footer(text: str, lines: int) -> str:
    return "\n".join(_LINE_END.split(text.rstrip())[:-lines]) if lines else text


def _lines(text: str, before: int, delimiter: str, rows: int) -> Sequence[int]:
    """The line in the file of each record; quoted cells may take several lines."""
    plain = text.count("\r") == text.count("\r\n")
    if plain and text.count("\n") + (not text.endswith("\n")) == rows:
        return range(before + 1, before + 1 + rows)
    records = reader(io.StringIO(text, newline=""), delimiter)
    found, ended = [], 0
    for _ in records:
        found.append(before + ended + 1)
        ended = records.line_num
    return found[:rows]


def _refuse_uneven(name: str, text: str, before: int, delimiter: str, fields: int) -> None:
    """Raise for records that are longer or shorter than the header, as in a file that was cut off."""
    records = reader(io.StringIO(text, newline=""), delimiter)
    wrong: list[tuple[int, int]] = []
    ended = 0
    for record in records:
        if len(record) != fields and any(each.strip() for each in record):
            wrong.append((before + ended + 1, len(record)))
        ended = records.line_num
    if wrong:
        raise FileProblem(f"{name}, {table_layout.uneven(wrong, fields, before)}")


def _unclosed(text: str, before: int, delimiter: str) -> int:
    """The line in which the last record of a text begins."""
    records = reader(io.StringIO(text, newline=""), delimiter)
    begun = ended = 0
    for _ in records:
        begun, ended = ended, records.line_num
    return before + begun + 1


def _filled_rows(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows that hold anything but blanks."""
    first = frame.iloc[:, 0]
    empty = np.array([not isinstance(each, str) or not each.strip() for each in first], dtype=bool)
    if empty.any():
        nothing = frame[empty].map(lambda each: not isinstance(each, str) or not each.strip()).all(axis="columns")
        empty[empty] = nothing.to_numpy()
        frame = frame[~empty]
    if not len(frame):
        raise FileProblem(f"{name}: has a header line but no rows")
    return frame


def parquet_grid(path: Path, reads: Callable[[str], bool]) -> RawTable:
    """The rows of a Parquet file, with its types.

    Args:
        path: The file.
        reads: Whether a column is read, by its name; others are there, but empty.
    """
    import pandas as pd
    import pyarrow.parquet as pq

    check_size(path)
    try:
        about = pq.read_metadata(path)
        check_table(path.name, about.num_rows, about.num_columns)
        names = about.schema.to_arrow_schema().names
        _refuse_twins(names, path.name)
        few = all(isinstance(name, str) for name in names) and not all(map(reads, names))
        frame = pd.read_parquet(path, columns=[name for name in names if reads(name)] if few else None)
    except FileProblem:
        raise
    except Exception as error:
        raise FileProblem(f"{path.name}: is not a Parquet file: {library_message(error)}") from error
    if few:
        frame = pd.DataFrame({name: frame[name] if reads(name) else empty_column(frame.index) for name in names})
    frame.columns = frame.columns.map(str)
    return RawTable(frame=frame.set_axis(range(1, len(frame) + 1)), called="row")


def empty_column(index: pd.Index) -> pd.Series:
    """A column of gaps that takes a byte a row."""
    import pandas as pd

    return pd.Series(pd.Categorical.from_codes(np.full(len(index), -1, dtype=np.int8), pd.Index([""])), index=index)


#: The options that say nothing of a number in plain notation.
_HARMLESS = ("delimiter", "encoding", "skip_rows", "header", "percent", "footnotes", "na", "dates", "fill_merged")
#: A header ends within so many bytes, and text is checked in pieces of so many.
_PIECE = 1 << 22
_DEFAULT = CellFormat()


def plain_grid(
    path: Path, reading: CellFormat, delimiter: str, reads: Callable[[str], bool], is_text: Callable[[str], bool]
) -> RawTable | None:
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
        content = read_text(path)
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
    return RawTable(frame=_frame(columns, names, pd.RangeIndex(line + 1, line + 1 + rows)))


def _is_harmless(reading: CellFormat) -> bool:
    """Whether the options change no number that is written plainly; a gap that is a number must be the same one."""
    others = [each for each in attrs.fields_dict(CellFormat) if each not in _HARMLESS]
    gaps = [each for each in reading.na if read_number(each) not in (None, number_in(each, reading))]
    return not gaps and all(getattr(reading, each) == getattr(_DEFAULT, each) for each in others)


def _is_plain(content: bytes, reading: CellFormat, delimiter: str) -> bool:
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


def _header(content: bytes, reading: CellFormat, delimiter: str) -> tuple[list[str], int, int]:
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
    made = _plain_grids_parsed(
        rows, delimiter, names, list(texts), {name: codes for name, text in texts.items() if text}
    )
    types = {name: _settled(made[name]) for name, text in texts.items() if not text}
    odd = {name: type_ for name, type_ in types.items() if type_ != made[name].type}
    return made | (_plain_grids_parsed(rows, delimiter, names, list(odd), odd) if odd else {})


def _plain_grids_parsed(
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


#: A formula in the XML of a sheet.
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def workbook_grid(path: Path, reading: CellFormat) -> RawTable:
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
            odd[line, at] = OddCell(f"merged with {cell}", merged=True)
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
    return RawTable(
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
    content = read_bytes(path)
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
        why = library_message(error)
        raise FileProblem(f"{path.name}: is not an Excel workbook: {why}") from error
    sheets: dict[str, Worksheet] = {each.title: each for each in book.worksheets}
    if not sheets:
        raise FileProblem(f"{path.name}: no sheet of cells is found; save it as .xlsx in a spreadsheet program")
    if name is not None and name not in sheets:
        hint = did_you_mean(name, sheets)
        raise FileProblem(f"{path.name}: has no sheet '{name}'{hint}")
    found = sheets[name] if name is not None else next(iter(sheets.values()))
    check_sheet(path.name, found.title, found.max_row, found.max_column)
    return found


def _value(cell: Any, reading: CellFormat) -> Any:
    """What a cell holds; `12%` that a spreadsheet keeps as 0.12 is 12 where percents are read as points."""
    value = cell.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and reading.percent == "points" and "%" in str(cell.number_format):
        return float(Decimal(repr(value)).scaleb(2))
    return value


def _errors(sheet: Worksheet, reading: CellFormat) -> Iterator[tuple[tuple[int, int], OddCell]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "e" and not is_gap(cell.value) and cell.value not in reading.na:
                yield (cell.row, cell.column - 1), OddCell(f'the error "{cell.value}"')


def _formulas(
    path: Path, content: bytes, reading: CellFormat, sheet: Worksheet
) -> Iterator[tuple[tuple[int, int], OddCell]]:
    """Formulas whose values the program that wrote the workbook did not store; an empty text is a value."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/"))
        if not any(_FORMULA.search(archive.read(name)) for name in sheets):
            return
    formula = OddCell("a formula without a stored value (save it in a spreadsheet program)")
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
