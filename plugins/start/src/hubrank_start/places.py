"""Names of places as the world's codes, and where they lie, so that units get onto the map."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen
from hubrank.errors import fold_name
from hubrank_fetching.geonames import keys_of_countries

#: Languages in which names of countries are looked for where English does not know most of them.
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh_CN", "ar", "ja", "tr", "sv", "cs")
#: Groups of countries that stand among them.
_GROUPS = (
    *(
        "eu",
        "eu27",
        "eu28",
        "eu15",
        "eu25",
        "eu272020",
        "europeanunion",
        "euroarea",
        "eurozone",
        "ea19",
        "ea20",
        "oecd",
    ),
    *("world", "g7", "g20", "brics", "africa", "asia", "europe", "northamerica", "southamerica", "latinamerica"),
    *("oceania", "arabworld", "highincome", "lowincome", "middleincome", "uppermiddleincome", "lowermiddleincome"),
    *("eastasiapacific", "europecentralasia", "latinamericacaribbean", "middleeastnorthafrica", "southasia"),
    *(
        "subsaharanafrica",
        "oecdmembers",
        "oecdtotal",
        "leastdevelopedcountriesunclassification",
        "heavilyindebtedpoorcountrieshipc",
    ),
    *("asean", "efta", "eea", "nato", "global", "restoftheworld", "welt", "monde", "mundo", "ue", "ue27"),
)
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
    groups = [name for name in names if fold_name(name) in _GROUPS]
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
        return {name: _centre(code) for name, code in known.items()}, "countries"
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
    made: dict[str, str] = {}
    for each in pycountry.countries:
        for name in (each.name, getattr(each, "common_name", "")):
            made |= {fold_name(words.gettext(name)): each.alpha_3} if name else {}
    return made


@functools.cache
def _unit_set(name: str) -> Any:
    """The rows of an installed unit set; none where it is not installed."""
    from hubrank import Registry

    registry = Registry.installed()
    return registry.find("unit set", name).record.units() if name in registry.names("unit set") else None


@functools.cache
def _centres() -> dict[str, tuple[float, float]]:
    frame = _unit_set("countries")
    if frame is None:
        return {}
    return {str(row.unit): (float(row.lat), float(row.lon)) for row in frame.itertuples()}


def _centre(code: str) -> Place:
    lat, lon = _centres().get(code, (None, None))
    return Place(country=code, lat=lat, lon=lon)


@functools.cache
def _cities() -> dict[str, tuple[Place, ...]]:
    """Cities by name and alias, the most populous first."""
    frame = _unit_set("agglomerations")
    made: dict[str, tuple[Place, ...]] = {}
    if frame is None:
        return made
    for row in frame.sort_values("population", ascending=False).itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        place = Place(country=str(row.country), lat=float(row.lat), lon=float(row.lon), name=str(row.name))
        for key in {fold_name(each) for each in (row.name, *aliases)}:
            made[key] = (*made.get(key, ()), place)
    return made


@functools.cache
def _namesakes() -> dict[str, tuple[Place, ...]]:
    """Cities by their names without what tells them apart: `Valencia, Spain` and `Springfield (Massachusetts)`."""
    made: dict[str, tuple[Place, ...]] = {}
    for place in dict.fromkeys(place for places in _cities().values() for place in places):
        if (head := re.split(r", | \(", place.name)[0]) != place.name:
            made[fold_name(head)] = (*made.get(fold_name(head), ()), place)
    return made


def cities_called(name: str) -> tuple[Place, ...]:
    """The cities of a name or alias that the almanac knows, those too that it tells apart by what follows the name."""
    key = fold_name(name)
    return tuple(dict.fromkeys((*_cities().get(key, ()), *_namesakes().get(key, ()))))


def is_city(name: str) -> bool:
    """Whether the almanac knows a city of that name."""
    return fold_name(name) in _cities()


def _city(found: Sequence[Place], country: str | None) -> Place | None:
    """The city in its country; the largest of its name where the country is not told."""
    return next((each for each in found if country is None or each.country == country), None)


def country_title(code: str) -> str:
    """A country's usual name in English, by its alpha-3 code."""
    import pycountry

    country = pycountry.countries.get(alpha_3=code)
    return str(getattr(country, "common_name", country.name)) if country else code
