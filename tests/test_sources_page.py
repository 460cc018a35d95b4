"""docs/sources.md names every source that is installed."""

import re
from pathlib import Path

from hubrank import Registry

PAGE = (Path(__file__).parents[1] / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_source_is_there():
    """A source stands in the table, or as a region's below it; what stands in the table is installed."""
    installed = set(Registry.installed().names("source"))
    first = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| [")]
    listed = {name for cell in first for name in re.findall("`([a-z-]+)`", cell)}

    assert listed - installed == set()
    assert {name for name in installed - listed if f"[`{name}`]" not in PAGE} == set()
