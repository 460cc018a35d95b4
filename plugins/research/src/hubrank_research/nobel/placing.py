"""Where cities lie: by the API's own point, by Wikidata, or by name."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank_research.nobel.laureates import City
from hubrank_research.wikidata import SERVICE as WIKIDATA
from hubrank_research.wikidata import Place, places

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

_IN_STATE = re.compile(r"(?P<city>.+?), *(?P<state>[A-Z]{2})")


@frozen(kw_only=True)
class Spot:
    """Where a city lies.

    Attributes:
        lat: Degrees north; none where it is not known.
        lon: Degrees east.
        geonames: Its GeoNames id; none where it is not known.
        country: ISO 3166-1 alpha-3; none where it is not known.
        method: How it was found, or why it was not.
    """

    lat: float | None
    lon: float | None
    geonames: int | None
    country: str | None
    method: str


def spots(cities: Collection[City], session: Session) -> dict[City, Spot]:
    """Where cities lie.

    Args:
        cities: The cities.
        session: One of the API, which has Wikidata's beside it.

    Raises:
        FetchError: Wikidata cannot be asked.
    """
    items = {each.item for each in cities if each.item and not each.point}
    known = places(items, session.beside(WIKIDATA)) if items else {}
    return {each: spot(each, known.get(each.item)) for each in cities}


def spot(city: City, place: Place | None) -> Spot:
    """Where a city lies: by its own point, by its item's place, by its name, or nowhere but in its country."""
    from hubrank_fetching.geonames import Gazetteer, country_called

    country = country_called(city.country)
    if city.point:
        lat, lon = city.point
        return Spot(lat=lat, lon=lon, geonames=None, country=country, method="by the API")
    if place:
        its = place.country or country
        return Spot(lat=place.lat, lon=place.lon, geonames=place.geonames, country=its, method="by Wikidata")
    name, state = parted(city.name)
    found = Gazetteer.built_in().find(name, country, state) if country and name else None
    if found:
        point = {"lat": found.lat, "lon": found.lon}
        return Spot(**point, geonames=found.geonames, country=found.country, method="by name in GeoNames")
    return Spot(lat=None, lon=None, geonames=None, country=country, method="city not known")


def parted(name: str) -> tuple[str, str]:
    """A city's name and its state's code: `Stanford, CA`; no state where there is none."""
    found = _IN_STATE.fullmatch(name)
    return (found["city"], found["state"]) if found else (name, "")
