"""Workplaces: folders in which something is made beside its place, locked as long as their writer lives.

A workplace is a folder `.hubrank-XXXXXXXX.part`, among the system's temporary ones `hubrank-XXXXXXXX.part`. What is
made lies in its `new`, what a replacement in two steps moved aside in its `old`, what is on its way into a folder of
other files in its `add`. A lock tells whose writer lives; what a killed one left is put back, put in or removed when
the next comes there.
"""

from __future__ import annotations

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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self

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
