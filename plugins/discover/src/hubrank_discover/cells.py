"""Points at one place as one cell with a weight, in an order that no order of rows decides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def at_cells(points: pd.DataFrame, size: float) -> pd.DataFrame:
    """`lat` and `lon` of each point's cell; what is one place on the globe is written in one way.

    Args:
        points: `lat` and `lon`.
        size: Degrees of a cell; 0 for points as they are.
    """
    spots = points[["lat", "lon"]].astype(float)
    if size:
        spots = ((spots / size).round() * size).round(9)
        spots["lat"] = spots["lat"].clip(-90, 90)
    lon = spots["lon"].where(spots["lon"] < 180, spots["lon"] - 360).where(spots["lat"].abs() < 90, 0.0)
    return spots.assign(lon=lon) + 0.0  # of two zeros one


def cells_of(points: pd.DataFrame, size: float) -> pd.DataFrame:
    """`lat`, `lon` and `amount` of each cell, in the order of latitude and longitude.

    Args:
        points: `lat`, `lon` and `amount`.
        size: Degrees of a cell; 0 for points as they are.
    """
    spots = at_cells(points, size).assign(amount=points["amount"].astype(float))
    return spots.groupby(["lat", "lon"], sort=True)["amount"].agg(math.fsum).reset_index()


def radians(spots: pd.DataFrame) -> Floats:
    """Latitude and longitude as the haversine wants them."""
    made: Floats = np.radians(spots[["lat", "lon"]].to_numpy(dtype=float))
    return made


def centre_of(spots: pd.DataFrame) -> tuple[float, float]:
    """The middle of some cells by their amounts, on the globe."""
    lat, lon = radians(spots).T
    weight = spots["amount"].to_numpy(dtype=float)
    x, y, z = (math.fsum(weight * each) for each in (np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 5), round(math.degrees(math.atan2(y, x)), 5)
