"""Files that exist, of allowed size, unpacked within limits."""

from __future__ import annotations

import contextlib
import functools
import glob
import gzip
import hashlib
import io
import json
import math
import re
import shlex
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from attrs import define

from hubrank.errors import FileProblem, nearest
from hubrank.i18n import library_message
from hubrank.io.addresses import PYTHON, address_of, is_address
from hubrank.io.limits import SMALL, exceeded, refuse

#: The number of bytes read at a time.
_PIECE = 1 << 20
#: A range of merged cells in the XML of a sheet, no longer than `_LONGEST` bytes.
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]{1,4})([0-9]{1,9}):([A-Z]{1,4})([0-9]{1,9})["']"""
)
_LONGEST = 200
#: The most digits of a whole number that is read as one.
_LONG = 300
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def is_file(path: Path) -> bool:
    """Whether there is a file of this name; no name is too long or too odd to be asked for."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name; the counterpart of `is_file`."""
    with contextlib.suppress(OSError, ValueError):
        return path.is_dir()
    return False


def files_named(path: Path) -> tuple[Path, ...]:
    """The files that a path names, or a pattern in its last part such as `exports/*.csv`, in the order of their names.

    Raises:
        FileProblem: It is a pattern that no file fits.
    """
    if not glob.has_magic(path.name) or is_file(path):
        return (path,)
    if files := tuple(sorted(filter(is_file, path.parent.glob(path.name)))):
        return files
    raise FileProblem(
        f"{shorten(path.name)}: no file matches the pattern" if address_of(path) is None else missing(path)
    )


def is_named(path: Path) -> bool:
    """Whether there is a file or folder of this name, or one that fits it where it is a pattern."""
    if is_file(path) or is_folder(path) or not glob.has_magic(str(path)):
        return is_file(path) or is_folder(path)
    return any(Path(path.anchor).glob(str(path.relative_to(path.anchor))))


def missing(path: Path) -> str:
    """The message about a file that is not there; of an address, that it is not fetched, or not read here at all."""
    if (address := address_of(path)) is None and is_address(str(path)):
        return f"{shorten(path.name)}: is at an address, which is not read here; download the file and name that"
    if address is None:
        return f"{shorten(path.name)}: {not_found(path)}"
    if address.startswith(PYTHON):
        return f"{address}: is a table that Python handed over; only the source `records` reads it, in the same process"
    return f"{address}: is an address that is not fetched yet; run `hubrank fetch {shlex.quote(address)}`"


def not_found(path: Path) -> str:
    """That a file is not there, and the name of one like it beside it."""
    beside = {item.stem: item.name for item in path.parent.iterdir()} if is_folder(path.parent) else {}
    near = nearest(path.stem, beside)
    return f"file not found; did you mean '{shorten(beside[near])}'?" if near else "file not found"


def shorten(name: str, most: int = 80) -> str:
    """A name in a message: a long one its beginning."""
    return name if len(name) <= most else f"{name[:most]}..."


def check_size(path: Path, limit: str = "file_bytes") -> None:
    """Raise a `FileProblem` of a file that is not there, or has more bytes than a limit allows."""
    if not is_file(path):
        raise FileProblem(missing(path))
    refuse(limit, path.stat().st_size, shorten(path.name))


def read_bytes(path: Path, limit: str = "file_bytes") -> bytes:
    """The bytes of a file, as it lies there; a `FileProblem` if it is not there, too large, or cannot be read."""
    check_size(path, limit)
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{shorten(path.name)}: cannot be read: {library_message(error)}") from error


def parse_json(text: str) -> Any:
    """The content of a JSON text; a number that is too large, and `Infinity`, stay texts.

    Raises:
        ValueError: It is no JSON, or has half a character (a lone surrogate), which no file can hold.
        RecursionError: It is nested too deeply.
    """

    def number(digits: str) -> float | str:
        return value if math.isfinite(value := float(digits)) else digits

    value = json.loads(
        text,
        parse_int=lambda digits: int(digits) if len(digits) < _LONG else number(digits),
        parse_float=number,
        parse_constant=lambda name: math.nan if name == "NaN" else name,
    )
    if "\\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode()
    return value


