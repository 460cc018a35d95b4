"""Places of the world by GeoNames: a gazetteer, and the source `geonames`.

For authors of sources: `Gazetteer` with `Place`, and countries by name (`country_called`, `keys_of_countries`,
`codes_of_countries`).
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import frozen
from hubrank import DataSource, Origin, Request, Table, hookimpl

from hubrank_fetching import FetchError, Needs, Service, digest_of, fetched

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_fetching.geonames.gazetteer import (
        Gazetteer,
        Place,
        codes_of_countries,
        country_called,
        keys_of_countries,
    )
    from hubrank_fetching.session import Session

#: Names of `gazetteer`, which is imported when one is asked for, so that the list of sources does not load it.
_PLACES = ("Gazetteer", "Place", "codes_of_countries", "country_called", "keys_of_countries")
#: Where the places that are built in come from.
BUILT_IN = Origin(
    name="geonames",
    producer="GeoNames",
    title="GeoNames gazetteer, populated places of more than 15,000 inhabitants (cities15000)",
    url="https://www.geonames.org",
    licence="CC-BY-4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    published="2026-07",
    citation="GeoNames, https://www.geonames.org, CC BY 4.0",
)

__all__ = [
    "BUILT_IN",
    "Gazetteer",
    "Place",
    "codes_of_countries",
    "country_called",
    "hubrank_data_sources",
    "keys_of_countries",
]

SERVICE = Service(
    name="geonames",
    address="https://download.geonames.org/export/dump",
    media=("application/zip", "application/octet-stream"),
    days=30,
)
#: Bytes of each dump, about.
_SIZES = {"cities500": 13e6, "cities1000": 10e6, "cities5000": 6e6, "cities15000": 3e6}


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        dump: GeoNames' file: cities by the least number of their inhabitants.
    """

    dump: Literal["cities500", "cities1000", "cities5000", "cities15000"] = "cities15000"


PLACES = Table(
    name="places",
    title="Inhabitants of cities and towns",
    kind="stock",
    columns={
        "geonames": "GeoNames id",
        "lat": "degrees north",
        "lon": "degrees east",
        "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
        "year": "of the dump: GeoNames does not say when people were counted",
        "population": "inhabitants, where GeoNames knows them",
    },
    origin=SERVICE.name,
)


def origins(options: Options) -> tuple[Origin, ...]:
    """GeoNames, with the dates of the dump where it was fetched."""
    from hubrank_fetching.geonames.dumps import dates
    from hubrank_fetching.session import Session

    try:
        published, accessed = dates(options.dump, Session(SERVICE))
    except FetchError:
        published, accessed = "", ""
    result = attrs.evolve(BUILT_IN, title=f"GeoNames gazetteer, {options.dump}", published=published, accessed=accessed)
    return (result,)


def needs(request: Request) -> Needs:
    """One request for the dump."""
    return Needs(requests=1, bytes=_SIZES[request.options.dump], seconds=20)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The cities of the dump, without their sections."""
    from hubrank_fetching.geonames.dumps import frame

    yield frame(request.options.dump, session)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, and one sample whatever the dump
    """Three cities in the San Francisco Bay Area, of GeoNames' file of April 2026."""
    import pandas as pd

    return pd.DataFrame(
        {
            "geonames": [5393015, 5400075, 5397765],
            "lat": [37.35411, 37.36883, 37.65466],
            "lon": [-121.95524, -122.03635, -122.40775],
            "country": "USA",
            "year": 2026,
            "population": [126_215.0, 155_805.0, 67_271.0],
        }
    )


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="geonames",
        title="Cities and towns of GeoNames with their inhabitants",
        read=read,
        sample=sample,
        tables=(PLACES,),
        origins=origins,
        options=Options,
        fingerprint=digest_of(read),
    )


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.gazetteer"), name)
