"""Items of Wikidata at their places, counted: seats, universities, unicorns, laureates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank import DataError
from hubrank_fetching.session import Session

from hubrank_research.wikidata import Options
from hubrank_research.wikidata.asking import NAME, Row, ask, item_of, number_of, of_items

#: A point on a globe, that of the Earth where none is named: longitude first.
_POINT = re.compile(r"(?:<(?P<globe>[^>]*)> *)?POINT *\( *(?P<lon>[-+.\dE]+) +(?P<lat>[-+.\dE]+) *\)", re.IGNORECASE)
_EARTH = "http://www.wikidata.org/entity/Q2"
_COUNTRY = re.compile(r"[A-Z]{3}")


@frozen(kw_only=True)
class Place:
    """Where an item lies.

    Attributes:
        lat: Degrees north.
        lon: Degrees east.
        geonames: Its GeoNames id; none where Wikidata has none, or several.
        country: ISO 3166-1 alpha-3; empty where Wikidata has none, or several.
    """

    lat: float
    lon: float
    geonames: int | None
    country: str


def places(items: Iterable[str], session: Session) -> dict[str, Place]:
    """Where items lie, those alone that have a point on Earth; of several points the first in order is taken.

    Args:
        items: Their ids, such as `Q62`.
        session: A session of Wikidata: `session.beside(SERVICE)` in a source of another service.

    Raises:
        FetchError: They cannot be had.
    """
    message: dict[str, list[Row]] = {}
    for row in of_items(session, "places", items):
        message.setdefault(item_of(row.get("place", "")), []).append(row)
    found = {item: place_of(rows) for item, rows in message.items()}
    return {item: place for item, place in found.items() if item and place}


def place_of(rows: Iterable[Row]) -> Place | None:
    """The place of the rows of one item; none without a point on Earth."""
    rows, names = list(rows), ("point", "geonames", "own", "country")
    text = {name: sorted({row[name] for row in rows if name in row}) for name in names}
    points = [point for item in text["point"] if (point := point_of(item))]
    if not points:
        return None
    lat, lon = points[0]
    geonames = _only(item for item in text["geonames"] if item.isascii() and item.isdigit())
    return Place(lat=lat, lon=lon, geonames=int(geonames) if geonames else None, country=country_of(text))


def country_of(said: Mapping[str, Iterable[str]]) -> str:
    """The code of an item that is a country or has a code of its own, as Hong Kong has, else that of its country."""
    own, others = (_only(item for item in said[name] if _COUNTRY.fullmatch(item)) for name in ("own", "country"))
    return own or others


def point_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of `Point(lon lat)`; none on another globe, or where it is no point."""
    found = _POINT.fullmatch(text.strip())
    if not found or found["globe"] not in (None, _EARTH):
        return None
    try:
        lat, lon = float(found["lat"]), float(found["lon"])
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _only(values: Iterable[str]) -> str:
    """The one value; empty where there is none, or several."""
    found = list(values)
    return found[0] if len(found) == 1 else ""


@frozen(kw_only=True)
class Spot:
    """A place of an organisation.

    Attributes:
        share: What of the organisation counts there.
        lat: Degrees north; none where it is not known.
        lon: Degrees east.
        geonames: The GeoNames id of the city; none where it is not known.
        country: ISO 3166-1 alpha-3; empty where it is not known.
        method: How the place was found, or why there is none.
    """

    share: Fraction
    lat: float | None
    lon: float | None
    geonames: int | None
    country: str
    method: str


@frozen(kw_only=True)
class Organisation:
    """An organisation.

    Attributes:
        ror: Its id in the Research Organization Registry; empty where it has none, or several.
        spots: Its places, whose shares add up to 1.
    """

    ror: str
    spots: tuple[Spot, ...]


@frozen(kw_only=True)
class _Seat:
    """What Wikidata says of a place of an organisation: in which item it lies, and at which point."""

    within: str
    point: tuple[float, float] | None
    method: str


def organisations(items: Collection[str], session: Session) -> dict[str, Organisation]:
    """Where organisations are, by their ids and in their order: each has a place, if only one that is not known.

    The head offices of the best rank that have not ended count, a share each; where there is none the district; where
    there is none, or there are several, the organisation's own point. That point is also the more exact one of a single
    head office or district.

    Raises:
        FetchError: They cannot be had.
    """
    message: dict[str, list[Row]] = {item: [] for item in items}
    for row in of_items(session, "seats", items):
        message.setdefault(item_of(row.get("item", "")), []).append(row)
    seats = {item: _seats(rows) for item, rows in message.items() if item}
    known = places({seat.within for item in seats.values() for seat in item if seat.within}, session)
    return {
        item: Organisation(
            ror=_only({row["ror"] for row in message[item] if "ror" in row}),
            spots=tuple(_spot(seat, len(entry), known) for seat in entry),
        )
        for item, entry in sorted(seats.items(), key=lambda found: number_of(found[0]))
    }


