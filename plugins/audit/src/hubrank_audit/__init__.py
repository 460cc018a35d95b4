"""The statistical audit of a ranking as one page with pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hubrank.plugin import Command, Exporter, declare

if TYPE_CHECKING:
    from hubrank.plugin import Ranking


def write(ranking: Ranking, path: Path) -> None:
    """Write the page of the newest edition: HTML, UTF-8, with its pictures inside."""
    from hubrank_audit.auditing import audit
    from hubrank_audit.page import page

    path.write_text(page(audit(ranking)), encoding="utf-8")


hubrank_exporters = declare(
    Exporter(name="audit-page", suffix=".audit.html", write=write, title="the statistical audit as a page with charts")
)
hubrank_commands = declare(
    Command(
        name="audit",
        help="Audit a ranking: coverage, correlations, influence and more.",
        function="hubrank_audit.auditing:audit_scenario",
        group="Test",
        example="hubrank audit global --output audit",
        python="hubrank_audit.auditing:audit_edition",
    ),
    Command(
        name="links",
        help="Relate a ranking to outside variables; test its predictions.",
        function="hubrank_audit.links:show_links",
        group="Test",
        example="hubrank links global-outcomes --given inhabitants",
        python="hubrank_audit.links:answer_links",
    ),
)
