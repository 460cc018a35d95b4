"""Figures: one indicator, measured for one edition, with the records that it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.edges import extreme, first_place, unwarned
from hubrank.basis.errors import Problem, ScenarioError, listed
from hubrank.contract.records import Records
from hubrank.contract.units import MissingColumnError, Units
from hubrank.measuring.totals import Totals
from hubrank.measuring.windows import window
from hubrank.scenario.binding import Bound
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Mask


@frozen(kw_only=True, eq=False)
class Figures:
    """An indicator, measured for one edition.

    Attributes:
        values: `(units,)`; NaN where there is nothing.
        inputs: The records that the indicator was given, by its own name for each input.
        unit_columns: The records that columns of the units were made of, by column.
    """

    values: Array
    inputs: Mapping[str, Records]
    unit_columns: Mapping[str, Records]


@frozen(kw_only=True, eq=False)
class EditionUnits:
    """The units as an edition's indicators see them: with the columns that are read from inputs.

    Attributes:
        edition: The year.
        units: The units.
        columns: The records that these columns were made of, by column.
    """

    edition: int
    units: Units
    columns: Mapping[str, Records]


def edition_units(plan: Plan, totals: Mapping[str, Totals], edition: int) -> EditionUnits:
    """The units of an edition, the same for all indicators.

    Args:
        plan: The plan.
        totals: The totals of the inputs that columns are read from, by name.
        edition: The year.
    """
    from_inputs = plan.scenario.units.from_inputs
    records = {column: _records(plan, name, totals, edition) for column, name in from_inputs.items()}
    columns = {column: each.value(column) for column, each in records.items()}
    units = Units(frame=plan.units.units.frame.assign(**columns)) if columns else plan.units.units
    return EditionUnits(edition=edition, units=units, columns=records)


def figures_of(plan: Plan, indicator: BoundIndicator, totals: Mapping[str, Totals], of: EditionUnits) -> Figures:
    """Measure an indicator for an edition.

    Args:
        plan: The plan.
        indicator: The indicator; it has a `measure`.
        totals: The totals of its inputs, by name.
        of: The edition and its units.

    Raises:
        ScenarioError: The units lack a column that the indicator asks for.
        PluginError: The indicator broke its contract.
    """
    assert indicator.record.measure is not None  # noqa: S101  # the caller looked
    own = indicator.inputs.items()
    inputs = {role: _records(plan, name, totals, of.edition, indicator, role) for role, name in own}
    try:
        values = indicator.bound.call(indicator.record.measure, "measure", inputs, of.units, indicator.bound.options)
    except MissingColumnError as error:
        what = f"needs the unit column '{error}', which the units do not have"
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", what)]) from error
    return Figures(values=_checked(indicator, values, of.units, of.edition), inputs=inputs, unit_columns=of.columns)


def derive(plan: Plan, indicator: BoundIndicator, values: list[Array]) -> Array:
    """What an indicator is that is made from others.

    Args:
        plan: The plan.
        indicator: The indicator.
        values: The figures of those that it is made from, `(editions, units)` each.

    Raises:
        ScenarioError: Its values are too large or too small; it names unit, edition and values.
        PluginError: It has no way to be made, or broke its contract.
    """
    made = _derived(plan, indicator, values)
    infinite = np.isinf(made)
    if infinite.any():
        place = first_place(infinite, plan.units.units.codes, plan.editions)
        own = [each[place.at, place.unit] for each in values]
        if not indicator.bound.part.built_in and not extreme(np.array(own)):
            raise indicator.bound.broke("derive returned infinity; expected finite numbers or NaN")
        told = (
            f"'{indicator.bound.part.name}' of {listed([f'{each:g}' for each in own])} ({listed(indicator.made_from)}) "
            f"is larger than a number can be (1.8e308), for {place.units} in edition {place.edition}; use "
            "another unit of measure, or correct the values"
        )
        raise ScenarioError("", [Problem(f"indicators.{indicator.key}", told)])
    return made


def _derived(plan: Plan, indicator: BoundIndicator, values: list[Array]) -> Array:
    """What `derive` gives, in the shape that it has to have."""
    if indicator.record.derive is None:
        raise indicator.bound.broke("has neither measure nor derive; it needs one of them")
    given = [each.copy() for each in values]
    made = indicator.bound.call(indicator.record.derive, "derive", given, plan.context(()), indicator.bound.options)
    found = indicator.bound.part.numbers(made, "derive")
    if found.shape != values[0].shape:
        given, expected = found.shape, values[0].shape
        raise indicator.bound.broke(f"derive returned shape {given}; expected {expected}")
    return found


def editions_behind(plan: Plan, indicator: BoundIndicator, values: list[Array], derived: Array) -> Mask:
    """Which editions a derived figure is made of: those whose figures, made larger or taken away, change it.

    Args:
        plan: The plan.
        indicator: An indicator that is made from others.
        values: Their figures, `(editions, units)` each.
        derived: What `derive` makes of them.

    Returns:
        `(editions, editions, units)`: whether the figure of the second edition is made of those of the first; its own
        always counts.
    """
    editions = len(derived)
    behind = np.broadcast_to(np.eye(editions, dtype=bool)[..., None], (editions, *derived.shape)).copy()
    for row in range(editions if editions > 1 else 0):
        for factor in (1.5, np.nan):
            changed = [each.copy() for each in values]
            with unwarned():
                for each in changed:
                    each[row] *= factor
            try:
                other = _derived(plan, indicator, changed)
            except ScenarioError:  # what cannot be made any more does depend on what was changed
                other = np.full(derived.shape, np.inf)
            behind[row] |= ~((other == derived) | (np.isnan(other) & np.isnan(derived)))
    return behind


def _records(
    plan: Plan,
    name: str,
    totals: Mapping[str, Totals],
    edition: int,
    indicator: BoundIndicator | None = None,
    role: str = "",
) -> Records:
    bound, made = plan.inputs[name], totals[name]
    apart = indicator is not None and role in indicator.record.rows
    index = made.apart_index if apart else made.index
    return Records(
        table=bound.table,
        edition=edition,
        window=window(plan, bound, edition, index.year, indicator),
        rows=made.rows,
        rows_without_unit=made.rows_without_unit,
        apart=apart,
        index=index,
        units=plan.units.units,
    )


def _checked(indicator: BoundIndicator, values: Any, units: Units, edition: int) -> Array:
    """The values in the units' order, when the plugin kept its promise."""
    import pandas as pd

    bound = indicator.bound
    if not isinstance(values, pd.Series):
        given = type(values).__name__
        raise bound.broke(f"measure returned {given}; expected a pandas Series by unit")
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_complex_dtype(values.dtype):
        raise bound.broke("measure returned values that are not numbers")
    if not values.index.is_(units.frame.index):
        _refuse_others(bound, values.index, units)
        values = values.reindex(units.frame.index)
    try:
        numbers: Array = values.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise bound.broke("measure returned values that are not numbers") from error
    if np.isinf(numbers).any():
        which = listed([code for code, each in zip(units.codes, numbers, strict=True) if np.isinf(each)])
        if bound.part.built_in:
            told = (
                f"the sum of its rows is larger than a number can be (1.8e308), for {which} in edition "
                f"{edition}; use another unit of measure, or correct the values"
            )
            raise ScenarioError("", [Problem(f"indicators.{indicator.key}", told)])
        raise bound.broke(f"measure returned infinity for {which}; expected finite numbers or NaN")
    return numbers


def _refuse_others(bound: Bound, index: pd.Index[str], units: Units) -> None:
    """Raise where values are of what is no unit, or two of one."""
    if index.has_duplicates:
        twice = sorted(set(index[index.duplicated()].astype(str)))
        raise bound.broke(f"measure returned two values for {listed(twice)}; expected one per unit")
    strange = sorted(set(index.astype(str)) - set(units.codes))
    if strange:
        raise bound.broke(f"measure returned values for unknown units: {listed(strange)}")
