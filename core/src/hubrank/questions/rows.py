"""The rows that a figure was made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.measuring.measure import measure_one

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.contract.records import Records
    from hubrank.measuring.cache import Cache
    from hubrank.scenario.columns import BoundIndicator
    from hubrank.scenario.plan import Plan


def rows_behind(plan: Plan, key: str, unit: str, edition: int, cache: Cache | None) -> dict[str, pd.DataFrame]:
    """The rows of a unit that an indicator used for an edition: it is measured once more, and they are noted.

    Args:
        plan: The plan.
        key: The indicator; of one that is made from others, theirs for the same edition.
        unit: The unit's code.
        edition: The edition's year.
        cache: Where totals are kept.

    Returns:
        A frame an input, `place, from_year, year`, the columns that the indicator reads, `origin, vintage, method`;
        rows are summed by all but the amounts. The key is the input's name. Behind it stands in brackets whose rows
        they are, where that is not the indicator itself: `population (units' population)` for a column of the units
        that is read from an input, `values (papers)` for an indicator that this one is made from.
    """
    return {
        label: frame
        for indicator in _measured(plan, key)
        for label, frame in _used(plan, indicator, unit, edition, cache, derived=indicator.key != key).items()
    }


def _measured(plan: Plan, key: str) -> list[BoundIndicator]:
    """The indicator, or those that it is made from in the end, each once."""
    indicator = next(each for each in plan.indicators if each.key == key)
    if indicator.record.measure is not None:
        return [indicator]
    found = [each for name in indicator.made_from for each in _measured(plan, name)]
    return list({each.key: each for each in found}.values())


def _used(
    plan: Plan, indicator: BoundIndicator, unit: str, edition: int, cache: Cache | None, *, derived: bool
) -> dict[str, pd.DataFrame]:
    made = measure_one(plan, indicator, edition, cache)
    reads = indicator.record.inputs_for(indicator.bound.options)
    shared = list(indicator.inputs.values())
    found = {}
    for role, records in made.inputs.items():
        name = indicator.inputs[role]
        whose = [indicator.key] * derived + [role] * (shared.count(name) > 1)
        found[_label(name, whose)] = _shown(records, unit, list(reads[role]))
    for column in indicator.record.unit_columns_for(indicator.bound.options):
        if column in made.unit_columns:
            whose = [indicator.key] * derived + [f"units' {column}"]
            label = _label(plan.scenario.units.from_inputs[column], whose)
            found[label] = _shown(made.unit_columns[column], unit, [column])
    return found


def _label(name: str, whose: list[str]) -> str:
    return f"{name} ({', '.join(whose)})" if whose else name


def _shown(records: Records, unit: str, columns: list[str]) -> pd.DataFrame:
    """The rows of a unit, with the columns that were read."""
    wanted = ["place", "from_year", "year", *columns, "origin", "vintage", "method"]
    return records.used(unit)[wanted].reset_index(drop=True)
