"""CSV, Parquet and sheets as grids of cells."""

from __future__ import annotations

import codecs
import csv
import functools
import io
import itertools
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from hubrank.errors import FileProblem, MissingLibraryError, did_you_mean, library, shorten_list
from hubrank.i18n import library_message
from hubrank.io import table_layout
from hubrank.io.cell_errors import OddCell
from hubrank.io.cells import GAPS, CellFormat, is_gap, number_in, read_number
from hubrank.io.safe_input import check_archive, check_sheet, check_size, check_table, read_bytes, read_text
from hubrank.numeric import Texts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: The line ends of editors; other signs that Python treats as line ends may be inside a cell.
_LINE_END = re.compile(r"\r\n|\r|\n")
#: A line after the last one, which an unclosed quote swallows.
_END = "\ue000end of file\ue000"
_GAPS = frozenset(GAPS)


@frozen(kw_only=True, eq=False)
class RawTable:
    """The cells of a file: rows by line (row in a workbook or a Parquet file), columns by name; None if missing.

    A workbook has a sheet, letters of the columns, and, by line and column, the content of cells without a value.
    """

    frame: pd.DataFrame
    sheet: str = ""
    letters: Mapping[str, str] = field(factory=dict)
    odd: Mapping[tuple[int, str], OddCell] = field(factory=dict)
    called: Literal["line", "row"] = "line"

    def place(self, line: int, column: str) -> str:
        """The place of a cell, as a text editor or a spreadsheet shows it: `line 3`, `sheet "Data", cell C3`."""
        if self.sheet:
            return f'sheet "{self.sheet}", cell {self.letters[column]}{line}'
        return f"{self.called} {line}"


def csv_grid(path: Path, reading: CellFormat, delimiter: str) -> RawTable:
    """The records of a CSV, cell by cell; a `FileProblem` of another shape names the option that fits."""
    text = decoded(path, reading.encoding)
    if reading.skip_footer:
        text = "\n".join(_LINE_END.split(text.rstrip())[: -reading.skip_footer])
    rows = records(f"{text}\n{_END}", delimiter, reading.skip_rows)
    head = list(itertools.islice((item for item in rows if any(map(str.strip, item[1]))), reading.header))
    if head[-1][1] == [_END]:
        rows = itertools.chain([head.pop()], rows)
    if not head:
        skipped = reading.skip_rows or reading.skip_footer
        why = "skip_rows and skip_footer leave no line" if skipped else "the first line must contain the column names"
        raise FileProblem(f"{path.name}: is empty; {why}")
    names = _column_names([record for _, record in head], path.name)
    check_table(path.name, text.count("\n"), len(names))
    lines, cells = _filled_rows(rows, len(names), head[-1][0], path.name)
    frame = pd.DataFrame(np.array(cells, dtype=object).reshape(-1, len(names)), index=lines, columns=names)
    return RawTable(frame=frame.mask(frame.isin(GAPS)))


def _filled_rows(
    rows: Iterable[tuple[int, list[str]]], width: int, header: int, name: str
) -> tuple[list[int], list[str]]:
    """The lines of the rows that hold anything but blanks, and all of their cells."""
    lines, cells, uneven, line = list[int](), list[str](), list[tuple[int, int]](), header
    for line, record in rows:
        if record == [_END]:
            break
        if len(record) == width:
            if record[0].strip() not in _GAPS or not all(item in _GAPS or item.isspace() for item in record):
                lines.append(line)
                cells += record
        elif any(map(str.strip, record)):
            uneven.append((line, len(record)))
    else:
        raise FileProblem(f"{name}, line {line}: unclosed quote")
    if uneven:
        raise FileProblem(f"{name}, {table_layout.uneven(uneven, width, header)}")
    if not lines:
        raise FileProblem(f"{name}: has a header line but no rows")
    return lines, cells


