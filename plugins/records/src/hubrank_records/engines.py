"""Scanning with DuckDB, Polars or Spark: lazy frames with the columns as the files have them. A CSV has only texts."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank import DataError, FileProblem
from hubrank.io.write import process_temp_dir

from hubrank_records.databases import attached
from hubrank_records.files import Files
from hubrank_records.options import Options
from hubrank_records.spark import literal, spark_session

if TYPE_CHECKING:
    import narwhals as nw

#: The packages whose errors are about the data.
_SPEAKERS = ("duckdb", "_duckdb", "polars", "pyspark", "py4j", "grpc", "pyarrow", "narwhals", "sqlite3")
#: What is smaller is counted in memory; of more, some may have to be written, for which there must be as much room.
SMALL = 100_000_000
#: DuckDB's memory where a scenario does not say.
_MEMORY_GB = 2.0


def scan(options: Options, files: Files | None = None) -> nw.LazyFrame[Any]:
    """All columns and rows, lazily.

    Args:
        options: The source's.
        files: The files to scan; none where a database or the cluster has the rows.

    Raises:
        FileProblem: There are no files, or they cannot be read.
        DataError: The cluster does not answer, or the spill folder cannot be written.
    """
    import narwhals as nw

    with told(options):
        if options.database is not None:
            return nw.from_native(attached(duckdb_for(options, files), options))
        if options.engine == "spark":
            return nw.from_native(_spark(files, options))
        assert files is not None  # noqa: S101  # the other engines read files alone
        return nw.from_native(_polars(files, options) if options.engine == "polars" else _duckdb(files, options))


@contextlib.contextmanager
def told(options: Options) -> Iterator[None]:
    """What an engine raises about the files, as a problem with the engine's own first line."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _SPEAKERS and not isinstance(error, OSError):
            raise
        said = next(
            (line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), type(error).__name__
        )
        if type(error).__name__ == "OutOfMemoryException" or "No space left" in said:
            what = (
                f"too little memory or disk: {said}; raise options.memory_gb, or set options.spill to a "
                "folder with more free space"
            )
            raise DataError(options.name, what) from error
        raise FileProblem(f"{options.name}: {options.engine} says: {said}") from error


def duckdb_for(options: Options, files: Files | None) -> Any:
    """A connection that keeps to the memory that a scenario gives it, and spills beyond.

    Raises:
        DataError: The spill folder cannot be written, or is full.
    """
    spill = Path(options.spill or tempfile.gettempdir())
    if not spill.is_dir() or not os.access(spill, os.W_OK):
        raise DataError("spill", f"{spill} is no folder that can be written; set options.spill to one with free space")
    paths = files.paths if files is not None else [options.database.file] if options.database is not None else []
    free = shutil.disk_usage(spill).free
    if free < SMALL < sum(path.stat().st_size for path in paths if path.is_file()):
        full = (
            f"{spill} has {free / 1e6:,.0f} MB left, too little for what does not fit into memory; set "
            "options.spill to a folder with free space, or free some"
        )
        raise DataError("spill", full)
    return connection(options.memory_gb or _MEMORY_GB, spill)


def connection(memory_gb: float = _MEMORY_GB, spill: Path | None = None) -> Any:
    """A connection of DuckDB of its own."""
    import duckdb

    folder = process_temp_dir(spill)
    limits = {"memory_limit": f"{memory_gb:g}GB", "temp_directory": str(folder)}
    opened = duckdb.connect(config={**limits, "autoinstall_known_extensions": "false"})  # nothing is fetched
    opened.execute("SET enable_progress_bar = false")  # it would be written among the results
    return opened


def _duckdb(files: Files, options: Options) -> Any:
    opened = duckdb_for(options, files)
    names = [glob.escape(str(path)) for path in files.paths]
    hive = files.partitioned
    if files.kind == "parquet":
        return opened.read_parquet(names, hive_partitioning=hive, union_by_name=True)
    if files.kind == "jsonl":
        return opened.read_json(names, format="newline_delimited", hive_partitioning=hive, union_by_name=True)
    form = {"header": True, "delimiter": options.delimiter, "quotechar": '"', "escapechar": '"'}
    return opened.read_csv(names, all_varchar=True, hive_partitioning=hive, union_by_name=True, **form)


def _polars(files: Files, options: Options) -> Any:
    import polars as pl

    frames = [_polars_file(path, files, options) for path in files.paths]
    return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")


def _polars_file(path: Path, files: Files, options: Options) -> Any:
    import polars as pl

    if files.kind == "parquet":
        frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    elif files.kind == "jsonl":
        frame = pl.scan_ndjson(path, infer_schema_length=None)
    else:
        frame = pl.scan_csv(path, infer_schema=False, separator=options.delimiter, glob=False)
    return frame.with_columns(**{key: pl.lit(value) for key, value in files.values_of(path).items()})


def _spark(files: Files | None, options: Options) -> Any:
    """One frame of all files; those of one partition are read together, and get its values as columns."""
    session = spark_session(options.spark)
    if files is None:
        return _spark_files(session, options.format or "parquet", [options.path], options)
    made = None
    groups: dict[tuple[tuple[str, str | int], ...], list[str]] = {}
    for path in files.paths:
        groups.setdefault(tuple(files.values_of(path).items()), []).append(str(path))
    for values, names in groups.items():
        frame = _spark_files(session, files.kind, names, options)
        frame = frame.withColumns({key: literal(session, value) for key, value in values}) if values else frame
        made = frame if made is None else made.unionByName(frame)
    return made


def _spark_files(session: Any, kind: str, names: list[str], options: Options) -> Any:
    if kind == "csv":
        form = {"header": True, "sep": options.delimiter, "quote": '"', "escape": '"'}
        return session.read.options(**form).csv(names)
    return session.read.parquet(*names) if kind == "parquet" else session.read.json(names)
