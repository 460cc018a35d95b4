"""Nobel laureates by the place of their organisation at the award, from the Nobel Prize API."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Literal

import pandas as pd
from attrs import frozen
from hubrank.plugin import Coverage, Origin, Request, Table
from hubrank_fetching import Needs, PageOf, Service, fetched, if_kept, last_day, other_form, pages
from hubrank_fetching.geonames import Gazetteer, country_called
from hubrank_fetching.session import Session

from hubrank_research import CC0, PLACE
from hubrank_research.wikidata import SERVICE as WIKIDATA
from hubrank_research.wikidata import Place, places

SERVICE = Service(name="nobel", address="https://api.nobelprize.org/2.1", days=30, pace=1)
#: Eleven pages of a hundred laureates, and the places of some 250 cities.
NEEDS = Needs(requests=13, bytes=4_000_000, seconds=40)
#: The first prizes, and the last of which it is known without asking that they have been given.
FIRST, LAST = 1901, 2025

Category = Literal["Chemistry", "Economics", "Literature", "Medicine", "Peace", "Physics"]
Counting = Literal["fractional", "fractional-laureate", "full", "first"]
_NUMBER = (int, str)
PRIZE = {"awardYear": _NUMBER, "category": {"en": str}, "portion": _NUMBER}
LAUREATE = {"id": _NUMBER, "nobelPrizes": [PRIZE]}
SHAPE = {"laureates": [LAUREATE], "meta": {"count": _NUMBER}}
#: Laureates on a page.
MOST = 100
#: The API's names of prizes, and those of indicators.
CATEGORIES = {
    "Chemistry": "Chemistry",
    "Economic Sciences": "Economics",
    "Literature": "Literature",
    "Peace": "Peace",
    "Physics": "Physics",
    "Physiology or Medicine": "Medicine",
}
_ITEM = re.compile(r"https?://www\.wikidata\.org/(?:wiki|entity)/(Q[1-9][0-9]*)")
_PORTION = re.compile(r"1(/[1-9])?")
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_IN_STATE = re.compile(r"(?P<city>.+?), *(?P<state>[A-Z]{2})")
_COLUMNS = PLACE | {
    "geonames": "GeoNames id, where it is known",
    "year": "of the award",
    "category": "the prize's category",
    "laureates": "laureates",
    "vintage": "the day on which they were fetched",
    "method": "how the location was found, or why there is none",
}
#: The column that is counted once per unit under `full`.
_AWARD = {"award": "a prize and who got it"}


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        categories: The prizes that count.
        counting: The count of a laureate: `fractional`, the share of the prize divided among the organisations;
            `fractional-laureate`, 1 divided among them; `full`, 1 in each unit with one of them; `first`, 1 at the
            first one.
    """

    categories: tuple[Category, ...] = ("Chemistry", "Economics", "Medicine", "Physics")
    counting: Counting = "fractional"


def tables(options: Options) -> tuple[Table, ...]:
    """The one table. Fetched data are complete from the first prize to the newest."""
    full = options.counting == "full"
    last = if_kept(SERVICE, lambda session: max(item.year for item in awards(session)), LAST)
    return (
        Table(
            name="laureates",
            title="Nobel laureates by their organisation's place at the time of the award",
            kind="flow",
            columns=_COLUMNS | (_AWARD if full else {}),
            covers=Coverage(first=FIRST, last=last),
            origin=SERVICE.name,
            count_distinct="award" if full else "",
        ),
    )


@fetched(SERVICE, NEEDS, others=(WIKIDATA,))
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each award and organisation, and for each award without one."""
    yield frame(request.options, session)


def origins(options: Options) -> tuple[Origin, ...]:
    """The Nobel Foundation's company, with the date of the fetch, if there was one."""
    return (
        Origin(
            name=SERVICE.name,
            producer="Nobel Prize Outreach",
            title="Nobel Prize API: laureates with their organisations at the time of the award",
            url="https://www.nobelprize.org/about/developer-zone-2/",
            **CC0,
            accessed=last_day(read, "laureates", options),
            citation="Nobel Prize Outreach. Nobel Prize API.",
            note="Points of cities are the API's, Wikidata's (CC0) or GeoNames' (CC BY 4.0); see the column method.",
        ),
    )


