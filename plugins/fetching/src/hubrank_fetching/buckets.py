"""Files of buckets, `s3://` and `gs://`: read in pieces, continued after an interruption, kept in the cache."""

from __future__ import annotations

import contextlib
import datetime
import fnmatch
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank.errors import library
from hubrank.i18n import library_message
from hubrank.io.addresses import NOTE, Address, snapshots_text
from hubrank.io.cache import Cache, key_of
from hubrank.plugin import gettext

from hubrank_fetching import clock
from hubrank_fetching.addresses import KEYS
from hubrank_fetching.services import FetchError, File, Key, Mender

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

#: The number of bytes read at a time.
_PIECE = 1 << 23
#: Seconds until a connection stands, between two pieces, and in all for retries of gs://.
_CONNECT, _BETWEEN, _RETRIES = 15, 60, 30
#: The packages whose errors are about the data.
_SPEAKERS = ("pyarrow", "deltalake", "_internal", "pyiceberg")
#: Parts of a library's message, and what each means.
_FAILURES: dict[tuple[str, ...], tuple[str, Mender]] = {
    ("ACCESS_DENIED", "AccessDenied", "INVALID_ACCESS_KEY", "SIGNATURE", "Forbidden", "PERMISSION_DENIED", "UNAUTH"): (
        "gives {user} no right to read it; set {variables} of a user who has it",
        "you",
    ),
    ("NO_SUCH_BUCKET", "NoSuchBucket", "does not exist", "NOT_FOUND", "TableNotFound"): (
        "is not there; check the address",
        "you",
    ),
    ("NETWORK_CONNECTION", "curlCode", "UNAVAILABLE", "connect", "timed out", "error sending request"): (
        "cannot be reached",
        "network",
    ),
}


def files_of(address: Address, session: Session) -> dict[str, File]:
    """The files that an address names, in the cache, by their names in its copy.

    Raises:
        FetchError: There are none, or they cannot be had.
        UsageError: There is no space for them.
    """
    with library_errors(address):
        bucket = Bucket.of(address)
        return {name: bucket.kept(path, session) for name, path in bucket.named().items()}


@contextlib.contextmanager
def library_errors(address: Address) -> Iterator[None]:
    """The errors of the libraries that read an address, in the words of this package."""
    where = str(address).partition("#")[0]
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in _SPEAKERS and not isinstance(error, OSError | ValueError):
            raise
        names = KEYS.get(address.place, ())[:2]
        user, variables = "this user" if names and credentials(address.place)[0] else "everyone", " and ".join(names)
        for parts, (what, mender) in _FAILURES.items():
            if any(part in str(error) for part in parts):
                raise FetchError(where, what.format(user=user, variables=variables), mender) from None
        raise FetchError(where, f"cannot be read: {library_message(error)}", "network") from None


@frozen(kw_only=True)
class S3:
    """What the environment says of servers of `s3://`.

    Attributes:
        who: The credentials: `access_key`, `secret_key` and maybe `session_token`; none to read what everyone may.
        server: The address of a server that is not Amazon's; empty for that.
        region: The region.
    """

    who: Mapping[str, str]
    server: str
    region: str

    @classmethod
    def of(cls, address: Address) -> S3:
        """The settings for an address; Amazon is asked for the region of its bucket if none is set."""
        names, found = ("access_key", "secret_key", "session_token"), credentials("s3")
        who = dict(zip(names, filter(None, found), strict=False)) if all(found[:2]) else {}
        server = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        if not region and not server:
            region = _fs(address).resolve_s3_region(address.host)
        return cls(who=who, server=server, region=region or "us-east-1")


def _fs(address: Address) -> Any:
    return library("pyarrow.fs", str(address), "hubrank-fetching[buckets]")


def credentials(place: str) -> list[str | None]:
    """What the environment has of the credentials for a place; no message shows them from now on."""
    return [Key(variable=name, name="").value() for name in KEYS[place]]


