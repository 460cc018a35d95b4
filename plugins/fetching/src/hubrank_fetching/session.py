"""Requests to a service: from the cache, or from the network if allowed, and checked before they are cached.

The libraries of the network, which take long to import, are imported when there is a session.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen
from hubrank import __version__
from hubrank.io.cache import Cache
from hubrank.plugin import gettext
from hubrank.progress import Progress, no_progress

from hubrank_fetching.clock import CAP, asked_wait, moment_after
from hubrank_fetching.downloading import Downloads, Refused, Wanted, send
from hubrank_fetching.replies import Shape, holds_the_impossible, misfit, other_form
from hubrank_fetching.services import Budget, FetchError, File, NotFetchedError, Refusal, Service, guard_logs, redacted

if TYPE_CHECKING:
    import requests

    from hubrank_fetching.adapter import Door

AGENT = f"hubrank/{__version__} (+https://github.com/hubrank/hubrank)"
ATTEMPTS = 5
_DAY = 86_400
_OK, _REFUSED, _BUSY = 200, (401, 403), (408, 425, 429, 500, 502, 503, 504)
_Found = TypeVar("_Found")
_Http = TypeVar("_Http", bound="requests.Session")


@frozen(kw_only=True)
class Reply:
    """A service's reply: its parsed content, the date of the fetch in ISO form, and its digest."""

    content: Any
    date: str
    digest: str


