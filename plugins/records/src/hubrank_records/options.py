"""The options of records."""

from __future__ import annotations

import contextlib
import datetime
import importlib.util
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import field, frozen
from hubrank.errors import did_you_mean
from hubrank.i18n import joined
from hubrank.io.cells import YEAR
from hubrank.plugin import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, Coverage, StatedOrigin

from hubrank_records import spark

#: The amount that every table has, and the name of the record column in frames.
COUNT, RECORD = "count", "record"
#: The columns that each way of counting needs beside the places.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "rows": (),
    "full": ("record",),
    "fractional-author": ("record", "author", "affiliation"),
    "fractional-institution": ("record", "affiliation"),
}
#: The module of an engine, and the package that installs it.
_ENGINES = {"duckdb": ("duckdb", ""), "polars": ("polars", "polars"), "spark": ("pyspark", "spark")}
#: Less memory is too little for DuckDB's own buffers.
_LEAST_GB = 0.25
#: An engine's memory where a scenario does not say, if there is twice as much.
_MEMORY_GB = 2.0


@frozen(kw_only=True)
class Condition:
    """Which rows are kept, by one column.

    Attributes:
        one_of: The values; None if they do not matter.
        at_least: The least value.
        at_most: The greatest value.
        missing: Whether the value must be missing, or must not.
    """

    one_of: tuple[Any, ...] | None = None
    at_least: Any = None
    at_most: Any = None
    missing: bool | None = None

    @classmethod
    def from_toml(cls, value: Any) -> Condition:
        """A value, a list of values, `{ at_least, at_most }` or `{ missing }`."""
        if isinstance(value, Mapping):
            return cls._of_table(value)
        values = tuple(value) if isinstance(value, list) else (value,)
        if not values or not _alike(values):
            raise ValueError("must be a value, or a list of values of one kind: texts, numbers, dates or truth values")
        return cls(one_of=values)

    @classmethod
    def _of_table(cls, table: Mapping[str, Any]) -> Condition:
        known = ("at_least", "at_most", "missing")
        if unknown := [key for key in table if key not in known]:
            raise ValueError(f"unknown key '{unknown[0]}'{did_you_mean(unknown[0], known)}")
        if "missing" in table and (len(table) > 1 or not isinstance(table["missing"], bool)):
            raise ValueError("missing: must be true or false, and the table's only key")
        bounds = tuple(table[key] for key in ("at_least", "at_most") if key in table)
        if not table or not _alike(bounds) or any(isinstance(item, bool) for item in bounds):
            raise ValueError("must have at_least, at_most or both: numbers, dates or texts; or missing = true or false")
        return cls(**table)

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that it compares with."""
        return tuple(item for item in (*(self.one_of or ()), self.at_least, self.at_most) if item is not None)


def kind_of(value: Any) -> str:
    """The kind of a condition's value: `truth`, `number`, `text`, `date`, or not comparable."""
    kinds = ((bool, "truth"), ((int, float), "number"), (str, "text"), (datetime.date, "date"))
    return next((kind for cls, kind in kinds if isinstance(value, cls)), "")


def _alike(values: tuple[Any, ...]) -> bool:
    kinds = {kind_of(item) for item in values}
    return len(kinds) <= 1 and "" not in kinds


@frozen(kw_only=True)
class Database:
    """A table of a database in a file.

    Attributes:
        file: DuckDB or SQLite; relative to the scenario.
        table: The table's name, or `schema.table`.
    """

    file: Path
    table: str


@frozen(kw_only=True)
class DateColumn:
    """The year of a date.

    Attributes:
        column: Its column: dates, or texts that begin with the year, as 2024-05-17.
    """

    column: str


@frozen(kw_only=True)
class Options(StatedOrigin):
    """Options of the source `records`: exactly one of `file`, `database` and `path`, and the others.

    Attributes:
        file: A file, a pattern (`parts/*.parquet`) or a folder of partitions; relative to the scenario, or an address
            (`s3://bucket/works/*.parquet`), which `hubrank fetch` fetches.
        database: A table of a DuckDB or SQLite file.
        path: Files as the Spark cluster sees them: `s3a://bucket/works`.
        format: The format of the files, if their names do not show it.
        delimiter: Field separator of a CSV.
        columns: Column names in the files: `{ ror = "institution_ror", year = "publication_year" }`.
        where: Keep only these rows: `{ type = "article", year = { at_least = 2015 }, ror = { missing = false } }`.
        year: The year of all rows, or `{ column = "publication_date" }`; `false` if rows count in every edition.
        count: `rows`; `full`, a record once per unit; `fractional-author`; or `fractional-institution`.
        record: The column that identifies a record.
        author: The column that identifies an author within a record.
        affiliation: The column that identifies an institution.
        amounts: Columns of numbers to be summed in addition to `count`, divided like the record.
        by: Columns of texts that distinguish rows, such as a field.
        engine: `duckdb`, `polars` or `spark`.
        memory_gb: The most memory for DuckDB; beyond it, it writes to `spill`. By default 2, or half of what there is.
        spill: An absolute folder for data that do not fit into memory; the temporary folder by default.
        spark: The address of a Spark Connect server, `sc://host:15002`, or `local[2]` for Spark on Java on this machine
            with two threads; by default, a Sail server is started here, or else Spark on Java.
        covers: Years (and countries) for which the records are complete, so that a missing row means 0.
    """

    file: Path | None = None
    database: Database | None = None
    path: str = ""
    format: Literal["parquet", "csv", "jsonl"] | None = None
    delimiter: str = ","
    columns: Mapping[str, str] = field(factory=dict)
    where: Mapping[str, Condition] = field(factory=dict)
    year: int | Literal[False] | DateColumn | None = None
    count: Literal["rows", "full", "fractional-author", "fractional-institution"] = "rows"
    record: str = ""
    author: str = ""
    affiliation: str = ""
    amounts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    engine: Literal["duckdb", "polars", "spark"] = "duckdb"
    memory_gb: float | None = None
    spill: str = ""
    spark: str = ""
    covers: Coverage | None = None

    def __attrs_post_init__(self) -> None:
        for text in (*_of_place(self), *_of_counting(self), *_of_engine(self), *_of_spark(self), *_of_memory(self)):
            raise ValueError(text)

    @property
    def name(self) -> str:
        """The name of the records in messages and in the record of a run."""
        if self.database is not None:
            return f"{self.database.file.name}, table {self.database.table}"
        return self.file.name if self.file is not None else self.path


