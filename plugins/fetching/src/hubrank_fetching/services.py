"""Services: address, key, budget, and the meanings of refusals."""

import ipaddress
import json
import logging
import os
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, quote_plus, urlsplit

from attrs import define, field, frozen
from hubrank.plugin import AbsentError, DataError, WantedService

#: The replacement for a key in texts.
HIDDEN = "KEY"
#: Shorter keys are rejected: replacing them would damage ordinary texts.
SHORTEST = 8
_KNOWN: set[str] = set()


@frozen(kw_only=True)
class Key:
    """A key for a service.

    Attributes:
        variable: The environment variable that holds it, and its name in a keyring under `hubrank`.
        name: The header or the parameter that carries it.
        place: Where it is sent: in a header or in the query.
        prefix: The text before it in a header: `Bearer `.
        where: Where users get a key.
        needed: Whether the service rejects requests without it; otherwise they only get less.
    """

    variable: str
    name: str
    place: Literal["header", "query"] = "header"
    prefix: str = ""
    where: str = ""
    needed: bool = True

    def value(self) -> str | None:
        """The key; None if there is none, or if it cannot be one."""
        found = (os.environ.get(self.variable) or _in_keyring(self.variable) or "").strip()
        if len(found) < SHORTEST or not found.isprintable():
            return None
        _KNOWN.update((found, quote(found, safe=""), quote_plus(found)))
        return found


def _in_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        return keyring.get_password("hubrank", name)
    except KeyringError:
        return None


def redacted(text: str) -> str:
    """A text without the keys that were used."""
    return redacted_bytes(text.encode(errors="surrogatepass")).decode(errors="surrogatepass")


def redacted_bytes(content: bytes) -> bytes:
    """The same for bytes, from a service that repeats the request."""
    for item in sorted(_KNOWN, key=len, reverse=True):
        content = content.replace(item.encode(), HIDDEN.encode())
    return content


def has_key(content: bytes) -> bool:
    """Whether the bytes contain a key that was used."""
    return any(item.encode() in content for item in _KNOWN)


def _redact(record: logging.LogRecord) -> bool:
    record.msg, record.args = redacted(record.getMessage()), ()
    return True


def guard_logs() -> None:
    """Pass the addresses that libraries log through `redacted`, to the logs that the user asked for only."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry", "requests_cache.session", "stamina"):
        logger = logging.getLogger(name)
        if _redact not in logger.filters:
            logger.addFilter(_redact)
            logger.addHandler(logging.NullHandler())  # else Python writes warnings to standard error


#: Who can fix the error.
Mender = Literal["service", "network", "you", "us"]
_MENDS: dict[Mender, str] = {
    "service": "only the service can fix it; run the same command later, what is fetched is kept",
    "network": "check the network, then run the same command again, what is fetched is kept",
    "you": "what is fetched is kept",
    "us": "the service has changed: update hubrank, or report it to its authors",
}


class FetchError(DataError):
    """A failed fetch. The message names no key, and is one line, whatever a service replies.

    Args:
        where: The service.
        what: What happened, and any advice beyond that for the mender.
        mender: Who can fix it.
        again: Whether an immediate retry may help.
        wait: The seconds that the service asks to wait; None if it does not say.
    """

    def __init__(
        self, where: str, what: str, mender: Mender, *, again: bool = False, wait: float | None = None
    ) -> None:
        self.mender, self.again, self.wait = mender, again, wait
        super().__init__(where, redacted(" ".join(f"{what}; {_MENDS[mender]}".split())))


class NotFetchedError(FetchError, AbsentError):
    """A reply that is not kept, asked for where nothing may be fetched."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "is not fetched yet; run `hubrank fetch` with the scenario's name", "you")


