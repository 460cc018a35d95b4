"""Files as grids of cells that are not read yet: the names of columns, the cells, and where each stands in the file."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis import shapes
from hubrank.basis.cells import GAPS, is_gap
from hubrank.basis.doors import check_size, check_table, content_of
from hubrank.basis.doubts import Odd
from hubrank.basis.errors import FileProblem, listed
from hubrank.basis.words import reason

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.reading import Reading

#: What ends a line in an editor; other signs that Python takes for an end may stand in a cell.
_LINE_END = re.compile(r"\r\n|\r|\n")


@frozen(kw_only=True, eq=False)
class Grid:
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
    odd: Mapping[tuple[int, str], Odd] = field(factory=dict)
    called: Literal["line", "row"] = "line"

    def place(self, line: int, column: str) -> str:
        """Where a cell stands, as a text editor or a spreadsheet shows it: `line 3`, `sheet "Data", cell C3`."""
        if self.sheet:
            return f'sheet "{self.sheet}", cell {self.letters[column]}{line}'
        return f"row {line}" if self.called == "row" else f"line {line}"


def csv_grid(path: Path, reading: Reading, delimiter: str) -> Grid:
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
    return Grid(frame=_filled_rows(frame, path.name))


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
        raise FileProblem(f"{name}: {reason(error)}") from error
    if not isinstance(frame.index, pd.RangeIndex) or (len(frame) and frame.iloc[:, -1].isna().any()):
        _refuse_uneven(name, text, before, delimiter, len(names))
    return frame


def decoded(path: Path, encoding: str) -> str:
    """The text of a file without its byte order mark."""
    content = content_of(path)
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = content.count(b"\n", 0, at) + 1
        name, word = shapes.likely_encoding(content)
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
        found = listed([f"'{each}'" for each in twice])
        raise FileProblem(f"{file}: two columns are named {found}{hint}")


def head_of(stream: io.StringIO, reading: Reading, delimiter: str) -> tuple[list[list[str]], int]:
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
        raise FileProblem(f"{name}, {shapes.uneven(wrong, fields, before)}")


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


def parquet_grid(path: Path, reads: Callable[[str], bool]) -> Grid:
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
        raise FileProblem(f"{path.name}: is not a Parquet file: {reason(error)}") from error
    if few:
        frame = pd.DataFrame({name: frame[name] if reads(name) else empty_column(frame.index) for name in names})
    frame.columns = frame.columns.map(str)
    return Grid(frame=frame.set_axis(range(1, len(frame) + 1)), called="row")


def empty_column(index: pd.Index) -> pd.Series:
    """A column of gaps that takes a byte a row."""
    import pandas as pd

    return pd.Series(pd.Categorical.from_codes(np.full(len(index), -1, dtype=np.int8), pd.Index([""])), index=index)
