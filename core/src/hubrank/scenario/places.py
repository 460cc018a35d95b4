"""The unit of a row: by code, polygon or circle."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank.errors import FileProblem, fold_name, library, shorten_list
from hubrank.io.cells import DISTANCE, LATITUDE, LONGITUDE, invalid_cells, read_numbers
from hubrank.numeric import Array, Mask, Positions, Texts, kinds_of
from hubrank.plugin.units import SCHEMES, UnitIndex

if TYPE_CHECKING:
    import pandas as pd

Pairs = tuple[Positions, Positions]
Overlap = Literal["nearest", "all", "error"]
Match = Literal["exact", "folded"]

#: The mean radius of the Earth, in kilometres.
EARTH_KM = 6371.0088

NOWHERE = -1

#: Distances on the unit sphere that are closer than this (0.6 mm) are equal.
_SAME = 1e-10
_POLYGONS = "a set of units with polygons"


@frozen(kw_only=True, eq=False)
class Centres:
    """Points with a radius, one row each, for units by their positions.

    Attributes:
        order: The rank of the unit's code when all codes are sorted; of equally near centres the first is used.
        vector: The point on the unit sphere, shape `(centres, 3)`.
        reach: The straight distance on the unit sphere that its radius spans.
        country: The unit's own country; empty if it is unknown.
        also: Other countries whose rows may be assigned to it.
    """

    unit: Positions
    order: Positions
    vector: Array
    reach: Array
    country: Texts
    also: Texts

    def nearest(self, points: Array, keep: Mask) -> Positions:
        """The unit of the nearest kept centre within whose radius each point is, or `NOWHERE`; ties go by code."""
        best = np.full(len(points), NOWHERE, dtype=np.intp)
        closest = np.full(len(points), np.inf)
        first = np.full(len(points), np.iinfo(np.intp).max, dtype=np.intp)
        for chord in np.unique(self.reach[keep]):
            ring = np.flatnonzero(keep & (self.reach == chord))
            order, tree = self.order[ring], _tree(self.vector[ring])
            found = tree.query(points, k=[1, 2], distance_upper_bound=np.nextafter(chord, np.inf))
            distances, at = np.asarray(found[0]), np.asarray(found[1])[:, 0]
            distance = distances[:, 0]
            tied = np.flatnonzero(np.isfinite(distances[:, 1]) & (distances[:, 1] <= distance + _SAME))
            reach = np.minimum(distance[tied] + _SAME, chord)
            for point, near in zip(tied, tree.query_ball_point(points[tied], reach), strict=True):
                at[point] = min(near, key=order.__getitem__)
            order = np.append(order, np.iinfo(np.intp).max)[at]
            nearer = (distance < closest - _SAME) | ((distance <= closest + _SAME) & (order < first))
            closest[nearer], first[nearer], best[nearer] = distance[nearer], order[nearer], self.unit[ring[at[nearer]]]
        return best

    def holding(self, points: Array, country: Texts) -> Pairs:
        """Every point with every unit whose circle holds it and that may have rows of its country."""
        pairs = []
        for chord in np.unique(self.reach):
            ring, reach = np.flatnonzero(self.reach == chord), np.nextafter(chord, np.inf)
            near: Any = _tree(self.vector[ring]).query_ball_point(points, reach)
            pairs += [
                (point, centre)
                for point, at in enumerate(near)
                for centre in ring[at]
                if country[point] is None
                or self.country[centre] in ("", country[point])
                or country[point] in self.also[centre]
            ]
        point, centre = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return point, self.unit[centre]


@frozen(kw_only=True, eq=False)
class Polygons:
    """Polygons, one row each, for units by their positions.

    Units have an `order` from the smallest area to the largest, equal ones by code.
    """

    unit: Positions
    order: Positions
    shapes: Texts

    def holding(self, lat: Array, lon: Array) -> Pairs:
        """Every point with every polygon that holds it, edges included."""
        if not len(self.unit) or not len(lat):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        shapely = library("shapely", _POLYGONS)
        at, point = shapely.STRtree(shapely.points(lon, lat)).query(self.shapes, predicate="intersects")
        return point.astype(np.intp), at.astype(np.intp)


def _tree(points: Array) -> Any:
    return library("scipy.spatial", "a table with lat and lon").cKDTree(points)


def sphere(lat: Array, lon: Array) -> Array:
    """Points on the unit sphere, shape `(points, 3)`, of latitudes and longitudes in degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


@frozen(kw_only=True, eq=False)
class Located:
    """Rows in their units, by positions; a row in several units is repeated for each.

    Attributes:
        nowhere: `(rows,)`; whether a row lies in no unit.
        folded: `(rows,)`; whether its unit was found by a name that is not the unit's exact code.
    """

    row: Positions
    unit: Positions
    nowhere: Mask
    folded: Mask