@frozen(kw_only=True)
class Refusal:
    """A reply whose status is not 200, and the address that was asked; keys are in neither content nor address."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    address: str = ""

    def text_at(self, *keys: str | int) -> str:
        """The text behind keys and positions of a JSON body, one line of at most 200 characters, or empty."""
        try:
            found: Any = json.loads(self.content)
            for key in keys:
                found = found[key]
        except (ValueError, RecursionError, LookupError, TypeError):
            return ""
        return " ".join(found.split())[:200].rstrip(".") if isinstance(found, str) else ""


@frozen(kw_only=True)
class File:
    """A file from a service, as it is cached; it belongs to the cache, and is read-only.

    Attributes:
        date: The day on which it was fetched, in ISO form.
        digest: SHA-256 of its bytes.
        version: The version given in the request, else the day of its last change, else its ETag.
        etag: Its ETag; empty if the service gives none.
    """

    path: Path
    date: str
    digest: str
    size: int
    version: str
    etag: str = ""


@frozen(kw_only=True)
class Service:
    """A service on the network, described by the author of a source.

    Attributes:
        name: Its name in messages; `HUBRANK_NAME_ADDRESS`, in capitals, is the variable with another server.
        address: The common beginning of its addresses, https.
        hosts: Further hosts that it may redirect to.
        key: The key that it needs; None for none.
        media: The content types of its replies.
        most: The most bytes of a reply, unpacked: it is held in memory.
        largest: The most bytes of a file, which is downloaded in pieces.
        days: The days for which a cached reply is used; then the service is asked whether it has changed.
        refusal: The meaning of this service's refusals, from their text; None to use the status.
        pace: The least seconds between the starts of two requests, from any sources.
        accept: The header `Accept`, if a service offers several forms; any form if it is empty.
        charge: The cost of a reply in US dollars from its headers, and the remaining credit until the service grants
            more; None if it is free.
    """

    name: str
    address: str
    hosts: tuple[str, ...] = ()
    key: Key | None = None
    media: tuple[str, ...] = ("application/json",)
    most: float = 200e6
    largest: float = 10e9
    days: float = 7
    refusal: Callable[[Refusal], FetchError | None] | None = None
    pace: float = 0
    accept: str = ""
    charge: Callable[[Mapping[str, str]], tuple[float, float] | None] | None = None

    @property
    def moved(self) -> str:
        """Another address that a user set instead, for a mirror or a test server; scenarios cannot set it."""
        return os.environ.get(f"HUBRANK_{re.sub(r'[-.:]', '_', self.name.upper())}_ADDRESS", "")

    @property
    def base(self) -> str:
        """The address in force, without a slash at its end."""
        return (self.moved or self.address).rstrip("/")

    def check_address(self, url: str, *, proxied: bool = False) -> None:
        """Reject an address that the service must not lead to; where it is `proxied`, another machine looks names up.

        Raises:
            FetchError: It is not https, of another host, or of a machine of this network.
        """
        parts, base = urlsplit(url), urlsplit(self.base)
        hosts = {base.netloc} if self.moved else {base.netloc, *self.hosts}
        if parts.scheme != (base.scheme if self.moved else "https") or parts.netloc not in hosts:
            raise FetchError(self.name, f"leads to {parts.scheme}://{parts.hostname}, which it must not", "service")
        if not proxied and not self.moved and _is_local(parts.hostname or ""):
            raise FetchError(self.name, f"{parts.hostname} resolves to a machine of a local network", "network")

    def key_for(self, url: str) -> Key | None:
        """The key, for the service's own host alone, wherever it leads."""
        return self.key if urlsplit(url).netloc == urlsplit(self.base).netloc else None

    @property
    def wanted(self) -> WantedService:
        """The text about it for users."""
        if (key := self.key) is None:
            return WantedService(address=self.base)
        about = {"key": key.variable, "needed": key.needed, "where": key.where}
        return WantedService(address=self.base, known=key.value() is not None, **about)


def _is_local(host: str) -> bool:
    """Whether any address of a host is of no public machine."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except socket.gaierror:  # a name that is not known is left to the connection
        return False
    addresses = [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    return not all((getattr(item, "ipv4_mapped", None) or item).is_global for item in addresses)


@define
class Budget:
    """The limits of a run in requests and bytes transferred, and the amounts used so far.

    `spent` holds the US dollars that the replies of each service cost, with the last known remaining credit.
    """

    requests: int = 1000
    bytes: float = 1e9
    asked: int = 0
    received: int = 0
    spent: dict[str, tuple[float, float]] = field(factory=dict)

    def ask(self, service: str) -> None:
        """Note a request before it is made; raise `FetchError` if it would be one too many."""
        if self.asked >= self.requests:
            number = f"{self.requests:,} {'request' if self.requests == 1 else 'requests'}"
            what = f"the run may make {number}; --max-requests allows more, or run the command again"
            raise FetchError(service, what, "you")
        self.asked += 1

    def receive(self, service: str, number: int) -> None:
        """Note bytes as they come; raise `FetchError` if there are too many."""
        self.received += number
        if self.received > self.bytes:
            raise FetchError(service, f"the run may fetch {int(self.bytes):,} bytes; --max-bytes allows more", "you")

    def pay(self, service: str, usd: float, left: float) -> None:
        """Note the cost of a reply, and the remaining credit."""
        self.spent[service] = (self.spent.get(service, (0.0, 0.0))[0] + usd, left)
