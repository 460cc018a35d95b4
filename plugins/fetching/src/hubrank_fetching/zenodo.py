"""Records of Zenodo: the newest version of one, its files with their checksums, and what lies in its zips."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from attrs import frozen
from hubrank.errors import shorten_list

from hubrank_fetching.services import FetchError, File, Service
from hubrank_fetching.session import Session

SERVICE = Service(name="zenodo", address="https://zenodo.org/api", days=7)
_FILE = {"key": str, "size": int, "checksum": str}
_SHAPE = {"id": (int, str), "metadata": {"publication_date": str}, "files": [_FILE]}


@frozen(kw_only=True)
class Entry:
    """A file of a record, its bytes and its digest, such as `md5:...`."""

    name: str
    size: int
    checksum: str


@frozen(kw_only=True)
class Record:
    """A version of a deposit, which never changes, with its files and the date in ISO form.

    The number identifies this version; the version is its authors' label, or empty.
    """

    number: str
    version: str
    published: str
    entries: tuple[Entry, ...]

    def entry(self, ending: str) -> Entry:
        """The first of its files whose name ends so.

        Raises:
            FetchError: There is none.
        """
        found = next((item for item in self.entries if item.name.endswith(ending)), None)
        if found is None:
            there = shorten_list([item.name for item in self.entries])
            raise FetchError(SERVICE.name, f"record {self.number} has no {ending}; it has {there}", "us")
        return found


def record(session: Session, number: str) -> Record:
    """A record by the number after `10.5281/zenodo.`; for a number that covers all versions, the newest.

    Raises:
        FetchError: It is unavailable.
    """
    found: dict[str, Any] = session.json(f"records/{number}", shape=_SHAPE).content
    entries = tuple(Entry(name=item["key"], size=item["size"], checksum=item["checksum"]) for item in found["files"])
    version, published = str(found["metadata"].get("version") or ""), found["metadata"]["publication_date"]
    return Record(number=str(found["id"]), version=version, published=published, entries=entries)


def download(
    session: Session, of: Record, entry: Entry, *, magic: bytes = b"", check: Callable[[Path], None] | None = None
) -> File:
    """A file of a record, which is never requested twice; `magic` and `check` are those of `Session.download`.

    Raises:
        FetchError: It is unavailable, or differs from the record.
    """
    path = f"records/{of.number}/files/{quote(entry.name, safe='')}/content"
    about = {"version": of.version or of.published, "checksum": entry.checksum, "size": entry.size}
    return session.download(path, magic=magic, check=check, **about)


def member(session: Session, of: Record, entry: Entry, name: str, *, check: Callable[[Path], None]) -> File:
    """One file in a zip of a record by its path there, which Zenodo unpacks: the rest of the zip is not fetched.

    Args:
        session: Of Zenodo.
        of: The record.
        entry: The zip.
        name: The path in it.
        check: A check of the file, since Zenodo states neither its size nor a checksum; see `Session.download`.

    Raises:
        FetchError: It is unavailable or invalid.
    """
    path = f"records/{of.number}/files/{quote(entry.name, safe='')}/container/{quote(name)}"
    return session.download(path, version=of.version or of.published, check=check)
