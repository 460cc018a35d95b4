"""Files and folders that are whole or not there, and folders for a while.

What is written stands first in a workplace beside its place, is made durable there and put in its place in one step. On
Linux the step exchanges two folders, so that neither is ever missing; elsewhere the old one is moved aside before, and
moved back if the writer is killed in between. What the system says against it becomes a sentence.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from hubrank.basis.errors import HubrankError, UsageError
from hubrank.basis.words import reason
from hubrank.basis.workplaces import TRIES, Workplace, beside, tidy

#: What a file holds, or what writes it.
Content = bytes | Callable[[Path], None]

#: What a system says, and what to do about it.
_REASONS = {
    errno.ENOSPC: "no space left on device; free some, or choose another place",
    errno.EDQUOT: "disk quota exceeded; free some space, or choose another place",
    errno.EROFS: "read-only file system; choose another place",
    errno.EACCES: "permission denied; choose another place",
    errno.EPERM: "operation not permitted; choose another place",
    errno.ENAMETOOLONG: "file name too long; choose a shorter one",
}

_Read = TypeVar("_Read")


def replace_file(path: Path, content: Content) -> None:
    """Write a file, whole or not at all; of two writers one wins.

    Args:
        path: Made, or replaced; a link is followed. Folders above it are made.
        content: Its bytes, or what writes it to a path that ends in the same name.

    Raises:
        UsageError: It cannot be written; what was there is as it was.
    """
    check_above(path)
    path = _followed(path)
    with told(path), _folder_of(path), beside(path.parent) as place:
        made = place / path.name
        with _named(made, path):
            _fill(made, content)
            if path.exists():
                shutil.copymode(path, made)
            make_durable(made)
        made.replace(path)
        _sync_names(path.parent)


def replace_folder(folder: Path, content: Mapping[str, Content]) -> None:
    """Write a folder, whole or not at all; of two writers one wins.

    Args:
        folder: Made, or replaced; a link is followed. Folders above it are made.
        content: What lies in it, by name: bytes, or a function that is called with a path and writes there.

    Raises:
        UsageError: It cannot be written; what was there is as it was.
    """
    check_above(folder)
    folder = _followed(folder)
    with told(folder), _folder_of(folder), Workplace(folder.parent) as place:
        made = place.new / folder.name
        with _named(made, folder):
            made.mkdir()
            for name, each in content.items():
                _fill(made / name, each)
            tidy(made)  # of writers of its own that could not tidy up
            make_durable(made)
        place.put(made, folder)
        _sync_names(folder.parent)


def add_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files into a folder of others; all of them, or none where that fails or is killed.

    Args:
        folder: Made where it is missing.
        files: What is written, by name; the first, which may name the others, comes last.

    Raises:
        UsageError: One of the files is there already, or cannot be written.
    """
    tidy(folder)
    check_new(folder, *files)
    if not is_there(folder):
        replace_folder(folder, files)
        return
    with told(folder), Workplace(folder) as place:
        for name, content in files.items():
            _fill(place.new / name, content)
        make_durable(place.new)
        place.add([*files][::-1])
        _sync_names(folder)


def check_new(folder: Path, *names: str) -> None:
    """Refuse files that are there.

    Raises:
        UsageError: One is.
    """
    if there := [name for name in names if os.path.lexists(folder / name)]:
        raise UsageError(f"{folder / there[0]}: is there already, and may have been edited; choose another folder")


def check_file(path: Path) -> None:
    """Refuse, before any work, a place where no file can be written.

    Raises:
        UsageError: It is a folder or a device, its name is too long, or what is above it cannot be written.
    """
    check_above(path)
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; specify a file")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is not a regular file; specify another")


def check_above(path: Path) -> None:
    """Refuse, before any work, a place in which nothing can be made.

    Raises:
        UsageError: A name is too long, or what is above it is no folder or must not be written.
    """
    with told(path):
        _status(path)
        above = _followed(path).parent
        while _status(above) is None and above != above.parent:
            above = above.parent
        if number := _against(above):
            raise OSError(number, os.strerror(number))


def _against(folder: Path) -> int:
    """What is against making something in a folder, as the system numbers it; 0 where nothing is."""
    if not folder.is_dir():
        return errno.ENOTDIR
    return 0 if os.access(folder, os.W_OK | os.X_OK) else errno.EACCES


