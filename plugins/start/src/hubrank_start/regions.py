"""The folder of a region, begun from names of cities or from polygons; what is doubtful is handed back to be asked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
from attrs import field, frozen
from hubrank import Registry, UsageError
from hubrank.errors import fold_name
from hubrank_fetching.geonames import country_called

from hubrank_start.places import Place, cities_called

UNITS, POLYGONS, REGION, SCENARIO = "units.csv", "units.geojson", "region.toml", "scenario.toml"
#: The unit set in which cities are looked for.
_GAZETTEER = "agglomerations"
#: How far from its point a city reaches.
_REACH_KM = 25

_RANKS = """
editions = [2024]
normalisation = "rank"
aggregation = "arithmetic"

[inputs]
works = { source = "almanac", window = "newest", max_age = 5 }
large-companies = { source = "almanac", table = "global-2000" }

[dimensions.research]
title = "Research"

[dimensions.industry]
title = "Industry"

[indicators]
papers = { dimension = "research" }
companies = { dimension = "industry" }
"""


@frozen(kw_only=True)
class Doubt:
    """A unit that is in no file until somebody says where it is.

    Attributes:
        name: As it was given.
        choices: The places that may be meant; none where no place is known.
    """

    name: str
    choices: tuple[Place, ...] = ()


@frozen(kw_only=True)
class Begun:
    """A region that was begun.

    Attributes:
        files: Its files by name; none where all units are doubtful.
        doubts: What must be asked; said, a line is `Springfield, USA` or `Springfield, USA, 39.8, -89.65`.
    """

    files: Mapping[str, bytes]
    doubts: tuple[Doubt, ...] = field(default=())


def region_of(what: Sequence[str] | bytes, name: str, title: str) -> Begun:
    """Begin a region.

    Args:
        what: Cities, a line each: a name, perhaps its country, perhaps latitude and longitude behind commas; or the
            bytes of a GeoJSON feature collection.
        name: What scenarios call it.
        title: What it is.

    Raises:
        UsageError: The bytes are no feature collection.
    """
    rows, doubts, file = _polygons(what) if isinstance(what, bytes) else _cities(what)
    if not rows:
        return Begun(files={}, doubts=doubts)
    files = {file: _as_geojson(rows) if file == POLYGONS else _as_csv(rows)}
    files[REGION] = _toml(_region(name, title, file))
    files[SCENARIO] = _toml({"title": title}) + _RANKS.encode()
    return Begun(files=files, doubts=doubts)


def _cities(lines: Sequence[str]) -> tuple[list[dict[str, Any]], tuple[Doubt, ...], str]:
    """A row for each city whose place is sure, and the others."""
    rows: list[dict[str, Any]] = []
    doubts = []
    for line in dict.fromkeys(each.strip() for each in lines if each.strip()):
        found = _found(line)
        if isinstance(found, Doubt):
            doubts.append(found)
            continue
        name = line.partition(",")[0].strip()
        code = _code(name, {row["unit"] for row in rows})
        rows.append({"unit": code, "name": name, "country": found.country, "lat": found.lat, "lon": found.lon})
    return rows, tuple(doubts), UNITS


def _found(line: str) -> Place | Doubt:
    """Where a line's city is; a doubt unless it says so, or one place alone can be meant."""
    name, *more = (each.strip() for each in line.split(","))
    point, words = _point(more[-2:]), more[:-2] if _point(more[-2:]) else more
    country = country_called(words[0]) if words else None
    known = cities_called(name)
    if point is not None:
        own = country or next((each.country for each in known), "")
        return Place(country=own, lat=point[0], lon=point[1]) if own else Doubt(name=line)
    if words:
        known = tuple(each for each in known if each.country == country)
    return known[0] if len(known) == 1 else Doubt(name=line, choices=known)


def _point(texts: Sequence[str]) -> tuple[float, float] | None:
    """A latitude and a longitude, if the texts are that."""
    try:
        lat, lon = map(float, texts)
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _code(name: str, taken: Iterable[str]) -> str:
    """A code of a name that no other unit has."""
    words = "".join(each if each.isalnum() else " " for each in name.casefold()).split()
    code, others = "-".join(words) or fold_name(name), set(taken)
    return next(each for each in (code, *(f"{code}-{at}" for at in range(2, len(others) + 3))) if each not in others)


def _polygons(content: bytes) -> tuple[list[dict[str, Any]], tuple[Doubt, ...], str]:
    """A row for each feature that has a polygon: its code and its name by what tells all features apart.

    Raises:
        UsageError: It is no feature collection.
    """
    try:
        features = json.loads(content)["features"]
        told = [{key: str(value) for key, value in each["properties"].items()} for each in features]
        shapes = [each["geometry"] for each in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("is not a GeoJSON feature collection with properties") from error
    unique = [key for key in (told[0] if told else ()) if len({each.get(key, "") for each in told}) == len(told)]
    by_length = sorted(unique, key=lambda key: sum(len(each[key]) for each in told if key in each))
    rows: list[dict[str, Any]] = []
    doubts = []
    for at, (own, shape) in enumerate(zip(told, shapes, strict=True), start=1):
        code = own.get(by_length[0], "") if by_length else str(at)
        name = own.get(_name_of(unique), code) if unique else code
        if shape and shape.get("type") in ("Polygon", "MultiPolygon"):
            rows.append({"unit": code, "name": name, "geometry": shape})
        else:
            doubts.append(Doubt(name=name))
    return rows, tuple(doubts), POLYGONS


def _name_of(keys: Sequence[str]) -> str:
    """The property that is the name: one that is called so, else the last that tells features apart."""
    return next((key for key in keys if "name" in key.casefold()), keys[-1])


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _as_geojson(rows: Sequence[Mapping[str, Any]]) -> bytes:
    features = [
        {"type": "Feature", "properties": {"unit": row["unit"], "name": row["name"]}, "geometry": row["geometry"]}
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _region(name: str, title: str, file: str) -> dict[str, Any]:
    """What `region.toml` says; of points the origin of the gazetteer's."""
    if file == POLYGONS:
        return {"name": name, "title": title, "units": {"file": file}}
    registry = Registry.installed()
    known = registry.find("unit set", _GAZETTEER).record.origins if _GAZETTEER in registry.names("unit set") else ()
    told = {each.name: attrs.asdict(each, filter=lambda at, value: at.name != "name" and value) for each in known}
    units = {"file": file, "within_km": _REACH_KM, "origins": list(told)}
    return {"name": name, "title": title, "units": units, "origins": told}


def _toml(table: Mapping[str, Any]) -> bytes:
    import tomli_w

    return tomli_w.dumps(table).encode()
