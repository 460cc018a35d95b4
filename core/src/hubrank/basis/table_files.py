"""Tables in files: CSV, Parquet, sheets of Excel workbooks; read with their mistakes named by line."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hubrank.basis.cells import GAPS, NUMBER, Kind, misfits, read_numbers
from hubrank.basis.errors import FileProblem, listed, suggestion

if TYPE_CHECKING:
    import pandas as pd

TableKind = Literal["csv", "tsv", "parquet", "workbook"]

#: How a file's name ends, and what it then holds.
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


def table_kind(name: str) -> TableKind | None:
    """Which kind of table a file is, by its name or path; none where its ending is of no table."""
    return next((kind for ending, kind in _ENDINGS.items() if name.lower().endswith(ending)), None)


def read_table(
    path: Path,
    texts: Collection[str] = (),
    numbers: Collection[str] = (),
    kinds: Mapping[str, Kind] | None = None,
    sheet: str | None = None,
    delimiter: str = ",",
) -> pd.DataFrame:
    """Read a table whole.

    Args:
        path: A CSV or TSV, gzipped or not, a Parquet file or a workbook, as `table_kind` tells by its name.
        texts: Columns that stay text, such as codes with leading zeros.
        numbers: Columns that must be numbers or gaps.
        kinds: Columns that must be something narrower, or gaps.
        sheet: The sheet of a workbook; the first by default.
        delimiter: What separates the fields of a CSV.

    Raises:
        FileProblem: It is missing, empty, of another encoding or form, or has a text where a number belongs;
            the message names the line.
    """
    if not path.is_file():
        raise FileProblem(f"{path.name}: file not found")
    kind = table_kind(path.name)
    if kind is None:
        raise FileProblem(f"{path.name}: unsupported file type; supported: {listed(list(_ENDINGS))}")
    if kind == "parquet":
        frame = _parquet(path)
    elif kind == "workbook":
        frame = _sheet(path, sheet)
    else:
        frame = _csv(path, "\t" if kind == "tsv" else delimiter)
    frame.columns = frame.columns.map(str)
    twice = [column for column in frame.columns if column.endswith(".1") and column[:-2] in frame.columns]
    if twice:
        raise FileProblem(f"{path.name}: two columns are named '{twice[0][:-2]}'")
    return _typed(frame, path.name, texts, {**dict.fromkeys(numbers, NUMBER), **(kinds or {})})


def _typed(frame: pd.DataFrame, name: str, texts: Collection[str], kinds: Mapping[str, Kind]) -> pd.DataFrame:
    """The columns of text as numbers, where all of their cells are numbers or must be."""
    import pandas as pd

    made: dict[str, pd.Series] = {}
    for column in frame.columns:
        values = frame[column]
        if column in texts:
            made[column] = values.astype("string").astype(object).where(values.notna(), None)
            continue
        read = read_numbers(values)
        kind = kinds.get(column, NUMBER)
        wrong = misfits(values, read, kind)
        if column in kinds and wrong.any():
            at = int(wrong.argmax())
            raise FileProblem(f"{name}, line {at + 2}: {column} {kind.refusal(values.iloc[at])}")
        made[column] = values if wrong.any() else read
    return pd.DataFrame(made, index=frame.index)


def require(frame: pd.DataFrame, name: str, columns: Mapping[str, str]) -> None:
    """Check that a table has columns.

    Args:
        frame: The table.
        name: The file's name.
        columns: The columns, each with what it is needed for.

    Raises:
        FileProblem: Any are missing.
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        known = list(frame.columns)
        what = "; ".join(f"no column '{column}'{suggestion(column, known)}" for column in missing)
        raise FileProblem(f"{name}: {what}" if len(known) > len(missing) else f"{name}: {what}; it has {listed(known)}")


def _csv(path: Path, delimiter: str) -> pd.DataFrame:
    import pandas as pd

    try:
        frame = pd.read_csv(
            path,
            sep=delimiter,
            dtype=object,
            keep_default_na=False,
            na_values=list(GAPS),
            encoding="utf-8-sig",
            skip_blank_lines=False,
            low_memory=False,
        )
    except UnicodeDecodeError as error:
        raise FileProblem(
            f"{path.name}: is not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from error
    except pd.errors.EmptyDataError as error:
        raise FileProblem(f"{path.name}: is empty; the first line must contain the column names") from error
    except pd.errors.ParserError as error:
        raise _misshapen(path.name, str(error)) from error
    except (EOFError, OSError) as error:
        raise FileProblem(f"{path.name}: {_lower(str(error))}") from error
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes what stands before the named fields for an index
        raise _uneven(path.name, 2, frame.index.nlevels + len(frame.columns), len(frame.columns))
    if not len(frame):
        raise FileProblem(f"{path.name}: has a header line but no rows")
    if frame.iloc[:, -1].isna().any():
        _refuse_short(path, delimiter, len(frame.columns))
    return frame


def _refuse_short(path: Path, delimiter: str, fields: int) -> None:
    """Raise for a row that ends early, as in a file that was cut off; pandas would take it for gaps."""
    content = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    for row in reader:
        if row and len(row) < fields:
            raise _uneven(path.name, reader.line_num, len(row), fields)


def _misshapen(name: str, said: str) -> FileProblem:
    """What the parser says, in our words where it is one of the two usual mistakes."""
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", said):
        return _uneven(name, int(found[2]), int(found[3]), int(found[1]))
    if "EOF inside string" in said:
        return FileProblem(f"{name}: unclosed quote")
    return FileProblem(f"{name}: {_lower(said)}")


def _uneven(name: str, line: int, fields: int, named: int) -> FileProblem:
    return FileProblem(f"{name}, line {line}: {fields} fields; the first line has {named}")


def _parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow

    try:
        return pd.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileProblem(f"{path.name}: is not a Parquet file: {_lower(str(error))}") from error


def _sheet(path: Path, sheet: str | None) -> pd.DataFrame:
    import zipfile

    import pandas as pd

    try:
        book = pd.ExcelFile(io.BytesIO(path.read_bytes()), engine="openpyxl")
    except ImportError as error:
        raise FileProblem(f"{path.name}: reading workbooks requires openpyxl; install hubrank[excel]") from error
    except (zipfile.BadZipFile, ValueError, KeyError, OSError) as error:
        raise FileProblem(f"{path.name}: is not an Excel workbook: {_lower(str(error))}") from error
    if sheet is not None and sheet not in book.sheet_names:
        raise FileProblem(f"{path.name}: has no sheet '{sheet}'{suggestion(sheet, map(str, book.sheet_names))}")
    chosen = book.sheet_names[0] if sheet is None else sheet
    return pd.read_excel(book, sheet_name=chosen, dtype=object, keep_default_na=False, na_values=list(GAPS))


def _lower(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else "cannot be read"
    return first[0].lower() + first[1:].rstrip(".")