def _seats(rows: Iterable[Row]) -> list[_Seat]:
    rows = list(rows)
    own = _point(rows, "own")
    offices = _items((row for row in rows if "ended" not in row), "city")
    if offices:
        points = [_point([row for row in rows if item_of(row.get("city", "")) == city], "at") for city in offices]
        single = own if len(offices) == 1 else None
        found = zip(offices, points, strict=True)
        return [_Seat(within=city, point=at or single, method="by head office") for city, at in found]
    districts = _items(rows, "district")
    if len(districts) == 1:
        return [_Seat(within=districts[0], point=own, method="by district")]
    return [_Seat(within="", point=own, method="by its own point" if own else "no place")]


def _spot(seat: _Seat, number: int, known: dict[str, Place]) -> Spot:
    place = known.get(seat.within)
    point = seat.point or ((place.lat, place.lon) if place else None)
    lat, lon = point or (None, None)
    return Spot(
        share=Fraction(1, number),
        lat=lat,
        lon=lon,
        geonames=place.geonames if place else None,
        country=place.country if place else "",
        method=seat.method if point else "no place",
    )


def _items(rows: Iterable[Row], name: str) -> Sequence[str]:
    found = {item_of(row[name]) for row in rows if name in row}
    return sorted(found - {""}, key=number_of)


def _point(rows: Iterable[Row], name: str) -> tuple[float, float] | None:
    found = sorted({row[name] for row in rows if name in row})
    return next((point for item in found if (point := point_of(item))), None)


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
    """A row for each place of each organisation of a class."""
    found = members(of, options, session, at_a_time=150 if table == "unicorns" else 1)
    if table == "unicorns":
        check_unicorns(len(found), of)
    known = organisations(found, session)
    rows = [
        {"item": item, "ror": entry.ror or None, **_placed(spot, found[item]), table: float(spot.share)}
        for item, entry in known.items()
        for spot in entry.spots
    ]
    day = max(session.read.values())
    return _frame(rows, ["item", "ror", *_PLACE, table]).assign(year=int(day[:4]), vintage=day)


def members(of: str, options: Options, session: Session, at_a_time: int) -> dict[str, str]:
    """The items of a class, with the code of their country; empty where they are of several."""
    codes = countries(options.countries, session)
    found: dict[str, set[str]] = {}
    for row in of_items(session, "members", codes, at_a_time=at_a_time, of=of):
        found.setdefault(item_of(row.get("item", "")), set()).add(codes[item_of(row["country"])])
    return {item: entry.pop() if len(entry) == 1 else "" for item, entry in found.items() if item}


def countries(wanted: Iterable[str], session: Session) -> dict[str, str]:
    """The items of countries with their codes: all, or those of the codes that are wanted."""
    codes = {item_of(row["country"]): row["code"] for row in ask(session, "countries")}
    codes.pop("", None)
    if strange := sorted(set(wanted) - set(codes.values())):
        raise DataError(NAME, f"countries: Wikidata has no {', '.join(strange)}; use ISO 3166-1 alpha-3")
    return {item: code for item, code in codes.items() if code in wanted} if wanted else codes


def check_unicorns(number: int, of: str) -> None:
    """Refuse a class that can hardly be that of unicorns."""
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
    """A row for each award and place of the employers of that year, and for each award without one."""
    awards = _awards(of_items(session, "laureates", PRIZES))
    known = organisations({item for employers in awards.values() for item in employers}, session)
    rows = [
        {"laureate": laureate, "category": category, "year": year, **_placed(spot), "laureates": float(share)}
        for (laureate, category, year), employers in awards.items()
        for spot, share in _shares(employers, known)
    ]
    columns = ["laureate", *_PLACE, "year", "category", "laureates"]
    return _frame(rows, columns).assign(vintage=max(session.read.values()))


def _awards(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[str]]:
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
    held = {item.employer for item in jobs if item.holds(year)}
    return sorted(held or {item.employer for item in jobs if item.first is None and item.last is None})


def _shares(employers: list[str], known: Mapping[str, Organisation]) -> Iterable[tuple[Spot, Fraction]]:
    if not employers:
        return [(_NOWHERE, Fraction(1))]
    return [(spot, spot.share / len(employers)) for item in employers for spot in known[item].spots]


_PLACE = ("geonames", "lat", "lon", "country", "method")


def _placed(spot: Spot, country: str = "") -> dict[str, Any]:
    """The place columns of a row; its country is that of its place, else the one that is said."""
    message = spot.country or country or None
    return {"geonames": spot.geonames, "lat": spot.lat, "lon": spot.lon, "country": message, "method": spot.method}


def _frame(rows: list[dict[str, Any]], columns: Iterable[str]) -> pd.DataFrame:
    result = pd.DataFrame(rows, columns=list(columns), dtype=object)
    numbers = {name: float for name in result.columns if name not in ("item", "ror", "laureate", *_PLACE, "category")}
    whole = {name: "int64" for name in ("year",) if name in result.columns}
    return result.astype({"geonames": "Int64", "lat": float, "lon": float, **numbers, **whole})


def _year(text: str | None) -> int | None:
    """The year of a time such as `2018-10-01T00:00:00Z`; none where it is not known."""
    found = _YEAR.match(text or "")
    return int(found[1]) if found else None
