"""`hubrank open`."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Annotated

import typer
from hubrank import UsageError, gettext


def open_run(folder: Annotated[Path, typer.Argument(help="A run folder, or a folder that start made.")]) -> None:
    """Show the report of a run folder again; it is written where there is none."""
    from hubrank.cli.console import progress
    from hubrank.io.cache import Cache
    from hubrank.io.write import is_there, replace_file
    from hubrank.results.rank import rank_with_intervals

    from hubrank_start.folder import REPORT, RUN, page_is_there, write_page

    is_there(folder)
    page = folder / REPORT
    if not page.is_file():
        run = folder / RUN if (folder / RUN / "record.json").is_file() else folder
        if not folder.is_dir() or not (run / "record.json").is_file():
            raise UsageError(f"{folder}: is no run folder; hubrank rank SCENARIO --output FOLDER writes one")
        if not page_is_there():
            raise UsageError("no installed plugin writes the report; install hubrank-output")
        with progress("loading") as tell:
            ranking = rank_with_intervals(str(run), cache=Cache.default(), progress=tell)
        replace_file(page, functools.partial(write_page, ranking))
    show_page(page)


def show_page(page: Path) -> None:
    """Open a page in the browser of whoever sits at a terminal; else say where it is."""
    import webbrowser

    from hubrank.cli.console import write_text

    if sys.stdout.isatty() and webbrowser.open(page.resolve().as_uri()):
        return
    write_text(gettext("report: {file}", file=page))