class Session:
    """Requests to one service in one run.

    Args:
        service: The service.
        others: Further services that the source declared.
        online: Whether the network may be used; if not, only cached data are.
        stale: Whether an old copy is used if the service or the network fails.
        refresh: Whether the service is also asked for cached data, in case they have changed.
        budget: The limits of the run.
        tell: Called for each reply, and for waiting.
        expected: The approximate number of requests of the run; 0 if unknown.
        cache: The cache of replies; hubrank's cache by default.

    Attributes:
        online: Whether the network may be used.
        refresh: Whether cached data are also checked for changes.
        progress: Called for each reply.
        old: The addresses for which an old copy was used, with their services' names.
        read: The digests of the replies and files returned, with the dates of their fetches.
    """

    def __init__(
        self,
        service: Service,
        *,
        others: Iterable[Service] = (),
        online: bool = False,
        stale: bool = False,
        refresh: bool = False,
        budget: Budget | None = None,
        tell: Progress = no_progress,
        expected: int = 0,
        cache: Cache | None = None,
    ) -> None:
        import requests
        from requests_cache import CachedSession
        from requests_cache.backends import BaseCache

        from hubrank_fetching.adapter import Door, Replies

        self.service, self.budget, self.online = service, budget or Budget(), online
        self.old: dict[str, str] = {}
        self.read: dict[str, str] = {}
        self._stale, self.refresh, self.progress, self._expected = stale, refresh, tell, expected
        self._expired = False
        cache = cache or Cache.default()
        door = Door(service, self.budget)
        backend = BaseCache("hubrank")
        backend.responses = Replies(cache)
        how: dict[str, Any] = {"allowable_methods": ("GET",), "cache_control": False}
        http = CachedSession(backend=backend, expire_after=round(service.days * _DAY), **how)
        http.headers.update({"Accept": service.accept or "*/*"})
        self._http = _set_up(http, door)
        self._downloads = Downloads(service, door, _set_up(requests.Session(), door), cache, tell)
        alike: dict[str, Any] = {"online": online, "stale": stale, "refresh": refresh, "budget": self.budget}
        alike |= {"tell": tell, "expected": expected, "cache": cache}
        self._beside = {item.name: Session(item, **alike) for item in others}
        for item in self._beside.values():
            item.old, item.read = self.old, self.read
        guard_logs()

    def beside(self, service: Service) -> Session:
        """The session of another declared service, in the same run: its budget and reports are shared.

        Raises:
            ValueError: The source did not declare it, so the user was not informed.
        """
        if service.name not in self._beside:
            raise ValueError(f"a source that asks {service.name} too says so: @fetched(..., others=(...,))")
        return self._beside[service.name]

    @property
    def expired(self) -> bool:
        """Whether something that was read is older than its service's `days`."""
        return self._expired or any(item.expired for item in self._beside.values())

    def json(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        shape: Shape,
        check: Callable[[Any], None] | None = None,
        broken: Callable[[bytes], FetchError | None] | None = None,
    ) -> Reply:
        """A reply of JSON.

        Args:
            path: The address relative to the service's; empty for its own.
            parameters: Those of the query; a key is none of them.
            shape: The required shape.
            check: A further check, such as for an error in disguise; done before the shape. It
                raises `FetchError` where something is wrong.
            broken: The meaning of bytes that are no JSON, for this service; None if they mean nothing.

        Raises:
            FetchError: It cannot be had, or is not as it should be; then it is not kept.
        """

        def checked(content: bytes) -> Any:
            try:
                value = json.loads(content)
                beyond = holds_the_impossible(content, value)
            except (ValueError, RecursionError):
                if broken and (meant := broken(content)):
                    raise meant from None
                what = "sent invalid or incomplete JSON"
                raise FetchError(self.service.name, what, "service", again=True) from None
            if beyond:
                raise FetchError(self.service.name, "sent an invalid number or character", "service")
            if check:
                check(value)
            if found := misfit(value, shape):
                raise other_form(self.service.name, found)
            return value

        return self.content(path, parameters, checked)

    def content(self, path: str, parameters: Mapping[str, str] | None, read: Callable[[bytes], Any]) -> Reply:
        """A reply of bytes; `read` parses them, or raises `FetchError`; the rest as in `json`.

        Raises:
            FetchError: It is unavailable or invalid; then it is not cached.
        """
        from requests_cache import CachedResponse

        request = self._request(path, parameters)
        kept = functools.partial(self._kept, request)
        response = self._tried(request, lambda: self._asked(request, read), kept) if self.online else kept()
        if response is None:
            raise NotFetchedError(self.service.name)
        self._expired |= isinstance(response, CachedResponse) and response.is_expired
        created = getattr(response, "created_at", None) or datetime.datetime.now(tz=datetime.UTC)
        digest = hashlib.sha256(response.content).hexdigest()
        reply = Reply(content=read(response.content), date=created.date().isoformat(), digest=digest)
        self.read[reply.digest] = reply.date
        return reply

    def download(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        version: str = "",
        checksum: str = "",
        size: int | None = None,
        magic: bytes = b"",
        check: Callable[[Path], None] | None = None,
    ) -> File:
        """A file of any size, which is never held in memory: complete and valid, or an error.

        Args:
            path: The address relative to the service's.
            parameters: Those of the query.
            version: Its version, if the service states it elsewhere: a cached file of the same version is used without
                a request, however old it is and even with `refresh`.
            checksum: The service's checksum: `md5:...`, `sha256:...`, or the digits of a SHA-256.
            size: The number of bytes, if the service states it.
            magic: Its first bytes, such as `hubrank_fetching.archives.ZIP`.
            check: A further check before it is cached and when it is used; it raises `FetchError`, or `FileProblem`.

        Raises:
            FetchError: It is unavailable or invalid; then it is not cached.
            UsageError: There is no space for it.
        """
        request = self._request(path, parameters)
        key = self._http.cache.create_key(request)
        wanted = Wanted(version=version, checksum=checksum, size=size, magic=magic, check=check)
        kept = functools.partial(self._downloads.kept, key, wanted)
        due = self._downloads.is_due(key, wanted, refresh=self.refresh)
        found = kept()
        if self.online and (found is None or due):
            found = self._tried(request, lambda: self._downloaded(request, key, wanted), kept)
        if found is None:
            raise NotFetchedError(self.service.name)
        self._expired |= self._downloads.is_due(key, wanted)
        self.read[found.digest] = found.date
        return found

    def _request(self, path: str, parameters: Mapping[str, str] | None) -> requests.PreparedRequest:
        import requests

        url = f"{self.service.base}/{path.lstrip('/')}" if path else self.service.base
        return self._http.prepare_request(requests.Request("GET", url, params=parameters))

    def _tried(
        self, request: requests.PreparedRequest, ask: Callable[[], _Found], kept: Callable[[], _Found | None]
    ) -> _Found:
        """The reply, with retries if they may help; an old copy if one is acceptable."""
        import stamina

        try:
            for attempt in stamina.retry_context(
                on=self._whether_again, attempts=ATTEMPTS, timeout=None, wait_initial=1, wait_max=60, wait_jitter=1
            ):
                with attempt:
                    return ask()
        except FetchError as error:
            old = kept() if self._stale and error.mender in ("service", "network") else None
            if old is None:
                raise
            self.old[request.url or ""] = self.service.name
            return old
        raise AssertionError  # the last attempt returns or raises

    def _whether_again(self, error: Exception) -> bool | float:
        """Whether to retry, and after how many seconds if the service says so."""
        if not isinstance(error, FetchError) or not error.again:
            return False
        self._tell(gettext("{service} failed; trying again", service=self.service.name))
        return True if error.wait is None else max(error.wait, 1.0)

    def _downloaded(self, request: requests.PreparedRequest, key: str, wanted: Wanted) -> File:
        try:
            return self._downloads.fetch(request, key, wanted, refresh=self.refresh)
        except Refused as refused:
            raise self._refused(refused.response) from None

    def _asked(self, request: requests.PreparedRequest, read: Callable[[bytes], Any]) -> requests.Response:
        """The reply, from the cache or the network; only one that `read` can parse is kept."""

        def check(response: requests.Response, **_: Any) -> None:
            if response.status_code != _OK:
                return
            media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if media not in self.service.media:
                what = f"sent {media or '?'} in place of {self.service.media[0]}"
                raise FetchError(self.service.name, what, "service", again=True)
            read(response.content)

        asked = request.copy()
        asked.hooks = {"response": [check]}
        response = send(self._http, asked, self.service.name, **self._anew(request, read))
        if response.status_code != _OK:
            raise self._refused(response)
        self._tell(gettext("fetching from {service}", service=self.service.name))
        return response

    def _tell(self, what: str) -> None:
        of = max(self._expected, self.budget.asked) if self._expected else None
        self.progress(what, self.budget.asked, of, gettext("requests"))

    def _anew(self, request: requests.PreparedRequest, read: Callable[[bytes], Any]) -> dict[str, bool]:
        """How a cached reply is revalidated if required: asked whether it changed, if it has a validator.

        One that cannot be read any more, because another version of a source cached it, is fetched again.
        """
        kept = self._kept(request)
        if kept is None:
            return {}
        try:
            read(kept.content)
        except FetchError:
            return {"force_refresh": True}
        known = any(name in kept.headers for name in ("ETag", "Last-Modified"))
        return {"refresh" if known else "force_refresh": True} if self.refresh else {}

    def _kept(self, request: requests.PreparedRequest) -> requests.Response | None:
        return self._http.cache.get_response(self._http.cache.create_key(request))

    def _refused(self, response: requests.Response) -> FetchError:
        name, status = self.service.name, response.status_code
        address = redacted(response.url or "")
        refusal = Refusal(status=status, headers=response.headers, content=response.content, address=address)
        if self.service.refusal and (meant := self.service.refusal(refusal)):
            return meant
        text = f"answered {status} ({(response.reason or '?').lower()})"
        if status in _BUSY:
            wait = asked_wait(response.headers)
            if wait is None or wait <= CAP:
                return FetchError(name, text, "service", again=True, wait=wait)
            when = f"{round(wait):,} seconds, until {moment_after(wait)}; run the same command after that"
            return FetchError(name, f"{text} and asks to wait {when}", "service", wait=wait)
        if status in _REFUSED and self.service.key:
            return FetchError(name, f"{text}; check the key in {self.service.key.variable}", "you")
        return FetchError(name, text, "us")


def _set_up(session: _Http, door: Door) -> _Http:
    """A session that uses the adapter, and keeps neither cookies nor passwords of the machine."""
    session.headers.update({"User-Agent": AGENT, "Accept-Encoding": "gzip"})
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = lambda request: request  # else requests looks into .netrc
    session.max_redirects = 5
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True  # a session reads it for whole requests alone
    for scheme in ("https://", "http://"):
        session.mount(scheme, door)
    return session
