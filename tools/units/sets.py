"""The unit sets `hubs`, `agglomerations` and `countries`, and the raw tables that they are made of."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pycountry
from attrs import frozen

HERE = Path(__file__).parent
UNIT_COLUMNS = ("unit", "name", "aliases", "country", "continent", "subregion", "lat", "lon")
PLACE_COLUMNS = ("unit", "geonames", "country", "lat", "lon", "radius_km", "also_countries")
_MATCH_KM = 40.0
_SHORTEST_ALIAS = 4
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ə": "a", "ẖ": "h", "þ": "th", "ð": "d"}
)


@frozen(kw_only=True)
class City:
    """A populated place of GeoNames: names in Latin letters, alpha-3 country, degrees as the gazetteer has them."""

    geonames: int
    name: str
    alternates: tuple[str, ...]
    country: str
    lat: str
    lon: str
    population: int


@frozen(kw_only=True)
class Region:
    """The continent (one of six, or Antarctica) and the M49 subregion that a country lies in."""

    continent: str
    subregion: str


def read_toml(name: str) -> dict[str, Any]:
    """Reads a TOML file that lies beside this module."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[dict[str, str]]:
    """Reads a CSV file with a header, all cells as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_cities(raw: Path) -> list[City]:
    """Reads the places of GeoNames that lie in a country of ISO 3166-1."""
    alpha_3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    return [
        City(
            geonames=int(row["geonameid"]),
            name=row["name"],
            alternates=tuple(row["alternatenames"].split("|")),
            country=alpha_3[row["countrycode"]],
            lat=row["latitude"],
            lon=row["longitude"],
            population=int(row["population"]),
        )
        for row in read_csv(raw / "gazetteer" / "geonames_cities5000_slim.csv")
        if row["countrycode"] in alpha_3
    ]


def read_capitals(raw: Path) -> dict[str, str]:
    """Reads the name of each country's capital, by alpha-3, as GeoNames has it."""
    countries = json.loads((raw / "gazetteer" / "geonames_countries.json").read_text(encoding="utf-8"))
    return {country["iso3"]: country["capital"].strip() for country in countries.values()}


def read_regions() -> dict[str, Region]:
    """Reads the continent and the subregion of each country, by alpha-3."""
    return {
        country: Region(continent=continent, subregion=subregion)
        for continent, subregions in read_toml("subregions.toml").items()
        for subregion, countries in subregions.items()
        for country in countries.split()
    }


def folded(name: str) -> str:
    """Returns a name as it is compared: without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_WITHOUT_DECOMPOSITION)
    return "".join(letter for letter in plain if letter.isalnum())


def slug(name: str) -> str:
    """Returns a code for a name: lower-case ASCII words joined by hyphens, apostrophes dropped."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_WITHOUT_DECOMPOSITION)
    kept = "".join(letter for letter in plain if letter not in "'’`" and not unicodedata.combining(letter))
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in kept)
    return "-".join(words.split())


