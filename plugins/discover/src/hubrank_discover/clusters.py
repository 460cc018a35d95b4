"""Clusters of points: by density on the globe, merged by their links, with outlines."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from attrs import field, frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.io.cells import NUMBER, CellFormat
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank.plugin import FileProblem, UsageError
from hubrank.scenario.places import EARTH_KM, code_text
from sklearn.cluster import DBSCAN
from sklearn.metrics.pairwise import haversine_distances
from sklearn.neighbors import BallTree

from hubrank_discover.naming import (
    at_cells,
    centre_of,
    coordinates,
    countries_of,
    names_of_clusters,
    names_of_spots,
    radians,
)

NOISE = -1


def clustered(cells: pd.DataFrame, radius_km: float, minimum: int) -> tuple[np.ndarray, np.ndarray]:
    """The cluster of each cell, the one of the largest amount 0, and whether the cell is dense.

    A cell is dense if the cells within the radius, itself among them, have the minimum together. Dense cells that
    reach each other are a cluster; a cell that is not dense belongs to the nearest dense one within the radius.
    Cells are in the order of latitude and longitude.
    """
    spots, reach = radians(cells), radius_km / EARTH_KM
    found = DBSCAN(eps=reach, min_samples=minimum, metric="haversine", algorithm="ball_tree")
    found.fit(spots, sample_weight=cells["amount"].to_numpy(dtype=float))
    dense = np.zeros(len(cells), dtype=bool)
    dense[found.core_sample_indices_] = True
    labels = np.where(dense, found.labels_, NOISE).astype(np.intp)
    labels = by_amount(labels, cells)
    if dense.any() and not dense.all():
        tree, cluster_of = BallTree(spots[dense], metric="haversine"), labels[dense]
        near, far = tree.query_radius(spots[~dense], reach, return_distance=True, sort_results=True)
        labels[~dense] = [  # of equally near ones the largest; 0.6 mm are no difference
            cluster_of[at[km <= km[0] + 1e-10]].min() if len(at) else NOISE for at, km in zip(near, far, strict=True)
        ]
    return by_amount(labels, cells), dense


def by_amount(labels: np.ndarray, cells: pd.DataFrame) -> np.ndarray:
    """Clusters numbered from the largest amount on; of equal ones the southernmost first."""
    inside = pd.DataFrame({"label": labels, "amount": cells["amount"].to_numpy(), "at": np.arange(len(labels))})
    order = inside[labels != NOISE].groupby("label").agg(amount=("amount", "sum"), at=("at", "min"))
    order = order.sort_values(["amount", "at"], ascending=[False, True])
    numbers = {label: number for number, label in enumerate(order.index)}
    return np.array([numbers.get(item, NOISE) for item in labels.tolist()], dtype=np.intp)


@frozen(kw_only=True, eq=False)
class Links:
    """Pairs of cells (`a`, `b`, their positions) with their common amount (`amount`).

    `unknown` is the share of the amount whose places the table has not.
    """

    frame: pd.DataFrame
    unknown: float


def links_of(path: Path, points: pd.DataFrame, cells: pd.DataFrame, key: str, size: float) -> Links:
    """The links of a file with `a`, `b` and `amount`, places of the points' column `key`, whichever comes first.

    Raises:
        UsageError: It has not the columns, a cell is no number, or it names no place of the table.
    """
    frame, problems = read_with_errors(path, CellFormat(), ReadSpec(texts=["a", "b"], kinds={"amount": NUMBER}))
    if frame is None or problems:
        raise UsageError("\n".join(problems))
    try:
        require(frame, path.name, ["a", "b", "amount"])
    except FileProblem as error:
        raise UsageError("\n".join(error.problems)) from error
    if (frame["amount"] < 0).any():
        raise UsageError(f"{path.name}: an amount must not be negative; got {frame['amount'].min()}")
    number = {spot: at for at, spot in enumerate(zip(cells["lat"], cells["lon"], strict=True))}
    spots = at_cells(points, size)
    at = [number[spot] for spot in zip(spots["lat"], spots["lon"], strict=True)]
    named = pd.DataFrame({"name": points[key].to_numpy(dtype=object), "at": at}).dropna().drop_duplicates()
    named["name"] = named["name"].map(code_text)
    if several := sorted(named.loc[named["name"].duplicated(), "name"].unique()):
        raise UsageError(
            f"the table's column '{key}' has one name for several places, so links are ambiguous: "
            f"{shorten_list(several)}"
        )
    at = dict(zip(named["name"], named["at"], strict=True))
    whole = frame.assign(a=frame["a"].map(at), b=frame["b"].map(at)).dropna(subset="amount")
    known = whole.dropna()
    if not known["amount"].sum() > 0:
        raise UsageError(f"{path.name}: none of its links is between places that the table's column '{key}' names")
    known = known.astype({"a": int, "b": int}).sort_values(["a", "b", "amount"])
    return Links(frame=known, unknown=float(1 - known["amount"].sum() / whole["amount"].sum()))


def merged(labels: np.ndarray, cells: pd.DataFrame, links: Links, above: float, near_km: float) -> np.ndarray:
    """Merge neighbouring clusters that share more than a part of either's outward links.

    The pair with the greatest share is merged first, and then all shares are computed again.

    Args:
        labels: The cluster of each cell.
        cells: The cells.
        links: The links between them.
        above: The share of a cluster's outward links that must be exceeded by those with its neighbour.
        near_km: The largest distance of the nearest cells of neighbours.
    """
    count = int(labels.max(initial=NOISE)) + 1
    common = np.zeros((count + 1, count + 1))  # the last row and column are of cells in no cluster
    a, b = (np.where(labels[links.frame[name]] == NOISE, count, labels[links.frame[name]]) for name in ("a", "b"))
    np.add.at(common, (a, b), links.frame["amount"].to_numpy(dtype=float))
    common += common.T
    near = np.zeros((count, count), dtype=bool)
    if count:
        inside = np.flatnonzero(labels != NOISE)
        spots = radians(cells.iloc[inside])
        around = BallTree(spots, metric="haversine").query_radius(spots, near_km / EARTH_KM)
        for at, others in zip(inside, around, strict=True):
            near[labels[at], labels[inside[others]]] = True
    for item in (common, near):
        np.fill_diagonal(item, 0)
    parent = np.arange(count)
    while True:
        outward = common.sum(axis=1, keepdims=True)[:count]
        share = np.divide(common[:count, :count], outward, out=np.zeros((count, count)), where=outward > 0)
        share = np.where(near, np.maximum(share, share.T), 0.0)
        if not share.size or share.max() <= above:
            return by_amount(np.where(labels == NOISE, NOISE, parent[labels]).astype(np.intp), cells)
        first, second = sorted(np.unravel_index(int(share.argmax()), share.shape))
        for item in (common, near):
            item[first, :] += item[second, :]
            item[:, first] += item[:, second]
            item[second, :] = item[:, second] = 0
            item[first, first] = 0
        parent[parent == second] = first


#: Corners of a quarter of a circle.
_CORNERS = 8
#: Farther than any cluster reaches.
_FAR_KM = 20_000
#: The shapes cut out at a pole: a thin wedge, and a small circle.
_THIN, _TINY_KM = 1e-6, 0.01


def outline(dense: pd.DataFrame, radius_km: float, centre: Sequence[float]) -> dict[str, Any]:
    """The circles around dense cells as one GeoJSON geometry, cut where it crosses the antimeridian.

    The globe is laid flat around the centre, latitude and longitude (azimuthal, equidistant).
    """
    here = np.radians(np.array(centre))
    flat = shapely.union_all(shapely.buffer(shapely.points(_flat(radians(dense), here)), radius_km, quad_segs=_CORNERS))
    side = 1.0 if here[0] >= 0 else -1.0
    pole = np.array([0.0, EARTH_KM * (side * np.pi / 2 - here[0])])
    if flat.intersects(shapely.Point(pole)):
        # Without the pole itself and a wedge from it along a meridian, the outline is one of longitudes as well.
        ends = [(way * _FAR_KM * _THIN, pole[1] + side * _FAR_KM) for way in (1, -1)]
        wedge = shapely.Polygon([tuple(pole), *ends])
        flat = flat.difference(shapely.union(wedge, shapely.Point(pole).buffer(_TINY_KM, _CORNERS)))
    round_ = shapely.transform(flat, lambda item: _round(item, here))
    pieces = [
        shapely.transform(
            shapely.intersection(round_, shapely.box(-180 + turn, -90, 180 + turn, 90)),
            lambda item, turn=turn: np.round(item - [turn, 0], 5),
        )
        for turn in (-360, 0, 360)
    ]
    parts = [part for piece in pieces for part in shapely.get_parts(piece) if part.geom_type == "Polygon" and part.area]
    whole = shapely.MultiPolygon([shapely.geometry.polygon.orient(part) for part in parts])
    result: dict[str, Any] = shapely.geometry.mapping(whole if len(parts) > 1 else whole.geoms[0])
    return result


def _flat(spots: Any, here: Any) -> Any:
    """Kilometres east and north of the centre."""
    lat, turn = spots[:, 0], spots[:, 1] - here[1]
    cosine = np.sin(here[0]) * np.sin(lat) + np.cos(here[0]) * np.cos(lat) * np.cos(turn)
    east = np.cos(lat) * np.sin(turn)
    north = np.cos(here[0]) * np.sin(lat) - np.sin(here[0]) * np.cos(lat) * np.cos(turn)
    far = np.arctan2(np.hypot(east, north), cosine)
    return EARTH_KM * np.column_stack([east, north]) * (far / np.maximum(np.hypot(east, north), 1e-300))[:, None]


def _round(flat: Any, here: Any) -> Any:
    """Longitude, counted on beyond 180 degrees from that of the centre, and latitude."""
    far, way = np.hypot(flat[:, 0], flat[:, 1]) / EARTH_KM, np.arctan2(flat[:, 0], flat[:, 1])
    lat = np.arcsin(np.clip(np.sin(here[0]) * np.cos(far) + np.cos(here[0]) * np.sin(far) * np.cos(way), -1, 1))
    turn = np.arctan2(np.sin(way) * np.sin(far) * np.cos(here[0]), np.cos(far) - np.sin(here[0]) * np.sin(lat))
    return np.column_stack([np.degrees(here[1] + turn), np.degrees(lat)])


@frozen(kw_only=True, eq=False)
class Hubs:
    """Clusters, the one of the largest amount first.

    Attributes:
        units: `unit`, `name`, `country`, `lat`, `lon`, `within_km` (from there to its farthest cell) and `amount`.
        cells: `lat`, `lon`, `amount`, `country`, `unit` (none in no cluster) and whether it is `dense`.
        outlines: The GeoJSON geometry of each unit.
        left: `name`, `lat`, `lon` and `amount` of the cells in no cluster, the largest first.
        merged: The number of clusters that became part of another by their links.
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


