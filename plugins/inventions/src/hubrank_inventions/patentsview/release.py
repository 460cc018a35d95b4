"""PatentsView's tables: of the newest release that is kept or fetched, or of a folder of the person's."""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import shorten_list
from hubrank.io.safe_input import check_size, is_file, is_folder, shorten
from hubrank_fetching import FetchError, archives

from hubrank_inventions.patentsview import SERVICE, Options

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

#: The product of the portal, and the tables that are read of it.
PRODUCT = "PVGPATDIS"
PATENT, INVENTOR, LOCATION, APPLICATION = (
    "g_patent",
    "g_inventor_disambiguated",
    "g_location_disambiguated",
    "g_application",
)
_ZIP, _TSV = ".tsv.zip", ".tsv"
_FILE = {"fileName": str, "fileSize": int, "fileReleaseDate": str}
_SHAPE = {"bulkDataProductBag": [{"productIdentifier": str, "productFileBag": {"fileDataBag": [_FILE]}}]}


@frozen(kw_only=True)
class TableFile:
    """A table, packed or not.

    Attributes:
        name: Such as `g_patent`.
        path: Where it lies.
    """

    name: str
    path: Path

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked as they are read.

        Raises:
            FileProblem: It is damaged, or no such table is in the zip.
        """
        if self.path.name.lower().endswith(_TSV):
            with self.path.open("rb") as stream:
                yield stream
            return
        with archives.archive(self.path, f"{self.name}{_ZIP}") as opened, opened.open(f"{self.name}{_TSV}") as stream:
            yield stream


def tables_of(options: Options, session: Session) -> dict[str, TableFile]:
    """The tables that a count needs, by name.

    Raises:
        FetchError: One cannot be had.
        FileProblem: The folder lacks one.
    """
    names = wanted(options)
    if options.file is not None:
        return _in_folder(options.file, names)
    told = {each["fileName"]: each for each in _files(session)}
    if lacking := [name for name in names if f"{name}{_ZIP}" not in told]:
        raise FetchError(
            SERVICE.name, f"its release has no {shorten_list(lacking)}; it has {shorten_list(sorted(told))}", "us"
        )
    return {name: _downloaded(name, told[f"{name}{_ZIP}"], session) for name in names}


def wanted(options: Options) -> tuple[str, ...]:
    """The names of the tables that a count needs."""
    return (PATENT, INVENTOR, LOCATION, *((APPLICATION,) if options.year == "filing" else ()))


def released(session: Session) -> str:
    """The day of the release, in ISO form: the newest of its files.

    Raises:
        FetchError: The list of files cannot be had.
    """
    return max((each["fileReleaseDate"][: len("2026-04-10")] for each in _files(session)), default="")


def _files(session: Session) -> list[dict[str, Any]]:
    """What the portal says of the newest release's files."""
    asked = {"includeFiles": "true", "latest": "true"}
    products = session.json(PRODUCT, asked, shape=_SHAPE).content["bulkDataProductBag"]
    bags = [each["productFileBag"]["fileDataBag"] for each in products if each["productIdentifier"] == PRODUCT]
    return [file for bag in bags for file in bag]


def _downloaded(name: str, told: dict[str, Any], session: Session) -> TableFile:
    """A table of the release: downloaded once, since the portal counts how often."""
    path = f"files/{PRODUCT}/{quote(told['fileName'], safe='')}"
    version = f"{told['fileReleaseDate']} {told['fileSize']}"
    found = session.download(path, version=version, magic=archives.ZIP, check=functools.partial(_check, name))
    return TableFile(name=name, path=found.path)


def _check(name: str, path: Path) -> None:
    """Refuse a zip that has not the table."""
    with archives.archive(path, f"{name}{_ZIP}") as opened, opened.open(f"{name}{_TSV}"):
        pass


def _in_folder(folder: Path, names: tuple[str, ...]) -> dict[str, TableFile]:
    """The tables of a folder, packed ones before others."""
    if not is_folder(folder):
        raise FileProblem(f"{shorten(folder.name)}: folder not found")
    paths = {(name, ending): folder / f"{name}{ending}" for name in names for ending in (_TSV, _ZIP)}
    there = {name: path for (name, _), path in paths.items() if is_file(path)}
    if lacking := [name for name in names if name not in there]:
        files = shorten_list([f"{name}{_ZIP}" for name in lacking])
        raise FileProblem(f"{shorten(folder.name)}: lacks {files}, or unpacked")
    for path in there.values():
        check_size(path)
    return {name: TableFile(name=name, path=path) for name, path in there.items()}


def state_of(options: Options) -> str:
    """The files of a folder with their sizes and times of change, as JSON."""
    folder = options.file or Path()
    stats = {each.path.name: each.path.stat() for each in _in_folder(folder, wanted(options)).values()}
    return json.dumps({name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()})
