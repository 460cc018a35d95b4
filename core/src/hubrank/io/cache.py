"""Totals and replies kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.errors import UsageError, library
from hubrank.i18n import library_message
from hubrank.io.addresses import COPIES, cache_folder
from hubrank.io.write import beside, make_durable, replace_file, write_error

if TYPE_CHECKING:
    import pandas as pd

_DAY = 86_400


class Arrival:
    """A file being received, in a folder of its own; `data` is the path of the received part."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._about = folder / "known"

    @property
    def size(self) -> int:
        """The number of bytes received."""
        return self.data.stat().st_size if self.data.is_file() else 0

    @property
    def known(self) -> dict[str, Any]:
        """The note made when it began; empty if it has not begun."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            return dict(json.loads(self._about.read_bytes()))
        return {}

    def begin(self, known: Mapping[str, Any]) -> None:
        """Discard the old content, and note a description of the new; a `UsageError` if there is no space for it."""
        self.forget()
        replace_file(self._about, json.dumps(known).encode(), follow=False)

    def take(self, pieces: Iterable[bytes]) -> None:
        """Append pieces; content stays if the pieces end with an error of theirs.

        If it cannot be written, nothing of it is left, and a `UsageError` reports it.
        """
        try:
            with write_error(self.data), self.data.open("ab") as file:
                for piece in pieces:
                    file.write(piece)
        except BaseException as error:
            if isinstance(error.__cause__, OSError):
                self.forget()
            raise

    def digest(self, algorithm: str) -> str:
        """The digest of the received part."""
        with self.data.open("rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()

    def forget(self) -> None:
        """Delete the received part."""
        for path in (self._about, self.data):
            path.unlink(missing_ok=True)


#: Raised when totals are stored another way, so that old entries are not read.
_FORMAT = 4
#: The folder of replies within the cache's, how their files end, and how those of notes do.
REPLIES, REPLY, NOTE = "http", ".reply", ".note"
#: The suffixes of files from services, of their notes, of the folders for incomplete ones, and of their locks.
FILE, SAID, ARRIVING, LOCK = ".file", ".said", ".arriving", ".lock"
#: The names of entries, of staging folders and of what is staged in them: nothing else is listed or deleted.
_TOTALS, _FILES = r".+-[0-9a-f]{16}\.(totals|parquet)", rf".+-[0-9a-f]{{16}}\{FILE}"
_NOTES = rf".+\{NOTE}"
_STAGING, _STAGED = r"\.hubrank-\w{8}\.part", r"[0-9a-f]{16,}(\.\w+)?"


@frozen
class Cache:
    """A folder that any number of processes can share; links in it are neither followed nor deleted.

    An entry is a file `KEY-DIGEST.totals`: KEY identifies what was summed, DIGEST is of its bytes, which are a line of
    JSON that describes rows, and the cells of each column. It is written beside and moved when complete, so there is
    never half an entry; if the machine fails, the digest reveals an incomplete one. It need not be durable.

    A note is a file `KEY.note`, kept as a reply is, with JSON that hubrank itself has written.

    A service's reply is a file `http/KEY.reply`: the digest of the rest, a line of description, and its bytes. A new
    reply replaces the old one in one step.

    A file from a service, which may be too large for memory, is `http/KEY-DIGEST.file`; `http/KEY.said` records, as a
    reply does, which of them is kept under a key and what is known of it. The received part of an incomplete file is in
    `http/KEY.arriving`, so that the next run continues it; `http/KEY.lock` is held meanwhile.
    """

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """The folder that `HUBRANK_CACHE` names, or the platform's for caches."""
        return cls(cache_folder())

    def get(self, key: str) -> tuple[pd.DataFrame, dict[str, Any]] | None:
        """The rows and what is known of them, or None if there is no valid entry."""
        for path in _regular(self.folder, rf"{re.escape(key)}-[0-9a-f]{{16}}\.totals"):
            with contextlib.suppress(OSError):
                content = path.read_bytes()
                if path.stem.endswith("-" + _digest(content)):
                    return _unpacked(content)
        return None

    def put(self, key: str, frame: pd.DataFrame, metadata: Mapping[str, Any]) -> None:
        """Store rows; rows that cannot be written are summed again another time."""
        content, digest = _packed(frame, metadata), hashlib.sha256()
        for item in content:
            digest.update(item)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with beside(self.folder) as place:
                staged = Path(place, key)
                with staged.open("wb") as file:
                    file.writelines(content)
                staged.replace(self.folder / f"{key}-{digest.hexdigest()[:16]}.totals")

    def note(self, key: str) -> Any:
        """The content of a note, or None if no valid one is kept."""
        with contextlib.suppress(ValueError):
            return json.loads(_body(self.folder / f"{key}{NOTE}") or b"null")
        return None

    def keep_note(self, key: str, content: Any, about: str) -> None:
        """Keep a note, described by a line; one that cannot be written is made again another time."""
        with contextlib.suppress(UsageError):
            stored = _stored(json.dumps(content).encode(), about)
            replace_file(self.folder / f"{key}{NOTE}", stored, follow=False)

    def reply(self, key: str) -> bytes | None:
        """A service's reply, or None if no valid copy is kept."""
        return _body(self._place(key))

    def keep_reply(self, key: str, reply: bytes, about: str) -> None:
        """Keep a service's reply, atomically; of two writers one wins.

        `hubrank cache list` says `about` of it, in one line; a `UsageError` says that it cannot be written.
        """
        replace_file(self._place(key), _stored(reply, about), follow=False)

    def forget_reply(self, key: str) -> bool:
        """Delete a reply; whether there was one."""
        path = self._place(key)
        if there := path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)
        return there

    def has_replies(self) -> bool:
        """Whether any service's reply or file may be kept; a `UsageError` if it cannot be seen."""
        _look_into(self.folder / REPLIES)
        return (self.folder / REPLIES).exists()

    def replies(self) -> Iterator[str]:
        """The keys of the replies that are kept."""
        yield from (path.stem for path in _regular(self.folder / REPLIES, rf".+\{REPLY}"))

    def file(self, key: str) -> tuple[Path, dict[str, Any]] | None:
        """A service's file and what is known of it, or None if no file of the right size is kept."""
        known: dict[str, Any] = json.loads(_body(self._place(key, SAID)) or b"{}")
        path = self._file(key, known)
        whole = path.is_file() and not path.is_symlink() and path.stat().st_size == known.get("size")
        return (path, known) if whole else None

    @contextlib.contextmanager
    def arriving(self, key: str, wait: Callable[[], None]) -> Iterator[Arrival]:
        """The folder of a file being received; `wait` is called repeatedly while another process holds it."""
        filelock = library("filelock", "receiving a file from a service")
        folder = self._place(key, ARRIVING)
        for path in (folder, folder / "data", folder / "known"):
            _refuse_link(path)
        with write_error(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._place(key, LOCK))
        while not lock.is_locked:
            with write_error(folder), contextlib.suppress(filelock.Timeout):
                lock.acquire(blocking=False)
            if not lock.is_locked:
                wait()
        try:
            with write_error(folder):
                folder.mkdir(exist_ok=True)
            yield Arrival(folder)
        finally:
            with contextlib.suppress(OSError):
                folder.rmdir()
            lock.release()

    def keep_file(self, key: str, arrival: Arrival, known: Mapping[str, Any], about: str) -> None:
        """Keep a complete file, replacing the previous one, as `keep_reply` does.

        Its `size` and `digest` are added to what is known of it.
        """
        known = {**known, "size": arrival.size, "digest": arrival.digest("sha256")}
        target = self._file(key, known)
        with write_error(target):
            make_durable(arrival.data)
            arrival.data.replace(target)
        self.say_of_file(key, known, about)
        arrival.forget()
        for old in _regular(self.folder / REPLIES, rf"{re.escape(key)}-[0-9a-f]{{16}}\{FILE}"):
            if old != target:
                old.unlink(missing_ok=True)

    def say_of_file(self, key: str, known: Mapping[str, Any], about: str) -> None:
        """Update what is known of a kept file, for example that it has not changed."""
        replace_file(self._place(key, SAID), _stored(json.dumps(dict(known)).encode(), about), follow=False)

    def _file(self, key: str, known: Mapping[str, Any]) -> Path:
        return self._place(f"{key}-{str(known.get('digest'))[:16]}", FILE)

    def _place(self, key: str, ending: str = REPLY) -> Path:
        _look_into(self.folder / REPLIES)
        _refuse_link(self.folder / REPLIES)
        return self.folder / REPLIES / f"{key}{ending}"

    def entries(self) -> Iterator[Path]:
        """The files of all entries: totals, notes, replies, files; `UsageError` if none is seen."""
        _look_into(self.folder)
        _look_into(self.folder / REPLIES)
        yield from _regular(self.folder, _TOTALS)
        yield from _regular(self.folder, _NOTES)
        yield from map(self._place, self.replies())
        yield from _regular(self.folder / REPLIES, _FILES)

    def about(self, path: Path) -> dict[str, Any]:
        """What is known of an entry; nothing if it cannot be read."""
        if path.suffix in (REPLY, FILE, NOTE):
            pointer = self._place(path.stem.rpartition("-")[0], SAID) if path.suffix == FILE else path
            with contextlib.suppress(OSError, IndexError, UnicodeError):
                return {path.suffix[1:]: pointer.read_bytes().split(b"\n", 2)[1].decode()}
            return {}
        with contextlib.suppress(OSError, KeyError, TypeError, ValueError), path.open("rb") as file:
            return dict(json.loads(file.readline())["about"])
        return {}

    def broken(self) -> list[Path]:
        """Entries whose content is not what their name, or the first line of a reply, says."""
        from hubrank.io.safe_input import digest_of

        def sound(path: Path) -> bool:
            if path.suffix in (REPLY, NOTE):
                return _body(path) is not None
            with contextlib.suppress(OSError):
                return path.stem.endswith(f"-{digest_of(path)[:16]}")
            return False

        return [path for path in self.entries() if not sound(path)]

    def prune(self) -> int:
        """Delete all entries with the links to them, and the leftovers of killed writers; return their number.

        Files that are arriving now stay, and so do the staging folders of the last day.
        """
        replies = self.folder / REPLIES
        files = list(self.entries())
        for path in [*files, *_regular(replies, rf".+\{SAID}")]:
            path.unlink(missing_ok=True)
        if not (copies := self.folder / COPIES).is_symlink():
            shutil.rmtree(copies, ignore_errors=True)
        count = len(files)
        for folder in [item for above in (self.folder, replies) for item in _regular(above, _STAGING, Path.is_dir)]:
            if time.time() - folder.stat().st_mtime > _DAY:
                count += _remove(folder, _STAGED)
        arriving = [*_regular(replies, rf".+\{ARRIVING}", Path.is_dir), *_regular(replies, rf".+\{LOCK}")]
        for key in {path.stem for path in arriving}:
            folder, lock = self._place(key, ARRIVING), self._place(key, LOCK)
            filelock = library("filelock", f"deleting {folder}")
            with contextlib.suppress(filelock.Timeout), filelock.FileLock(lock, blocking=False):
                if folder.is_dir() and not folder.is_symlink():
                    count += Arrival(folder).size > 0
                    _remove(folder, "data|known")
                lock.unlink(missing_ok=True)
        return count


