"""Where items of Wikidata lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank_research.wikidata.asking import Row, of_items
from hubrank_research.wikidata.ids import item_of

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

#: A point on a globe, that of the Earth where none is named: longitude first.
_POINT = re.compile(r"(?:<(?P<globe>[^>]*)> *)?POINT *\( *(?P<lon>[-+.\dE]+) +(?P<lat>[-+.\dE]+) *\)", re.IGNORECASE)
_EARTH = "http://www.wikidata.org/entity/Q2"
_COUNTRY = re.compile(r"[A-Z]{3}")


@frozen(kw_only=True)
class Place:
    """Where an item lies.

    Attributes:
        lat: Degrees north.
        lon: Degrees east.
        geonames: Its GeoNames id; none where Wikidata has none, or several.
        country: ISO 3166-1 alpha-3; empty where Wikidata has none, or several.
    """

    lat: float
    lon: float
    geonames: int | None
    country: str


def places(items: Iterable[str], session: Session) -> dict[str, Place]:
    """Where items lie, those alone that have a point on Earth; of several points the first in order is taken.

    Args:
        items: Their ids, such as `Q62`.
        session: A session of Wikidata: `session.beside(SERVICE)` in a source of another service.

    Raises:
        FetchError: They cannot be had.
    """
    told: dict[str, list[Row]] = {}
    for row in of_items(session, "places", items):
        told.setdefault(item_of(row.get("place", "")), []).append(row)
    found = {item: place_of(rows) for item, rows in told.items()}
    return {item: place for item, place in found.items() if item and place}


def place_of(rows: Iterable[Row]) -> Place | None:
    """The place of the rows of one item; none without a point on Earth."""
    said = {name: _values(rows, name) for name in ("point", "geonames", "own", "country")}
    points = [point for each in said["point"] if (point := point_of(each))]
    if not points:
        return None
    lat, lon = points[0]
    geonames = _only(each for each in said["geonames"] if each.isascii() and each.isdigit())
    return Place(lat=lat, lon=lon, geonames=int(geonames) if geonames else None, country=country_of(said))


def country_of(said: Mapping[str, Iterable[str]]) -> str:
    """The code of an item that is a country or has a code of its own, as Hong Kong has, else that of its country."""
    own, others = (_only(each for each in said[name] if _COUNTRY.fullmatch(each)) for name in ("own", "country"))
    return own or others


def point_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of `Point(lon lat)`; none on another globe, or where it is no point."""
    found = _POINT.fullmatch(text.strip())
    if not found or found["globe"] not in (None, _EARTH):
        return None
    try:
        lat, lon = float(found["lat"]), float(found["lon"])
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def _values(rows: Iterable[Row], name: str) -> list[str]:
    return sorted({row[name] for row in rows if name in row})


def _only(values: Iterable[str]) -> str:
    """The one value; empty where there is none, or several."""
    found = list(values)
    return found[0] if len(found) == 1 else ""