@frozen(kw_only=True, eq=False)
class Places:
    """All ways to assign rows to units.

    A row with a code that a unit lists goes there; else to the polygon that holds it; else to the nearest centre within
    whose radius it lies: first among the units of the row's own country, then among those that list its country or
    whose own is unknown. A row without a country may go to any. Of several polygons that hold it, the smallest is used,
    such as a city within its region. If `overlap` is `all` or `error`, every polygon and circle counts that holds the
    row and may have rows of its country; the caller rejects `error`.

    Attributes:
        codes: For each scheme the unit's position by code.
        names: The units by code, name and alias, for rows that name them in other spellings.
        left_out: For each scheme the codes of units that are not ranked.
    """

    codes: Mapping[str, Mapping[str, int]]
    polygons: Polygons
    centres: Centres
    overlap: Overlap
    names: UnitIndex
    left_out: Mapping[str, Collection[str]]

    @property
    def schemes(self) -> tuple[str, ...]:
        """The place columns by which a table can be assigned; `lat` means points."""
        points = ("lat",) if len(self.polygons.unit) or len(self.centres.unit) else ()
        return tuple(scheme for scheme in SCHEMES if self.codes.get(scheme)) + points

    def unmet(self, columns: Collection[str]) -> str:
        """The reason why no row of a table can lie in a unit, from its columns; empty if some can."""
        there = place_columns(columns)
        if set(there) & set(self.schemes):
            return ""
        given = f"give the place by {shorten_list(there)}" if there else "do not give a place"
        return f"its rows {given}; the units can be found by {shorten_list(self.schemes)}"

    def locate(self, rows: pd.DataFrame, match: Match = "exact") -> Located:
        """Assign rows with place columns to units.

        The column `unit` names one by its `exact` code, or `folded`, by code, name or alias in any spelling.
        """
        found, folded = self._by_codes(rows, match)
        open_ = np.flatnonzero((found == NOWHERE) & has_point(rows))
        row, unit = open_[:0], open_[:0]
        if "lat" in self.schemes and len(open_):
            columns = ["lat", "lon", *(["country"] if "country" in rows.columns else [])]
            kind, first = kinds_of([rows[name].iloc[open_] for name in columns])
            points = rows[columns].iloc[open_[first]]
            if self.overlap == "nearest":
                found[open_] = self.nearest(points)[kind]
            else:
                row, unit = self._holding(points, kind, open_)
        coded = np.flatnonzero(found != NOWHERE)
        row, unit = np.concatenate([coded, row]), np.concatenate([found[coded], unit])
        order = np.argsort(row, kind="stable")
        nowhere = np.ones(len(rows), dtype=bool)
        nowhere[row] = False
        return Located(row=row[order], unit=unit[order], nowhere=nowhere, folded=folded)

    def nearest(self, points: pd.DataFrame) -> Positions:
        """The unit of each point (`lat, lon`, perhaps `country`) if only one may have it, or `NOWHERE`."""
        lat, lon, country = _coordinates(points)
        units = np.full(len(lat), NOWHERE, dtype=np.intp)
        point, at = self.polygons.holding(lat, lon)
        largest_first = np.argsort(-self.polygons.order[at], kind="stable")
        units[point[largest_first]] = self.polygons.unit[at[largest_first]]
        centres = self.centres
        for name in {*country}:
            inside = centres.country == name
            also = (centres.country == "") | np.array([name in also for also in centres.also], dtype=bool)
            for keep in (inside, also) if name is not None else (np.ones(len(inside), dtype=bool),):
                open_ = np.flatnonzero((units == NOWHERE) & (country == name))
                if keep.any() and len(open_):
                    units[open_] = centres.nearest(sphere(lat[open_], lon[open_]), keep)
        return units

    def _by_codes(self, rows: pd.DataFrame, match: Match) -> tuple[Positions, Mask]:
        """The unit that each row names, and whether by another spelling; each name is looked up once."""
        import pandas as pd

        found = np.full(len(rows), NOWHERE, dtype=np.intp)
        folded = np.zeros(len(rows), dtype=bool)
        for scheme in (scheme for scheme in SCHEMES if scheme in rows.columns):
            codes = self.codes.get(scheme, {})
            open_ = np.flatnonzero(found == NOWHERE)
            cells = rows[scheme].iloc[open_]
            if scheme == "unit" and cells.tolist() == [*codes]:
                found[open_] = np.arange(len(codes))
                continue
            kind, values = pd.factorize(cells)
            distinct = np.asarray(values, dtype=object)
            if scheme == "nuts":
                positions = [codes.get(known_code(codes, scheme, value), NOWHERE) for value in distinct]
            else:
                positions = [codes.get(code_text(value), NOWHERE) for value in distinct]
            respelt = [False] * (len(positions) + 1)
            for at, value in enumerate(distinct) if scheme == "unit" and match == "folded" else ():
                if positions[at] == NOWHERE and len(named := self.names.find(code_text(value))) == 1:
                    positions[at], respelt[at] = named[0], True
            found[open_] = np.array([*positions, NOWHERE], dtype=np.intp)[kind]
            folded[open_] |= np.array(respelt)[kind]
        return found, folded

    def _holding(self, points: pd.DataFrame, kind: Positions, rows: Positions) -> Pairs:
        """Every row of one of the kinds of points with every unit that holds it."""
        import pandas as pd

        lat, lon, country = _coordinates(points)
        point, at = self.polygons.holding(lat, lon)
        pairs = [(point, self.polygons.unit[at]), self.centres.holding(sphere(lat, lon), country)]
        distinct = np.unique(np.concatenate([np.column_stack(pair) for pair in pairs]), axis=0)
        units = pd.DataFrame(distinct, columns=["kind", "unit"])
        merged = pd.DataFrame({"kind": kind, "row": rows}).merge(units, on="kind", how="inner")
        return merged["row"].to_numpy(dtype=np.intp), merged["unit"].to_numpy(dtype=np.intp)


