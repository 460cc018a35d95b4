"""One way to fetch: what a source of the net says of its service, and all that can go wrong between it and its rows.

For authors of sources: `fetched` with `Needs`, a `Service` with its `Key` and what its `Refusal` means, `pages` of
`PageOf`, `misfit`, and the `Session` that is handed to what gets the rows and downloads a `File`; `archives` reads what
is packed in one, `testing` is for their tests. `services` is the one place for keys, `adapter` the door to the net,
`downloading` what files need, `fetch_command` the verb `hubrank fetch`, which alone asks the net.
"""

from __future__ import annotations

from hubrank.plugin import Command, declare

from hubrank_fetching.replies import PageOf, misfit, other_form, pages
from hubrank_fetching.services import FetchError, File, Key, NotFetchedError, Refusal, Service
from hubrank_fetching.sources import (
    Needs,
    SourceModule,
    fetched,
    if_kept,
    kept_of,
    last_day,
    must_match,
)

__all__ = [
    "FetchError",
    "File",
    "Key",
    "Needs",
    "NotFetchedError",
    "PageOf",
    "Refusal",
    "Service",
    "SourceModule",
    "fetched",
    "hubrank_commands",
    "hubrank_data_sources",
    "if_kept",
    "kept_of",
    "last_day",
    "misfit",
    "must_match",
    "other_form",
    "pages",
]

hubrank_commands = declare(
    Command(
        name="fetch",
        help="Fetch the figures of a scenario from their services, after asking.",
        function="hubrank_fetching.fetch_command:fetch",
        group="Scenarios, plugins and files",
    )
)
hubrank_data_sources = declare(
    SourceModule("geonames", "Cities and towns of GeoNames with their inhabitants", "hubrank_fetching.geonames.dumps")
)
