"""Read members of a zip or a tar.gz by name while they are unpacked: within limits, and never to a disk.

A name is a key and never a path: names that leave the folder, are absolute, are links, are encrypted or occur twice are
rejected before anything is read.
"""

import collections
import contextlib
import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from hubrank.errors import did_you_mean, shorten_list
from hubrank.i18n import library_message
from hubrank.io.escaping import strip_control
from hubrank.io.limits import exceeded
from hubrank.io.safe_input import check_parts, shorten, unpack_errors
from hubrank.plugin import FileProblem

#: The first bytes of a zip and a gzipped file.
ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_ENCRYPTED = 0x1
#: Invalid names of members: an absolute path, a drive, a step upwards, signs that no name has.
_CLIMBS = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|[\x00-\x1f]")
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, NotImplementedError, EOFError, OSError, ValueError)


class Archive:
    """An archive that is open.

    Attributes:
        names: The names of its members, folders left out.
    """

    def __init__(
        self, name: str, names: Sequence[str], opened: Callable[[str], contextlib.AbstractContextManager[BinaryIO]]
    ) -> None:
        twice = [item for item, number in collections.Counter(names).items() if number > 1]
        if twice:  # two readers would read two things of it
            one = f"'{shorten(twice[0])}'"
            what = f"{one} twice" if len(twice) == 1 else f"{len(twice):,} members twice, such as {one}"
            raise FileProblem(f"{shorten(name)}: has {what}")
        self.names = tuple(names)
        self._name, self._opened = name, opened

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A member's bytes while they are unpacked; reading them raises `FileProblem` beyond limits and for damage.

        Raises:
            FileProblem: There is no such member.
        """
        if name not in self.names:
            there = shorten_list([shorten(item) for item in self.names])
            hint = did_you_mean(name, self.names)
            raise FileProblem(f"{shorten(self._name)}: has no '{name}'{hint}; it has {there}")
        with self._opened(name) as stream:
            yield stream


@contextlib.contextmanager
def archive(path: Path, name: str = "") -> Iterator[Archive]:
    """Open a zip or a tar.gz, whichever its first bytes say that it is.

    Args:
        path: The file.
        name: Its name in messages; its own name by default.

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
            yield _zip(opened, name)
    elif begins.startswith(GZIP):
        yield _tar(path, name)
    else:
        raise FileProblem(f"{shorten(name)}: is neither a zip nor a tar.gz")


def _zip(opened: zipfile.ZipFile, name: str) -> Archive:
    check_parts(opened, shorten(name))
    for part in opened.infolist():
        _refuse_member(name, part.orig_filename, plain=not stat.S_ISLNK(part.external_attr >> 16))
        if part.flag_bits & _ENCRYPTED:
            raise FileProblem(f"{shorten(name)}: '{shorten(part.filename)}' is encrypted")

    @contextlib.contextmanager
    def member(wanted: str) -> Iterator[BinaryIO]:
        packed = opened.getinfo(wanted).compress_size
        with _member_errors(name):
            stream = cast("BinaryIO", opened.open(wanted))
        with stream:
            yield unpack_errors(stream, name, lambda: packed)

    return Archive(name, [part.filename for part in opened.infolist() if not part.is_dir()], member)


def _tar(path: Path, name: str) -> Archive:
    """A tar.gz has no list of its members: it is unpacked once for their names, and once up to the one that is read."""

    @contextlib.contextmanager
    def members() -> Iterator[tarfile.TarFile]:
        with path.open("rb") as packed, gzip.open(packed) as plain:
            stream = unpack_errors(cast("BinaryIO", plain), name, packed.tell)
            with tarfile.open(fileobj=stream, mode="r|") as opened:
                yield opened

    @contextlib.contextmanager
    def member(wanted: str) -> Iterator[BinaryIO]:
        with members() as opened:
            part = next(item for item in opened if item.name == wanted)
            yield cast("io.BufferedReader", opened.extractfile(part))  # it is a file: others were rejected

    names = []
    with _member_errors(name), members() as parts:
        for number, part in enumerate(parts, 1):
            if text := exceeded("archive_files", number):
                raise FileProblem(f"{shorten(name)}: {text}")
            _refuse_member(name, part.name, plain=part.isdir() or (part.isreg() and not part.issparse()))
            names += [part.name] if part.isreg() else []
    return Archive(name, names, member)


def _refuse_member(archive_name: str, name: str, *, plain: bool) -> None:
    member = f"{shorten(archive_name)}: '{shorten(strip_control(name))}'"
    if _CLIMBS.search(name):
        raise FileProblem(f"{member} would lie outside of the archive")
    if not plain:
        raise FileProblem(f"{member} is a link or a device, and no file")


@contextlib.contextmanager
def _member_errors(name: str) -> Iterator[None]:
    try:
        yield
    except FileProblem:
        raise
    except _BROKEN as error:
        raise FileProblem(f"{shorten(name)}: is damaged or cut off: {library_message(error)}") from error