#: Real awards of one organisation or none: place, year, category, laureate and part of the prize.
_SAMPLE = (
    (2653941, 52.2081, 0.1225, "GBR", 1982, "Chemistry", "259", 1),
    (2618425, 55.6761, 12.5689, "DNK", 1975, "Physics", "102", 1 / 3),
    (1857910, 35.0117, 135.7683, "JPN", 2018, "Medicine", "959", 1 / 2),
    (5398563, 37.4240, -122.1660, "USA", 2001, "Economics", "745", 1 / 3),
    (None, None, None, None, 1901, "Literature", "569", 1),
    (None, None, None, None, 2019, "Peace", "981", 1),
)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table
    """An award of each category that counts: of Klug, Bohr, Honjo and Spence, and two without a place."""
    columns = ["geonames", "lat", "lon", "country", "year", "category", "award", "laureates"]
    result = pd.DataFrame(_SAMPLE, columns=columns).astype({"geonames": "Int64", "country": object, "laureates": float})
    result = result[result["category"].isin(options.categories)].reset_index(drop=True)
    result["award"] = [f"{row.category} {row.year} {row.award}" for row in result.itertuples()]
    method = result["lat"].notna().map({True: "by Wikidata", False: "no organisation"})
    counts = result["laureates"] if options.counting == "fractional" else 1.0
    result = result.assign(laureates=counts, vintage="2026-11-26", method=method)
    return result[[*_COLUMNS, *(_AWARD if options.counting == "full" else ())]]


@frozen(kw_only=True)
class City:
    """The location of an organisation in the API: its city and country by their current names, else by the old ones.

    `item` is the city's in Wikidata, `point` has degrees north and east; empty or None if the API has none.
    """

    name: str
    country: str
    item: str
    point: tuple[float, float] | None


@frozen(kw_only=True)
class Award:
    """A prize or its portion, who got it, where the laureate's organisations were, and the day of the reply."""

    laureate: str
    year: int
    category: str
    portion: Fraction
    cities: tuple[City, ...]
    fetched: str


def awards(session: Session) -> list[Award]:
    """All awards: a laureate of two prizes has two."""
    dates: set[str] = set()

    def page(offset: str) -> PageOf:
        reply = session.json("laureates", {"limit": str(MOST), "offset": offset}, shape=SHAPE, check=check)
        dates.add(reply.date)
        rows, count = reply.content["laureates"], int(reply.content["meta"]["count"])
        following = int(offset) + len(rows)
        more = rows and following < count
        return PageOf(rows=rows, next=str(following) if more else None, total=count)

    found = [row for rows in pages(session.service.name, "0", page) for row in rows]
    return list(awards_of(found, max(dates)))


def check(reply: Any) -> None:
    """Reject prizes of an unknown category, year or portion; the rest is the shape's."""
    found = reply.get("laureates") if isinstance(reply, dict) else None
    laureates = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    for at, laureate in enumerate(laureates):
        prizes = laureate.get("nobelPrizes")
        for which, prize in enumerate(prizes if isinstance(prizes, list) else []):
            if strange := _strange(prize):
                raise other_form("nobel", f"reply.laureates[{at}].nobelPrizes[{which}].{strange}")


def _strange(prize: Any) -> str:
    """The error in a prize; empty if all is understood, or has another shape."""
    if not isinstance(prize, dict) or not isinstance(prize.get("category"), dict):
        return ""
    if prize["category"].get("en") not in CATEGORIES:
        return f"category: {prize['category'].get('en')}"
    for name, form in (("awardYear", _YEAR), ("portion", _PORTION)):
        if name in prize and not form.fullmatch(str(prize[name])):
            return f"{name}: {prize[name]}"
    return ""


def awards_of(rows: Iterable[dict[str, Any]], fetched: str) -> Iterator[Award]:
    """The awards of laureates."""
    for row in rows:
        for prize in row["nobelPrizes"]:
            yield Award(
                laureate=str(row["id"]),
                year=int(prize["awardYear"]),
                category=CATEGORIES[prize["category"]["en"]],
                portion=Fraction(str(prize["portion"])),
                cities=tuple(city_of(item) for item in prize.get("affiliations") or ()),
                fetched=fetched,
            )


