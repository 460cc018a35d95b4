"""The code that reads rows and sums them, as a text that is another when the code is."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

#: The rooms whose code decides what rows become.
_ROOMS = ("basis", "contract", "scenario", "measuring")


def code_digest(function: Callable[..., Any], *, data: bool) -> str:
    """The SHA-256 of the plugin that a function is of, so that one under development is never served stale.

    It is the package whose hook yields sources, which may be one of several in a distribution; else the outermost one.

    Args:
        function: The function, or what can be called like one.
        data: Whether the other files of the package count too, since nothing else tells when they change.
    """
    while not hasattr(function, "__module__") or isinstance(function, functools.partial):
        function = function.func if isinstance(function, functools.partial) else type(function)
    parts = function.__module__.split(".")
    outwards = [sys.modules.get(".".join(parts[:length])) for length in range(len(parts), 0, -1)]
    plugins = [each for each in outwards if hasattr(each, "__path__") and hasattr(each, "hubrank_data_sources")]
    for module in (*plugins, outwards[-1], outwards[0]):
        file = getattr(module, "__file__", None)
        if file is not None:
            return _digest(Path(file), data)
    return ""


@functools.cache
def core_digest() -> str:
    """The SHA-256 of the core's own code that checks, places and sums rows."""
    root = Path(__file__).parents[1]
    return _of(root, (path for room in _ROOMS for path in (root / room).rglob("*.py")))


@functools.cache
def _digest(file: Path, data: bool) -> str:
    """That of a module, or of the package whose `__init__` it is; read once by a process."""
    if file.stem != "__init__":
        return _of(file.parent, [file])
    return _of(file.parent, file.parent.rglob("*" if data else "*.py"))


def _of(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
