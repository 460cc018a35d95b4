"""From cells to clusters with names, and what lies in none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import field, frozen
from hubrank import UsageError
from hubrank.errors import fold_name
from hubrank.scenario.places import EARTH_KM
from sklearn.metrics.pairwise import haversine_distances

from hubrank_discover.cells import centre_of, radians
from hubrank_discover.density import NOISE, clustered
from hubrank_discover.linking import merged
from hubrank_discover.naming import coordinates, countries_of, names_of_clusters, names_of_spots
from hubrank_discover.shapes import outline

if TYPE_CHECKING:
    from hubrank_discover.linking import Links, Merging


@frozen(kw_only=True, eq=False)
class Hubs:
    """Clusters, the one of the largest amount first.

    Attributes:
        units: `unit`, `name`, `country`, `lat`, `lon`, `within_km` (from there to its farthest cell) and `amount`.
        cells: `lat`, `lon`, `amount`, `country`, `unit` (none in no cluster) and whether it is `dense`.
        outlines: The GeoJSON geometry of each unit.
        left: `name`, `lat`, `lon` and `amount` of the cells in no cluster, the largest first.
        radius_km: The radius.
        minimum: The amount that makes a place dense.
        merged: How many clusters became part of another by their links.
        unknown: The share of the links whose places the table has not.
    """

    units: pd.DataFrame
    cells: pd.DataFrame
    outlines: tuple[dict[str, Any], ...]
    left: pd.DataFrame
    radius_km: float
    minimum: int
    merged: int = field(default=0)
    unknown: float = field(default=0.0)


def hubs_of(cells: pd.DataFrame, radius_km: float, minimum: int, merging: Merging, links: Links | None) -> Hubs:
    """The clusters of cells.

    Args:
        cells: `lat`, `lon` and `amount`, as `cells_of` makes them.
        radius_km: The radius.
        minimum: The amount within it that makes a place dense.
        merging: When clusters are one, where there are links.
        links: What cells have in common.

    Raises:
        UsageError: There is no cluster.
    """
    labels, dense = clustered(cells, radius_km, minimum)
    before = int(labels.max(initial=NOISE)) + 1
    if not before:
        raise UsageError(_none(cells, radius_km, minimum))
    if links is not None:
        labels = merged(labels, cells, links, merging)
    count = int(labels.max()) + 1
    cells = cells.assign(label=labels, dense=dense, country=countries_of(cells))
    names = names_of_clusters(cells[labels != NOISE], labels[labels != NOISE], count)
    units = pd.DataFrame([_unit(own, name) for name, (_, own) in zip(names, _groups(cells), strict=True)])
    units.insert(0, "unit", _codes(units["name"].tolist()))
    shapes = [
        outline(own[own["dense"]], radius_km, centre)
        for *centre, (_, own) in zip(units["lat"], units["lon"], _groups(cells), strict=True)
    ]
    cells = cells.assign(unit=cells["label"].map(units["unit"])).drop(columns="label")
    return Hubs(
        units=units,
        cells=cells,
        outlines=tuple(shapes),
        left=_left(cells),
        radius_km=radius_km,
        minimum=minimum,
        merged=before - count,
        unknown=links.unknown if links else 0.0,
    )


def _groups(cells: pd.DataFrame) -> Any:
    return cells[cells["label"] != NOISE].groupby("label", sort=True)


def _none(cells: pd.DataFrame, radius_km: float, minimum: int) -> str:
    """What is said where no place is dense, with what would be."""
    from sklearn.neighbors import BallTree

    spots, amount = radians(cells), cells["amount"].to_numpy(dtype=float)
    near = BallTree(spots, metric="haversine").query_radius(spots, radius_km / EARTH_KM)
    most = max(math.fsum(amount[at]) for at in near)
    return (
        f"no place has {minimum} within {radius_km:g} km, so that there is no cluster; the most is {most:g}: "
        "lower --minimum or raise --radius"
    )


def _unit(own: pd.DataFrame, name: str) -> dict[str, Any]:
    """What is said of a cluster: its country is that of most of its amount."""
    lat, lon = centre_of(own)
    shares = own.groupby("country")["amount"].agg(math.fsum).reset_index()
    first = shares.sort_values(["amount", "country"], ascending=[False, True]).iloc[0]
    centre = pd.DataFrame({"lat": [lat], "lon": [lon]})
    far = float(haversine_distances(radians(centre), radians(own)).max()) * EARTH_KM
    return {
        "name": name or coordinates(lat, lon),
        "country": first["country"],
        "lat": lat,
        "lon": lon,
        "within_km": math.ceil(far * 10) / 10,
        "amount": math.fsum(own["amount"]),
    }


def _codes(names: list[str]) -> list[str]:
    """A code of each name; where names are alike, the later ones get numbers."""
    made: dict[str, None] = {}
    for name in names:
        words = "".join(each if each.isalnum() else " " for each in name.casefold()).split()
        code = "-".join(words) or fold_name(name)
        numbered = (code, *(f"{code}-{at}" for at in range(2, len(names) + 2)))
        made[next(each for each in numbered if each not in made)] = None
    return [*made]


def _left(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells in no cluster, the largest first."""
    left = cells.loc[cells["unit"].isna(), ["lat", "lon", "amount"]]
    left = left.sort_values(["amount", "lat", "lon"], ascending=[False, True, True]).reset_index(drop=True)
    left.insert(0, "name", names_of_spots(left) if len(left) else [])
    return left
