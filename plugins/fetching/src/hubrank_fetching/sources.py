"""A source that is fetched: what it needs of the net, and the one function that gets its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from attrs import field, frozen
from hubrank import DataSource, Request

from hubrank_fetching.services import Service

if TYPE_CHECKING:
    import pandas as pd

    from hubrank_fetching.session import Session

    #: Gets the rows of a request by a session, which has them kept or asks the net.
    Get = Callable[[Request, Session], Iterable[pd.DataFrame]]


@frozen(kw_only=True)
class Needs:
    """What a fetch takes, as far as is known before.

    Attributes:
        requests: How many requests.
        bytes: How many bytes of replies, about.
        seconds: How long it takes, about.
    """

    requests: int
    bytes: float
    seconds: float


@frozen(kw_only=True)
class LiveSource(DataSource):
    """A source whose rows `hubrank fetch` gets, and whose `read` takes what is kept; `live_source` makes one.

    Attributes:
        service: Where they come from.
        needs: What a request takes where nothing is kept; it asks no net.
        get: Gets the rows.
    """

    service: Service = field()
    needs: Callable[[Request], Needs] = field()
    get: Get = field()


def reading(service: Service, get: Get) -> Callable[[Request], Iterable[pd.DataFrame]]:
    """The `read` of a source: what was fetched, and an error with the way to it where it was not; never the net."""

    def read(request: Request) -> Iterable[pd.DataFrame]:
        from hubrank_fetching.session import Session

        yield from get(request, Session(service))

    return read