@frozen(kw_only=True)
class UnitSet:
    """Units, one row each, and any number of places for each; its name is that of its files."""

    name: str
    unit_columns: Sequence[str]
    units: Sequence[dict[str, str]]
    place_columns: Sequence[str]
    places: Sequence[dict[str, str]]

    def problems(self) -> list[str]:
        """Returns what is wrong with the names: each may mean one unit only."""
        names = {unit["unit"]: {unit["unit"], unit["name"], *unit["aliases"].split("|")} - {""} for unit in self.units}
        twice = len(self.units) - len(names)
        bearers: dict[str, set[str]] = {}
        for unit, forms in names.items():
            for form in forms:
                bearers.setdefault(folded(form), set()).add(unit)
        return [f"{self.name}: {twice} codes stand twice"] * bool(twice) + [
            f"{self.name}: {name}: means {', '.join(sorted(units))}"
            for name, units in bearers.items()
            if len(units) > 1
        ]

    def write(self, folder: Path) -> None:
        """Writes `NAME.csv` and `NAME-places.csv`, each whole or not at all."""
        for name, columns, rows in (
            (f"{self.name}.csv", self.unit_columns, self.units),
            (f"{self.name}-places.csv", self.place_columns, self.places),
        ):
            text = io.StringIO()
            writer = csv.DictWriter(text, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            unfinished = folder / f"{name}.unfinished"
            unfinished.write_bytes(text.getvalue().encode())
            unfinished.replace(folder / name)


def _place(code: str, geonames: str, country: str, lat: str, lon: str, **more: str) -> dict[str, str]:
    """A row of places, with the columns of reach empty where they are not given."""
    row = {"unit": code, "geonames": geonames, "country": country, "lat": lat, "lon": lon}
    return row | {"radius_km": "", "also_countries": ""} | more


def _unit(
    code: str, name: str, aliases: Iterable[str], country: str, region: Region, lat: str, lon: str, **more: str
) -> dict[str, str]:
    """A row of units; each alias once, without the name itself."""
    others = "|".join(dict.fromkeys(alias for alias in aliases if alias and alias != name))
    row = {"unit": code, "name": name, "aliases": others, "country": country}
    return row | {"continent": region.continent, "subregion": region.subregion, "lat": lat, "lon": lon} | more


def hubs(by_hand: Mapping[str, Any], cities: Iterable[City], regions: Mapping[str, Region]) -> UnitSet:
    """Builds the hubs.

    Args:
        by_hand: `hubs.toml`: name, country, centres, aliases and, where needed, radius_km and also_countries
            of each hub, by its code.

    Returns:
        The set, in alphabetical order of codes, its first centre being a hub's own place.

    Raises:
        SystemExit: Centres are not in the gazetteer, or bear another name there.
    """
    by_id = {city.geonames: city for city in cities}
    problems = [
        f"hubs.toml: {code}: {name} = {geonames}; the gazetteer has {_named(by_id.get(geonames))}"
        for code, hub in by_hand.items()
        for name, geonames in hub["centres"].items()
        if _named(by_id.get(geonames)) != name
    ]
    if problems:
        raise SystemExit("\n".join(problems))
    units, places = [], []
    for code, hub in sorted(by_hand.items()):
        centres = [by_id[geonames] for geonames in hub["centres"].values()]
        aliases = [city.name for city in centres] + hub["aliases"]
        at = centres[0].lat, centres[0].lon
        units.append(_unit(code, hub["name"], aliases, hub["country"], regions[hub["country"]], *at))
        reach = {
            "radius_km": str(hub.get("radius_km", "")),
            "also_countries": "|".join(hub.get("also_countries", [])),  # beside the hub's own
        }
        places += [_place(code, str(city.geonames), city.country, city.lat, city.lon, **reach) for city in centres]
    return UnitSet(name="hubs", unit_columns=UNIT_COLUMNS, units=units, place_columns=PLACE_COLUMNS, places=places)


def _named(city: City | None) -> str:
    return city.name if city else "no such id"


def countries(
    by_hand: Mapping[str, Any],
    cities: Iterable[City],
    capitals: Mapping[str, str],
    regions: Mapping[str, Region],
) -> UnitSet:
    """Builds the countries.

    Args:
        by_hand: `countries.toml`: names, aliases and centres that the tables lack.
        capitals: Name of each country's capital.

    Returns:
        The set, in alphabetical order of codes; a place is a country's code.
    """
    points = _capital_points(cities, capitals) | {
        country: (str(lat), str(lon)) for country, (lat, lon) in by_hand["centres"].items()
    }
    units = []
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_3):
        code = country.alpha_3
        name = by_hand["names"].get(code) or getattr(country, "common_name", country.name)
        official = getattr(country, "official_name", country.name)
        aliases = [country.name, official, country.alpha_2, *by_hand["aliases"].get(code, [])]
        units.append(_unit(code, name, aliases, code, regions[code], *points[code]))
    places = [{"unit": unit["unit"], "country": unit["unit"]} for unit in units]
    columns = ("unit", "country")
    return UnitSet(name="countries", unit_columns=UNIT_COLUMNS, units=units, place_columns=columns, places=places)


def _capital_points(cities: Iterable[City], capitals: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Returns latitude and longitude of each capital that the gazetteer has, by country.

    Of several places of one name, the most populous is taken.
    """
    points = {}
    for city in sorted(cities, key=lambda city: city.population):
        capital = folded(capitals.get(city.country, ""))
        if capital and capital in {folded(name) for name in (city.name, *city.alternates)}:
            points[city.country] = (city.lat, city.lon)
    return points


@frozen(kw_only=True)
class Agglomeration:
    """An agglomeration of the United Nations' list: its code there, its English name and every form listed.

    The population is of 2020, and the city the place of GeoNames that bears the name; none where none does.
    """

    wup: str
    name: str
    listed: tuple[str, ...]
    country: str
    lat: str
    lon: str
    population: int
    city: City | None


def agglomerations(
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
        code, name = _code(item, names), names[item.wup]
        where = item.country, regions[item.country], item.lat, item.lon
        units.append(_unit(code, name, aliases[item.wup], *where, population=str(item.population), wup=item.wup))
        geonames = str(item.city.geonames) if item.city else ""
        places.append(_place(code, geonames, item.country, item.lat, item.lon))
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
    here, cities = (float(row["lat"]), float(row["lon"])), by_country.get(country, [])
    near = [city for city in cities if _distance_km(here, (float(city.lat), float(city.lon))) <= _MATCH_KM]
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


def _city(forms: Iterable[str], cities: Iterable[City]) -> City | None:
    """Finds the most populous place that bears one of the names."""
    wanted = {folded(form) for form in forms}
    bearing = [city for city in cities if not wanted.isdisjoint(folded(name) for name in (city.name, *city.alternates))]
    return max(bearing, key=lambda city: (city.population, -city.geonames), default=None)


def _distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
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