def place_columns(columns: Collection[str]) -> list[str]:
    """Those of a table's columns that locate a row; `lat` means points, and needs `lon`."""
    codes = [scheme for scheme in SCHEMES if scheme in columns]
    return [*codes, "lat"] if {"lat", "lon"} <= set(columns) else codes


def has_point(rows: pd.DataFrame) -> Mask:
    """Which rows have a latitude and a longitude."""
    if not {"lat", "lon"} <= set(rows.columns):
        return np.zeros(len(rows), dtype=bool)
    there: Mask = rows["lat"].notna().to_numpy() & rows["lon"].notna().to_numpy()
    return there


def code_text(value: Any) -> str:
    """A code as text; a whole number that was read as a float loses its `.0`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def known_code(codes: Collection[str], scheme: str, value: Any) -> str:
    """The known code that a row's code means: itself or, for NUTS, the longest prefix; else empty."""
    text = code_text(value)
    if scheme == "nuts":
        while text and text not in codes:
            text = text[:-1]
    return text if text in codes else ""


def _coordinates(points: pd.DataFrame) -> tuple[Array, Array, Texts]:
    """Latitudes, longitudes, and countries: None if there are none."""
    country = points["country"] if "country" in points.columns else [None] * len(points)
    texts = np.array([item if isinstance(item, str) else None for item in country], dtype=object)
    return points["lat"].to_numpy(dtype=float), points["lon"].to_numpy(dtype=float), texts


def places(
    frame: pd.DataFrame,
    codes: Sequence[str],
    countries: Sequence[Any],
    within_km: float | None,
    overlap: Overlap = "nearest",
    names: UnitIndex | None = None,
) -> Places:
    """Make places of a unit set's frame, as `UnitSet.places` makes it; rows of other units are left out.

    Args:
        frame: The places.
        codes: The codes of the units that are ranked, in order, with their `countries`.
        within_km: The radius of centres that have none of their own.
        overlap: What happens to rows that several units hold.
        names: The units by code, name and alias; by their codes by default.

    Raises:
        FileProblem: Two units list a code, a centre has no radius, or a point, radius or polygon is invalid.
    """
    if names is None:
        names = UnitIndex(codes=tuple(codes), names=tuple(codes), aliases=[()] * len(codes), key=fold_name)
    position, others = names.written, frame[:0]
    if tuple(frame["unit"].to_numpy()) != tuple(codes):
        ranked = np.array([unit in position for unit in frame["unit"]], dtype=bool)
        others, frame = frame[~ranked], frame[ranked]
    _refuse_odd_points(frame)
    known: dict[str, Mapping[str, int]] = {"unit": position}
    for scheme in (scheme for scheme in SCHEMES[1:] if scheme in frame.columns):
        units: dict[str, int] = {}
        for code, unit in _codes(scheme, frame):
            if units.setdefault(code, position[unit]) != position[unit]:
                raise FileProblem(f"two units have the {scheme} code '{code}'; a code belongs to one unit")
        known[scheme] = units
    return Places(
        codes=known,
        polygons=_polygons(frame, position, codes),
        centres=_centres(frame, position, codes, countries, within_km),
        overlap=overlap,
        names=names,
        left_out={
            scheme: frozenset(code for code, _ in _codes(scheme, others))
            for scheme in SCHEMES
            if scheme in others.columns
        },
    )


