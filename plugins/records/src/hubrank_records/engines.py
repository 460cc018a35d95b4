"""The engines, and their inputs: files and tables of databases."""

import contextlib
import functools
import glob
import os
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import evolve, frozen
from hubrank.errors import did_you_mean, shorten_list
from hubrank.io.addresses import address_of, snapshots_text, table_at
from hubrank.io.safe_input import is_file, is_folder, missing
from hubrank.io.write import process_temp_dir
from hubrank.plugin import DataError, FileProblem, UsageError
from pyarrow import types

from hubrank_records.options import Database, Options, default_gb
from hubrank_records.spark import literal, spark_session

_SQLITE = b"SQLite format 3\0"
_BATCH = 100_000


def attached(connection: Any, options: Options) -> Any:
    """The table as a relation of a connection."""
    database = options.database
    assert database is not None  # noqa: S101  # the caller asked
    if not is_file(database.file):
        raise FileProblem(missing(database.file))
    with database.file.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            stat = database.file.stat()
            return connection.read_parquet(_as_parquet(database, stat.st_size, stat.st_mtime_ns))
    path = str(database.file).replace("'", "''")
    connection.execute(f"ATTACH '{path}' AS source (READ_ONLY)")
    asked = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source'"
    rows = connection.execute(asked).fetchall()
    known = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in rows}
    _refuse_unknown(database, known)
    schema, name = map(_quoted, known[database.table])
    return connection.sql(f"SELECT * FROM source.{schema}.{name}")  # noqa: S608  # names that it has


def _refuse_unknown(database: Database, names: Iterable[str]) -> None:
    if database.table not in names:
        hint = did_you_mean(database.table, names)
        raise FileProblem(f"{database.file.name}: no table '{database.table}'{hint}")


