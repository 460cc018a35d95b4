"""Files of a plugin on the disk: all of them, or none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from hubrank import UsageError
from hubrank.io.write import replace_file, replace_folder

from hubrank_start.new.making import Files


def write_new(folder: Path, files: Files) -> None:
    """Write a new folder.

    Args:
        folder: Made; where it is there with nothing in it that can be seen, it stays the folder that it is.
        files: What lies in it, by place.

    Raises:
        UsageError: Something is there, or it cannot be written.
    """
    if folder.is_symlink() or folder.exists():
        if not folder.is_dir() or any(not each.name.startswith(".") for each in folder.iterdir()):
            raise UsageError(f"{folder}: is there already; choose another with --into")
        add(folder, files)
        return
    replace_folder(folder, {top: _writer(top, files) for top in dict.fromkeys(_top(each) for each in files)})


def add(folder: Path, files: Files, changed: Files | None = None) -> None:
    """Write new files beside others, and then those that are changed.

    Raises:
        UsageError: One of the new ones is there, or one cannot be written; then none is.
    """
    if there := [each for each in files if (folder / each).exists()]:
        raise UsageError(f"{folder / there[0]}: is there already; choose another name")
    with contextlib.ExitStack() as undo:
        for place, text in files.items():
            undo.callback((folder / place).unlink, missing_ok=True)
            replace_file(folder / place, text.encode())
        for place, text in (changed or {}).items():
            replace_file(folder / place, text.encode())
        undo.pop_all()


def _top(place: str) -> str:
    return place.partition("/")[0]


def _writer(top: str, files: Files) -> bytes | Callable[[Path], None]:
    """What writes a file, or all files of a folder."""
    if top in files:
        return files[top].encode()

    def write(path: Path) -> None:
        for place, text in files.items():
            if place.startswith(f"{top}/"):
                target = path.parent / place
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode())

    return write
