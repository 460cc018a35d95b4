"""Figures of Eurostat and the OECD by country, region and city, from their services.

The sources are in `eurostat` and `oecd`. `jsonstat` reads Eurostat's replies and `csv_tables` the OECD's, both to
cells of one form, of which `figures` makes rows; `messages` reads SDMX-ML, which both use for all that is no data.
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
