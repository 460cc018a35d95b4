"""`python -m tools.vintage --output FOLDER` makes a new vintage of the almanac."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from hubrank.cli.console import console, progress, write_text
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.safe_input import is_folder
from hubrank.io.write import check_above, is_there, replace_folder
from hubrank.plugin import DataError, FileProblem, HubrankError, UsageError
from hubrank_almanac import ABOUT
from hubrank_fetching.fetch_command import Errand, fetch_errands
from hubrank_fetching.services import Budget
from hubrank_research.leiden import RECORDS

from tools.vintage.building import Recipe, Vintage, recipes, vintage
from tools.vintage.decisions import signatures, unsettled
from tools.vintage.rows import Table

app = typer.Typer(add_completion=False)


def main(arguments: Sequence[str]) -> int:
    """Run a command line; an error is printed in one line. The exit codes are those of `hubrank`."""
    try:
        app(args=list(arguments), prog_name="python -m tools.vintage")
    except HubrankError as error:
        write_text(f"vintage: {error}", err=True)
        return error.exit_code
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


@app.command()
def build(
    output: Annotated[Path, typer.Option(help="Folder of the new vintage.")],
    works: Annotated[
        Literal["leiden", "openalex", "carried"],
        typer.Option(help="Where papers come from; carried: as they are built in."),
    ] = "leiden",
    laureates: Annotated[
        Literal["nobel", "carried"], typer.Option(help="Where laureates come from; carried: as they are built in.")
    ] = "nobel",
    edition: Annotated[int, typer.Option(help="Edition of the Leiden Ranking: 2023, 2024 or 2025.")] = 2025,
    decisions: Annotated[
        Path | None, typer.Option(help="TOML file of [[signed]] findings that may stand, each with a reason.")
    ] = None,
    findings: Annotated[bool, typer.Option("--findings", help="Print all that the judge finds.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Fetch without asking.")] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask for what is kept too.")] = False,
    stale: Annotated[bool, typer.Option("--allow-stale", help="Use an old copy where a service fails.")] = False,
    requests: Annotated[int, typer.Option("--max-requests", min=1, help="Largest number of requests.")] = 1000,
    bytes_: Annotated[int, typer.Option("--max-bytes", min=1, help="Largest number of bytes.")] = 1_000_000_000,
) -> None:
    """Make a folder with the almanac's tables, new where live sources can make them; the others are carried."""
    _check(output, edition)
    try:
        if decisions is not None:
            signatures(decisions)
    except FileProblem as problem:
        raise UsageError(str(problem)) from None
    result = recipes(works, laureates, edition)
    if not result:
        raise UsageError("all tables are carried: nothing would change")
    errands = []
    for item in result:
        wants = item.fetched.wants(item.request, refresh=refresh)
        errands.append(Errand(name=item.table, source=item.fetched, request=item.request, wants=wants))
    fetch_errands(errands, Budget(requests=requests, bytes=bytes_), yes=yes, refresh=refresh, stale=stale)
    with progress("building the vintage"):
        found = vintage(result)
    if findings:
        for item in found.findings:
            write_text(escape_markup(f"{item.id}: {item.text}"))
    if lines := unsettled(found.findings, decisions):
        for line in lines:
            write_text(escape_markup(line), err=True)
        doubts, reasons = ("finding", "a reason") if len(lines) == 1 else ("findings", "reasons")
        instead = f"Sign what is right in a file, with {reasons}, and name it with --decisions"
        raise DataError("almanac", f"{len(lines):,} {doubts} to decide; nothing is written. {instead}")
    replace_folder(output, found.files())
    _tell(found, result)
    write_text(f"written to {escape_markup(str(output))}")


def _check(output: Path, edition: int) -> None:
    """Reject, before anything is fetched, a folder that must not be replaced, and an edition that is none."""
    if edition not in RECORDS:
        raise UsageError(f"there is no edition {edition} here; there are {', '.join(map(str, RECORDS))}")
    check_above(output)
    if is_there(output) and not is_folder(output):
        raise UsageError(f"{output}: is a file; specify a folder")
    if is_folder(output) and any(output.iterdir()) and not (output / ABOUT).is_file():
        raise UsageError(f"{output}: is not empty and no vintage; choose another folder or empty it")


def _tell(found: Vintage, recipes: Sequence[Recipe]) -> None:
    """Print the new tables, their sources and unlocated rows; and the carried ones, with their producers."""
    numbers = [ScreenColumn(title) for title in ("years", "rows", "places", "without a place")]
    grid = ScreenTable((ScreenColumn("table", "name"), ScreenColumn("from", "name"), *numbers), title="made anew")
    tables = {table.name: table for table in found.tables}
    for item in recipes:
        table = tables[item.table]
        lost = sum(account.rows - account.placed for account in table.accounts)
        numbers = (len(table.rows), len(table.rows[["lat", "lon"]].drop_duplicates()), lost)
        names = (escape_markup(item.table), escape_markup(item.source.name))
        grid.add(*names, _years(table), *(f"{number:,}" for number in numbers))
    console().table(grid)
    columns = (ScreenColumn("table", "name"), ScreenColumn("years"), ScreenColumn("origins", "words"))
    old = ScreenTable(columns, title="carried from the vintage that is built in")
    for name in found.carried:
        origins = ", ".join(dict.fromkeys(tables[name].rows["origin"]))
        old.add(escape_markup(name), _years(tables[name]), escape_markup(origins))
    console().table(old)


def _years(table: Table) -> str:
    first, last = table.rows["year"].min(), table.rows["year"].max()
    return str(first) if first == last else f"{first}-{last}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
