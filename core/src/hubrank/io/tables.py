"""A table of a file, checked, every error with its line."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd
from attrs import field, frozen

from hubrank.errors import FileProblem, did_you_mean, shorten_list
from hubrank.io import table_layout
from hubrank.io.cell_errors import MOST, TEXT, CellError, assigned, cell_problem
from hubrank.io.cells import NUMBER, CellFormat, Kind, is_gap, numbers_of
from hubrank.io.readers import (
    RawTable,
    csv_grid,
    decoded,
    empty_column,
    parquet_grid,
    plain_grid,
    records,
    sheet_rows,
    workbook_grid,
)
from hubrank.io.safe_input import is_file, missing, read_text
from hubrank.io.table_layout import Wide, by_year, renamed

_DELIMITERS = (",", ";", "\t", "|")
#: The number of lines that decide a delimiter.
_ENOUGH = 200


def _fitting(path: Path, kind: str, delimiter: str, reading: CellFormat) -> dict[str, Any]:
    """Options that a text or a workbook needs in addition to those set; None if its shape shows none."""
    options: dict[str, Any] = {}
    rows: list[table_layout.Record] = []
    if kind == "workbook":
        rows = _filled(sheet_rows(path, reading.sheet), reading.skip_rows)
    elif kind in ("csv", "tsv"):
        try:
            text = decoded(path, reading.encoding)
        except FileProblem:
            options["encoding"], _ = table_layout.likely_encoding(read_text(path))
            text = read_text(path).decode(options["encoding"], errors="replace")
        beginning = {
            sign: _filled(itertools.islice(records(text, sign, reading.skip_rows), _ENOUGH), reading.skip_rows)
            for sign in {*_DELIMITERS, delimiter}
        }
        if sign := table_layout.likely_delimiter(beginning, delimiter):
            options["delimiter"] = delimiter = sign
        rows = _filled(records(text, delimiter, reading.skip_rows), reading.skip_rows)
    if not rows:
        return options
    if title := table_layout.title_lines(rows):
        options["skip_rows"] = title
        rows = [item for item in rows if item[0] > title]
    if not reading.skip_footer and (footer := table_layout.footer_lines(rows)):
        options["skip_footer"] = footer
    if reading.header == 1 and len(rows) > 1 and table_layout.has_second_header(rows[0][1], rows[1][1]):
        options["header"] = 2
    return options


def _filled(rows: Iterable[table_layout.Record], skip: int) -> list[table_layout.Record]:
    return [(line, cells) for line, cells in rows if line > skip and any(not is_gap(cell) for cell in cells)]


TableKind = Literal["csv", "tsv", "parquet", "workbook"]

#: The endings of files' names, and their contents.
_ENDINGS: Mapping[str, TableKind] = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tsv.gz": "tsv",
    ".parquet": "parquet",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
}
_DEFAULT = CellFormat()


def table_kind(name: str) -> TableKind | None:
    """Which kind of table a file is, by its name or path; None if its ending is of no table."""
    return next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)


@frozen(kw_only=True)
class ReadSpec:
    """The parts of a table to read, by the new names of columns.

    Attributes:
        columns: The name in the file of each new name; the others keep theirs.
        texts: Columns that stay text, such as codes with leading zeros.
        kinds: Columns with a required content, or missing; others are numeric if all of their cells are.
        wide: For a table with a column for each year: how to read it.
        key: Where columns are renamed, for messages.
        whole: Whether unusual cells of a workbook are reported in all columns, not only in those named here.
        only: The columns whose cells are read; others exist by name alone, and are empty. All by default.
    """

    columns: Mapping[str, str] = field(factory=dict)
    texts: Collection[str] = ()
    kinds: Mapping[str, Kind] = field(factory=dict)
    wide: Wide | None = None
    key: str = "options.columns"
    whole: bool = False
    only: Collection[str] | None = None

    def reads(self, column: str) -> bool:
        """Whether the cells of a column are read, by its name in the file."""
        return self.only is None or any(name in self.only for name in self._named(column))

    def is_text(self, column: str) -> bool:
        """Whether a column stays text, by its name in the file."""
        return any(name in self.texts for name in self._named(column))

    def _named(self, column: str) -> list[str]:
        """The names that a column of the file gets."""
        return [new for new, old in self.columns.items() if old == column] or [column]


def read_table(
    path: Path, texts: Collection[str] = (), numbers: Collection[str] = (), reading: CellFormat = _DEFAULT
) -> pd.DataFrame:
    """The non-empty rows of a table, each labelled with its line in the file.

    Args:
        path: A CSV or TSV, gzipped or not, a Parquet file or a workbook, as `table_kind` infers from its name.
        texts: Columns that stay text, such as codes with leading zeros.
        numbers: Columns that must hold numbers or missing values.
        reading: The format of its cells.

    Raises:
        FileProblem: It is missing, empty, of another encoding or form, or has texts where numbers belong; the message
            names all of them with their lines.
    """
    frame, problems = read_with_errors(path, reading, ReadSpec(texts=texts, kinds=dict.fromkeys(numbers, NUMBER)))
    if frame is None or problems:
        raise FileProblem(*problems)
    return frame


def first_rows(path: Path, reading: CellFormat, most: int) -> list[tuple[int, Sequence[Any]]]:
    """The first rows of a text or a sheet as they lie there, each with its line, for a header somewhere among them."""
    if problem := _no_table(path):
        raise FileProblem(problem)
    if (kind := table_kind(path.name)) == "workbook":
        return list(sheet_rows(path, reading.sheet)[:most])
    delimiter = reading.delimiter or ("\t" if kind == "tsv" else ",")
    return list(itertools.islice(records(decoded(path, reading.encoding), delimiter), most))


def read_with_errors(path: Path, reading: CellFormat, wanted: ReadSpec) -> tuple[pd.DataFrame | None, list[str]]:
    """The rows of a table, each labelled with its line, None if none can be read; and all of its errors.

    A file of another shape than `reading` says is read again with the options that fit it, so that errors of cells are
    reported together with those of the shape.
    """
    try:
        return _examined(path, reading, wanted)
    except MemoryError:
        return None, [f"{path.name}: needs more memory than there is"]


def _examined(path: Path, reading: CellFormat, wanted: ReadSpec) -> tuple[pd.DataFrame | None, list[str]]:
    kind = table_kind(path.name)
    if kind is None or not is_file(path):
        return None, [_no_table(path)]
    if unfit := reading.unfit(kind):
        return None, [f"{path.name}: a {kind} file has no {shorten_list(unfit)}; leave {shorten_list(unfit)} out"]
    delimiter = reading.delimiter or ("\t" if kind == "tsv" else ",")
    both = any(wanted.is_text(old) and new not in wanted.texts for new, old in wanted.columns.items())
    if kind in ("csv", "tsv") and not both:
        grid = plain_grid(path, reading, delimiter, wanted.reads, wanted.is_text)
        if grid is not None and not _suspicion(grid, path.name):
            result = _read(grid, path.name, reading, wanted)
            if not result[1]:
                return result
            del result  # a wrong cell is reported as written
    try:
        if kind == "parquet":
            grid = parquet_grid(path, wanted.reads)
        else:
            grid = workbook_grid(path, reading) if kind == "workbook" else csv_grid(path, reading, delimiter)
        problem = _suspicion(grid, path.name)
    except FileProblem as error:
        grid, problem = None, str(error)
    options = _fitting(path, kind, delimiter, reading) if problem else {}
    options = {name: item for name, item in options.items() if item != getattr(reading, name)}
    if options:
        frame, problems = _examined(path, attrs.evolve(reading, **options), wanted)
        return frame, [f"{problem}; set {assigned(options)}", *problems]
    return (None, [problem]) if grid is None else _read(grid, path.name, reading, wanted)


def _no_table(path: Path) -> str:
    """Why a file is no table that is read; empty if it may be one."""
    if not is_file(path):
        return missing(path)
    supported = shorten_list(list(_ENDINGS))
    return "" if table_kind(path.name) else f"{path.name}: unsupported file type; supported: {supported}"


def _suspicion(grid: RawTable, name: str) -> str:
    """The unusual features of a grid that could be read, if any."""
    columns = list(grid.frame.columns)
    if unnamed := sum(column == f"column {at}" for at, column in enumerate(columns, start=1)):
        return f"{name}: {unnamed:,} {'column' if unnamed == 1 else 'columns'} without a name in the header"
    return f"{name}: has one column" if len(columns) == 1 and not grid.sheet else ""


def _read(grid: RawTable, name: str, reading: CellFormat, wanted: ReadSpec) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a grid, its columns renamed and read, and everything that is wrong with them."""
    frame, problems = renamed(grid.frame, wanted.columns, wanted.key)
    figures = wanted.wide.found(frame.columns) if wanted.wide else {}
    if wanted.wide and not figures:
        columns = shorten_list(list(frame.columns))
        problems.append(f'no column is named after a year as wide.years = "{wanted.wide.years}" says; it has {columns}')
    kinds = {**wanted.kinds, **dict.fromkeys(figures, NUMBER)}
    read, errors = _typed(grid, frame, reading, attrs.evolve(wanted, kinds=kinds))
    if figures:
        read, wrong = by_year(read, figures)
        problems += wrong
    return read, [*(f"{name}: {what}" for what in problems), *cell_problem(name, errors, reading)]


