"""The index of installed parts, kept in the cache, so that only the plugins that are used are imported."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, frozen

from hubrank.i18n import Title, gettext_noop
from hubrank.io.cache import Cache, key_of

#: Names of files and folders, with their times of change in ns.
Changed = tuple[tuple[str, int], ...]
#: The folders that are searched for distributions, with what in them tells of these.
SearchPath = tuple[tuple[str, Changed], ...]

#: What `hubrank cache list` says of the index.
INDEX = gettext_noop("index of installed parts")
#: The parts of a path in which only installers write.
_INSTALLED = ("site-packages", "dist-packages", str(Path(os.__file__).parent))
#: The names of what installers write into any other folder end with these.
_OF_INSTALLERS = (".dist-info", ".egg-info", ".egg-link", ".pth")
#: When this process began, in ns, less the time after which a second change of a file surely has another time of it.
_BEGUN = time.time_ns() - 2_000_000_000


@frozen
class Listed:
    """A module of an entry point, and what is known of its parts without importing it.

    Attributes:
        group: The group of the entry point.
        place: Its module, as the entry point names it.
        parts: The kind and the texts of each part.
    """

    group: str
    place: str
    distribution: str
    version: str
    parts: Sequence[tuple[str, Mapping[str, str]]]


def search_path() -> SearchPath:
    """The folders that are searched for distributions; installers change them, other files do not."""
    there = (folder for folder in sys.path if Path(folder).exists())
    return tuple(
        (folder, _installed_in(str(Path(folder).absolute()), Path(folder).stat().st_mtime_ns)) for folder in there
    )


@functools.lru_cache(maxsize=64)
def _installed_in(folder: str, changed: int) -> Changed:
    """What in a folder tells of distributions: itself if only installers write there, or if it cannot be listed."""
    if not is_installed(folder):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            ours = (entry for entry in entries if entry.name.endswith(_OF_INSTALLERS))
            return tuple(sorted((entry.name, entry.stat(follow_symlinks=False).st_mtime_ns) for entry in ours))
    return ((folder, changed),)


def is_installed(file: str) -> bool:
    """Whether a file or folder is one in which only installers write."""
    return any(part in file for part in _INSTALLED)


def listed(path: SearchPath) -> tuple[Listed, ...] | None:
    """The modules of the index; None if there is none, or anything that it depends on has changed."""
    with contextlib.suppress(KeyError, TypeError, OSError):  # there is none, or it is of another version
        note = Cache.default().note(_key(path))
        if note["path"] == repr(path) and note["state"] == _state(note["places"])[0]:
            return tuple(Listed(**item | {"parts": [*_parts(item["parts"])]}) for item in note["modules"])
    return None


def _parts(parts: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Parts as the note has them: of a title with translations it has the table of these."""
    for kind, texts in parts:
        yield kind, {name: Title.from_toml(text) if isinstance(text, dict) else text for name, text in texts.items()}


def _plain(module: Listed) -> dict[str, Any]:
    """A module for the note."""
    parts = [
        (kind, {name: getattr(text, "texts", "") or text for name, text in texts.items()})
        for kind, texts in module.parts
    ]
    return asdict(module) | {"parts": parts}


def keep(path: SearchPath, modules: Sequence[Listed]) -> None:
    """Keep an index, unless something has changed since this process began, which may have imported what was before."""
    if not modules:
        return
    packages = {_package(item) for item in modules}
    places = sorted(packages | {file for file in _loose() if not any(map(file.startswith, packages))})
    with contextlib.suppress(OSError):
        state, newest = _state(places)
        if max([newest, *(changed for _, there in path for _, changed in there)]) < _BEGUN:
            note = {"path": repr(path), "places": places, "state": state, "modules": [_plain(item) for item in modules]}
            Cache.default().keep_note(_key(path), note, INDEX)


def _key(path: SearchPath) -> str:
    """The key of the index for these folders, whatever is in them."""
    return key_of("parts", sys.version, [str(Path(folder).absolute()) for folder, _ in path])


def _package(module: Listed) -> str:
    """The folder of the outermost package that a module is in, or its file."""
    names = module.place.partition(":")[0].strip().split(".")
    outwards = (sys.modules[".".join(names[:length])] for length in range(1, len(names) + 1))
    top = next(item for item in outwards if getattr(item, "__file__", None))
    return str(Path(str(top.__file__)).parent) if hasattr(top, "__path__") else str(top.__file__)


def _loose() -> Iterator[str]:
    """The files of all imported modules except those that installers write."""
    for name, module in [*sys.modules.items()]:
        file = getattr(module, "__file__", None) if name != "__main__" else None
        if isinstance(file, str) and Path(file).is_file() and not is_installed(file):
            yield file


def _state(places: Sequence[str]) -> tuple[str, int]:
    """A digest of the names, sizes and times of change of all files there, and the newest of these times, in ns."""
    found: list[tuple[str, int, int]] = []
    folders = [place for place in places if Path(place).is_dir()]
    for place in {*places} - {*folders}:
        status = Path(place).stat()
        found.append((place, status.st_size, status.st_mtime_ns))
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    folders += [entry.path] if entry.name != "__pycache__" else []
                else:
                    status = entry.stat()
                    found.append((entry.path, status.st_size, status.st_mtime_ns))
    digest = hashlib.sha256(repr(sorted(found)).encode())
    return digest.hexdigest(), max((changed for *_, changed in found), default=0)
