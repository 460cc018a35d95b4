"""Files and folders written whole; temporary ones."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import errno
import functools
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

from hubrank.errors import HubrankError, UsageError
from hubrank.i18n import library_message

if sys.platform != "win32":
    import fcntl

#: How workplaces are called, and what may lie in one: nothing else is ever removed.
_WORKPLACE = re.compile(r"\.?hubrank-[a-z0-9_]{8}\.part")
_LOCK, _NEW, _OLD, _ADD, _GONE = "lock", "new", "old", "add", "gone"
#: Where there are no locks, a workplace that nobody touched for so many seconds is abandoned.
_DAY = 86_400
#: How often a writer tries to get ahead of others.
TRIES = 100
#: That a folder stands at the place already, and that a file system cannot exchange two.
_THERE = (errno.ENOTEMPTY, errno.EEXIST)
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """A folder for what is being made, in the file system of another, gone at the end; what is whole is moved away.

    Args:
        folder: Where it is made.
    """
    with Workplace(folder) as place:
        yield place.new


class Workplace:
    """A folder of one writer, locked until it is closed or its process ends.

    Attributes:
        folder: Where it is.
        new: What is being made lies in here.
    """

    def __init__(self, where: Path, prefix: str = ".hubrank-") -> None:
        tidy(where)
        self._process = os.getpid()
        self.folder, self._lock = _locked(where, prefix)
        self.new = self.folder / _NEW
        try:
            self.new.mkdir()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """The workplace itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it."""
        self.close()

    def close(self) -> None:
        """Remove it, unless this is a fork of the process that made it."""
        if os.getpid() == self._process and self._lock >= 0:
            lock, self._lock = self._lock, -1
            _remove(self.folder, lock)

    def put(self, made: Path, target: Path) -> None:
        """Put a folder in the place of another, in one step where the file system can.

        Args:
            made: The new one.
            target: Where it goes; what is there goes with the workplace.

        Raises:
            OSError: It cannot be put there.
        """
        if not any(self._put(made, target) for _ in range(TRIES)):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(target))

    def add(self, names: Sequence[str]) -> None:
        """Move what is new into the folder in which the workplace lies, in an order; all of it or none.

        Where the writer is killed after the first may have been moved, the next that comes there moves the rest.

        Raises:
            OSError: One cannot be moved, or is there already.
        """
        leaving = self.folder / _ADD
        self.new.rename(leaving)
        try:
            for name in names:
                _move(leaving / name, self.folder.parent / name)
        except BaseException:
            for name in names:
                if not os.path.lexists(leaving / name):
                    (self.folder.parent / name).rename(leaving / name)
            leaving.rename(self.new)
            raise

    def _put(self, made: Path, target: Path) -> bool:
        """Whether it is there now; another writer may have been quicker."""
        try:
            made.rename(target)
        except OSError as error:
            if error.errno not in _THERE:
                raise
        else:
            return True
        try:
            exchange(made, target)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
            return self._put_in_two(made, target)
        return True

    def _put_in_two(self, made: Path, target: Path) -> bool:
        """Move the old one aside, then the new one to its place."""
        _forget(self.folder)
        aside = self.folder / _OLD / target.name
        aside.parent.mkdir(exist_ok=True)
        try:
            target.rename(aside)
        except FileNotFoundError:
            return False
        try:
            made.rename(target)
        except OSError as error:
            if error.errno in _THERE:
                return False
            with contextlib.suppress(OSError):
                aside.rename(target)
            raise
        return True


def _move(source: Path, target: Path) -> None:
    """Move a file to a place where none is; `OSError` where one is."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


def exchange(first: Path, second: Path) -> None:
    """Let two paths change places in one step.

    Raises:
        OSError: One is missing, or the system or file system cannot.
    """
    call = _renameat2()
    if call is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    here, swap = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    if call(here, os.fsencode(first), here, os.fsencode(second), swap):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(first), None, str(second))


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    """Linux's call, where its C library has it."""
    if not sys.platform.startswith("linux"):
        return None
    call: Callable[..., int] | None = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    return call


def tidy(where: Path) -> None:
    """Put back, put in or remove what killed writers left in a folder; what belongs to a running one is not touched."""
    with contextlib.suppress(OSError), os.scandir(where) as entries:
        for each in [Path(each.path) for each in entries if _WORKPLACE.fullmatch(each.name)]:
            with contextlib.suppress(OSError):
                _tidy(each)


@contextlib.contextmanager
def turn(folder: Path, wait: Callable[[], None]) -> Iterator[bool]:
    """Be alone at work in a folder that outlives its writers: what one leaves when it is killed, the next goes on with.

    Args:
        folder: The folder, made where it is missing; gone at the end where nothing is left in it.
        wait: Called as long as another has the turn, again and again; what it raises ends the waiting.

    Yields:
        Whether nobody else is there; where the file system has no locks, that is not known.
    """
    while (lock := _attempted(folder)) is None:
        wait()
    try:
        yield bool(_taken(lock))
    finally:
        _leave(folder, lock)


