"""Rankings as files: workbooks, Markdown, tables and data packages."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Exporter, hookimpl

from hubrank_output.exporters import datapackage, export_tables, markdown, workbook


@hookimpl
def hubrank_exporters() -> Iterator[Exporter]:
    """One for each kind of file."""
    yield Exporter(
        name="workbook",
        suffix=".xlsx",
        write=workbook.write,
        title="an Excel workbook whose scores update with the weights",
    )
    yield Exporter(name="markdown", suffix=".md", write=markdown.write, title="a Markdown page")
    yield from export_tables.EXPORTERS
    yield Exporter(
        name="datapackage-zip",
        suffix=".datapackage.zip",
        write=datapackage.write_zip,
        title="a Frictionless data package with its tables as CSV",
    )
    yield Exporter(
        name="datapackage",
        suffix=".json",
        write=datapackage.write_json,
        title="a Frictionless datapackage.json with its tables inside",
    )
