"""Shared parts of sources of users' files: tables of places beside them, and the state of all files."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen
from hubrank.io.safe_input import check_size


@frozen(kw_only=True)
class Places:
    """A table of the user's, CSV or XLSX, that says where something is.

    Attributes:
        file: It has `lat` and `lon`, and what names the place; relative to the scenario.
    """

    file: Path


def digest_of(files: Iterable[Path], places: Places | None, state: str = "") -> str:
    """The SHA-256 of files with their names, of the table of places beside them, and of the state of something else."""
    result = hashlib.sha256(state.encode())
    for path in (*files, *([places.file] if places else [])):
        check_size(path)
        with path.open("rb") as file:
            result.update(f"{path.name}\0".encode() + hashlib.file_digest(file, "sha256").digest())
    return result.hexdigest()
