"""A table of a DuckDB or SQLite file, found by its name; no SQL is taken from anyone, nor from a view of the file."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterator
from typing import Any

from hubrank import FileProblem
from hubrank.errors import did_you_mean
from hubrank.io.safe_input import is_file
from hubrank.io.write import process_temp_dir

from hubrank_records.options import Database, Options

_SQLITE = b"SQLite format 3\0"
_BATCH = 100_000


def attached(connection: Any, options: Options) -> Any:
    """The table as a relation of a connection.

    Raises:
        FileProblem: There is no such file or table.
    """
    database = options.database
    assert database is not None  # noqa: S101  # the caller asked
    if not is_file(database.file):
        raise FileProblem(f"{database.file.name}: file not found")
    with database.file.open("rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            stat = database.file.stat()
            return connection.read_parquet(_as_parquet(database, stat.st_size, stat.st_mtime_ns))
    path = _doubled(str(database.file), "'")
    connection.execute(f"ATTACH '{path}' AS source (READ_ONLY)")
    asked = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'source'"
    rows = connection.execute(asked).fetchall()
    known = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in rows}
    schema, name = known[_known(database, list(known))]
    return connection.sql(f"SELECT * FROM source.{_quoted(schema)}.{_quoted(name)}")  # noqa: S608  # names that it has


def _known(database: Database, names: list[str]) -> str:
    if database.table not in names:
        hint = did_you_mean(database.table, names)
        raise FileProblem(f"{database.file.name}: no table '{database.table}'{hint}")
    return database.table


@functools.lru_cache(maxsize=8)
def _as_parquet(database: Database, _size: int, _changed: int) -> str:
    """The file of a copy of an SQLite table, written in batches; it lives as long as the process."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = process_temp_dir() / "table.parquet"
    source = sqlite3.connect(f"{database.file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        known = [name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        table = _quoted(_known(database, known))
        schema = pa.schema(list(_types(source, table)))
        with pq.ParquetWriter(target, schema) as writer:
            for rows in _batches(source.execute(f"SELECT * FROM {table}")):  # noqa: S608  # the name is one it has
                columns = zip(schema, zip(*rows, strict=True), strict=True)
                arrays = [pa.array([_cell(each, kind.type) for each in values], kind.type) for kind, values in columns]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    finally:
        source.close()
    return str(target)


def _types(source: sqlite3.Connection, table: str) -> Iterator[tuple[str, Any]]:
    """Each column with the type that holds all its values, since SQLite's columns promise none."""
    import pyarrow as pa

    for _, name, *_ in source.execute(f"PRAGMA table_info({table})").fetchall():
        asked = f"SELECT DISTINCT typeof({_quoted(name)}) FROM {table}"  # noqa: S608  # names that it has
        kinds = {kind for (kind,) in source.execute(asked)} - {"null"}
        number = pa.int64() if kinds == {"integer"} else pa.float64()
        yield name, number if kinds <= {"integer", "real"} else pa.string()


def _cell(value: Any, kind: Any) -> Any:
    return str(value) if value is not None and str(kind) == "string" else value


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Any]]:
    while rows := cursor.fetchmany(_BATCH):
        yield rows


def _quoted(name: str) -> str:
    return f'"{_doubled(name, chr(34))}"'


def _doubled(text: str, sign: str) -> str:
    return text.replace(sign, sign * 2)
