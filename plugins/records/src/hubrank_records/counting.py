"""The count of each row, by the same expressions in every engine; files are counted part by part."""

import datetime
import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import narwhals as nw
from hubrank.io.addresses import table_at
from hubrank.io.safe_input import digest_of, is_file, missing
from hubrank.plugin import DIVISOR, TIME_COLUMNS, FileProblem

from hubrank_records import spark
from hubrank_records.columns import Columns, keys
from hubrank_records.engines import Files, files_of
from hubrank_records.options import COUNT, RECORD, Options

_ONE = nw.lit(1, nw.Int8).alias(COUNT)
#: A file of this many bytes is a part; smaller ones are combined to about as many, since a part has a cost of its own.
PART = 50_000_000


def levels_of(options: Options, columns: Columns) -> tuple[str, ...]:
    """The columns that divide a record's 1, from the outside to the inside; one that is kept anyway is there once."""
    kept = {*columns.places, *TIME_COLUMNS, *options.by}
    named = {f"_{key}": columns.called(name) for key, name in keys(options).items() if key != "record"}
    return tuple(name if name in kept else key for key, name in named.items())


def counted(
    frame: nw.LazyFrame[Any], options: Options, places: Sequence[str], levels: Sequence[str], amounts: Sequence[str]
) -> nw.LazyFrame[Any]:
    """The rows with `count`, which is 1, the amounts, and how they are shared.

    Args:
        frame: The rows that count.
        options: How they count.
        places: The columns that say where a row is.
        levels: The columns that divide a record's 1, as `levels_of` has them.
        amounts: The columns that are added up.

    Returns:
        Places, years, `by`, `count`, the amounts; `record` if a record counts once in a unit; `hubrank_divisor` if it
        is shared.
    """
    times = [name for name in TIME_COLUMNS if name in frame.collect_schema()]
    kept = [*places, *times, *options.by]
    if options.count == "rows":
        return frame.select(*kept, _ONE, *amounts)
    if options.count == "full":
        return frame.select(*kept, _ONE, *amounts, nw.col("_record").alias(RECORD))
    whole = ["_record", *times[-1:]]
    alike = [*dict.fromkeys(("_record", *levels, *kept))]
    rows = frame.select(*alike).unique()
    if amounts:  # where the same row has several, the largest counts
        rows = frame.group_by(*alike).agg(*(nw.col(name).max() for name in amounts))
    shared = _shared(rows, whole, levels, single={*alike} == {*whole, *levels})
    return shared.select(*kept, _ONE, *amounts, DIVISOR)


def _shared(rows: nw.LazyFrame[Any], whole: Sequence[str], levels: Sequence[str], *, single: bool) -> nw.LazyFrame[Any]:
    """The rows with `hubrank_divisor`: the members of the whole, times the members of each of them, and so on.

    From the inside: count the rows with all levels in common; a group has as many members as the inverses of these
    counts add up to. If all levels identify each row (`single`), the innermost group has as many members as rows, which
    saves the engine a pass.
    """
    depths = list(range(len(levels) - 1, -1, -1))
    first = depths.pop(0) if single else len(levels)
    rows = rows.with_columns(nw.len().over(*whole, *levels[:first]).cast(nw.Int64).alias(DIVISOR))
    for depth in depths:
        shares = (nw.col(DIVISOR).cast(nw.Float64) ** -1).sum().over(*whole, *levels[:depth])
        rows = rows.with_columns((nw.col(DIVISOR) * shares.round(0).cast(nw.Int64)).alias(DIVISOR))
    return rows


def parts_of(options: Options) -> tuple[Files, ...]:
    """The files in parts, in the order of their names, unless `whole_why` says why they are one.

    Rows add up over any files. A record counts by its year, so records do if folders `year=2024` give the year, with
    all files of a year in one part; else a record may lie in several files, and its shares need all its rows. Which
    small files are combined depends on their own names and sizes, so that a new one leaves the other parts as they are.
    """
    files = files_of(options)
    by_name = {files.name_of(path): [path] for path in files.paths}
    parts: list[list[Path]] = []
    ends = True
    for name, group in (by_name if options.count == "rows" else _by_year(files, options)).items():
        share = sum(path.stat().st_size for path in group) / PART
        if ends or share >= 1:
            parts.append([])
        parts[-1] += group
        ends = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) < share * 2**32
    return tuple(attrs.evolve(files, paths=tuple(paths)) for paths in parts)


