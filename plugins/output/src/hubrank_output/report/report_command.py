"""`hubrank report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank import UsageError
from hubrank.cli.command import Sample, ScenarioName
from hubrank.cli.commands.rank import write_file
from hubrank.cli.console import progress
from hubrank.io.write import check_file

if TYPE_CHECKING:
    from hubrank import Registry


#: The exporter that makes the page, and where it comes from.
PAGE = "report"
PACKAGE = "hubrank-output"


def report(
    scenario: ScenarioName,
    output: Annotated[Path, typer.Option(help="HTML file to write.")],
    sample: Sample = False,
) -> None:
    """Write a ranking as a self-contained HTML page with adjustable weights."""
    from hubrank import Registry
    from hubrank.io.cache import Cache
    from hubrank.results.rank import rank_with_intervals

    registry = Registry.installed()
    page = page_of(output, registry)
    with progress("loading") as tell:
        ranking = rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
    write_file(page, ranking, output)


def page_of(output: Path, registry: Registry) -> Any:
    """The exporter of the page, where a file can hold it.

    Raises:
        UsageError: The file's name does not end in .html, it is a folder, or nothing installed writes the page.
    """
    if output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: the page's file name must end in .html; use hubrank export for other formats")
    check_file(output)
    if PAGE not in registry.names("exporter"):
        raise UsageError(f"no installed plugin writes the page; install {PACKAGE}")
    return registry.find("exporter", PAGE)
