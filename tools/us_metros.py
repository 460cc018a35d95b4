"""Builds the areas' centres and tables from raw lists: `python -m tools.us_metros`."""

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools.raw import REFERENCE, ROOT, read_options, write_table
from tools.vintage import rows

PACKAGE = ROOT / "scenarios/src/hubrank_scenarios/us-metros"
OUTPUT_YEARS = range(2017, 2023)
PATENT_YEARS = range(2000, 2016)
#: Codes of areas that the list of patents has under an older one, with other counties or another first city.
OLDER = {
    "14010": "14060",  # Bloomington, then with Normal
    "15680": "30500",  # Lexington Park, now with California
    "19430": "19380",  # Dayton
    "29200": "29140",  # Lafayette, now with West Lafayette
    "31080": "31100",  # Los Angeles
    "39150": "39140",  # Prescott
    "42200": "42060",  # Santa Barbara
    "46520": "26180",  # Honolulu
    "48260": "44600",  # Steubenville and Weirton
}
#: Words of a title that are no part of a city's name.
NOT_OF_CITIES = re.compile(r"^Urban | Town$| County$")
Row = dict[str, str]


def main() -> int:
    """Build the four files.

    Returns:
        0; 1 where an area has no city in GeoNames' list, then nothing is written.
    """
    needed = "more/us-metro-gdp/Table.csv"
    options = read_options("us_metros", "the metropolitan areas", REFERENCE, needed, PACKAGE)
    with (options.raw / needed).open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(list(file)[3:])  # below three lines of title, and above the footnotes
        areas = [row for row in lines if "(Metropolitan Statistical Area)" in (row["GeoName"] or "")]
    areas.sort(key=lambda item: item["GeoFips"])
    cities = cities_of(options.raw / "almanac/gazetteer/geonames_cities5000_slim.csv")
    found = {area["GeoFips"]: list(centres(area["GeoName"], cities)) for area in areas}
    if lost := [area["GeoName"] for area in areas if not found[area["GeoFips"]]]:
        sys.stderr.write("".join(f"{name}: no city in GeoNames' list\n" for name in lost))
        return 1
    units = ([item["GeoFips"], title_of(item), "USA", title_of(item).rpartition(", ")[2]] for item in areas)
    write_table(options.output / "metros.csv", ["unit", "name", "country", "states"], units)
    places = ([code, city["geonameid"], city["latitude"], city["longitude"]] for code in found for city in found[code])
    write_table(options.output / "places.csv", ["unit", "geonames", "lat", "lon"], places)
    output = ([item["GeoFips"], year, int(item[str(year)]) / 1000] for year in OUTPUT_YEARS for item in areas)
    write_table(options.output / "output.csv", ["unit", "year", "gdp"], output)
    granted = patents(options.raw / "almanac/patents/uspto_utility_patents_us_msa_2000_2015.csv", list(found))
    write_table(options.output / "patents.csv", ["unit", "year", "patents"], granted)
    return 0


def title_of(area: Row) -> str:
    """An area's name without its kind."""
    return area["GeoName"].partition(" (Metropolitan")[0].rstrip("*").strip()


def cities_of(path: Path) -> dict[tuple[str, str], Row]:
    """The largest city of the United States by state and name; by an alias if none has the name as its own."""
    by_name: dict[tuple[str, str], Row] = {}
    other: dict[tuple[str, str], Row] = {}
    with path.open(encoding="utf-8", newline="") as file:
        cities = [row for row in csv.DictReader(file) if row["countrycode"] == "US"]
    for city in sorted(cities, key=lambda item: int(item["population"])):
        by_name[city["admin1code"], fold(city["name"])] = city
        other |= {(city["admin1code"], fold(alias)): city for alias in city["alternatenames"].split("|")}
    return other | by_name


def fold(name: str) -> str:
    """A name as names are compared, `st` for `saint`."""
    return re.sub(r"\bsaint\b", "st", rows.fold(name))


def centres(name: str, cities: dict[tuple[str, str], Row]) -> Iterator[Row]:
    """The cities that an area's title names, each the largest in one of its states.

    `Winston-Salem` is one, `Dallas-Fort Worth-Arlington` three.
    """
    title, _, states = title_of({"GeoName": name}).rpartition(", ")
    for city in re.split(r"--|(?<!Winston)(?<!Wilkes)-|/", title):
        found = [cities.get((state, fold(NOT_OF_CITIES.sub("", city)))) for state in states.split("-")]
        if there := [item for item in found if item]:
            yield max(there, key=lambda item: int(item["population"]))


def patents(path: Path, areas: Iterable[str]) -> Iterator[list[Any]]:
    """Patents by area and year; an area without a row has none here."""
    with path.open(encoding="latin-1", newline="") as file:
        listed = {row["ID Code"][1:]: row for row in csv.DictReader(file) if row["ID Code"][:1] in ("1", "2")}
    granted = {area: listed[OLDER.get(area, area)] for area in areas if OLDER.get(area, area) in listed}
    for year in PATENT_YEARS:
        yield from ([area, year, int(float(row[str(year)]))] for area, row in granted.items())


if __name__ == "__main__":
    sys.exit(main())
