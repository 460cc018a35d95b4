"""The rows that a figure was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.measuring.figures import editions_behind
from hubrank.measuring.measure import measure_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from hubrank.contract.records import Records
    from hubrank.measuring.cache import Cache
    from hubrank.measuring.measurement import Measurement
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.plan import Plan


def rows_behind(
    plan: Plan, measurement: Measurement, key: str, unit: str, edition: int, cache: Cache | None
) -> dict[str, pd.DataFrame]:
    """The rows of a unit that an indicator used for an edition: it is measured once more, and they are noted.

    Args:
        plan: The plan.
        measurement: What was measured for it.
        key: The indicator; of one that is made from others, theirs for the editions that it is made of.
        unit: The unit's code.
        edition: The edition's year.
        cache: Where totals are kept.

    Returns:
        A frame an input, `place, from_year, year`, the columns that the indicator reads, `origin, vintage, method`;
        rows are summed by all but the amounts, unless the indicator sees single rows. The key is the input's name.
        Behind it stands in brackets whose rows they are, where that is not the indicator itself: `population (units'
        population)` for a column of the units that is read from an input, `values (papers)` for an indicator that this
        one is made from, `values (papers, 2020)` where that is of another edition, as behind a rate of growth.
    """
    at = plan.units.units.codes.index(unit)
    return {
        label: frame
        for indicator, year in dict.fromkeys(_measured(plan, measurement, key, at, edition))
        for label, frame in _used(
            plan,
            indicator,
            unit,
            year,
            cache,
            [indicator.key] * (indicator.key != key) + [str(year)] * (year != edition),
        ).items()
    }


def _measured(
    plan: Plan, measurement: Measurement, key: str, unit: int, edition: int
) -> Iterator[tuple[BoundIndicator, int]]:
    """The indicator and the edition, or those that it is made from in the end."""
    indicator = next(each for each in plan.indicators if each.key == key)
    if indicator.record.measure is not None:
        yield indicator, edition
        return
    columns = {name: measurement.indicators.index(name) for name in (key, *indicator.made_from)}
    values = [measurement.values[:, :, columns[name]] for name in indicator.made_from]
    behind = editions_behind(plan, indicator, values, measurement.values[:, :, columns[key]])
    row = plan.editions.index(edition)
    for name in indicator.made_from:
        for year, used in zip(plan.editions, behind[:, row, unit], strict=True):
            if used:
                yield from _measured(plan, measurement, name, unit, year)


def _used(
    plan: Plan, indicator: BoundIndicator, unit: str, edition: int, cache: Cache | None, of: list[str]
) -> dict[str, pd.DataFrame]:
    made = measure_one(plan, indicator, edition, cache)
    reads = indicator.bound.asked("inputs")
    shared = list(indicator.inputs.values())
    found = {}
    for role, records in made.inputs.items():
        name = indicator.inputs[role]
        whose = of + [role] * (shared.count(name) > 1)
        found[_label(name, whose)] = _shown(records, unit, list(reads[role]))
    for column in indicator.bound.asked("unit_columns"):
        if column in made.unit_columns:
            whose = [*of, f"units' {column}"]
            label = _label(plan.scenario.units.from_inputs[column], whose)
            found[label] = _shown(made.unit_columns[column], unit, [column])
    return found


def _label(name: str, whose: list[str]) -> str:
    return f"{name} ({', '.join(whose)})" if whose else name


def _shown(records: Records, unit: str, columns: list[str]) -> pd.DataFrame:
    """The rows of a unit, with the columns that were read."""
    wanted = ["place", "from_year", "year", *columns, "origin", "vintage", "method"]
    return records.used(unit)[wanted].reset_index(drop=True)
