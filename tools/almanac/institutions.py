"""Institutions: their city by name, from a list placed by hand, then ROR, then the name's own city."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS, institution_key, unordered
from tools.vintage.names import fold
from tools.vintage.places import Place, distance_km

ONE_CITY_KM = 25.0
LEAST_POPULATION = 50_000
TOLERANCE = 1e-6
CITY_OF_NAME = re.compile(
    r"^(?:univ|tech univ|univ tech|med univ|univ med|univ hosp) (?P<after>.+)$"
    r"|^(?P<before>.+) (?:univ|tech univ|med univ|univ tech|univ sci tech|normal univ|univ hosp)$"
)


class Institutions:
    """Finds an institution's city.

    Attributes:
        by_hand: Sites and their shares, by country and key, of institutions placed by hand.
    """

    def __init__(self, raw: Path, gazetteer: Gazetteer) -> None:
        """Read the lists of institutions.

        Args:
            raw: The folder of raw tables.
            gazetteer: Places.
        """
        self._gazetteer = gazetteer
        self.by_hand = self._read_by_hand()
        self._known: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._any_order: dict[tuple[str, str], list[Place]] = defaultdict(list)
        for name, country, place in self._ror_sample(raw):
            self._enter(name, country, place)
        for name, country, place in self._ror_records(raw):
            self._enter(name, country, place)

    def _read_by_hand(self) -> dict[tuple[str, str], list[tuple[Place, float]]]:
        table = pd.read_csv(INPUTS / "institutions.csv", dtype=str, keep_default_na=False)
        by_hand: dict[tuple[str, str], list[tuple[Place, float]]] = {}
        problems = []
        for (name, country), sites in table.groupby(["name", "country"], sort=False):
            places = []
            for site in sites[sites["city"] != ""].itertuples(index=False):
                place = self._gazetteer.find(site.city, country, site.state)
                if place:
                    places.append((place, float(site.share or 1)))
                else:
                    problems.append(f"{name}: GeoNames has no {site.city!r} in {country}")
            if places and abs(sum(share for _, share in places) - 1) > TOLERANCE:
                problems.append(f"{name}: the shares of its sites must sum to 1; a site that stands twice?")
            if by_hand.setdefault((country, institution_key(name)), places) != places:
                problems.append(f"{name}: another spelling of it has another city")
        if problems:
            raise SystemExit("\n".join(f"institutions.csv: {problem}" for problem in problems))
        return by_hand

    def _ror_sample(self, raw: Path) -> Iterator[tuple[str, str, Place]]:
        sample = pd.read_csv(raw / "papers/openalex_affiliation_sample_ror_counts_latlon.csv", keep_default_na=False)
        for row in sample[sample["lat"] != ""].itertuples(index=False):
            place = self._gazetteer.snap(float(row.lat), float(row.lng), row.country_code, row.city)
            yield row.display_name, row.country_code, place

    def _ror_records(self, raw: Path) -> Iterator[tuple[str, str, Place]]:
        records = pd.read_csv(raw / "universities/ror_records_2022_2026.csv", dtype=str, keep_default_na=False)
        records = records[(records["lat"] != "") & (records["status"] == "active") & (records["city"] != "")]
        for row in records.itertuples(index=False):
            place = self._gazetteer.snap(
                float(row.lat), float(row.lng), row.country_code, row.city, int(row.geonames_id or 0)
            )
            yield row.name, row.country_code, place
            for alias in filter(None, row.aliases.split("|")):
                if len(fold(alias)) > 5 and " " in alias.strip():
                    yield alias, row.country_code, place

    def _enter(self, name: str, country: str, place: Place) -> None:
        key = institution_key(name)
        if key:
            self._known[country, key].append(place)
            self._any_order[country, unordered(key)].append(place)

    def find(self, name: str, country: str) -> list[tuple[Place, float]]:
        """The cities of an institution.

        Args:
            name: Its name, in full or as citation indexes abbreviate it.
            country: Alpha-2 code.

        Returns:
            Places and the shares of the institution's amounts that are theirs; nothing where its city is not
            known, or where it has so many sites that none stands for it.
        """
        for spelling in self._spellings(name):
            key = institution_key(spelling)
            if (country, key) in self.by_hand:
                return self.by_hand[country, key]
            for known, look_up in ((self._known, key), (self._any_order, unordered(key))):
                place = _one_city(known.get((country, look_up), []))
                if place:
                    return [(place, 1.0)]
        place = self._city_in_name(name, country)
        return [(place, 1.0)] if place else []

    def countries(self, name: str) -> list[str]:
        """The countries that an institution of this name is known in, for lists that name none.

        Args:
            name: An institution's name.

        Returns:
            Alpha-2 codes: those placed by hand, else those in ROR.
        """
        keys = [institution_key(spelling) for spelling in self._spellings(name)]
        for known in (self.by_hand, self._known):
            for key in keys:
                found = [country for country in self._gazetteer.codes if known.get((country, key))]
                if found:
                    return found
        return []

    def _spellings(self, name: str) -> Iterator[str]:
        yield name
        for mark in (" - ", ". ", ", ", " ("):
            if mark in name:
                first, rest = name.split(mark, 1)
                yield f"{first} {rest}" if mark != " (" else first
                yield first

    def _city_in_name(self, name: str, country: str) -> Place | None:
        matched = CITY_OF_NAME.match(institution_key(name))
        if not matched:
            return None
        place = self._gazetteer.find(matched["after"] or matched["before"], country)
        return place if place and self._gazetteer.population(place) >= LEAST_POPULATION else None


def _one_city(places: list[Place]) -> Place | None:
    """The first place, if all lie in one city."""
    if not places:
        return None
    first = places[0]
    far = [float(distance_km(first.lat, first.lon, place.lat, place.lon)) for place in places]
    return first if max(far) <= ONE_CITY_KM else None


def countries_by_hand(which: str) -> dict[str, list[str]]:
    """Countries of a list's institutions whose names several countries have, or none in ROR.

    Args:
        which: The list, `arwu` or `leiden`.

    Returns:
        By institution key, one alpha-2 code each.
    """
    table = pd.read_csv(INPUTS / "list_countries.csv", dtype=str, keep_default_na=False)
    table = table[table["list"] == which]
    return {institution_key(row.name): [row.country] for row in table.itertuples(index=False)}
