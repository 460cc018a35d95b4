"""Which unit a row lies in: by code, by polygon, by distance."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.cells import LATITUDE, LONGITUDE, NUMBER, misfits, read_numbers
from hubrank.basis.errors import FileProblem, listed
from hubrank.contract.units import SCHEMES

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Positions

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: The mean radius of the Earth, in kilometres.
EARTH_KM = 6371.0088

NOWHERE = -1


@frozen(kw_only=True, eq=False)
class Centres:
    """Points with a radius, one row each.

    Attributes:
        unit: The unit's position.
        vector: The point on the unit sphere, shape `(centres, 3)`.
        radius_km: How far it reaches.
        country: The unit's own country; empty where it is unknown.
        also: Other countries whose rows may come to it.
    """

    unit: Positions
    vector: Floats
    radius_km: Floats
    country: np.ndarray[Any, np.dtype[np.object_]]
    also: tuple[frozenset[str], ...]

    def chosen(self, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> Centres:
        """Some of them."""
        return Centres(
            unit=self.unit[keep],
            vector=self.vector[keep],
            radius_km=self.radius_km[keep],
            country=self.country[keep],
            also=tuple(each for each, kept in zip(self.also, keep, strict=True) if kept),
        )

    def nearest(self, points: Floats) -> Positions:
        """The unit of the nearest centre that reaches each point, or `NOWHERE`."""
        from scipy.spatial import cKDTree

        best = np.full(len(points), NOWHERE, dtype=np.intp)
        closest = np.full(len(points), np.inf)
        for radius in np.unique(self.radius_km):
            ring = np.flatnonzero(self.radius_km == radius)
            chord = 2 * np.sin(min(radius / EARTH_KM, np.pi) / 2)
            found = cKDTree(self.vector[ring]).query(points, distance_upper_bound=np.nextafter(chord, np.inf))
            distance, at = np.asarray(found[0]), np.asarray(found[1])
            nearer = distance < closest
            closest[nearer] = distance[nearer]
            best[nearer] = self.unit[ring[at[nearer]]]
        return best


@frozen(kw_only=True, eq=False)
class Places:
    """All ways to tell which unit a row lies in.

    A row with a code that a unit lists goes there; else to the polygon that holds it; else to the nearest
    centre that reaches it: first among the units of the row's own country, then among those that list its
    country or whose own is unknown. A row without a country may go to any.

    Attributes:
        codes: For each scheme the unit's position by code.
        polygons: The unit's position and its polygon.
        centres: Points with a radius.
    """

    codes: Mapping[str, Mapping[str, int]]
    polygons: tuple[tuple[int, Any], ...]
    centres: Centres

    @property
    def schemes(self) -> tuple[str, ...]:
        """The place columns that a table can be read by; `lat` stands for points."""
        points = ("lat",) if self.polygons or len(self.centres.unit) else ()
        return tuple(scheme for scheme in SCHEMES if self.codes.get(scheme)) + points

    def unmet(self, columns: Collection[str]) -> str:
        """Why none of a table's rows can lie in a unit, of the table's columns; empty where some can."""
        there = place_columns(columns)
        if set(there) & set(self.schemes):
            return ""
        said = f"give the place by {listed(there)}" if there else "do not give a place"
        return f"its rows {said}; the units can be found by {listed(self.schemes)}"

    def locate(self, rows: pd.DataFrame) -> Positions:
        """The position of the unit of each row, `NOWHERE` where there is none."""
        found = np.full(len(rows), NOWHERE, dtype=np.intp)
        for scheme in SCHEMES:
            if scheme in rows.columns and self.codes.get(scheme):
                open_ = found == NOWHERE
                found[open_] = self._by_code(scheme, rows.loc[open_, scheme])
        if "lat" in rows.columns and "lon" in rows.columns and "lat" in self.schemes:
            open_ = (found == NOWHERE) & rows["lat"].notna().to_numpy() & rows["lon"].notna().to_numpy()
            found[open_] = self._by_point(rows.loc[open_])
        return found

    def _by_code(self, scheme: str, values: pd.Series) -> Positions:
        codes = self.codes[scheme]
        distinct = values.dropna().unique()
        known = {value: _code_position(codes, scheme, value) for value in distinct}
        return values.map(known).fillna(NOWHERE).to_numpy(dtype=np.intp)

    def _by_point(self, rows: pd.DataFrame) -> Positions:
        """Each distinct point once."""
        columns = ["lat", "lon"] + (["country"] if "country" in rows.columns else [])
        distinct = rows[columns].drop_duplicates()
        lat, lon = distinct["lat"].to_numpy(dtype=float), distinct["lon"].to_numpy(dtype=float)
        found = self._by_polygon(lat, lon)
        open_ = found == NOWHERE
        country = distinct["country"].to_numpy(dtype=object) if "country" in rows.columns else None
        found[open_] = self._by_centre(sphere(lat[open_], lon[open_]), None if country is None else country[open_])
        keyed = distinct.assign(_unit=found)
        merged = rows[columns].merge(keyed, on=columns, how="left")
        return merged["_unit"].to_numpy(dtype=np.intp)

    def _by_polygon(self, lat: Floats, lon: Floats) -> Positions:
        found = np.full(len(lat), NOWHERE, dtype=np.intp)
        if not self.polygons:
            return found
        import shapely

        for unit, polygon in self.polygons:
            open_ = np.flatnonzero(found == NOWHERE)
            inside = shapely.intersects_xy(polygon, lon[open_], lat[open_])
            found[open_[inside]] = unit
        return found

    def _by_centre(self, points: Floats, country: np.ndarray[Any, Any] | None) -> Positions:
        found = np.full(len(points), NOWHERE, dtype=np.intp)
        if not len(self.centres.unit) or not len(points):
            return found
        if country is None:
            return self.centres.nearest(points)
        for name in {each for each in country if isinstance(each, str)}:
            there = np.flatnonzero(country == name)
            for keep in (
                self.centres.country == name,
                np.array([name in also for also in self.centres.also]) | (self.centres.country == ""),
            ):
                open_ = there[found[there] == NOWHERE]
                if keep.any() and len(open_):
                    found[open_] = self.centres.chosen(keep).nearest(points[open_])
        nowhere = np.flatnonzero([not isinstance(each, str) for each in country])
        if len(nowhere):
            found[nowhere] = self.centres.nearest(points[nowhere])
        return found


def place_columns(columns: Collection[str]) -> list[str]:
    """Those of a table's columns that say where a row is; `lat` stands for points, and needs `lon` beside it."""
    codes = [scheme for scheme in SCHEMES if scheme in columns]
    return [*codes, "lat"] if {"lat", "lon"} <= set(columns) else codes


