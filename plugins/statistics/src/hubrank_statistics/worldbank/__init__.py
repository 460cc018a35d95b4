"""Indicators of the World Bank by country and year, from its API, version 2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen
from hubrank import DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import FetchError, Needs, Service, digest_of, fetched, must_match

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

SERVICE = Service(name="worldbank", address="https://api.worldbank.org/v2", days=7)
#: Requests, bytes and seconds of a series of all countries and years, with the list of countries.
NEEDS = Needs(requests=2, bytes=500_000, seconds=20)


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        indicator: The World Bank's code of a series: `NY.GDP.PCAP.PP.CD`.
        kind: Whether its values are levels at a time (`stock`) or amounts of a year that add up (`flow`).
    """

    indicator: str = field(
        default="NY.GDP.MKTP.CD",
        validator=must_match(
            r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)+", "must be a code of the World Bank, such as NY.GDP.PCAP.PP.CD"
        ),
    )
    kind: Literal["stock", "flow"] = "stock"


def tables(options: Options) -> tuple[Table, ...]:
    """The one table, of the series that the options name."""
    return (
        Table(
            name="figures",
            title=f"World Bank {options.indicator}",
            kind=options.kind,
            columns={"country": "ISO 3166-1 alpha-3", "year": "of the value", "value": "in the unit of the series"},
            origin=SERVICE.name,
        ),
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """The World Bank, with the dates of what was fetched, where it was."""
    from hubrank_fetching.session import Session

    from hubrank_statistics.worldbank.series import dates

    try:
        published, accessed = dates(options.indicator, Session(SERVICE))
    except FetchError:
        published, accessed = "", ""
    return (
        Origin(
            name=SERVICE.name,
            producer="World Bank",
            title=f"World Development Indicators and other series: {options.indicator}",
            licence="CC-BY-4.0",
            url=f"https://data.worldbank.org/indicator/{options.indicator}",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            published=published,
            accessed=accessed,
            citation=f"World Bank, {options.indicator}",
            note="Some series are of third parties with terms of their own; the page of the series tells.",
        ),
    )


@fetched(SERVICE, NEEDS)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """All countries and years of the series, aggregates left out."""
    from hubrank_statistics.worldbank.series import frame

    yield frame(request.options.indicator, session)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, and one sample whatever the series
    """One real value: the gross domestic product of the United States, in current dollars."""
    import pandas as pd

    return pd.DataFrame({"country": ["USA"], "year": [2024], "value": [29_298_013_000_000.0]})


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="worldbank",
        title="Indicators of the World Bank by country and year",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=digest_of(read),
    )