def _refuse_odd_points(frame: pd.DataFrame) -> None:
    """Raise a `FileProblem` for a point or a radius that is none, and for half a point."""
    for column, kind in (("lat", LATITUDE), ("lon", LONGITUDE), ("radius_km", DISTANCE)):
        if column in frame.columns:
            wrong = invalid_cells(frame[column], read_numbers(frame[column]), kind)
            if wrong.any():
                unit, value = frame[["unit", column]].iloc[int(wrong.argmax())]
                raise FileProblem(f"{column} of unit '{unit}' {kind.refusal(value)}")
    if {"lat", "lon"} & set(frame.columns):
        lacks = frame.reindex(columns=["lat", "lon"]).isna()
        if (half := lacks["lat"] ^ lacks["lon"]).any():
            lacking = shorten_list([f"'{unit}'" for unit in frame["unit"][half]])
            raise FileProblem(f"lat or lon is missing for {lacking}; a point needs both")


def _codes(scheme: str, frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Codes with their units. Beside a point or a polygon, a country is no code: it states where that lies."""
    rows = frame[frame[scheme].notna()]
    for shape_column in {"lat", "polygon"} & set(frame.columns) if scheme == "country" else ():
        rows = rows[rows[shape_column].isna()]
    return [*zip(map(code_text, rows[scheme]), rows["unit"], strict=True)]


def _polygons(frame: pd.DataFrame, position: Mapping[str, int], codes: Sequence[str]) -> Polygons:
    rows = frame[frame["polygon"].notna()] if "polygon" in frame.columns else frame[:0]
    unit = [position[item] for item in rows["unit"]]
    shapes = np.empty(len(rows), dtype=object)
    areas: dict[int, list[float]] = {}
    for at, (code, text) in enumerate(rows[["unit", "polygon"]].itertuples(index=False) if unit else ()):
        shapes[at], area = _polygon(code, text)
        areas.setdefault(unit[at], []).append(area)
    total = {at: float(f"{math.fsum(item):.12g}") for at, item in areas.items()}
    order = {at: place for place, at in enumerate(sorted(total, key=lambda at: (total[at], codes[at])))}
    return Polygons(
        unit=np.array(unit, dtype=np.intp), order=np.array([order[at] for at in unit], dtype=np.intp), shapes=shapes
    )


def _polygon(unit: str, text: str) -> tuple[Any, float]:
    """A polygon, and its area in a cylindrical equal-area projection."""
    shapely = library("shapely", _POLYGONS)
    try:
        with np.errstate(all="ignore"):  # of corners that are not numbers, which are rejected below
            polygon = shapely.geometry.shape(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise FileProblem(f"the polygon of unit '{unit}' is not a GeoJSON geometry: {error}") from error
    if polygon.geom_type not in ("Polygon", "MultiPolygon"):
        raise FileProblem(f"the polygon of unit '{unit}' is a {polygon.geom_type}; expected a Polygon or MultiPolygon")
    if not np.isfinite(shapely.get_coordinates(polygon)).all():
        raise FileProblem(f"the polygon of unit '{unit}' has a corner that is not a finite number")
    flat = shapely.transform(polygon, lambda at: np.column_stack([np.radians(at[:, 0]), np.sin(np.radians(at[:, 1]))]))
    return polygon, float(shapely.area(flat))


def _centres(
    frame: pd.DataFrame,
    position: Mapping[str, int],
    codes: Sequence[str],
    countries: Sequence[Any],
    within_km: float | None,
) -> Centres:
    rows = frame[has_point(frame)].reindex(columns=["unit", "lat", "lon", "radius_km", "also_countries"])
    unit = np.array([position[item] for item in rows["unit"]], dtype=np.intp)
    radius = rows["radius_km"].to_numpy(dtype=float)
    if within_km is not None:
        radius = np.where(np.isnan(radius), within_km, radius)
    if np.isnan(radius).any():
        lacking = sorted(set(rows["unit"].to_numpy()[np.isnan(radius)]))
        raise FileProblem(f"no radius_km for {shorten_list(lacking)}; set units.within_km as a default")
    named = [countries[at] if isinstance(countries[at], str) else "" for at in unit.tolist()]
    also = np.empty(len(rows), dtype=object)
    also[:] = [frozenset(item.split("|")) if isinstance(item, str) else frozenset() for item in rows["also_countries"]]
    order = {at: place for place, at in enumerate(sorted({*unit.tolist()}, key=codes.__getitem__))}
    return Centres(
        unit=unit,
        order=np.array([order[at] for at in unit.tolist()], dtype=np.intp),
        vector=sphere(rows["lat"].to_numpy(dtype=float), rows["lon"].to_numpy(dtype=float)),
        reach=2 * np.sin(np.minimum(radius / EARTH_KM, np.pi) / 2),
        country=np.array(named, dtype=object),
        also=also,
    )
