"""Access to the network: which requests are allowed, how much of a reply is read, and where replies are kept."""

import contextlib
import io
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
import urllib3
from hubrank.i18n import library_message
from hubrank.io.cache import Cache
from hubrank.plugin import limits
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from requests_cache import CachedResponse
from requests_cache.backends import BaseStorage
from urllib3.exceptions import DecodeError, HTTPError

from hubrank_fetching.clock import keep_pace, reply_time
from hubrank_fetching.services import Budget, FetchError, Key, Mender, Service, redacted, redacted_bytes

#: Seconds until a connection stands, and between two pieces of a reply.
CONNECT, BETWEEN = 15.0, 60.0
#: The number of bytes read at a time.
_PIECE = 1 << 16
#: How a reply may be packed: once, so that no piece of it can grow without limit.
_PACKED = ("", "identity", "gzip")
#: A file, or the rest of one.
_FILES = (200, 206)
#: Headers that belong to the transfer and not to the reply; a reply varies only with headers that we never change.
_OF_THE_WAY = ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "vary")
#: The meanings of the libraries' errors, and who can fix them: of several kinds the first.
_FAILURES: tuple[tuple[type[Exception] | UnionType, str, Mender], ...] = (
    (requests.exceptions.SSLError, "its certificate is not trusted", "network"),
    (requests.exceptions.Timeout | urllib3.exceptions.TimeoutError, "does not answer in time", "network"),
    (DecodeError, "sent a damaged reply", "service"),
    (HTTPError, "the reply was cut off", "network"),
    (requests.exceptions.ConnectionError, "cannot be reached", "network"),
)
#: Content that unpacks to no more than this may have any ratio.
_SMALL = 1_000_000


class Door(HTTPAdapter):
    """An adapter of requests that enforces the limits of a service."""

    def __init__(self, service: Service, budget: Budget) -> None:
        super().__init__(max_retries=0)
        self._service, self._budget = service, budget

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request and read its reply whole, rid of keys; or of a file that is asked for as a stream its head."""
        proxy = select_proxy(request.url or "", kwargs.get("proxies"))
        self._service.check_address(request.url or "", proxied=proxy is not None)
        self._budget.ask(self._service.name)
        keep_pace(self._service)
        piecewise, note = bool(kwargs.get("stream")), reply_time(self._service.name)
        kwargs |= {"stream": True, "timeout": (CONNECT, BETWEEN)}
        with self._service_errors():
            response = super().send(_with_key(request, self._service.key_for(request.url or "")), *args, **kwargs)
        if self._service.charge and (charge := self._service.charge(response.headers)):
            self._budget.pay(self._service.name, *charge)
        headers = {name: redacted(text) for name, text in response.headers.items()}
        if not (piecewise and response.status_code in _FILES):
            headers = {name: text for name, text in headers.items() if name.lower() not in _OF_THE_WAY}
            content = redacted_bytes(b"".join(self.pieces(response.raw, note, self._check_held)))
            response._content, response._content_consumed = content, True  # noqa: SLF001  # as requests itself does
            about: dict[str, Any] = {"status": response.status_code, "reason": response.reason}
            response.raw = urllib3.HTTPResponse(io.BytesIO(content), headers=headers, preload_content=False, **about)
        response.request, response.url = request, request.url or ""  # as it was without the key
        response.headers = requests.structures.CaseInsensitiveDict(headers)
        return response

    def pieces(
        self, raw: urllib3.HTTPResponse, note: Callable[[int], None], check: Callable[[int], None]
    ) -> Iterator[bytes]:
        """The body, unpacked, piece by piece; `note` gets the bytes of each piece, `check` those of all so far."""
        found = before = 0
        try:
            with self._service_errors():
                self._check_packing(raw.headers.get("Content-Encoding", ""))
                while piece := raw.read1(_PIECE, decode_content=True):
                    found += len(piece)
                    self._budget.receive(self._service.name, raw.tell() - before)
                    note(raw.tell() - before)
                    before = raw.tell()
                    check(found)
                    self._check_growth(found, before)
                    yield piece
        except BaseException:
            raw.close()
            raise
        raw.release_conn()

    def _check_packing(self, coding: str) -> None:
        if coding.strip().lower() not in _PACKED:
            raise FetchError(self._service.name, f"packs its reply as '{coding}', which was not requested", "service")

    def _check_held(self, found: int) -> None:
        if found > self._service.most:
            raise FetchError(self._service.name, f"its reply has {found:,} bytes or more", "us")

    def _check_growth(self, found: int, packed: int) -> None:
        allowed = limits()
        if found > allowed.unpacked_bytes or (found > _SMALL and found / max(packed, 1) > allowed.unpacked_ratio):
            what = f"its reply unpacks from {packed:,} to {found:,} bytes or more"
            how = "the limits are unpacked_ratio and unpacked_bytes, raised by --limit"
            raise FetchError(self._service.name, f"{what}; {how}", "service")

    @contextlib.contextmanager
    def _service_errors(self) -> Iterator[None]:
        try:
            yield
        except (requests.RequestException, HTTPError, OSError) as error:
            named = ((what, mender) for kinds, what, mender in _FAILURES if isinstance(error, kinds))
            what, mender = next(named, (library_message(error), "network"))
            again = not isinstance(error, requests.exceptions.SSLError)
            raise FetchError(self._service.name, what, mender, again=again) from None


def _with_key(request: requests.PreparedRequest, key: Key | None) -> requests.PreparedRequest:
    if key is None or (value := key.value()) is None:
        return request
    result = request.copy()
    if key.place == "header":
        result.headers[key.name] = key.prefix + value
        return result
    parts = urlsplit(result.url or "")
    query = [(name, text) for name, text in parse_qsl(parts.query, keep_blank_values=True) if name != key.name]
    result.url = urlunsplit(parts._replace(query=urlencode([*query, (key.name, value)])))
    return result


class Replies(BaseStorage[str, CachedResponse]):
    """The replies as requests-cache wants them, written as JSON: nothing is unpickled."""

    def __init__(self, cache: Cache) -> None:
        super().__init__(serializer="json")
        self._cache = cache

    def __getitem__(self, key: str) -> CachedResponse:
        content = self._cache.reply(key)
        found = None if content is None else self.deserialize(key, content.decode())
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, value: Any) -> None:
        self._cache.keep_reply(key, redacted(self.serialize(value)).encode(), redacted(value.url))

    def __delitem__(self, key: str) -> None:
        if not self._cache.forget_reply(key):
            raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return self._cache.replies()

    def __len__(self) -> int:
        return sum(1 for _ in self)