def records(text: str, delimiter: str, skip: int = 0) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV below its first lines, each with the line on which it begins; a cell may be long."""
    csv.field_size_limit(sys.maxsize)
    stream = io.StringIO(text, newline="")
    for _ in range(min(skip, text.count("\n"))):
        stream.readline()
    rows = csv.reader(iter(stream.readline, ""), delimiter=delimiter)
    ended = 0
    for record in rows:
        yield skip + ended + 1, record
        ended = rows.line_num


def decoded(path: Path, encoding: str) -> str:
    """The text of a file without its byte order mark."""
    content = read_text(path)
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, at) + 1
        name, word = table_layout.likely_encoding(content)
        hint = f'; as {name} it has "{word}"' if word else ""
        raise FileProblem(f"{path.name}, line {line}: is not {encoding.upper()}{hint}") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        is_other = table_layout.likely_encoding(content)[0].startswith("utf-16")
        what = f"is not {encoding.upper()}" if is_other else "has a NUL byte, which no text has; delete it"
        raise FileProblem(f"{path.name}, line {line}: {what}")
    return text


def _column_names(head: Sequence[Sequence[Any]], name: str) -> list[str]:
    """The columns' names of the header's lines: heads filled to the right, then joined downwards."""
    width = max(map(len, head))
    levels = [["" if is_gap(cell) else str(cell) for cell in [*row, *[""] * (width - len(row))]] for row in head]
    for above, below in itertools.pairwise(levels):
        for at in range(1, width):
            if not above[at].strip() and below[at].strip():
                above[at] = above[at - 1]
    parts = [list(filter(None, map(str.strip, item))) for item in zip(*levels, strict=True)]
    joined = levels[0] if len(levels) == 1 else [" ".join(item) for item in parts]
    names = [item if item.strip() else f"column {at}" for at, item in enumerate(joined, start=1)]
    hint = "; if a second line distinguishes them, set header = 2" if len(head) == 1 else ""
    _refuse_twins(names, name, hint)
    return names


def _refuse_twins(names: Sequence[str], file: str, hint: str = "") -> None:
    """Reject columns that share a name."""
    if twice := [item for item, times in Counter(names).items() if times > 1]:
        columns = shorten_list([f"'{item}'" for item in twice])
        raise FileProblem(f"{file}: two columns are named {columns}{hint}")


def parquet_grid(path: Path, reads: Callable[[str], bool]) -> RawTable:
    """The rows of a Parquet file, with its types; columns that are not read are there, but empty."""
    check_size(path)
    pq = _library("pyarrow.parquet", path)
    try:
        about = pq.read_metadata(path)
        check_table(path.name, about.num_rows, about.num_columns)
        names = about.schema.to_arrow_schema().names
        _refuse_twins(names, path.name)
        few = all(isinstance(name, str) for name in names) and not all(map(reads, names))
        columns = [name for name in names if reads(name)] if few else None
        frame = pd.read_parquet(path, "pyarrow", columns, to_pandas_kwargs={"split_blocks": True})  # without a copy
    except FileProblem:
        raise
    except Exception as error:
        raise FileProblem(f"{path.name}: is not a Parquet file: {library_message(error)}") from error
    if few:
        frame = pd.DataFrame({name: frame[name] if reads(name) else empty_column(frame.index) for name in names})
    frame.columns = frame.columns.map(str)
    return RawTable(frame=frame.set_axis(range(1, len(frame) + 1)), called="row")


def _library(module: str, path: Path) -> Any:
    try:
        return library(module, f"{path.name}: reading it")
    except MissingLibraryError as error:
        raise FileProblem(str(error)) from error


def empty_column(index: pd.Index) -> pd.Series:
    """A column of missing values that takes a byte per row."""
    return pd.Series(pd.Categorical.from_codes(np.full(len(index), -1, dtype=np.int8), pd.Index([""])), index=index)


#: The options that leave numbers in plain notation unchanged.
_TELLING = ("skip_footer", "decimal", "thousands")
#: The most bytes of a header, and of the pieces in which text is checked.
_PIECE = 1 << 22
#: The most bytes of a table of texts of which equal ones may be several objects.
_SMALL = 1 << 25


def plain_grid(
    path: Path, reading: CellFormat, delimiter: str, reads: Callable[[str], bool], is_text: Callable[[str], bool]
) -> RawTable | None:
    """The records of a CSV without anything unusual, by pandas' parser; else None, and `csv_grid` reads it.

    Plain means complete lines of UTF-8 with one record each, every record with the fields of the header and some
    content. A column, if it `reads` and `is_text` does not keep it as text, is numeric if all its cells are missing or
    finite numbers in plain notation; a column that is not read exists, but is empty.
    """
    if not _is_harmless(reading):
        return None
    try:
        content = read_text(path)
        if not _is_plain(content, reading, delimiter):
            return None
        names, line, begin = _header(content, reading, delimiter)
        rows = content.count(b"\n", begin) + (not content.endswith(b"\n"))
        check_table("", rows, len(names))
        wanted = {at: is_text(name) for at, name in enumerate(names) if reads(name)}
        if not wanted or len(names) < 2 or not _is_even(content, begin, delimiter, len(names)):
            return None
        cells = _cut(content, begin, delimiter, wanted) if len(wanted) == len(names) else None
        if cells is None:
            cells = _parsed(content, begin, delimiter, len(names), wanted)
            if len(cells) < len(wanted) or functools.reduce(np.logical_and, map(pd.isna, cells.values())).any():
                return None
    except (FileProblem, UnicodeError, csv.Error, pd.errors.ParserError):
        return None
    index = pd.RangeIndex(line + 1, line + 1 + rows)
    columns = {
        name: pd.Series(cells[at], index, cells[at].dtype, copy=False) if at in cells else empty_column(index)
        for at, name in enumerate(names)
    }
    return RawTable(frame=pd.DataFrame(columns, index=index, copy=False))


def _cut(content: bytes, begin: int, delimiter: str, wanted: Mapping[int, bool]) -> dict[int, Texts] | None:
    """The cells of all columns of a small table of texts, cut apart at once; None if any is missing or in quotes."""
    if len(content) > _SMALL or not all(wanted.values()) or b'"' in content:
        return None
    lines = content[begin:].decode().replace("\r\n", "\n").removesuffix("\n")
    cells = lines.replace("\n", delimiter).split(delimiter)
    columns = np.fromiter(cells, dtype=object).reshape(-1, len(wanted)).T
    return dict(enumerate(columns)) if _GAPS.isdisjoint(cells) else None


def _parsed(
    content: bytes, begin: int, delimiter: str, width: int, wanted: Mapping[int, bool]
) -> dict[int, np.ndarray[Any, Any]]:
    """The cells of columns as pandas parses them, without those columns that have two readings."""
    stream = io.BytesIO(content)
    stream.seek(begin)
    frame = pd.read_csv(
        stream,
        sep=delimiter,
        header=None,
        names=[str(at) for at in range(width)],
        usecols=list(wanted),
        dtype={str(at): object for at, text in wanted.items() if text},
        na_values=list(GAPS),
        keep_default_na=False,
        skip_blank_lines=False,
        low_memory=all(wanted.values()),  # of numbers, each piece would decide by itself what they are
    )
    read = {at: _cells_of(frame.pop(str(at)), text) for at, text in wanted.items()}
    return {at: cells for at, cells in read.items() if cells is not None}


def _cells_of(column: pd.Series, text: bool) -> np.ndarray[Any, Any] | None:
    """The cells of a column as pandas reads them: texts, or numbers; None if some of them have two readings."""
    if text or pd.api.types.is_string_dtype(column.dtype):
        return column.to_numpy(dtype=object)
    cells = column.to_numpy()
    return None if cells.dtype.kind not in "if" or np.isinf(cells).any() else cells


def _is_harmless(reading: CellFormat) -> bool:
    """Whether the options change no plain number; a number that means a missing value must be the same one."""
    same = all(read_number(item) in (None, number_in(item, reading)) for item in reading.na)
    return same and all(getattr(reading, name) == getattr(CellFormat(), name) for name in _TELLING)


def _is_plain(content: bytes, reading: CellFormat, delimiter: str) -> bool:
    """Whether nothing in the text has two readings: its encoding, line ends, hexadecimal numbers."""
    if codecs.lookup(reading.encoding).name != "utf-8" or not delimiter.isascii() or delimiter in '"\r\n':
        return False
    if any(item in content for item in (b"\0", b"0x", b"0X")) or content.count(b"\r") != content.count(b"\r\n"):
        return False
    sign = re.escape(delimiter.encode())
    if re.search(rb"\n(?=%b*+[ \t]|[ \t])[ \t%b]++\r?(?:\n|\Z)" % (sign, sign), content):  # a row of blanks
        return False
    if not content.isascii():
        decoder = codecs.getincrementaldecoder("utf-8")()
        for start in range(0, len(content), _PIECE):
            decoder.decode(memoryview(content)[start : start + _PIECE])
        decoder.decode(b"", final=True)
    return True


def _header(content: bytes, reading: CellFormat, delimiter: str) -> tuple[list[str], int, int]:
    """The columns' names, the number of lines that they end, and where in the content the first row begins."""
    mark = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    text = content[mark:_PIECE].decode(errors="ignore")
    stream = io.StringIO(text, newline="")
    for _ in range(min(reading.skip_rows, len(text))):
        stream.readline()
    rows = csv.reader(iter(stream.readline, ""), delimiter=delimiter)
    head = list(itertools.islice((item for item in rows if any(map(str.strip, item))), reading.header))
    begin = mark + len(text[: stream.tell()].encode())
    if not head or begin >= min(len(content), _PIECE - 4):
        raise FileProblem("no rows, or a long header")
    return _column_names(head, ""), reading.skip_rows + rows.line_num, begin


