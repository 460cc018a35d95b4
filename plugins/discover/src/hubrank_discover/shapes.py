"""The outline of a cluster: all that lies within the radius of its dense cells, as GeoJSON has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from hubrank.scenario.places import EARTH_KM

from hubrank_discover.cells import radians

if TYPE_CHECKING:
    import pandas as pd

#: Corners of a quarter of a circle.
_CORNERS = 8
#: Farther than any cluster reaches.
_FAR_KM = 20_000
#: What is cut out at a pole: a wedge so thin, and a circle so small.
_THIN, _TINY_KM = 1e-6, 0.01


def outline(dense: pd.DataFrame, radius_km: float, centre: Sequence[float]) -> dict[str, Any]:
    """The circles around dense cells as one GeoJSON geometry, cut where it crosses the antimeridian.

    Args:
        dense: The cluster's dense cells.
        radius_km: The radius.
        centre: Latitude and longitude around which the globe is laid flat (azimuthal, equidistant).
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
    round_ = shapely.transform(flat, lambda each: _round(each, here))
    pieces = [
        shapely.transform(
            shapely.intersection(round_, shapely.box(-180 + turn, -90, 180 + turn, 90)),
            lambda each, turn=turn: np.round(each - [turn, 0], 5),
        )
        for turn in (-360, 0, 360)
    ]
    parts = [part for piece in pieces for part in shapely.get_parts(piece) if part.geom_type == "Polygon" and part.area]
    whole = shapely.MultiPolygon([shapely.geometry.polygon.orient(part) for part in parts])
    made: dict[str, Any] = shapely.geometry.mapping(whole if len(parts) > 1 else whole.geoms[0])
    return made


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
