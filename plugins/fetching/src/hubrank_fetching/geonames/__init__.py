"""Places of the world by GeoNames, by name and point: the tables that are built in, countries and regions.

For authors of sources: `Gazetteer` with `Place`, and countries by name (`country_called`, `keys_of_countries`,
`codes_of_countries`). The source `geonames` is in `dumps`.
"""

from __future__ import annotations

import functools
import gzip
import io
import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pycountry
from attrs import frozen
from hubrank.errors import fold_name
from hubrank.plugin import Origin
from hubrank.scenario.places import EARTH_KM

#: The source of the built-in places.
BUILT_IN = Origin(
    name="geonames",
    producer="GeoNames",
    title="GeoNames gazetteer, populated places of more than 15,000 inhabitants (cities15000)",
    url="https://www.geonames.org",
    licence="CC-BY-4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    published="2026-07",
    citation="GeoNames, https://www.geonames.org, CC BY 4.0",
)
_SAINT = re.compile(r"\b(saint|sankt|st)\b\.?", re.IGNORECASE)


def place_key(name: str) -> str:
    """The common key of spellings of a place: `hubrank.cli.folded_key`, and `St.` for `Saint`."""
    return fold_name(_SAINT.sub("st", name))


def packed_table(name: str) -> pd.DataFrame:
    """A table of this package; its texts are unchanged, `NA` too."""
    content = resources.files("hubrank_fetching.geonames").joinpath("data", name).read_bytes()
    texts = dict.fromkeys(("name", "country", "code", "also"), str)
    return pd.read_csv(io.BytesIO(gzip.decompress(content)), dtype=texts, keep_default_na=False)


@functools.cache
def regions() -> tuple[Mapping[tuple[str, str], str], Mapping[tuple[str, str], set[str]]]:
    """The regions of all countries (alpha-3).

    Returns:
        The name of each country and GeoNames code; and the codes that a country and a name or code of ISO 3166-2,
        folded by `place_key`, may mean.
    """
    names: dict[tuple[str, str], str] = {}
    codes: dict[tuple[str, str], set[str]] = {}
    for country, code, name, also in packed_table("regions.csv.gz").itertuples(index=False):
        names[country, code] = name
        for key in (place_key(name), *(also.split("|") if also else ())):
            codes.setdefault((country, key), set()).add(code)
    return names, codes


#: Names that differ in ISO 3166-1.
_ALSO = {
    "BOL": ("Bolivia",),
    "BRN": ("Brunei",),
    "CIV": ("Ivory Coast", "Cote d'Ivoire"),
    "COD": ("DR Congo", "DRC", "Congo, Dem. Rep.", "Democratic Republic of the Congo", "Congo-Kinshasa"),
    "COG": ("Congo, Rep.", "Republic of the Congo", "Congo", "Congo-Brazzaville"),
    "CPV": ("Cape Verde",),
    "CZE": ("Czech Republic",),
    "EGY": ("Egypt, Arab Rep.",),
    "FSM": ("Micronesia", "Micronesia, Fed. Sts."),
    "GBR": ("UK", "U.K.", "Great Britain", "Britain"),
    "GMB": ("Gambia, The", "The Gambia"),
    "BHS": ("Bahamas, The", "The Bahamas"),
    "GRC": ("EL", "Hellas"),
    "HKG": ("Hong Kong SAR, China", "Hong Kong SAR", "Hong Kong, China"),
    "IRN": ("Iran", "Iran, Islamic Rep."),
    "KGZ": ("Kyrgyz Republic",),
    "KOR": ("South Korea", "Korea, Rep.", "Republic of Korea", "Korea", "Korea, South"),
    "PRK": ("North Korea", "Korea, Dem. People's Rep.", "Korea, North"),
    "LAO": ("Laos", "Lao PDR"),
    "MAC": ("Macao SAR, China", "Macau"),
    "MKD": ("Macedonia", "FYR Macedonia", "Macedonia, FYR"),
    "MMR": ("Burma",),
    "NLD": ("Holland", "The Netherlands"),
    "PSE": ("Palestine", "West Bank and Gaza"),
    "RUS": ("Russia",),
    "SVK": ("Slovak Republic",),
    "SWZ": ("Swaziland",),
    "TUR": ("Turkey", "Turkiye"),
    "TWN": ("Taiwan", "Taiwan, China", "Chinese Taipei"),
    "USA": ("U.S.", "U.S.A.", "United States of America"),
    "VEN": ("Venezuela", "Venezuela, RB"),
    "VNM": ("Vietnam", "Viet Nam"),
    "YEM": ("Yemen, Rep.",),
    "XKX": ("Kosovo", "XK", "XKX"),
    "KNA": ("St. Kitts and Nevis",),
    "LCA": ("St. Lucia",),
    "VCT": ("St. Vincent and the Grenadines",),
}
#: Names that GeoNames and others have, but not ISO 3166-1.
_NO_ISO = {"XK": "XKX"}
#: Names that are of several countries.
_AMBIGUOUS = ("korea", "congo", "virginislands")


