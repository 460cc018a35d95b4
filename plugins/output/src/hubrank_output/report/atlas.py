"""The world's countries as outlines on the Equal Earth projection."""

import functools
import json
from importlib import resources
from typing import Any

import numpy as np
from attrs import frozen

#: The map's width and height, and the northernmost and southernmost latitude on it.
WIDTH, HEIGHT = 960.0, 430.0
_NORTH, _SOUTH = 84.0, -57.0
_ANTARCTICA = "010"


@frozen
class Outline:
    """A country: its ISO 3166-1 alpha-3 code, empty if it has none; its name; the `d` of its SVG path."""

    code: str
    name: str
    path: str


def equal_earth(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Project degrees east and north to the plane, in radii.

    Reference: Šavrič, Patterson and Jenny, The Equal Earth map projection (2018).
    """
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    half_root = np.sqrt(3) / 2
    theta = np.arcsin(half_root * np.sin(np.radians(lat)))
    square = theta**2
    sixth = square**3
    slope = 9 * a4 * sixth * square + 7 * a3 * sixth + 3 * a2 * square + a1
    x = np.radians(lon) * np.cos(theta) / (half_root * slope)
    y = theta * (a1 + a2 * square + sixth * (a3 + a4 * square))
    return x, y


def on_map(lon: Any, lat: Any) -> tuple[Any, Any]:
    """The position of degrees on a map of `WIDTH` x `HEIGHT`, from its upper left corner."""
    x, y = equal_earth(lon, lat)
    east = equal_earth(180.0, 0.0)[0]
    top, bottom = equal_earth(0.0, _NORTH)[1], equal_earth(0.0, _SOUTH)[1]
    scale = min(WIDTH / (2 * east), HEIGHT / (top - bottom))
    return WIDTH / 2 + x * scale, (top - y) * scale


@functools.cache
def countries() -> tuple[Outline, ...]:
    """All countries but Antarctica."""
    import pycountry

    atlas = json.loads(resources.files("hubrank_output.report").joinpath("vendored/countries-110m.json").read_bytes())
    scale, shift = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = [np.cumsum(np.array(steps), axis=0) * scale + shift for steps in atlas["arcs"]]  # degrees of whole steps
    outlines = []
    for item in atlas["objects"]["countries"]["geometries"]:
        number = item.get("id", "")
        if number != _ANTARCTICA:
            country = pycountry.countries.get(numeric=number) if number else None
            polygons = [item["arcs"]] if item["type"] == "Polygon" else item["arcs"]
            path = "".join(outline(_polygon(polygon, arcs)) for polygon in polygons)
            outlines.append(Outline(country.alpha_3 if country else "", item["properties"]["name"], path))
    return tuple(outlines)


def decimals(x: Any, y: Any) -> int:
    """The precision of places on the map: some thousand steps from the first to the last; NaN is no place."""
    there = ~np.isnan(x)
    extent = max(np.ptp(x[there]), np.ptp(y[there])) if there.any() else 0
    return int(np.clip(np.ceil(np.log10(2000 / extent)), 1, 4)) if extent > 0 else 1


def outline(shape: Any, digits: int = 1) -> str:
    """A polygon's path on the map; parts beyond the 180th meridian appear on the other side.

    Args:
        shape: In degrees.
        digits: Decimals of the path; details finer than half their step are left out.
    """
    import shapely

    whole = shapely.make_valid(shape)
    inside = shapely.box(-180, _SOUTH, 180, _NORTH)
    pieces = [shapely.transform(whole, lambda points, by=by: np.add(points, (by, 0))) for by in (-360, 0, 360)]
    parts = [part for piece in pieces for part in shapely.get_parts(shapely.intersection(piece, inside))]
    filled = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    text = ""
    for each in filled:
        flat = shapely.transform(each, lambda points: np.column_stack(on_map(points[:, 0], points[:, 1])))
        if digits > 1:
            flat = shapely.simplify(flat, 0.5 * 10.0**-digits)
        for ring in (flat.exterior, *flat.interiors):
            rounded = np.round(np.array(ring.coords), digits)
            moved = np.any(np.diff(rounded, axis=0, prepend=np.nan) != 0, axis=1)
            text += "M" + "L".join(f"{x:.7g},{y:.7g}" for x, y in rounded[moved]) + "Z"
    return text


def _polygon(rings: list[list[int]], arcs: list[Any]) -> Any:
    import shapely

    outer, *holes = [_ring(ring, arcs) for ring in rings]
    return shapely.Polygon(outer, holes)


def _ring(ring: list[int], arcs: list[Any]) -> Any:
    """A ring of arcs in degrees, without a jump at the 180th meridian; a negative number is an arc backwards."""
    parts = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring]
    points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    return np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]])
