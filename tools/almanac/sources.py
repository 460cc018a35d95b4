"""The inputs of every table: the raw lists, and places of cities and of institutions by name."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from tools.vintage.rows import SAME_CITY_KM, Place, distance_km, fold

INPUTS = Path(__file__).parent / "inputs"
SECTIONS = Path(__file__).parents[1] / "geonames/inputs/sections.csv"
ABBREVIATIONS = tomllib.loads((INPUTS / "abbreviations.toml").read_text(encoding="utf-8"))
SMALL_WORDS = "of the and at in for de di da do du des del la le und et a"
SILENT = frozenset(SMALL_WORDS.split())
PRIMARY_NAME = 20.0
LARGE = 100_000
ONE_CITY_KM = 25.0
LEAST_POPULATION = 50_000
TOLERANCE = 1e-6
CITY_OF_NAME = re.compile(
    r"^(?:univ|tech univ|univ tech|med univ|univ med|univ hosp) (?P<after>.+)$"
    r"|^(?P<before>.+) (?:univ|tech univ|med univ|univ tech|univ sci tech|normal univ|univ hosp)$"
)


def read_input(name: str, **equal: str) -> pd.DataFrame:
    """A table of `inputs`, all cells as text: the rows whose columns are as given."""
    table = pd.read_csv(INPUTS / name, dtype=str, keep_default_na=False)
    for column, value in equal.items():
        table = table[table[column] == value]
    return table


def places_by_hand(name: str, key: str, **equal: str) -> dict[str, tuple[str, str, str]]:
    """City, country and state of what a list names so that it would be misplaced, by that name; no city: nowhere."""
    table = read_input(name, **equal)
    return {row[key]: (row["city"], row["country"], row["state"]) for row in table.to_dict("records")}


def listed_twice(table: str, names: Iterable[str], places: Iterable[str]) -> list[bool]:
    """Whether a row repeats another of its list: one of `inputs/duplicates.csv` beyond the first that it may have."""
    by_hand = read_input("duplicates.csv", table=table)
    allowed = {(row.name, row.place): int(row.kept) for row in by_hand.itertuples(index=False)}
    twice = []
    for row in zip(names, places, strict=True):
        if row in allowed:
            allowed[row] -= 1
        twice.append(allowed.get(row, 0) < 0)
    return twice


def institution_key(name: str) -> str:
    """A name as citation indexes abbreviate it: `University of Oxford` and `Univ Oxford` are one."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in fold(name).split() if word not in SILENT)


