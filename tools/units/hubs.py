"""The unit set `hubs`: functional urban regions, chosen by hand, their places from GeoNames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.units.names import joined
from tools.units.unitset import PLACE_COLUMNS, UNIT_COLUMNS, UnitSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.units.gazetteer import City, Region


def build(hubs: Mapping[str, Any], cities: Iterable[City], regions: Mapping[str, Region]) -> UnitSet:
    """Builds the hubs.

    Args:
        hubs: `hubs.toml`: name, country, centres, aliases and, where needed, radius_km and also_countries
            of each hub, by its code.
        cities: Places of GeoNames.
        regions: Continent and subregion of each country.

    Returns:
        The set, in alphabetical order of codes, its first centre being a hub's own place.

    Raises:
        SystemExit: Centres are not in the gazetteer, or bear another name there.
    """
    by_id = {city.geonames: city for city in cities}
    problems = [
        f"hubs.toml: {code}: {name} = {geonames}; the gazetteer has {_named(by_id.get(geonames))}"
        for code, hub in hubs.items()
        for name, geonames in hub["centres"].items()
        if _named(by_id.get(geonames)) != name
    ]
    if problems:
        raise SystemExit("\n".join(problems))
    units, places = [], []
    for code, hub in sorted(hubs.items()):
        centres = [by_id[geonames] for geonames in hub["centres"].values()]
        units.append(_unit(code, hub, centres, regions[hub["country"]]))
        places.extend(_places(code, hub, centres))
    return UnitSet(name="hubs", unit_columns=UNIT_COLUMNS, units=units, place_columns=PLACE_COLUMNS, places=places)


def _named(city: City | None) -> str:
    return city.name if city else "no such id"


def _unit(code: str, hub: Mapping[str, Any], centres: list[City], region: Region) -> dict[str, str]:
    return {
        "unit": code,
        "name": hub["name"],
        "aliases": joined(hub["name"], [city.name for city in centres] + hub["aliases"]),
        "country": hub["country"],
        "continent": region.continent,
        "subregion": region.subregion,
        "lat": centres[0].lat,
        "lon": centres[0].lon,
    }


def _places(code: str, hub: Mapping[str, Any], centres: list[City]) -> list[dict[str, str]]:
    """Returns a row a centre; each lists the countries beside the hub's own that the hub reaches into."""
    return [
        {
            "unit": code,
            "geonames": str(city.geonames),
            "country": city.country,
            "lat": city.lat,
            "lon": city.lon,
            "radius_km": str(hub.get("radius_km", "")),
            "also_countries": "|".join(hub.get("also_countries", [])),
        }
        for city in centres
    ]
