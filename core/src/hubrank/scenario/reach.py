"""Shapes that hold points: circles around centres, and polygons. The order of the units never decides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from hubrank.basis.arrays import Positions

    Floats = np.ndarray[Any, np.dtype[np.float64]]
    Objects = np.ndarray[Any, np.dtype[np.object_]]
    #: Points and the units that hold them, both by position, each pair once.
    Pairs = tuple[Positions, Positions]

#: The mean radius of the Earth, in kilometres.
EARTH_KM = 6371.0088

NOWHERE = -1

#: Distances on the unit sphere that are closer than this (0.6 mm) are equal.
_SAME = 1e-10


@frozen(kw_only=True, eq=False)
class Centres:
    """Points with a radius, one row each.

    Attributes:
        unit: The unit's position.
        order: The place of the unit's code when all codes are sorted; of equally near centres the first is taken.
        vector: The point on the unit sphere, shape `(centres, 3)`.
        radius_km: How far it reaches.
        country: The unit's own country; empty where it is unknown.
        also: Other countries whose rows may come to it.
    """

    unit: Positions
    order: Positions
    vector: Floats
    radius_km: Floats
    country: Objects
    also: tuple[frozenset[str], ...]

    def __len__(self) -> int:
        return len(self.unit)

    def chosen(self, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> Centres:
        """Some of them."""
        return Centres(
            unit=self.unit[keep],
            order=self.order[keep],
            vector=self.vector[keep],
            radius_km=self.radius_km[keep],
            country=self.country[keep],
            also=tuple(each for each, kept in zip(self.also, keep, strict=True) if kept),
        )

    def nearest(self, points: Floats) -> Positions:
        """The unit of the nearest centre that reaches each point, or `NOWHERE`; ties go by code."""
        best = np.full(len(points), NOWHERE, dtype=np.intp)
        closest = np.full(len(points), np.inf)
        first = np.full(len(points), np.iinfo(np.intp).max, dtype=np.intp)
        for radius in np.unique(self.radius_km):
            ring = self.chosen(self.radius_km == radius)
            distance, at = _nearest(ring, points, _chord(float(radius)))
            order = np.append(ring.order, np.iinfo(np.intp).max)[at]
            nearer = (distance < closest - _SAME) | ((distance <= closest + _SAME) & (order < first))
            closest[nearer], first[nearer], best[nearer] = distance[nearer], order[nearer], ring.unit[at[nearer]]
        return best

    def holding(self, points: Floats, country: Objects | None) -> Pairs:
        """Every point with every unit whose circle holds it and that may take rows of its country."""
        from scipy.spatial import cKDTree

        pairs = [np.empty((0, 2), dtype=np.intp)]
        for radius in np.unique(self.radius_km):
            ring, reach = np.flatnonzero(self.radius_km == radius), np.nextafter(_chord(float(radius)), np.inf)
            near: Any = cKDTree(self.vector[ring]).query_ball_point(points, reach)
            pairs += [np.column_stack([np.full(len(at), point), ring[at]]) for point, at in enumerate(near) if len(at)]
        point, centre = np.concatenate(pairs).astype(np.intp).T
        if country is not None:
            taken = [self._takes(at, name) for at, name in zip(centre, country[point], strict=True)]
            keep = np.array(taken, dtype=bool)
            point, centre = point[keep], centre[keep]
        return each_once(point, self.unit[centre])

    def _takes(self, centre: int, country: Any) -> bool:
        return not isinstance(country, str) or self.country[centre] in ("", country) or country in self.also[centre]


@frozen(kw_only=True, eq=False)
class Polygons:
    """Polygons, one row each.

    Attributes:
        unit: The unit's position.
        order: The place of the unit when all are sorted from the smallest area to the largest, equal ones by code.
        shapes: The polygons.
    """

    unit: Positions
    order: Positions
    shapes: Objects

    @classmethod
    def of(cls, unit: Sequence[int], shapes: Sequence[Any], codes: Sequence[str]) -> Polygons:
        """Polygons with their order.

        Args:
            unit: The unit's position.
            shapes: The polygons.
            codes: The codes of all units.
        """
        areas: dict[int, list[float]] = {}
        for at, each in zip(unit, shapes, strict=True):
            areas.setdefault(at, []).append(_area(each))
        total = {at: float(f"{math.fsum(each):.12g}") for at, each in areas.items()}
        ranked = {at: place for place, at in enumerate(sorted(total, key=lambda at: (total[at], codes[at])))}
        made = np.empty(len(shapes), dtype=object)
        made[:] = shapes
        return cls(
            unit=np.array(unit, dtype=np.intp),
            order=np.array([ranked[at] for at in unit], dtype=np.intp),
            shapes=made,
        )

    def __len__(self) -> int:
        return len(self.unit)

    def holding(self, lat: Floats, lon: Floats) -> Pairs:
        """Every point with every unit whose polygon holds it, edges included."""
        point, at = self._pairs(lat, lon)
        return each_once(point, self.unit[at])

    def smallest(self, lat: Floats, lon: Floats) -> Positions:
        """The unit of the smallest polygons that hold each point, or `NOWHERE`."""
        found = np.full(len(lat), NOWHERE, dtype=np.intp)
        point, at = self._pairs(lat, lon)
        largest_first = np.argsort(-self.order[at], kind="stable")
        found[point[largest_first]] = self.unit[at[largest_first]]
        return found

    def _pairs(self, lat: Floats, lon: Floats) -> Pairs:
        """Every point with every polygon that holds it."""
        if not len(self) or not len(lat):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        import shapely

        at, point = shapely.STRtree(shapely.points(lon, lat)).query(self.shapes, predicate="intersects")
        return point.astype(np.intp), at.astype(np.intp)


def each_once(point: Positions, unit: Positions) -> Pairs:
    """Pairs of a point and a unit without repetition, in the points' order."""
    pairs = np.unique(np.column_stack([point, unit]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def code_order(codes: Sequence[str]) -> Mapping[int, int]:
    """The place of each unit, by position, when their codes are sorted."""
    return {at: place for place, at in enumerate(sorted(range(len(codes)), key=codes.__getitem__))}


def sphere(lat: Floats, lon: Floats) -> Floats:
    """Points on the unit sphere, shape `(points, 3)`, of latitudes and longitudes in degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _nearest(ring: Centres, points: Floats, chord: float) -> tuple[Floats, Positions]:
    """The distance and the centre of each point, infinite and beyond the last where none reaches it."""
    from scipy.spatial import cKDTree

    tree = cKDTree(ring.vector)
    found = tree.query(points, k=[1, 2], distance_upper_bound=np.nextafter(chord, np.inf))
    distance, at = np.asarray(found[0]), np.asarray(found[1])[:, 0]
    tied = np.flatnonzero(np.isfinite(distance[:, 1]) & (distance[:, 1] <= distance[:, 0] + _SAME))
    reach = np.minimum(distance[tied, 0] + _SAME, chord)
    for point, near in zip(tied, tree.query_ball_point(points[tied], reach), strict=True):
        at[point] = min(near, key=ring.order.__getitem__)
    return distance[:, 0], at


def _chord(radius_km: float) -> float:
    """The straight distance on the unit sphere that a distance along it spans."""
    return float(2 * np.sin(min(radius_km / EARTH_KM, np.pi) / 2))


def _area(polygon: Any) -> float:
    """A polygon's area in a cylindrical equal-area projection."""
    import shapely

    flat = shapely.transform(polygon, lambda at: np.column_stack([np.radians(at[:, 0]), np.sin(np.radians(at[:, 1]))]))
    return float(shapely.area(flat))
