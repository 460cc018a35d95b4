"""Builds the unit sets `hubs`, `agglomerations` and `countries`: `python -m tools.units [--raw DIR] [--output DIR]`.

They are made of GeoNames, the United Nations' list, ISO 3166-1 and the TOML files here.
"""

import csv
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pycountry
from attrs import frozen

from tools.raw import REFERENCE, ROOT, read_options, table_text
from tools.vintage.rows import distance_km, fold

HERE = Path(__file__).parent
UNIT_COLUMNS = ("unit", "name", "aliases", "country", "continent", "subregion", "lat", "lon")
PLACE_COLUMNS = ("unit", "geonames", "country", "lat", "lon", "radius_km", "also_countries")
_MATCH_KM = 40.0
_SHORTEST_ALIAS = 4
Row = dict[str, str]
#: The continent (one of six, or Antarctica) and the M49 subregion of each country, by alpha-3.
Regions = Mapping[str, tuple[str, str]]


@frozen
class City:
    """A populated place of GeoNames: names in Latin letters, alpha-3 country, degrees as the gazetteer has them."""

    geonames: int
    name: str
    names: tuple[str, ...]
    country: str
    lat: str
    lon: str
    population: int


@frozen
class UnitSet:
    """Units, one row each, and any number of places for each; its name is that of its files."""

    name: str
    units: list[Row]
    places: list[Row]
    unit_columns: tuple[str, ...] = UNIT_COLUMNS
    place_columns: tuple[str, ...] = PLACE_COLUMNS

    def problems(self) -> list[str]:
        """The errors in the names: each may mean one unit only."""
        names = {unit["unit"]: {unit["unit"], unit["name"], *unit["aliases"].split("|")} - {""} for unit in self.units}
        twice = len(self.units) - len(names)
        bearers: dict[str, set[str]] = defaultdict(set)
        for unit, forms in names.items():
            for form in forms:
                bearers[folded(form)].add(unit)
        several = [f"{name}: means {', '.join(sorted(units))}" for name, units in bearers.items() if len(units) > 1]
        return [f"{self.name}: {text}" for text in [f"{twice} codes stand twice"] * bool(twice) + several]

    def write(self, folder: Path) -> None:
        """Write `NAME.csv` and `NAME-places.csv`, each atomically."""
        for name, columns, rows in (
            (f"{self.name}.csv", self.unit_columns, self.units),
            (f"{self.name}-places.csv", self.place_columns, self.places),
        ):
            unfinished = folder / f"{name}.unfinished"
            unfinished.write_bytes(table_text(columns, ([row[item] for item in columns] for row in rows)).encode())
            unfinished.replace(folder / name)


def main() -> int:
    """Build the three sets, and write them where every name means one unit."""
    output = ROOT / "scenarios/src/hubrank_scenarios/units"
    listed = "un_wup2018_urban_agglomerations_over_300k.csv"
    options = read_options("units", "the unit sets", REFERENCE / "almanac", f"gazetteer/{listed}", output)
    raw = options.raw / "gazetteer"
    alpha_3 = {country.alpha_2: country.alpha_3 for country in pycountry.countries}
    cities = [
        City(
            int(row["geonameid"]),
            row["name"],
            (row["name"], *row["alternatenames"].split("|")),
            alpha_3[row["countrycode"]],
            row["latitude"],
            row["longitude"],
            int(row["population"]),
        )
        for row in read_csv(raw / "geonames_cities5000_slim.csv")
        if row["countrycode"] in alpha_3
    ]
    by_code = json.loads((raw / "geonames_countries.json").read_text(encoding="utf-8"))
    capitals = {item["iso3"]: item["capital"].strip() for item in by_code.values()}
    regions = {
        country: (continent, subregion)
        for continent, subregions in read_toml("subregions.toml").items()
        for subregion, countries_of in subregions.items()
        for country in countries_of.split()
    }
    nations = countries(read_toml("countries.toml"), cities, capitals, regions)
    names = {unit["unit"]: unit["name"] for unit in nations.units}
    by_hand = read_toml("agglomerations.toml")["names"]
    urban = agglomerations(read_csv(raw / listed), by_hand, cities, regions, names)
    result = [hubs(read_toml("hubs.toml"), cities, regions), urban, nations]
    if problems := [problem for unit_set in result for problem in unit_set.problems()]:
        print("\n".join(problems), file=sys.stderr)
        return 1
    options.output.mkdir(parents=True, exist_ok=True)
    for unit_set in result:
        unit_set.write(options.output)
        print(f"{unit_set.name}: {len(unit_set.units)} units, {len(unit_set.places)} places")
    return 0


