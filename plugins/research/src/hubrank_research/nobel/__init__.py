"""Nobel laureates by the place of their organisation at the award, from the Nobel Prize API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from attrs import frozen
from hubrank import Coverage, DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import FetchError, Needs, Service, digest_of, fetched, last_day

from hubrank_research.wikidata import SERVICE as WIKIDATA

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

SERVICE = Service(name="nobel", address="https://api.nobelprize.org/2.1", days=30, pace=1)
#: Eleven pages of a hundred laureates, and the places of some 250 cities.
NEEDS = Needs(requests=13, bytes=4_000_000, seconds=40)
#: The first prizes, and the last of which it is known without asking that they have been given.
FIRST, LAST = 1901, 2025

Category = Literal["Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics"]
Counting = Literal["fractional", "fractional-laureate", "full", "first"]


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        categories: The prizes that count.
        counting: What a laureate counts: `fractional`, the share of the prize divided among the organisations;
            `fractional-laureate`, 1 divided among them; `full`, 1 in each unit with one of them; `first`, 1 where the
            first one is.
    """

    categories: tuple[Category, ...] = ("Chemistry", "Economics", "Medicine", "Physics")
    counting: Counting = "fractional"


_COLUMNS = {
    "geonames": "GeoNames id, where it is known",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3",
    "year": "of the award",
    "category": "the prize's category",
    "laureates": "laureates",
    "vintage": "the day on which they were fetched",
    "method": "how the place was found, or why there is none",
}
#: What is counted once in a unit under `full`.
_AWARD = {"award": "a prize and who got it"}


def tables(options: Options) -> tuple[Table, ...]:
    """The one table. What is fetched is complete from the first prize to the newest."""
    from hubrank_fetching.session import Session

    from hubrank_research.nobel.laureates import awards

    full = options.counting == "full"
    try:
        last = max(item.year for item in awards(Session(SERVICE)))
    except FetchError:
        last = LAST
    return (
        Table(
            name="laureates",
            title="Nobel laureates by their organisation's place at the time of the award",
            kind="flow",
            columns=_COLUMNS | (_AWARD if full else {}),
            covers=Coverage(first=FIRST, last=last),
            origin=SERVICE.name,
            count_distinct="award" if full else "",
        ),
    )


@fetched(SERVICE, NEEDS, others=(WIKIDATA,))
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each award and organisation, and for each award without one."""
    from hubrank_research.nobel.laureates import frame

    yield frame(request.options, session)


def origins(options: Options) -> tuple[Origin, ...]:
    """The Nobel Foundation's company, with the day of what was fetched, where it was."""
    return (
        Origin(
            name=SERVICE.name,
            producer="Nobel Prize Outreach",
            title="Nobel Prize API: laureates with their organisations at the time of the award",
            licence="CC0-1.0",
            url="https://www.nobelprize.org/about/developer-zone-2/",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            accessed=last_day(read, "laureates", options),
            citation="Nobel Prize Outreach. Nobel Prize API.",
            note="Points of cities are the API's, Wikidata's (CC0) or GeoNames' (CC BY 4.0); the column method tells.",
        ),
    )


#: Real awards of one organisation or none: place, year, category, laureate and part of the prize.
_SAMPLE = (
    (2653941, 52.2081, 0.1225, "GBR", 1982, "Chemistry", "259", 1),
    (2618425, 55.6761, 12.5689, "DNK", 1975, "Physics", "102", 1 / 3),
    (1857910, 35.0117, 135.7683, "JPN", 2018, "Medicine", "959", 1 / 2),
    (5398563, 37.4240, -122.1660, "USA", 2001, "Economics", "745", 1 / 3),
    (None, None, None, None, 1901, "Literature", "569", 1),
    (None, None, None, None, 2019, "Peace", "981", 1),
)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table
    """An award of each category that counts: of Klug, Bohr, Honjo and Spence, and two without a place."""
    import pandas as pd

    columns = ["geonames", "lat", "lon", "country", "year", "category", "award", "laureates"]
    result = pd.DataFrame(_SAMPLE, columns=columns).astype({"geonames": "Int64", "country": object, "laureates": float})
    result = result[result["category"].isin(options.categories)].reset_index(drop=True)
    result["award"] = [f"{row.category} {row.year} {row.award}" for row in result.itertuples()]
    message = result["lat"].notna().map({True: "by Wikidata", False: "no organisation"})
    counts = result["laureates"] if options.counting == "fractional" else 1.0
    result = result.assign(laureates=counts, vintage="2026-11-26", method=message)
    return result[[*_COLUMNS, *(_AWARD if options.counting == "full" else ())]]


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="nobel",
        title="Nobel laureates by the place of their organisation",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=digest_of(read),
    )
