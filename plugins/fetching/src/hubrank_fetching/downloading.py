"""Download files of any size: streamed into the cache, resumed after an interruption, checked before they are kept.

Incomplete files are kept beside the cache's entries (`hubrank.io.cache.Cache.arriving`) and checked here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank.io.cache import Arrival, Cache
from hubrank.plugin import FileProblem, gettext
from hubrank.progress import Progress

from hubrank_fetching import clock
from hubrank_fetching.clock import file_rate, moment_in
from hubrank_fetching.services import FetchError, File, Service, has_key, redacted

if TYPE_CHECKING:
    import requests

    from hubrank_fetching.adapter import Door

_OK, _PART, _UNCHANGED, _NO_RANGE = 200, 206, 304, 416
#: Requested unpacked: a part of a packed transfer would be no part of the file.
_PLAIN = {"Accept-Encoding": "identity", "Accept": "*/*"}
#: The start of an HTML page, in any case.
_PAGES = (b"<!doctype html", b"<html")
_OTHER_KIND = "sent a file of an unexpected kind"
_DAY = 86_400
#: Seconds between two looks at whether another process is done.
_LOOK = 0.2
#: The number of bytes examined at the start, and kept of the piece before, in which a key may have begun.
_LONGEST = 500


@frozen(kw_only=True)
class Wanted:
    """The facts known of a file before it is requested; see `Session.download`."""

    version: str = ""
    checksum: str = ""
    size: int | None = None
    magic: bytes = b""
    check: Callable[[Path], None] | None = None

    def problem(self, arrival: Arrival) -> str:
        """The error in a downloaded file; empty if there is none."""
        if not arrival.size:
            return "sent an empty file"
        if self.size not in (None, arrival.size):
            return f"sent {arrival.size:,} bytes of a file of {self.size or 0:,}"
        algorithm, _, digest = self.checksum.rpartition(":")
        if digest and arrival.digest(algorithm or "sha256").lower() != digest.lower():
            return "sent a file whose checksum is not the one that it states"
        with arrival.data.open("rb") as file:
            beginning = file.read(_LONGEST)
        return self.misplaced(beginning) or ("" if beginning.startswith(self.magic) else _OTHER_KIND)

    def misplaced(self, beginning: bytes, media: str = "") -> str:
        """The error for a file of another kind, by its first bytes; empty if it may be right."""
        page = media == "text/html" or beginning.lstrip()[:20].lower().startswith(_PAGES)
        wrong = self.magic[: len(beginning)] != beginning[: len(self.magic)]
        if page and (wrong or not self.magic):
            return "sent a page of HTML in place of a file, or a firewall on the way did"
        return _OTHER_KIND if wrong else ""


class Downloads:
    """The files of one service in one run; the session of requests uses its adapter, and keeps nothing."""

    def __init__(self, service: Service, door: Door, http: requests.Session, cache: Cache, tell: Progress) -> None:
        self._service, self._door, self._http, self._cache, self._tell = service, door, http, cache, tell
        self._asked: set[str] = set()

    def kept(self, key: str, wanted: Wanted) -> File | None:
        """The file that is kept, if it satisfies the request."""
        if (found := self._cache.file(key)) is None:
            return None
        try:
            self._check(wanted, found[0])
        except FetchError:
            return None
        return _file(*found)

    def is_due(self, key: str, wanted: Wanted, *, refresh: bool = False) -> bool:
        """Whether the service must be asked: nothing is kept, or another version, or it is too old."""
        if (found := self._cache.file(key)) is None:
            return True
        known = found[1]
        if wanted.version:
            return bool(known["version"] != wanted.version)
        return (refresh and key not in self._asked) or clock.today() - known["checked"] > self._service.days * _DAY

    def fetch(self, request: requests.PreparedRequest, key: str, wanted: Wanted, *, refresh: bool) -> File:
        """The file from the network: complete, or an error."""
        with self._cache.arriving(key, self._wait) as arrival:
            kept = self.kept(key, wanted)
            if kept and not self.is_due(key, wanted, refresh=refresh):
                return kept  # another process was quicker, or a killed one had all
            known = (self._cache.file(key) or (None, {}))[1] if kept and not wanted.version else {}
            if arrival.known.get("version") != wanted.version:
                arrival.forget()
            if arrival.size == 0 or arrival.size != arrival.known.get("length"):
                response = self._ask(request, arrival, known)
                self._asked.add(key)
                if response.status_code == _UNCHANGED and kept:
                    self._cache.say_of_file(key, {**known, "checked": clock.today()}, redacted(request.url or ""))
                    return self._there(key)
                self._receive(response, arrival, wanted)
            return self._keep(request, key, arrival, wanted)

    def _wait(self) -> None:
        self._tell(gettext("another run downloads this from {service}; waiting for it", service=self._service.name))
        time.sleep(_LOOK)

    def _ask(self, request: requests.PreparedRequest, arrival: Arrival, kept: Mapping[str, Any]) -> requests.Response:
        """The head of the reply: the file, its rest, or that it has not changed."""
        known = {"If-None-Match": kept.get("etag"), "If-Modified-Since": kept.get("modified")}
        same = arrival.known.get("same") if arrival.size else None  # requests the rest of a file
        rest = {"Range": f"bytes={arrival.size}-", "If-Range": same} if same else {}
        for headers in (rest or known, known):
            asked = request.copy()
            asked.headers.update({**_PLAIN, **{name: text for name, text in headers.items() if text}})
            response = send(self._http, asked, self._service.name, stream=True)
            message, length = response.raw.headers.get("Content-Range", ""), arrival.known.get("length")
            end = "" if length is None else f"/{length}"
            other = not (message.startswith(f"bytes {arrival.size}-") and message.endswith(end))
            if not (response.status_code == _NO_RANGE or (response.status_code == _PART and other)):
                break
            response.close()
            arrival.forget()
        if response.status_code not in (_OK, _PART, _UNCHANGED):
            raise Refused(response)
        return response

    def _receive(self, response: requests.Response, arrival: Arrival, wanted: Wanted) -> None:
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        tag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        packed, size = (response.raw.headers.get(name, "") for name in ("Content-Encoding", "Content-Length"))
        try:
            if response.status_code == _OK:
                about = {"version": wanted.version, "etag": tag, "modified": modified}
                about["same"] = "" if packed else (modified if tag.startswith("W/") else tag or modified)
                number = int(size) if size.isascii() and size.isdigit() and len(size) < 19 and not packed else None
                arrival.begin({**about, "length": number})
            length = arrival.known.get("length")
            self._check_size(length or 0)
            arrival.take(self._checked(response, arrival.size, length, wanted, media))
        finally:
            response.close()
            if arrival.size == 0:
                arrival.forget()

    def _checked(
        self, response: requests.Response, start: int, length: int | None, wanted: Wanted, media: str
    ) -> Iterator[bytes]:
        tail, found = b"", start
        message = gettext("downloading from {service}", service=self._service.name)
        rate = file_rate(self._service.name)
        for piece in self._door.pieces(response.raw, rate, lambda come: self._check_size(start + come)):
            if found == 0 and (text := wanted.misplaced(piece, media)):
                raise FetchError(self._service.name, text, "service")
            if has_key(tail + piece):
                raise FetchError(self._service.name, "repeats the key in the file that it sends", "service")
            tail, found = (tail + piece)[-_LONGEST:], found + len(piece)
            self._tell(message, found / 1e6, length / 1e6 if length else None, "MB")
            yield piece

    def _check_size(self, size: int) -> None:
        if size > self._service.largest:
            raise FetchError(self._service.name, f"its file has {size:,} bytes or more", "us")

    def _keep(self, request: requests.PreparedRequest, key: str, arrival: Arrival, wanted: Wanted) -> File:
        if text := wanted.problem(arrival):
            arrival.forget()
            raise FetchError(self._service.name, text, "service")
        try:
            self._check(wanted, arrival.data)
        except FetchError:
            arrival.forget()
            raise
        known = {**arrival.known, "date": clock.day(), "checked": clock.today()}
        self._cache.keep_file(key, arrival, known, redacted(request.url or ""))
        return self._there(key)

    def _check(self, wanted: Wanted, path: Path) -> None:
        try:
            if wanted.check:
                wanted.check(path)
        except FileProblem as error:
            raise FetchError(self._service.name, str(error).replace(path.name, "file"), "service") from None

    def _there(self, key: str) -> File:
        found = self._cache.file(key)
        assert found  # noqa: S101  # it was put or found there under a lock, which no other process has meanwhile
        return _file(*found)


class Refused(Exception):  # noqa: N818  # no error yet: the session says what it means
    """A reply that is none."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        super().__init__(response.status_code)


def _file(path: Path, known: Mapping[str, Any]) -> File:
    changed = moment_in(known["modified"])
    version = known["version"] or (changed.date().isoformat() if changed else known["etag"].strip('W/"'))
    about = {name: known[name] for name in ("date", "digest", "size")}
    return File(path=path, version=version, etag=known["etag"].strip('W/"'), **about)


def send(http: requests.Session, request: requests.PreparedRequest, service: str, **how: Any) -> requests.Response:
    """The response to a request; redirects that lead nowhere, which the adapter allows, are an error."""
    import requests

    try:
        return http.send(request, allow_redirects=True, **how)
    except (requests.RequestException, ValueError):
        what = "redirects without end, or to an invalid address"
        raise FetchError(service, what, "service") from None
