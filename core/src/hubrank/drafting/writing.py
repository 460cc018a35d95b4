"""Files written into a folder that people edit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hubrank.basis.errors import UsageError
from hubrank.basis.language import worded


def write_beside(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files into a folder, which is made where it is missing.

    Args:
        folder: The folder.
        files: What is written, by name.

    Raises:
        UsageError: One of the files is there already, or cannot be written.
    """
    if there := [name for name in files if (folder / name).exists()]:
        file = folder / there[0]
        raise UsageError(worded("{file}: is there already, and may have been edited; choose another folder", file=file))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise UsageError(worded("{folder}: cannot be written: {error}", folder=folder, error=what)) from error
