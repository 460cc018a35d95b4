"""Patent applications by region, counted in files of the OECD's REGPAT database that the user has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen
from hubrank import DataSource, Origin, Request, Table, gettext_noop, hookimpl

if TYPE_CHECKING:
    import pandas as pd

NAME = "regpat"


@frozen(kw_only=True)
class Beside:
    """A table that is read beside the shares.

    Attributes:
        file: Relative to the scenario.
    """

    file: Path


@frozen(kw_only=True)
class Options:
    """What a scenario says. Files are relative to it.

    Attributes:
        file: The file of inventors or applicants by region: `202401_EPO_Inv_reg.txt`.
        years: What has the years of applications: `{ file = "202401_EPO_IPC.txt" }`; without it rows have no year.
        year: Whose year: that of the first filing anywhere (`priority`), or of the application itself.
        lookup: What says which unit (`region, unit`) or point (`region, lat, lon`) a region is:
            `{ file = "hubs.csv" }`.
        memory_gb: The most memory that counting takes; beyond it, it writes to `spill`.
        spill: An absolute folder for what does not fit into memory; that for temporary files by default.
    """

    file: Path
    years: Beside | None = None
    year: Literal["priority", "application"] = "priority"
    lookup: Beside | None = None
    memory_gb: float | None = None
    spill: str = ""


_MEANT = {
    "nuts": gettext_noop("code of the OECD's small region, which in Europe is that of NUTS 3"),
    "unit": gettext_noop("the unit's code, or the region's where the lookup has none"),
    "lat": gettext_noop("degrees north"),
    "lon": gettext_noop("degrees east"),
    "year": gettext_noop("of the priority or the application"),
}


def tables(options: Options) -> tuple[Table, ...]:
    """The one table, with the places that the lookup gives and the years that the other file has."""
    from hubrank_inventions.regpat.counting import places_of

    named = [*places_of(options), *(["year"] if options.years else [])]
    return (
        Table(
            name="patents",
            title=f"REGPAT {options.file.name}",
            kind="flow",
            columns={
                **{name: _MEANT[name] for name in named},
                "applications": "patent applications, shared by persons and their regions",
            },
            origin=NAME,
        ),
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """The OECD, with the release that the file's name tells."""
    release = options.file.name.partition("_")[0]
    return (
        Origin(
            name=NAME,
            producer="OECD",
            title=f"REGPAT database: {options.file.name}",
            licence="on request from the OECD, for the one who asked; not to be passed on",
            url="https://www.oecd.org/en/data/datasets/intellectual-property-statistics.html",
            published=f"{release[:4]}-{release[4:]}" if len(release) == len("202401") and release.isdigit() else "",
            citation="OECD, REGPAT database",
            note="Only sums by region and year leave the file.",
        ),
    )


def read(request: Request) -> Iterator[Any]:
    """One lazy frame, which the core sums; what DuckDB raises then is raised at the yield."""
    from hubrank_records.columns import in_years

    from hubrank_inventions.regpat.counting import counted, engine_errors

    with engine_errors(request.options):
        frame = counted(request.options)
        yield in_years(frame, request.first_year, request.last_year) if request.options.years else frame


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # it has one table
    """The first rows of the file, at most 200."""
    from hubrank_inventions.regpat.counting import first_of

    return first_of(options)


def fingerprint(request: Request) -> str:
    """The files with sizes and digests."""
    from hubrank_inventions.regpat.counting import state_of

    return state_of(request.options)


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name=NAME,
        title="Patent applications by region, from your files of the OECD's REGPAT database",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
