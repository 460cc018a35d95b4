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


#: The kind, title, amounts and covered years of each table.
_TABLES: dict[str, tuple[Literal["flow", "stock"], str, dict[str, str], tuple[int, int] | None]] = {
    "universities": (
        "stock",
        "Universities among the best of the world, by band",
        {
            "top100": "universities ranked 1 to 100",
            "top200": "universities ranked 1 to 200",
            "top500": "universities ranked 1 to 500",
            "top1000": "universities ranked 1 to 1000; from 2020",
        },
        (2005, 2025),
    ),
    "works": (
        "flow",
        "Scientific papers of universities",
        {
            "from_year": "the first year of the period",
            "papers": "papers, counted in full for each university",
            "top10_papers": "those among the tenth of their field and year that is cited most",
            "top1_papers": "those among the hundredth that is cited most",
            "industry_papers": "those with an author of a firm",
            "international_papers": "those with authors of several countries",
        },
        (2016, 2019),
    ),
    "computing-papers": (
        "flow",
        "Papers of computer-science conferences and journals",
        {"papers": "papers, divided among institutions", "citations": "citations of them, divided likewise"},
        (2015, 2019),
    ),
    "conferences": (
        "flow",
        "Ranked computer-science conferences held there",
        {"conferences": "conferences", "top_conferences": "those ranked A by CCF or A* by CORE"},
        (2022, 2025),
    ),
    "facilities": (
        "stock",
        "Synchrotrons and free-electron lasers",
        {"facilities": "facilities in use"},
        (2018, 2018),
    ),
    "patents": ("stock", "International patent applications a year", {"pct": "PCT applications a year"}, None),
    "unicorns": (
        "stock",
        "Private companies valued at a billion US dollars or more",
        {"unicorns": "companies", "valuation": "billion US dollars, in bands that tell no single company's"},
        (2022, 2025),
    ),
    "laureates": (
        "flow",
        "Nobel laureates by their organisation's place at the time of the award",
        {"category": "the prize's category", "laureates": "laureates"},
        (1901, 2024),
    ),
    "highly-cited": (
        "stock",
        "Highly cited researchers",
        {"highly_cited": "researchers, counted in each of their fields"},
        (2014, 2019),
    ),
    "large-companies": ("stock", "Seats of large listed companies", {"companies": "companies"}, (2026, 2026)),
    "global-2000": (
        "stock",
        "Seats of the two thousand largest listed companies",
        {
            "companies": "companies",
            "technology": "those of software, electronics and semiconductors",
            "health": "those of medicines and medical technology",
            "research_intensive": "those of industries that spend much on research, the two before among them",
        },
        (2024, 2024),
    ),
    "connectivity": (
        "stock",
        "Cities reached by air without a stop",
        {
            "destinations": "cities reached",
            "abroad": "those in other countries",
            "connectivity": "cities reached in per cent of the best connected city's",
        },
        None,
    ),
    "economy": (
        "stock",
        "Output of metropolitan areas of the United States and of some OECD members",
        {"gdp": "million US dollars at purchasing power parity", "population": "people"},
        None,
    ),
    "population": ("stock", "People in urban agglomerations", {"population": "people"}, None),
}
#: The years between two vintages. The United Nations give every fifth year of population; people do not move so fast
#: that a figure of four years before misleads.
_EVERY = {"population": 5}
TABLES = tuple(
    Table(
        name=name,
        title=title,
        kind=kind,
        columns={**_PLACE, "year": "the year that the figure is of", **amounts, **_PROVENANCE},
        covers=years and Coverage(first=years[0], last=years[1]),
        every=_EVERY.get(name, 1),
    )
    for name, (kind, title, amounts, years) in _TABLES.items()
)


def tables(options: Options) -> tuple[Table, ...]:
    """The tables, each title with what of it lies in no hub; those that a folder has anew cover what it says."""
    from hubrank_almanac.vintages import about, outside

    root = options.file or DATA
    anew = {} if options.file is None else about(root).tables
    lost = _of_folder(outside, root)
    return tuple(
        attrs.evolve(
            item,
            title=item.title + (f" ({lost[item.name]})" if item.name in lost else ""),
            covers=anew[item.name].covers if item.name in anew else item.covers,
        )
        for item in TABLES
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """Who made the figures; each note ends with what of the list found no place."""
    from hubrank_almanac.vintages import origins_in

    return _of_folder(origins_in, options.file or DATA)


def read(request: Request) -> Iterator[Any]:
    """A table, whole."""
    from hubrank_almanac.vintages import frame

    (table,) = (item for item in TABLES if item.name == request.table)
    yield frame(request.options.file or DATA, table)


def _of_folder(read_folder: Callable[[Path], _Made], root: Path) -> _Made:
    """What is made of a folder's files; of those that are built in, which never change, only once."""
    return _once(read_folder) if root == DATA else read_folder(root)


@functools.cache
def _once(read_folder: Callable[[Path], _Made]) -> _Made:
    return read_folder(DATA)


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

    path = (request.options.file or DATA) / f"{request.table}.csv"
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
