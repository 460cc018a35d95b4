"""`hubrank import`."""

import datetime
from pathlib import Path
from typing import Annotated

import typer
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.i18n import listed
from hubrank.plugin import UsageError, count_text, gettext, gettext_noop, ngettext

from hubrank_output.interchange.framework import CHOICES, Framework, check_empty, write_framework

app = typer.Typer(help="Create a scenario from COINr or COIN Tool files.", no_args_is_help=True)

_Output = Annotated[Path, typer.Option(metavar="FOLDER", help="New or empty folder for the scenario.")]
_Year = Annotated[
    int | None, typer.Option(metavar="YEAR", help="Year of the data, if no file gives one.", show_default="this year")
]


@app.command("coinr", epilog="hubrank import coinr iData.csv iMeta.csv --output asem")
def coinr(
    data: Annotated[
        Path, typer.Argument(metavar="IDATA", help="CSV file of COINr's iData, or an exported .coinr.zip.")
    ],
    output: _Output,
    meta: Annotated[Path | None, typer.Argument(metavar="IMETA", help="CSV file of COINr's iMeta.")] = None,
    methods: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML file with the methods, as an export writes it.")
    ] = None,
    year: _Year = None,
) -> None:
    """Create a scenario from COINr's iData and iMeta."""
    from hubrank_output.interchange.coinr_import import read_coinr, read_coinr_zip

    check_empty(output)
    packed = data.suffix.lower() == ".zip"
    if packed and (meta is not None or methods is not None):
        raise UsageError(f"{data.name}: already contains iMeta and the methods; give only this file")
    if not packed and meta is None:
        raise UsageError("IMETA.csv is missing; it describes the columns of iData")
    with progress(f"reading {data.name}"):
        year = _this_year() if year is None else year
        framework = read_coinr(data, meta, methods, year) if meta is not None else read_coinr_zip(data, year)
    _write(framework, output)


@app.command("coin-tool", epilog="hubrank import coin-tool index.xlsx --output index")
def coin_tool(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", help="Completed workbook of the COIN Tool.")],
    output: _Output,
    year: _Year = None,
) -> None:
    """Create a scenario from a COIN Tool workbook."""
    from hubrank_output.interchange.coin_tool import read_coin_tool

    check_empty(output)
    with progress(f"reading {workbook.name}"):
        framework = read_coin_tool(workbook, _this_year() if year is None else year)
    _write(framework, output)


def _this_year() -> int:
    return datetime.datetime.now(datetime.UTC).year


def _write(framework: Framework, output: Path) -> None:
    with progress(f"writing {output.name}"):
        write_framework(framework, output)
    if is_quiet():
        return
    years = sorted({int(year) for year in framework.figures["year"]})
    summary = ngettext(
        len(years),
        "{title}: {units}, {indicators} in {dimensions}, edition {years}",
        "{title}: {units}, {indicators} in {dimensions}, editions {years}",
        title=framework.title,
        units=count_text(len(framework.units), "unit"),
        indicators=count_text(len(framework.indicators), "indicator"),
        dimensions=count_text(len(framework.dimensions), "dimension"),
        years=listed(map(str, years)),
    )
    write_text(summary)
    for note in framework.notes:
        write_text(gettext("note: {note}", note=note))
    if chosen := [key for key in CHOICES if key not in framework.methods]:
        what = gettext_noop(
            "defaults used because the input does not specify them (edit scenario.toml to change): {choices}"
        )
        write_text(gettext(what, choices=listed(chosen)))
    following = gettext("next: {command}", command=f"hubrank rank {output / 'scenario.toml'}")
    write_text(f"\n{following}")
