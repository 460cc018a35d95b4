"""The rows of each table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank import DataError

from hubrank_research.wikidata.asking import Row, ask, of_items
from hubrank_research.wikidata.ids import item_of
from hubrank_research.wikidata.seats import Organisation, Spot, organisations
from hubrank_research.wikidata.service import NAME

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

    from hubrank_research.wikidata import Options

#: A class of unicorns with fewer is another one.
FEWEST_UNICORNS = 100
#: The items of the prizes, and the indicators' names of them.
PRIZES = {
    "Q38104": "Physics",
    "Q44585": "Chemistry",
    "Q80061": "Medicine",
    "Q37922": "Literature",
    "Q35637": "Peace",
    "Q47170": "Economics",
}
#: An award without an employer lies nowhere.
_NOWHERE = Spot(share=Fraction(1), lat=None, lon=None, geonames=None, country="", method="no employer")
_YEAR = re.compile(r"\+?([0-9]{4})-")


def organisations_frame(table: str, of: str, options: Options, session: Session) -> pd.DataFrame:
    """A row for each place of each organisation of a class.

    Args:
        table: The table, which names the amount too.
        of: The class.
        options: The source's.
        session: A session of Wikidata.

    Raises:
        DataError: There are too few unicorns, or a country is not known.
        FetchError: They cannot be had.
    """
    found = members(of, options, session, at_a_time=150 if table == "unicorns" else 1)
    if table == "unicorns":
        check_unicorns(len(found), of)
    known = organisations(found, session)
    rows = [
        {"item": item, "ror": each.ror or None, **_placed(spot, found[item]), table: float(spot.share)}
        for item, each in known.items()
        for spot in each.spots
    ]
    day = max(session.read.values())
    return _frame(rows, ["item", "ror", *_PLACE, table]).assign(year=int(day[:4]), vintage=day)


def members(of: str, options: Options, session: Session, at_a_time: int) -> dict[str, str]:
    """The items of a class, with the code of their country; empty where they are of several.

    Raises:
        DataError: A country of the options is not known.
        FetchError: They cannot be had.
    """
    codes = countries(options.countries, session)
    found: dict[str, set[str]] = {}
    for row in of_items(session, "members", codes, at_a_time=at_a_time, of=of):
        found.setdefault(item_of(row.get("item", "")), set()).add(codes[item_of(row["country"])])
    return {item: each.pop() if len(each) == 1 else "" for item, each in found.items() if item}


def countries(wanted: Iterable[str], session: Session) -> dict[str, str]:
    """The items of countries with their codes: all, or those of the codes that are wanted.

    Raises:
        DataError: A code is of no item.
        FetchError: They cannot be had.
    """
    codes = {item_of(row["country"]): row["code"] for row in ask(session, "countries")}
    codes.pop("", None)
    if strange := sorted(set(wanted) - set(codes.values())):
        raise DataError(NAME, f"countries: Wikidata has no {', '.join(strange)}; use ISO 3166-1 alpha-3")
    return {item: code for item, code in codes.items() if code in wanted} if wanted else codes


def check_unicorns(number: int, of: str) -> None:
    """Refuse a class that can hardly be that of unicorns.

    Raises:
        DataError: It has too few.
    """
    if number < FEWEST_UNICORNS:
        what = (
            f"{of} has {number:,} {'company' if number == 1 else 'companies'}; the class of unicorns has at "
            f"least {FEWEST_UNICORNS}; set another one in options.of"
        )
        raise DataError(NAME, what)


@frozen(kw_only=True)
class Job:
    """An employer, and the years of the job as far as they are known."""

    employer: str
    first: int | None
    last: int | None

    def holds(self, year: int) -> bool:
        """Whether it is known that the job was held in a year."""
        known = self.first is not None or self.last is not None
        return known and (self.first or year) <= year <= (self.last or year)


def laureates_frame(session: Session) -> pd.DataFrame:
    """A row for each award and place of the employers of that year, and for each award without one.

    Raises:
        FetchError: They cannot be had.
    """
    awards = _awards(of_items(session, "laureates", PRIZES))
    known = organisations({each for employers in awards.values() for each in employers}, session)
    rows = [
        {"laureate": laureate, "category": category, "year": year, **_placed(spot), "laureates": float(share)}
        for (laureate, category, year), employers in awards.items()
        for spot, share in _shares(employers, known)
    ]
    columns = ["laureate", *_PLACE, "year", "category", "laureates"]
    return _frame(rows, columns).assign(vintage=max(session.read.values()))


def _awards(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[str]]:
    """The employers of each award in its year, by laureate, category and year."""
    jobs: dict[tuple[str, str, int], set[Job]] = {}
    for row in rows:
        year = _year(row.get("when"))
        if year is None:
            continue
        key = row["laureate"], PRIZES[item_of(row["prize"])], year
        held = jobs.setdefault(key, set())
        if employer := item_of(row.get("employer", "")):
            held.add(Job(employer=employer, first=_year(row.get("from")), last=_year(row.get("until"))))
    return {key: employers_in(key[2], held) for key, held in sorted(jobs.items())}


def employers_in(year: int, jobs: Iterable[Job]) -> list[str]:
    """The employers of a year; where no job is known to be of it, those of jobs without any year."""
    jobs = list(jobs)
    held = {each.employer for each in jobs if each.holds(year)}
    return sorted(held or {each.employer for each in jobs if each.first is None and each.last is None})


def _shares(employers: list[str], known: Mapping[str, Organisation]) -> Iterable[tuple[Spot, Fraction]]:
    """The places of an award, each with its share."""
    if not employers:
        return [(_NOWHERE, Fraction(1))]
    return [(spot, spot.share / len(employers)) for each in employers for spot in known[each].spots]


_PLACE = ("geonames", "lat", "lon", "country", "method")


def _placed(spot: Spot, country: str = "") -> dict[str, Any]:
    """The place columns of a row; its country is that of its place, else the one that is said."""
    told = spot.country or country or None
    return {"geonames": spot.geonames, "lat": spot.lat, "lon": spot.lon, "country": told, "method": spot.method}


def _frame(rows: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    import pandas as pd

    made = pd.DataFrame(rows, columns=list(columns), dtype=object)
    numbers = {name: float for name in made.columns if name not in ("item", "ror", "laureate", *_PLACE, "category")}
    whole = {name: "int64" for name in ("year",) if name in made.columns}
    return made.astype({"geonames": "Int64", "lat": float, "lon": float, **numbers, **whole})


def _year(text: str | None) -> int | None:
    """The year of a time such as `2018-10-01T00:00:00Z`; none where it is not known."""
    found = _YEAR.match(text or "")
    return int(found[1]) if found else None
