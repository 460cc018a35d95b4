"""What an exporter promises."""

from __future__ import annotations

from pathlib import Path

from hubrank.errors import shorten_list
from hubrank.io.write import temp_dir
from hubrank.plugin.hooks import Exporter
from hubrank.testing.checks.names import check_name
from hubrank.testing.made_up import small_ranking
from hubrank.testing.samples import promise


def check_suffix(exporter: Exporter) -> None:
    """Its suffix begins with a dot and has no capitals."""
    suffix = exporter.suffix
    promise(suffix.startswith(".") and len(suffix) > 1, f"the suffix {suffix!r} must begin with a dot")
    promise(suffix == suffix.lower(), f"the suffix {suffix!r} must be lower case")


def check_writes_its_file(exporter: Exporter) -> None:
    """It writes the file that it is given, not empty, and no other."""
    with temp_dir() as folder:
        path = Path(folder) / f"ranking{exporter.suffix}"
        exporter.write(small_ranking(), path)
        there = sorted(each.name for each in Path(folder).iterdir())
        promise(there == [path.name], f"write created {shorten_list(there) or 'nothing'}; expected only {path.name}")
        promise(path.is_file() and path.stat().st_size, f"write created an empty {path.name}")


def check_same_bytes(exporter: Exporter) -> None:
    """It writes the same bytes each time, also over an existing file."""
    with temp_dir() as folder:
        path = Path(folder) / f"ranking{exporter.suffix}"
        exporter.write(small_ranking(), path)
        first = path.read_bytes()
        exporter.write(small_ranking(), path)
        promise(path.read_bytes() == first, "write created different bytes when called again")


CHECKS = (check_name, check_suffix, check_writes_its_file, check_same_bytes)
