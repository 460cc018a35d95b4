"""A ranking as a page that anyone can open: one file, no network, weights that can be moved."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Command, Exporter, hookimpl

if TYPE_CHECKING:
    from hubrank import Ranking


def write_report(ranking: Ranking, path: Path) -> None:
    """Write the page with weights that can be moved, in the language that is spoken."""
    from hubrank_output.report import pages

    pages.write_report(ranking, path)


@hookimpl
def hubrank_exporters() -> Iterable[Exporter]:
    """The page."""
    yield Exporter(
        name="report", suffix=".html", write=write_report, title="an interactive page with adjustable weights"
    )


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `report`."""
    yield Command(
        name="report",
        help="Write a ranking as an interactive HTML page.",
        function="hubrank_output.report.report_command:report",
        group="Rank",
        python="hubrank_output.report.report_command:report_answer",
    )