@functools.cache
def codes_of_countries() -> Mapping[str, str]:
    """The alpha-3 code of each alpha-2 code; Kosovo, which ISO 3166-1 has not, is `XK` and `XKX`."""
    return MappingProxyType({item.alpha_2: item.alpha_3 for item in pycountry.countries} | _NO_ISO)


@functools.cache
def keys_of_countries() -> Mapping[str, str]:
    """The alpha-3 code of each name and code of a country in English, folded as `hubrank.cli.folded_key` does."""
    result: dict[str, str] = {}
    for item in pycountry.countries:
        more = (getattr(item, key, "") for key in ("common_name", "official_name"))
        names = (item.alpha_2, item.alpha_3, item.name, *more, item.name.split(",")[0])
        result |= {fold_name(name): item.alpha_3 for name in names if name}
    result = {key: code for key, code in result.items() if key not in _AMBIGUOUS}
    return MappingProxyType(result | {fold_name(name): code for code, names in _ALSO.items() for name in names})


def _alpha3(country: str) -> str:
    return codes_of_countries().get(country.upper(), country.upper())


def country_called(name: str) -> str | None:
    """The alpha-3 code of a country by a name or code in English; None if there is no such country."""
    return keys_of_countries().get(fold_name(name))


Floats = np.ndarray[Any, np.dtype[np.float64]]

#: The factor for the population of a place with this main name, beside one with it as another name.
_OWN_NAME = 20
#: The most populous place of a name is used if its population is this many times that of the next.
_CLEAR = 3
#: Places of one name that are as near to each other are one: New Delhi is Delhi's.
_ONE_KM = 25
#: Suffixes of names that only distinguish them from the same name elsewhere: `Frankfurt am Main`, `Halle (Saale)`.
_TOLD_APART = re.compile(r"[ -](?=[^\W\dA-Z_]|\().*")


@frozen(kw_only=True)
class Place:
    """A city, town or village of GeoNames, with its id and its point in degrees north and east.

    Attributes:
        country: ISO 3166-1 alpha-3; Kosovo is `XKX`.
        population: Inhabitants; 0 if GeoNames does not know them.
        region: The state, province or other region of the first level; empty if GeoNames has none.
    """

    geonames: int
    name: str
    lat: float
    lon: float
    country: str
    population: int
    region: str


