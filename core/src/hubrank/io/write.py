"""Files and folders written whole; temporary ones."""

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from hubrank.errors import HubrankError, UsageError
from hubrank.i18n import library_message
from hubrank.io.addresses import is_address

#: A file's content, or a function that writes it.
Content = bytes | Callable[[Path], None]

#: The number of retries if another writer was quicker.
_TRIES = 100
#: The system's errors, and the advice for each.
_REASONS = {
    errno.ENOSPC: "no space left on device; free some, or choose another place",
    errno.EDQUOT: "disk quota exceeded; free some space, or choose another place",
    errno.EROFS: "read-only file system; choose another place",
    errno.EACCES: "permission denied; choose another place",
    errno.EPERM: "operation not permitted; choose another place",
    errno.ENAMETOOLONG: "file name too long; choose a shorter one",
}

_Read = TypeVar("_Read")


#: A new folder inside another, deleted at the end: files are written there and moved away when they are whole.
beside = functools.partial(tempfile.TemporaryDirectory[str], ".part", ".hubrank-", ignore_cleanup_errors=True)


def replace_file(path: Path, content: Content, *, follow: bool = True) -> None:
    """Write a file atomically: completely or not at all; of two writers one wins.

    Args:
        path: Created, or replaced. Folders above it are created.
        content: Its bytes, or a function that writes it to a path that ends in the same name.
        follow: Whether the file that a link points to is written; by default the link itself is replaced.

    Raises:
        UsageError: It cannot be written; the old content stays.
    """
    check_above(path)
    path = Path(os.path.realpath(path)) if follow else path
    with _staging(path) as staged:
        _fill(staged, content, path)
        if path.exists() and not path.is_symlink():
            shutil.copymode(path, staged)
        make_durable(staged)
        staged.replace(path)


def replace_folder(folder: Path, content: Mapping[str, Content]) -> None:
    """Write a folder, atomically, as `replace_file` writes a file; a link to it is followed.

    The old folder is renamed aside, the new one renamed into its place, and the old one deleted. Only a process that is
    killed between the two renames leaves the old one aside, in a folder `.hubrank-*.old`.
    """
    check_above(folder)
    folder = Path(os.path.realpath(folder))
    with _staging(folder) as staged:
        staged.mkdir()
        for name, item in content.items():
            _fill(staged / name, item, folder / name)
        make_durable(staged)
        _swap(staged, folder)


