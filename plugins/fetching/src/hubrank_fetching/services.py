"""A service: where it is, which hosts it may lead to, the key that it wants."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen
from hubrank import WantedService

from hubrank_fetching.errors import FetchError
from hubrank_fetching.keys import Key


@frozen(kw_only=True)
class Refusal:
    """A reply whose status is not 200.

    Attributes:
        status: The status.
        headers: Its headers, whatever the case of their names.
        content: Its body, without keys.
        address: What was asked, without keys.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    address: str = ""

    def said(self, *keys: str | int) -> str:
        """The text behind keys and positions of a JSON body, one line of at most 200 characters, or empty."""
        try:
            found: Any = json.loads(self.content)
            for key in keys:
                found = found[key]
        except (ValueError, RecursionError, LookupError, TypeError):
            return ""
        return " ".join(found.split())[:200].rstrip(".") if isinstance(found, str) else ""


@frozen(kw_only=True)
class Charge:
    """What a reply cost.

    Attributes:
        usd: US dollars, of a budget that the service grants or that somebody paid.
        left: What is left of it until the service grants more.
    """

    usd: float
    left: float


@frozen(kw_only=True)
class Service:
    """A service of the net, as the author of a source describes it.

    Attributes:
        name: What messages call it; with capitals and `HUBRANK_..._ADDRESS` around it the variable that puts another
            server in its place.
        address: The beginning of all its addresses, https.
        hosts: Further hosts that it may lead to.
        key: The key that it wants; none where it wants none.
        media: The content types of its replies.
        most: Bytes that one reply may have, unpacked: it is held in memory.
        largest: Bytes that one file may have, which is downloaded in pieces.
        days: So long a reply is taken as it is; then the service is asked whether it has changed.
        refusal: What a refusal of this service means, in its own words; none where it means what its status says.
        pace: Seconds from the beginning of one request to that of the next, whichever source asks.
        accept: What the header `Accept` asks for, where a service sends several forms; anything where it is empty.
        charge: What the headers of a reply say that it cost; none where a service is free.
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
    charge: Callable[[Mapping[str, str]], Charge | None] | None = None

    @property
    def variable(self) -> str:
        """The variable that names another address, of a mirror or of a server of a test."""
        return f"HUBRANK_{self.name.upper().replace('-', '_')}_ADDRESS"

    @property
    def base(self) -> str:
        """The address in force, without a slash at its end. A person sets another; no scenario can."""
        return (os.environ.get(self.variable) or self.address).rstrip("/")

    def check_address(self, url: str, *, proxied: bool = False) -> None:
        """Refuse an address that the service must not lead to.

        Args:
            url: The address.
            proxied: Whether another machine looks the name up.

        Raises:
            FetchError: It is not https, of another host, or of a machine of this network.
        """
        parts, base = urlsplit(url), urlsplit(self.base)
        if os.environ.get(self.variable):
            good = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        else:
            good = parts.scheme == "https" and parts.netloc in {base.netloc, *self.hosts}
        if not good:
            shown = f"{parts.scheme}://{parts.hostname}"
            raise FetchError(self.name, f"leads to {shown}, which it must not", "service")
        if not proxied and not os.environ.get(self.variable) and _is_local(parts.hostname or ""):
            raise FetchError(self.name, f"{parts.hostname} is looked up as a machine of a local network", "network")

    def key_for(self, url: str) -> Key | None:
        """The key, for the service's own host alone, wherever it leads."""
        return self.key if urlsplit(url).netloc == urlsplit(self.base).netloc else None

    @property
    def wanted(self) -> WantedService:
        """What people are told of it."""
        key = self.key
        if key is None:
            return WantedService(address=self.base)
        known = key.value() is not None
        return WantedService(address=self.base, key=key.variable, needed=key.needed, known=known, where=key.where)


def _is_local(host: str) -> bool:
    """Whether any address of a host is of no public machine; a name that is not known is left to the connection."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return False
    return not all(_public(each) for each in _numbers(found))


def _numbers(found: Iterable[tuple[object, object, object, object, tuple[object, ...]]]) -> Iterable[str]:
    return (str(each[4][0]).partition("%")[0] for each in found)


def _public(number: str) -> bool:
    address = ipaddress.ip_address(number)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global
