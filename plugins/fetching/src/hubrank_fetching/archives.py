"""Members of a zip or a tar.gz, read by name as they are unpacked: within limits, and never to a disk.

A name is a key and never a path: what climbs out of its folder, is absolute, is a link, is encrypted or is there
twice is refused, before anything is read of it.
"""

from __future__ import annotations

import collections
import contextlib
import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from hubrank import FileProblem
from hubrank.errors import did_you_mean, shorten_list
from hubrank.i18n import library_message
from hubrank.io.escaping import strip_control
from hubrank.io.limits import exceeded
from hubrank.io.safe_input import check_parts, shorten, unpack_errors

#: How a zip and a gzipped file begin.
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_ENCRYPTED = 0x1
#: What is no name of a member: an absolute path, a drive, a step upwards, signs that no name has.
_CLIMBS = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, NotImplementedError, EOFError, OSError, ValueError)


class Archive:
    """An archive that is open.

    Args:
        name: Its name, for messages.
        names: The names of its members, folders left out.

    Attributes:
        names: The same.
    """

    def __init__(self, name: str, names: Iterable[str]) -> None:
        self._name = name
        self.names = tuple(names)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A member's bytes, as they are unpacked; reading them raises `FileProblem` beyond limits and where damaged.

        Args:
            name: The member's.

        Raises:
            FileProblem: There is no such member.
        """
        if name not in self.names:
            what = (
                f"{shorten(self._name)}: has no '{name}'{did_you_mean(name, self.names)}; it has "
                f"{shorten_list([shorten(item) for item in self.names])}"
            )
            raise FileProblem(what)
        with self._opened(name) as stream:
            yield stream

    def _opened(self, name: str) -> contextlib.AbstractContextManager[BinaryIO]:
        raise NotImplementedError


@contextlib.contextmanager
def archive(path: Path, name: str = "") -> Iterator[Archive]:
    """Open a zip or a tar.gz, whichever its first bytes say that it is.

    Args:
        path: The file.
        name: What messages call it; its own name by default.

    Raises:
        FileProblem: It is neither, is damaged, exceeds a limit, or has a member that no archive should have.
    """
    name = name or path.name
    with _member_errors(name), path.open("rb") as file:
        begins = file.read(len(ZIP))
    if begins == ZIP:
        with _member_errors(name):
            opened = zipfile.ZipFile(path)
        with opened:
            yield _Zip(opened, name)
    elif begins.startswith(GZIP):
        yield _Tar(path, name)
    else:
        raise FileProblem(f"{shorten(name)}: is neither a zip nor a tar.gz")


class _Zip(Archive):
    def __init__(self, opened: zipfile.ZipFile, name: str) -> None:
        check_parts(opened, shorten(name))
        parts = [part for part in opened.infolist() if not part.is_dir()]
        for part in opened.infolist():
            _refuse_member(name, part.orig_filename, plain=not stat.S_ISLNK(part.external_attr >> 16))
            if part.flag_bits & _ENCRYPTED:
                raise FileProblem(f"{shorten(name)}: '{shorten(part.filename)}' is encrypted")
        _refuse_twice(name, [part.filename for part in parts])
        self._opened_zip = opened
        super().__init__(name, [part.filename for part in parts])

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        packed = self._opened_zip.getinfo(name).compress_size
        with _member_errors(self._name):
            stream = cast("BinaryIO", self._opened_zip.open(name))
        with stream:
            yield unpack_errors(stream, self._name, lambda: packed)


class _Tar(Archive):
    """A tar.gz has no list of its members: it is unpacked once for their names, and once up to the one that is read."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._called = path, name
        with _member_errors(name), self._members() as parts:
            names = [part.name for part in _checked(name, parts)]
        _refuse_twice(name, names)
        super().__init__(name, names)

    @contextlib.contextmanager
    def _members(self) -> Iterator[tarfile.TarFile]:
        with self._path.open("rb") as packed, gzip.open(packed) as plain:
            stream = unpack_errors(cast("BinaryIO", plain), self._called, packed.tell)
            with tarfile.open(fileobj=stream, mode="r|") as opened:
                yield opened

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        with self._members() as opened:
            part = next(item for item in opened if item.name == name)
            stream = cast("io.BufferedReader", opened.extractfile(part))  # it is a file: others were refused
            yield stream


def _checked(name: str, parts: Iterable[tarfile.TarInfo]) -> Iterator[tarfile.TarInfo]:
    for number, part in enumerate(parts, 1):
        if text := exceeded("archive_files", number):
            raise FileProblem(f"{shorten(name)}: {text}")
        plain = part.isdir() or (part.isreg() and not part.issparse())
        _refuse_member(name, part.name, plain=plain)
        if part.isreg():
            yield part


def _refuse_member(archive_name: str, name: str, *, plain: bool) -> None:
    member = f"{shorten(archive_name)}: '{shorten(strip_control(name))}'"
    if _CLIMBS.search(name):
        raise FileProblem(f"{member} would lie outside of the archive")
    if not plain:
        raise FileProblem(f"{member} is a link or a device, and no file")


def _refuse_twice(archive_name: str, names: Iterable[str]) -> None:
    """Refuse an archive of which two readers would read two things."""
    twice = [name for name, number in collections.Counter(names).items() if number > 1]
    if twice:
        what = (
            f"{shorten(archive_name)}: has '{shorten(twice[0])}' twice"
            if len(twice) == 1
            else f"{shorten(archive_name)}: has {len(twice):,} members twice, such as '{shorten(twice[0])}'"
        )
        raise FileProblem(what)


@contextlib.contextmanager
def _member_errors(name: str) -> Iterator[None]:
    try:
        yield
    except FileProblem:
        raise
    except _BROKEN as error:
        raise FileProblem(f"{shorten(name)}: is damaged or cut off: {library_message(error)}") from error