def _is_even(content: bytes, begin: int, delimiter: str, width: int) -> bool:
    """Whether all lines behind a position are records of as many fields, with quotes around complete fields alone."""
    quote, end, sign = b'"'[0], b"\n"[0], delimiter.encode()[0]
    while begin < len(content):
        stop = content.rfind(b"\n", begin, begin + _PIECE) + 1 or content.find(b"\n", begin) + 1 or len(content)
        signs = np.frombuffer(content, np.uint8, stop - begin, begin)
        ends, parts, quotes = (np.flatnonzero(signs == item) for item in (end, sign, quote))
        ends = ends if signs[-1] == end else np.append(ends, len(signs))
        if len(quotes):
            around = np.concatenate([[end], signs, [end]])
            opening, closing = around[quotes[::2]], around[quotes[1::2] + 2]
            if (
                len(quotes) % 2
                or not np.isin(opening, [end, sign, quote]).all()
                or not np.isin(closing, [end, sign, quote, b"\r"[0]]).all()
                or (np.searchsorted(quotes, ends) % 2).any()
            ):
                return False
            parts = parts[np.searchsorted(quotes, parts) % 2 == 0]
        if len(parts) != len(ends) * (width - 1):
            return False
        fields = parts.reshape(len(ends), width - 1)
        if (fields[:, -1] > ends).any() or (fields[1:, 0] < ends[:-1]).any():
            return False
        begin = stop
    return True