def read_text(path: Path, packed: str = "file_bytes", unpacked: str = "unpacked_bytes") -> bytes:
    """The bytes of a file, gzipped or not, within the limits for the file and for its unpacked content."""
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
    """Raise a `FileProblem` for a zip that would unpack to more than a limit, by its header or content, or is invalid.

    Args:
        path: The file, or its content.
        name: Its name.
        unpacked: The limit of its unpacked content.
        kind: The required kind, for messages: `an Excel workbook`.
        book: Whether it is a workbook, which needs no XML entities and whose merged cells are counted.
    """
    found = 0
    try:
        with zipfile.ZipFile(path) as archive:
            check_parts(archive, name, unpacked)
            for part in archive.infolist():
                with archive.open(part) as stream:
                    size, end = 0, b""
                    while piece := stream.read(_PIECE):
                        size, found = size + len(piece), found + len(piece)
                        refuse(unpacked, found, name)
                        _refuse_growth(size, part.compress_size, name, unpacked)
                        if book:
                            _check_book(end + piece, name, part.filename)
                        end = piece[-_LONGEST:]
    except _BROKEN as error:
        raise FileProblem(f"{name}: is not {kind}: {library_message(error)}") from error


def check_parts(archive: zipfile.ZipFile, name: str, unpacked: str = "unpacked_bytes") -> None:
    """Raise a `FileProblem` of a zip that says itself that it would unpack to more than a limit allows."""
    parts = archive.infolist()
    refuse("archive_files", len(parts), name)
    refuse(unpacked, sum(part.file_size for part in parts), name)
    for part in parts:
        _refuse_growth(part.file_size, part.compress_size, name, unpacked)


def unpack_errors(stream: BinaryIO, name: str, packed: Callable[[], int], unpacked: str = "unpacked_bytes") -> BinaryIO:
    """A stream of unpacked bytes whose reading raises `FileProblem` beyond the limits, and for damaged content.

    Args:
        stream: The unpacking stream.
        name: The file's name, for messages.
        packed: The number of packed bytes so far, or in all.
        unpacked: The limit of the unpacked bytes.
    """
    return io.BufferedReader(_Unpacking(stream, shorten(name), packed, unpacked), _PIECE)


@define(eq=False, slots=False)
class _Unpacking(io.RawIOBase):
    stream: BinaryIO
    file: str
    packed: Callable[[], int]
    limit: str
    found: int = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        try:
            piece = self.stream.read(len(into))
        except _BROKEN as error:
            raise FileProblem(f"{self.file}: is damaged or cut off: {library_message(error)}") from error
        self.found += len(piece)
        _refuse_growth(self.found, self.packed(), self.file, self.limit)
        into[: len(piece)] = piece
        return len(piece)


def check_sheet(name: str, sheet: str, rows: int, columns: int) -> None:
    """Raise a `FileProblem` of a sheet that is mostly empty and too large to be read."""
    if text := exceeded("sheet_cells", rows * columns):
        place = f'{name}: sheet "{sheet}" reaches to row {rows:,} and column {columns:,}'
        raise FileProblem(f"{place}: {text}; delete the empty rows and columns behind the table")


def check_table(name: str, rows: int, columns: int) -> None:
    """Raise a `FileProblem` of a table of too many columns or cells."""
    refuse("columns", columns, name)
    refuse("cells", rows * columns, name)


def deepest(value: Any, most: float) -> int:
    """The depth of nested tables and lists; counting stops one beyond `most`."""
    level, depth = [value], 0
    while level and depth <= most:
        nested = (item for item in level if isinstance(item, dict | list))
        level = [each for item in nested for each in (item.values() if isinstance(item, dict) else item or [None])]
        depth += bool(level)
    return depth


def _refuse_growth(found: int, packed: int, name: str, limit: str) -> None:
    refuse(limit, found, name)
    if found > SMALL:
        refuse("unpacked_ratio", found / max(packed, 1), name)


def _check_book(content: bytes, name: str, part: str) -> None:
    """Reject XML of a workbook's part that defines entities, or merges more cells than a sheet may have."""
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise FileProblem(f"{name}: {part} defines XML entities, which no workbook needs")
    for left, top, right, bottom in _MERGED.findall(content) if part.startswith("xl/worksheets/") else ():
        first, last = (functools.reduce(lambda total, letter: 26 * total + letter - 64, at, 0) for at in (left, right))
        refuse("sheet_cells", (last - first + 1) * (int(bottom) - int(top) + 1), f"{name}: {part}")


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, which is read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
