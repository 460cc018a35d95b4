"""The file of values of a run folder, CSV or Parquet, written and read some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.coded import CodedTexts
from hubrank.basis.harmless import csv_text
from hubrank.composing.ranking import Ranking
from hubrank.composing.values import AGES, value_parts

if TYPE_CHECKING:
    import pyarrow as pa

#: The columns that a measurement is read from.
NUMBERS = ("measured", *AGES)
TEXTS = ("unit", "indicator", "origin", "vintage", "method")


def write_values(ranking: Ranking, path: Path, told: Callable[[int, int], None]) -> None:
    """Write every value, stage by stage.

    Args:
        ranking: The ranking.
        path: A file; its ending says whether it is CSV, whose texts are kept from being read as formulas, or Parquet.
        told: Told how many rows are written, and how many there are.
    """
    csv, total, done = path.suffix == ".csv", ranking.measurement.values.size, 0
    with path.open("wb") as file:
        writer = None
        for part in value_parts(ranking):
            table = _arrow(part, escaped=csv, sampled=ranking.sampled)
            writer = writer or (_csv_writer if csv else _parquet_writer)(file, table.schema)
            writer.write_table(table)
            done += len(table)
            told(done, total)
        if writer is not None:
            writer.close()


def _arrow(part: dict[str, Any], escaped: bool, sampled: bool) -> pa.Table:
    import pyarrow as pa

    columns = {}
    for name, each in part.items():
        if isinstance(each, CodedTexts):
            texts = pa.array([csv_text(text) if escaped else text for text in each.texts], type=pa.string())
            coded = pa.DictionaryArray.from_arrays(each.codes.astype(np.int32), texts)
            columns[name] = coded.dictionary_decode() if escaped else coded
        elif name in AGES:
            columns[name] = pa.array(each, from_pandas=True).cast(pa.int16())
        else:
            columns[name] = pa.array(each, from_pandas=True)
    if sampled:
        columns["sample"] = pa.array(["yes"] * len(part["edition"]))
    return pa.table(columns)


def _csv_writer(file: Any, schema: pa.Schema) -> Any:
    import pyarrow.csv as pc

    file.write((",".join(schema.names) + "\n").encode())
    return pc.CSVWriter(file, schema, write_options=pc.WriteOptions(include_header=False, quoting_style="needed"))


def _parquet_writer(file: Any, schema: pa.Schema) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [each.name for each in schema if pa.types.is_dictionary(each.type) or pa.types.is_string(each.type)]
    return pq.ParquetWriter(file, schema, use_dictionary=[*texts, "edition", *AGES], write_statistics=False)


def values_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a run's file of values, some at a time.

    Args:
        folder: The run folder.

    Yields:
        `edition`, the numbers of `NUMBERS` (NaN where there are none) and the coded texts of `TEXTS`, those that a CSV
        keeps from being read as formulas still so.

    Raises:
        OSError: There is no such file.
        ValueError: It is no such file.
        KeyError: It has no such column.
    """
    for batch in _batches(folder):
        found = {name: batch.column(name).to_numpy(zero_copy_only=False).astype(float) for name in NUMBERS}
        texts = {name: batch.column(name).dictionary_encode() for name in TEXTS}
        yield {
            "edition": batch.column("edition").to_numpy(),
            **found,
            **{name: CodedTexts(each.indices.to_numpy(), each.dictionary.to_pylist()) for name, each in texts.items()},
        }


def file_of_values(folder: Path) -> Path:
    """Where a run's values are."""
    parquet = folder / "values.parquet"
    return parquet if parquet.is_file() else folder / "values.csv"


def _batches(folder: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    wanted = ["edition", *NUMBERS, *TEXTS]
    path = file_of_values(folder)
    if path.suffix == ".parquet":
        yield from pq.ParquetFile(path).iter_batches(batch_size=500_000, columns=wanted)
        return
    kinds = {"edition": pa.int64(), **dict.fromkeys(NUMBERS, pa.float64())}
    kinds |= dict.fromkeys(TEXTS, pa.dictionary(pa.int32(), pa.string()))
    convert = pc.ConvertOptions(column_types=kinds, include_columns=wanted, null_values=[""], strings_can_be_null=False)
    parse = pc.ParseOptions(newlines_in_values=True)
    with pc.open_csv(path, parse_options=parse, convert_options=convert) as reader:
        yield from reader
