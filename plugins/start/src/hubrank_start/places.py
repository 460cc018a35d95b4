"""Names of places as the world's codes, where they lie, and the regions that they are of."""

import csv
import functools
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import tomli_w
from attrs import frozen
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.safe_input import parse_json
from hubrank.plugin import Registry, UsageError, gettext
from hubrank_fetching.geonames import country_called, keys_of_countries

from hubrank_start.sheet import WORDS

#: Languages in which names of countries are looked for where English does not know most of them.
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh_CN", "ar", "ja", "tr", "sv", "cs")
#: The share of units that must be known for all to be taken for places of a kind.
_MOSTLY = 0.6
#: The most letters of a code; fewer codes than this do not show their kind.
_CODE, _FEW = 3, 4
#: The unit set in which cities are looked up, and the radius of a city around its point.
_GAZETTEER, _REACH_KM = "agglomerations", 25
#: Names of groups of countries, such as `Euro area (20 countries)`.
_GROUP = re.compile("|".join(WORDS["countries_pattern"]), re.IGNORECASE)
UNITS, POLYGONS = "units.csv", "units.geojson"


@frozen(kw_only=True)
class Place:
    """The location of a unit: ISO 3166-1 alpha-3, degrees if more than the country is known, the almanac's name."""

    country: str
    lat: float | None = None
    lon: float | None = None
    name: str = ""


def known_places(names: Sequence[str]) -> dict[str, str]:
    """The alpha-3 code of each name that is a country's name or code, in English or in the language of most.

    Codes of two letters count where all names are so short, since "in" and "no" are words as well.
    """
    short = all(len(name) <= 3 for name in names)  # codes have two letters or three
    keys = {name: fold_name(name) for name in names}
    keys = {name: key for name, key in keys.items() if short or len(key) > 3 or name.isupper()}

    def by(codes: Mapping[str, str]) -> dict[str, str]:
        return {name: codes[key] for name, key in keys.items() if key in codes}

    found = by(keys_of_countries())
    if len(found) < _MOSTLY * len(names):
        best = max((by(_translated(language)) for language in _LANGUAGES), key=len)
        found = best if len(best) > len(found) and len(best) >= _MOSTLY * len(names) else found
    return found


def are_countries(names: Sequence[str], head: str, apart: bool = False) -> tuple[bool, str]:
    """Whether a column with this heading has countries' names or codes, and the reason if it is unclear.

    Codes of two or three letters also belong to states, cantons, companies and languages: they are countries' if the
    heading says so, or says nothing and all are known, and unless another column has the country (`apart`).
    """
    known, key = known_places(names), fold_name(head)
    if len(known) < _MOSTLY * len(names):
        return False, ""
    if any(len(name) > _CODE for name in names) or key in WORDS["country"] or key in WORDS["country_code"]:
        return True, ""
    if apart or (key in WORDS["no_country"] and len(known) < len(names)):
        return False, ""
    if key in WORDS["no_country"]:
        return False, gettext('the column is called "{column}"', column=head)
    codes = {name.upper() for name in names}
    if country := next((country for country, parts in _parts().items() if codes <= parts), ""):
        return False, gettext("they are also codes of parts of {country}", country=country_title(country))
    if others := [name for name in names if name not in known]:
        return False, gettext("not found: {units}", units=enumerated(others, most=5))
    return True, "" if len(names) >= _FEW else gettext("there are few of them")


@functools.cache
def _parts() -> dict[str, set[str]]:
    """The codes of each country's parts, by its alpha-3 code."""
    import pycountry

    result: dict[str, set[str]] = {}
    codes = {item.alpha_2: item.alpha_3 for item in pycountry.countries}
    for item in pycountry.subdivisions:
        result.setdefault(codes[item.country_code], set()).add(item.code.partition("-")[2])
    return result


def is_group(name: str) -> bool:
    """Whether a name is of a group of countries, such as `EU27` or `Euro area (20 countries)`."""
    key = fold_name(name)
    return key not in keys_of_countries() and (key in WORDS["countries"] or _GROUP.fullmatch(name) is not None)


def groups_among(names: Sequence[str]) -> list[str]:
    """Names of groups of countries where most others are countries."""
    groups = list(filter(is_group, names))
    others = [name for name in names if name not in groups]
    return groups if groups and len(known_places(others)) >= _MOSTLY * max(len(others), 1) else []


def placed(names: Sequence[str], inside: Mapping[str, str], countries: bool) -> tuple[dict[str, Place], str]:
    """The locations of units, as countries or as cities, and their kind; nothing if most are unknown.

    `inside` has the alpha-3 code of units that have one in the table; of cities without, the largest counts.
    """
    if countries:
        frame = _unit_set("countries")
        rows = () if frame is None else frame.itertuples()
        centres = {str(row.unit): Place(country=str(row.unit), lat=float(row.lat), lon=float(row.lon)) for row in rows}
        return {name: centres.get(code, Place(country=code)) for name, code in known_places(names).items()}, "countries"
    found = {}
    for name in names:
        for place in _cities().get(fold_name(name), ()):
            if name not in found and inside.get(name) in (None, place.country):
                found[name] = place
    return (found, "cities") if len(found) >= _MOSTLY * len(names) else ({}, "")


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
    frame = _unit_set(_GAZETTEER)
    result: dict[str, tuple[Place, ...]] = {}
    for row in () if frame is None else frame.sort_values("population", ascending=False).itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        place = Place(country=str(row.country), lat=float(row.lat), lon=float(row.lon), name=str(row.name))
        for key in {fold_name(item) for item in (row.name, *aliases)}:
            result[key] = (*result.get(key, ()), place)
    return result


