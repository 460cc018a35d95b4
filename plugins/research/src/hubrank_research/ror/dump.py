"""ROR's dump: the newest one that is kept or fetched, or a file of the person's; its records one at a time."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from attrs import frozen
from hubrank import FileProblem
from hubrank.errors import shorten_list
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, shorten
from hubrank_fetching import archives, zenodo

from hubrank_research.ror.records import Organisation, organisation_of

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

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
        """The year of the release.

        Raises:
            FileProblem: The file's name does not say it.
        """
        if not self.published:
            example = "v2.10-2026-07-20-ror-data.zip"
            raise FileProblem(f"{self.name}: its name has no date; call it as ROR does: {example}")
        return datetime.date.fromisoformat(self.published).year


def dump_of(session: Session, file: Path | None = None) -> Dump:
    """The dump of a session, or of a file of the person's.

    Raises:
        FetchError: It cannot be had.
        FileProblem: The file is not there.
    """
    return _kept(session) if file is None else _given(file)


def _kept(session: Session) -> Dump:
    asked = session.beside(zenodo.SERVICE) if session.service.name != zenodo.SERVICE.name else session
    record = zenodo.record(asked, CONCEPT)
    entry = record.entry(".zip")
    found = zenodo.download(asked, record, entry, magic=archives.ZIP, check=_check)
    version, published = _told(entry.name)
    said = {"version": version or record.version, "published": published or record.published}
    return Dump(path=found.path, name=entry.name, digest=found.digest, accessed=found.date, **said)


def _given(file: Path) -> Dump:
    check_size(file)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    version, published = _told(file.name)
    return Dump(path=file, name=file.name, digest=digest, version=version, published=published, accessed="")


def _told(name: str) -> tuple[str, str]:
    """The version and the day that a name tells."""
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
    found = [each for each in opened.names if each.endswith(_JSON)]
    second = [each for each in found if each.endswith(_SECOND)]
    for only in (second, found):
        if len(only) == 1:
            return only[0]
    there = shorten_list([shorten(each) for each in opened.names])
    raise FileProblem(f"{shorten(name)}: has not one JSON file of ROR, but {there}")
