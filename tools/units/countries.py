"""The unit set `countries`: ISO 3166-1, each placed at its capital."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pycountry

from tools.units.names import folded, joined
from tools.units.unitset import UNIT_COLUMNS, UnitSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.units.gazetteer import City, Region


def build(
    by_hand: Mapping[str, Any],
    cities: Iterable[City],
    capitals: Mapping[str, str],
    regions: Mapping[str, Region],
) -> UnitSet:
    """Builds the countries.

    Args:
        by_hand: `countries.toml`: names, aliases and centres that the tables lack.
        cities: Places of GeoNames.
        capitals: Name of each country's capital.
        regions: Continent and subregion of each country.

    Returns:
        The set, in alphabetical order of codes; a place is a country's code.
    """
    points = capital_points(cities, capitals) | {
        country: (str(lat), str(lon)) for country, (lat, lon) in by_hand["centres"].items()
    }
    units = []
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_3):
        code = country.alpha_3
        name = country_name(country, by_hand["names"])
        lat, lon = points[code]
        units.append(
            {
                "unit": code,
                "name": name,
                "aliases": joined(name, _aliases(country, by_hand["aliases"].get(code, []))),
                "country": code,
                "continent": regions[code].continent,
                "subregion": regions[code].subregion,
                "lat": lat,
                "lon": lon,
            }
        )
    places = [{"unit": unit["unit"], "country": unit["unit"]} for unit in units]
    return UnitSet(
        name="countries",
        unit_columns=UNIT_COLUMNS,
        units=units,
        place_columns=("unit", "country"),
        places=places,
    )


def country_name(country: Any, names: Mapping[str, str]) -> str:
    """Returns a country's English short name: by hand, in common use, or ISO's."""
    name: str = names.get(country.alpha_3) or getattr(country, "common_name", country.name)
    return name


def capital_points(cities: Iterable[City], capitals: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Returns latitude and longitude of each capital that the gazetteer has, by country.

    Of several places of one name, the most populous is taken.
    """
    points = {}
    for city in sorted(cities, key=lambda city: city.population):
        capital = folded(capitals.get(city.country, ""))
        if capital and capital in {folded(name) for name in (city.name, *city.alternates)}:
            points[city.country] = (city.lat, city.lon)
    return points


def _aliases(country: Any, more: list[str]) -> list[str]:
    official = getattr(country, "official_name", country.name)
    return [country.name, official, country.alpha_2, *more]
