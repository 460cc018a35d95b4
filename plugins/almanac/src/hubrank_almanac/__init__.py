"""The almanac: real figures by place, each with its origin, vintage and licence."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import attrs
from attrs import frozen
from hubrank import Coverage, DataSource, Origin, Request, Table, hookimpl

DATA = Path(__file__).parent / "data"
_Made = TypeVar("_Made")


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        file: A folder with another vintage, as `tools.vintage` writes it, in place of the one that is built in;
            relative to the scenario.
    """

    file: Path | None = None


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
    name: str,
    title: str,
    kind: Literal["flow", "stock"],
    amounts: dict[str, str],
    covers: Coverage | None = None,
    every: int = 1,
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
        Coverage(first=2005, last=2025),
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
        Coverage(first=2016, last=2019),
    ),
    _table(
        "computing-papers",
        "Papers of computer-science conferences and journals",
        "flow",
        {"papers": "papers, divided among institutions", "citations": "citations of them, divided likewise"},
        Coverage(first=2015, last=2019),
    ),
    _table(
        "conferences",
        "Ranked computer-science conferences held there",
        "flow",
        {"conferences": "conferences", "top_conferences": "those ranked A by CCF or A* by CORE"},
        Coverage(first=2022, last=2025),
    ),
    _table(
        "facilities",
        "Synchrotrons and free-electron lasers",
        "stock",
        {"facilities": "facilities in use"},
        Coverage(first=2018, last=2018),
    ),
    _table("patents", "International patent applications a year", "stock", {"pct": "PCT applications a year"}),
    _table(
        "unicorns",
        "Private companies valued at a billion US dollars or more",
        "stock",
        {"unicorns": "companies", "valuation": "billion US dollars, in bands that tell no single company's"},
        Coverage(first=2022, last=2025),
    ),
    _table(
        "laureates",
        "Nobel laureates by their organisation's place at the time of the award",
        "flow",
        {"category": "the prize's category", "laureates": "laureates"},
        Coverage(first=1901, last=2024),
    ),
    _table(
        "highly-cited",
        "Highly cited researchers",
        "stock",
        {"highly_cited": "researchers, counted in each of their fields"},
        Coverage(first=2014, last=2019),
    ),
    _table(
        "large-companies",
        "Seats of large listed companies",
        "stock",
        {"companies": "companies"},
        Coverage(first=2026, last=2026),
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
        Coverage(first=2024, last=2024),
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


def tables(options: Options) -> tuple[Table, ...]:
    """The tables, each title with what of it lies in no hub; those that a folder has anew cover what it says."""
    from hubrank_almanac.vintages import about, outside

    root = _root(options)
    anew = {} if options.file is None else about(root).tables
    message = {name: f" ({text})" for name, text in _of_built_in(outside, root).items()}
    return tuple(
        attrs.evolve(
            item,
            title=f"{item.title}{message.get(item.name, '')}",
            covers=anew[item.name].covers if item.name in anew else item.covers,
        )
        for item in TABLES
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """Who made the figures; each note ends with what of the list found no place."""
    from hubrank_almanac.vintages import origins_in

    return _of_built_in(origins_in, _root(options))


def read(request: Request) -> Iterator[Any]:
    """A table, whole."""
    from hubrank_almanac.vintages import frame

    (table,) = (item for item in TABLES if item.name == request.table)
    yield frame(_root(request.options), table)


def _root(options: Options | None) -> Path:
    """Where the files lie."""
    return DATA if options is None or options.file is None else options.file


def _of_built_in(made: Callable[[Path], _Made], root: Path) -> _Made:
    """What is made of a folder's files; of those that are built in, which never change, only once."""
    return _once(made) if root == DATA else made(root)


@functools.cache
def _once(made: Callable[[Path], _Made]) -> _Made:
    return made(DATA)


def sample(table: str, options: Options) -> Any:
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
    from hubrank.io.safe_input import check_size

    path = _root(request.options) / f"{request.table}.csv"
    check_size(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The almanac."""
    yield DataSource(
        name="almanac",
        title="Real figures by place, built in",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
