"""Run folders on disk: how to recognise one, and where one may be written."""

from __future__ import annotations

from pathlib import Path

from hubrank.basis.errors import UsageError
from hubrank.basis.files import check_above, is_there

#: Its presence makes a folder a run folder.
RECORD = "record.json"


def is_run(folder: Path) -> bool:
    """Whether a folder is a run folder."""
    return (folder / RECORD).is_file() and (folder / "scenario.toml").is_file()


def check_target(folder: Path) -> None:
    """Refuse a folder that a run must not replace, or cannot.

    Raises:
        UsageError: It is a file, a folder that is not empty and no run folder, or stands where nothing can be written.
    """
    check_above(folder)
    if not is_there(folder):
        return
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise UsageError(f"{folder}: is not empty and not a run folder; choose another folder or empty it")
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; specify a folder")
