"""Totals and replies kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.io.write import beside, leftovers, make_durable, replace_file, tidy, turn, write_error

if TYPE_CHECKING:
    import pandas as pd


_KNOWN, _DATA, _MADE = "known", "data", "made"


class Arrival:
    """A file that arrives.

    Args:
        folder: Where it lies meanwhile.
        alone: Whether no other process can be there; if that is not known, it is a file that no other goes on with.

    Attributes:
        data: What has come.
    """

    def __init__(self, folder: Path, *, alone: bool) -> None:
        self.folder = folder
        self.data = folder / (_DATA if alone else f"{_DATA}-{os.getpid()}")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self.data.stat().st_size if self.data.is_file() else 0

    @property
    def known(self) -> dict[str, Any]:
        """What was said of it when it began; nothing where it has not."""
        with contextlib.suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.folder / _KNOWN).read_bytes())
            return found
        return {}

    def begin(self, known: Mapping[str, Any]) -> None:
        """Forget what has come, and note what is said of what will.

        Raises:
            UsageError: There is no room for it.
        """
        self.forget()
        replace_file(self.folder / _KNOWN, json.dumps(known).encode())

    def take(self, pieces: Iterable[bytes]) -> None:
        """Add what comes to what has; it stays where the pieces end by an error of theirs.

        Raises:
            UsageError: It cannot be written; then nothing of it is left.
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
        """The digest of what has come."""
        with self.data.open("rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()

    def forget(self) -> None:
        """Delete what has come."""
        for path in (self.folder / _MADE, self.folder / _KNOWN, self.data):
            path.unlink(missing_ok=True)

    def put(self, target: Path, pointer: Path, known: bytes) -> None:
        """Move what is whole to its place, once nothing but a rename can be lost.

        Args:
            target: Where it goes.
            pointer: The file that says what is kept; it comes last.
            known: What that says.

        Raises:
            UsageError: It cannot be written.
        """
        with write_error(target):
            make_durable(self.data)
            replace_file(self.folder / _MADE, known)
            self.data.replace(target)
            self._point(pointer)

    def left(self) -> bytes:
        """What `put` was going to say of what it moved, where it was killed; empty where it was not."""
        with contextlib.suppress(OSError):
            return (self.folder / _MADE).read_bytes()
        return b""

    def finish(self, target: Path, pointer: Path) -> None:
        """Do what a killed `put` left to do.

        Raises:
            UsageError: It cannot be written.
        """
        with write_error(target):
            if self.data.exists():
                self.data.replace(target)
            self._point(pointer)

    def _point(self, pointer: Path) -> None:
        (self.folder / _MADE).replace(pointer)
        self.forget()


#: Raised when totals are stored another way, so that old entries are not read.
FORMAT = 2
#: The folder of replies within the cache's, and how their files end.
REPLIES, REPLY = "http", ".reply"
#: How files of services end there, what is said of them, and the folders in which they arrive.
FILE, SAID, ARRIVING = ".file", ".said", ".arriving"


@frozen
class Cache:
    """A folder that any number of processes can share.

    An entry is a Parquet file `KEY-DIGEST.parquet`: KEY says what was summed, DIGEST is of its bytes.
    It is written in a workplace and moved when whole, so there is never half an entry; if the machine fails, its digest
    tells that of one. It need not be made durable.

    A reply that a service gave is a file `http/KEY.reply`: the digest of what follows, a line of what it is, and its
    bytes. A new one takes the old one's place in one step.

    A file that a service gave, which may be too large for memory, is `http/KEY-DIGEST.file`; `http/KEY.said` says, as a
    reply does, which of them is kept under a key and what is known of it. What has come of one that is not whole lies
    in `http/KEY.arriving`, for the next run to go on with.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """The folder that `HUBRANK_CACHE` names, or the platform's for caches."""
        import platformdirs

        named = os.environ.get("HUBRANK_CACHE")
        return cls(Path(named) if named else Path(platformdirs.user_cache_dir("hubrank")))

    def get(self, key: str) -> tuple[pd.DataFrame, dict[str, Any]] | None:
        """The rows and what is known of them, or none where there is no sound entry."""
        import pyarrow
        import pyarrow.parquet as pq

        for path in sorted(self.folder.glob(f"{key}-*.parquet")):
            with contextlib.suppress(OSError, pyarrow.ArrowException, KeyError, TypeError):
                content = path.read_bytes()
                if not _is_content(path, content):
                    continue
                table = pq.ParquetFile(pyarrow.BufferReader(content)).read(use_threads=False)
                metadata = json.loads(table.schema.metadata[b"hubrank"])
                frame: pd.DataFrame = table.replace_schema_metadata(None).to_pandas()
                return frame, metadata
        return None

    def put(self, key: str, frame: pd.DataFrame, metadata: Mapping[str, Any]) -> None:
        """Store rows; what cannot be written is summed again another time."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pandas(frame, preserve_index=False)
        table = table.replace_schema_metadata({b"hubrank": json.dumps(metadata, sort_keys=True).encode()})
        repeated = [each.name for each in table.schema if not pa.types.is_floating(each.type)]

        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with beside(self.folder) as place:
                made = place / key
                pq.write_table(table, made, use_dictionary=repeated, write_statistics=False)
                made.replace(self.folder / f"{key}-{_digest_of(made)}.parquet")

    def reply(self, key: str) -> bytes | None:
        """What a service replied, or none where no sound copy is kept."""
        return _body(self._place(key))

    def keep_reply(self, key: str, reply: bytes, about: str) -> None:
        """Keep what a service replied, whole or not at all; of two writers one wins.

        Args:
            key: What it is found by.
            reply: Its bytes.
            about: What `hubrank cache list` says of it, in one line.

        Raises:
            UsageError: It cannot be written.
        """
        replace_file(self._place(key), _said(reply, about))

    def forget_reply(self, key: str) -> bool:
        """Delete a reply; whether there was one."""
        path = self._place(key)
        there = path.is_file()
        path.unlink(missing_ok=True)
        return there

    def replies(self) -> Iterator[str]:
        """The keys of the replies that are kept."""
        yield from (path.stem for path in sorted(self.folder.glob(f"{REPLIES}/*{REPLY}")))

    def file(self, key: str) -> tuple[Path, dict[str, Any]] | None:
        """A file that a service gave and what is known of it, or none where no whole one is kept.

        It is not read for that: `broken` tells whether its bytes are what they were.
        """
        known = _known(_body(self._place(key, SAID)))
        path = self._file(key, known)
        if path.is_file() and path.stat().st_size == known.get("size"):
            return path, known
        return None

    @contextlib.contextmanager
    def arriving(self, key: str, wait: Callable[[], None]) -> Iterator[Arrival]:
        """The place in which a file arrives, of one process at a time.

        Args:
            key: What it is found by.
            wait: Called again and again as long as another process has the place.
        """
        folder = self._place(key, ARRIVING)
        with turn(folder, wait) as alone:
            arrival = Arrival(folder, alone=alone)
            if left := arrival.left():
                arrival.finish(self._file(key, _known(_content(left))), self._place(key, SAID))
            yield arrival

    def keep_file(self, key: str, arrival: Arrival, known: Mapping[str, Any], about: str) -> None:
        """Keep a file that is whole, in the place of the one before.

        Args:
            key: What it is found by.
            arrival: Where it lies.
            known: What is known of it; its `size` and `digest` are added.
            about: What `hubrank cache list` says of it, in one line.

        Raises:
            UsageError: It cannot be written.
        """
        known = {**known, "size": arrival.size, "digest": arrival.digest("sha256")}
        target = self._file(key, known)
        arrival.put(target, self._place(key, SAID), _said(json.dumps(known).encode(), about))
        for old in (self.folder / REPLIES).glob(f"{key}-*{FILE}"):
            if old != target:
                old.unlink(missing_ok=True)

    def say_of_file(self, key: str, known: Mapping[str, Any], about: str) -> None:
        """Note what is known of a file that is kept, such as that it has not changed.

        Raises:
            UsageError: It cannot be written.
        """
        replace_file(self._place(key, SAID), _said(json.dumps(dict(known)).encode(), about))

    def _file(self, key: str, known: Mapping[str, Any]) -> Path:
        return self._place(f"{key}-{str(known.get('digest'))[:16]}", FILE)

    def _place(self, key: str, ending: str = REPLY) -> Path:
        return self.folder / REPLIES / f"{key}{ending}"

    def entries(self) -> Iterator[Path]:
        """The files of all entries, totals before replies, and those before files."""
        yield from sorted(self.folder.glob("*-*.parquet"))
        yield from map(self._place, self.replies())
        yield from sorted(self.folder.glob(f"{REPLIES}/*-*{FILE}"))

    def about(self, path: Path) -> dict[str, Any]:
        """What is known of an entry; nothing where it cannot be read."""
        import pyarrow
        import pyarrow.parquet as pq

        if path.suffix in (REPLY, FILE):
            said = path if path.suffix == REPLY else self._place(path.stem.rpartition("-")[0], SAID)
            with contextlib.suppress(OSError, IndexError, UnicodeError):
                return {path.suffix[1:]: said.read_bytes().split(b"\n", 2)[1].decode()}
            return {}
        try:
            known: dict[str, Any] = json.loads(pq.read_schema(path).metadata[b"hubrank"])
        except (OSError, pyarrow.ArrowException, KeyError, TypeError, ValueError):
            return {}
        return known

    def broken(self) -> list[Path]:
        """Entries whose content is not what their name says."""
        return [path for path in self.entries() if not _is_sound(path)]

    def prune(self) -> int:
        """Delete all entries, and what killed writers left, of earlier versions too; how many there were."""
        folders = (self.folder, self.folder / REPLIES)
        left = [each for folder in folders for each in leftovers(folder)]
        for folder in folders:
            tidy(folder)
        files = [*self.entries(), *(path for path in self.folder.glob(".*.part") if path.is_file())]
        for path in [*files, *(self.folder / REPLIES).glob(f"*{SAID}")]:
            path.unlink(missing_ok=True)
        arrived = self._prune_arrivals()
        return len(files) + arrived + len(left) - sum(len(leftovers(folder)) for folder in folders)

    def _prune_arrivals(self) -> int:
        """Delete what has come of files, but for those that are on their way now; how many there were."""
        gone = 0
        for folder in (self.folder / REPLIES).glob(f"*{ARRIVING}"):
            with contextlib.suppress(BlockingIOError), turn(folder, _refuse_to_wait) as alone:
                gone += Arrival(folder, alone=alone).size > 0
                shutil.rmtree(folder, ignore_errors=True)
        return gone


def key_of(*parts: Any) -> str:
    """The key of what these parts say; each must have a JSON or a text."""
    text = json.dumps([FORMAT, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _refuse_to_wait() -> None:
    raise BlockingIOError


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _is_sound(path: Path) -> bool:
    """Whether an entry holds what it should; a file, which may be large, is read in pieces."""
    if path.suffix == FILE:
        return path.stem.endswith("-" + _digest_of(path))
    return _is_content(path, path.read_bytes())


def _is_content(path: Path, content: bytes) -> bool:
    """Whether a file holds what its name says, or a reply what its first line says."""
    if path.suffix == REPLY:
        return _content(content) is not None
    return path.stem.endswith("-" + _digest(content))


def _said(content: bytes, about: str) -> bytes:
    """What is kept of a reply: the digest of what follows, what it is, and its bytes."""
    body = about.replace("\n", " ").encode() + b"\n" + content
    return _digest(body).encode() + b"\n" + body


def _content(said: bytes) -> bytes | None:
    """The bytes of what was kept; none where they are not what they were."""
    digest, _, body = said.partition(b"\n")
    return body.partition(b"\n")[2] if digest.decode(errors="replace") == _digest(body) else None


def _body(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        return _content(path.read_bytes())
    return None


def _known(content: bytes | None) -> dict[str, Any]:
    """What is known of a file; nothing where nothing sound says so."""
    found: dict[str, Any] = json.loads(content) if content else {}
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
