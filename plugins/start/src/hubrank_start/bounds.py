"""What is refused by its size before it is opened: zips and XML that unpack to more than a table can need."""

from __future__ import annotations

import zipfile
from pathlib import Path

from hubrank import FileProblem, grouped, marked, numeral, worded

#: A file, and what a workbook unpacks to, have at most so many bytes.
LARGEST, UNPACKED = 300_000_000, 1_000_000_000
#: A part of a workbook that unpacks to more than `SMALL` bytes is at most so many times as large as it is packed.
RATIO, SMALL = 200, 20_000_000
#: A sheet has at most so many cells, the empty ones between those that are filled counted too.
CELLS = 20_000_000
#: So many bytes are read at a time.
_PIECE = 1 << 20


def check_size(path: Path) -> None:
    """Refuse a file that is too large.

    Raises:
        FileProblem: It is.
    """
    size = path.stat().st_size
    if size > LARGEST:
        raise FileProblem(
            worded(
                "{file}: has {size} MB; start reads at most {most} MB. "
                "Write a scenario with the source files or records for it",
                file=path.name,
                size=megabytes(size),
                most=megabytes(LARGEST),
            )
        )


def check_archive(path: Path) -> None:
    """Refuse a zipped workbook that would unpack to too much, by what it says and by what it holds.

    Raises:
        FileProblem: It would, it is no zip, or its XML defines entities.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            told = sum(part.file_size for part in parts)
            if told > UNPACKED or any(_bloated(part.compress_size, part.file_size) for part in parts):
                raise FileProblem(_refusal(path, told))
            left = UNPACKED
            for part in parts:
                left -= _unpacked(archive, part, path, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FileProblem(unreadable(path, reason(error))) from error


def check_cells(name: str, sheet: str, rows: int, columns: int) -> None:
    """Refuse a sheet that is mostly empty and too large to be read.

    Raises:
        FileProblem: It is.
    """
    if rows * columns > CELLS:
        raise FileProblem(
            worded(
                '{file}: sheet "{sheet}" reaches to row {row} and column {column}; '
                "delete the empty rows and columns behind the table",
                file=name,
                sheet=sheet,
                row=grouped(rows),
                column=grouped(columns),
            )
        )


def unreadable(path: Path, why: str) -> str:
    """What is said of a workbook that a library cannot read."""
    return worded("{file}: is not a workbook that can be read: {why}", file=path.name, why=why)


def reason(error: Exception) -> str:
    """The first line of what a library says, which knows no file's name."""
    said = next(iter(str(error).splitlines()), "") or type(error).__name__
    return said.removesuffix(" from None").rstrip(".").lower()


def megabytes(size: int) -> str:
    """A number of bytes in MB, without the unit."""
    return numeral(f"{size / 1e6:,.0f}")


def _bloated(packed: int, unpacked: int) -> bool:
    return unpacked > SMALL and unpacked > RATIO * max(packed, 1)


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path, left: int) -> int:
    """The bytes that a part holds; it is unpacked in pieces and kept nowhere."""
    found, before = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            found += len(piece)
            if found > left or _bloated(part.compress_size, found):
                raise FileProblem(_refusal(path, found))
            if b"<!ENTITY" in before + piece:
                what = marked("{file}: {part} defines XML entities, which no workbook needs")
                raise FileProblem(worded(what, file=path.name, part=part.filename))
            before = piece[-8:]
    return found


def _refusal(path: Path, size: int) -> str:
    return worded(
        "{file}: would unpack to {size} MB or more, which no table needs; it was not opened",
        file=path.name,
        size=megabytes(size),
    )
