"""Files that exist, of allowed size, unpacked within limits."""

from __future__ import annotations

import functools
import glob
import gzip
import hashlib
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from hubrank.errors import FileProblem
from hubrank.i18n import library_message
from hubrank.io.limits import SMALL, refuse

#: So many bytes are read at a time.
_PIECE = 1 << 20
#: A range of merged cells in the XML of a sheet, no longer than `_LONGEST` bytes.
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,4})([0-9]{1,9}):([A-Z]{1,4})([0-9]{1,9})["']"""
)
_LONGEST = 200
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def is_file(path: Path) -> bool:
    """Whether there is a file of this name; no name is too long or too odd to be asked for."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name, as `is_file` tells of files."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def files_named(path: Path) -> tuple[Path, ...]:
    """The files that a path names, or a pattern in its last part such as `exports/*.csv`, in the order of their names.

    Raises:
        FileProblem: It is a pattern that no file fits.
    """
    if not glob.has_magic(path.name) or is_file(path):
        return (path,)
    files = tuple(sorted(item for item in path.parent.glob(path.name) if is_file(item)))
    if not files:
        raise FileProblem(f"{shorten(path.name)}: no file fits the pattern")
    return files


def is_named(path: Path) -> bool:
    """Whether there is a file or folder of this name, or one that fits it where it is a pattern."""
    if is_file(path) or is_folder(path) or not glob.has_magic(str(path)):
        return is_file(path) or is_folder(path)
    return any(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


def shorten(name: str, most: int = 80) -> str:
    """A name in a message: a long one its beginning."""
    return name if len(name) <= most else f"{name[:most]}..."


def check_size(path: Path, limit: str = "file_bytes") -> None:
    """Refuse a file that is not there, or has more bytes than a limit allows.

    Raises:
        FileProblem: It is, or has.
    """
    name = shorten(path.name)
    if not is_file(path):
        raise FileProblem(f"{name}: file not found")
    refuse(limit, path.stat().st_size, name)


def read_bytes(path: Path, limit: str = "file_bytes") -> bytes:
    """The bytes of a file, as it lies there; at most as many as a limit allows.

    Raises:
        FileProblem: It is not there, too large, or cannot be read.
    """
    check_size(path, limit)
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{shorten(path.name)}: cannot be read: {library_message(error)}") from error


def read_text(path: Path, packed: str = "file_bytes", unpacked: str = "unpacked_bytes") -> bytes:
    """The bytes of a file, gzipped or not.

    Args:
        path: The file.
        packed: The limit of its bytes.
        unpacked: The limit of what a gzipped one holds.

    Raises:
        FileProblem: It is not there, too large, or damaged.
    """
    if path.suffix.lower() != ".gz":
        return read_bytes(path, packed)
    check_size(path, packed)
    content, size = bytearray(), path.stat().st_size
    try:
        with gzip.open(path) as stream:
            while piece := stream.read(_PIECE):
                content += piece
                _refuse_growth(len(content), size, path.name, unpacked)
    except gzip.BadGzipFile as error:
        raise FileProblem(f"{path.name}: {library_message(error)}") from error
    except (EOFError, OSError, zlib.error) as error:
        raise FileProblem(f"{path.name}: is damaged or cut off: {library_message(error)}") from error
    return bytes(content)


def check_archive(path: Path | BinaryIO, name: str, unpacked: str, *, kind: str, book: bool = False) -> None:
    """Refuse a zip that would unpack to too much, by what it says and by what it holds; it is kept nowhere.

    Args:
        path: The file, or what it holds.
        name: Its name.
        unpacked: The limit of what it holds.
        kind: What it must be, for messages: `an Excel workbook`.
        book: Whether it is a workbook, which needs no XML entities and whose merged cells are counted.

    Raises:
        FileProblem: It would, or it is no zip, or damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_parts(archive, name, unpacked)
            found = 0
            for part in archive.infolist():
                found += _unpacked(archive, part, name, found, unpacked, book=book)
    except _BROKEN as error:
        raise FileProblem(f"{name}: is not {kind}: {library_message(error)}") from error


