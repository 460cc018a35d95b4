"""How long a service asks to wait."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from hubrank_fetching import clock

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
