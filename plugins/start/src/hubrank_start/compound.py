"""The streams of a compound file, in which an XLS keeps its workbook."""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence

from attrs import frozen

#: Numbers of sectors from here on say that there is none, or no further one.
_NONE = 0xFFFFFFFA
_ENTRY, _MINI = 128, 64
_ROOT, _STREAM = 5, 2


@frozen
class _Sectors:
    """Sectors of one size.

    Attributes:
        content: What holds them.
        size: Bytes of each.
        first: Where the first begins.
        following: The sector after each.
    """

    content: bytes
    size: int
    first: int
    following: Sequence[int]

    def chain(self, start: int) -> bytes:
        """The bytes of a sector and of all that follow it.

        Raises:
            ValueError: A sector is not there, or follows itself.
        """
        parts, left, at = [], len(self.following), start
        while at < _NONE:
            if at >= len(self.following) or not left:
                raise ValueError("a sector is not there")
            parts.append(self.sector(at))
            at, left = self.following[at], left - 1
        return b"".join(parts)

    def sector(self, at: int) -> bytes:
        """The bytes of a sector."""
        begin = self.first + at * self.size
        return self.content[begin : begin + self.size]


def stream_of(content: bytes, names: Collection[str]) -> bytes:
    """The first stream of a compound file that has one of some names.

    Raises:
        ValueError: There is none, or the file is broken.
    """
    try:
        sectors = _sectors(content)
        start, cutoff, mini = struct.unpack_from("<I4xII", content, 48)
        entries = list(_entries(sectors.chain(start)))
        _, _, first, size = next(each for each in entries if each[1] == _STREAM and each[0] in names)
        if size < cutoff:
            root = next(each for each in entries if each[1] == _ROOT)
            sectors = _Sectors(sectors.chain(root[2]), _MINI, 0, _numbers(sectors.chain(mini)))
        return sectors.chain(first)[:size]
    except (struct.error, StopIteration) as error:
        raise ValueError("is no compound file with such a stream") from error


def _sectors(content: bytes) -> _Sectors:
    """The sectors of the file; the table of which follows which lies in sectors itself."""
    size = 1 << min(int(struct.unpack_from("<H", content, 30)[0]), 12)  # they have 512 or 4096 bytes
    plain = _Sectors(content, size, size, ())
    tables = list(struct.unpack_from("<109I", content, 76))
    (at,) = struct.unpack_from("<I", content, 68)
    while at < _NONE and len(tables) * size <= len(content):
        *more, at = _numbers(plain.sector(at))
        tables += more
    following = [number for table in tables if table < _NONE for number in _numbers(plain.sector(table))]
    return _Sectors(content, size, size, following)


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))


def _entries(folder: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Name, kind, first sector and size of all that the file holds."""
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", folder, at + 64)
        start, size = struct.unpack_from("<II", folder, at + 116)
        yield folder[at : at + max(length - 2, 0)].decode("utf-16-le", errors="replace"), kind, start, size
