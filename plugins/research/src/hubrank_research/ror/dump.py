"""ROR's dump: records, and organisations by place as rows."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, shorten
from hubrank_fetching import FetchError, archives, misfit, zenodo
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session

from hubrank_research.ror import API, TYPES, Options

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
        return tuple(ror for item, ror in self.related if item == kind)


def organisation_of(record: Any, where: str) -> Organisation:
    """What a record says."""
    if isinstance(record, dict) and "locations" not in record and {"addresses", "country"} & record.keys():
        what = f"{where}: has the records of schema 1, which ROR gave up in December 2025; take a dump of schema 2"
        raise FileProblem(what)
    if found := misfit(record, SHAPE, "record"):
        raise FileProblem(f"{where}: a record has another form: {found}")
    shown = [item["value"] for item in record["names"] if _SHOWN in item["types"]]
    places = {item["geonames_id"]: _location(item) for item in record["locations"]}
    return Organisation(
        ror=record["id"],
        name=shown[0] if shown else record["id"],
        status=record["status"],
        types=tuple(record["types"]),
        established=record["established"],
        locations=tuple(places.values()),
        related=tuple((item["type"], item["id"]) for item in record["relationships"]),
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


#: The number that stands for all versions of the dump.
CONCEPT = "6347574"
#: How a dump's file is called: `v2.10-2026-07-20-ror-data.zip`; of years with two schemas, the second's says so.
_NAMED = re.compile(r"v(\d+(?:\.\d+)+)-(\d{4}-\d{2}-\d{2})-ror-data")
_SECOND = "_schema_v2.json"
_JSON = ".json"


@frozen(kw_only=True)
class Dump:
    """A dump.

    Attributes:
        path: Where it lies.
        name: What it is called.
        digest: SHA-256 of its bytes.
        version: Such as `v2.10`; empty where its name does not say so.
        published: The day of the release, in ISO form; empty where its name does not say so.
        accessed: The day on which it was fetched; empty of a file of the person's.
    """

    path: Path
    name: str
    digest: str
    version: str
    published: str
    accessed: str

    @property
    def year(self) -> int:
        """The year of the release."""
        if not self.published:
            example = "v2.10-2026-07-20-ror-data.zip"
            raise FileProblem(f"{self.name}: its name has no date; call it as ROR does: {example}")
        return datetime.date.fromisoformat(self.published).year


def dump_of(session: Session, file: Path | None = None) -> Dump:
    """The dump of a session, or of a file of the person's."""
    return _kept(session) if file is None else _given(file)


def _kept(session: Session) -> Dump:
    asked = session.beside(zenodo.SERVICE) if session.service.name != zenodo.SERVICE.name else session
    record = zenodo.record(asked, CONCEPT)
    entry = record.entry(".zip")
    found = zenodo.download(asked, record, entry, magic=archives.ZIP, check=_check)
    version, published = _name_texts(entry.name)
    text = {"version": version or record.version, "published": published or record.published}
    return Dump(path=found.path, name=entry.name, digest=found.digest, accessed=found.date, **text)


def _given(file: Path) -> Dump:
    check_size(file)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    version, published = _name_texts(file.name)
    return Dump(path=file, name=file.name, digest=digest, version=version, published=published, accessed="")


def _name_texts(name: str) -> tuple[str, str]:
    found = _NAMED.search(name)
    return (f"v{found[1]}", found[2]) if found else ("", "")


def _check(path: Path) -> None:
    """Refuse a zip that has no records; they are looked at when they are read."""
    with archives.archive(path, "dump") as opened:
        _member(opened, "dump")


def organisations(session: Session, file: Path | None = None) -> Iterator[Organisation]:
    """All organisations of the newest dump, also those that are no longer active, one at a time.

    Args:
        session: The session of a source that said it asks Zenodo.
        file: A dump of the person's, in place of the newest one.

    Raises:
        FetchError: It cannot be had.
        FileProblem: It is no dump of schema 2, or damaged.
    """
    yield from records_of(dump_of(session, file))


