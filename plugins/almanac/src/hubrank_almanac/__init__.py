"""The almanac: real figures by place, each with its origin, vintage and licence."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tomli
from hubrank import Covers, DataSource, Origin, Request, Table, hookimpl

DATA = Path(__file__).parent / "data"

_PLACE = {
    "geonames": "GeoNames id, where it is known",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3",
}
_PROVENANCE = {
    "origin": "who made the figure; see the origins",
    "vintage": "the state or period of the list",
    "method": "how the figure was derived; empty where it was counted",
}


def _table(name: str, title: str, kind: str, amounts: dict[str, str], covers: Covers | None = None) -> Table:
    return Table(
        name=name,
        title=title,
        kind=kind,
        columns={**_PLACE, "year": "the year that the figure is of", **amounts, **_PROVENANCE},
        covers=covers,
    )


TABLES = (
    _table(
        "universities",
        "Universities among the best of the world, by band",
        "stock",
        {
            "top100": "universities ranked 1 to 100",
            "top200": "universities ranked 1 to 200",
            "top500": "universities ranked 1 to 500",
            "top1000": "universities ranked 1 to 1000; from 2020",
        },
        Covers(first=2005, last=2025),
    ),
    _table(
        "works",
        "Scientific papers of universities",
        "flow",
        {
            "from_year": "the first year of the period",
            "papers": "papers, counted in full for each university",
            "top10_papers": "those among the tenth of their field and year that is cited most",
        },
        Covers(first=2016, last=2019),
    ),
    _table("patents", "International patent applications a year", "stock", {"pct": "PCT applications a year"}),
    _table(
        "unicorns",
        "Private companies valued at a billion US dollars or more",
        "stock",
        {"unicorns": "companies", "valuation": "billion US dollars"},
        Covers(first=2022, last=2025),
    ),
    _table(
        "laureates",
        "Nobel laureates by their organisation's place at the time of the award",
        "flow",
        {"category": "the prize's category", "laureates": "laureates"},
        Covers(first=1901, last=2024),
    ),
    _table(
        "highly-cited",
        "Highly cited researchers",
        "stock",
        {"highly_cited": "researchers, counted in each of their fields"},
        Covers(first=2014, last=2019),
    ),
    _table(
        "large-companies",
        "Seats of large listed companies",
        "stock",
        {"companies": "companies"},
        Covers(first=2026, last=2026),
    ),
    _table(
        "global-2000",
        "Seats of the two thousand largest listed companies",
        "stock",
        {"companies": "companies"},
        Covers(first=2024, last=2024),
    ),
    _table(
        "connectivity",
        "Connectivity in the world city network",
        "stock",
        {"connectivity": "per cent of the best connected city"},
    ),
    _table(
        "economy",
        "Output, people and jobs of metropolitan areas",
        "stock",
        {"gdp": "million US dollars at purchasing power parity", "population": "people", "jobs": "jobs"},
    ),
    _table("population", "People in urban agglomerations", "stock", {"population": "people"}),
)


@functools.cache
def origins() -> tuple[Origin, ...]:
    """Who made the figures."""
    table = tomli.loads((DATA / "origins.toml").read_text(encoding="utf-8"))
    return tuple(Origin(name=name, **each) for name, each in table.items())


def read(request: Request) -> Iterator[Any]:
    """A table, whole."""
    import pandas as pd

    # The builder leaves a gap empty and has no word for one, so that none of the words that other tables use is a gap.
    texts = {"country": str, "origin": str, "vintage": str, "method": str, "category": str}
    frame = pd.read_csv(DATA / f"{request.table}.csv", dtype=texts, keep_default_na=False, na_values=[""])
    yield frame.drop(columns="place_name")


def sample(table: str, options: object) -> Any:
    """One row a place, the newest up to 2022 or the first; the largest of each country in turn, 200 in all."""
    frame = next(read(Request(table=table, columns=(), first_year=None, last_year=None, options=options)))
    amounts = set(frame.columns) - {*_PLACE, *_PROVENANCE, "year", "from_year", "category"}
    newness = frame["year"].where(frame["year"] <= 2022, -frame["year"])
    ordered = frame.assign(newness=newness, size=frame[sorted(amounts)].sum(axis=1))
    places = ordered.sort_values("newness", kind="stable").drop_duplicates(["lat", "lon"], keep="last")
    places = places.sort_values("size", ascending=False, kind="stable")
    turn = places.groupby("country").cumcount().sort_values(kind="stable")
    return frame.loc[turn.index[:200].sort_values()].reset_index(drop=True)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the table's file."""
    return hashlib.sha256((DATA / f"{request.table}.csv").read_bytes()).hexdigest()


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The almanac."""
    yield DataSource(
        name="almanac",
        title="Real figures by place, built in",
        read=read,
        sample=sample,
        tables=TABLES,
        origins=origins(),
        fingerprint=fingerprint,
    )
