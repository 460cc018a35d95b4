"""Names of places as the world's codes, where they lie, and the regions that they are of."""

from __future__ import annotations

import csv
import functools
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import tomli_w
from attrs import field, frozen
from hubrank import Registry, UsageError
from hubrank.errors import fold_name
from hubrank_fetching.geonames import country_called, keys_of_countries

from hubrank_start.sheet import WORDS

#: Languages in which names of countries are looked for where English does not know most of them.
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh_CN", "ar", "ja", "tr", "sv", "cs")
#: The share of units that must be known for all to be taken for places of a kind.
_MOSTLY = 0.6


@frozen(kw_only=True)
class Place:
    """Where a unit is.

    Attributes:
        country: ISO 3166-1 alpha-3.
        lat: Degrees north; none where the country alone is known.
        lon: Degrees east.
        name: What the almanac calls it; empty for a country.
    """

    country: str
    lat: float | None = None
    lon: float | None = None
    name: str = ""


def known_places(names: Sequence[str]) -> dict[str, str]:
    """The alpha-3 code of each name that is a country's name or code, in English or in the language of most.

    Codes of two letters count where all names are so short, since "in" and "no" are words as well.
    """
    found = _by(names, keys_of_countries())
    if len(found) < _MOSTLY * len(names):
        others = (_by(names, _translated(language)) for language in _LANGUAGES)
        best = max(others, key=len, default={})
        found = best if len(best) > len(found) and len(best) >= _MOSTLY * len(names) else found
    return found


def groups_among(names: Sequence[str]) -> list[str]:
    """Names of groups of countries, such as `EU27`, where most others are countries."""
    groups = [name for name in names if fold_name(name) in WORDS["countries"]]
    others = [name for name in names if name not in groups]
    return groups if groups and len(known_places(others)) >= _MOSTLY * max(len(others), 1) else []


def placed(names: Sequence[str], countries: Mapping[str, str]) -> tuple[dict[str, Place], str]:
    """Where units lie, and what they are taken for; nothing where most are not known.

    Args:
        names: The units' names or codes.
        countries: The country (alpha-3) of units that have one in the table.
    """
    known = known_places(names)
    if len(known) >= _MOSTLY * len(names):
        frame = _unit_set("countries")
        rows = () if frame is None else frame.itertuples()
        centres = {str(row.unit): Place(country=str(row.unit), lat=float(row.lat), lon=float(row.lon)) for row in rows}
        return {name: centres.get(code, Place(country=code)) for name, code in known.items()}, "countries"
    cities = _cities()
    found = {name: spot for name in names if (spot := _city(cities.get(fold_name(name), ()), countries.get(name)))}
    return (found, "cities") if len(found) >= _MOSTLY * len(names) else ({}, "")


def _by(names: Iterable[str], codes: Mapping[str, str]) -> dict[str, str]:
    names = list(names)
    short = all(len(name) <= 3 for name in names)  # codes have two letters or three
    return {
        name: codes[key]
        for name in names
        if (key := fold_name(name)) in codes and (short or len(key) > 3 or name.isupper())
    }


@functools.cache
def _translated(language: str) -> dict[str, str]:
    import gettext

    import pycountry

    try:
        words = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language])
    except OSError:
        return {}
    result: dict[str, str] = {}
    for item in pycountry.countries:
        for name in (item.name, getattr(item, "common_name", "")):
            result |= {fold_name(words.gettext(name)): item.alpha_3} if name else {}
    return result


@functools.cache
def _unit_set(name: str) -> Any:
    registry = Registry.installed()
    return registry.find("unit set", name).record.units() if name in registry.names("unit set") else None


@functools.cache
def _cities() -> dict[str, tuple[Place, ...]]:
    """Cities by name and alias, the most populous first."""
    frame = _unit_set("agglomerations")
    result: dict[str, tuple[Place, ...]] = {}
    if frame is None:
        return result
    for row in frame.sort_values("population", ascending=False).itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        place = Place(country=str(row.country), lat=float(row.lat), lon=float(row.lon), name=str(row.name))
        for key in {fold_name(item) for item in (row.name, *aliases)}:
            result[key] = (*result.get(key, ()), place)
    return result


