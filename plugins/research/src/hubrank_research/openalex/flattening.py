"""`hubrank openalex`: a snapshot in, rows that the source `records` counts out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from hubrank import DataError, UsageError, count_text, gettext
from hubrank.cli.console import progress, write_text
from hubrank.errors import shorten_list
from hubrank.i18n import enumerated
from hubrank.io.write import is_there, replace_folder

from hubrank_research.openalex.options import Options
from hubrank_research.openalex.snapshot import Part, flatten, part

_USUAL = Options()


def openalex(
    snapshot: Annotated[Path, typer.Argument(help="The folder of the snapshot that has works and institutions.")],
    target: Annotated[Path, typer.Argument(help="A folder for the rows, which is made.")],
    first_year: Annotated[int, typer.Option(help="First year of publication.")] = _USUAL.first_year,
    last_year: Annotated[int, typer.Option(help="Last year of publication.")] = _USUAL.last_year,
    sites: Annotated[
        int, typer.Option(help="A body that is no university, with parts in so many cities, has no place itself.")
    ] = _USUAL.sites,
    incomplete: Annotated[bool, typer.Option("--incomplete", help="Take what is there of the snapshot.")] = False,
) -> None:
    """Make one row a work, author and institution of a snapshot of OpenAlex, for the source records."""
    if is_there(target):
        raise UsageError(f"{target}: is there already; choose another folder")
    said = _said(first_year, last_year, sites)
    works, institutions = (_checked(snapshot, entity, incomplete=incomplete) for entity in ("works", "institutions"))
    rows: list[int] = []

    def write(path: Path) -> None:
        rows.append(flatten(works, institutions, path, (said.first_year, said.last_year), said.sites))

    with progress(f"reading {len(works.files):,} {'file' if len(works.files) == 1 else 'files'}"):
        replace_folder(target, {"works": write})
    write_text(
        gettext("{target}: {rows} of {files}", target=target, rows=count_text(rows[0], "row"), files=_what(works))
    )


def _said(first_year: int, last_year: int, sites: int) -> Options:
    """The choices, checked as a scenario's are."""
    try:
        return Options(first_year=first_year, last_year=last_year, sites=sites)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _checked(snapshot: Path, entity: str, *, incomplete: bool) -> Part:
    """The files of an entity, if they are all of it."""
    found = part(snapshot, entity)
    if not found.files:
        raise DataError(
            str(snapshot),
            f"has no files of {entity}, such as {_example(entity)}",
        )
    if found.problems and not incomplete:
        what = f"is not complete: {shorten_list(found.problems, 5)}; fetch them, or take what is there by --incomplete"
        raise DataError(str(snapshot), what)
    if found.problems:
        write_text(gettext("not complete: {problems}", problems=enumerated(found.problems, 5)), err=True)
    return found


def _example(entity: str) -> str:
    return f"{entity}/updated_date=2026-06-24/part_0000.gz"


def _what(works: Part) -> str:
    number = count_text(len(works.files), "file")
    return gettext("{files} of {date}", files=number, date=works.date) if works.date else number
