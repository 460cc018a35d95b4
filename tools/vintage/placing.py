"""Where the rows of live sources lie: at a city, and which names are those of several."""

from __future__ import annotations

import math
from collections import defaultdict

from hubrank_fetching.geonames import Gazetteer
from hubrank_fetching.geonames import Place as City

from tools.vintage.places import SAME_CITY_KM, Place, cell

#: A place that lies in no city is called after the nearest one, so far away.
_BESIDE_KM = 100.0


class Placer:
    """Places by point and by GeoNames id; it remembers the names that others were joined by.

    Attributes:
        ambiguous: By name, country (alpha-3) and state: the place that was chosen, then the others of that name.
        asked_for: The tables that asked for each.
    """

    def __init__(self) -> None:
        self._gazetteer = Gazetteer.built_in()
        self._people: dict[Place, int] = {}
        self._known: dict[tuple[float, float, str, int], Place | None] = {}
        self.ambiguous: dict[tuple[str, str, str], list[Place]] = {}
        self.asked_for: dict[tuple[str, str, str], set[str]] = defaultdict(set)

    def population(self, place: Place) -> int:
        """The inhabitants of a city; 0 where they are not known."""
        return self._people.get(place, 0)

    def snapped(self, lat: float, lon: float, country: object, geonames: object = None) -> Place | None:
        """The city of a point, so that no row tells one institution's address.

        Args:
            lat: Degrees north; NaN where the list has none.
            lon: Degrees east.
            country: Alpha-3 code; none where the list has none.
            geonames: GeoNames id, where the list has one.

        Returns:
            The city of the id; else the nearest within `SAME_CITY_KM` of the country; else a cell of 0.01 degree. None
            where there is no point, or no country for it.
        """
        if math.isnan(lat) or math.isnan(lon):
            return None
        asked = (lat, lon, country if isinstance(country, str) else "", _whole(geonames))
        if asked not in self._known:
            self._known[asked] = self._snapped(*asked)
        return self._known[asked]

    def _snapped(self, lat: float, lon: float, code: str, number: int) -> Place | None:
        found = self._gazetteer.by_id(number) or self._near(lat, lon, code, SAME_CITY_KM)
        if found:
            return self._place(found)
        beside = self._near(lat, lon, code, _BESIDE_KM)
        return cell(code, f"near {beside.name}" if beside else code, lat, lon, number) if code else None

    def _near(self, lat: float, lon: float, country: str, within_km: float) -> City | None:
        found = self._gazetteer.near(lat, lon, within_km)
        return found if found and country in ("", found.country) else None

    def _place(self, city: City) -> Place:
        made = Place(city.country, city.name, round(city.lat, 5), round(city.lon, 5), city.geonames)
        self._people[made] = city.population
        return made

    def joined(self, table: str, name: str, country: str, state: str, geonames: int) -> None:
        """Note that a table was joined to a place by its name.

        Args:
            table: The table.
            name: The name.
            country: Alpha-3 code.
            state: The state that the list has, or nothing.
            geonames: The GeoNames id of the place that was chosen.
        """
        cities = self._gazetteer.called(name, country)
        chosen = [each for each in cities if each.geonames == geonames]
        others = [each for each in cities if each.geonames != geonames and not state]
        if chosen:
            self.ambiguous[name, country, state] = [self._place(each) for each in (*chosen, *others)]
            self.asked_for[name, country, state].add(table)


def _whole(value: object) -> int:
    """A GeoNames id, of a number or a text; 0 where there is none."""
    text = str(value)
    return int(float(text)) if text.replace(".", "", 1).isdigit() else 0
