"""Organisations of research by their places, from the dump of the Research Organization Registry (ROR).

For authors of sources that know organisations by their ROR ids: `organisations`, all of the dump, and `looked_up`, one
that is newer. Who asks for them says so: `@fetched(..., others=(ror.ZENODO, ror.API))`.
"""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen
from hubrank import Coverage, DataSource, FileProblem, Origin, Request, Table, hookimpl
from hubrank_fetching import FetchError, Needs, Refusal, Service, fetched
from hubrank_fetching.zenodo import SERVICE as ZENODO

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

    from hubrank_research.ror.dump import Dump, Location, Organisation, looked_up, organisations

#: Where each name is; its module is imported when it is asked for, so that the list of sources loads none of them.
_PLACES = {"Location": "dump", "Organisation": "dump", "looked_up": "dump", "organisations": "dump"}

__all__ = [
    "API",
    "TYPES",
    "ZENODO",
    "Location",
    "Options",
    "Organisation",
    "hubrank_data_sources",
    "looked_up",
    "organisations",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)


_NOT_FOUND = 404


def _refusal(found: Refusal) -> FetchError | None:
    """An id that ROR does not know."""
    if found.status != _NOT_FOUND:
        return None
    return FetchError("ror", "knows no organisation of this id; check it at https://ror.org", "you")


#: Fifty requests in five minutes are anybody's.
API = Service(name="ror", address="https://api.ror.org/v2/organizations", days=30, pace=6, refusal=_refusal)
#: What is asked of Zenodo, and a dump of 2026.
NEEDS = Needs(requests=2, bytes=60_000_000, seconds=60)

Type = Literal[
    "education", "funder", "healthcare", "company", "archive", "nonprofit", "government", "facility", "other"
]
#: The types of organisations, in ROR's order.
TYPES: tuple[Type, ...] = (
    "education",
    "funder",
    "healthcare",
    "company",
    "archive",
    "nonprofit",
    "government",
    "facility",
    "other",
)


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        types: Only organisations of one of these types; all by default.
        locations: What an organisation of several places counts: `split`, 1 divided among them; `presence`, 1 at each
            of them; `first`, 1 at the one that ROR names first.
        file: ROR's zip, or the JSON in it, in place of the newest one; relative to the scenario.
    """

    types: tuple[Type, ...] = ()
    locations: Literal["split", "presence", "first"] = "split"
    file: Path | None = None


_COLUMNS: dict[str, str] = {
    "geonames": "GeoNames id",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
    "year": "of the dump",
    "organisations": "active organisations of research",
}
_COLUMNS |= {kind: f"those of the type {kind}" for kind in TYPES}


def tables(options: Options) -> tuple[Table, ...]:
    """The one table; in the year of the dump no row means that there is no organisation.

    Before there is a dump, a scenario that says what no row means must be readable too: the newest dump is of now.
    """
    dump = _dump(options)
    year = dump.year if dump and dump.published else datetime.datetime.now(tz=datetime.UTC).year
    return (
        Table(
            name="organisations",
            title="Active organisations of research by their places",
            kind="stock",
            columns=_COLUMNS,
            covers=Coverage(first=year, last=year),
            origin=API.name,
        ),
    )


def _dump(options: Options) -> Dump | None:
    """The dump that is kept or given; none where there is none yet."""
    from hubrank_fetching.session import Session

    from hubrank_research.ror.dump import dump_of

    try:
        return dump_of(Session(ZENODO), options.file)
    except (FetchError, FileProblem):
        return None


def origins(options: Options) -> tuple[Origin, ...]:
    """ROR, with the version and the days of the dump, where it is there."""
    dump = _dump(options)
    version = f", {dump.version}" if dump and dump.version else ""
    return (
        Origin(
            name=API.name,
            producer="Research Organization Registry",
            title=f"ROR data{version}",
            licence="CC0-1.0",
            url="https://doi.org/10.5281/zenodo.6347574",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            published=dump.published if dump else "",
            accessed=dump.accessed if dump else "",
            citation=f"Research Organization Registry, ROR data{version}, https://ror.org",
            note="Points of places are GeoNames' (CC BY 4.0).",
        ),
    )


def needs(request: Request) -> Needs:
    """The dump; nothing where the person has one."""
    return NEEDS if request.options.file is None else Needs(requests=0, bytes=0, seconds=0)


def ask(request: Request, session: Session) -> None:
    """Have the dump asked for; its records are read when they are wanted."""
    from hubrank_research.ror.dump import dump_of

    dump_of(session, request.options.file)


@fetched(ZENODO, needs, ask=ask)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each active organisation and place, and for each without one."""
    from hubrank_research.ror.dump import dump_of, frames, records_of

    dump = dump_of(session, request.options.file)
    yield from frames(records_of(dump), dump.year, request.options)


def fingerprint(request: Request) -> str:
    """The digest of the dump."""
    from hubrank_fetching.session import Session

    from hubrank_research.ror.dump import dump_of

    return dump_of(Session(ZENODO), request.options.file).digest


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table
    """Two real organisations: the University of California's system, in Oakland, and a firm in Bern."""
    import pandas as pd

    places = {
        "geonames": ["5378538", "2661552"],
        "lat": [37.802168, 46.94809],
        "lon": [-122.271281, 7.44744],
        "country": ["USA", "CHE"],
        "year": [2026, 2026],
        "organisations": [1.0, 1.0],
    }
    kinds = ("education", "company")
    frame = pd.DataFrame(places).assign(**{str(kind): [float(item == kind) for item in kinds] for kind in TYPES})
    return frame[[not options.types or item in options.types for item in kinds]].reset_index(drop=True)


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="ror",
        title="Organisations of research by their places, from the Research Organization Registry",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
