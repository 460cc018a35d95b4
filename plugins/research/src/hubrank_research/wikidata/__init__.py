"""Wikidata: head offices, universities, unicorns and laureates by place, and where its items lie.

For authors of sources: `places`, which gives the `Place` of items, with `SERVICE`.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd
from attrs import evolve, frozen
from hubrank.plugin import DataError, Origin, Request, Table
from hubrank_fetching import Needs, fetched
from hubrank_fetching.session import Session

from hubrank_research import CC0, PLACE
from hubrank_research.wikidata.asking import NAME, SERVICE, Row, ask, is_item, item_of, number_of, of_items

__all__ = ["SERVICE", "Options", "Place", "places"]

#: The class of each table that counts items: public companies and universities. That of unicorns has to be named.
CLASSES = {"headquarters": "Q891723", "universities": "Q3918"}
#: Countries and areas with a code.
_COUNTRIES = 260
_CODE = re.compile(r"[A-Z]{3}")
#: A point on a globe, that of the Earth if none is named: longitude first.
_POINT = re.compile(r"(?:<(?P<globe>[^>]*)> *)?POINT *\( *(?P<lon>[-+.\dE]+) +(?P<lat>[-+.\dE]+) *\)", re.IGNORECASE)
_EARTH = "http://www.wikidata.org/entity/Q2"
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
_YEAR = re.compile(r"\+?([0-9]{4})-")
_PROVENANCE = {
    "vintage": "the day on which they were fetched",
    "method": "how the location was found, or why there is none",
}


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        of: The item of Wikidata whose instances, and those of its subclasses, are counted: `Q3918` are universities.
        countries: The countries to query (ISO 3166-1 alpha-3); all by default.
    """

    of: str = ""
    countries: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.of and not is_item(self.of):
            raise ValueError("of: must be the id of an item of Wikidata, such as Q3918")
        if not all(map(_CODE.fullmatch, self.countries)):
            raise ValueError("countries: must be codes of ISO 3166-1 alpha-3, such as FRA")


def _counted(name: str, title: str, meaning: str) -> Table:
    of = {"item": "the organisation's item of Wikidata", "ror": "its id in the Research Organization Registry"}
    columns = {**of, **PLACE, "year": "in which they were fetched", name: meaning, **_PROVENANCE}
    return Table(name=name, title=title, kind="stock", columns=columns, origin=NAME)


#: None covers anything: things that Wikidata lacks may exist.
tables = (
    _counted("unicorns", "Unicorns that Wikidata knows", "companies"),
    _counted("headquarters", "Head offices of organisations that Wikidata knows", "organisations"),
    _counted("universities", "Universities that Wikidata knows", "universities"),
    Table(
        name="laureates",
        title="Nobel laureates by their employers' places in the year of the award",
        kind="flow",
        columns={
            "laureate": "id in the Nobel Prize API",
            **PLACE,
            "year": "of the award",
            "category": "the prize's category",
            "laureates": "laureates",
            **_PROVENANCE,
        },
        origin=NAME,
    ),
)
origins = (
    Origin(
        name=NAME,
        producer="Wikidata",
        title="Wikidata, by its query service",
        url="https://www.wikidata.org",
        **CC0,
        citation="Wikidata, https://www.wikidata.org",
        note="Low quality as a list: volunteers enter it; some countries and kinds of organisations are nearly "
        "complete, others hardly begun.",
    ),
)


def class_of(request: Request) -> str:
    """The class whose items a table counts."""
    found: str = request.options.of or CLASSES.get(request.table, "")
    if not found:
        where = f"{request.table} (https://www.wikidata.org/w/index.php?search=unicorn+company)"
        instead = f'look up the item whose instances are {where} and set of = "Q..." in the options of the input'
        raise DataError(NAME, f"{request.table}: no class is built in; {instead}")
    return found