def key_of(*parts: Any) -> str:
    """The key of these parts; each must have a JSON or a text."""
    return hashlib.sha256(json.dumps([_FORMAT, *parts], sort_keys=True, default=str).encode()).hexdigest()[:32]


def _packed(frame: pd.DataFrame, about: Mapping[str, Any]) -> list[Any]:
    """Rows as the bytes of an entry, part by part.

    Texts are numbers of a list, -1 if they are missing; of a column that equals an earlier one its name is kept.
    """
    import numpy as np
    import pandas as pd

    columns: list[tuple[str, str, Any]] = []
    cells: list[np.ndarray[Any, Any]] = []
    for name in frame.columns:
        texts = None
        if same := [of for of, _, listed in columns if isinstance(listed, list) and frame[name].equals(frame[of])]:
            columns.append((str(name), "", same[0]))
            continue
        if pd.api.types.is_numeric_dtype(frame[name]):
            numbers = frame[name].to_numpy()
            if numbers.dtype == object:  # whole numbers of which some are missing
                numbers = frame[name].to_numpy(dtype=float, na_value=np.nan)
        else:
            numbers, distinct = pd.factorize(frame[name])
            texts = np.asarray(distinct, dtype=object).tolist()  # Arrow's own are slow to read one by one
            numbers = numbers.astype(np.min_scalar_type(-len(texts) - 1))
        columns.append((str(name), numbers.dtype.str, texts))
        cells.append(np.ascontiguousarray(numbers))
    head = json.dumps({"about": about, "rows": len(frame), "columns": columns}, sort_keys=True).encode()
    return [head, b"\n", *cells]


