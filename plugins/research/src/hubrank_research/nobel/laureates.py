"""The replies of the Nobel Prize API, versions 2.0 and 2.1: laureates with their prizes and organisations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank_fetching import FetchError, PageOf, pages

if TYPE_CHECKING:
    from hubrank_fetching.session import Reply, Session

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
_NOW = re.compile(r".*\(now (.+)\)")
_PORTION = re.compile(r"1(/[1-9])?")
_YEAR = re.compile(r"(19|20)[0-9]{2}")


@frozen(kw_only=True)
class City:
    """Where an organisation is, as the API says it.

    Attributes:
        name: The city's name today, `Stanford, CA`; that of then where the API has no other; empty where it has none.
        country: The country's name, likewise.
        item: The city's item in Wikidata; empty where it is not told.
        point: Degrees north and east; none where they are not told.
    """

    name: str
    country: str
    item: str
    point: tuple[float, float] | None


@frozen(kw_only=True)
class Award:
    """A prize, or a part of one, and who got it.

    Attributes:
        laureate: The laureate's id.
        year: Of the award.
        category: The indicators' name of it.
        portion: The part of the prize.
        cities: Where the laureate's organisations were; none where the prize names none.
        fetched: The day on which it was fetched.
    """

    laureate: str
    year: int
    category: str
    portion: Fraction
    cities: tuple[City, ...]
    fetched: str


def awards(session: Session) -> list[Award]:
    """All awards: a laureate of two prizes has two.

    Raises:
        FetchError: They cannot be had, or are of another form.
    """
    dates: dict[str, str] = {}

    def page(offset: str) -> PageOf:
        reply = _page(offset, session)
        dates[offset] = reply.date
        rows, count = reply.content["laureates"], int(reply.content["meta"]["count"])
        following = int(offset) + len(rows)
        more = rows and following < count
        return PageOf(rows=rows, next=str(following) if more else None, total=count)

    found = [row for rows in pages(session.service.name, "0", page) for row in rows]
    return list(awards_of(found, max(dates.values())))


def _page(offset: str, session: Session) -> Reply:
    return session.json("laureates", {"limit": str(MOST), "offset": offset}, shape=SHAPE, check=check)


def check(reply: Any) -> None:
    """Refuse prizes of an unknown category, year or portion; the rest is the shape's.

    Raises:
        FetchError: There is one.
    """
    found = reply.get("laureates") if isinstance(reply, dict) else None
    laureates = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    for at, laureate in enumerate(laureates):
        prizes = laureate.get("nobelPrizes")
        for which, prize in enumerate(prizes if isinstance(prizes, list) else []):
            if strange := _strange(prize):
                place = f"reply.laureates[{at}].nobelPrizes[{which}].{strange}"
                raise FetchError("nobel", f"its reply has another form: {place}", "us")


def _strange(prize: Any) -> str:
    """What of a prize is not understood; empty where all is, or has another shape."""
    if not isinstance(prize, dict) or not isinstance(prize.get("category"), dict):
        return ""
    if prize["category"].get("en") not in CATEGORIES:
        return f"category: {prize['category'].get('en')}"
    for name, form in (("awardYear", _YEAR), ("portion", _PORTION)):
        if name in prize and not form.fullmatch(str(prize[name])):
            return f"{name}: {prize[name]}"
    return ""


def awards_of(rows: Iterable[dict[str, Any]], fetched: str) -> Iterator[Award]:
    """The awards of laureates.

    Args:
        rows: As the API has them, checked.
        fetched: The day on which they were fetched.
    """
    for row in rows:
        for prize in row["nobelPrizes"]:
            yield Award(
                laureate=str(row["id"]),
                year=int(prize["awardYear"]),
                category=CATEGORIES[prize["category"]["en"]],
                portion=Fraction(str(prize["portion"])),
                cities=tuple(city_of(each) for each in prize.get("affiliations") or ()),
                fetched=fetched,
            )


def city_of(affiliation: dict[str, Any]) -> City:
    """The city of an organisation, by what it is called today where the API tells it."""
    now, then = affiliation.get("cityNow") or {}, affiliation.get("city") or {}
    country = affiliation.get("countryNow") or affiliation.get("country") or {}
    found = (_ITEM.fullmatch(str(each)) for each in now.get("sameAs") or ())
    return City(
        name=_today(str(now.get("en") or then.get("en") or "")),
        country=_today(str(country.get("en") or "")),
        item=next((each[1] for each in found if each), ""),
        point=_point(now.get("latitude"), now.get("longitude")),
    )


def _today(name: str) -> str:
    """What a place is called today: `Czechoslovakia (now Czech Republic)` tells it."""
    found = _NOW.fullmatch(name)
    return (found[1] if found else name).strip()


def _point(lat: Any, lon: Any) -> tuple[float, float] | None:
    """A point of two numbers, or of texts of numbers; none where it is no place on Earth."""
    try:
        found = float(lat), float(lon)
    except (TypeError, ValueError):
        return None
    return found if abs(found[0]) <= 90 and abs(found[1]) <= 180 else None