class Gazetteer:
    """Places of GeoNames; sections of cities are none.

    `Gazetteer.built_in()` has those of more than 15,000 inhabitants, `Gazetteer.of_rows` those of a dump.

    Args:
        places: `geonames`, `name`, `country` (alpha-3), `code` (GeoNames' of the region), `lat`, `lon`, `population`
            and `also` (other names, folded by `place_key`, parted by `|`).
    """

    def __init__(self, places: pd.DataFrame) -> None:
        order = ["population", "country", "name", "geonames"]
        self._places = places.sort_values(order, ascending=[False, True, True, True], ignore_index=True)
        self._people = self._places["population"].clip(lower=1).astype(int).tolist()
        self._codes = self._places["code"].astype(str).tolist()
        self._spots: Floats = np.radians(self._places[["lat", "lon"]].to_numpy(dtype=float))

    @staticmethod
    @functools.cache
    def built_in() -> Gazetteer:
        """The places of more than 15,000 inhabitants that come with this package, read once."""
        return Gazetteer(packed_table("places.csv.gz"))

    @staticmethod
    def of_rows(rows: pd.DataFrame) -> Gazetteer:
        """The places of a dump as `hubrank_fetching.geonames.dumps.rows_of` reads it: the columns `COLUMNS`."""
        from hubrank_fetching.geonames.dumps import cities

        return Gazetteer(cities(rows))

    @property
    def places(self) -> pd.DataFrame:
        """The places, the most populous first: `geonames`, `name`, `country`, `lat`, `lon`, `population`."""
        return self._places[["geonames", "name", "country", "lat", "lon", "population"]].copy()

    def __len__(self) -> int:
        return len(self._places)

    def find(self, name: str, country: str, region: str = "") -> Place | None:
        """Find the place of a name in a country.

        Args:
            name: A name or another name of it; accents, case and punctuation do not matter.
            country: ISO 3166-1 alpha-2 or alpha-3.
            region: The state or province: a name of it, or its code of ISO 3166-2 (`CA`, `US-CA`). It decides among
                places of one name, and must be right: places in other regions do not count. A text that is no region of
                the country decides nothing.

        Returns:
            The place; of several over 25 km apart the most populous if it has three times the population of the next,
            which counts twenty times for a place with this main name beside one with it as another name. None if there
            is none, or if several are possible: the row is then unplaced, and should be reported as such.
        """
        alpha3 = _alpha3(country)
        official, others = (found.get((alpha3, place_key(name)), ()) for found in self._by_name)
        codes = regions()[1].get((alpha3, place_key(region))) if region else None
        weights = {at: self._people[at] for at in others} | {at: _OWN_NAME * self._people[at] for at in official}
        weights = {at: weight for at, weight in weights.items() if not codes or self._codes[at] in codes}
        if not weights:
            return None
        first = max(weights, key=lambda at: (weights[at], -at))
        lat, lon = np.degrees(self._spots[first])
        far = dict(zip(weights, _distances_km(lat, lon, self._spots[list(weights)]), strict=True))
        if any(far[at] > _ONE_KM and weights[first] < _CLEAR * weights[at] for at in weights):
            return None
        return self._place(next((at for at in weights if at in official and far[at] <= _ONE_KM), first))

    def called(self, name: str, country: str) -> tuple[Place, ...]:
        """All places of a name, or of another name of theirs, in a country (as `find`): the most populous first."""
        key = (_alpha3(country), place_key(name))
        return tuple(self._place(at) for at in sorted({at for found in self._by_name for at in found.get(key, ())}))

    def near(self, lat: float, lon: float, within_km: float) -> Place | None:
        """The place nearest to a point in degrees, in any country; None if none is within the distance."""
        far = _distances_km(lat, lon, self._spots)
        if not len(far) or far.min() > within_km:
            return None
        return self._place(int(far.argmin()))

    def by_id(self, geonames: int) -> Place | None:
        """The place of a GeoNames id; None if it is not among them."""
        at = np.flatnonzero(self._places["geonames"].to_numpy() == geonames)
        return self._place(int(at[0])) if len(at) else None

    def _place(self, at: int) -> Place:
        row = self._places.iloc[at]
        region = regions()[0].get((row["country"], row["code"]), "")
        kinds = {"geonames": int, "name": str, "lat": float, "lon": float, "country": str, "population": int}
        return Place(**{name: kind(row[name]) for name, kind in kinds.items()}, region=region)

    @functools.cached_property
    def _by_name(self) -> tuple[dict[tuple[str, str], list[int]], dict[tuple[str, str], list[int]]]:
        """The places by country and key: of their names, and of their other names."""
        official: dict[tuple[str, str], list[int]] = {}
        others: dict[tuple[str, str], list[int]] = {}
        columns = self._places["country"], self._places["name"], self._places["also"]
        for at, (country, name, also) in enumerate(zip(*columns, strict=True)):
            key, short = place_key(name), _TOLD_APART.sub("", name)
            official.setdefault((country, key), []).append(at)
            for other in {*also.split("|"), key if short == name else place_key(short)} - {key, ""}:
                others.setdefault((country, other), []).append(at)
        return official, others


def _distances_km(lat: float, lon: float, spots: Floats) -> Floats:
    """From one point to many, in radians, by the haversine."""
    here = np.radians([lat, lon])
    chord = np.sin((spots[:, 0] - here[0]) / 2) ** 2
    chord += np.cos(here[0]) * np.cos(spots[:, 0]) * np.sin((spots[:, 1] - here[1]) / 2) ** 2
    result: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return result
