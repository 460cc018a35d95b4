"""What tells whether a file has changed."""

import hashlib
from pathlib import Path


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content, which is read in pieces.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
