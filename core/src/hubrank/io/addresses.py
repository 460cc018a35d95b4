"""Addresses of tables, such as `https://` and `s3://`, and the copies of them that `hubrank fetch` keeps."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from attrs import field, frozen

from hubrank.errors import UsageError, shorten_list

#: Where files lie, and where tables with snapshots do: the kind of the table is in front.
SCHEMES = ("https", "s3", "gs")
SNAPSHOTS = tuple(f"{kind}+{place}" for kind in ("delta", "iceberg") for place in ("s3", "gs", "file"))
#: The scheme of tables of this process.
PYTHON = "python"
#: The beginning of an address, also where a path was made of it; the one letter of `C:/` is a drive.
_BEGINNING = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/{1,2}")
#: Parameters of a query that hold credentials.
_SECRET = re.compile(r"sig|token|key|secret|passw|credential|auth", re.IGNORECASE)
#: The folder of copies within the cache's, that of the files of one address, and the note in it.
COPIES, WITHIN, NOTE = "addresses", "@", ".said.json"
#: The most letters of a folder's name.
_LONGEST = 200


def cache_folder() -> Path:
    """The folder that `HUBRANK_CACHE` names, or the platform's for caches."""
    if named := os.environ.get("HUBRANK_CACHE"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("hubrank"))


def is_address(text: str) -> bool:
    """Whether a text is the address of something elsewhere, and no path."""
    return _BEGINNING.match(text) is not None


@frozen(kw_only=True)
class Address:
    """The parts of an address.

    Attributes:
        scheme: Such as `s3`, or `delta+s3` for a table with snapshots.
        host: The host, with its port, or the bucket.
        way: The names of the folders and of the file, of which some may be patterns.
        query: The text behind `?`; empty if there is none.
        snapshot: The text behind `#`; empty if there is none.
    """

    scheme: str
    host: str
    way: tuple[str, ...]
    query: str = ""
    snapshot: str = ""

    @classmethod
    def of(cls, text: str) -> Address:
        """The parts of an address that can be fetched.

        Raises:
            UsageError: It cannot be; the message has no credentials in it.
        """
        found = _BEGINNING.match(text)
        assert found  # noqa: S101  # the caller asked
        rest, _, snapshot = text[found.end() :].partition("#")
        rest, _, query = rest.partition("?")
        host, *way = rest.rstrip("/").split("/")
        result = cls(scheme=found[1].lower(), host=host, way=tuple(way), query=query, snapshot=snapshot)
        if what := result._refusal():
            raise UsageError(what)
        return result

    def __str__(self) -> str:
        """The address in its one form."""
        rest = f"{'?' if self.query else ''}{self.query}{'#' if self.snapshot else ''}{self.snapshot}"
        return f"{self.scheme}://{'/'.join([self.host, *self.way])}{rest}"

    def _refusal(self) -> str:
        shown = f"{self.scheme}://{'/'.join([self.host.rpartition('@')[2], *self.way])}"
        shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
        if self.scheme not in (*SCHEMES, *SNAPSHOTS, PYTHON):
            return f"{shown}: is an address that is not read; hubrank fetches https://, s3:// and gs://"
        if "@" in self.host or any(_SECRET.search(name) for name, _ in parse_qsl(self.query, keep_blank_values=True)):
            return f"{shown}: has a credential in it, which would be recorded; credentials come from the environment"
        is_whole = (self.host or self.scheme.endswith("+file")) and self.way
        if not is_whole or any(name in ("", ".", "..", WITHIN, NOTE) or "\\" in name for name in self.way):
            return f"{shown}: names no file; name every folder on the way, and the file"
        if not _is_host(self.host):
            return f"{shown}: '{self.host}' is no host or bucket"
        if any(len(_quoted(name)) > _LONGEST for name in (*self.way, self.query, self.snapshot)):
            return f"{shown}: is too long; download the file and name it"
        if self.patterns and (self.scheme not in ("s3", "gs") or "**" in self.way):
            return f"{shown}: is a pattern that is not read; name a file, or in s3:// and gs:// one folder with * in it"
        if self.snapshot and self.scheme in SCHEMES:
            return f"{shown}: has #{self.snapshot}, which names a snapshot; only {shorten_list(SNAPSHOTS)} have any"
        return ""

    @property
    def place(self) -> str:
        """Where its files are: `https`, `s3`, `gs` or `file`."""
        return self.scheme.rpartition("+")[2]

    @property
    def patterns(self) -> tuple[str, ...]:
        """The way from the first name on that is a pattern; none if it names one file or folder."""
        first = next((at for at, name in enumerate(self.way) if glob.has_magic(name)), len(self.way))
        return self.way[first:]

    @property
    def folder(self) -> Path:
        """The folder of the copy; it is there only if the copy is complete."""
        last = "".join(f"{sign}{text}" for sign, text in (("?", self.query), ("#", self.snapshot)) if text)
        names = [self.host or "-", *self.way[:-1], self.way[-1] + last]
        return _copies().joinpath(self.scheme, *map(_quoted, names), WITHIN)

    @property
    def copy(self) -> Path:
        """The copy: a file or a folder, of a pattern a pattern, of a snapshot a Parquet file."""
        if self.scheme in SNAPSHOTS:
            named = self.way[-3] if self.way[-1].endswith(".metadata.json") and len(self.way) > 2 else self.way[-1]
            return self.folder / f"{named}.parquet"
        return self.folder.joinpath(*(self.patterns or self.way[-1:]))


