"""Where organisations are, and what of one counts at each place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank_research.wikidata.asking import Row, of_items
from hubrank_research.wikidata.ids import item_of, number_of
from hubrank_research.wikidata.locating import Place, places, point_of

if TYPE_CHECKING:
    from hubrank_fetching.session import Session


@frozen(kw_only=True)
class Spot:
    """A place of an organisation.

    Attributes:
        share: What of the organisation counts there.
        lat: Degrees north; none where it is not known.
        lon: Degrees east.
        geonames: The GeoNames id of the city; none where it is not known.
        country: ISO 3166-1 alpha-3; empty where it is not known.
        method: How the place was found, or why there is none.
    """

    share: Fraction
    lat: float | None
    lon: float | None
    geonames: int | None
    country: str
    method: str


@frozen(kw_only=True)
class Organisation:
    """An organisation.

    Attributes:
        ror: Its id in the Research Organization Registry; empty where it has none, or several.
        spots: Its places, whose shares add up to 1.
    """

    ror: str
    spots: tuple[Spot, ...]


@frozen(kw_only=True)
class _Seat:
    """What Wikidata says of a place of an organisation: in which item it lies, and at which point."""

    within: str
    point: tuple[float, float] | None
    method: str


def organisations(items: Collection[str], session: Session) -> dict[str, Organisation]:
    """Where organisations are, by their ids and in their order: each has a place, if only one that is not known.

    The head offices of the best rank that have not ended count, a share each; where there is none the district; where
    there is none, or there are several, the organisation's own point. That point is also the more exact one of a single
    head office or district.

    Raises:
        FetchError: They cannot be had.
    """
    told: dict[str, list[Row]] = {item: [] for item in items}
    for row in of_items(session, "seats", items):
        told.setdefault(item_of(row.get("item", "")), []).append(row)
    seats = {item: _seats(rows) for item, rows in told.items() if item}
    known = places({seat.within for each in seats.values() for seat in each if seat.within}, session)
    return {
        item: Organisation(ror=_ror(told[item]), spots=tuple(_spot(seat, len(each), known) for seat in each))
        for item, each in sorted(seats.items(), key=lambda found: number_of(found[0]))
    }


def _seats(rows: Iterable[Row]) -> list[_Seat]:
    """The places of one organisation."""
    rows = list(rows)
    own = _point(rows, "own")
    offices = _items((row for row in rows if "ended" not in row), "city")
    if offices:
        points = [_point([row for row in rows if item_of(row.get("city", "")) == city], "at") for city in offices]
        single = own if len(offices) == 1 else None
        found = zip(offices, points, strict=True)
        return [_Seat(within=city, point=at or single, method="by head office") for city, at in found]
    districts = _items(rows, "district")
    if len(districts) == 1:
        return [_Seat(within=districts[0], point=own, method="by district")]
    return [_Seat(within="", point=own, method="by its own point" if own else "no place")]


def _spot(seat: _Seat, number: int, known: dict[str, Place]) -> Spot:
    """One of so many places of an organisation."""
    place = known.get(seat.within)
    point = seat.point or ((place.lat, place.lon) if place else None)
    lat, lon = point or (None, None)
    return Spot(
        share=Fraction(1, number),
        lat=lat,
        lon=lon,
        geonames=place.geonames if place else None,
        country=place.country if place else "",
        method=seat.method if point else "no place",
    )


def _items(rows: Iterable[Row], name: str) -> Sequence[str]:
    found = {item_of(row[name]) for row in rows if name in row}
    return sorted(found - {""}, key=number_of)


def _point(rows: Iterable[Row], name: str) -> tuple[float, float] | None:
    """The first point on Earth, in order."""
    found = sorted({row[name] for row in rows if name in row})
    return next((point for each in found if (point := point_of(each))), None)


def _ror(rows: Iterable[Row]) -> str:
    found = {row["ror"] for row in rows if "ror" in row}
    return found.pop() if len(found) == 1 else ""
