"""`hubrank report`, and the page as an answer in Python."""

from pathlib import Path
from typing import Annotated

import typer
from hubrank.cli.command import Sample, ScenarioName
from hubrank.cli.commands.rank import write_file
from hubrank.cli.console import progress, show_page
from hubrank.io.write import check_file, is_there
from hubrank.plugin import Answer, Ranking, Registry, UsageError


def report(
    scenario: ScenarioName,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="HTML file to write.")] = None,
    show: Annotated[
        bool, typer.Option("--open", help="Open the page in a browser; a page in a run folder is not written again.")
    ] = False,
    sample: Sample = False,
) -> None:
    """Write a ranking as one interactive HTML page with adjustable weights."""
    from hubrank.io.cache import Cache
    from hubrank.results.rank import rank_with_intervals

    if output is None:
        if not show:
            raise UsageError("name the page with --output FILE, or show that of a run folder with --open")
        folder = Path(scenario)
        is_there(folder)
        run = folder / "run" if (folder / "run" / "record.json").is_file() else folder
        if not (run / "record.json").is_file():
            raise UsageError(f"{folder}: is not a run folder; hubrank rank SCENARIO --output FOLDER writes one")
        scenario, output = str(run), folder / "report.html"
    if not (show and output.is_file()):
        _check_output(output)
        with progress("loading") as tell:
            ranking = rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
        write_file(Registry.installed().find("exporter", "report"), ranking, output)
    if show:
        show_page(output)


def _check_output(output: Path) -> None:
    if output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: the page's file name must end in .html; use hubrank export for other formats")
    check_file(output)


def report_answer(ranking: Ranking, *, output: Path) -> Answer:
    """Write the page, which opens in the reader's language.

    Args:
        ranking: The ranking.
        output: The HTML file to write.

    Returns:
        Its path, as the record and in a table `files`.

    Raises:
        UsageError: The file's name does not end in .html, or it is a folder.
    """
    import pandas as pd

    _check_output(output)
    write_file(Registry.installed().find("exporter", "report"), ranking, output)
    table = pd.DataFrame({"file": [str(output)], "bytes": [output.stat().st_size]})
    return Answer(title=f"{ranking.title}: the page", tables={"files": table}, record=output)
