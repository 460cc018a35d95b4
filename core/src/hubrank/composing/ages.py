"""What is said of figures that are not of the year that they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.composing.composed import Composed
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def stands_in(composed: Composed) -> Words:
    """Of which other year each value is, `(editions, units, indicators)`; empty where it is of its own.

    `carried from 2018`, `newer than the edition: 2026`; where a lag is not kept but the edition is, `newer than its
    lag allows: 2022`; where a value is made of both, both.
    """
    carried, ahead = composed.measurement.ages.carried, composed.measurement.ages.ahead
    made = np.full(carried.shape, "", dtype=object)
    for year in np.unique(carried[~np.isnan(carried)]):
        made[carried == year] = f"carried from {year:.0f}"
    editions = np.array(composed.editions)[:, None, None]
    for year in np.unique(ahead[~np.isnan(ahead)]):
        said = np.where(editions < year, "newer than the edition", "newer than its lag allows").astype(object)
        made = np.where(ahead == year, _joined(made, said + f": {year:.0f}"), made)
    return made


def _joined(first: Any, second: Any) -> Any:
    """Two texts with a comma between them, where there is a first."""
    return first + np.where(first == "", "", ", ").astype(object) + second


def too_old(composed: Composed, edition: int, unit: int, key: str) -> str:
    """What was kept out of a gap for its age: `2015 is older than max_age = 0 allows`; empty where nothing was.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
        key: The indicator; dimensions have none.
    """
    if key not in composed.measurement.indicators:
        return ""
    year = composed.measurement.ages.too_old[edition, unit, composed.measurement.indicators.index(key)]
    return "" if np.isnan(year) else refusal(composed.plan, key, composed.editions[edition], int(year))


def refusal(plan: Plan, key: str, edition: int, year: int) -> str:
    """That a year is older than an indicator's input allows in an edition, with the `max_age` that says so."""
    indicator = next(each for each in plan.indicators if each.key == key)
    limits = [age for lag, age in _limits(plan, indicator) if year < edition - lag - age]
    return f"{year} is older than max_age = {max(limits)} allows" if limits else f"{year} is older than max_age allows"


def _limits(plan: Plan, indicator: BoundIndicator) -> Iterator[tuple[int, int]]:
    """The lag and the greatest age of everything that an indicator is made of."""
    for key in indicator.made_from:
        yield from _limits(plan, next(each for each in plan.indicators if each.key == key))
    columns = indicator.record.unit_columns_for(indicator.bound.options)
    from_inputs = plan.scenario.units.from_inputs
    own = [(plan.inputs[name], indicator) for name in indicator.inputs.values()]
    shared = [(plan.inputs[from_inputs[column]], None) for column in columns if column in from_inputs]
    for bound, reader in [*own, *shared]:
        age = bound.max_age(reader)
        if age is not None:
            yield bound.choice.lag, age