@functools.lru_cache(maxsize=8)
def _as_parquet(database: Database, _size: int, _changed: int) -> str:
    """The file of a copy of an SQLite table, written in batches; it lives as long as the process."""
    target = process_temp_dir() / "table.parquet"
    source = sqlite3.connect(f"{database.file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        known = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        _refuse_unknown(database, known)
        table = _quoted(database.table)
        schema = pa.schema(list(_types(source, table)))
        cursor = source.execute(f"SELECT * FROM {table}")  # noqa: S608  # the name is one it has
        with pq.ParquetWriter(target, schema) as writer:
            while rows := cursor.fetchmany(_BATCH):
                columns = zip(schema.types, zip(*rows, strict=True), strict=True)
                arrays = [
                    pa.array([item if kind != pa.string() or item is None else str(item) for item in values], kind)
                    for kind, values in columns
                ]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    finally:
        source.close()
    return str(target)


def _types(source: sqlite3.Connection, table: str) -> Iterator[tuple[str, Any]]:
    """Each column with the type that holds all its values, since SQLite's columns guarantee none."""
    for _, name, *_ in source.execute(f"PRAGMA table_info({table})").fetchall():
        asked = f"SELECT DISTINCT typeof({_quoted(name)}) FROM {table}"  # noqa: S608  # names that it has
        kinds = {kind for (kind,) in source.execute(asked)} - {"null"}
        number = pa.int64() if kinds == {"integer"} else pa.float64()
        yield name, number if kinds <= {"integer", "real"} else pa.string()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


#: The meanings of names' endings; each may be followed by `.gz`, except Parquet.
_SUFFIXES = {
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".csv", ".csv.gz"), "csv"),
    **dict.fromkeys((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz"), "jsonl"),
}
_MOST_TOLD = 5


@frozen(kw_only=True)
class Files:
    """Absolute paths in the order of names, of one kind (`parquet`, `csv` or `jsonl`).

    Below `root`, folders called `column=value` name columns.
    """

    paths: tuple[Path, ...]
    kind: str
    root: Path

    def values_of(self, path: Path) -> dict[str, str | int]:
        """The columns that a file's folders name, with its values: `year=2024` is 2024."""
        parts = (part.partition("=") for part in path.relative_to(self.root).parts[:-1])
        return {name: int(value) if value.isdecimal() else value for name, found, value in parts if found}

    def name_of(self, path: Path) -> str:
        """A file's path below the root."""
        return path.relative_to(self.root).as_posix()


def files_of(options: Options) -> Files:
    """The files of `options.file`."""
    asked = Path(str(options.file))
    root, found = _found(asked)
    if not found and address_of(asked) is not None:
        raise FileProblem(missing(asked))
    kinds = {
        path: options.format or next((kind for end, kind in _SUFFIXES.items() if path.name.lower().endswith(end)), "")
        for path in found
    }
    paths = sorted(path for path, kind in kinds.items() if kind)
    several = sorted({kinds[path] for path in paths})
    if len(several) == 1:
        return Files(paths=tuple(paths), kind=several[0], root=root)
    if several:
        why = f"has files of several kinds: {shorten_list(several)}; name one kind by a pattern, such as *.parquet"
    elif found:
        why = (
            f"no file has a known kind, such as {found[0].name}; known: {shorten_list(list(_SUFFIXES))}; or set format"
        )
    elif is_folder(asked):
        why = "the folder is empty"
    else:
        why = "no file matches the pattern" if glob.has_magic(str(asked)) else "file not found"
    raise FileProblem(f"{asked.name}: {why}")


def _found(asked: Path) -> tuple[Path, list[Path]]:
    """The root of the partitions, and all files that a path, a pattern or a folder names."""
    if is_file(asked):
        return asked.parent, [asked]
    if is_folder(asked):
        inside = [path for path in asked.rglob("*") if path.is_file()]
        if what := snapshots_text(
            (path.relative_to(asked).as_posix() for path in inside), f"file://{asked.as_posix()}"
        ):
            raise FileProblem(f"{asked.name}: {what}")
        return asked, [path for path in inside if not any(p[0] in "._" for p in path.relative_to(asked).parts)]
    fixed = next((at for at, part in enumerate(asked.parts) if glob.has_magic(part)), len(asked.parts) - 1)
    root = Path(*asked.parts[:fixed])
    found = root.glob(Path(*asked.parts[fixed:]).as_posix()) if glob.has_magic(str(asked)) else ()
    return root, [path for path in found if path.is_file()]


def misfits(files: Files, options: Options, needed: Sequence[str]) -> list[str]:
    """The required columns in which a file differs from most, of two from the first; JSON lines may lack any key."""
    if files.kind == "jsonl" or len(files.paths) < 2:
        return []
    opened = connection() if files.kind == "csv" else None
    heads = {files.name_of(path): _head(opened, evolve(files, paths=(path,)), options) for path in files.paths}
    problems = []
    for column in needed:
        kinds = {name: head.get(column, "not there") for name, head in heads.items()}
        (usual, many), *_ = Counter(kinds.values()).most_common(1)
        others = f"in {many} others" if many > 1 else f"in {next(iter(heads))}"
        odd = {name: kind for name, kind in kinds.items() if kind != usual}
        problems += [f"{name}: column '{column}' is {kind}; {others} it is {usual}" for name, kind in odd.items()]
    more = len(problems) - _MOST_TOLD
    rest = [f"and {more} more of {len(files.paths)} files"] if more > 0 else []
    return [*problems[:_MOST_TOLD], *rest]


def _head(opened: Any, files: Files, options: Options) -> dict[str, str]:
    """The columns of one file with their kinds, those that its folders name included."""
    import duckdb

    (path,) = files.paths
    named = {name: "a text" if isinstance(value, str) else "a number" for name, value in files.values_of(path).items()}
    try:
        if files.kind == "parquet":
            return {item.name: _type(item.type) for item in pq.read_schema(path)} | named
        return dict.fromkeys(_duckdb(opened, files, options).columns, "a text") | named
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        raise FileProblem(f"{files.name_of(path)}: cannot be read: {str(error).splitlines()[0]}") from error


def _type(kind: Any) -> str:
    if types.is_dictionary(kind):
        return _type(kind.value_type)
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "a number"
    texts = types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)
    return "a text" if texts else str(kind)