def read_toml(name: str) -> dict[str, Any]:
    """A TOML file that lies beside this module."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[Row]:
    """A CSV file with a header, all cells as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def folded(name: str) -> str:
    """A name for comparisons: without case, accents, blanks and punctuation."""
    return fold(name).replace(" ", "")


def slug(name: str) -> str:
    """A code for a name: lower-case ASCII words joined by hyphens, apostrophes dropped."""
    return "-".join(re.findall("[a-z0-9]+", fold(name.replace("`", ""))))


def _place(unit: str, geonames: str, country: str, lat: str, lon: str, radius_km: str = "", also: str = "") -> Row:
    return dict(zip(PLACE_COLUMNS, (unit, geonames, country, lat, lon, radius_km, also), strict=True))


def _unit(code: str, name: str, aliases: Iterable[str], country: str, regions: Regions, lat: str, lon: str) -> Row:
    """A row of units; each alias once, without the name itself."""
    others = "|".join(dict.fromkeys(alias for alias in aliases if alias and alias != name))
    return dict(zip(UNIT_COLUMNS, (code, name, others, country, *regions[country], lat, lon), strict=True))


def hubs(by_hand: Mapping[str, Any], cities: Iterable[City], regions: Regions) -> UnitSet:
    """The hubs of `hubs.toml` in the order of codes; the first centre is a hub's own place.

    Raises:
        SystemExit: Centres are not in the gazetteer, or bear another name there.
    """
    by_id = {city.geonames: city for city in cities}
    problems = [
        f"hubs.toml: {code}: {name} = {geonames}; the gazetteer has {known}"
        for code, hub in by_hand.items()
        for name, geonames in hub["centres"].items()
        if (known := by_id[geonames].name if geonames in by_id else "no such id") != name
    ]
    if problems:
        raise SystemExit("\n".join(problems))
    units, places = [], []
    for code, hub in sorted(by_hand.items()):
        centres = [by_id[geonames] for geonames in hub["centres"].values()]
        aliases = [city.name for city in centres] + hub["aliases"]
        units.append(_unit(code, hub["name"], aliases, hub["country"], regions, centres[0].lat, centres[0].lon))
        reach = str(hub.get("radius_km", "")), "|".join(hub.get("also_countries", []))  # beside the hub's own
        places += [_place(code, str(city.geonames), city.country, city.lat, city.lon, *reach) for city in centres]
    return UnitSet("hubs", units, places)


def countries(
    by_hand: Mapping[str, Any], cities: Iterable[City], capitals: Mapping[str, str], regions: Regions
) -> UnitSet:
    """The countries in the order of codes, with what `countries.toml` adds; a place is a country's code.

    Of several places of the name of a capital, the most populous is its point.
    """
    points = {}
    for city in sorted(cities, key=lambda city: city.population):
        capital = folded(capitals.get(city.country, ""))
        if capital and capital in map(folded, city.names):
            points[city.country] = (city.lat, city.lon)
    points |= {country: (str(lat), str(lon)) for country, (lat, lon) in by_hand["centres"].items()}
    units = []
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_3):
        code = country.alpha_3
        name = by_hand["names"].get(code) or getattr(country, "common_name", country.name)
        official = getattr(country, "official_name", country.name)
        aliases = [country.name, official, country.alpha_2, *by_hand["aliases"].get(code, [])]
        units.append(_unit(code, name, aliases, code, regions, *points[code]))
    places = [{"unit": unit["unit"], "country": unit["unit"]} for unit in units]
    return UnitSet("countries", units, places, place_columns=("unit", "country"))


