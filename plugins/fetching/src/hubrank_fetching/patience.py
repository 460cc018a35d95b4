"""How long a reply may take, and how long to wait until a service is asked again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from hubrank_fetching import clock
from hubrank_fetching.services import FetchError

#: Seconds for a whole reply.
WHOLE = 600.0
#: Seconds over which the rate of a file is taken, and the bytes a second that it must have.
WHILE, RATE = 60.0, 1000


class Whole:
    """The time that a whole reply has, from its beginning on."""

    def __init__(self, service: str) -> None:
        self._service, self._began = service, clock.passed()

    def note(self, number: int) -> None:  # noqa: ARG002  # a reply has its time, whatever its size
        """Refuse a reply that takes too long."""
        if clock.passed() - self._began > WHOLE:
            raise FetchError(self._service, f"sends so slowly that {WHOLE:.0f} seconds were not enough", "service")


class Rate:
    """The rate that a file must have; a stall ends it earlier."""

    def __init__(self, service: str) -> None:
        self._service, self._since, self._bytes = service, clock.passed(), 0

    def note(self, number: int) -> None:
        """Refuse a file that comes too slowly for a while."""
        self._bytes += number
        now = clock.passed()
        if now - self._since < WHILE:
            return
        if self._bytes < RATE * (now - self._since):
            raise FetchError(self._service, f"sends fewer than {RATE:,} bytes a second", "service", again=True)
        self._since, self._bytes = now, 0


#: A service is waited for so many seconds; what takes longer is a matter of another run.
CAP = 120.0


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`, which may be a date: by the service's own clock, where it tells it."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = _moment(text)
    if until is None:
        return None
    now = _moment(headers.get("Date", ""))
    return max(0.0, until - (clock.today() if now is None else now))


def moment_after(seconds: float) -> str:
    """The moment in so many seconds, as people read it, in UTC."""
    then = datetime.datetime.fromtimestamp(clock.today() + seconds, tz=datetime.UTC)
    return f"{then:%Y-%m-%d %H:%M} UTC"


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
