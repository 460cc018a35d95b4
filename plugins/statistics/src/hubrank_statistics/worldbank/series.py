"""The replies of the World Bank's API: pages of `[about, rows]`, and errors that come as if all were well."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hubrank_fetching import FetchError, PageOf, misfit, pages
from hubrank_fetching.session import Reply, Session

_NUMBER = (int, str)
ABOUT = {"page": _NUMBER, "pages": _NUMBER, "total": _NUMBER}
VALUE = {"country": {"id": str}, "countryiso3code": (str, None), "date": str, "value": (int, float, None)}
COUNTRY = {"id": str, "region": {"id": str}}
#: Rows on a page: a series of all countries and years has fewer.
MOST = 20_000
#: The region of what is no country, but a sum of some.
_AGGREGATES = "NA"


def frame(indicator: str, session: Session) -> pd.DataFrame:
    """The values of a series: one row a country and year that has one."""
    known = countries(session)
    found = [
        (item["countryiso3code"], int(item["date"]), float(item["value"]))
        for rows in pages("worldbank", "1", lambda page: _page(values(indicator, page, session)))
        for item in rows
        if item["value"] is not None and item["countryiso3code"] in known
    ]
    return pd.DataFrame(found, columns=["country", "year", "value"]).astype(
        {"country": str, "year": "int64", "value": "float64"}
    )


def countries(session: Session) -> frozenset[str]:
    """The codes of countries, without World, European Union and other sums."""
    found = pages("worldbank", "1", lambda page: _page(list_of_countries(page, session)))
    return frozenset(item["id"] for rows in found for item in rows if item["region"]["id"] != _AGGREGATES)


def values(indicator: str, page: str, session: Session) -> Reply:
    """A page of a series."""
    asked = {"format": "json", "per_page": str(MOST), "page": page}
    return session.json(
        f"country/all/indicator/{indicator}", asked, shape=list, check=lambda value: check(value, VALUE, indicator)
    )


def list_of_countries(page: str, session: Session) -> Reply:
    """A page of the list of countries and aggregates."""
    asked = {"format": "json", "per_page": "400", "page": page}
    return session.json("country", asked, shape=list, check=lambda value: check(value, COUNTRY, "country"))


def check(value: Any, row: dict[str, Any], asked: str) -> None:
    """Refuse a reply that is an error in disguise, or has another form."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "message" in value[0]:
        message = value[0]["message"] if isinstance(value[0]["message"], list) else []
        text = (
            " ".join(str(item.get("value", "")) for item in message if isinstance(item, dict))[:200].rstrip(".") or "?"
        )
        raise FetchError("worldbank", f"refuses '{asked}': {text}; check the code", "you")
    if not (isinstance(value, list) and len(value) == 2):  # about and rows
        found = f"reply: {type(value).__name__}"
    else:
        found = misfit(value[0], ABOUT, "reply[0]") or misfit(value[1] or [], [row], "reply[1]")
        found = found or next((f"reply[0].{key}" for key in ABOUT if not _is_count(value[0][key])), "")
    if found:
        raise FetchError("worldbank", f"its reply has another form: {found}", "us")
    if strange := [
        item["date"]
        for item in value[1] or []
        if "date" in row and not (len(item["date"]) == 4 and _is_count(item["date"]))
    ]:
        raise FetchError("worldbank", f"'{asked}' has values of '{strange[0]}'; only series of years are read", "you")


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
