"""Totals on disk, each entry named by what was summed and by its own content; and replies of services, beside them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.basis.files import replace_file
from hubrank.basis.workplaces import beside, leftovers, tidy

if TYPE_CHECKING:
    import pandas as pd

#: Raised when totals are stored another way, so that old entries are not read.
FORMAT = 2
#: The folder of replies within the cache's, and how their files end.
REPLIES, REPLY = "http", ".reply"


@frozen
class Cache:
    """A folder that any number of processes can share.

    An entry is a Parquet file `KEY-DIGEST.parquet`: KEY says what was summed, DIGEST is of its bytes.
    It is written in a workplace and moved when whole, so there is never half an entry; if the machine fails, its digest
    tells that of one. It need not be made durable.

    A reply that a service gave is a file `http/KEY.reply`: the digest of what follows, a line of what it is, and its
    bytes. A new one takes the old one's place in one step.

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
        with contextlib.suppress(OSError):
            path = self._place(key)
            content = path.read_bytes()
            if _is_content(path, content):
                return content.split(b"\n", 2)[2]
        return None

    def keep_reply(self, key: str, reply: bytes, about: str) -> None:
        """Keep what a service replied, whole or not at all; of two writers one wins.

        Args:
            key: What it is found by.
            reply: Its bytes.
            about: What `hubrank cache list` says of it, in one line.

        Raises:
            UsageError: It cannot be written.
        """
        body = about.replace("\n", " ").encode() + b"\n" + reply
        replace_file(self._place(key), _digest(body).encode() + b"\n" + body)

    def forget_reply(self, key: str) -> bool:
        """Delete a reply; whether there was one."""
        path = self._place(key)
        there = path.is_file()
        path.unlink(missing_ok=True)
        return there

    def replies(self) -> Iterator[str]:
        """The keys of the replies that are kept."""
        yield from (path.stem for path in sorted(self.folder.glob(f"{REPLIES}/*{REPLY}")))

    def _place(self, key: str) -> Path:
        return self.folder / REPLIES / f"{key}{REPLY}"

    def entries(self) -> Iterator[Path]:
        """The files of all entries, totals before replies."""
        yield from sorted(self.folder.glob("*-*.parquet"))
        yield from map(self._place, self.replies())

    def about(self, path: Path) -> dict[str, Any]:
        """What is known of an entry; nothing where it cannot be read."""
        import pyarrow
        import pyarrow.parquet as pq

        if path.suffix == REPLY:
            with contextlib.suppress(OSError, IndexError, UnicodeError):
                return {"reply": path.read_bytes().split(b"\n", 2)[1].decode()}
            return {}
        try:
            known: dict[str, Any] = json.loads(pq.read_schema(path).metadata[b"hubrank"])
        except (OSError, pyarrow.ArrowException, KeyError, TypeError, ValueError):
            return {}
        return known

    def broken(self) -> list[Path]:
        """Entries whose content is not what their name says."""
        return [path for path in self.entries() if not _is_content(path, path.read_bytes())]

    def prune(self) -> int:
        """Delete all entries, and what killed writers left, of earlier versions too; how many there were."""
        folders = (self.folder, self.folder / REPLIES)
        left = [each for folder in folders for each in leftovers(folder)]
        for folder in folders:
            tidy(folder)
        files = [*self.entries(), *(path for path in self.folder.glob(".*.part") if path.is_file())]
        for path in files:
            path.unlink(missing_ok=True)
        return len(files) + len(left) - sum(len(leftovers(folder)) for folder in folders)


def key_of(*parts: Any) -> str:
    """The key of what these parts say; each must have a JSON or a text."""
    text = json.dumps([FORMAT, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _is_content(path: Path, content: bytes) -> bool:
    """Whether a file holds what its name says, or a reply what its first line says."""
    if path.suffix == REPLY:
        digest, _, body = content.partition(b"\n")
        return digest.decode(errors="replace") == _digest(body)
    return path.stem.endswith("-" + _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