def records_of(dump: Dump) -> Iterator[Organisation]:
    """The organisations of a dump."""
    import ijson

    with _opened(dump) as stream:
        try:
            for record in ijson.items(stream, "item", use_float=True):
                yield organisation_of(record, shorten(dump.name))
        except ijson.JSONError as error:
            raise FileProblem(f"{shorten(dump.name)}: is no JSON, or half of it: {library_message(error)}") from None


@contextlib.contextmanager
def _opened(dump: Dump) -> Iterator[BinaryIO]:
    """The JSON of a dump: a member of the zip, or the file itself."""
    if dump.path.suffix.lower() == _JSON:
        with dump.path.open("rb") as stream:
            yield stream
        return
    with archives.archive(dump.path, dump.name) as opened, opened.open(_member(opened, dump.name)) as stream:
        yield stream


def _member(opened: archives.Archive, name: str) -> str:
    """The member that has the records of schema 2."""
    found = [item for item in opened.names if item.endswith(_JSON)]
    second = [item for item in found if item.endswith(_SECOND)]
    for only in (second, found):
        if len(only) == 1:
            return only[0]
    there = shorten_list([shorten(item) for item in opened.names])
    raise FileProblem(f"{shorten(name)}: has not one JSON file of ROR, but {there}")


#: So many organisations make a frame.
_BATCH = 20_000
_PLACES = ("geonames", "lat", "lon", "country", "year")
_ACTIVE = "active"
#: An organisation without a place is counted nowhere, and told.
_NOWHERE = Location(geonames=0, name="", country="", lat=None, lon=None)


def frames(found: Iterable[Organisation], year: int, options: Options) -> Iterator[pd.DataFrame]:
    """The rows of organisations that count, in pieces."""
    rows = (row for item in found if counts(item, options) for row in _rows(item, year, options))
    for batch in _batched(rows):
        yield pd.DataFrame(batch, columns=[*_PLACES, "organisations", *TYPES])


def _batched(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[tuple[object, ...], ...]]:
    while batch := tuple(itertools.islice(rows, _BATCH)):
        yield batch


def counts(item: Organisation, options: Options) -> bool:
    """Whether an organisation is there, and of a type that is asked for."""
    return item.status == _ACTIVE and (not options.types or bool(set(options.types) & set(item.types)))


def _rows(item: Organisation, year: int, options: Options) -> Iterator[tuple[object, ...]]:
    """What an organisation counts at each of its places."""
    places = item.locations[:1] if options.locations == "first" else item.locations
    share = 1 / len(places) if options.locations == "split" and places else 1.0
    amounts = [share if kind in item.types else 0.0 for kind in TYPES]
    for place in places or (_NOWHERE,):
        code = str(place.geonames) if place.geonames else None
        yield (code, place.lat, place.lon, place.country or None, year, share, *amounts)


#: What ends an id, which may come as an address.
_ID = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")


def looked_up(ror: str, session: Session) -> Organisation:
    """An organisation by its id.

    Args:
        ror: `https://ror.org/00pjdza24`, or its end.
        session: The session of a source that said it asks the API.

    Raises:
        FetchError: There is none, or it cannot be had.
    """
    short = ror.rpartition("/")[2].lower()
    if not _ID.fullmatch(short):
        raise FetchError(API.name, f"'{ror}' is no id of ROR", "you")
    found: Organisation = organisation_of(session.beside(API).json(short, shape=dict, check=check).content, API.name)
    return found


def check(value: Any) -> None:
    """Refuse an error that comes as if all were well, and a record of another form."""
    errors = value.get("errors") if isinstance(value, dict) else None
    if errors:
        text = " ".join(str(item) for item in errors)[:200] if isinstance(errors, list) else str(errors)[:200]
        raise FetchError(API.name, f"refuses what it was asked: {text.rstrip('.')}", "us")
    try:
        organisation_of(value, API.name)
    except FileProblem as problem:
        raise FetchError(API.name, str(problem).removeprefix(f"{API.name}: "), "us") from None
