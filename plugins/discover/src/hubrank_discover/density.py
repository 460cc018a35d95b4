"""Clusters by density on the globe: DBSCAN of scikit-learn, and a rule for what it leaves to the order of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hubrank.scenario.places import EARTH_KM
from sklearn.cluster import DBSCAN
from sklearn.neighbors import BallTree

from hubrank_discover.cells import radians

if TYPE_CHECKING:
    Labels = np.ndarray[tuple[int], np.dtype[np.intp]]
    Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

NOISE = -1


def clustered(cells: pd.DataFrame, radius_km: float, minimum: int) -> tuple[Labels, Mask]:
    """The cluster of each cell, the one of the largest amount 0, and whether the cell is dense.

    A cell is dense if the cells within the radius, itself among them, have the minimum together. Dense cells that
    reach each other are a cluster; a cell that is not dense belongs to the nearest dense one within the radius.

    Args:
        cells: `lat`, `lon` and `amount`, in the order of latitude and longitude.
        radius_km: The radius.
        minimum: The amount.
    """
    spots, reach = radians(cells), radius_km / EARTH_KM
    found = DBSCAN(eps=reach, min_samples=minimum, metric="haversine", algorithm="ball_tree")
    found.fit(spots, sample_weight=cells["amount"].to_numpy(dtype=float))
    dense = np.zeros(len(cells), dtype=bool)
    dense[found.core_sample_indices_] = True
    labels = np.where(dense, found.labels_, NOISE).astype(np.intp)
    labels = by_amount(labels, cells)
    if dense.any():
        labels[~dense] = _nearest(spots[dense], labels[dense], spots[~dense], reach)
    return by_amount(labels, cells), dense


def by_amount(labels: Labels, cells: pd.DataFrame) -> Labels:
    """Clusters numbered from the largest amount on; of equal ones the southernmost first."""
    inside = pd.DataFrame({"label": labels, "amount": cells["amount"].to_numpy(), "at": np.arange(len(labels))})
    inside = inside[inside["label"] != NOISE]
    order = inside.groupby("label").agg(amount=("amount", "sum"), at=("at", "min"))
    order = order.sort_values(["amount", "at"], ascending=[False, True])
    numbers = {label: number for number, label in enumerate(order.index)}
    return np.array([numbers.get(each, NOISE) for each in labels.tolist()], dtype=np.intp)


def _nearest(dense: object, labels: Labels, others: object, reach: float) -> Labels:
    """The cluster of the nearest dense cell within reach; of equally near ones the largest."""
    others = np.asarray(others)
    if not len(others):
        return np.empty(0, dtype=np.intp)
    at, distance = BallTree(np.asarray(dense), metric="haversine").query_radius(
        others, reach, return_distance=True, sort_results=True
    )
    made = [
        labels[near[far <= far[0] + 1e-10]].min() if len(near) else NOISE  # 0.6 mm are no difference
        for near, far in zip(at, distance, strict=True)
    ]
    return np.array(made, dtype=np.intp)