class Gazetteer:
    """GeoNames' places of more than 5,000 inhabitants, and the countries' names."""

    def __init__(self, raw: Path) -> None:
        self._cities = pd.read_csv(
            raw / "gazetteer/geonames_cities5000_slim.csv",
            dtype={"admin1code": str, "countrycode": str},
            keep_default_na=False,
        )
        self._row = {geonames: row for row, geonames in enumerate(self._cities["geonameid"])}
        self._country = self._cities["countrycode"].to_numpy(dtype=object)
        self._admin1 = self._cities["admin1code"].to_numpy(dtype=object)
        self._inhabitants = self._cities["population"].to_numpy()
        self._lat, self._lon = self._cities["latitude"].to_numpy(), self._cities["longitude"].to_numpy()
        self._places: dict[int, Place] = {}
        #: Of every name (with country and state) that was joined: its place, then others of that name if no hand chose.
        self.joins: dict[tuple[str, str, str], list[Place]] = {}
        #: The tables that asked for each.
        self.asked_for: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.table = "inputs"
        countries = json.loads((raw / "gazetteer/geonames_countries.json").read_text(encoding="utf-8"))
        spellings = tomllib.loads((INPUTS / "countries.toml").read_text(encoding="utf-8"))
        self._alpha3 = {code: country["iso3"] for code, country in countries.items()}
        self.codes = sorted(countries)
        self._alpha2 = {fold(country["name"]): code for code, country in countries.items()}
        self._alpha2 |= {fold(name): code for name, code in spellings["names"].items()}
        self._states = {
            (country, fold(name)): code
            for country, names in spellings["states"].items()
            for name, code in names.items()
        }
        by_hand = read_input("cities.csv").itertuples(index=False)
        self._by_hand = {(row.country, fold(row.name)): (row.city, row.state) for row in by_hand}
        self._named: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
        columns = ["countrycode", "name", "alternatenames"]
        for row, (country, name, aliases) in enumerate(self._cities[columns].itertuples(index=False)):
            primary = fold(name)
            self._named[country, primary].append((row, True))
            for alias in {fold(alias) for alias in aliases.split("|")} - {primary, ""}:
                self._named[country, alias].append((row, False))
        #: Large places whose name goes on after a shorter name: Frankfurt am Main by `frankfurt`.
        self._longer: dict[tuple[str, str], list[int]] = defaultdict(list)
        for row in np.flatnonzero(self._inhabitants >= LARGE).tolist():
            words = fold(self._cities["name"].iloc[row]).split()
            for end in range(1, len(words)):
                self._longer[self._country[row], " ".join(words[:end])].append(row)
        degrees = pd.DataFrame({"lat": np.floor(self._lat).astype(int), "lon": np.floor(self._lon).astype(int)})
        self._grid = degrees.groupby(["lat", "lon"]).indices

    def alpha2(self, country: str) -> str | None:
        """A country's ISO 3166-1 alpha-2 code by its name or by the code itself."""
        return country if country in self._alpha3 else self._alpha2.get(fold(country))

    def state(self, name: str, country: str) -> str:
        """A state's or province's code by its name or by the code itself, or nothing."""
        codes = {code for (of, _), code in self._states.items() if of == country}
        return self._states.get((country, fold(name)), name if name in codes else "")

    def alpha3(self, alpha2: str) -> str:
        """A country's ISO 3166-1 alpha-3 code by its alpha-2 code."""
        return self._alpha3[alpha2]

    def cell(self, place: Place, column: str) -> str:
        """The fields of a place in GeoNames' table: `countrycode` (alpha-2), `admin1code` of its state or province."""
        return str(self._cities[column].iloc[self._row[place.geonames]])

    def _place(self, row: int) -> Place:
        if row not in self._places:
            city = self._cities.iloc[row]
            lat, lon = round(float(city["latitude"]), 5), round(float(city["longitude"]), 5)
            country = self._alpha3[city["countrycode"]]
            self._places[row] = Place(country, city["name"], lat, lon, int(city["geonameid"]))
        return self._places[row]

    def population(self, place: Place) -> int:
        """Inhabitants as GeoNames has them, 0 if it has not."""
        return int(self._inhabitants[self._row[place.geonames]]) if place.geonames in self._row else 0

    def by_id(self, geonames: int) -> Place:
        """The place of a GeoNames id."""
        return self._place(self._row[geonames])

    def towns(self) -> pd.DataFrame:
        """Places that are no section of a city, largest first: `geonames, country` (alpha-2), `lat, lon, inhabitants`.

        Those of which the inhabitants are not known are left out.
        """
        names = {"geonameid": "geonames", "countrycode": "country", "latitude": "lat", "longitude": "lon"}
        towns = self._cities.rename(columns=names | {"population": "inhabitants"})
        sections = pd.read_csv(SECTIONS)["geonameid"]
        towns = towns.loc[(towns["inhabitants"] > 0) & ~towns["geonames"].isin(sections)]
        towns = towns[["geonames", "country", "lat", "lon", "inhabitants"]]
        return towns.sort_values(["inhabitants", "geonames"], ascending=[False, True], ignore_index=True)

    def find(self, name: str, country: str, state: str = "") -> Place | None:
        """The most populous place of a name or alias in a country (alpha-2), names first; the state may be empty."""
        asked = (name, country, state)
        city, of_state = self._by_hand.get((country, fold(f"{name} {state}")), ("", ""))
        if city:
            name, state = city, of_state
        found = next((rows for key in _endings(fold(name)) if (rows := self._named.get((country, key)))), [])
        if state:
            code = self._states.get((country, fold(state)), state)
            found = [(row, primary) for row, primary in found if self._admin1[row] == code]
        if not found:
            return None
        weights = [(self._inhabitants[row] + 1) * (PRIMARY_NAME if primary else 1) for row, primary in found]
        best = self._place(found[int(np.argmax(weights))][0])
        self.asked_for[asked].add(self.table)
        self.joins[asked] = [best]
        if (name, country, state) == asked:
            rows = [row for row, _ in found] + ([] if state else self._longer.get((country, fold(name)), []))
            self.joins[asked] += {place: 0 for row in rows if (place := self._place(row)) != best}
        return best

    def near_name(self, name: str, country: str, lat: float, lon: float, within_km: float) -> Place | None:
        """The most populous place of a name, of those within a distance of a point."""
        rows = [row for key in _endings(fold(name)) for row, _ in self._named.get((country, key), [])]
        places = [self._place(row) for row in rows]
        near = [place for place in places if float(distance_km(lat, lon, place.lat, place.lon)) <= within_km]
        best = max(near, key=self.population, default=None)
        if best:  # no rivals: the point chose
            self.asked_for[name, country, ""].add(self.table)
            self.joins.setdefault((name, country, ""), [best])
        return best

    def snap(self, lat: float, lon: float, country: str, name: str, geonames: int = 0) -> Place:
        """The place of an id; else the nearest within 6 km in the country; else a cell, which is no address."""
        if geonames in self._row:
            return self._place(self._row[geonames])
        south, west = int(np.floor(lat)), int(np.floor(lon))
        around = [(south + dy, west + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        rows = np.concatenate([np.array([], dtype=int), *(self._grid[item] for item in around if item in self._grid)])
        rows = rows[self._country[rows] == country]
        far = distance_km(lat, lon, self._lat[rows], self._lon[rows])
        if len(far) and far.min() <= SAME_CITY_KM:
            return self._place(int(rows[int(far.argmin())]))
        return Place(self._alpha3[country], name, round(lat, 2), round(lon, 2))

    def nearest(self, lat: float, lon: float) -> Place:
        """The nearest place of any country, for a point whose country the list does not say."""
        return self._place(int(distance_km(lat, lon, self._lat, self._lon).argmin()))


def _endings(name: str) -> list[str]:
    """A folded name, and the same without and with the words for a city that lists add or leave out."""
    bare = name.removesuffix(" city").removesuffix(" si").removesuffix(" shi")
    return [name, bare, f"{bare} si", f"{bare} shi", f"{bare} city"]


class Institutions:
    """Institutions' cities; `by_hand` has sites and their shares, by country and key, of those placed by hand."""

    def __init__(self, raw: Path, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.by_hand = self._read_by_hand()
        self._known: dict[tuple[str, str], list[Place]] = defaultdict(list)
        self._any_order: dict[tuple[str, str], list[Place]] = defaultdict(list)
        sample = pd.read_csv(raw / "papers/openalex_affiliation_sample_ror_counts_latlon.csv", keep_default_na=False)
        for row in sample[sample["lat"] != ""].itertuples(index=False):
            place = gazetteer.snap(float(row.lat), float(row.lng), row.country_code, row.city)
            self._add(row.display_name, row.country_code, place)
        records = pd.read_csv(raw / "universities/ror_records_2022_2026.csv", dtype=str, keep_default_na=False)
        records = records[(records["lat"] != "") & (records["status"] == "active") & (records["city"] != "")]
        for row in records.itertuples(index=False):
            spot = (float(row.lat), float(row.lng), row.country_code, row.city)
            place = gazetteer.snap(*spot, int(row.geonames_id or 0))
            aliases = [item for item in row.aliases.split("|") if len(fold(item)) > 5 and " " in item.strip()]
            for name in (row.name, *aliases):
                self._add(name, row.country_code, place)

    def _add(self, name: str, country: str, place: Place) -> None:
        """A name's place, by its key, and by the key without the order of its words, for `Oxford Univ`."""
        if key := institution_key(name):
            self._known[country, key].append(place)
            self._any_order[country, " ".join(sorted(key.split()))].append(place)

    def _read_by_hand(self) -> dict[tuple[str, str], list[tuple[Place, float]]]:
        table = read_input("institutions.csv")
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

    def find(self, name: str, country: str) -> list[tuple[Place, float]]:
        """The places of an institution, also abbreviated, with their shares; none if unknown or of many sites."""
        for spelling in self._spellings(name):
            key = institution_key(spelling)
            if (country, key) in self.by_hand:
                return self.by_hand[country, key]
            for known, look_up in ((self._known, key), (self._any_order, " ".join(sorted(key.split())))):
                if places := known.get((country, look_up)):
                    first = places[0]
                    far = [float(distance_km(first.lat, first.lon, place.lat, place.lon)) for place in places]
                    if max(far) <= ONE_CITY_KM:
                        return [(first, 1.0)]
        matched = CITY_OF_NAME.match(institution_key(name))
        place = matched and self._gazetteer.find(matched["after"] or matched["before"], country)
        return [(place, 1.0)] if place and self._gazetteer.population(place) >= LEAST_POPULATION else []

    def countries(self, name: str) -> list[str]:
        """The countries (alpha-2) that an institution is known in, by hand or else by ROR, for lists that name none."""
        keys = [institution_key(spelling) for spelling in self._spellings(name)]
        found = (
            [country for country in self._gazetteer.codes if known.get((country, key))]
            for known in (self.by_hand, self._known)
            for key in keys
        )
        return next(filter(None, found), [])

    def _spellings(self, name: str) -> Iterator[str]:
        yield name
        for mark in (" - ", ". ", ", ", " ("):
            if mark in name:
                first, rest = name.split(mark, 1)
                yield f"{first} {rest}" if mark != " (" else first
                yield first


def countries_by_hand(which: str) -> dict[str, list[str]]:
    """The country (alpha-2), by key, of those in a list (`leiden`) whose names several countries have."""
    table = read_input("list_countries.csv", list=which)
    return {institution_key(row.name): [row.country] for row in table.itertuples(index=False)}


@dataclass(frozen=True)
class Sources:
    """The raw lists, the further ones, those since 2019, and the ways to place their rows."""

    raw: Path
    more: Path
    since: Path
    gazetteer: Gazetteer
    institutions: Institutions

    def find(
        self, city: str, country: str, state: str = "", with_states: tuple[str, ...] = ("US", "CA", "AU")
    ) -> Place | None:
        """A city of a country by the name or code of that; the state counts only in some countries."""
        code = self.gazetteer.alpha2(country)
        return self.gazetteer.find(city, code, state if code in with_states else "") if code else None
