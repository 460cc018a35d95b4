"""Run folders on disk: how to recognise one, and how to write one completely or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hubrank.basis.errors import UsageError
from hubrank.basis.language import worded

#: Its presence makes a folder a run folder.
RECORD = "record.json"


def is_run(folder: Path) -> bool:
    """Whether a folder is a run folder."""
    return (folder / RECORD).is_file() and (folder / "scenario.toml").is_file()


def check_target(folder: Path) -> None:
    """Refuse a folder that a run must not replace.

    Raises:
        UsageError: It is a file, or a folder that is not empty and no run folder.
    """
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise UsageError(
            worded("{folder}: is not empty and not a run folder; choose another folder or empty it", folder=folder)
        )
    if folder.exists() and not folder.is_dir():
        raise UsageError(worded("{file}: is a file; specify a folder", file=folder))


#: What a file holds, or what writes it.
Content = bytes | Callable[[Path], None]


def replace_folder(folder: Path, content: Mapping[str, Content]) -> None:
    """Write files into a folder of another name and rename it when it is whole.

    Args:
        folder: Made, or replaced.
        content: Files by name: their bytes, or a function that is called with the path and writes it.

    Raises:
        UsageError: The folder cannot be written.
    """
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        try:
            _fill(temporary, content)
            _put(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise UsageError(worded("{folder}: cannot be written: {error}", folder=folder, error=what)) from error


def _fill(folder: Path, content: Mapping[str, Content]) -> None:
    for name, each in content.items():
        if isinstance(each, bytes):
            (folder / name).write_bytes(each)
        else:
            each(folder / name)
    folder.chmod(0o755)


def _put(made: Path, folder: Path) -> None:
    """Rename a folder to the place of another, which is deleted."""
    if not folder.exists():
        made.rename(folder)
        return
    old = made.with_suffix(".old")
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
