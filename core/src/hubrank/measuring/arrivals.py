"""Files of services on their way into the cache: a killed run's are gone on with, and only what is whole is kept.

What arrives lies in a folder of its own until it is whole: `known`, what was said of it when it began; `data`, what has
come; `made`, what will be known of it once `data` is whole and safe on the disk. From then on two renames are left to
do, which the next run does where this one is killed between them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hubrank.basis.files import make_durable, replace_file, told

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
            with told(self.data), self.data.open("ab") as file:
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
        with told(target):
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
        with told(target):
            if self.data.exists():
                self.data.replace(target)
            self._point(pointer)

    def _point(self, pointer: Path) -> None:
        (self.folder / _MADE).replace(pointer)
        self.forget()
