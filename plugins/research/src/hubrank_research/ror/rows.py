"""Organisations as rows: what each counts at each of its places."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from hubrank_research.ror import TYPES, Options
from hubrank_research.ror.records import Location, Organisation

if TYPE_CHECKING:
    import pandas as pd

#: So many organisations make a frame.
_BATCH = 20_000
_PLACES = ("geonames", "lat", "lon", "country", "year")
_ACTIVE = "active"
#: An organisation without a place is counted nowhere, and told.
_NOWHERE = Location(geonames=0, name="", country="", lat=None, lon=None)


def frames(found: Iterable[Organisation], year: int, options: Options) -> Iterator[pd.DataFrame]:
    """The rows of organisations that count, in pieces.

    Args:
        found: All organisations.
        year: The year that they are of.
        options: Which count, and how.
    """
    import pandas as pd

    rows = (row for each in found if counts(each, options) for row in _rows(each, year, options))
    for batch in _batched(rows):
        yield pd.DataFrame(batch, columns=[*_PLACES, "organisations", *TYPES])


def _batched(rows: Iterator[tuple[object, ...]]) -> Iterator[tuple[tuple[object, ...], ...]]:
    while batch := tuple(itertools.islice(rows, _BATCH)):
        yield batch


def counts(each: Organisation, options: Options) -> bool:
    """Whether an organisation is there, and of a type that is asked for."""
    return each.status == _ACTIVE and (not options.types or bool(set(options.types) & set(each.types)))


def _rows(each: Organisation, year: int, options: Options) -> Iterator[tuple[object, ...]]:
    """What an organisation counts at each of its places."""
    places = each.locations[:1] if options.locations == "first" else each.locations
    share = 1 / len(places) if options.locations == "split" and places else 1.0
    amounts = [share if kind in each.types else 0.0 for kind in TYPES]
    for place in places or (_NOWHERE,):
        code = str(place.geonames) if place.geonames else None
        yield (code, place.lat, place.lon, place.country or None, year, share, *amounts)