def _typed(
    grid: RawTable, frame: pd.DataFrame, reading: CellFormat, wanted: ReadSpec
) -> tuple[pd.DataFrame, list[CellError]]:
    """The columns as texts and numbers, and the invalid cells, in the order of the file."""
    columns: dict[str, pd.Series] = {}
    errors: dict[tuple[int, str, Kind], CellError] = {}
    for column in frame.columns:
        values, original = frame[column], wanted.columns.get(column, column)
        if not wanted.reads(original):
            columns[column] = empty_column(values.index)
            continue
        odd = {line: what for (line, name), what in grid.odd.items() if name == original}
        wrong = np.zeros(len(values), dtype=bool)
        if column in wanted.texts:
            kind, columns[column] = TEXT, _as_texts(values)
        else:
            kind = wanted.kinds.get(column, NUMBER)
            read, unfit = numbers_of(values, reading, kind)
            wrong = unfit if column in wanted.kinds else wrong
            columns[column] = values if column not in wanted.kinds and unfit.any() else read
        if column in wanted.kinds or kind is TEXT or wanted.whole:
            for at in np.flatnonzero(wrong | values.index.isin(list(odd)) if odd else wrong).tolist():
                line = int(values.index[at])
                place = grid.place(line, original)
                errors[line, original, kind] = CellError(place, original, values.iloc[at], kind, odd.get(line))
    order = {column: at for at, column in enumerate(grid.frame.columns)}
    lines = sorted(errors, key=lambda item: (item[0], order[item[1]]))
    return pd.DataFrame(columns, index=frame.index, copy=False), [errors[item] for item in lines]


