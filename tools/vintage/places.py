"""Names of places brought to one form, places, and how far they are from each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from hubrank.scenario.places import EARTH_KM

Degrees = np.ndarray[Any, np.dtype[np.float64]] | float
#: A point that lies so near to a city is the city's.
SAME_CITY_KM = 6.0


def fold(name: str) -> str:
    """A name in lower case, without accents: words and figures only, separated by single spaces."""
    plain = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain.replace("đ", "d").replace("ı", "i").replace("æ", "ae"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "").replace("’", "")).split())


@dataclass(frozen=True, order=True)
class Place:
    """Where a row lies.

    Attributes:
        country: ISO 3166-1 alpha-3.
        name: GeoNames' name, or the list's where GeoNames has none.
        lat: Degrees north, at most five decimals.
        lon: Degrees east, at most five decimals.
        geonames: GeoNames id, 0 where there is none.
    """

    country: str
    name: str
    lat: float
    lon: float
    geonames: int = 0


def distance_km(lat: float, lon: float, lats: Degrees, lons: Degrees) -> Any:
    """Great-circle distances from one point to many, in km (haversine)."""
    here_lat, here_lon, there_lat, there_lon = (np.radians(x) for x in (lat, lon, lats, lons))
    chord = np.sin((there_lat - here_lat) / 2) ** 2
    chord = chord + np.cos(here_lat) * np.cos(there_lat) * np.sin((there_lon - here_lon) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(chord))


def cell(country: str, name: str, lat: float, lon: float, geonames: int = 0) -> Place:
    """The place of a point that lies in no known city, of 0.01 degree: no row tells one institution's address."""
    return Place(country, name, round(lat, 2), round(lon, 2), geonames)


class Namesakes(Protocol):
    """What is known of names that were joined to places."""

    @property
    def ambiguous(self) -> Mapping[tuple[str, str, str], Sequence[Place]]:
        """By name, country (alpha-2) and state: the place that was chosen, then the others of that name."""

    @property
    def asked_for(self) -> Mapping[tuple[str, str, str], set[str]]:
        """The tables that asked for each."""

    def population(self, place: Place) -> int:
        """The inhabitants of a place; 0 where they are not known."""
