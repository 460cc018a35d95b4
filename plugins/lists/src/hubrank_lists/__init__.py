"""Lists that you hold, counted by place for hubrank: Crunchbase, Dealroom, CB Insights, TOP500."""

from hubrank.plugin import declare
from hubrank_fetching import SourceModule

#: The makers of exports by the names of their sources.
_PRODUCERS = {"cbinsights": "CB Insights", "crunchbase": "Crunchbase", "dealroom": "Dealroom"}

hubrank_data_sources = declare(
    *(
        SourceModule(
            name,
            f"Exports of {producer} that you are licensed to use, counted by place",
            f"{__name__}.commercial:{name.upper()}",
        )
        for name, producer in _PRODUCERS.items()
    ),
    SourceModule(
        "top500", "TOP500 lists of supercomputers that you have downloaded, counted by place", f"{__name__}.top500"
    ),
)