def snapshots_text(names: Iterable[str], address: str) -> str:
    """That files of a folder, by their names in it, are a table with snapshots, and how to read one; else empty."""
    for name in names:
        iceberg = name.startswith("metadata/") and name.endswith(".metadata.json")
        if iceberg or name.startswith("_delta_log/"):
            what = "has snapshots, and files that the newest one is without"
            return f"{what}; {'iceberg' if iceberg else 'delta'}+{address} reads a snapshot"
    return ""


def _is_host(name: str) -> bool:
    """Whether a server or a bucket can have a name, with a port or without."""
    try:
        return not any(map(str.isspace, name)) and urlsplit(f"//{name}").port != 0
    except ValueError:
        return False


def _quoted(name: str) -> str:
    return quote(name, safe=" +,=-")


def _copies() -> Path:
    return (cache_folder() / COPIES).resolve()


def path_at(text: str | Path, folder: Path = Path()) -> Path:
    """The path that a text names, relative to a folder; of an address its copy's, whether that is there or not.

    Raises:
        UsageError: It is an address that cannot be fetched.
    """
    return Address.of(str(text)).copy if is_address(str(text)) else folder / text


def address_of(path: str | Path) -> str | None:
    """The address whose copy is at a path; None of any other path."""
    with contextlib.suppress(ValueError, OSError, RuntimeError):
        scheme, host, *way = Path(path).relative_to(_copies()).parts
        host = "" if scheme.endswith("+file") else unquote(host)
        return f"{scheme}://{'/'.join([host, *map(unquote, way[: way.index(WITHIN)])])}"
    return None


#: The tables that Python handed over in place of files, each in a host of its own.
_TABLES: list[Any] = []


def hand_over(table: Any, name: str) -> str:
    """The address by which a scenario names a table of this process, which is kept as long as that lives.

    Args:
        table: A lazy table, or one in memory.
        name: What it is called in messages.
    """
    number = next((at for at, item in enumerate(_TABLES) if item is table), len(_TABLES))
    if number == len(_TABLES):
        _TABLES.append(table)
    return f"{PYTHON}://{number}/{name}"


def table_at(path: Path | None) -> Any:
    """The table of this process at a path; None if the path is none of its."""
    address = None if path is None else address_of(path)
    if address is None or not address.startswith(f"{PYTHON}:"):
        return None
    number = Address.of(address).host
    return _TABLES[int(number)] if number.isdecimal() and int(number) < len(_TABLES) else None


@frozen(kw_only=True)
class Copy:
    """What is known of the copy of an address.

    Attributes:
        address: The address.
        date: The day on which it was fetched, in ISO form.
        version: The ETag of the file, or the ID of the snapshot; of several files a digest of their ETags.
        tags: The ETag of each file, or a digest of its content where the server gives none.
    """

    address: str
    date: str
    version: str
    tags: Mapping[str, str] = field(factory=dict)

    @property
    def text(self) -> str:
        """What was fetched, for the record of a run."""
        if "+" in self.address.partition("://")[0]:
            return f"snapshot {self.version}"
        return (
            f"{len(self.tags)} files, digest of ETags {self.version}" if len(self.tags) > 1 else f"ETag {self.version}"
        )

    @classmethod
    def at(cls, path: Path) -> Copy | None:
        """The copy at a path; None if there is none."""
        address = address_of(path)
        return None if address is None else cls.of(Address.of(address).folder)

    @classmethod
    def of(cls, folder: Path) -> Copy | None:
        """The copy in a folder; None if there is none."""
        with contextlib.suppress(OSError, ValueError, TypeError):
            return cls(**json.loads((folder / NOTE).read_bytes()))
        return None
