"""The rows that a figure was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.contract.records import UNDATED
from hubrank.measuring.measure import window, years_seen
from hubrank.measuring.totals import count

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.contract.records import Window
    from hubrank.measuring.cache import Cache
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.inputs import BoundInput
    from hubrank.scenario.plan import Plan


def rows_behind(plan: Plan, key: str, unit: str, edition: int, cache: Cache | None) -> dict[str, pd.DataFrame]:
    """The rows in a unit that an edition sees of an indicator's inputs, summed by place, time and provenance.

    Args:
        plan: The plan.
        key: The indicator; of one that is made from others, theirs.
        unit: The unit's code.
        edition: The edition's year.
        cache: Where counted rows are kept.

    Returns:
        A frame an input: `place, from_year, year`, the columns that were asked for, `origin, vintage, method`.
    """
    return {name: _seen(plan, plan.inputs[name], unit, edition, cache) for name in inputs_of(plan, key)}


def inputs_of(plan: Plan, key: str) -> list[str]:
    """The inputs that an indicator reads, itself or through those that it is made from."""
    by_key = {each.key: each for each in plan.indicators}

    def walk(indicator: BoundIndicator) -> list[str]:
        return [*indicator.inputs.values(), *(name for each in indicator.made_from for name in walk(by_key[each]))]

    return list(dict.fromkeys(walk(by_key[key])))


def _seen(plan: Plan, bound: BoundInput, unit: str, edition: int, cache: Cache | None) -> pd.DataFrame:
    frame = count(bound, plan.units, years_seen(plan, bound), cache, plan.sample).frame
    seen = window(plan, bound, edition, frame["year"].to_numpy())
    rows = frame[(frame["unit"] == unit) & ((frame["year"] <= seen.last) | (frame["year"] == UNDATED))]
    rows = _stock(rows, seen) if bound.table.kind == "stock" else _flow(rows, frame, seen)
    return rows.drop(columns="unit").reset_index(drop=True)


def _stock(rows: pd.DataFrame, seen: Window) -> pd.DataFrame:
    """The newest row of each place, not older than may be."""
    if seen.oldest is not None:
        rows = rows[(rows["year"] >= seen.oldest) | (rows["year"] == UNDATED)]
    if not len(rows):
        return rows
    return rows[rows["year"] == rows.groupby("place", observed=True)["year"].transform("max")]


def _flow(rows: pd.DataFrame, frame: pd.DataFrame, seen: Window) -> pd.DataFrame:
    """The rows of the window's years."""
    if seen.newest_only:
        years = frame.loc[frame["year"] <= seen.last, "year"]
        return rows[rows["year"] == years.max()] if len(years) else rows.iloc[:0]
    return rows if seen.first is None else rows[(rows["year"] >= seen.first) | (rows["year"] == UNDATED)]
