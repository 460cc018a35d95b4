"""The time, asked for in one place; how fast a service may be asked, how long it may take, when to ask it again."""

import datetime
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

from hubrank_fetching.services import FetchError, Service

#: Seconds since some moment, which never go back; a wait; seconds since 1970, as this machine believes.
passed, sleep, today = time.monotonic, time.sleep, time.time
#: Seconds for a whole reply.
WHOLE = 600.0
#: Seconds over which the rate of a file is taken, and the bytes a second that it must have.
WHILE, RATE = 60.0, 1000
#: The most seconds to wait for a service; longer waits are left to another run.
CAP = 120.0
#: Requests to wait longer than these seconds, three years, are ignored.
LONGEST = 1e8
_LOCK = threading.Lock()
#: When the next request to an address may begin.
_NEXT: dict[str, float] = {}


def keep_pace(service: Service) -> None:
    """Wait until a service may be asked again by any source of this process, and note that it is asked."""
    if not service.pace:
        return
    with _LOCK:
        now = passed()
        moment = max(now, _NEXT.get(service.base, now))
        _NEXT[service.base] = moment + service.pace
    if moment > now:
        sleep(moment - now)


def reply_time(service: str) -> Callable[[int], None]:
    """Gets the bytes of a reply piece by piece, and rejects one that takes too long as a whole."""
    began = passed()

    def note(_: int) -> None:
        if passed() - began > WHOLE:
            raise FetchError(service, f"sends so slowly that {WHOLE:.0f} seconds were not enough", "service")

    return note


def file_rate(service: str) -> Callable[[int], None]:
    """Gets the bytes of a file piece by piece, and rejects one that is too slow for a while."""
    since, number = passed(), 0

    def note(more: int) -> None:
        nonlocal since, number
        number += more
        now = passed()
        if now - since < WHILE:
            return
        if number < RATE * (now - since):
            raise FetchError(service, f"sends fewer than {RATE:,} bytes a second", "service", again=True)
        since, number = now, 0

    return note


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds of `Retry-After`, which may be a date: by the service's own clock, if it states it.

    None if it states none, or an implausible one.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)
    elif until := moment_in(text):
        now = moment_in(headers.get("Date", ""))
        seconds = max(0.0, until.timestamp() - (today() if now is None else now.timestamp()))
    else:
        return None
    return seconds if seconds <= LONGEST else None


def day() -> str:
    """The day in UTC, in ISO form."""
    return datetime.datetime.fromtimestamp(today(), tz=datetime.UTC).date().isoformat()


def moment_after(seconds: float) -> str:
    """The moment this many seconds ahead, for people, in UTC."""
    then = datetime.datetime.fromtimestamp(today() + seconds, tz=datetime.UTC)
    return f"{then:%Y-%m-%d %H:%M} UTC"


def moment_in(header: str) -> datetime.datetime | None:
    """The moment in a header; None if there is none."""
    try:
        found = parsedate_to_datetime(header)
        return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)  # the meaning of -0000
    except (TypeError, ValueError, OverflowError):
        return None
