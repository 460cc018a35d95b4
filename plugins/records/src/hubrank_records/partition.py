"""The files in parts whose sums add up, so that a count that was killed continues with the parts left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from hubrank_records.files import Files, files_of
from hubrank_records.options import Options

#: Files are taken together until they have so many bytes; a smaller part costs more than it can save.
PART = 250_000_000


def parts_of(options: Options) -> tuple[Files, ...]:
    """The files in parts, in the order of their names; one part where sums of parts would not add up.

    Rows add up over any files. A record counts by its year, so records do where folders `year=2024` tell the year, all
    files of a year in one part; else a record may lie in several files, and its shares need all its rows.

    Raises:
        FileProblem: There are no files, or they are of several kinds.
    """
    files = files_of(options)
    if whole_why(options):
        return (files,)
    groups = [[path] for path in files.paths] if options.count == "rows" else _by_year(options)
    return tuple(attrs.evolve(files, paths=tuple(paths)) for paths in _large(groups))


def whole_why(options: Options) -> str:
    """Why the rows are one part, however many files there are; empty where they can be several."""
    if options.database is not None:
        return "a table of a database is read at once"
    if options.path:
        return "only the cluster sees the files"
    if options.count == "rows" or _by_year(options):
        return ""
    return "a record may lie in several files"


def _by_year(options: Options) -> list[list[Path]]:
    """The files of each year; none where folders do not tell the year of records."""
    files, folder = files_of(options), options.columns.get("year", "year")
    years: dict[int, list[Path]] = {}
    for path in files.paths if options.year is None else ():
        year = files.values_of(path).get(folder)
        if not isinstance(year, int):
            return []
        years.setdefault(year, []).append(path)
    return [years[year] for year in sorted(years)]


def _large(groups: Iterable[list[Path]]) -> Iterator[list[Path]]:
    """Neighbours put together until a part is large enough to be worth keeping."""
    part: list[Path] = []
    for group in groups:
        part += group
        if sum(path.stat().st_size for path in part) >= PART:
            yield part
            part = []
    if part:
        yield part
