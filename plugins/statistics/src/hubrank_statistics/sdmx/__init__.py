"""Figures of Eurostat and the OECD by country, region and city, from their services.

The sources are in `eurostat` and `oecd`; `replies` reads what they send to cells of one form, and makes rows of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import DataSource, hookimpl

from hubrank_statistics.sdmx import eurostat, oecd


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """Both sources."""
    yield eurostat.SOURCE
    yield oecd.SOURCE
