"""The unit set `hubs`, and which hub a place lies in: by the rule that the core has."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.vintage.places import Place, distance_km

DEFAULT_KM = 50.0


@dataclass(frozen=True)
class Reach:
    """A hub that reaches a place.

    Attributes:
        hub: Its code.
        km: How far its nearest centre is.
    """

    hub: str
    km: float


class Hubs:
    """Hubs by their centres."""

    def __init__(self, units: Path) -> None:
        """Read the set.

        Args:
            units: The folder with `hubs.csv` and `hubs-places.csv`.
        """
        with (units / "hubs.csv").open(encoding="utf-8", newline="") as file:
            self.country = {row["unit"]: row["country"] for row in csv.DictReader(file)}
        with (units / "hubs-places.csv").open(encoding="utf-8", newline="") as file:
            centres = list(csv.DictReader(file))
        self.codes = tuple(self.country)
        self._hub = [row["unit"] for row in centres]
        self._of_id = {int(row["geonames"]): row["unit"] for row in centres if row["geonames"]}
        self._lat = np.array([float(row["lat"]) for row in centres])
        self._lon = np.array([float(row["lon"]) for row in centres])
        self._km = np.array([float(row["radius_km"] or DEFAULT_KM) for row in centres])
        self._also = [row["also_countries"].split("|") for row in centres]
        self._known: dict[Place, list[Reach]] = {}

    def reaching(self, place: Place) -> list[Reach]:
        """The hubs that reach a place, nearest first: those of its own country, else those that list it."""
        if place not in self._known:
            km = distance_km(place.lat, place.lon, self._lat, self._lon)
            near = sorted((km[row], row) for row in np.flatnonzero(km <= self._km))
            own = [(far, row) for far, row in near if self.country[self._hub[row]] == place.country]
            abroad = [(far, row) for far, row in near if place.country in self._also[row]]
            nearest: dict[str, float] = {}
            for far, row in own or abroad:
                nearest.setdefault(self._hub[row], float(far))
            self._known[place] = [Reach(hub, far) for hub, far in nearest.items()]
        return self._known[place]

    def of(self, place: Place) -> str:
        """The hub that a place lies in; empty where it lies in none."""
        if place.geonames in self._of_id:
            return self._of_id[place.geonames]
        reached = self.reaching(place)
        return reached[0].hub if reached else ""

    def beside(self, place: Place) -> Reach:
        """The hub of a place's country whose centre is nearest, however far; no hub where the country has none."""
        own = np.array([self.country[hub] == place.country for hub in self._hub])
        if not own.any():
            return Reach("", np.inf)
        km = np.where(own, distance_km(place.lat, place.lon, self._lat, self._lon), np.inf)
        return Reach(self._hub[int(km.argmin())], float(km.min()))
