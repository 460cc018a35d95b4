"""One way to fetch: what a source of the net says of its service, and all that can go wrong between it and its rows.

For authors of sources: `fetched` with `Needs`, a `Service` with its `Key`, `pages` of `PageOf`, `misfit`, and the
`Session` that is handed to what gets the rows. `keys` is the one place for keys, `adapter` the door to the net, `store`
where replies are kept, `command` the verb `hubrank fetch`, which alone asks the net.
"""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Command, hookimpl

from hubrank_fetching.errors import FetchError, NotFetchedError
from hubrank_fetching.keys import Key
from hubrank_fetching.paging import PageOf, pages
from hubrank_fetching.services import Service
from hubrank_fetching.shapes import misfit
from hubrank_fetching.sources import Needs, fetched

__all__ = [
    "FetchError",
    "Key",
    "Needs",
    "NotFetchedError",
    "PageOf",
    "Service",
    "fetched",
    "hubrank_commands",
    "misfit",
    "pages",
]


@hookimpl
def hubrank_commands() -> Iterator[Command]:
    """The verb `fetch`."""
    yield Command(
        name="fetch",
        help="Fetch the figures of a scenario from their services, after asking.",
        function="hubrank_fetching.command:fetch",
        group="Scenarios, plugins and files",
    )