#: The packages whose errors are about the data.
_SPEAKERS = ("duckdb", "_duckdb", "polars", "pyspark", "py4j", "grpc", "pyarrow", "narwhals", "sqlite3", "ibis")
#: Nothing is written among the results.
_SILENT = "SET enable_progress_bar = false"
#: Smaller files are counted in memory; larger ones may need as much disk space.
SMALL = 100_000_000


def scan(options: Options, files: Files | None = None) -> nw.LazyFrame[Any]:
    """All columns and rows, lazily."""
    with engine_errors(options, files):
        if (table := table_at(options.file)) is not None:
            return _lazy(table)
        if options.database is not None:
            return nw.from_native(attached(duckdb_for(options, files), options))
        if options.engine == "spark":
            return nw.from_native(_spark(files, options))
        assert files is not None  # noqa: S101  # the other engines read files alone
        if options.engine == "polars":
            return nw.from_native(_polars(files, options))
        opened = _lasting(options.memory_gb, _spill_for(options, files)).cursor().execute(_SILENT)
        return nw.from_native(_duckdb(opened, files, options))


def _lazy(table: Any) -> nw.LazyFrame[Any]:
    """A table that Python handed over, in the engine that owns it; DuckDB reads what none does."""
    if hasattr(type(table), "get_fragments"):  # a dataset of pyarrow
        return nw.from_native(connection().from_arrow(table))
    try:
        frame = nw.from_native(table)
    except TypeError as error:
        what = "must be a table of polars, DuckDB, Ibis, Spark, pyarrow or pandas"
        raise UsageError(f"inputs: {what}; got {type(table).__name__}") from error
    return frame if isinstance(frame, nw.LazyFrame) else nw.from_native(connection().from_arrow(frame.to_arrow()))


