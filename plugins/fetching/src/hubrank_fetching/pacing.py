"""How fast a service may be asked: not faster than it bears, by whatever sources of one process."""

from __future__ import annotations

import threading

from hubrank_fetching import clock
from hubrank_fetching.services import Service

_LOCK = threading.Lock()
#: When the next request to an address may begin.
_NEXT: dict[str, float] = {}


def keep_pace(service: Service) -> None:
    """Wait until a service may be asked again, and note that it is."""
    if not service.pace:
        return
    with _LOCK:
        now = clock.passed()
        moment = max(now, _NEXT.get(service.base, now))
        _NEXT[service.base] = moment + service.pace
    if moment > now:
        clock.sleep(moment - now)