@contextlib.contextmanager
def _staging(path: Path) -> Iterator[Path]:
    """The place where a file or folder is staged; folders above it are created, and removed if the rest fails."""
    missing = [above for above in path.parents if not os.path.lexists(above)]
    with write_error(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with beside(path.parent) as place:
                yield Path(place, path.name)
                _sync_names(path.parent)
        except BaseException:
            for above in missing:
                with contextlib.suppress(OSError):
                    above.rmdir()
            raise


def _swap(staged: Path, target: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISDIR(target.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    aside = Path(tempfile.mkdtemp(prefix=".hubrank-", suffix=".old", dir=target.parent)) / target.name
    try:
        for _ in range(_TRIES):
            with contextlib.suppress(FileNotFoundError):
                target.rename(aside)
            try:
                staged.rename(target)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                shutil.rmtree(aside, ignore_errors=True)  # another writer has replaced it
            else:
                shutil.rmtree(aside.parent, ignore_errors=True)
                return
    except BaseException:
        with contextlib.suppress(OSError):
            if not os.path.lexists(target):
                aside.rename(target)
        with contextlib.suppress(OSError):
            aside.parent.rmdir()  # what could not be restored stays there
        raise
    shutil.rmtree(aside.parent, ignore_errors=True)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def add_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files into a folder of others, which is made where it is missing; all of them, or none.

    The first, which may name the others, comes last; a `UsageError` reports one that exists or cannot be written.
    """
    _check_new(folder, *files)
    if not is_there(folder):
        replace_folder(folder, files)
        return
    with write_error(folder), beside(folder) as place:
        for name, content in files.items():
            Path(place, name).write_bytes(content)
        make_durable(Path(place))
        moved: list[str] = []
        try:
            for name in [*files][::-1]:
                _check_new(folder, name)
                Path(place, name).rename(folder / name)
                moved.append(name)
        except BaseException:
            for name in moved:
                (folder / name).unlink()
            raise
        _sync_names(folder)


def _check_new(folder: Path, *names: str) -> None:
    if there := [name for name in names if os.path.lexists(folder / name)]:
        raise UsageError(f"{folder / there[0]}: exists, and may have been edited; choose another folder")


def check_file(path: Path) -> None:
    """Raise a `UsageError`, before any work, of a place where no file can be written, such as a folder or a device."""
    check_above(path)
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; specify a file")
    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is not a regular file; specify another")


def check_above(path: Path) -> None:
    """Raise a `UsageError`, before any work, of a place in which nothing can be made."""
    if is_address(str(path)):
        raise UsageError(f"{path.name}: would be at an address, where nothing is written; name a local path")
    with write_error(path):
        with contextlib.suppress(FileNotFoundError):
            path.stat()
        for above in Path(os.path.realpath(path)).parents:
            try:
                above.stat()
            except FileNotFoundError:
                continue
            if not above.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if not os.access(above, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return


def is_there(path: Path) -> bool:
    """Whether something is at a path; no name is too long or too odd to be asked for."""
    with contextlib.suppress(OSError, ValueError):
        return path.exists()
    return False


def steadily(folder: Path, read: Callable[[], _Read]) -> _Read:
    """Read a folder; read it again if another writer replaced it meanwhile, so that it is of one writer."""
    for _ in range(_TRIES):
        before = _identity(folder)
        try:
            result = read()
        except Exception:
            if before is not None and _identity(folder) == before:
                raise
            time.sleep(0.01)  # it is being replaced
            continue
        if _identity(folder) == before:
            return result
    return read()


def _identity(folder: Path) -> tuple[int, int, int] | None:
    with contextlib.suppress(OSError):
        status = folder.stat()
        return status.st_dev, status.st_ino, status.st_mtime_ns
    return None


@contextlib.contextmanager
def temp_dir() -> Iterator[Path]:
    """A folder among the system's temporary ones, gone at the end; a `UsageError` if there is no space for it."""
    with temp_place() as place:
        yield Path(place)


def process_temp_dir(where: Path | None = None) -> Path:
    """A new folder that goes at the end of the process, as `temp_place` makes it."""
    place = temp_place(where)
    atexit.register(place.cleanup)
    return Path(place.name)


def temp_place(where: Path | None = None) -> tempfile.TemporaryDirectory[str]:
    """A new folder that the caller cleans up, by default among the temporary ones; a `UsageError` without room."""
    try:
        return tempfile.TemporaryDirectory(prefix="hubrank-", dir=where, ignore_cleanup_errors=True)
    except OSError as error:
        what, hint = (f"{where}:", "") if where else ("temporary files", " (TMPDIR names their folder)")
        raise UsageError(f"{what} cannot be written: {_reason_of(error)}{hint}") from error


def _fill(staged: Path, content: Content, target: Path) -> None:
    """Write a file or folder where it is staged; an error names the target instead."""
    try:
        staged.write_bytes(content) if isinstance(content, bytes) else content(staged)
    except UsageError as error:
        raise UsageError(str(error).replace(str(staged), str(target))) from error


def make_durable(path: Path) -> None:
    """Have a file, or all files in a folder, written to the disk, which may be full after all."""
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
def write_error(path: Path) -> Iterator[None]:
    """Raise a `UsageError` if the system refuses to write a path, also in an error of a library."""
    try:
        yield
    except HubrankError:
        raise
    except Exception as error:
        refusal = next((item for item in (error, *error.args) if isinstance(item, OSError)), None)
        if refusal is None:
            raise
        raise UsageError(f"{path}: cannot be written: {_reason_of(refusal)}") from error


def _reason_of(error: OSError) -> str:
    """Why something cannot be written, and what to do about it where that is known."""
    return _REASONS[error.errno] if error.errno in _REASONS else library_message(error)