def _of_place(options: Options) -> Iterator[str]:
    given = [key for key in ("file", "database", "path") if getattr(options, key)]
    if len(given) != 1:
        got = joined(given) if given else "none"
        yield f"set exactly one of file (here), database (here) and path (as a Spark cluster sees it); got {got}"
    if options.path and not options.spark:
        yield 'path: is for a Spark cluster; set engine = "spark" and spark = "sc://host:port", or use file'
    if options.database is not None and options.engine != "duckdb":
        yield f'database: is read by engine = "duckdb"; got "{options.engine}"'
    if options.database is not None and options.format is not None:
        yield "format: is that of files; a database says itself what it is"
    if len(options.delimiter) != 1:
        yield f'delimiter: must be one sign, such as ";" or "\\t"; got "{options.delimiter}"'


def _of_counting(options: Options) -> Iterator[str]:
    needed = NEEDED[options.count]
    for key in ("record", "author", "affiliation"):
        if key in needed and not getattr(options, key):
            yield f'{key}: missing; count = "{options.count}" needs the column that names it'
        if key not in needed and getattr(options, key):
            users = joined([f'"{count}"' for count, keys in NEEDED.items() if key in keys])
            yield f'{key}: has no effect with count = "{options.count}"; it is for {users}'
    taken = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS, COUNT, RECORD}
    for key in ("amounts", "by"):
        names = getattr(options, key)
        if bad := [item for item in names if item in taken or names.count(item) > 1]:
            yield f"{key}: '{bad[0]}' is a place, a time, a reserved name or there twice; rename it in columns"
    if both := sorted(set(options.amounts) & set(options.by)):
        yield f"by: '{both[0]}' is in amounts too; a column is a number or a text"
    year = options.year
    if isinstance(year, int) and year is not False and not YEAR.holds(year):
        yield f"year: {YEAR.refusal(year)}"


def _of_engine(options: Options) -> Iterator[str]:
    module, extra = _ENGINES[options.engine]
    if importlib.util.find_spec(module) is None:
        there = [name for name, (item, _) in _ENGINES.items() if importlib.util.find_spec(item)]
        wanted = f'pip install "hubrank-records[{extra}]"'
        yield f'engine: "{options.engine}" is not installed; {wanted}; installed: {", ".join(there)}'
    if options.spark and options.engine != "spark":
        yield f'spark: has no effect with engine = "{options.engine}"; set engine = "spark"'
    for key in ("memory_gb", "spill"):
        if getattr(options, key) and options.engine != "duckdb":
            yield f'{key}: has no effect with engine = "{options.engine}"; it is for "duckdb"'
    if options.spill and not Path(options.spill).is_absolute():
        yield f'spill: must be an absolute path; got "{options.spill}"'


def _of_memory(options: Options) -> Iterator[str]:
    gb = options.memory_gb
    if gb is None:
        return
    most = machine_gb()
    if gb < _LEAST_GB:
        yield f"memory_gb: must be at least {_LEAST_GB!s}; got {gb:g}"
    if gb > most:
        instead = "leave it out, and name a spill folder for what is more"
        yield f"memory_gb: {gb:g} is more than this machine has, or its container may use, {most:.3g}; {instead}"


def default_gb() -> float:
    """The memory of an engine where a scenario does not say."""
    return min(_MEMORY_GB, max(machine_gb() / 2, _LEAST_GB))


def machine_gb(root: Path = Path("/")) -> float:
    """The memory of this machine, or the part of it that its container may use; infinite if neither is known."""
    known = []
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows has no sysconf
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    groups = root / "sys/fs/cgroup"
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, kinds, group = line.split(":", 2)
            if not kinds or "memory" in kinds.split(","):  # of the second version of control groups, or of the first
                top, name = (groups / kinds, "memory.limit_in_bytes" if kinds else "memory.max")
                within = top / group.lstrip("/")
                for folder in (within, *within.parents):
                    with contextlib.suppress(OSError, ValueError):  # `max` is no number
                        known.append(int((folder / name).read_text()))
    return min(known, default=math.inf) / 1e9


def _of_spark(options: Options) -> Iterator[str]:
    if options.spark and not options.spark.startswith("sc://") and not spark.LOCAL.fullmatch(options.spark):
        yield f'spark: must be an address such as "sc://host:15002", or "local[2]"; got "{options.spark}"'
    if spark.LOCAL.fullmatch(options.spark) and (lacks := spark.why_no_java()):
        yield f'spark: "{options.spark}" is Spark on Java; {lacks}'
    if options.engine == "spark" and not options.spark and not spark.has_sail() and (lacks := spark.why_no_java()):
        yield (
            'spark: missing; set an address, or pip install "hubrank-records[sail]" to start a server here, '
            f"or for Spark on Java {lacks}"
        )
