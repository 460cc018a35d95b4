"""Indicators of the World Bank by country and year, from its API, version 2.

Its replies are pages of `[about, rows]`, and errors that come as if all were well.
"""

from collections.abc import Iterator
from typing import Any, Literal

import pandas as pd
from attrs import field, frozen
from hubrank.plugin import Origin, Request, Table
from hubrank_fetching import FetchError, Needs, PageOf, Service, fetched, if_kept, must_match
from hubrank_fetching.replies import misfit, other_form, pages
from hubrank_fetching.session import Reply, Session

NAME = "worldbank"
SERVICE = Service(name=NAME, address="https://api.worldbank.org/v2", days=7)
#: Requests, bytes and seconds of a series of all countries and years, with the list of countries.
NEEDS = Needs(requests=2, bytes=500_000, seconds=20)
_NUMBER = (int, str)
ABOUT = {"page": _NUMBER, "pages": _NUMBER, "total": _NUMBER}
VALUE = {"country": {"id": str}, "countryiso3code": (str, None), "date": str, "value": (int, float, None)}
COUNTRY = {"id": str, "region": {"id": str}}
#: Rows on a page: a series of all countries and years has fewer.
MOST = 20_000
#: The region of entries that are no country, but a sum of some.
_AGGREGATES = "NA"


@frozen(kw_only=True)
class Options:
    """Options of the source.

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
    columns = {"country": "ISO 3166-1 alpha-3", "year": "of the value", "value": "in the unit of the series"}
    title = f"World Bank {options.indicator}"
    return (Table(name="figures", title=title, kind=options.kind, columns=columns, origin=NAME),)


def origins(options: Options) -> tuple[Origin, ...]:
    """The World Bank, with the dates of the fetch, if there was one."""
    published, accessed = if_kept(SERVICE, lambda session: dates(options.indicator, session), ("", ""))
    return (
        Origin(
            name=NAME,
            producer="World Bank",
            title=f"World Development Indicators and other series: {options.indicator}",
            licence="CC-BY-4.0",
            url=f"https://data.worldbank.org/indicator/{options.indicator}",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            published=published,
            accessed=accessed,
            citation=f"World Bank, {options.indicator}",
            note="Some series are of third parties with their own terms; see the page of the series.",
        ),
    )


@fetched(SERVICE, NEEDS)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """All countries and years of the series, aggregates left out."""
    known = countries(session)
    found = [
        (item["countryiso3code"], int(item["date"]), float(item["value"]))
        for rows in pages(NAME, "1", lambda page: _page(values(request.options.indicator, page, session)))
        for item in rows
        if item["value"] is not None and item["countryiso3code"] in known
    ]
    kinds = {"country": str, "year": "int64", "value": "float64"}
    yield pd.DataFrame(found, columns=[*kinds]).astype(kinds)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, and one sample whatever the series
    """One real value: the gross domestic product of the United States, in current dollars."""
    return pd.DataFrame({"country": ["USA"], "year": [2024], "value": [29_298_013_000_000.0]})


def countries(session: Session) -> frozenset[str]:
    """The codes of countries, without World, European Union and other sums."""

    def page(number: str) -> PageOf:
        asked = {"format": "json", "per_page": "400", "page": number}
        return _page(session.json("country", asked, shape=list, check=lambda value: check(value, COUNTRY, "country")))

    found = (item for rows in pages(NAME, "1", page) for item in rows)
    return frozenset(item["id"] for item in found if item["region"]["id"] != _AGGREGATES)


def values(indicator: str, page: str, session: Session) -> Reply:
    """A page of a series."""
    asked = {"format": "json", "per_page": str(MOST), "page": page}
    path = f"country/all/indicator/{indicator}"
    return session.json(path, asked, shape=list, check=lambda value: check(value, VALUE, indicator))


def check(value: Any, row: dict[str, Any], asked: str) -> None:
    """Reject a reply that is an error in disguise, or has another form."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "message" in value[0]:
        message = value[0]["message"] if isinstance(value[0]["message"], list) else []
        text = " ".join(str(item.get("value", "")) for item in message if isinstance(item, dict))
        raise FetchError(NAME, f"refuses '{asked}': {text[:200].rstrip('.') or '?'}; check the code", "you")
    if not (isinstance(value, list) and len(value) == 2):  # about and rows
        raise other_form(NAME, f"reply: {type(value).__name__}")
    about, rows = value[0], value[1] or []
    found = misfit(about, ABOUT, "reply[0]") or misfit(rows, [row], "reply[1]")
    found = found or next((f"reply[0].{key}" for key in ABOUT if not _is_count(about[key])), "")
    if found:
        raise other_form(NAME, found)
    days = [item["date"] for item in rows if "date" in row]
    if strange := [day for day in days if not (len(day) == len("2024") and _is_count(day))]:
        raise FetchError(NAME, f"'{asked}' has values of '{strange[0]}'; only series of years are read", "you")


def _is_count(value: object) -> bool:
    return str(value).isascii() and str(value).isdigit()


def dates(indicator: str, session: Session) -> tuple[str, str]:
    """When a series was last updated, and when it was fetched."""
    reply = values(indicator, "1", session)
    return str(reply.content[0].get("lastupdated", "")), reply.date


def _page(reply: Reply) -> PageOf:
    about, rows = reply.content
    page, last = int(about["page"]), int(about["pages"])
    following = str(page + 1) if page < last else None
    updated = str(about.get("lastupdated", ""))
    return PageOf(rows=rows or [], next=following, total=int(about["total"]), version=updated)
