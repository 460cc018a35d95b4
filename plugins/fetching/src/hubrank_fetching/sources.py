"""A source that is fetched: what it needs of the net, and the one function that gets its rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import frozen
from hubrank import DataSource, Request

from hubrank_fetching.services import Service

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_fetching.session import Session

    #: Gets the rows of a request by a session, which has them kept or asks the net.
    Get = Callable[[Request, Session], Iterable[pd.DataFrame]]
    #: What a source hands to the core.
    Read = Callable[[Request], Iterable[pd.DataFrame]]

#: Where a `read` has what it was made of.
_MADE_OF = "hubrank_fetched"


@frozen(kw_only=True)
class Needs:
    """What a fetch takes, as far as is known before.

    Attributes:
        requests: How many requests.
        bytes: How many bytes of replies, about.
        seconds: How long it takes, about.
        usd: What the service charges for it in US dollars, about.
    """

    requests: int
    bytes: float
    seconds: float
    usd: float = 0


@frozen(kw_only=True)
class Fetched:
    """What `hubrank fetch` knows of a source.

    Attributes:
        service: Where its rows come from.
        needs: What a request takes where nothing is kept; it asks no net.
        get: Gets the rows.
    """

    service: Service
    needs: Callable[[Request], Needs]
    get: Get


def fetched(service: Service, needs: Callable[[Request], Needs]) -> Callable[[Get], Read]:
    """Make the `read` of a source of what gets its rows by a session: it takes what is kept, and never asks the net.

    Args:
        service: Where they come from.
        needs: What a request takes where nothing is kept; it asks no net.
    """

    def made(get: Get) -> Read:
        @functools.wraps(get)  # so that the code which decides the rows is the source's own
        def read(request: Request) -> Iterable[pd.DataFrame]:
            from hubrank_fetching.session import Session

            yield from get(request, Session(service))

        setattr(read, _MADE_OF, Fetched(service=service, needs=needs, get=get))
        return read

    return made


def fetched_of(source: DataSource) -> Fetched | None:
    """What is known of a source that is fetched; none of any other."""
    return getattr(source.read, _MADE_OF, None)
