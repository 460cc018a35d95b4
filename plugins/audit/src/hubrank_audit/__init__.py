"""The statistical audit of a ranking as one page with pictures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Command, Exporter, hookimpl

if TYPE_CHECKING:
    from hubrank import Ranking


def write(ranking: Ranking, path: Path) -> None:
    """Write the page of the newest edition: HTML, UTF-8, with its pictures inside."""
    from hubrank_audit.auditing import audit
    from hubrank_audit.page import page

    path.write_text(page(audit(ranking)), encoding="utf-8")


@hookimpl
def hubrank_exporters() -> Iterable[Exporter]:
    """The page."""
    yield Exporter(
        name="audit-page", suffix=".audit.html", write=write, title="the statistical audit as a page with charts"
    )


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `audit`."""
    yield Command(
        name="audit",
        help="Audit a ranking statistically: coverage, correlations, influence.",
        function="hubrank_audit.auditing:audit_scenario",
        group="Test",
        python="hubrank_audit.auditing:audit_edition",
    )
