"""What can go wrong on the way, by who can mend it."""

from __future__ import annotations

from typing import Literal

from hubrank import AbsentError, DataError

from hubrank_fetching.keys import redacted

#: Who can mend what went wrong.
Mender = Literal["service", "network", "you", "us"]
_MENDS: dict[Mender, str] = {
    "service": "the service must mend it; run the same command later, what is fetched is kept",
    "network": "check the network, then run the same command again, what is fetched is kept",
    "you": "what is fetched is kept",
    "us": "the service has changed: a newer hubrank may know how, else tell its authors",
}


class FetchError(DataError):
    """Something that could not be fetched. It names no key.

    Args:
        where: The service.
        what: What happened, and what to do about it beyond what is said of who can mend it.
        mender: Who can mend it.
        again: Whether asking again at once may help.
        wait: The seconds that the service asks to wait before; none where it says nothing.
    """

    def __init__(
        self, where: str, what: str, mender: Mender, *, again: bool = False, wait: float | None = None
    ) -> None:
        self.mender = mender
        self.again = again
        self.wait = wait
        super().__init__(where, redacted(f"{what}; {_MENDS[mender]}"))


class NotFetchedError(FetchError, AbsentError):
    """A reply that is not kept, asked for where nothing may be fetched."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "is not fetched yet; run `hubrank fetch` with the scenario's name", "you")
