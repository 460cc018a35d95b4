"""Head offices put at their city's place by GeoNames; what cannot be is left in its country, and told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import fold_name, shorten_list
from hubrank.io.cells import LATITUDE, LONGITUDE, CellFormat, read_number
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank_fetching.geonames import Gazetteer, country_called

from hubrank_lists.commercial.cells import is_unknown

if TYPE_CHECKING:
    from hubrank_fetching.geonames import Place

    from hubrank_lists.commercial import Options

    #: Where cities are by country and folded name, as a user says.
    Known = Mapping[tuple[str, str], tuple[float, float]]

#: Countries that are one city, by what GeoNames calls it.
CITY_STATES = {"SGP": "Singapore", "HKG": "Hong Kong", "MAC": "Macau", "MCO": "Monaco"}
#: A point stands for the nearest place within so many kilometres.
_NEAR_KM = 20
#: What an export may tell of where a company is.
_ROLES = ("location", "city", "region", "country", "lat", "lon")


@frozen(kw_only=True)
class Spot:
    """Where a row is.

    Attributes:
        country: ISO 3166-1 alpha-3; none where the export names no country that is known.
        city: The city as the export writes it; empty where it names none.
        point: Degrees north and east; none where no place is sure.
        geonames: The GeoNames id of the city; none where it was not found there.
    """

    country: str | None
    city: str
    point: tuple[float, float] | None = None
    geonames: int | None = None


def spots_of(frame: pd.DataFrame, options: Options) -> list[Spot]:
    """Where each row of an export is, by its roles; each distinct place is looked for once.

    Raises:
        FileProblem: The user's table of cities cannot be read.
    """
    known = _known_cities(options.cities.file) if options.cities else {}
    columns = [frame[role] if role in frame.columns else [None] * len(frame) for role in _ROLES]
    told = list(zip(*columns, strict=True))
    spots = {each: _spot(known, *each) for each in dict.fromkeys(told)}
    return [spots[each] for each in told]


def _spot(
    known: Known,
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
        return Spot(country=None, city=name)
    if point := known.get((alpha3, fold_name(name))):
        return Spot(country=alpha3, city=name, point=point)
    place = Gazetteer.built_in().find(name or CITY_STATES.get(alpha3, ""), alpha3, (region or "").strip())
    place = place or _near(lat, lon, alpha3)
    if place is None:
        return Spot(country=alpha3, city=name)
    return Spot(country=alpha3, city=name, point=(place.lat, place.lon), geonames=place.geonames)


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


def _known_cities(path: Path) -> Known:
    """The user's table of cities.

    Raises:
        FileProblem: It lacks a column, has a gap, a country that is none, or a city twice; all are told.
    """
    kinds = {"lat": LATITUDE, "lon": LONGITUDE}
    frame, problems = read_with_errors(path, CellFormat(), ReadSpec(texts=("city", "country"), kinds=kinds))
    if frame is None or problems:
        raise FileProblem(*problems)
    require(frame, path.name, ("city", "country", *kinds))
    made: dict[tuple[str, str], tuple[float, float]] = {}
    wrong = []
    columns = (frame[each] for each in ("city", "country", *kinds))
    for city, name, lat, lon in zip(*columns, strict=True):
        if any(pd.isna(each) for each in (city, name, lat, lon)):
            wrong.append(f"{city} ({name})")
            continue
        country = country_called(name)
        key = (country or "", fold_name(city))
        if country is None or key in made:
            wrong.append(f"{city} ({name})")
        made[key] = (float(lat), float(lon))
    if wrong:
        raise FileProblem(
            f"{path.name}: has a gap, a country that is not known, or a city twice: {shorten_list(wrong)}"
        )
    return made
