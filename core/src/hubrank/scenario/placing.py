"""A unit set's frame of places, read into codes, polygons and centres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.cells import LATITUDE, LONGITUDE, NUMBER, misfits, read_numbers
from hubrank.basis.errors import FileProblem, listed
from hubrank.basis.names import folded_key
from hubrank.contract.unit_index import UnitIndex
from hubrank.contract.units import SCHEMES
from hubrank.scenario.places import Overlap, Places, code_text
from hubrank.scenario.reach import Centres, Polygons, code_order, sphere

if TYPE_CHECKING:
    import pandas as pd


def places(
    frame: pd.DataFrame,
    codes: Sequence[str],
    countries: Sequence[Any],
    within_km: float | None,
    overlap: Overlap = "nearest",
    names: UnitIndex | None = None,
) -> Places:
    """Make places of a unit set's frame.

    Args:
        frame: As `UnitSet.places` makes it.
        codes: The codes of the units that are ranked, in order; rows of others are left out.
        countries: The countries of those units.
        within_km: The radius of centres that have none of their own.
        overlap: What happens to rows that several units hold.
        names: The units by code, name and alias; by their codes by default.

    Raises:
        FileProblem: A code that two units list, a centre without a radius, or a point, radius or polygon that is none.
    """
    position = {code: at for at, code in enumerate(codes)}
    ranked = frame["unit"].isin(position)
    others, frame = frame[~ranked], frame[ranked]
    _check_numbers(frame)
    by_scheme: dict[str, dict[str, int]] = {"unit": dict(position)}
    for scheme in SCHEMES[1:]:
        if scheme in frame.columns:
            by_scheme[scheme] = _codes(scheme, frame, position)
    return Places(
        codes=by_scheme,
        polygons=_polygons(frame, position, codes),
        centres=_centres(frame, position, countries, within_km),
        overlap=overlap,
        names=names or UnitIndex.of(codes, codes, [()] * len(codes), folded_key),
        left_out={
            scheme: frozenset(_texts(_code_rows(scheme, others)[scheme]))
            for scheme in SCHEMES
            if scheme in others.columns
        },
    )


def _check_numbers(frame: pd.DataFrame) -> None:
    for column, kind in (("lat", LATITUDE), ("lon", LONGITUDE), ("radius_km", NUMBER)):
        if column in frame.columns:
            wrong = misfits(frame[column], read_numbers(frame[column]), kind)
            if wrong.any():
                unit, value = frame[["unit", column]].iloc[int(wrong.argmax())]
                raise FileProblem(f"{column} of unit '{unit}' {kind.refusal(value)}")
    if {"lat", "lon"} & set(frame.columns):
        lacks = [frame[name].isna() if name in frame.columns else ~frame["unit"].isna() for name in ("lat", "lon")]
        if (half := lacks[0] ^ lacks[1]).any():
            told = listed([f"'{unit}'" for unit in frame["unit"][half]])
            raise FileProblem(f"lat or lon is missing for {told}; a point needs both")


def _code_rows(scheme: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with a code. Beside a point or a polygon, a country is no code: it tells where that lies."""
    rows = frame[frame[scheme].notna()]
    for shape_column in {"lat", "polygon"} & set(frame.columns) if scheme == "country" else ():
        rows = rows[rows[shape_column].isna()]
    return rows


def _codes(scheme: str, frame: pd.DataFrame, position: Mapping[str, int]) -> dict[str, int]:
    rows = _code_rows(scheme, frame)
    found: dict[str, int] = {}
    for code, unit in zip(_texts(rows[scheme]), rows["unit"], strict=True):
        if found.setdefault(code, position[unit]) != position[unit]:
            raise FileProblem(f"two units have the {scheme} code '{code}'; a code belongs to one unit")
    return found


def _texts(values: pd.Series) -> list[str]:
    return [code_text(each) for each in values]


def _polygons(frame: pd.DataFrame, position: Mapping[str, int], codes: Sequence[str]) -> Polygons:
    if "polygon" not in frame.columns:
        return Polygons.of((), (), codes)
    rows = frame.loc[frame["polygon"].notna(), ["unit", "polygon"]].itertuples(index=False)
    made = [(position[unit], _polygon(unit, text)) for unit, text in rows]
    return Polygons.of([unit for unit, _ in made], [shape for _, shape in made], codes)


def _polygon(unit: str, text: str) -> Any:
    import shapely
    from shapely.geometry import shape

    try:
        with np.errstate(all="ignore"):  # of corners that are no numbers, which are refused below
            polygon = shape(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise FileProblem(f"the polygon of unit '{unit}' is not a GeoJSON geometry: {error}") from error
    if polygon.geom_type not in ("Polygon", "MultiPolygon"):
        raise FileProblem(f"the polygon of unit '{unit}' is a {polygon.geom_type}; expected a Polygon or MultiPolygon")
    if not np.isfinite(shapely.get_coordinates(polygon)).all():
        raise FileProblem(f"the polygon of unit '{unit}' has a corner that is no finite number")
    return polygon


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
    order = code_order(list(position)) if len(rows) else {}
    return Centres(
        unit=unit,
        order=np.array([order[at] for at in unit], dtype=np.intp),
        vector=sphere(rows["lat"].to_numpy(dtype=float), rows["lon"].to_numpy(dtype=float))
        if len(rows)
        else np.empty((0, 3)),
        radius_km=radius,
        country=own[unit] if len(rows) else np.empty(0, dtype=object),
        also=tuple(frozenset(each.split("|")) if isinstance(each, str) else frozenset() for each in also),
    )
