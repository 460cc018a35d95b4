"""Wikidata's query service: where it is, how fast it may be asked, and what its refusals mean."""

from __future__ import annotations

from hubrank_fetching import FetchError, Refusal, Service

RESULTS = "application/sparql-results+json"
#: What stands in a reply to a query that took more than the minute which the service gives to each.
_TIMEOUTS = (b"Query timeout limit reached", b"java.util.concurrent.TimeoutException")
_FORBIDDEN = 403


class TimedOutError(FetchError):
    """A query took more time than the service gives it: a smaller one may do."""

    def __init__(self) -> None:
        super().__init__(NAME, "took more time for a query than it gives to one", "service")


def timed_out(content: bytes) -> FetchError | None:
    """The error in a reply, whatever its status, that was broken off by the service's clock."""
    return TimedOutError() if any(each in content for each in _TIMEOUTS) else None


def refusal(found: Refusal) -> FetchError | None:
    """What a refusal means: a query that took too long, or a ban, which says until when."""
    if found.status == _FORBIDDEN:
        said = " ".join(found.content.decode(errors="replace").split())[:200].rstrip(".") or "?"
        return FetchError(NAME, f"refuses this machine: {said}; run the same command after that", "you")
    return timed_out(found.content)


NAME = "wikidata"
SERVICE = Service(
    name=NAME,
    address="https://query.wikidata.org/sparql",
    media=(RESULTS,),
    accept=RESULTS,
    days=30,
    pace=1,
    refusal=refusal,
)
