"""Lists that you hold, counted by place for hubrank: Crunchbase, Dealroom, CB Insights, TOP500."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import DataSource, hookimpl
from hubrank_fetching import SourceModule

#: The makers of exports by the names of their sources.
_PRODUCERS = {"cbinsights": "CB Insights", "crunchbase": "Crunchbase", "dealroom": "Dealroom"}


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The sources."""
    for name, producer in _PRODUCERS.items():
        title = f"Exports of {producer} that you are licensed to use, counted by place"
        yield SourceModule(name, title, f"{__name__}.commercial:{name.upper()}")
    title = "TOP500 lists of supercomputers that you have downloaded, counted by place"
    yield SourceModule("top500", title, f"{__name__}.top500")
