"""Points at one place as one cell with a weight, and names of clusters by GeoNames."""

import functools
import math

import attrs
import numpy as np
import pandas as pd
from hubrank.scenario.places import EARTH_KM
from hubrank_fetching.geonames import BUILT_IN, Gazetteer
from sklearn.metrics.pairwise import haversine_distances
from sklearn.neighbors import BallTree


def at_cells(points: pd.DataFrame, size: float) -> pd.DataFrame:
    """`lat` and `lon` of each point's cell of this many degrees (0: unchanged); equal places are written equally."""
    spots = points[["lat", "lon"]].astype(float)
    if size:
        spots = ((spots / size).round() * size).round(9)
        spots["lat"] = spots["lat"].clip(-90, 90)
    lon = spots["lon"].where(spots["lon"] < 180, spots["lon"] - 360).where(spots["lat"].abs() < 90, 0.0)
    return spots.assign(lon=lon) + 0.0  # of two zeros one


def cells_of(points: pd.DataFrame, size: float) -> pd.DataFrame:
    """`lat`, `lon` and `amount` of each cell of this many degrees, in the order of latitude and longitude."""
    spots = at_cells(points, size).assign(amount=points["amount"].astype(float))
    return spots.groupby(["lat", "lon"], sort=True)["amount"].agg(math.fsum).reset_index()


def radians(spots: pd.DataFrame) -> np.ndarray:
    """Latitude and longitude as the haversine wants them."""
    return np.radians(spots[["lat", "lon"]].to_numpy(dtype=float))


def centre_of(spots: pd.DataFrame) -> tuple[float, float]:
    """The middle of some cells by their amounts, on the globe."""
    lat, lon = radians(spots).T
    weight = spots["amount"].to_numpy(dtype=float)
    x, y, z = (math.fsum(weight * item) for item in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 5), round(math.degrees(math.atan2(y, x)), 5)


GEONAMES = attrs.evolve(BUILT_IN, note="names and countries of clusters")
#: A place is named beside a cluster's largest if it has this share of its people; three are named at most.
_LARGE, _MOST = 1 / 3, 3
#: Places that are nearer to each other are one city and its parts.
_APART_KM = 20
#: A place names what lies so near.
_NEAR_KM = 10


@functools.cache
def gazetteer() -> pd.DataFrame:
    """Places with `name`, `country` (alpha-3), `lat`, `lon` and `population`, the largest first."""
    return Gazetteer.built_in().places


@functools.cache
def _tree() -> BallTree:
    return BallTree(radians(gazetteer()), metric="haversine")


def countries_of(spots: pd.DataFrame) -> pd.Series:
    """The country of the place nearest to each spot."""
    at = _tree().query(radians(spots), return_distance=False)[:, 0]
    return pd.Series(gazetteer()["country"].to_numpy()[at], index=spots.index)


def names_of_spots(spots: pd.DataFrame) -> list[str]:
    """The name of the largest place near each spot; its coordinates if there is none."""
    near = _tree().query_radius(radians(spots), _NEAR_KM / EARTH_KM)
    names = gazetteer()["name"]
    return [
        names.iloc[min(at)] if len(at) else coordinates(lat, lon)
        for at, lat, lon in zip(near, spots["lat"], spots["lon"], strict=True)
    ]


def coordinates(lat: float, lon: float) -> str:
    """A place that has no name: `78.22 N 15.65 E`."""
    return f"{abs(lat):.2f} {'N' if lat >= 0 else 'S'} {abs(lon):.2f} {'E' if lon >= 0 else 'W'}"


def names_of_clusters(cells: pd.DataFrame, labels: np.ndarray, count: int) -> list[str]:
    """The largest place of each cluster, joined to others as large that lie apart: `Tokyo-Yokohama`.

    A place is of the cluster (`labels`) of the nearest of the cells. Empty if one of the clusters has none.
    """
    if not count:
        return []
    distance, at = BallTree(radians(cells), metric="haversine").query(radians(gazetteer()))
    inside = distance[:, 0] * EARTH_KM <= _NEAR_KM
    places = gazetteer()[inside]
    cluster_of = labels[at[inside, 0]]
    return [_joined(places[cluster_of == number]) for number in range(count)]


def _joined(places: pd.DataFrame) -> str:
    """The names of the largest places that lie apart, the largest first."""
    chosen: list[int] = []
    large = places[places["population"] >= _LARGE * places["population"].max()]
    km = haversine_distances(radians(large)) * EARTH_KM if len(large) else np.empty((0, 0))
    for at in range(len(large)):
        if len(chosen) < _MOST and (km[at, chosen] > _APART_KM).all():
            chosen.append(at)
    return "-".join(large["name"].iloc[chosen])
