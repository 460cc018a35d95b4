"""How slowly something may come: a reply has its time, a file a rate, however long it takes."""

from __future__ import annotations

from typing import Protocol

from hubrank_fetching import clock
from hubrank_fetching.errors import FetchError

#: Seconds for a whole reply.
WHOLE = 600.0
#: Seconds over which the rate of a file is taken, and the bytes a second that it must have.
WHILE, RATE = 60.0, 1000


class Patience(Protocol):
    """What is told of each piece as it comes."""

    def note(self, number: int) -> None:
        """Note so many bytes.

        Raises:
            FetchError: They come too slowly.
        """


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
