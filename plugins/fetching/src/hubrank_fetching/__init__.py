"""Fetch rows from services: the description of a service, and every error between it and its rows.

For authors of sources: `fetched` with `Needs`, a `Service` with its `Key` and the meanings of its `Refusal`, `pages` of
`PageOf`, `misfit`, and the `Session` that gets the rows and downloads a `File`; `archives` reads members of archives,
`testing` is for their tests. `services` is the only place for keys, `adapter` the only access to the network,
`downloading` handles files, `fetch_command` the command `hubrank fetch`, the only one to use the network.
"""

from hubrank.plugin import Command, declare

from hubrank_fetching.replies import PageOf, misfit, other_form, pages
from hubrank_fetching.services import FetchError, File, Key, NotFetchedError, Refusal, Service
from hubrank_fetching.sources import Needs, SourceModule, fetched, if_kept, kept_of, last_day, must_match

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
        help="Download the data of a scenario, after asking.",
        function="hubrank_fetching.fetch_command:fetch",
        group="Data",
        example="hubrank fetch global-live",
    )
)
hubrank_data_sources = declare(
    SourceModule("geonames", "Cities and towns of GeoNames with their inhabitants", "hubrank_fetching.geonames.dumps")
)
