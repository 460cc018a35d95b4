"""What origins promise, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence

from hubrank.plugin.sources import Origin
from hubrank.testing.samples import promise


def promise_origins(origins: Sequence[Origin]) -> None:
    """Raise unless each origin has a name of its own, a producer, a title and a licence."""
    __tracebackhide__ = True
    promise(origins, "origins is empty; name the producer of the data")
    names = [origin.name for origin in origins]
    promise(len(set(names)) == len(names), f"two origins have the same name: {', '.join(names)}")
    for origin in origins:
        for field in ("name", "producer", "title", "licence"):
            promise(getattr(origin, field), f"origin '{origin.name}' has no {field}")
