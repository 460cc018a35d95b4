"""The almanac: real figures by place, each with its origin, vintage and licence."""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
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


def _table(
    name: str, title: str, kind: str, amounts: dict[str, str], covers: Covers | None = None, every: int = 1
) -> Table:
    return Table(
        name=name,
        title=title,
        kind=kind,
        columns={**_PLACE, "year": "the year that the figure is of", **amounts, **_PROVENANCE},
        covers=covers,
        every=every,
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
            "top1_papers": "those among the hundredth that is cited most",
            "industry_papers": "those with an author of a firm",
            "international_papers": "those with authors of several countries",
        },
        Covers(first=2016, last=2019),
    ),
    _table(
        "computing-papers",
        "Papers of computer-science conferences and journals",
        "flow",
        {"papers": "papers, divided among institutions", "citations": "citations of them, divided likewise"},
        Covers(first=2015, last=2019),
    ),
    _table(
        "conferences",
        "Ranked computer-science conferences held there",
        "flow",
        {"conferences": "conferences", "top_conferences": "those ranked A by CCF or A* by CORE"},
        Covers(first=2022, last=2025),
    ),
    _table(
        "facilities",
        "Synchrotrons and free-electron lasers",
        "stock",
        {"facilities": "facilities in use"},
        Covers(first=2018, last=2018),
    ),
    _table("patents", "International patent applications a year", "stock", {"pct": "PCT applications a year"}),
    _table(
        "unicorns",
        "Private companies valued at a billion US dollars or more",
        "stock",
        {"unicorns": "companies", "valuation": "billion US dollars, in bands that tell no single company's"},
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
        {
            "companies": "companies",
            "technology": "those of software, electronics and semiconductors",
            "health": "those of medicines and medical technology",
            "research_intensive": "those of industries that spend much on research, the two before among them",
        },
        Covers(first=2024, last=2024),
    ),
    _table(
        "connectivity",
        "Cities reached by air without a stop",
        "stock",
        {
            "destinations": "cities reached",
            "abroad": "those in other countries",
            "connectivity": "cities reached in per cent of the best connected city's",
        },
    ),
    _table(
        "economy",
        "Output of metropolitan areas of the United States and of some OECD members",
        "stock",
        {"gdp": "million US dollars at purchasing power parity", "population": "people"},
    ),
    # The United Nations give every fifth year; people do not move so fast that a figure of four years before misleads.
    _table("population", "People in urban agglomerations", "stock", {"population": "people"}, every=5),
)


@functools.cache
def origins() -> tuple[Origin, ...]:
    """Who made the figures; each note ends with what of the list found no place."""
    table = tomli.loads((DATA / "origins.toml").read_text(encoding="utf-8"))
    lost = _lost()
    told = {name: " ".join(filter(None, [each["note"], lost.get(name, "")])) for name, each in table.items()}
    return tuple(Origin(name=name, **(each | {"note": told[name]})) for name, each in table.items())


def _lost() -> dict[str, str]:
    """What of each origin's newest input found no place, from the builder's report."""
    with (DATA / "report.csv").open(encoding="utf-8", newline="") as file:
        newest = {line["origin"]: line for line in csv.DictReader(file)}
    return {
        name: f"Not placed in {line['input']}: {line['rows_not_placed']} of {line['rows']} rows, "
        f"{_share(line['amount_not_placed'], line['amount'])} of {line['unit_of_measure']} ({line['remark']})."
        for name, line in newest.items()
        if line["rows_not_placed"] != "0"
    }


def _share(part: str, whole: str) -> str:
    return f"{100 * float(part) / float(whole):.1f} %"


def _outside() -> dict[str, str]:
    """Of each table, what lies in none of the hubs of the default unit set, and the hubs beside which most lies."""
    with (DATA / "losses.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["reason"] == "outside every hub"]
    told = {}
    for table in dict.fromkeys(line["table"] for line in lines):
        own = [line for line in lines if line["table"] == table]
        beside = sorted((line for line in own if line["beside_hub"]), key=lambda line: -float(line["per_cent"]))[:3]
        most = ", ".join(f"{line['beside_hub']} {float(line['per_cent']):.1f} %" for line in beside)
        told[table] = f"{sum(float(line['per_cent']) for line in own):.0f} % outside every hub; most beside {most}"
    return told


def read(request: Request) -> Iterator[Any]:
    """A table, whole."""
    import pandas as pd

    # The builder leaves a gap empty and has no word for one, so that none of the words that other tables use is a gap.
    texts = {"country": str, "origin": str, "vintage": str, "method": str, "category": str}
    frame = pd.read_csv(DATA / f"{request.table}.csv", dtype=texts, keep_default_na=False, na_values=[""])
    yield frame.drop(columns="place_name")


def sample(table: str, options: object) -> Any:
    """One row a place, the fullest, the newest up to 2022 or the first: 200 in all.

    The largest of each country in turn; where there are more than a hundred countries, after the hundred largest.
    """
    frame = next(read(Request(table=table, columns=(), first_year=None, last_year=None, options=options)))
    amounts = set(frame.columns) - {*_PLACE, *_PROVENANCE, "year", "from_year", "category"}
    newness = frame["year"].where(frame["year"] <= 2022, -frame["year"])
    known = frame[sorted(amounts)]
    ordered = frame.assign(filled=known.notna().sum(axis=1), newness=newness, size=known.sum(axis=1))
    places = ordered.sort_values(["filled", "newness"], kind="stable").drop_duplicates(["lat", "lon"], keep="last")
    places = places.sort_values("size", ascending=False, kind="stable")
    turn = places.groupby("country").cumcount()
    if places["country"].nunique() > 100:
        turn.iloc[:100] = -1
    turn = turn.sort_values(kind="stable")
    return frame.loc[turn.index[:200].sort_values()].reset_index(drop=True)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the table's file."""
    return hashlib.sha256((DATA / f"{request.table}.csv").read_bytes()).hexdigest()


def _told(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables, each title with what of it lies in no hub."""
    outside = _outside()
    return tuple(
        attrs.evolve(table, title=f"{table.title} ({outside[table.name]})") if table.name in outside else table
        for table in tables
    )


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The almanac."""
    yield DataSource(
        name="almanac",
        title="Real figures by place, built in",
        read=read,
        sample=sample,
        tables=_told(TABLES),
        origins=origins(),
        fingerprint=fingerprint,
    )
