"""The unit set `agglomerations`: urban agglomerations of over 300,000 people, from the United Nations."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pycountry
from attrs import frozen

from tools.units.names import folded, joined, slug
from tools.units.unitset import PLACE_COLUMNS, UNIT_COLUMNS, UnitSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tools.units.gazetteer import City, Region

_MATCH_KM = 40.0
_SHORTEST_ALIAS = 4


@frozen(kw_only=True)
class Agglomeration:
    """An agglomeration, as the United Nations and GeoNames have it.

    Attributes:
        wup: The United Nations' city code.
        name: English name.
        listed: Every form of the name in the United Nations' list.
        country: ISO 3166-1 alpha-3.
        lat: Latitude in degrees.
        lon: Longitude in degrees.
        population: Inhabitants in 2020.
        city: The place of GeoNames that bears the name; none where none does.
    """

    wup: str
    name: str
    listed: tuple[str, ...]
    country: str
    lat: str
    lon: str
    population: int
    city: City | None


def build(
    rows: Sequence[Mapping[str, str]],
    by_hand: Mapping[str, Any],
    cities: Iterable[City],
    regions: Mapping[str, Region],
    country_names: Mapping[str, str],
) -> UnitSet:
    """Builds the agglomerations.

    Args:
        rows: The United Nations' list.
        by_hand: `agglomerations.toml`: names, by city code.
        cities: Places of GeoNames.
        regions: Continent and subregion of each country.
        country_names: English name of each country.

    Returns:
        The set, in alphabetical order of codes. A name that several bear is followed by the country's.
        No place lists a further country: the population counted is that of the own country alone.
    """
    by_country: dict[str, list[City]] = {}
    for city in cities:
        by_country.setdefault(city.country, []).append(city)
    shared = Counter(folded(_english(row, by_hand["names"])[0].split(",")[0]) for row in rows)
    found = [_agglomeration(row, by_hand["names"], shared, by_country) for row in rows]
    names = _names(found, country_names)
    aliases = _aliases(found, names)
    units, places = [], []
    for item in sorted(found, key=lambda item: _code(item, names)):
        units.append(_unit(item, names, aliases, regions[item.country]))
        places.append(
            {
                "unit": _code(item, names),
                "geonames": str(item.city.geonames) if item.city else "",
                "country": item.country,
                "lat": item.lat,
                "lon": item.lon,
                "radius_km": "",
                "also_countries": "",
            }
        )
    return UnitSet(
        name="agglomerations",
        unit_columns=(*UNIT_COLUMNS, "population", "wup"),
        units=units,
        place_columns=PLACE_COLUMNS,
        places=places,
    )


def _english(row: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Returns the English name of a row, and every form of the name that the row has."""
    whole = " ".join(row["urban_agglomeration"].split())
    parts = re.fullmatch(r"(?P<local>[^(]+?) ?\((?P<english>.+)\)", whole)
    listed = tuple(parts.groups()) if parts else (whole,)
    return names.get(row["city_code"], listed[-1]), listed


def _agglomeration(
    row: Mapping[str, str],
    names: Mapping[str, str],
    shared: Mapping[str, int],
    by_country: Mapping[str, list[City]],
) -> Agglomeration:
    """Reads a row; of "city, province" the province is dropped where no other city bears the name."""
    name, listed = _english(row, names)
    bare = name.split(",")[0]
    country = pycountry.countries.get(numeric=row["country_code_m49"].zfill(3)).alpha_3
    near = _near((float(row["lat"]), float(row["lon"])), by_country.get(country, []))
    return Agglomeration(
        wup=row["city_code"],
        name=bare if shared[folded(bare)] == 1 else name,
        listed=listed,
        country=country,
        lat=row["lat"],
        lon=row["lon"],
        population=round(float(row["population_thousands_2020"]) * 1000),
        city=_city((name, bare, *listed), near) or _city(bare.split("-")[:1], near),
    )


def _near(point: tuple[float, float], cities: Iterable[City]) -> list[City]:
    return [city for city in cities if distance_km(point, (float(city.lat), float(city.lon))) <= _MATCH_KM]


def _city(forms: Iterable[str], cities: Iterable[City]) -> City | None:
    """Finds the most populous place that bears one of the names."""
    wanted = {folded(form) for form in forms}
    bearing = [city for city in cities if not wanted.isdisjoint(folded(name) for name in (city.name, *city.alternates))]
    return max(bearing, key=lambda city: (city.population, -city.geonames), default=None)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Returns the great-circle distance of two points (latitude, longitude, in degrees) in kilometres."""
    (lat, lon), (other_lat, other_lon) = (tuple(map(math.radians, point)) for point in (a, b))
    half = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def _names(found: Sequence[Agglomeration], country_names: Mapping[str, str]) -> dict[str, str]:
    """Returns a name for each city code, with the country's where several share the name."""
    shared = Counter(folded(item.name) for item in found)
    return {
        item.wup: item.name if shared[folded(item.name)] == 1 else f"{item.name}, {country_names[item.country]}"
        for item in found
    }


def _code(item: Agglomeration, names: Mapping[str, str]) -> str:
    return slug(item.name) if names[item.wup] == item.name else f"{slug(item.name)}-{item.country.lower()}"


def _aliases(found: Sequence[Agglomeration], names: Mapping[str, str]) -> dict[str, list[str]]:
    """Returns the other names of each city code that mean no second agglomeration.

    GeoNames' codes of airports and spellings without a capital, made from other scripts, are left out.
    """
    forms = {
        item.wup: list(dict.fromkeys([names[item.wup], *item.listed, *(_written(item.city) if item.city else ())]))
        for item in found
    }
    bearers = Counter(name for own in forms.values() for name in {folded(form) for form in own})
    return {wup: [form for form in own[1:] if bearers[folded(form)] == 1] for wup, own in forms.items()}


def _written(city: City) -> list[str]:
    return [
        name
        for name in (city.name, *city.alternates)
        if len(name) >= _SHORTEST_ALIAS and name[0].isupper() and not name.isupper()
    ]


def _unit(
    item: Agglomeration, names: Mapping[str, str], aliases: Mapping[str, list[str]], region: Region
) -> dict[str, str]:
    name = names[item.wup]
    return {
        "unit": _code(item, names),
        "name": name,
        "aliases": joined(name, aliases[item.wup]),
        "country": item.country,
        "continent": region.continent,
        "subregion": region.subregion,
        "lat": item.lat,
        "lon": item.lon,
        "population": str(item.population),
        "wup": item.wup,
    }
