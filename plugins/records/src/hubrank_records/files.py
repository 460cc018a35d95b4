"""The files that a scenario names, and whether they belong together."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import shorten_list
from hubrank.io.safe_input import is_file, is_folder

from hubrank_records.options import Options

#: What the end of a name says; each may be followed by `.gz`, but for Parquet.
_SUFFIXES = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
}
_MOST_TOLD = 5
#: Kinds of columns in words.
_TEXT, _NUMBER = "a text", "a number"


@frozen(kw_only=True)
class Files:
    """Files of one kind.

    Attributes:
        paths: Absolute, in the order of their names.
        kind: `parquet`, `csv` or `jsonl`.
        root: The folder below which `column=value` folders name columns.
    """

    paths: tuple[Path, ...]
    kind: str
    root: Path

    @property
    def partitioned(self) -> bool:
        """Whether folders below the root name columns and values."""
        return any(self.values_of(path) for path in self.paths)

    def values_of(self, path: Path) -> dict[str, str | int]:
        """The columns that a file's folders name, with its values: `year=2024` is 2024."""
        parts = (part.partition("=") for part in path.relative_to(self.root).parts[:-1])
        return {name: int(value) if value.isdecimal() else value for name, found, value in parts if found}


def files_of(options: Options) -> Files:
    """The files of `options.file`.

    Raises:
        FileProblem: There are none, or they are of several kinds.
    """
    asked = Path(str(options.file))
    root, found = _found(asked)
    kinds = {path: options.format or _kind(path) for path in found}
    paths = sorted(path for path, kind in kinds.items() if kind)
    if not paths:
        raise FileProblem(f"{asked.name}: {_why_none(asked, found)}")
    several = sorted({kinds[path] for path in paths})
    if len(several) > 1:
        raise FileProblem(
            f"{asked.name}: has files of several kinds: {shorten_list(several)}; name one kind by a pattern, such "
            "as *.parquet"
        )
    return Files(paths=tuple(paths), kind=several[0], root=root)


def _found(asked: Path) -> tuple[Path, list[Path]]:
    """Where the partitions begin, and all files that a path, a pattern or a folder names."""
    if is_file(asked):
        return asked.parent, [asked]
    if is_folder(asked):
        inside = (path for path in asked.rglob("*") if path.is_file())
        hidden = (".", "_")
        return asked, [path for path in inside if not any(p.startswith(hidden) for p in path.relative_to(asked).parts)]
    fixed = next((at for at, part in enumerate(asked.parts) if glob.has_magic(part)), len(asked.parts) - 1)
    root = Path(*asked.parts[:fixed])
    found = root.glob(Path(*asked.parts[fixed:]).as_posix()) if glob.has_magic(str(asked)) else ()
    return root, [path for path in found if path.is_file()]


def _kind(path: Path) -> str:
    return next((kind for suffix, kind in _SUFFIXES.items() if path.name.lower().endswith(suffix)), "")


def _why_none(asked: Path, found: Sequence[Path]) -> str:
    if found:
        return (
            f"no file has a known kind, such as {found[0].name}; known: {shorten_list(list(_SUFFIXES))}; or set format"
        )
    if is_folder(asked):
        return "the folder is empty"
    return "no file fits the pattern" if glob.has_magic(str(asked)) else "file not found"


def misfits(files: Files, needed: Sequence[str]) -> list[str]:
    """What other columns a file has than the first one, of those that are needed; JSON lines may lack any key."""
    if files.kind == "jsonl" or len(files.paths) < 2:
        return []
    heads = {path: _head(files.kind, path) for path in files.paths}
    first, *others = files.paths
    problems = [f"{path.name}: {said}" for path in others for said in _differences(heads, first, path, needed)]
    more = len(problems) - _MOST_TOLD
    others = f"and {more} more of {len(files.paths)} files"
    return [*problems[:_MOST_TOLD], *([others] if more > 0 else [])]


def _differences(
    heads: Mapping[Path, Mapping[str, str]], first: Path, other: Path, needed: Sequence[str]
) -> Iterator[str]:
    here, there = heads[first], heads[other]
    if lacking := [f"'{column}'" for column in needed if column in here and column not in there]:
        yield f"has no column {shorten_list(lacking)}, as {first.name} has"
    for column in needed:
        if column in here and column in there and here[column] != there[column]:
            yield f"column '{column}' is {there[column]}; in {first.name} it is {here[column]}"


def _head(kind: str, path: Path) -> dict[str, str]:
    """A file's columns with their types."""
    import duckdb
    import pyarrow
    import pyarrow.parquet as pq

    try:
        if kind == "parquet":
            return {each.name: _type(each.type) for each in pq.read_schema(path)}
        with duckdb.connect() as connection:
            head = connection.read_csv(glob.escape(str(path)), all_varchar=True, header=True)
            return dict.fromkeys(head.columns, _TEXT)
    except (OSError, pyarrow.ArrowException, duckdb.Error) as error:
        why = str(error).splitlines()[0]
        raise FileProblem(f"{path.name}: cannot be read: {why}") from error


def _type(kind: Any) -> str:
    """A type of Arrow, those that read alike under one name."""
    import pyarrow.types as types

    if types.is_dictionary(kind):
        return _type(kind.value_type)
    tests = ((types.is_integer, _NUMBER), (types.is_floating, _NUMBER), (types.is_decimal, _NUMBER))
    texts = ((types.is_string, _TEXT), (types.is_large_string, _TEXT), (types.is_string_view, _TEXT))
    return next((name for test, name in (*tests, *texts) if test(kind)), str(kind))
