"""CSV that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from hubrank.basis.harmless import FORMULA, csv_text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

#: How many rows are written at a time.
_PART = 100_000
#: A text that `csv_text` may change, as Arrow's own search has it.
_SUSPECT = rf"[\p{{Cc}}\p{{Cf}}\p{{Zl}}\p{{Zp}}\x{{fdd0}}-\x{{fdef}}\x{{fffe}}\x{{ffff}}]|{FORMULA}"


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as CSV: UTF-8, LF, numbers in their shortest exact form, gaps empty, texts harmless."""
    sink = io.BytesIO()
    _write(frame, sink)
    return sink.getvalue()


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as `csv_bytes` gives it, some rows at a time."""
    with path.open("wb") as file:
        _write(frame, file)


def _write(frame: pd.DataFrame, file: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.csv as pc

    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow([csv_text(name) for name in frame.columns])
    file.write(header.getvalue().encode())
    options = pc.WriteOptions(include_header=False, quoting_style="needed")
    for start in range(0, len(frame), _PART):
        part = frame.iloc[start : start + _PART]
        columns = [_column(part[name]) for name in frame.columns]
        pc.write_csv(pa.Table.from_arrays(columns, names=[str(at) for at in range(len(columns))]), file, options)


def _column(values: pd.Series) -> pa.Array:
    """A column as numbers or texts."""
    import pandas as pd
    import pyarrow as pa

    if pd.api.types.is_numeric_dtype(values):
        return pa.array(values, from_pandas=True)
    if (texts := _harmless(values)) is not None:
        return texts
    distinct = {each: csv_text(each) for each in values.dropna().unique()}
    return pa.array(values.map(distinct), type=pa.string(), from_pandas=True)


def _harmless(values: pd.Series) -> pa.Array | None:
    """A column of texts that stand as they are; none where one does not, or is something else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        texts = pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, UnicodeEncodeError):  # several types, or half a pair of surrogates
        return None
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        return None
    return None if pc.any(pc.match_substring_regex(texts, _SUSPECT)).as_py() else texts