@functools.cache
def _namesakes() -> dict[str, tuple[Place, ...]]:
    """Cities by their names without what tells them apart: `Valencia, Spain` and `Springfield (Massachusetts)`."""
    result: dict[str, tuple[Place, ...]] = {}
    for place in dict.fromkeys(place for places in _cities().values() for place in places):
        if (head := re.split(r", | \(", place.name)[0]) != place.name:
            result[fold_name(head)] = (*result.get(fold_name(head), ()), place)
    return result


def cities_called(name: str) -> tuple[Place, ...]:
    """The cities of a name or alias that the almanac knows, those too that it tells apart by what follows the name."""
    key = fold_name(name)
    return tuple(dict.fromkeys((*_cities().get(key, ()), *_namesakes().get(key, ()))))


def is_city(name: str) -> bool:
    """Whether the almanac knows a city of that name."""
    return fold_name(name) in _cities()


def _city(found: Sequence[Place], country: str | None) -> Place | None:
    """The city in its country; the largest of its name where the country is not told."""
    return next((item for item in found if country is None or item.country == country), None)


def country_title(code: str) -> str:
    """A country's usual name in English, by its alpha-3 code."""
    import pycountry

    country = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name)) if country else code


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
    rows, doubts, file = _polygons(what) if isinstance(what, bytes) else _region_cities(what)
    if not rows:
        return Begun(files={}, doubts=doubts)
    files = {file: _as_geojson(rows) if file == POLYGONS else _as_csv(rows)}
    files[REGION] = tomli_w.dumps(_region(name, title, file)).encode()
    files[SCENARIO] = (tomli_w.dumps({"title": title}) + _RANKS).encode()
    return Begun(files=files, doubts=doubts)


def _region_cities(lines: Sequence[str]) -> tuple[list[dict[str, Any]], tuple[Doubt, ...], str]:
    rows: list[dict[str, Any]] = []
    doubts = []
    for line in dict.fromkeys(item.strip() for item in lines if item.strip()):
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
    name, *more = (item.strip() for item in line.split(","))
    point, words = _point(more[-2:]), more[:-2] if _point(more[-2:]) else more
    country = country_called(words[0]) if words else None
    known = cities_called(name)
    if point is not None:
        own = country or next((item.country for item in known), "")
        return Place(country=own, lat=point[0], lon=point[1]) if own else Doubt(name=line)
    if words:
        known = tuple(item for item in known if item.country == country)
    return known[0] if len(known) == 1 else Doubt(name=line, choices=known)


def _point(texts: Sequence[str]) -> tuple[float, float] | None:
    try:
        lat, lon = map(float, texts)
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _code(name: str, taken: Iterable[str]) -> str:
    words = "".join(item if item.isalnum() else " " for item in name.casefold()).split()
    code, others = "-".join(words) or fold_name(name), set(taken)
    return next(item for item in (code, *(f"{code}-{at}" for at in range(2, len(others) + 3))) if item not in others)


def _polygons(content: bytes) -> tuple[list[dict[str, Any]], tuple[Doubt, ...], str]:
    try:
        features = json.loads(content)["features"]
        properties = [{key: str(value) for key, value in item["properties"].items()} for item in features]
        shapes = [item["geometry"] for item in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("is not a GeoJSON feature collection with properties") from error
    unique = [
        key
        for key in (properties[0] if properties else ())
        if len({item.get(key, "") for item in properties}) == len(properties)
    ]
    by_length = sorted(unique, key=lambda key: sum(len(item[key]) for item in properties if key in item))
    rows: list[dict[str, Any]] = []
    doubts = []
    for at, (own, shape) in enumerate(zip(properties, shapes, strict=True), start=1):
        code = own.get(by_length[0], "") if by_length else str(at)
        name = own.get(next((key for key in unique if "name" in key.casefold()), unique[-1]), code) if unique else code
        if shape and shape.get("type") in ("Polygon", "MultiPolygon"):
            rows.append({"unit": code, "name": name, "geometry": shape})
        else:
            doubts.append(Doubt(name=name))
    return rows, tuple(doubts), POLYGONS


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
    origins = {item.name: attrs.asdict(item, filter=lambda at, value: at.name != "name" and value) for item in known}
    units = {"file": file, "within_km": _REACH_KM, "origins": list(origins)}
    return {"name": name, "title": title, "units": units, "origins": origins}
