"""Rankings as a page, charts, workbooks, Markdown, tables and data packages; to and from COINr and the COIN Tool."""

import functools
import importlib
from collections.abc import Iterator
from typing import Any

from hubrank.io.limits import SHEET_ROWS
from hubrank.plugin import Command, Exporter, declare, hookimpl

#: The plots' names and descriptions; the first is the one without a name in the file's ending.
PLOTS = {
    "bar": "the top of the ranking, with scores stacked by dimension",
    "range": "ranks with uncertainty ranges",
    "bump": "ranks across editions",
    "radar": "dimension profiles of the top units",
    "heatmap": "the top units by the indicators' normalised values",
    "box": "each dimension's distribution, with the top units in it",
    "map": "a map of the ranked units",
    "scatter": "the units by two values",
    "tree": "the effective weights of dimensions and indicators",
    "waterfall": "why a unit's score differs from the mean",
    "rivals": "countries by tier",
}
#: The tables of every kind of file: their rows, and the columns that distinguish these.
TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "ranking": ("One row per edition and ranked unit, best first", ("edition", "unit")),
    "values": (
        "One row per edition, unit and indicator: the value at every stage, and what happened to it",
        ("edition", "unit", "indicator"),
    ),
    "weights": ("One row per edition, dimension and member", ("edition", "dimension", "member")),
    "indicators": (
        "One row per edition and indicator: what it is, what it weighs, how many units have it",
        ("edition", "indicator"),
    ),
    "unranked": ("One row per edition and unit without a rank, with the reason", ("edition", "unit")),
    "treatment": ("One row per edition, indicator and stage of treatment", ()),
    "unassigned": ("One row per input, reason and place of rows not assigned to a unit", ()),
    "sources": ("One row per origin of data, with its licence", ()),
    "notes": ("One row per thing to know: how the ranking was made, what marks mean, caveats, references", ()),
}
_WORKBOOK = "an Excel workbook whose scores update with the weights"
_JSON = "a Frictionless datapackage.json with its tables inside"
_ZIP = "a Frictionless data package with its tables as CSV"
_COINR = "COINr's iData and iMeta, and the steps' methods, as a zip"
#: Other files: their suffix, the module and the function that write them, and their description.
FILES = {
    "workbook": (".xlsx", "exporters.workbook", "write", _WORKBOOK),
    "markdown": (".md", "exporters.markdown", "write", "a Markdown page"),
    "datapackage-zip": (".datapackage.zip", "exporters.datapackage", "write_zip", _ZIP),
    "datapackage": (".json", "exporters.datapackage", "write_json", _JSON),
    "coinr": (".coinr.zip", "interchange.coinr_export", "write", _COINR),
    "report": (".html", "report.pages", "write_report", "an interactive page with adjustable weights"),
}


def _call(module: str, function: str, *arguments: Any, **options: Any) -> Any:
    return getattr(importlib.import_module(f"hubrank_output.{module}"), function)(*arguments, **options)


@hookimpl
def hubrank_exporters() -> Iterator[Exporter]:
    """One for each kind of file; its module is imported when it writes."""
    for name, title in PLOTS.items():
        for kind in ("svg", "png"):
            yield Exporter(
                name=f"{name}-{kind}",
                suffix=f".{kind}" if name == "bar" else f".{name}.{kind}",
                write=functools.partial(_call, "plots.saving", "write", name, kind),
                title=f"{title}, as {kind.upper()}",
                draw=functools.partial(_call, "plots.saving", "draw", name),
            )
    for name, (suffix, module, function, title) in FILES.items():
        write = functools.partial(_call, module, function)
        most = SHEET_ROWS - 1 if name == "workbook" else None
        yield Exporter(name=name, suffix=suffix, write=write, title=title, most_rows=most)
    for name in TABLES:
        for kind, shown in (("csv", "CSV"), ("parquet", "Parquet")):
            write = functools.partial(_call, "exporters.export_tables", f"write_{kind}", name)
            suffix = f".{kind}" if name == "ranking" else f".{name}.{kind}"
            yield Exporter(name=f"{kind}-{name}", suffix=suffix, write=write, title=f"the table '{name}' as {shown}")


hubrank_commands = declare(
    Command(
        name="import",
        help="Create a scenario from COINr or COIN Tool files.",
        function="hubrank_output.interchange.import_command:app",
        group="Data",
        example="hubrank import coinr iData.csv iMeta.csv --output asem",
    ),
    Command(
        name="report",
        help="Write a ranking as an interactive HTML page.",
        function="hubrank_output.report.report_command:report",
        group="Rank",
        example="hubrank report global --output global.html",
        python="hubrank_output.report.report_command:report_answer",
    ),
)
