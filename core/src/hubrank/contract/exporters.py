"""Writing a ranking to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen


@frozen(kw_only=True)
class Exporter:
    """A file format, handed over by `hubrank_exporters`.

    Attributes:
        name: A short name for lists and messages.
        suffix: The suffix of its files, with the dot: ".xlsx".
        write: `write(ranking, path)` writes a `hubrank.Ranking` to exactly that file, with the same bytes each time.
        title: What it makes, in a few words.
    """

    name: str
    suffix: str
    write: Callable[[Any, Path], None]
    title: str = ""