#: The parts of the input that was asked for last, as its files were then: to list them for each part takes long.
_listed: list[tuple[Options, tuple[Files, ...]]] = []


def number_of_parts(options: Options) -> int:
    """The number of parts, from now on of the files that there are now."""
    parts = () if whole_why(options) else parts_of(options)
    _listed[:] = [(options, parts)]
    return max(1, len(parts))


def part_of(options: Options, part: int) -> Files:
    """A part of the files, as they were listed for their number."""
    known = [parts for given, parts in _listed if given is options]
    return (known[0] if known else parts_of(options))[part]


def whole_why(options: Options) -> str:
    """Why the rows are one part, however many files there are; empty if they can be several."""
    if options.database is not None:
        return "a table of a database is read at once"
    if table_at(options.file) is not None:
        return "a table that Python hands over is read at once"
    if options.path:
        return "only the cluster sees the files"
    if options.count == "rows" or _by_year(files_of(options), options):
        return ""
    return "a record may lie in several files"


def _by_year(files: Files, options: Options) -> dict[str, list[Path]]:
    """The files of each year; none if folders do not give the year of records."""
    folder = options.columns.get("year", "year")
    years: dict[str, list[Path]] = {}
    for path in files.paths if options.year is None else ():
        year = files.values_of(path).get(folder)
        if not isinstance(year, int):
            return {}
        years.setdefault(f"{year:04}", []).append(path)
    return dict(sorted(years.items()))


#: Up to this total size in bytes, the files' content identifies them; beyond, their sizes and times of change.
READ_WHOLE = 500_000_000
#: The most files listed one by one; all of them are in the digest.
_TOLD = 20


def plan_of(options: Options, part: int | None = None) -> str:
    """The plan as JSON; it is in the record of a run, and identifies cached totals.

    Files that only a cluster sees, and tables of this process, cannot be watched: their plan differs each time, so that
    totals of them are never taken from the cache.
    """
    version = spark.version() if options.engine == "spark" else importlib.metadata.version(options.engine)
    conditions = {name: attrs.asdict(condition) for name, condition in sorted(options.where.items())}
    where = {name: {key: each[key] for key in each if each[key] is not None} for name, each in conditions.items()}
    plan: dict[str, Any] = {"engine": f"{options.engine} {version}", "count": options.count, "where": where}
    plan |= {"spark": options.spark} if options.spark else {}
    if part is None:
        why = whole_why(options)
        plan["parts"] = f"1: {why}" if why else len(parts_of(options))
    if (table := table_at(options.file)) is not None:
        plan["engine"] = f"{type(table).__module__.partition('.')[0]} {type(table).__name__}"
    if options.path or table is not None:
        plan |= {"path": options.path or options.name, "read": datetime.datetime.now(datetime.UTC).isoformat()}
    elif options.database is None:
        files = files_of(options) if part is None else part_of(options, part)
        plan |= _state(files.paths, files.root, whole=part is None)
    elif is_file(options.database.file):
        plan |= _state([options.database.file], options.database.file.parent, whole=part is None)
    else:
        raise FileProblem(missing(options.database.file))
    return json.dumps(plan, ensure_ascii=False, default=lambda date: date.isoformat())


def _state(paths: Sequence[Path], root: Path, *, whole: bool) -> dict[str, Any]:
    """The files with their sizes, and one digest of them all; of parts, which are large, by their times."""
    stats = {path: path.stat() for path in paths}
    total = sum(stat.st_size for stat in stats.values())
    whole = whole and total <= READ_WHOLE
    names = {path: path.relative_to(root).as_posix() for path in paths}
    lines = []
    for path, at in stats.items():
        state = _content(path, at.st_size, at.st_mtime_ns) if whole else at.st_mtime_ns
        lines.append(f"{names[path]}\0{at.st_size}\0{state}")
    return {
        "files": {names[path]: stats[path].st_size for path in paths[:_TOLD]},
        "more_files": max(0, len(paths) - _TOLD),
        "bytes": total,
        "digest_of": "names and contents" if whole else "names, sizes and times of change",
        "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }


@functools.lru_cache(maxsize=10_000)
def _content(path: Path, _size: int, _changed: int) -> str:
    """The digest of a file, which a process reads once unless the file changes."""
    return digest_of(path)
