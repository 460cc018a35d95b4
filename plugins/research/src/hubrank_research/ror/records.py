"""A record of ROR, schema 2, and what of it is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hubrank import FileProblem
from hubrank_fetching import misfit
from hubrank_fetching.geonames import codes_of_countries

_PLACE = {"country_code": (str, None), "lat": (float, int, None), "lng": (float, int, None), "name": (str, None)}
#: What a record must have; further keys are ROR's.
SHAPE = {
    "id": str,
    "status": str,
    "types": [str],
    "established": (int, None),
    "names": [{"value": str, "types": [str]}],
    "locations": [{"geonames_id": int, "geonames_details": _PLACE}],
    "relationships": [{"type": str, "id": str}],
}
_SHOWN = "ror_display"


@frozen(kw_only=True)
class Location:
    """A place of an organisation: a city or a region, by the point that GeoNames gives it.

    Attributes:
        geonames: Its GeoNames id.
        name: Its name.
        country: ISO 3166-1 alpha-3 (Kosovo: XKX); empty where ROR has a code that is none.
        lat: Degrees north; none where ROR has none.
        lon: Degrees east; none where ROR has none.
    """

    geonames: int
    name: str
    country: str
    lat: float | None
    lon: float | None


@frozen(kw_only=True)
class Organisation:
    """An organisation of research.

    Attributes:
        ror: Its id, as the address that ROR gives it: `https://ror.org/00pjdza24`.
        name: The name that ROR shows.
        status: `active`, `inactive` or `withdrawn`.
        types: Some of `hubrank_research.ror.TYPES`.
        established: The year; none where it is not known.
        locations: Its places, each once, in ROR's order.
        related: Other organisations by their ids: as `parent`, `child`, `related`, `predecessor`, `successor`.
    """

    ror: str
    name: str
    status: str
    types: tuple[str, ...]
    established: int | None
    locations: tuple[Location, ...]
    related: tuple[tuple[str, str], ...]

    def of(self, kind: str) -> tuple[str, ...]:
        """The ids of those that are related so: `parent`."""
        return tuple(ror for each, ror in self.related if each == kind)


def organisation_of(record: Any, where: str) -> Organisation:
    """What a record says.

    Args:
        record: The record.
        where: Where it stands, for messages.

    Raises:
        FileProblem: It has another form, such as that of schema 1.
    """
    if isinstance(record, dict) and "locations" not in record and {"addresses", "country"} & record.keys():
        what = f"{where}: has the records of schema 1, which ROR gave up in December 2025; take a dump of schema 2"
        raise FileProblem(what)
    if found := misfit(record, SHAPE, "record"):
        raise FileProblem(f"{where}: a record has another form: {found}")
    shown = [each["value"] for each in record["names"] if _SHOWN in each["types"]]
    places = {each["geonames_id"]: _location(each) for each in record["locations"]}
    return Organisation(
        ror=record["id"],
        name=shown[0] if shown else record["id"],
        status=record["status"],
        types=tuple(record["types"]),
        established=record["established"],
        locations=tuple(places.values()),
        related=tuple((each["type"], each["id"]) for each in record["relationships"]),
    )


def _location(found: Mapping[str, Any]) -> Location:
    details = found["geonames_details"]
    lat, lon = details["lat"], details["lng"]
    return Location(
        geonames=found["geonames_id"],
        name=details["name"] or "",
        country=codes_of_countries().get(details["country_code"] or "", ""),
        lat=None if lat is None else float(lat),
        lon=None if lon is None else float(lon),
    )
