"""Places by name, country and region, and by where they lie."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank.scenario.places import EARTH_KM

from hubrank_fetching.geonames.countries import codes_of_countries
from hubrank_fetching.geonames.regions import regions
from hubrank_fetching.geonames.tables import packed_table, place_key

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Positions = np.ndarray[Any, np.dtype[np.intp]]

#: A place that is called so itself counts as if it had so many times its people beside one that is called so too.
_OWN_NAME = 20
#: The most populous place of a name is meant where it has so many times the people of the next.
_CLEAR = 3
#: Places of one name that are as near to each other are one: New Delhi is Delhi's.
_ONE_KM = 25
#: What follows in a name only to tell it from namesakes: `Frankfurt am Main`, `Halle (Saale)`.
_TOLD_APART = re.compile(r"[ -](?=[^\W\dA-Z_]|\().*")


@frozen(kw_only=True)
class Place:
    """A city, town or village of GeoNames.

    Attributes:
        geonames: Its GeoNames id.
        name: What GeoNames calls it.
        lat: Degrees north.
        lon: Degrees east.
        country: ISO 3166-1 alpha-3; Kosovo is `XKX`.
        population: Inhabitants; 0 where GeoNames does not know them.
        region: The state, province or other region of the first level; empty where GeoNames has none.
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

    @staticmethod
    def built_in() -> Gazetteer:
        """The places of more than 15,000 inhabitants that come with this package, read once."""
        return _built_in()

    @staticmethod
    def of_rows(rows: pd.DataFrame) -> Gazetteer:
        """The places of a dump.

        Args:
            rows: As `hubrank_fetching.geonames.dumps.rows_of` reads them: GeoNames' columns, by the names in `COLUMNS`.
        """
        from hubrank_fetching.geonames.dumps import cities

        return Gazetteer(cities(rows))

    @property
    def places(self) -> pd.DataFrame:
        """The places, the most populous first: `geonames`, `name`, `country`, `lat`, `lon`, `population`."""
        return self._places[["geonames", "name", "country", "lat", "lon", "population"]].copy()

    def __len__(self) -> int:
        return len(self._places)

    def find(self, name: str, country: str, region: str = "") -> Place | None:
        """The place of a name in a country.

        Args:
            name: A name or another name of it; accents, case and punctuation do not matter.
            country: ISO 3166-1 alpha-2 or alpha-3.
            region: The state or province: a name of it, or its code of ISO 3166-2 (`CA`, `US-CA`). It decides among
                places of one name, and must be right: a place in another region is not meant. A text that is no
                region of the country decides nothing.

        Returns:
            The place; of several that lie over 25 km apart the most populous if it has three times the people of the
            next, where a place that is called so itself counts twenty times beside one that is called so too. None
            where none is found, or several may be meant: the row is then unplaced, and should be told as such.
        """
        alpha3 = codes_of_countries().get(country.upper(), country.upper())
        key = place_key(name)
        own, others = (found.get((alpha3, key), ()) for found in self._by_name)
        codes = regions().codes(alpha3, region) if region else frozenset()
        weights = {at: self._people[at] for at in self._in_regions(others, codes)}
        weights |= {at: _OWN_NAME * self._people[at] for at in self._in_regions(own, codes)}
        if not weights:
            return None
        first = max(weights, key=lambda at: (weights[at], -at))
        lat, lon = np.degrees(self._spots[first])
        far = dict(zip(weights, _distances_km(lat, lon, self._spots[list(weights)]), strict=True))
        if any(far[at] > _ONE_KM and weights[first] < _CLEAR * weights[at] for at in weights):
            return None
        return self._place(next((at for at in weights if at in own and far[at] <= _ONE_KM), first))

    def called(self, name: str, country: str) -> tuple[Place, ...]:
        """All places of a name, or of another name of theirs, in a country: the most populous first.

        Args:
            name: A name.
            country: ISO 3166-1 alpha-2 or alpha-3.
        """
        key = (codes_of_countries().get(country.upper(), country.upper()), place_key(name))
        return tuple(self._place(at) for at in sorted({at for found in self._by_name for at in found.get(key, ())}))

    def near(self, lat: float, lon: float, within_km: float) -> Place | None:
        """The place nearest to a point, in whatever country; none where none is so near.

        Args:
            lat: Degrees north.
            lon: Degrees east.
            within_km: How far it may be, in kilometres on the globe.
        """
        far = _distances_km(lat, lon, self._spots)
        if not len(far) or far.min() > within_km:
            return None
        return self._place(int(far.argmin()))

    def by_id(self, geonames: int) -> Place | None:
        """The place of a GeoNames id; none where it is not among them."""
        at = self._by_id.get(geonames)
        return None if at is None else self._place(at)

    def _place(self, at: int) -> Place:
        row = self._places.iloc[at]
        return Place(
            geonames=int(row["geonames"]),
            name=str(row["name"]),
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            country=str(row["country"]),
            population=int(row["population"]),
            region=regions().name(row["country"], row["code"]),
        )

    def _in_regions(self, found: Iterable[int], codes: frozenset[str]) -> list[int]:
        return [at for at in found if not codes or self._codes[at] in codes]

    @functools.cached_property
    def _people(self) -> list[int]:
        return [max(int(each), 1) for each in self._places["population"]]

    @functools.cached_property
    def _codes(self) -> list[str]:
        return [str(each) for each in self._places["code"]]

    @functools.cached_property
    def _spots(self) -> Floats:
        made: Floats = np.radians(self._places[["lat", "lon"]].to_numpy(dtype=float))
        return made

    @functools.cached_property
    def _by_id(self) -> dict[int, int]:
        return {int(each): at for at, each in enumerate(self._places["geonames"])}

    @functools.cached_property
    def _by_name(self) -> tuple[dict[tuple[str, str], list[int]], dict[tuple[str, str], list[int]]]:
        """The places by country and key: of their names, and of their other names."""
        own: dict[tuple[str, str], list[int]] = {}
        others: dict[tuple[str, str], list[int]] = {}
        columns = self._places["country"], self._places["name"], self._places["also"]
        for at, (country, name, also) in enumerate(zip(*columns, strict=True)):
            key, short = place_key(name), place_key(_TOLD_APART.sub("", name))
            own.setdefault((country, key), []).append(at)
            for other in {*also.split("|"), short} - {key, ""}:
                others.setdefault((country, other), []).append(at)
        return own, others


@functools.cache
def _built_in() -> Gazetteer:
    return Gazetteer(packed_table("places.csv.gz"))


def _distances_km(lat: float, lon: float, spots: Floats) -> Floats:
    """From one point to many, in radians, by the haversine."""
    here = np.radians([lat, lon])
    chord = np.sin((spots[:, 0] - here[0]) / 2) ** 2
    chord += np.cos(here[0]) * np.cos(spots[:, 0]) * np.sin((spots[:, 1] - here[1]) / 2) ** 2
    made: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return made
