"""What an exporter promises."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hubrank.basis.errors import listed
from hubrank.contract.exporters import Exporter
from hubrank.testing.checks.names import check_name
from hubrank.testing.promises import promise
from hubrank.testing.small import small_ranking


def check_suffix(exporter: Exporter) -> None:
    """Its suffix begins with a dot and has no capitals."""
    suffix = exporter.suffix
    promise(suffix.startswith(".") and len(suffix) > 1, f"the suffix {suffix!r} must begin with a dot")
    promise(suffix == suffix.lower(), f"the suffix {suffix!r} must have no capitals")


def check_writes_its_file(exporter: Exporter) -> None:
    """It writes the file that it is told, something into it, and no other."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ranking{exporter.suffix}"
        exporter.write(small_ranking(), path)
        there = sorted(each.name for each in Path(folder).iterdir())
        promise(there == [path.name], f"write left {listed(there) or 'nothing'}; exactly {path.name} was promised")
        promise(path.is_file() and path.stat().st_size, f"write left {path.name} empty")


def check_same_bytes(exporter: Exporter) -> None:
    """It writes the same bytes twice, over a file that is there as well."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ranking{exporter.suffix}"
        exporter.write(small_ranking(), path)
        first = path.read_bytes()
        exporter.write(small_ranking(), path)
        promise(path.read_bytes() == first, "write gave other bytes when it was called again")


CHECKS = (check_name, check_suffix, check_writes_its_file, check_same_bytes)