#: A formula in the XML of a sheet.
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


def workbook_grid(path: Path, reading: CellFormat) -> RawTable:
    """The rows of a sheet, by the numbers that the spreadsheet shows; a `FileProblem` if there are none."""
    get_column_letter = _library("openpyxl.utils", path).get_column_letter
    content = _content(path)
    sheet = _sheet(path, content, reading.sheet, values=True)
    rows = [(line, [_value(cell, reading) for cell in row]) for line, row in enumerate(sheet.iter_rows(), start=1)]
    odd = dict(_odd_cells(path, content, reading, sheet))
    for area in sheet.merged_cells.ranges:
        first = rows[area.min_row - 1][1][area.min_col - 1]
        merged = OddCell(f"merged with {get_column_letter(area.min_col)}{area.min_row}", merged=True)
        cells = itertools.product(range(area.min_row, area.max_row + 1), range(area.min_col - 1, area.max_col))
        for line, at in itertools.islice(cells, 1, None):
            if reading.fill_merged:
                rows[line - 1][1][at] = first
            elif not is_gap(first):
                odd[line, at] = merged
    filled = [(line, row) for line, row in rows if any(not is_gap(cell) for cell in row)]
    last = filled[-1][0] - reading.skip_footer if filled else 0
    used = [item for item in filled if reading.skip_rows < item[0] <= last]
    head, body = used[: reading.header], used[reading.header :]
    if not head:
        raise FileProblem(f'{path.name}: sheet "{sheet.title}" is empty; its first row must contain the column names')
    if not body:
        raise FileProblem(f'{path.name}: sheet "{sheet.title}" has a header but no rows')
    wide = 1 + max(at for _, row in used for at, cell in enumerate(row) if not is_gap(cell))
    names = _column_names([row[:wide] for _, row in head], path.name)
    table = [[None if is_gap(cell) else cell for cell in row[:wide]] for _, row in body]
    return RawTable(
        frame=pd.DataFrame(table, index=[line for line, _ in body], columns=names, dtype=object),
        sheet=sheet.title,
        letters={name: get_column_letter(at) for at, name in enumerate(names, start=1)},
        odd={(line, names[at]): what for (line, at), what in odd.items() if at < wide},
    )


