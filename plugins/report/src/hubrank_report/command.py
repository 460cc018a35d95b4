"""`hubrank report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from hubrank import UsageError
from hubrank.front import progress, write_file

#: The exporters that make the pages, and where they come from.
PAGE = "report"
EXPLORER = "explore"
PACKAGE = "hubrank-report"


def report(
    scenario: Annotated[str, typer.Argument(help="An installed scenario's name, a path to a TOML, or a run folder.")],
    output: Annotated[Path, typer.Option(help="The page: FILE.html.")],
    explore: Annotated[bool, typer.Option(help="Write FILE.explore.html beside it: all columns in LineUp.")] = False,
    sample: Annotated[bool, typer.Option(help="Read the sources' samples in their stead.")] = False,
) -> None:
    """Write a ranking as one page whose weights can be moved; it needs no network."""
    from hubrank import Registry, front
    from hubrank.front import Cache

    if output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: a page's name ends in .html; hubrank export writes other kinds of file")
    if output.is_dir():
        raise UsageError(f"{output}: is a folder; name a file")
    registry = Registry.installed()
    if PAGE not in registry.names("exporter"):
        raise UsageError(f"no installed plugin makes the page; install {PACKAGE}")
    with progress() as tell:
        ranking = front.rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
    write_file(registry.find("exporter", PAGE), ranking, output)
    if explore:
        write_file(registry.find("exporter", EXPLORER), ranking, output.with_suffix(f".explore{output.suffix}"))
