"""`hubrank import`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank import UsageError
from hubrank.front import quiet

if TYPE_CHECKING:
    from hubrank_interchange.framework import Framework

app = typer.Typer(help="Make a scenario of an index that another tool holds.", no_args_is_help=True)

_Output = Annotated[Path, typer.Option(help="A folder that is not there yet, or empty.")]
_Year = Annotated[int | None, typer.Option(help="The figures' year, where no file says it; this year by default.")]


@app.command("coinr")
def coinr(
    data: Annotated[Path, typer.Argument(metavar="IDATA.csv", help="COINr's iData, or a .coinr.zip of an export.")],
    output: _Output,
    meta: Annotated[Path | None, typer.Argument(metavar="IMETA.csv", help="COINr's iMeta.")] = None,
    methods: Annotated[Path | None, typer.Option(help="A TOML of the steps' methods, as an export leaves it.")] = None,
    year: _Year = None,
) -> None:
    """Make a scenario, its units and its figures of COINr's iData and iMeta."""
    from hubrank_interchange.coinr_import import read_coinr, read_coinr_zip
    from hubrank_interchange.framework import check_empty

    check_empty(output)
    if data.suffix.lower() == ".zip":
        if meta is not None or methods is not None:
            raise UsageError(f"{data.name}: holds iMeta and the methods too; name it alone")
        _write(read_coinr_zip(data, _year(year)), output)
        return
    if meta is None:
        raise UsageError("IMETA.csv is missing; it says what the columns of iData are")
    _write(read_coinr(data, meta, methods, _year(year)), output)


@app.command("coin-tool")
def coin_tool(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK.xlsx", help="The JRC's COIN Tool, filled in.")],
    output: _Output,
    year: _Year = None,
) -> None:
    """Make a scenario, its units and its figures of a COIN Tool workbook."""
    from hubrank_interchange.coin_tool import read_coin_tool
    from hubrank_interchange.framework import check_empty

    check_empty(output)
    _write(read_coin_tool(workbook, _year(year)), output)


def _year(said: int | None) -> int:
    return datetime.datetime.now(datetime.UTC).year if said is None else said


def _write(framework: Framework, output: Path) -> None:
    from hubrank_interchange.framework import CHOICES, write_framework

    write_framework(framework, output)
    if quiet():
        return
    years = sorted({int(year) for year in framework.figures["year"]})
    typer.echo(
        f"{framework.title}: {len(framework.units)} units, {len(framework.indicators)} indicators in "
        f"{len(framework.dimensions)} dimensions, editions {', '.join(map(str, years))}"
    )
    for note in framework.notes:
        typer.echo(f"note: {note}")
    if chosen := [key for key in CHOICES if key not in framework.methods]:
        typer.echo(f"chosen, since the file does not say it; change it in scenario.toml: {', '.join(chosen)}")
    typer.echo(f"\nrank it: hubrank rank {output / 'scenario.toml'}")