def check_parts(archive: zipfile.ZipFile, name: str, unpacked: str = "unpacked_bytes") -> None:
    """Refuse a zip that says itself that it would unpack to too much; what it holds is read by `unpacking`.

    Args:
        archive: The zip.
        name: Its name.
        unpacked: The limit of what it holds.

    Raises:
        FileProblem: It says so.
    """
    parts = archive.infolist()
    refuse("archive_files", len(parts), name)
    refuse(unpacked, sum(part.file_size for part in parts), name)
    for part in parts:
        _refuse_growth(part.file_size, part.compress_size, name, unpacked)


def unpack_errors(stream: BinaryIO, name: str, packed: Callable[[], int], unpacked: str = "unpacked_bytes") -> BinaryIO:
    """A stream of what is unpacked, piece by piece, which goes no further than is allowed.

    Args:
        stream: What unpacks.
        name: Of the file, for messages.
        packed: How many packed bytes it is made of so far, or in all.
        unpacked: The limit of what it holds.

    Returns:
        A stream whose reading raises `FileProblem` beyond the limits, and where what is packed is damaged.
    """
    return io.BufferedReader(_Unpacking(stream, name, packed, unpacked), _PIECE)


class _Unpacking(io.RawIOBase):
    def __init__(self, stream: BinaryIO, name: str, packed: Callable[[], int], limit: str) -> None:
        super().__init__()
        self._stream, self._name, self._packed, self._limit = stream, shorten(name), packed, limit
        self._found = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            piece = self._stream.read(len(into))
        except _BROKEN as error:
            raise FileProblem(f"{self._name}: is damaged or cut off: {library_message(error)}") from error
        self._found += len(piece)
        _refuse_growth(self._found, self._packed(), self._name, self._limit)
        into[: len(piece)] = piece
        return len(piece)


def check_sheet(name: str, sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet that is mostly empty and too large to be read.

    Raises:
        FileProblem: It is.
    """
    place = f'{name}: sheet "{sheet}" reaches to row {rows:,} and column {columns:,}'
    hint = "delete the empty rows and columns behind the table"
    try:
        refuse("sheet_cells", rows * columns, place)
    except FileProblem as error:
        raise FileProblem(f"{error}; {hint}") from error


def check_table(name: str, rows: int, columns: int) -> None:
    """Refuse a table of too many columns or cells.

    Raises:
        FileProblem: It has.
    """
    refuse("columns", columns, name)
    refuse("cells", rows * columns, name)


def deepest(value: Any, most: float) -> int:
    """How many tables and lists lie within one another; counting stops one beyond `most`."""
    level, depth = [value], 0
    while level and depth <= most:
        insides = (item.values() if isinstance(item, dict) else item or [None] for item in level if _nests(item))
        level = list(itertools.chain.from_iterable(insides))
        depth += bool(level)
    return depth


def _nests(value: Any) -> bool:
    return isinstance(value, dict | list)


def _refuse_growth(found: int, packed: int, name: str, limit: str) -> None:
    refuse(limit, found, name)
    if found > SMALL:
        refuse("unpacked_ratio", found / max(packed, 1), name)


def _unpacked(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, before: int, limit: str, *, book: bool
) -> int:
    """The bytes that a part holds."""
    found, end = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            found += len(piece)
            refuse(limit, before + found, name)
            _refuse_growth(found, part.compress_size, name, limit)
            if book and b"<!ENTITY" in (end + piece).replace(b"\0", b""):
                raise FileProblem(f"{name}: {part.filename} defines XML entities, which no workbook needs")
            if book and part.filename.startswith("xl/worksheets/"):
                for left, top, right, bottom in _MERGED.findall(end + piece):
                    cells = (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)
                    refuse("sheet_cells", cells, f"{name}: {part.filename}")
            end = piece[-_LONGEST:]
    return found


def _column(letters: bytes) -> int:
    return functools.reduce(lambda total, letter: 26 * total + letter - 64, letters, 0)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, which is read in pieces.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