def _attempted(folder: Path) -> int | None:
    """The lock of a folder; none where another has it, or has just removed it."""
    with contextlib.suppress(FileNotFoundError):
        folder.mkdir(parents=True, exist_ok=True)
        return _lock(folder, abandoned=True)
    return None


def _leave(folder: Path, lock: int) -> None:
    """Give the turn to the next; the folder goes where its lock is all that it has."""
    if sys.platform == "win32":
        os.close(lock)  # an open file cannot be removed there
    with contextlib.suppress(OSError):
        if [each.name for each in folder.iterdir()] == [_LOCK]:
            (folder / _LOCK).unlink()
            folder.rmdir()
    if sys.platform != "win32":
        os.close(lock)


def leftovers(where: Path) -> list[Path]:
    """The workplaces in a folder, of running writers and of killed ones."""
    with contextlib.suppress(OSError), os.scandir(where) as entries:
        return sorted(Path(each.path) for each in entries if _WORKPLACE.fullmatch(each.name))
    return []


def _tidy(folder: Path) -> None:
    """Put back what a killed writer moved aside, put in what it had not yet moved, then remove its workplace."""
    known = folder.lstat()
    mine = known.st_uid == os.getuid() if hasattr(os, "getuid") else True
    if not mine or not {each.name for each in folder.iterdir()} <= {_LOCK, _NEW, _OLD, _ADD, _GONE}:
        return
    lock = _lock(folder, abandoned=time.time() - known.st_mtime > _DAY)
    if lock is None:
        return
    try:
        for each in [*folder.glob(f"{_OLD}/*"), *folder.glob(f"{_ADD}/*")]:
            if not os.path.lexists(folder.parent / each.name):
                each.rename(folder.parent / each.name)
    except BaseException:  # it is left to the next
        os.close(lock)
        raise
    _remove(folder, lock)


def _locked(where: Path, prefix: str) -> tuple[Path, int]:
    """A new folder and its lock; another one where somebody tidied it away before it was locked."""
    for _ in range(TRIES):
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=".part", dir=where))
        try:
            lock = _lock(folder, abandoned=True)
        except FileNotFoundError:
            continue
        except BaseException:
            with contextlib.suppress(OSError):
                folder.rmdir()
            raise
        if lock is not None:
            return folder, lock
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), str(where))


def _lock(folder: Path, *, abandoned: bool) -> int | None:
    """Lock a workplace.

    Args:
        folder: The workplace.
        abandoned: Whether it is for the taking where there are no locks.

    Returns:
        What holds the lock until it is closed; none where another process has it.

    Raises:
        OSError: The lock's file cannot be made.
    """
    path = folder / _LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        taken = _taken(handle)
        if (abandoned if taken is None else taken) and os.path.samestat(os.fstat(handle), path.stat()):
            return handle
    except FileNotFoundError:  # who had it has removed it
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _taken(handle: int) -> bool | None:
    """Whether a lock could be had; none where there are no locks."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _remove(folder: Path, lock: int) -> None:
    """Remove a workplace, its lock last, as far as it can be removed; the rest is left to the next start."""
    try:
        with contextlib.suppress(OSError):
            _forget(folder)
        shutil.rmtree(folder / _NEW, ignore_errors=True)
        shutil.rmtree(folder / _ADD, ignore_errors=True)
    finally:
        if sys.platform == "win32":
            os.close(lock)  # an open file cannot be removed there
        with contextlib.suppress(OSError):
            (folder / _LOCK).unlink(missing_ok=True)
            folder.rmdir()
        if sys.platform != "win32":
            os.close(lock)


def _forget(folder: Path) -> None:
    """Delete what was moved aside, so that half of it is never taken for the whole."""
    if os.path.lexists(folder / _GONE):
        shutil.rmtree(folder / _GONE)
    if os.path.lexists(folder / _OLD):
        (folder / _OLD).rename(folder / _GONE)
        shutil.rmtree(folder / _GONE)


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
    with write_error(path), _folder_of(path), beside(path.parent) as place:
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
    with write_error(folder), _folder_of(folder), Workplace(folder.parent) as place:
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
    with write_error(folder), Workplace(folder) as place:
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
    with write_error(path):
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
def temp_dir() -> Iterator[Path]:
    """A folder among the system's temporary ones, gone at the end.

    Raises:
        UsageError: There is no room for it.
    """
    with temp_place() as place:
        yield place.new


def process_temp_dir(where: Path | None = None) -> Path:
    """A new folder that goes at the end of the process.

    Args:
        where: In what folder; among the system's temporary ones by default.

    Raises:
        UsageError: There is no room for it.
    """
    place = _of_process(os.getpid(), where, tempfile.tempdir)
    with write_error(place.new):
        return Path(tempfile.mkdtemp(dir=place.new))


@functools.cache
def _of_process(_number: int, where: Path | None, _temporary: str | None) -> Workplace:
    """The one workplace in a folder that a process has until its end."""
    place = temp_place(where)
    atexit.register(place.close)
    return place


def temp_place(where: Path | None = None) -> Workplace:
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
def write_error(path: Path) -> Iterator[None]:
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
    return _REASONS[error.errno] if error.errno in _REASONS else library_message(error)