def agglomerations(
    rows: list[Row],
    by_hand: Mapping[str, str],
    cities: Iterable[City],
    regions: Regions,
    country_names: Mapping[str, str],
) -> UnitSet:
    """The United Nations' agglomerations in the order of codes, with the names of `agglomerations.toml` by city code.

    A name that several bear is followed by the country's. No place lists a further country: the population counted is
    that of the own country alone.
    """
    by_country: dict[str, list[City]] = defaultdict(list)
    for city in cities:
        by_country[city.country].append(city)
    provinces = Counter(folded(_english(row, by_hand)[0].split(",")[0]) for row in rows)
    items = [_agglomeration(row, by_hand, provinces, by_country) for row in rows]
    shared = Counter(folded(name) for name, *_ in items)
    coded = []
    for row, (name, listed, country, city) in zip(rows, items, strict=True):
        alone = shared[folded(name)] == 1
        first = name if alone else f"{name}, {country_names[country]}"
        code = slug(name) + ("" if alone else f"-{country.lower()}")
        coded.append((code, list(dict.fromkeys([first, *listed, *_written(city)])), row, country, city))
    bearers = Counter(name for _, forms, *_ in coded for name in set(map(folded, forms)))
    units, places = [], []
    for code, (name, *others), row, country, city in sorted(coded, key=lambda entry: entry[0]):
        lat, lon = row["lat"], row["lon"]
        aliases = [form for form in others if bearers[folded(form)] == 1]  # those of one agglomeration alone
        population = str(round(float(row["population_thousands_2020"]) * 1000))
        more = {"population": population, "wup": row["city_code"]}
        units.append(_unit(code, name, aliases, country, regions, lat, lon) | more)
        places.append(_place(code, str(city.geonames) if city else "", country, lat, lon))
    return UnitSet("agglomerations", units, places, unit_columns=(*UNIT_COLUMNS, "population", "wup"))


def _english(row: Row, names: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The English name of a row, and every form of the name that the row has."""
    whole = " ".join(row["urban_agglomeration"].split())
    parts = re.fullmatch(r"(?P<local>[^(]+?) ?\((?P<english>.+)\)", whole)
    listed = tuple(parts.groups()) if parts else (whole,)
    return names.get(row["city_code"], listed[-1]), listed


def _agglomeration(
    row: Row, names: Mapping[str, str], shared: Mapping[str, int], by_country: Mapping[str, list[City]]
) -> tuple[str, tuple[str, ...], str, City | None]:
    """A row's English name, every form of it, the country, and the city that bears it.

    Of "city, province" the province is dropped where no other city bears the name.
    """
    name, listed = _english(row, names)
    bare = name.split(",")[0]
    country = pycountry.countries.get(numeric=row["country_code_m49"].zfill(3)).alpha_3
    own = by_country[country]
    points = [float(city.lat) for city in own], [float(city.lon) for city in own]
    far = distance_km(float(row["lat"]), float(row["lon"]), *points)
    near = [city for city, km in zip(own, far, strict=True) if km <= _MATCH_KM]
    city = _city((name, bare, *listed), near) or _city(bare.split("-")[:1], near)
    return bare if shared[folded(bare)] == 1 else name, listed, country, city


def _city(forms: Iterable[str], cities: Iterable[City]) -> City | None:
    """The most populous place that bears one of the names."""
    wanted = {folded(form) for form in forms}
    bearing = [city for city in cities if not wanted.isdisjoint(map(folded, city.names))]
    return max(bearing, key=lambda city: (city.population, -city.geonames), default=None)


def _written(city: City | None) -> list[str]:
    """A city's names except GeoNames' codes of airports and spellings without a capital, made from other scripts."""
    names = city.names if city else ()
    return [name for name in names if len(name) >= _SHORTEST_ALIAS and name[0].isupper() and not name.isupper()]


if __name__ == "__main__":
    sys.exit(main())