def sheet_rows(path: Path, name: str | None) -> list[tuple[int, list[Any]]]:
    """The rows of a sheet by their numbers, without the empty cells at their ends; of the first if none is named."""
    rows = []
    for line, row in enumerate(_sheet(path, _content(path), name, values=True).iter_rows(values_only=True), start=1):
        cells = list(row)
        while cells and is_gap(cells[-1]):
            cells.pop()
        rows.append((line, cells))
    return rows


def _content(path: Path) -> bytes:
    """The bytes of a workbook that unpacks to no more than it may."""
    content = read_bytes(path)
    check_archive(io.BytesIO(content), path.name, "workbook_bytes", kind="an Excel workbook", book=True)
    return content


def _sheet(path: Path, content: bytes, name: str | None, *, values: bool) -> Worksheet:
    openpyxl = _library("openpyxl", path)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=values)
    except Exception as error:  # openpyxl raises anything for unexpected content
        raise FileProblem(f"{path.name}: is not an Excel workbook: {library_message(error)}") from error
    sheets: dict[str, Worksheet] = {item.title: item for item in book.worksheets}
    if not sheets:
        raise FileProblem(f"{path.name}: no sheet of cells is found; save it as .xlsx in a spreadsheet program")
    if (name := next(iter(sheets)) if name is None else name) not in sheets:
        raise FileProblem(f"{path.name}: has no sheet '{name}'{did_you_mean(name, sheets)}")
    sheet = sheets[name]
    check_sheet(path.name, sheet.title, sheet.max_row, sheet.max_column)
    return sheet


def has_formulas(content: bytes) -> bool:
    """Whether a sheet of a workbook has a formula; to find the formulas themselves takes long."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/"))
        return any(_FORMULA.search(archive.read(name)) for name in sheets)


def _value(cell: Any, reading: CellFormat) -> Any:
    """The content of a cell; `12%` that a spreadsheet keeps as 0.12 is 12 if percents are read as points."""
    if type(cell.value) in (int, float) and reading.percent == "points" and "%" in str(cell.number_format):
        return float(Decimal(repr(cell.value)).scaleb(2))
    return cell.value


def _odd_cells(
    path: Path, content: bytes, reading: CellFormat, sheet: Worksheet
) -> Iterator[tuple[tuple[int, int], OddCell]]:
    """Errors, and formulas whose values the program that wrote the workbook did not store; an empty text is a value."""
    for cell in itertools.chain.from_iterable(sheet.iter_rows()):
        if cell.data_type == "e" and not is_gap(cell.value) and cell.value not in reading.na:
            yield (cell.row, cell.column - 1), OddCell(f'the error "{cell.value}"')
    if not has_formulas(content):
        return
    formula = OddCell("a formula without a stored value (save it in a spreadsheet program)")
    for cell in itertools.chain.from_iterable(_sheet(path, content, reading.sheet, values=False).iter_rows()):
        shown = sheet.cell(cell.row, cell.column)
        if cell.data_type == "f" and shown.value is None and shown.data_type != "str":
            yield (cell.row, cell.column - 1), formula