def city_of(affiliation: dict[str, Any]) -> City:
    """The city of an organisation, by its current name if the API has it."""
    now, then = affiliation.get("cityNow") or {}, affiliation.get("city") or {}
    country = affiliation.get("countryNow") or affiliation.get("country") or {}
    found = (_ITEM.fullmatch(str(item)) for item in now.get("sameAs") or ())
    names = (str(now.get("en") or then.get("en") or ""), str(country.get("en") or ""))
    name, nation = (_today(text).strip() for text in names)
    try:
        point = float(now.get("latitude")), float(now.get("longitude"))
    except (TypeError, ValueError):
        point = None
    on_earth = point is not None and abs(point[0]) <= 90 and abs(point[1]) <= 180
    item = next((item[1] for item in found if item), "")
    return City(name=name, country=nation, item=item, point=point if on_earth else None)


def _today(name: str) -> str:
    """The current name of a place, taken from `Czechoslovakia (now Czech Republic)`."""
    _, now, rest = name.rpartition("(now ")
    return rest.removesuffix(")") if now and rest.endswith(")") else name


def spots(cities: Collection[City], session: Session) -> dict[City, dict[str, Any]]:
    """The places of cities, and how they were found: `geonames`, `lat`, `lon`, `country`, `method`."""
    items = {item.item for item in cities if item.item and not item.point}
    known = places(items, session.beside(WIKIDATA)) if items else {}
    return {item: _spot_of(item, known.get(item.item)) for item in cities}


def _spot_of(city: City, place: Place | None) -> dict[str, Any]:
    """By its own point, by its item's place, by its name, or nowhere but in its country."""
    country = country_called(city.country)
    if city.point:
        return _spot(None, *city.point, country, "by the API")
    if place:
        return _spot(place.geonames, place.lat, place.lon, place.country or country, "by Wikidata")
    name, state = parted(city.name)
    if country and name and (found := Gazetteer.built_in().find(name, country, state)):
        return _spot(found.geonames, found.lat, found.lon, found.country, "by name in GeoNames")
    return _spot(None, None, None, country, "city not known")


def _spot(*values: Any) -> dict[str, Any]:
    return dict(zip((*PLACE, "method"), values, strict=True))


def parted(name: str) -> tuple[str, str]:
    """A city's name and its state's code: `Stanford, CA`; no state if there is none."""
    found = _IN_STATE.fullmatch(name)
    return (found["city"], found["state"]) if found else (name, "")


#: The counts of an award's organisations, in their order.
_SHARES: Mapping[Counting, Callable[[Award, int], list[Fraction]]] = {
    "fractional": lambda award, number: [award.portion / number] * number,
    "fractional-laureate": lambda _, number: [Fraction(1, number)] * number,
    "full": lambda _, number: [Fraction(1)] * number,
    "first": lambda _, number: [Fraction(1), *[Fraction(0)] * (number - 1)],
}


def frame(options: Options, session: Session) -> pd.DataFrame:
    """A row for each award and organisation that counts, and for each award without one."""
    wanted = [item for item in awards(session) if item.category in options.categories]
    where = spots({city for item in wanted for city in item.cities}, session)
    nowhere = _spot(None, None, None, None, "no organisation")
    rows = []
    for award in wanted:
        about = {"year": award.year, "category": award.category, "vintage": award.fetched}
        about["award"] = f"{award.category} {award.year} {award.laureate}"
        cities = award.cities or (None,)
        for city, share in zip(cities, _SHARES[options.counting](award, len(cities)), strict=True):
            if share:
                rows.append({**(where[city] if city else nowhere), **about, "laureates": float(share)})
    result = pd.DataFrame(rows, columns=[*_COLUMNS, "award"])
    result = result.astype({"geonames": "Int64", "lat": float, "lon": float, "country": object, "laureates": float})
    return result if options.counting == "full" else result[[*_COLUMNS]]
