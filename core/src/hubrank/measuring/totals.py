"""Totals: the rows of an input, put into units and summed; what is slow, done once and cached."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from hubrank.basis.errors import DataError
from hubrank.contract.origins import Origin
from hubrank.contract.row_index import RowIndex
from hubrank.contract.sources import Request
from hubrank.measuring.cache import Cache
from hubrank.measuring.lost import account_of
from hubrank.measuring.parts import TellRead, fingerprint_of, sums_by_parts, totals_key
from hubrank.measuring.sums import summed
from hubrank.scenario.binding import Bound
from hubrank.scenario.unit_sets import BoundUnits

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput


def _silent(_rows: int, _part: int, _parts: int) -> None:
    """Tell nobody."""


@frozen(kw_only=True, eq=False)
class Totals:
    """An input's rows, summed by unit, place, time, provenance and the columns that tell rows apart.

    Attributes:
        frame: `unit, place, from_year, year`, the columns asked for, `origin, vintage, method`.
        rows: How many rows the source gave.
        rows_without_unit: How many of them lie in no unit.
        amounts: For each amount the sum inside and outside the units; a row in several units counts once.
        lost: The account of the rows in no unit, as `measuring.lost` keeps it.
        folded: How many rows were put into a unit by another spelling of its name.
        undated: How many rows in units lack a year, though others of the table have one.
        origins: Who made the rows.
        fingerprint: What the source says of the state of its rows.
        cached: Whether the totals came from the cache.
        parts: In how many parts the rows were summed.
        resumed: How many of them an earlier run had summed.
        apart: The rows before they were summed, where an indicator must see them one by one.
    """

    frame: pd.DataFrame
    rows: int
    rows_without_unit: int
    amounts: Mapping[str, tuple[float, float]]
    lost: pd.DataFrame
    folded: int = 0
    undated: int = 0
    origins: tuple[Origin, ...] = ()
    fingerprint: str = ""
    cached: bool = False
    parts: int = 1
    resumed: int = 0
    apart: pd.DataFrame | None = None

    @functools.cached_property
    def index(self) -> RowIndex:
        """The summed rows, told apart by numbers for all indicators and editions."""
        return RowIndex(self.frame)

    @functools.cached_property
    def apart_index(self) -> RowIndex:
        """The rows before they were summed, where they are kept; else the summed ones."""
        return self.index if self.apart is None else RowIndex(self.apart)


def totals_of(
    bound: BoundInput,
    units: BoundUnits,
    years: tuple[int | None, int | None],
    cache: Cache | None,
    sample: bool,
    tell: TellRead = _silent,
) -> Totals:
    """Sum an input's rows, or take the totals from the cache.

    Args:
        bound: The input.
        units: The units that rows are put into.
        years: The first and last year that any edition sees; none where all count.
        cache: Where totals are kept; none keeps none.
        sample: Whether the source's sample is read in place of its rows.
        tell: Told how many rows were read, the position of the part that is read, and the number of parts.

    Raises:
        ScenarioError: A file that the scenario names is wrong.
        PluginError: The source broke its contract.
        DataError: There are no rows.
    """
    part = Bound(bound.part, bound.options, f"inputs.{bound.name}")
    request = bound.request(years, sample, units)
    origins = tuple(part.asked("origins"))
    fingerprint = fingerprint_of(part, request)
    key = totals_key(bound, units, request, fingerprint)
    made = None if cache is None else _cached(cache, key)
    if made is None:
        made = _summed_rows(part, bound, units, request, cache, tell)
        if cache is not None and fingerprint_of(part, request) == fingerprint:
            cache.put(key, made.frame, _about(bound, units, made))
    if bound.apart:
        made = attrs.evolve(made, frame=summed(bound, made.frame), apart=made.frame)
    return attrs.evolve(made, origins=origins, fingerprint=fingerprint)


def _cached(cache: Cache, key: str) -> Totals | None:
    found = cache.get(key)
    if found is None:
        return None
    frame, known = found
    return Totals(
        frame=frame,
        rows=known["rows"],
        rows_without_unit=known["rows_without_unit"],
        amounts={name: (inside, outside) for name, (inside, outside) in known["amounts"].items()},
        lost=account_of(known["lost"], known["amounts"]),
        folded=known["folded"],
        undated=known["undated"],
        cached=True,
    )


def _about(bound: BoundInput, units: BoundUnits, made: Totals) -> Mapping[str, Any]:
    """What the cache keeps beside the totals."""
    return {
        "source": bound.source.name,
        "table": bound.table.name,
        "units": units.name,
        "rows": made.rows,
        "rows_without_unit": made.rows_without_unit,
        "amounts": made.amounts,
        "lost": made.lost.to_dict("list"),
        "folded": made.folded,
        "undated": made.undated,
    }


def _summed_rows(
    part: Bound, bound: BoundInput, units: BoundUnits, request: Request, cache: Cache | None, tell: TellRead
) -> Totals:
    """Put every row into units and fold it into sums."""
    sums, parts, resumed = sums_by_parts(part, bound, units, request, cache, tell)
    if not sums.rows:
        source, table = bound.source.name, bound.table.name
        raise DataError(part.where, f"'{source}' returned no rows for table '{table}'")
    return Totals(
        frame=sums.whole(),
        rows=sums.rows,
        rows_without_unit=sums.without,
        amounts={name: (float(inside), float(outside)) for name, (inside, outside) in sums.amounts.items()},
        lost=sums.account(),
        folded=sums.spelt,
        undated=sums.undated if sums.dated else 0,
        parts=parts,
        resumed=resumed,
    )