def needs(request: Request) -> Needs:
    """The requests for the lists by country, and for the places of their items."""
    if request.table == "laureates":
        return Needs(requests=30, bytes=4_000_000, seconds=120)
    if request.table == "unicorns":
        return Needs(requests=20, bytes=3_000_000, seconds=90)
    number = len(request.options.countries)
    requests = 1 + 10 * number if number else 2 * _COUNTRIES
    return Needs(requests=requests, bytes=80_000 * requests, seconds=3 * requests)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A table, whole."""
    if request.table == "laureates":
        yield laureates_frame(session)
    else:
        yield organisations_frame(request.table, class_of(request), request.options, session)


#: Real rows: Stripe, Nestlé, ETH Zurich, and Curie at the University of Paris.
_SAMPLES: dict[str, tuple[Any, ...]] = {
    "unicorns": ("Q7624104", None, 5397765, 37.656111, -122.425556, "USA", 2026, 1.0),
    "headquarters": ("Q160746", None, 2658822, 46.466667, 6.85, "CHE", 2026, 1.0),
    "universities": ("Q11942", "05a28rw58", 2657896, 47.376389, 8.548056, "CHE", 2026, 1.0),
    "laureates": ("6", 2988507, 48.856667, 2.351944, "FRA", 1911, "Chemistry", 1.0),
}


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one row, whatever is asked for
    """One row, as Wikidata had it in 2026."""
    (columns,) = (item.columns for item in tables if item.name == table)
    result = pd.DataFrame([(*_SAMPLES[table], "2026-11-26", "by head office")], columns=[*columns])
    return result.astype({"geonames": "Int64"})


@frozen(kw_only=True)
class Place:
    """The location of an item.

    Attributes:
        lat: Degrees north.
        lon: Degrees east.
        geonames: Its GeoNames id; None if Wikidata has none, or several.
        country: ISO 3166-1 alpha-3; empty if Wikidata has none, or several.
    """

    lat: float
    lon: float
    geonames: int | None
    country: str


def places(items: Iterable[str], session: Session) -> dict[str, Place]:
    """The locations of items, only those with a point on Earth; of several points the first in order counts.

    Args:
        items: Their ids, such as `Q62`.
        session: A session of Wikidata: `session.beside(SERVICE)` in a source of another service.

    Raises:
        FetchError: They are unavailable.
    """
    found = {item: place_of(rows) for item, rows in _by_item(of_items(session, "places", items), "place").items()}
    return {item: place for item, place in found.items() if item and place}


def _by_item(rows: Iterable[Row], name: str) -> dict[str, list[Row]]:
    """Rows by the item that a column has, those without one under an empty text."""
    result: dict[str, list[Row]] = {}
    for row in rows:
        result.setdefault(item_of(row.get(name, "")), []).append(row)
    return result


def _values(rows: Iterable[Row], name: str) -> list[str]:
    return sorted({row[name] for row in rows if name in row})


def place_of(rows: Sequence[Row]) -> Place | None:
    """The place of the rows of one item; none without a point on Earth."""
    point = _point(rows, "point")
    if point is None:
        return None
    geonames = _only(item for item in _values(rows, "geonames") if item.isascii() and item.isdigit())
    # an item that is a country, or has a code of its own as Hong Kong has, goes before its country
    code, country = (_only(filter(_CODE.fullmatch, _values(rows, name))) for name in ("own", "country"))
    return Place(lat=point[0], lon=point[1], geonames=int(geonames) if geonames else None, country=code or country)


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


def _point(rows: Iterable[Row], name: str) -> tuple[float, float] | None:
    return next((point for item in _values(rows, name) if (point := point_of(item))), None)


def _only(values: Iterable[str]) -> str:
    """The one value; empty if there is none, or several."""
    found = list(values)
    return found[0] if len(found) == 1 else ""


@frozen(kw_only=True)
class Spot:
    """A place of an organisation, and the count there; unknown fields are empty or None.

    It lies `within` an item, which has the GeoNames id and the country; `method` says how that was found, or why not.
    """

    share: Fraction = Fraction(1)
    within: str = ""
    lat: float | None = None
    lon: float | None = None
    geonames: int | None = None
    country: str = ""
    method: str


#: An organisation's ROR id, empty if it has none or several, and its places, whose shares add up to 1.
Organisation = tuple[str, list[Spot]]


def organisations(items: Collection[str], session: Session) -> dict[str, Organisation]:
    """The places of organisations, by their ids and in their order: each has a place, if only an unknown one.

    The head offices of the best rank that have not ended count, a share each; without any the district; without one, or
    with several, the organisation's own point. That point is also the more exact one of a single head office or
    district.

    Raises:
        FetchError: They are unavailable.
    """
    rows = {**{item: [] for item in items}, **_by_item(of_items(session, "seats", items), "item")}
    seats = {item: _seats(rows[item]) for item in sorted(filter(None, rows), key=number_of)}
    known = places({seat.within for item in seats.values() for seat in item if seat.within}, session)
    return {
        item: (_only(_values(rows[item], "ror")), [_spot(seat, known) for seat in entry])
        for item, entry in seats.items()
    }


def _seats(rows: list[Row]) -> list[Spot]:
    """The places of an organisation in its own rows: the items in which they lie, and points."""
    point = _point(rows, "own")
    offices = _items([row for row in rows if "ended" not in row], "city")
    districts = _items(rows, "district")
    if offices:
        points = {city: _point([row for row in rows if item_of(row.get("city", "")) == city], "at") for city in offices}
        single = point if len(offices) == 1 else None
        found = [(city, at or single, "by head office") for city, at in points.items()]
    elif len(districts) == 1:
        found = [(districts[0], point, "by district")]
    else:
        found = [("", point, "by its own point")]
    spots = [(item, *(at or (None, None)), method) for item, at, method in found]
    share = Fraction(1, len(found))
    return [Spot(share=share, within=item, lat=lat, lon=lon, method=method) for item, lat, lon, method in spots]


def _spot(seat: Spot, known: Mapping[str, Place]) -> Spot:
    """A place with the facts about the item in which it lies."""
    if place := known.get(seat.within):
        point = {"lat": place.lat, "lon": place.lon} if seat.lat is None else {}
        return evolve(seat, geonames=place.geonames, country=place.country, **point)
    return seat if seat.lat is not None else evolve(seat, method="no place")


def _items(rows: Iterable[Row], name: str) -> list[str]:
    return sorted({item_of(item) for item in _values(rows, name)} - {""}, key=number_of)


def organisations_frame(table: str, of: str, options: Options, session: Session) -> pd.DataFrame:
    """A row for each place of each organisation of a class."""
    found = members(of, options, session, at_a_time=150 if table == "unicorns" else 1)
    if table == "unicorns" and (number := len(found)) < FEWEST_UNICORNS:
        some = f"{number:,} {'company' if number == 1 else 'companies'}"
        what = f"{of} has {some}; the class of unicorns has at least {FEWEST_UNICORNS}; set another one in options.of"
        raise DataError(NAME, what)
    rows = [
        {"item": item, "ror": ror or None, **_placed(spot, found[item]), table: float(spot.share)}
        for item, (ror, spots) in organisations(found, session).items()
        for spot in spots
    ]
    day = max(session.read.values())
    return _frame(rows, ["item", "ror", *_PLACED, table]).assign(year=int(day[:4]), vintage=day)


def members(of: str, options: Options, session: Session, at_a_time: int) -> dict[str, str]:
    """The items of a class, with the code of their country; empty if they are of several."""
    codes = {item_of(row["country"]): row["code"] for row in ask(session, "countries")}
    codes.pop("", None)
    if strange := sorted(set(options.countries) - set(codes.values())):
        raise DataError(NAME, f"countries: Wikidata has no {', '.join(strange)}; use ISO 3166-1 alpha-3")
    codes = {item: code for item, code in codes.items() if code in (options.countries or codes.values())}
    found: dict[str, set[str]] = {}
    for row in of_items(session, "members", codes, at_a_time=at_a_time, of=of):
        found.setdefault(item_of(row.get("item", "")), set()).add(codes[item_of(row["country"])])
    return {item: _only(entry) for item, entry in found.items() if item}


#: An employer, and the first and the last year of the job as far as they are known.
Job = tuple[str, int | None, int | None]


def laureates_frame(session: Session) -> pd.DataFrame:
    """A row for each award and place of the employers of that year, and for each award without one."""
    awards = _awards(of_items(session, "laureates", PRIZES))
    known = organisations(set(itertools.chain(*awards.values())), session)
    rows = [
        {"laureate": laureate, "category": category, "year": year, **_placed(spot), "laureates": float(spot.share)}
        for (laureate, category, year), employers in awards.items()
        for spot in _spots(employers, known)
    ]
    columns = ["laureate", *_PLACED, "year", "category", "laureates"]
    return _frame(rows, columns).assign(vintage=max(session.read.values()))


def _awards(rows: Iterable[Row]) -> dict[tuple[str, str, int], list[str]]:
    """The employers at each award: of a laureate, of a prize, in a year."""
    jobs: dict[tuple[str, str, int], set[Job]] = {}
    for row in rows:
        if (year := _year(row.get("when"))) is not None:
            held = jobs.setdefault((row["laureate"], PRIZES[item_of(row["prize"])], year), set())
            if employer := item_of(row.get("employer", "")):
                held.add((employer, _year(row.get("from")), _year(row.get("until"))))
    return {key: employers_in(key[2], held) for key, held in sorted(jobs.items())}


def employers_in(year: int, jobs: Collection[Job]) -> list[str]:
    """The employers of a year; where no job is known to be of it, those of jobs without any year."""
    known = [job for job in jobs if job[1:] != (None, None)]
    held = {employer for employer, first, last in known if (first or year) <= year <= (last or year)}
    return sorted(held or {job[0] for job in jobs if job not in known})


def _spots(employers: Sequence[str], known: Mapping[str, Organisation]) -> list[Spot]:
    """The places where an award counts, divided by the employers; without any it lies nowhere."""
    if not employers:
        return [Spot(method="no employer")]
    return [evolve(spot, share=spot.share / len(employers)) for item in employers for spot in known[item][1]]


_PLACED = (*PLACE, "method")


def _placed(spot: Spot, country: str = "") -> dict[str, Any]:
    """The place columns of a row; its country is that of its place, else the one that is said."""
    return {name: getattr(spot, name) for name in _PLACED} | {"country": spot.country or country or None}


def _frame(rows: list[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    texts = ("item", "ror", "laureate", *_PLACED, "category")
    kinds = {name: "int64" if name == "year" else float for name in columns if name not in texts}
    result = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return result.astype({"geonames": "Int64", "lat": float, "lon": float, **kinds})


def _year(text: str | None) -> int | None:
    """The year of a time such as `2018-10-01T00:00:00Z`; None if it is not known."""
    found = _YEAR.match(text or "")
    return int(found[1]) if found else None
