"""One way to fetch: what a source of the net says of its service, and all that can go wrong between it and its rows.

For authors of sources: `fetched` with `Needs`, a `Service` with its `Key` and what its `Refusal` means, `pages` of
`PageOf`, `misfit`, and the `Session` that is handed to what gets the rows and downloads a `File`; `archives` reads what
is packed in one, `testing` is for their tests. `services` is the one place for keys, `adapter` the door to the net,
`downloading` what files need, `fetch_command` the verb `hubrank fetch`, which alone asks the net.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hubrank import Command, hookimpl

if TYPE_CHECKING:
    from hubrank_fetching.downloading import File
    from hubrank_fetching.services import Charge, FetchError, Key, NotFetchedError, Refusal, Service
    from hubrank_fetching.session import PageOf, pages
    from hubrank_fetching.sources import Needs, digest_of, fetched, kept_of, last_day, misfit, must_match

#: Where each name is; its module is imported when it is asked for, so that the list of verbs loads none of them.
_PLACES = {
    **dict.fromkeys(("Charge", "FetchError", "Key", "NotFetchedError", "Refusal", "Service"), "services"),
    **dict.fromkeys(("Needs", "digest_of", "fetched", "kept_of", "last_day", "misfit", "must_match"), "sources"),
    **dict.fromkeys(("PageOf", "pages"), "session"),
    "File": "downloading",
}

__all__ = [
    "Charge",
    "FetchError",
    "File",
    "Key",
    "Needs",
    "NotFetchedError",
    "PageOf",
    "Refusal",
    "Service",
    "digest_of",
    "fetched",
    "hubrank_commands",
    "kept_of",
    "last_day",
    "misfit",
    "must_match",
    "pages",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)


@hookimpl
def hubrank_commands() -> Iterator[Command]:
    """The verb `fetch`."""
    yield Command(
        name="fetch",
        help="Fetch the figures of a scenario from their services, after asking.",
        function="hubrank_fetching.fetch_command:fetch",
        group="Scenarios, plugins and files",
    )