@frozen
class Bucket:
    """The files of a bucket.

    Attributes:
        address: The address of those that are wanted.
        system: Its file system of pyarrow.
    """

    address: Address
    system: Any

    @classmethod
    def of(cls, address: Address) -> Bucket:
        """The bucket of an address, by the credentials of the environment, or of everyone."""
        fs = _fs(address)
        if address.place == "gs":
            patience = datetime.timedelta(seconds=_RETRIES)
            return cls(address, fs.GcsFileSystem(anonymous=not credentials("gs")[0], retry_time_limit=patience))
        known, retries = S3.of(address), fs.AwsStandardS3RetryStrategy(max_attempts=3)
        how: dict[str, Any] = {"connect_timeout": _CONNECT, "request_timeout": _BETWEEN, "retry_strategy": retries}
        how |= {"region": known.region, "endpoint_override": known.server or None, "anonymous": not known.who}
        return cls(address, fs.S3FileSystem(**known.who, **how))

    def named(self) -> dict[str, str]:
        """The paths of the files that the address names, by their names in the copy."""
        fs = _fs(self.address)
        fixed = self.address.way[: len(self.address.way) - len(self.address.patterns)]
        root = "/".join([self.address.host, *fixed])
        if not self.address.patterns and self.system.get_file_info(root).type == fs.FileType.File:
            return {fixed[-1]: root}
        try:
            found = self.system.get_file_info(fs.FileSelector(root, recursive=True))
        except FileNotFoundError:
            found = []
        below = {item.path: item.path[len(root) + 1 :].split("/") for item in found if item.type == fs.FileType.File}
        if what := snapshots_text(map("/".join, below.values()), str(self.address)):
            raise FetchError(str(self.address), what, "you")
        paths = {"/".join(parts): path for path, parts in below.items() if self._wants(parts)}
        if not paths:
            raise FetchError(str(self.address), "there is no such file; check the address", "you")
        return paths if self.address.patterns else {f"{fixed[-1]}/{name}": path for name, path in paths.items()}

    def _wants(self, parts: list[str]) -> bool:
        patterns = self.address.patterns
        if not patterns:
            return not any(part[:1] in "._" for part in parts)
        fitting = len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))
        return fitting and parts != [NOTE]

    def kept(self, path: str, session: Session) -> File:
        """A file, from the cache if it has the ETag of the one in the bucket; else fetched, or the rest of it."""
        address = f"{self.address.place}://{path}"
        cache, key = Cache.default(), key_of("address", address)
        session.budget.ask(session.service.name)
        with self._open(path) as stream, cache.arriving(key, lambda: clock.sleep(1)) as arrival:
            tag, kept = _tag(stream), cache.file(key)
            if kept is None or kept[1]["etag"] != tag:
                size = self.system.get_file_info(path).size
                if arrival.known.get("etag") != tag or arrival.size > size or not stream.seekable():
                    arrival.begin({"etag": tag})
                arrival.take(self._pieces(stream, size, arrival.size, session))
                with self._open(path) as after:
                    if arrival.size != size or _tag(after) != tag:
                        arrival.forget()
                        raise FetchError(address, "has changed while it was read", "service")
                cache.keep_file(key, arrival, {"etag": tag, "date": clock.day()}, address)
                kept = cache.file(key)
        assert kept  # noqa: S101  # it was put there under a lock
        about = {known: kept[1][known] for known in ("date", "digest", "size", "etag")}
        return File(path=kept[0], version=tag, **about)

    def _open(self, path: str) -> Any:
        """A file, from any place on; of `gs://` from its beginning, since pyarrow 26 waits forever for the other."""
        is_google = self.address.place == "gs"
        return self.system.open_input_stream(path) if is_google else self.system.open_input_file(path)

    def _pieces(self, stream: Any, size: int, start: int, session: Session) -> Iterator[bytes]:
        message = gettext("downloading from {service}", service=session.service.name)
        if start:
            stream.seek(start)
        while start < size:
            with library_errors(self.address):  # here, or it would be taken for one of the disk
                piece = stream.read(min(_PIECE, size - start))
            if not piece:
                return
            start += len(piece)
            session.budget.receive(session.service.name, len(piece))
            session.progress(message, start / 1e6, size / 1e6, "MB")
            yield piece


def _tag(stream: Any) -> str:
    """The ETag of an open file, or the time of its last change if it has none."""
    known = {name.lower(): value for name, value in (stream.metadata() or {}).items()}
    found = known.get("etag") or known.get("last-modified") or known.get("generation") or b""
    return found.decode(errors="replace").strip('"') if isinstance(found, bytes) else str(found)
