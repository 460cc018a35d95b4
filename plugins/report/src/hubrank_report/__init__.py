"""A ranking as a page that anyone can open: one file, no network, weights that can be moved."""

from __future__ import annotations

from hubrank import Exporter, hookimpl

from hubrank_report.pages import write_explorer, write_report


@hookimpl
def hubrank_exporters():
    """The page, and the explorer beside it."""
    yield Exporter(name="report", suffix=".html", write=write_report, title="a page with weights that can be moved")
    yield Exporter(
        name="explore",
        suffix=".explore.html",
        write=write_explorer,
        title="a page with all columns in LineUp",
    )