@contextlib.contextmanager
def engine_errors(options: Options, files: Files | None = None) -> Iterator[None]:
    """An engine's error about the files, as a problem with the first line of its message, and of a damaged file."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _SPEAKERS and not isinstance(error, OSError):
            raise
        name = type(error).__name__
        text = next((line.strip().rstrip(".") for line in str(error).splitlines() if line.strip()), name)
        if name == "OutOfMemoryException" or "No space left" in text:
            instead = "raise options.memory_gb, or set options.spill to a folder with more free space"
            raise DataError(options.name, f"too little memory or disk: {text}; {instead}") from error
        named = "" if files is None or options.engine == "duckdb" else _damaged(files, options)
        raise FileProblem(f"{options.name}: {named}{options.engine} says: {text}") from error


def _damaged(files: Files, options: Options) -> str:
    """The first of several files that DuckDB cannot read, which other engines do not name."""
    import duckdb

    opened = connection()
    for path in files.paths if len(files.paths) > 1 else ():
        try:
            rows = _duckdb(opened, evolve(files, paths=(path,)), options)
            rows.aggregate("bit_xor(hash(COLUMNS(*)))").fetchall()
        except duckdb.Error:
            return f"{files.name_of(path)} is damaged; "
    return ""


def duckdb_for(options: Options, files: Files | None) -> Any:
    """A connection that keeps to the memory that a scenario gives it, and spills beyond."""
    return connection(options.memory_gb, _spill_for(options, files))


def _spill_for(options: Options, files: Files | None) -> Path:
    """The folder for what does not fit into memory, which must have space."""
    spill = Path(options.spill or tempfile.gettempdir())
    if not spill.is_dir() or not os.access(spill, os.W_OK):
        raise DataError(
            "spill", f"{spill} is not a folder that can be written; set options.spill to one with free space"
        )
    paths = files.paths if files is not None else [options.database.file] if options.database is not None else []
    free = shutil.disk_usage(spill).free
    if free < SMALL < sum(path.stat().st_size for path in paths if path.is_file()):
        full = f"{spill} has {free / 1e6:,.0f} MB left, too little for what does not fit into memory"
        raise DataError("spill", f"{full}; set options.spill to a folder with free space, or free some")
    return spill


def connection(memory_gb: float | None = None, spill: Path | None = None) -> Any:
    """A connection of DuckDB of its own."""
    import duckdb

    limits = {"memory_limit": f"{memory_gb or default_gb():g}GB", "temp_directory": str(process_temp_dir(spill))}
    opened = duckdb.connect(config={**limits, "autoinstall_known_extensions": "false"})  # nothing is fetched
    return opened.execute(_SILENT)


#: The connection by whose cursors parts are counted: opening and closing one takes as long as a million rows.
_lasting = functools.lru_cache(maxsize=1)(connection)


def _duckdb(opened: Any, files: Files, options: Options) -> Any:
    names = [glob.escape(str(path)) for path in files.paths]
    together = {"hive_partitioning": any(map(files.values_of, files.paths)), "union_by_name": True}
    if files.kind == "parquet":
        return opened.read_parquet(names, **together)
    if files.kind == "jsonl":
        return opened.read_json(names, format="newline_delimited", **together)
    form = {"header": True, "delimiter": options.delimiter, "quotechar": '"', "escapechar": '"'}
    return opened.read_csv(names, all_varchar=True, **form, **together)


#: A column with more different texts keeps them as they are.
_LISTED = 10_000


def listed(frame: nw.LazyFrame[Any], names: Iterable[str]) -> nw.LazyFrame[Any]:
    """A frame of DuckDB with short rows: texts of these columns are numbers of their list, and empty ones are missing.

    Finding the list reads one column.
    """
    import duckdb

    rows = frame.to_native()
    for at, name in enumerate(names):
        column, kind = _quoted(name), f"hubrank_{at}"
        texts = f"SELECT DISTINCT {column} FROM hubrank_rows WHERE {column} <> '' LIMIT {_LISTED + 1}"  # noqa: S608
        rows.query("hubrank_rows", f"CREATE TEMP TYPE {kind} AS ENUM ({texts})")
        coded = rows.select(duckdb.SQLExpression(f"* REPLACE (TRY_CAST({column} AS {kind}) AS {column})"))
        ((_, known),) = coded.select(column).types[0].children
        rows = coded if len(known) <= _LISTED else rows
    return nw.from_native(rows)


def _polars(files: Files, options: Options) -> Any:
    import polars as pl

    frames = []
    for path in files.paths:
        if files.kind == "parquet":
            frame = pl.scan_parquet(path, glob=False, hive_partitioning=False)
        elif files.kind == "jsonl":
            frame = pl.scan_ndjson(path, infer_schema_length=None)
        else:
            frame = pl.scan_csv(path, infer_schema=False, separator=options.delimiter, glob=False)
        frames.append(frame.with_columns(**{key: pl.lit(value) for key, value in files.values_of(path).items()}))
    return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")


def _spark(files: Files | None, options: Options) -> Any:
    """One frame of all files; those of one partition are read together, and get its values as columns."""

    def read(kind: str, names: list[str]) -> Any:
        if kind == "csv":
            form = {"header": True, "sep": options.delimiter, "quote": '"', "escape": '"'}
            return session.read.options(**form).csv(names)
        return session.read.parquet(*names) if kind == "parquet" else session.read.json(names)

    session = spark_session(options.spark)
    if files is None:
        return read(options.format or "parquet", [options.path])
    result = None
    groups: dict[tuple[tuple[str, str | int], ...], list[str]] = {}
    for path in files.paths:
        groups.setdefault(tuple(files.values_of(path).items()), []).append(str(path))
    for values, names in groups.items():
        frame = read(files.kind, names)
        frame = frame.withColumns({key: literal(session, value) for key, value in values}) if values else frame
        result = frame if result is None else result.unionByName(frame)
    return result
