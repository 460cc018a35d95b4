"""The raw tables: places of GeoNames, and the countries and subregions that every unit set needs."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pycountry
from attrs import frozen

HERE = Path(__file__).parent


@frozen(kw_only=True)
class City:
    """A populated place of GeoNames.

    Attributes:
        geonames: GeoNames' id.
        name: GeoNames' main name.
        alternates: Other names, in Latin letters.
        country: ISO 3166-1 alpha-3.
        lat: Latitude in degrees, as the gazetteer writes it.
        lon: Longitude in degrees, as the gazetteer writes it.
        population: Inhabitants.
    """

    geonames: int
    name: str
    alternates: tuple[str, ...]
    country: str
    lat: str
    lon: str
    population: int


@frozen(kw_only=True)
class Region:
    """Where a country lies.

    Attributes:
        continent: One of six, or Antarctica.
        subregion: Name of the subregion in the United Nations' M49 standard.
    """

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
