"""States, provinces and other regions of the first level, by name and code."""

from __future__ import annotations

import functools

import pandas as pd

from hubrank_fetching.geonames.tables import packed_table, place_key


class Regions:
    """Regions of GeoNames.

    Args:
        table: `country` (alpha-3), `code` (GeoNames'), `name`, and `also`: other names and codes, folded by
            `place_key` and parted by `|`.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._codes: dict[tuple[str, str], set[str]] = {}
        for country, code, name, also in table.itertuples(index=False):
            self._names[country, code] = name
            for key in (place_key(name), *(also.split("|") if also else ())):
                self._codes.setdefault((country, key), set()).add(code)

    def name(self, country: str, code: str) -> str:
        """The name of a region by its GeoNames code; empty where there is none."""
        return self._names.get((country, code), "")

    def codes(self, country: str, name: str) -> frozenset[str]:
        """The GeoNames codes of the regions that a name or code of ISO 3166-2 may mean; none where it means none."""
        return frozenset(self._codes.get((country, place_key(name)), ()))


@functools.cache
def regions() -> Regions:
    """The regions of all countries."""
    return Regions(packed_table("regions.csv.gz"))