def _as_texts(values: pd.Series) -> pd.Series:
    """Codes and names as texts; a workbook's date in ISO 8601."""
    cells = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    with contextlib.suppress(TypeError):  # of a cell that is no text
        if values.dtype == object and all(map(str.strip, values.to_numpy())):
            return values
    if pd.api.types.infer_dtype(cells) in ("string", "empty"):
        codes, distinct = pd.factorize(values)
        known = np.asarray(distinct, dtype=object)  # Arrow's own are slow to read one by one
        texts = np.array([*(item if item.strip() else None for item in known), None], dtype=object)
        return pd.Series(texts[codes], index=values.index, name=values.name, dtype=object)
    written = values.map(lambda item: item.date().isoformat() if hasattr(item, "date") else item).astype("string")
    return written.astype(object).where(written.notna() & (written.str.strip() != ""), None)


def at_lines(path: Path, lines: Iterable[int]) -> str:
    """The file and the lines (rows if it has none) of a message: `figures.csv, lines 3, 4`."""
    several = [str(line) for line in lines]
    word = "line" if has_lines(path) else "row"
    return f"{path.name}, {word}{'' if len(several) == 1 else 's'} {shorten_list(several, MOST)}"


def has_lines(path: Path) -> bool:
    """Whether a table is a text, of lines, and not of rows."""
    return table_kind(path.name) in ("csv", "tsv")


def require(frame: pd.DataFrame, name: str, columns: Collection[str]) -> None:
    """Raise a `FileProblem` of a table, of a file with a name, that lacks columns."""
    if text := missing_columns_text(frame, name, columns):
        raise FileProblem(text)


def missing_columns_text(frame: pd.DataFrame, name: str, columns: Collection[str]) -> str:
    """The message for a table that lacks columns; empty if it has them all."""
    known = list(map(str, frame.columns))
    missing = [column for column in columns if column not in frame.columns]
    if not missing:
        return ""
    absent = (f"no column '{column}'{did_you_mean(column, known)}" for column in missing)
    text = f"{name}: {'; '.join(absent)}"
    return text if len(known) > len(missing) else f"{text}; it has {shorten_list(known)}"
