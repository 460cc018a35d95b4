"""Totals on disk: each entry named by what was summed and by its own content."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from hubrank.basis.workplaces import beside, leftovers, tidy

if TYPE_CHECKING:
    import pandas as pd

#: Raised when totals are stored another way, so that old entries are not read.
FORMAT = 2


@frozen
class Cache:
    """A folder that any number of processes can share.

    An entry is a Parquet file `KEY-DIGEST.parquet`: KEY says what was summed, DIGEST is of its bytes.
    It is written in a workplace and moved when whole, so there is never half an entry; if the machine fails, its digest
    tells that of one. It need not be made durable.

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

    def entries(self) -> Iterator[Path]:
        """The files of all entries."""
        yield from sorted(self.folder.glob("*-*.parquet"))

    def about(self, path: Path) -> dict[str, Any]:
        """What is known of an entry; nothing where it cannot be read."""
        import pyarrow
        import pyarrow.parquet as pq

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
        left = leftovers(self.folder)
        tidy(self.folder)
        files = [*self.entries(), *(path for path in self.folder.glob(".*.part") if path.is_file())]
        for path in files:
            path.unlink(missing_ok=True)
        return len(files) + len(left) - len(leftovers(self.folder))


def key_of(*parts: Any) -> str:
    """The key of what these parts say; each must have a JSON or a text."""
    text = json.dumps([FORMAT, *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _is_content(path: Path, content: bytes) -> bool:
    """Whether a file holds what its name says."""
    return path.stem.endswith("-" + _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
