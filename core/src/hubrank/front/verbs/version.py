"""`hubrank version`."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from hubrank.basis.harmless import plain
from hubrank.basis.language import worded
from hubrank.basis.version import CONTRACT, __version__
from hubrank.basis.words import joined
from hubrank.front.answers import Format, answer
from hubrank.front.layout import Column, Grid
from hubrank.front.pages import Page

#: What counts, computes or shows in place of hubrank's own ways, where it is installed: distributions and programs.
_LIBRARIES = ("duckdb", "polars", "pysail", "pyspark", "pyspark-client")
_PROGRAMS = (("java",), ("chromium", "chromium-browser"))


def version(format_: Format = "table") -> None:
    """Print the version."""
    from hubrank.contract.registry import distributions

    found = {
        "version": __version__,
        "contract": CONTRACT,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "members": distributions(),
        "engines": _engines(),
    }
    answer(format_, show=lambda out: _show(out, found), data=lambda: found, rows=lambda: _rows(found))


def _engines() -> dict[str, str | None]:
    """The versions of libraries, the places of programs; none of what is not there."""
    libraries = {name: _installed(name) for name in _LIBRARIES}
    programs = {names[0]: next(filter(None, map(shutil.which, names)), None) for names in _PROGRAMS}
    return libraries | programs


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _rows(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a version, for CSV."""
    for kind, what in found.items():
        several = what if isinstance(what, dict) else {"hubrank" if kind == "version" else kind: what}
        yield from ({"kind": kind, "name": name, "version": str(version or "")} for name, version in several.items())


def _show(out: Page, found: dict[str, Any]) -> None:
    engines = found["engines"]
    out.print(found["version"])
    said = worded(
        "contract {number}, Python {python}, {platform}",
        number=found["contract"],
        python=found["python"],
        platform=found["platform"],
    )
    out.print(plain(said))
    _table(out, worded("distribution"), found["members"].items())
    _table(out, worded("engine"), ((name, version) for name, version in engines.items() if version))
    if absent := [name for name, version in engines.items() if version is None]:
        out.print(plain(worded("not installed: {engines}", engines=joined(absent))))


def _table(out: Page, heading: str, versions: Iterable[tuple[str, str]]) -> None:
    grid = Grid((Column(heading, "name"), Column(worded("version"), "name")))
    for name, version in versions:
        grid.add(plain(name), plain(version))
    out.print()
    out.table(grid)
