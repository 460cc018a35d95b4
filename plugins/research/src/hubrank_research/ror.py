"""Organisations of research by their places, from the dump of the Research Organization Registry (ROR).

For authors of sources with ROR ids: `organisations`, all of the dump, and `looked_up`, a newer one. Sources that use
them declare it: `@fetched(..., others=(ror.ZENODO, ror.API))`.
"""

import contextlib
import datetime
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import ijson
import pandas as pd
from attrs import frozen
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, shorten
from hubrank.plugin import Coverage, FileProblem, Origin, Request, Table
from hubrank_fetching import FetchError, Needs, Refusal, Service, archives, fetched, if_kept, misfit, zenodo
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Session
from hubrank_fetching.zenodo import SERVICE as ZENODO

from hubrank_research import CC0, PLACE

_NOT_FOUND = 404


def _refusal(found: Refusal) -> FetchError | None:
    what = "knows no organisation of this id; check it at https://ror.org"
    return FetchError("ror", what, "you") if found.status == _NOT_FOUND else None


#: Anyone may send fifty requests in five minutes.
API = Service(name="ror", address="https://api.ror.org/v2/organizations", days=30, pace=6, refusal=_refusal)
#: The request to Zenodo, and a dump of 2026.
NEEDS = Needs(requests=2, bytes=60_000_000, seconds=60)

