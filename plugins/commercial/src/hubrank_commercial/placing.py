"""Head offices put at their city's place by GeoNames; what cannot be is left in its country, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from attrs import frozen
from hubrank.front import read_number
from hubrank_geonames import Gazetteer, country_called

from hubrank_commercial.cells import is_unknown

if TYPE_CHECKING:
    from hubrank_geonames import Place

#: Countries that are one city, by what GeoNames calls it.
CITY_STATES = {"SGP": "Singapore", "HKG": "Hong Kong", "MAC": "Macau", "MCO": "Monaco"}
#: A point stands for the nearest place within so many kilometres.
_NEAR_KM = 20
#: What an export may tell of where a company is.
ROLES = ("location", "city", "region", "country", "lat", "lon")


@frozen(kw_only=True)
class Spot:
    """Where a row is.

    Attributes:
        country: ISO 3166-1 alpha-3; none where the export names no country that is known.
        place: The city's; none where it has none that is sure.
        city: The city as the export writes it; empty where it names none.
    """

    country: str | None
    place: Place | None
    city: str


def spots_of(frame: pd.DataFrame) -> list[Spot]:
    """Where each row of an export is, by its roles; each distinct place is looked for once."""
    columns = [frame[role] if role in frame.columns else [None] * len(frame) for role in ROLES]
    told = list(zip(*columns, strict=True))
    known = {each: _spot(*each) for each in dict.fromkeys(told)}
    return [known[each] for each in told]


def _spot(
    location: str | None,
    city: str | None,
    region: str | None,
    country: str | None,
    lat: str | None,
    lon: str | None,
) -> Spot:
    if location is not None:
        city, region, country = _parts(location)
    alpha3 = None if country is None or is_unknown(country) else country_called(country)
    name = "" if city is None or is_unknown(city) else city.strip()
    if alpha3 is None:
        return Spot(country=None, place=None, city=name)
    places = Gazetteer.built_in()
    place = places.find(name or CITY_STATES.get(alpha3, ""), alpha3, (region or "").strip())
    return Spot(country=alpha3, place=place or _near(lat, lon, alpha3), city=name)


def _parts(location: str) -> tuple[str, str, str]:
    """City, region and country of `City, Region, Country`; a city's name may have commas itself."""
    city, region, country = (["", "", *map(str.strip, location.rsplit(",", 2))])[-3:]
    return (region, "", country) if not city else (city, region, country)


def _near(lat: str | None, lon: str | None, country: str) -> Place | None:
    """The place nearest to a point, if it is of the country."""
    north, east = read_number(lat), read_number(lon)
    if north is None or east is None:
        return None
    place = Gazetteer.built_in().near(north, east, _NEAR_KM)
    return place if place and place.country == country else None
