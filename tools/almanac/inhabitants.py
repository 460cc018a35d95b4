"""Inhabitants by one procedure for all places: GeoNames' towns, and the rest of UN agglomerations around them."""

import re

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from tools.almanac.sources import Gazetteer, Sources
from tools.vintage.rows import Account, Place, Table, distance_km, points_km, table_of, with_place_columns

YEAR = 2020
SAME_KM = 25.0
#: People per km2 of a city proper (London has 5,700, Berlin 4,200): the circle of that density is its own area.
CITY_DENSITY = 5_000.0
#: People per km2 of the thinnest agglomerations (Atlanta has 660, Knoxville 490): that circle encloses any.
THINNEST = 500.0
#: The radius of the largest agglomeration, New York's 12,000 km2.
WIDEST_KM = 62.0
#: A smaller town is added to the nearest with at least this many inhabitants within `GATHERED_KM`, if there is one.
LEAST = 15_000
GATHERED_KM = 50.0


def inhabitants(sources: Sources) -> Table:
    """Place inhabitants of towns, and for UN agglomerations of 300,000 or more those beyond the towns in them."""
    gazetteer = sources.gazetteer
    listed = gazetteer.towns()
    towns = outside_larger(listed, np.sqrt(listed["inhabitants"] / (CITY_DENSITY * np.pi)))
    kept = Account("inhabitants", "GeoNames, places of 5,000 or more", "inhabitants", "geonames")
    kept.remark = "inside a larger city of the country, which has their inhabitants"
    kept.rows, kept.placed = len(listed), len(towns)
    kept.amount, kept.amount_placed = float(listed["inhabitants"].sum()), float(towns["inhabitants"].sum())
    gathered = towns.groupby(_gathered(towns))["inhabitants"].sum()
    rows = pd.DataFrame(
        {"place": [gazetteer.by_id(geonames) for geonames in gathered.index], "population": gathered.to_numpy()}
    ).assign(origin="geonames", vintage="2026-07", method="")
    beyond = Account("inhabitants", "UN WUP 2018, file 12", "agglomerations", "un-wup-2018")
    agglomerations = _agglomerations(sources, beyond)
    more = agglomerations.assign(population=_beyond(agglomerations, towns))
    more = more.loc[more["population"] > 0, ["place", "population"]]
    more = more.assign(origin="un-wup-2018", vintage="2018", method="beyond GeoNames' towns in it")
    table = with_place_columns(pd.concat([rows, more], ignore_index=True))
    return table_of("inhabitants", table, ["population"], 0, [kept, beyond], year=YEAR)


def outside_larger(towns: pd.DataFrame, radius_km: pd.Series) -> pd.DataFrame:
    """Of towns, largest first, those that lie in the circle of no larger one of their country that is left itself."""
    points, country = points_km(towns["lat"], towns["lon"]), towns["country"].to_numpy()
    left = np.ones(len(towns), dtype=bool)
    for row, near in enumerate(cKDTree(points).query_ball_point(points, radius_km.to_numpy())):
        if left[row]:
            smaller = np.array(near, dtype=int)
            left[smaller[(smaller > row) & (country[smaller] == country[row])]] = False
    return towns[left].reset_index(drop=True)


def _gathered(towns: pd.DataFrame) -> pd.Series:
    """For each town the GeoNames id of the place that it stands at."""
    at = towns["geonames"].copy()
    for _, own in towns.groupby("country"):
        large = own[own["inhabitants"] >= LEAST]
        tree = cKDTree(points_km(large["lat"], large["lon"]))
        far, nearest = tree.query(points_km(own["lat"], own["lon"]), distance_upper_bound=GATHERED_KM)
        near = np.isfinite(far)
        at[own.index[near]] = large["geonames"].to_numpy()[nearest[near]]
    return at


def _agglomerations(sources: Sources, account: Account) -> pd.DataFrame:
    """The UN's agglomerations: `place, lat, lon, inhabitants`."""
    listed = pd.read_csv(sources.raw / "gazetteer/un_wup2018_urban_agglomerations_over_300k.csv", keep_default_na=False)
    for row in listed.to_dict("records"):
        country = sources.gazetteer.alpha2(row["country"])
        place = _agglomeration(row, country, sources.gazetteer) if country else None
        people = float(row[f"population_thousands_{YEAR}"]) * 1000
        account.count(
            place, name=f"{row['urban_agglomeration']}, {row['country']}", country=country, inhabitants=people
        )
    found = pd.DataFrame(account.records)
    return found.assign(lat=[place.lat for place in found["place"]], lon=[place.lon for place in found["place"]])


def _agglomeration(row: dict[str, object], country: str, gazetteer: Gazetteer) -> Place:
    lat, lon = round(float(row["lat"]), 5), round(float(row["lon"]), 5)
    name = str(row["urban_agglomeration"])
    outside = re.sub(r"\([^)]*\)", "", name).split(",")[0].strip()
    for spelling in (outside, *re.findall(r"\(([^)]*)\)", name), *outside.split("-"), *outside.split("/")):
        city = gazetteer.find(spelling, country)
        if city and float(distance_km(lat, lon, city.lat, city.lon)) <= SAME_KM:
            return Place(city.country, city.name, lat, lon, city.geonames)
    return Place(gazetteer.alpha3(country), name, lat, lon)


def _beyond(agglomerations: pd.DataFrame, towns: pd.DataFrame) -> np.ndarray:
    """The excess of each agglomeration over the towns in it, at least 0; those in one city's own area are one."""
    people, of_towns = agglomerations["inhabitants"].to_numpy(), towns["inhabitants"].to_numpy(dtype=float)
    wide = np.minimum(np.sqrt(people / (THINNEST * np.pi)), WIDEST_KM)
    owner = _holder(agglomerations, wide, towns)
    city = _holder(towns, np.sqrt(of_towns / (CITY_DENSITY * np.pi)), agglomerations)
    one = np.where((city >= 0) & (owner[city] >= 0), owner[city], np.arange(len(people)))
    one = one[one]
    inside = owner >= 0
    whole = np.bincount(one, people, minlength=len(people))
    there = np.bincount(one[owner[inside]], of_towns[inside], minlength=len(people))
    return np.maximum(whole - there, 0.0)


def _holder(areas: pd.DataFrame, radius_km: np.ndarray, points: pd.DataFrame) -> np.ndarray:
    """For each point the circle in which it lies, nearest in relation to the radius; -1 if none."""
    centres, spots = points_km(areas["lat"], areas["lon"]), points_km(points["lat"], points["lon"])
    holder, best = np.full(len(points), -1), np.full(len(points), np.inf)
    for area, near in enumerate(cKDTree(spots).query_ball_point(centres, radius_km)):
        rows = np.array(near, dtype=int)
        share = np.linalg.norm(spots[rows] - centres[area], axis=1) / radius_km[area]
        nearer = share < best[rows]
        holder[rows[nearer]], best[rows[nearer]] = area, share[nearer]
    return holder