def _status(path: Path) -> os.stat_result | None:
    """What is known of a path; none where nothing is there."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def is_there(path: Path) -> bool:
    """Whether something is at a path, once what a killed writer moved aside has been put back."""
    if "\0" in str(path):  # a name that no system has
        return False
    if not os.path.lexists(path):
        tidy(_followed(path).parent)
    with contextlib.suppress(OSError):
        return path.exists()
    return False


def steadily(folder: Path, read: Callable[[], _Read]) -> _Read:
    """What is read of a folder; read again where another writer replaced it meanwhile, so that it is of one writer."""
    for _ in range(TRIES):
        before = _identity(folder)
        try:
            made = read()
        except Exception:
            if _identity(folder) == before:
                raise
            continue
        if _identity(folder) == before:
            return made
    return read()


def _identity(folder: Path) -> tuple[int, int, int] | None:
    with contextlib.suppress(OSError):
        known = folder.stat()
        return known.st_dev, known.st_ino, known.st_mtime_ns
    return None


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    """A folder among the system's temporary ones, gone at the end.

    Raises:
        UsageError: There is no room for it.
    """
    with temporary_place() as place:
        yield place.new


def kept(where: Path | None = None) -> Path:
    """A new folder that goes at the end of the process.

    Args:
        where: In what folder; among the system's temporary ones by default.

    Raises:
        UsageError: There is no room for it.
    """
    place = _of_process(os.getpid(), where, tempfile.tempdir)
    with told(place.new):
        return Path(tempfile.mkdtemp(dir=place.new))


@functools.cache
def _of_process(_number: int, where: Path | None, _temporary: str | None) -> Workplace:
    """The one workplace in a folder that a process has until its end."""
    place = temporary_place(where)
    atexit.register(place.close)
    return place


def temporary_place(where: Path | None = None) -> Workplace:
    """A workplace that whoever asks for it closes.

    Args:
        where: In what folder; among the system's temporary ones by default.

    Raises:
        UsageError: There is no room for it.
    """
    try:
        return Workplace(where or Path(tempfile.gettempdir()), "hubrank-")
    except OSError as error:
        why = reason_of(error)
        if where is not None:
            what = f"{where}: cannot be written: {why}"
        else:
            what = f"temporary files cannot be written: {why} (TMPDIR names their folder)"
        raise UsageError(what) from error


def _followed(path: Path) -> Path:
    """A path as it is behind all links."""
    return Path(os.path.realpath(path))


def _fill(path: Path, content: Content) -> None:
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)


def make_durable(path: Path) -> None:
    """Have a file, or all that a folder holds, written to the disk.

    Raises:
        OSError: It has no room after all.
    """
    for folder, _, names in os.walk(path):
        for name in names:
            _sync_file(Path(folder, name))
        _sync_names(Path(folder))
    if path.is_file():
        _sync_file(path)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_names(folder: Path) -> None:
    """Have a folder's names written to the disk, where the system can."""
    with contextlib.suppress(OSError):
        _sync_file(folder)


@contextlib.contextmanager
def _folder_of(path: Path) -> Iterator[None]:
    """Make the folders above a path; what was made goes again if what follows fails."""
    missing = []
    above = path.parent
    while not os.path.lexists(above):
        missing.append(above)
        above = above.parent
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in missing:
            with contextlib.suppress(OSError):
                each.rmdir()
        raise


@contextlib.contextmanager
def _named(made: Path, target: Path) -> Iterator[None]:
    """Let what is said of a path in a workplace be said of the place that it is for."""
    try:
        yield
    except UsageError as error:
        if str(made) not in str(error):
            raise
        raise UsageError(str(error).replace(str(made), str(target))) from error


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in a sentence what the system says against writing to a path.

    Raises:
        UsageError: The system says something.
    """
    try:
        yield
    except HubrankError:
        raise
    except Exception as error:
        found = _of_system(error)
        if found is None:
            raise
        raise UsageError(f"{path}: cannot be written: {reason_of(found)}") from error


def _of_system(error: Exception) -> OSError | None:
    """What the system says, itself or handed over in another error, as libraries that write workbooks do."""
    found = [each for each in (error, *error.args) if isinstance(each, OSError)]
    return found[0] if found else None


def reason_of(error: OSError) -> str:
    """Why something cannot be written, and what to do about it where that is known."""
    return _REASONS[error.errno] if error.errno in _REASONS else reason(error)
