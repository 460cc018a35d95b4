"""`hubrank report`, and the page as an answer in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from hubrank import Answer, Ranking, Registry, UsageError
from hubrank.cli.command import Sample, ScenarioName
from hubrank.cli.commands.rank import write_file
from hubrank.cli.console import progress
from hubrank.io.write import check_file, is_there

#: The exporter that makes the page, and where it comes from.
PAGE = "report"
PACKAGE = "hubrank-output"


def report(
    scenario: ScenarioName,
    output: Annotated[Path | None, typer.Option(help="HTML file to write.")] = None,
    show: Annotated[
        bool, typer.Option("--open", help="Show the page in a browser; of a run folder that has one, as it is.")
    ] = False,
    sample: Sample = False,
) -> None:
    """Write a ranking as a self-contained HTML page with adjustable weights."""
    from hubrank.cli.console import show_page
    from hubrank.io.cache import Cache
    from hubrank.results.rank import rank_with_intervals

    if output is None:
        if not show:
            raise UsageError("name the page with --output FILE, or show that of a run folder with --open")
        scenario, output = _page_in(Path(scenario))
    if not (show and output.is_file()):
        page = page_of(output, Registry.installed())
        with progress("loading") as tell:
            ranking = rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
        write_file(page, ranking, output)
    if show:
        show_page(output)


def _page_in(folder: Path) -> tuple[str, Path]:
    """The run in a folder, and where its page is.

    Raises:
        UsageError: It is no run folder, nor one that `hubrank start` made.
    """
    is_there(folder)
    run = folder / "run" if (folder / "run" / "record.json").is_file() else folder
    if not (run / "record.json").is_file():
        raise UsageError(f"{folder}: is no run folder; hubrank rank SCENARIO --output FOLDER writes one")
    return str(run), folder / "report.html"


def page_of(output: Path, registry: Registry) -> Any:
    """The exporter of the page, where a file can hold it.

    Raises:
        UsageError: The file's name does not end in .html, it is a folder, or nothing installed writes the page.
    """
    if output.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{output}: the page's file name must end in .html; use hubrank export for other formats")
    check_file(output)
    if PAGE not in registry.names("exporter"):
        raise UsageError(f"no installed plugin writes the page; install {PACKAGE}")
    return registry.find("exporter", PAGE)


def report_answer(ranking: Ranking, *, output: Path) -> Answer:
    """Write the page, which opens in the language that is spoken.

    Args:
        ranking: The ranking.
        output: The HTML file to write.

    Returns:
        Its path, as the record and in a table `files`.

    Raises:
        UsageError: The file's name does not end in .html, or it is a folder.
    """
    import pandas as pd

    write_file(page_of(output, Registry.installed()), ranking, output)
    table = pd.DataFrame({"file": [str(output)], "bytes": [output.stat().st_size]})
    return Answer(title=f"{ranking.title}: the page", tables={"files": table}, record=output)
