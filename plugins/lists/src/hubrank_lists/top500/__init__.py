"""TOP500 lists of supercomputers that a user has downloaded: systems and their speed by country, or by site."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from hubrank import Coverage, DataSource, FileProblem, Origin, Request, Table, hookimpl
from hubrank.io.safe_input import check_size, files_named

if TYPE_CHECKING:
    import pandas as pd

_MONTH = re.compile(r"(19|20)\d\d-(06|11)")


@frozen(kw_only=True)
class Sites:
    """A table of sites.

    Attributes:
        file: A CSV or XLSX with `site_id` (the list's Site ID) or `site` (its Site), `lat` and `lon`; relative to the
            scenario.
    """

    file: Path


@frozen(kw_only=True)
class Options:
    """What a scenario says of a list.

    Attributes:
        file: A list as XLSX or TSV, or a pattern for several (`lists/*.xlsx`); relative to the scenario.
        month: Of the list, as 2025-06, where the file's name does not end in it as TOP500_202506.xlsx does.
        sites: Where sites are: `{ file = "sites.csv" }`; without it systems are counted in their country.
        covers: The years (and countries) for which no row means 0.
    """

    file: Path
    month: str = field(default="")
    sites: Sites | None = None
    covers: Coverage | None = None

    @month.validator
    def _month(self, _: Any, value: str) -> None:
        if value and not _MONTH.fullmatch(value):
            what = f'must be that of a list, June or November, such as "2025-06"; got "{value}"'
            raise ValueError(f"month: {what}")


def tables(options: Options) -> tuple[Table, ...]:
    """The one table; with points where there is a table of sites."""
    points = {"lat": "degrees north, of sites that are known", "lon": "degrees east"} if options.sites else {}
    return (
        Table(
            name="supercomputers",
            title="Supercomputers among the 500 fastest of the world",
            kind="stock",
            columns={
                **points,
                "country": "ISO 3166-1 alpha-3",
                "year": "of the list; of two in a year the later one",
                "systems": "systems",
                "rmax": "speed by the benchmark (Rmax), in TFlop/s",
            },
            covers=options.covers,
            origin="top500",
        ),
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """TOP500, with the newest list and what of the lists has no place."""
    from hubrank_lists.top500.lists import list_text, read_lists

    try:
        lists = read_lists(options)
        newest, lost = max(lists), list_text(lists, options)
    except FileProblem:  # told when it is read
        newest, lost = options.month, ""
    caveat = "China has sent no new systems since about 2021, and many sites are anonymous."
    return (
        Origin(
            name="top500",
            producer="TOP500.org",
            title="TOP500 list of supercomputers",
            licence="(c) TOP500.org, no open licence; counts and sums per place only",
            url="https://top500.org/lists/top500/",
            published=newest,
            note=f"{caveat} {lost}".strip(),
        ),
    )


def read(request: Request) -> Iterator[pd.DataFrame]:
    """All lists, whole."""
    from hubrank_lists.top500.lists import rows_of

    yield rows_of(request.options)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # it has one table
    """The first rows."""
    from hubrank_lists.top500.lists import rows_of

    return rows_of(options).head(200)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the lists and of the table of sites."""
    options: Options = request.options
    result = hashlib.sha256()
    for path in (*files_named(options.file), *([options.sites.file] if options.sites else [])):
        check_size(path)
        with path.open("rb") as file:
            result.update(f"{path.name}\0".encode() + hashlib.file_digest(file, "sha256").digest())
    return result.hexdigest()


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="top500",
        title="TOP500 lists of supercomputers that you have downloaded, counted by place",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
