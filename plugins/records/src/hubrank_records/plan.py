"""The plan that counts the records, as a text that is another when the rows may be."""

from __future__ import annotations

import datetime
import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
from hubrank import FileProblem
from hubrank.io.safe_input import is_file

from hubrank_records import spark
from hubrank_records.files import files_of
from hubrank_records.options import Condition, Options, kind_of
from hubrank_records.partition import parts_of, whole_why

#: Up to so many bytes together, the files' content decides; beyond, their sizes and times of change.
READ_WHOLE = 500_000_000
#: So many files are told one by one; all of them are in the digest.
_TOLD = 20


def plan_of(options: Options, part: int | None = None) -> str:
    """The plan as JSON; it stands in the record of a run, and decides which cached totals are read.

    Files that only a cluster sees cannot be watched from here: their plan is another each time, so that totals of them
    are never taken from the cache.

    Args:
        options: The source's.
        part: The position of the part that the plan is of; none for all.
    """
    version = spark.version() if options.engine == "spark" else importlib.metadata.version(options.engine)
    where = {name: _plain(condition) for name, condition in sorted(options.where.items())}
    plan: dict[str, Any] = {"engine": f"{options.engine} {version}", "count": options.count, "where": where}
    if options.spark:
        plan["spark"] = options.spark
    if part is None:
        plan["parts"] = _parts(options)
    if options.path:
        seen = {"path": options.path, "read": datetime.datetime.now(datetime.UTC).isoformat()}
        return json.dumps(plan | seen, ensure_ascii=False)
    paths, root = _paths(options, part)
    return json.dumps(plan | _state(paths, root, whole=part is None), ensure_ascii=False)


def _parts(options: Options) -> int | str:
    """In how many parts the rows are counted, or why in one."""
    why = whole_why(options)
    return f"1: {why}" if why else len(parts_of(options))


def _paths(options: Options, part: int | None) -> tuple[Sequence[Path], Path]:
    if options.database is None:
        files = files_of(options) if part is None else parts_of(options)[part]
        return files.paths, files.root
    if not is_file(options.database.file):
        raise FileProblem(f"{options.database.file.name}: file not found")
    return [options.database.file], options.database.file.parent


def _state(paths: Sequence[Path], root: Path, *, whole: bool) -> dict[str, Any]:
    """The files with their sizes, and one digest of them all; of parts, which are large, by their times."""
    stats = {path: path.stat() for path in paths}
    total = sum(stat.st_size for stat in stats.values())
    whole = whole and total <= READ_WHOLE
    names = {path: path.relative_to(root).as_posix() for path in paths}
    state = {
        path: _content(path, at.st_size, at.st_mtime_ns) if whole else at.st_mtime_ns for path, at in stats.items()
    }
    lines = [f"{names[path]}\0{stats[path].st_size}\0{state[path]}" for path in paths]
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
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(condition: Condition) -> dict[str, Any]:
    told = attrs.asdict(condition, filter=lambda _, value: value is not None)
    return {key: _text(value) for key, value in told.items()}


def _text(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_text(each) for each in value]
    return value.isoformat() if kind_of(value) == "date" else value