def _unpacked(content: bytes) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows of an entry, and what is known of them."""
    import numpy as np
    import pandas as pd

    at = content.index(b"\n") + 1
    head = json.loads(content[:at])
    columns: dict[str, Any] = {}
    for name, kind, texts in head["columns"]:
        if isinstance(texts, str):
            columns[name] = columns[texts].copy()
            continue
        numbers = np.frombuffer(content, kind, head["rows"], at)
        at += numbers.nbytes
        columns[name] = numbers.copy() if texts is None else np.array([*texts, None], dtype=object)[numbers]
    return pd.DataFrame(columns, copy=False), head["about"]


def _remove(folder: Path, pattern: str) -> bool:
    """Delete the files of a folder that fit a pattern, and the folder where that was all that it held."""
    for path in _regular(folder, pattern):
        path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()
        return True
    return False


def _look_into(folder: Path) -> None:
    """Raise a `UsageError` if a folder that is there may not be read."""
    try:
        os.scandir(folder).close()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        what = f"cannot be read: {library_message(error)}; HUBRANK_CACHE names another folder for the cache"
        raise UsageError(f"{folder}: {what}") from error


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise UsageError(f"{path}: is a link; delete it")


def _regular(folder: Path, pattern: str, is_kind: Callable[[Path], bool] = Path.is_file) -> list[Path]:
    """The files, or folders, of a folder under names that fit a pattern, except links."""
    if folder.name == REPLIES and folder.is_symlink():
        return []
    with contextlib.suppress(OSError):
        fits = re.compile(pattern).fullmatch
        named = sorted(item.name for item in os.scandir(folder) if fits(item.name))
        return [path for path in map(folder.joinpath, named) if not path.is_symlink() and is_kind(path)]
    return []


def _stored(content: bytes, about: str) -> bytes:
    """The stored form of a reply: the digest of the rest, the description, and its bytes."""
    body = about.replace("\n", " ").encode() + b"\n" + content
    return _digest(body).encode() + b"\n" + body


def _body(path: Path) -> bytes | None:
    """The bytes that were kept; None if they have changed."""
    with contextlib.suppress(OSError):
        stored = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        digest, _, body = stored.partition(b"\n")
        return body.partition(b"\n")[2] if digest.decode(errors="replace") == _digest(body) else None
    return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