def places(frame: pd.DataFrame, codes: Sequence[str], countries: Sequence[Any], within_km: float | None) -> Places:
    """Make places of a unit set's frame.

    Args:
        frame: As `UnitSet.places` makes it.
        codes: The codes of the units that are ranked, in order; rows of others are left out.
        countries: The countries of those units.
        within_km: The radius of centres that have none of their own.

    Raises:
        FileProblem: A code that two units list, a centre without a radius, or a point, radius or polygon that is none.
    """
    position = {code: at for at, code in enumerate(codes)}
    frame = frame[frame["unit"].isin(position)]
    _check_numbers(frame)
    by_scheme: dict[str, dict[str, int]] = {"unit": dict(position)}
    for scheme in SCHEMES[1:]:
        if scheme in frame.columns:
            by_scheme[scheme] = _codes(scheme, frame, position)
    return Places(
        codes=by_scheme,
        polygons=_polygons(frame, position),
        centres=_centres(frame, position, countries, within_km),
    )


def sphere(lat: Floats, lon: Floats) -> Floats:
    """Points on the unit sphere, shape `(points, 3)`, of latitudes and longitudes in degrees."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _check_numbers(frame: pd.DataFrame) -> None:
    for column, kind in (("lat", LATITUDE), ("lon", LONGITUDE), ("radius_km", NUMBER)):
        if column in frame.columns:
            wrong = misfits(frame[column], read_numbers(frame[column]), kind)
            if wrong.any():
                unit, value = frame[["unit", column]].iloc[int(wrong.argmax())]
                raise FileProblem(f"{column} of unit '{unit}' {kind.refusal(value)}")


def _codes(scheme: str, frame: pd.DataFrame, position: Mapping[str, int]) -> dict[str, int]:
    """The units by code. Beside a point or a polygon, a country is no code: it tells where that lies."""
    rows = frame[frame[scheme].notna()]
    for shape_column in {"lat", "polygon"} & set(frame.columns) if scheme == "country" else ():
        rows = rows[rows[shape_column].isna()]
    found: dict[str, int] = {}
    for code, unit in zip(_texts(rows[scheme]), rows["unit"], strict=True):
        if found.setdefault(code, position[unit]) != position[unit]:
            raise FileProblem(f"two units have the {scheme} code '{code}'; a code belongs to one unit")
    return found


def _texts(values: pd.Series) -> list[str]:
    """Codes as text; whole numbers that came as floats without their `.0`."""
    return [str(int(each)) if isinstance(each, float) and each.is_integer() else str(each) for each in values]


def _code_position(codes: Mapping[str, int], scheme: str, value: Any) -> int:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    if scheme == "nuts":
        while text and text not in codes:
            text = text[:-1]
    return codes.get(text, NOWHERE)


def _polygons(frame: pd.DataFrame, position: Mapping[str, int]) -> tuple[tuple[int, Any], ...]:
    if "polygon" not in frame.columns:
        return ()
    import shapely
    from shapely.geometry import shape

    made = []
    for unit, text in frame.loc[frame["polygon"].notna(), ["unit", "polygon"]].itertuples(index=False):
        try:
            polygon = shape(json.loads(text))
        except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.GEOSException) as error:
            raise FileProblem(f"the polygon of unit '{unit}' is not a GeoJSON geometry: {error}") from error
        if polygon.geom_type not in ("Polygon", "MultiPolygon"):
            raise FileProblem(
                f"the polygon of unit '{unit}' is a {polygon.geom_type}; expected a Polygon or MultiPolygon"
            )
        shapely.prepare(polygon)
        made.append((position[unit], polygon))
    return tuple(made)


def _centres(
    frame: pd.DataFrame, position: Mapping[str, int], countries: Sequence[Any], within_km: float | None
) -> Centres:
    rows = frame[frame["lat"].notna() & frame["lon"].notna()] if {"lat", "lon"} <= set(frame.columns) else frame[:0]
    unit = np.array([position[each] for each in rows["unit"]], dtype=np.intp)
    radius = np.full(len(rows), np.nan)
    if "radius_km" in rows.columns:
        radius = rows["radius_km"].to_numpy(dtype=float)
    if within_km is not None:
        radius = np.where(np.isnan(radius), within_km, radius)
    if np.isnan(radius).any():
        lacking = sorted(set(rows["unit"].to_numpy()[np.isnan(radius)]))
        raise FileProblem(f"no radius_km for {listed(lacking)}; set units.within_km as a default")
    also = rows["also_countries"] if "also_countries" in rows.columns else [None] * len(rows)
    own = np.array([each if isinstance(each, str) else "" for each in countries], dtype=object)
    return Centres(
        unit=unit,
        vector=sphere(rows["lat"].to_numpy(dtype=float), rows["lon"].to_numpy(dtype=float))
        if len(rows)
        else np.empty((0, 3)),
        radius_km=radius,
        country=own[unit] if len(rows) else np.empty(0, dtype=object),
        also=tuple(frozenset(each.split("|")) if isinstance(each, str) else frozenset() for each in also),
    )