Type = Literal[
    "education", "funder", "healthcare", "company", "archive", "nonprofit", "government", "facility", "other"
]
#: The types of organisations, in ROR's order.
TYPES: tuple[str, ...] = get_args(Type)
_PLACE = {"country_code": (str, None), "lat": (float, int, None), "lng": (float, int, None), "name": (str, None)}
#: The required keys of a record; further keys are ROR's.
SHAPE = {
    "id": str,
    "status": str,
    "types": [str],
    "established": (int, None),
    "names": [{"value": str, "types": [str]}],
    "locations": [{"geonames_id": int, "geonames_details": _PLACE}],
    "relationships": [{"type": str, "id": str}],
}
_SHOWN, _ACTIVE = "ror_display", "active"
#: The number that covers all versions of the dump.
CONCEPT = "6347574"
#: The names of dumps: `v2.10-2026-07-20-ror-data.zip`; in years with two schemas, the second's name shows it.
_NAMED = re.compile(r"v(\d+(?:\.\d+)+)-(\d{4}-\d{2}-\d{2})-ror-data")
_SECOND, _JSON = "_schema_v2.json", ".json"
#: The number of organisations in a frame.
_BATCH = 20_000
#: The end of an id, which may be written as an address.
_ID = re.compile(r"0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
_COLUMNS = PLACE | {
    "geonames": "GeoNames id",
    "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
    "year": "of the dump",
    "organisations": "active organisations of research",
    **{kind: f"those of the type {kind}" for kind in TYPES},
}


@frozen(kw_only=True)
class Options:
    """Options of the source.

    Attributes:
        types: Only organisations of one of these types; all by default.
        locations: The count of an organisation with several places: `split`, 1 divided among them; `presence`, 1 at
            each of them; `first`, 1 at the one that ROR names first.
        file: ROR's zip, or the JSON in it, instead of the newest one; relative to the scenario.
    """

    types: tuple[Type, ...] = ()
    locations: Literal["split", "presence", "first"] = "split"
    file: Path | None = None


@frozen(kw_only=True)
class Dump:
    """A dump; version (`v2.10`) and date of the release are empty if its name does not contain them.

    The date of the fetch is empty for a user's file. The digest is a SHA-256.
    """

    path: Path
    name: str
    digest: str
    version: str
    published: str
    accessed: str = ""

    @property
    def year(self) -> int:
        """The year of the release."""
        if not self.published:
            example = "v2.10-2026-07-20-ror-data.zip"
            raise FileProblem(f"{self.name}: its name has no date; call it as ROR does: {example}")
        return datetime.date.fromisoformat(self.published).year


def tables(options: Options) -> tuple[Table, ...]:
    """The one table; in the year of the dump no row means that there is no organisation.

    Before there is a dump, a scenario that says what no row means must be readable too: the newest dump is of now.
    """
    dump = _dump(options)
    year = dump.year if dump and dump.published else datetime.datetime.now(tz=datetime.UTC).year
    about = {"title": "Active organisations of research by their places", "columns": _COLUMNS, "origin": API.name}
    return (Table(name="organisations", kind="stock", covers=Coverage(first=year, last=year), **about),)


def _dump(options: Options) -> Dump | None:
    """The dump that is kept or given; None if there is none yet."""
    try:
        if options.file is None:
            return if_kept(ZENODO, dump_of, None)
        return dump_of(Session(ZENODO), options.file)
    except (FetchError, FileProblem):
        return None


def origins(options: Options) -> tuple[Origin, ...]:
    """ROR, with the version and the days of the dump, where it is there."""
    dump = _dump(options)
    version = f", {dump.version}" if dump and dump.version else ""
    return (
        Origin(
            name=API.name,
            producer="Research Organization Registry",
            title=f"ROR data{version}",
            url="https://doi.org/10.5281/zenodo.6347574",
            **CC0,
            published=dump.published if dump else "",
            accessed=dump.accessed if dump else "",
            citation=f"Research Organization Registry, ROR data{version}, https://ror.org",
            note="Points of places are GeoNames' (CC BY 4.0).",
        ),
    )


def needs(request: Request) -> Needs:
    """The dump; nothing if the user has one."""
    return NEEDS if request.options.file is None else Needs(requests=0, bytes=0, seconds=0)


@fetched(ZENODO, needs, ask=lambda request, session: dump_of(session, request.options.file))
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each active organisation and place, and for each without one."""
    options = request.options
    dump = dump_of(session, options.file)
    year = dump.year
    wanted = (item for item in records_of(dump) if item.status == _ACTIVE)
    of_types = (item for item in wanted if not options.types or {*options.types} & {*item.types})
    rows = (row for item in of_types for row in _rows(item, year, options))
    while batch := tuple(itertools.islice(rows, _BATCH)):
        yield pd.DataFrame(batch, columns=[*_COLUMNS])


def fingerprint(request: Request) -> str:
    """The digest of the dump."""
    return dump_of(Session(ZENODO), request.options.file).digest


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table
    """Two real organisations: the University of California's system, in Oakland, and a firm in Bern."""
    rows = {
        "education": ("5378538", 37.802168, -122.271281, "USA", 2026, 1.0),
        "company": ("2661552", 46.94809, 7.44744, "CHE", 2026, 1.0),
    }
    cells = [(*row, *(float(item == kind) for item in TYPES)) for kind, row in rows.items()]
    wanted = [not options.types or kind in options.types for kind in rows]
    return pd.DataFrame(cells, columns=[*_COLUMNS])[wanted].reset_index(drop=True)


@frozen(kw_only=True)
class Location:
    """A place of an organisation: a city or a region, by its GeoNames id and the point that GeoNames gives it.

    Its country is in ISO 3166-1 alpha-3 (Kosovo: XKX), and empty if ROR has a code that is none; degrees north and
    east are None if ROR has none.
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
        established: The year; None if it is not known.
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
    """The fields of a record."""
    if isinstance(record, dict) and "locations" not in record and {"addresses", "country"} & record.keys():
        what = f"{where}: has the records of schema 1, which ROR gave up in December 2025; take a dump of schema 2"
        raise FileProblem(what)
    if found := misfit(record, SHAPE, "record"):
        raise FileProblem(f"{where}: a record has another form: {found}")
    shown = [item["value"] for item in record["names"] if _SHOWN in item["types"]]
    places: dict[int, Location] = {}
    for item in record["locations"]:
        details = item["geonames_details"]
        lat, lon = (None if details[name] is None else float(details[name]) for name in ("lat", "lng"))
        country = codes_of_countries().get(details["country_code"] or "", "")
        about = {"geonames": item["geonames_id"], "name": details["name"] or "", "country": country}
        places[item["geonames_id"]] = Location(**about, lat=lat, lon=lon)
    return Organisation(
        ror=record["id"],
        name=shown[0] if shown else record["id"],
        status=record["status"],
        types=tuple(record["types"]),
        established=record["established"],
        locations=tuple(places.values()),
        related=tuple((item["type"], item["id"]) for item in record["relationships"]),
    )


def dump_of(session: Session, file: Path | None = None) -> Dump:
    """The dump of a session, or of a file of the user's."""
    if file is None:
        asked = session.beside(ZENODO) if session.service.name != ZENODO.name else session
        record = zenodo.record(asked, CONCEPT)
        entry = record.entry(".zip")
        found = zenodo.download(asked, record, entry, magic=archives.ZIP, check=_check)
        about = {"path": found.path, "name": entry.name, "digest": found.digest, "accessed": found.date}
        missing = record.version, record.published
    else:
        check_size(file)
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        about, missing = {"path": file, "name": file.name, "digest": digest}, ("", "")
    named = _NAMED.search(about["name"])
    version, published = (f"v{named[1]}", named[2]) if named else missing
    return Dump(**about, version=version, published=published)


def _check(path: Path) -> None:
    """Reject a zip that has no records; they are looked at when they are read."""
    with archives.archive(path, "dump") as opened:
        _member(opened, "dump")


def organisations(session: Session, file: Path | None = None) -> Iterator[Organisation]:
    """All organisations of the newest dump, also those that are no longer active, one at a time.

    Args:
        session: The session of a source that said it asks Zenodo.
        file: A dump of the user's, in place of the newest one.

    Raises:
        FetchError: It cannot be had.
        FileProblem: It is no dump of schema 2, or damaged.
    """
    yield from records_of(dump_of(session, file))


def records_of(dump: Dump) -> Iterator[Organisation]:
    """The organisations of a dump."""
    with _opened(dump) as stream:
        try:
            for record in ijson.items(stream, "item", use_float=True):
                yield organisation_of(record, shorten(dump.name))
        except ijson.JSONError as error:
            raise FileProblem(
                f"{shorten(dump.name)}: is invalid or incomplete JSON: {library_message(error)}"
            ) from None


@contextlib.contextmanager
def _opened(dump: Dump) -> Iterator[BinaryIO]:
    """The JSON of a dump: a member of the zip, or the file itself."""
    if dump.path.suffix.lower() == _JSON:
        with dump.path.open("rb") as stream:
            yield stream
    else:
        with archives.archive(dump.path, dump.name) as opened, opened.open(_member(opened, dump.name)) as stream:
            yield stream


def _member(opened: archives.Archive, name: str) -> str:
    """The member that has the records of schema 2."""
    for end in (_SECOND, _JSON):
        found = [item for item in opened.names if item.endswith(end)]
        if len(found) == 1:
            return found[0]
    there = shorten_list([shorten(item) for item in opened.names])
    raise FileProblem(f"{shorten(name)}: has not one JSON file of ROR, but {there}")


def _rows(item: Organisation, year: int, options: Options) -> Iterable[tuple[object, ...]]:
    """The counts of an organisation at each of its places; without a place it is unassigned, and reported."""
    places = item.locations[:1] if options.locations == "first" else item.locations
    share = 1 / len(places) if options.locations == "split" and places else 1.0
    amounts = [share if kind in item.types else 0.0 for kind in TYPES]
    points = [(str(place.geonames), place.lat, place.lon, place.country or None) for place in places]
    return [(*point, year, share, *amounts) for point in points or [(None,) * 4]]


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
        raise FetchError(API.name, f"'{ror}' is not an id of ROR", "you")
    return organisation_of(session.beside(API).json(short, shape=dict, check=check).content, API.name)


def check(value: Any) -> None:
    """Reject an error that comes as if all were well, and a record of another form."""
    errors = value.get("errors") if isinstance(value, dict) else None
    if errors:
        text = " ".join(map(str, errors if isinstance(errors, list) else [errors]))
        raise FetchError(API.name, f"refuses what it was asked: {text[:200].rstrip('.')}", "us")
    try:
        organisation_of(value, API.name)
    except FileProblem as problem:
        raise FetchError(API.name, str(problem).removeprefix(f"{API.name}: "), "us") from None
