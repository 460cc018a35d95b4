"""What is said of figures that are not of the year that they stand for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hubrank.basis.language import worded
from hubrank.composing.composed import Composed
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.plan import Plan


def age_text(composed: Composed, edition: int, unit: int, key: str) -> str:
    """Of which other year a value is, or which year was too old for a gap; empty where it is of its own.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
        key: A measured indicator.
    """
    ages, year = composed.measurement.ages, composed.editions[edition]
    at = (edition, unit, composed.measurement.indicators.index(key))
    if not np.isnan(ages.too_old[at]):
        return refusal(composed.plan, key, year, float(ages.too_old[at]))
    return other_years(year, float(ages.carried[at]), float(ages.ahead[at]))


def other_years(edition: int, carried: float, ahead: float) -> str:
    """`carried from 2018`, `newer than the edition: 2026`, or both; empty where both years are NaN.

    Where a value is no newer than the edition but newer than the lag asks for: `newer than its lag allows: 2022`.
    """
    told = []
    if carried == carried:
        told.append(worded("carried from {year}", year=f"{carried:.0f}"))
    if ahead > edition:
        told.append(worded("newer than the edition: {year}", year=f"{ahead:.0f}"))
    elif ahead == ahead:
        told.append(worded("newer than its lag allows: {year}", year=f"{ahead:.0f}"))
    return ", ".join(told)


def refusal(plan: Plan, key: str, edition: int, year: float) -> str:
    """`2015 is older than max_age = 0 allows`: why an indicator's value of a year is no value of an edition."""
    indicator = next(each for each in plan.indicators if each.key == key)
    limits = [age for lag, age in _limits(plan, indicator) if year < edition - lag - age]
    if limits:
        return worded("{year} is older than max_age = {limit} allows", year=f"{year:.0f}", limit=max(limits))
    return worded("{year} is older than max_age allows", year=f"{year:.0f}")


def _limits(plan: Plan, indicator: BoundIndicator) -> Iterator[tuple[int, int]]:
    """The lag and the greatest age of every input that an indicator is made of in the end."""
    for key in indicator.made_from:
        yield from _limits(plan, next(each for each in plan.indicators if each.key == key))
    columns = indicator.bound.asked("unit_columns")
    from_inputs = plan.scenario.units.from_inputs
    own = [(plan.inputs[name], indicator) for name in indicator.inputs.values()]
    shared = [(plan.inputs[from_inputs[column]], None) for column in columns if column in from_inputs]
    for bound, reader in [*own, *shared]:
        age = bound.max_age(reader)
        if age is not None:
            yield bound.choice.lag, age