def hubs_of(
    cells: pd.DataFrame, radius_km: float, minimum: int, links: Links | None, above: float, near_km: float
) -> Hubs:
    """The clusters of cells, as `cells_of` makes them, by `clustered` and, where there are links, by `merged`.

    Raises:
        UsageError: There is no cluster.
    """
    labels, dense = clustered(cells, radius_km, minimum)
    before = int(labels.max(initial=NOISE)) + 1
    if not before:
        spots, amount = radians(cells), cells["amount"].to_numpy(dtype=float)
        near = BallTree(spots, metric="haversine").query_radius(spots, radius_km / EARTH_KM)
        raise UsageError(
            f"no place has {minimum} within {radius_km:g} km, so there is no cluster; the most is "
            f"{max(math.fsum(amount[at]) for at in near):g}: lower --min-amount or raise --radius"
        )
    if links is not None:
        labels = merged(labels, cells, links, above, near_km)
    count = int(labels.max()) + 1
    cells = cells.assign(label=labels, dense=dense, country=countries_of(cells))
    names = names_of_clusters(cells[labels != NOISE], labels[labels != NOISE], count)
    groups = [members for _, members in cells[labels != NOISE].groupby("label", sort=True)]
    units = pd.DataFrame([_unit(members, name) for name, members in zip(names, groups, strict=True)])
    units.insert(0, "unit", _codes(units["name"].tolist()))
    shapes = [
        outline(members[members["dense"]], radius_km, centre)
        for *centre, members in zip(units["lat"], units["lon"], groups, strict=True)
    ]
    cells = cells.assign(unit=cells["label"].map(units["unit"])).drop(columns="label")
    left = cells.loc[cells["unit"].isna(), ["lat", "lon", "amount"]]
    left = left.sort_values(["amount", "lat", "lon"], ascending=[False, True, True]).reset_index(drop=True)
    left.insert(0, "name", names_of_spots(left) if len(left) else [])
    return Hubs(
        units=units,
        cells=cells,
        outlines=tuple(shapes),
        left=left,
        radius_km=radius_km,
        minimum=minimum,
        merged=before - count,
        unknown=links.unknown if links else 0.0,
    )


def _unit(members: pd.DataFrame, name: str) -> dict[str, Any]:
    """The attributes of a cluster: its country is that of most of its amount."""
    lat, lon = centre_of(members)
    shares = members.groupby("country")["amount"].agg(math.fsum).reset_index()
    first = shares.sort_values(["amount", "country"], ascending=[False, True]).iloc[0]
    centre = pd.DataFrame({"lat": [lat], "lon": [lon]})
    far = float(haversine_distances(radians(centre), radians(members)).max()) * EARTH_KM
    return {
        "name": name or coordinates(lat, lon),
        "country": first["country"],
        "lat": lat,
        "lon": lon,
        "within_km": math.ceil(far * 10) / 10,
        "amount": math.fsum(members["amount"]),
    }


def _codes(names: list[str]) -> list[str]:
    """A code for each name; repeated names get numbers."""
    result: dict[str, None] = {}
    for name in names:
        words = "".join(item if item.isalnum() else " " for item in name.casefold()).split()
        code = "-".join(words) or fold_name(name)
        numbered = (code, *(f"{code}-{at}" for at in range(2, len(names) + 2)))
        result[next(item for item in numbered if item not in result)] = None
    return [*result]