@functools.cache
def _namesakes() -> dict[str, tuple[Place, ...]]:
    """Cities by their names without their qualifiers: `Valencia, Spain` and `Springfield (Massachusetts)`."""
    result: dict[str, tuple[Place, ...]] = {}
    for place in dict.fromkeys(place for places in _cities().values() for place in places):
        if (head := re.split(r", | \(", place.name)[0]) != place.name:
            result[fold_name(head)] = (*result.get(fold_name(head), ()), place)
    return result


def is_city(name: str) -> bool:
    """Whether the almanac knows a city of that name."""
    return fold_name(name) in _cities()


def is_country(name: str) -> bool:
    """Whether a name, not a code, is a country's."""
    return len(name) > _CODE and bool(known_places([name]))


def country_title(code: str) -> str:
    """A country's usual name in English, by its alpha-3 code."""
    import pycountry

    country = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name)) if country else code


def region_of(
    what: Sequence[str] | bytes, name: str, title: str
) -> tuple[dict[str, bytes], dict[str, Sequence[Place]]]:
    """Create a region.

    Args:
        what: Cities, one per line: a name, perhaps its country, perhaps latitude and longitude after commas; or the
            bytes of a GeoJSON feature collection.
        name: Its name in scenarios.
        title: Its description.

    Returns:
        Its files by name, None if all units are unclear; and the unclear units, as given, with the possible places. An
        answer is a line `Springfield, USA` or `Springfield, USA, 39.8, -89.65`.

    Raises:
        UsageError: The bytes are no feature collection.
    """
    rows, doubts = _polygons(what) if isinstance(what, bytes) else _cities_of(what)
    if not rows:
        return {}, doubts
    region: dict[str, Any] = {"name": name, "title": title}
    if isinstance(what, bytes):
        features = [{"type": "Feature", "properties": row, "geometry": row.pop("geometry")} for row in rows]
        units = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        region["units"] = {"file": POLYGONS}
    else:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        units = text.getvalue()
        registry = Registry.installed()
        known = registry.find("unit set", _GAZETTEER).record.origins if _GAZETTEER in registry.names("unit set") else ()
        origins = {
            item.name: attrs.asdict(item, filter=lambda at, value: at.name != "name" and value) for item in known
        }
        region["units"] = {"file": UNITS, "within_km": _REACH_KM, "origins": list(origins)}
        region["origins"] = origins
    ranks = Path(__file__).with_name("new").joinpath("templates/region/cities.toml.txt").read_text(encoding="utf-8")
    scenario = tomli_w.dumps({"title": title}) + ranks
    files = {region["units"]["file"]: units, "region.toml": tomli_w.dumps(region), "scenario.toml": scenario}
    return {file: content.encode() for file, content in files.items()}, doubts


def _cities_of(lines: Sequence[str]) -> tuple[list[dict[str, Any]], dict[str, Sequence[Place]]]:
    """A row for each line's city; unclear unless it states its place, or only one place is possible."""
    rows: list[dict[str, Any]] = []
    doubts: dict[str, Sequence[Place]] = {}
    for line in dict.fromkeys(item.strip() for item in lines if item.strip()):
        name, *more = (item.strip() for item in line.split(","))
        point = _point(more[-2:])
        words = more[:-2] if point else more
        country = country_called(words[0]) if words else None
        key = fold_name(name)
        known = list(dict.fromkeys((*_cities().get(key, ()), *_namesakes().get(key, ()))))
        if point:
            chosen = country or next((item.country for item in known), "")
            known = [Place(country=chosen, lat=point[0], lon=point[1])] if chosen else []
        elif words:
            known = [item for item in known if item.country == country]
        if len(known) == 1:
            (place,) = known
            code = _code(name, {row["unit"] for row in rows})
            rows.append({"unit": code, "name": name, "country": place.country, "lat": place.lat, "lon": place.lon})
        else:
            doubts[line] = known
    return rows, doubts


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


def _polygons(content: bytes) -> tuple[list[dict[str, Any]], dict[str, Sequence[Place]]]:
    """A row for each polygon: its code is the shortest property that identifies features; others are unclear."""
    try:
        features = parse_json(content.decode("utf-8-sig"))["features"]
        properties = [{key: str(value) for key, value in item["properties"].items()} for item in features]
        shapes = [item["geometry"] for item in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError("is not a GeoJSON feature collection with properties") from error
    unique = [
        key
        for key in (properties[0] if properties else ())
        if len({item.get(key, "") for item in properties}) == len(properties)
    ]
    code_key = min(unique, key=lambda key: sum(len(item.get(key, "")) for item in properties), default="")
    name_key = next((key for key in unique if "name" in key.casefold()), unique[-1] if unique else "")
    rows: list[dict[str, Any]] = []
    doubts: dict[str, Sequence[Place]] = {}
    for at, (fields, shape) in enumerate(zip(properties, shapes, strict=True), start=1):
        code = fields.get(code_key, "") if unique else str(at)
        name = fields.get(name_key, code)
        if shape and shape.get("type") in ("Polygon", "MultiPolygon"):
            rows.append({"unit": code, "name": name, "geometry": shape})
        else:
            doubts[name] = ()
    return rows, doubts
