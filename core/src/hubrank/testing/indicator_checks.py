"""What an indicator promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from hubrank.errors import MethodError, shorten_list
from hubrank.plugin.methods import Indicator
from hubrank.plugin.units import Units
from hubrank.testing.rows import CODES, Made, extremes_of, made_for, measure, measured_with, with_amounts
from hubrank.testing.samples import (
    ContractError,
    RefusedError,
    check_name,
    context,
    promise,
    promise_alike,
    quiet_numbers,
)

if TYPE_CHECKING:
    import pandas as pd


def check_says_what_it_is(indicator: Indicator, options: Any) -> None:
    """It has a title, a unit of measure and a direction; its columns are amounts or texts."""
    promise(indicator.title, "title is empty")
    promise(indicator.unit_of_measure, "unit_of_measure is empty; specify what is counted")
    promise(indicator.direction in (1, -1), f"direction is {indicator.direction!r}; it must be 1 or -1")
    promise(
        (indicator.measure is None) != (indicator.derive is None), "it must have either measure or derive, not both"
    )
    inputs = indicator.inputs_for(options)
    unknown = [name for name in indicator.rows if name not in inputs]
    promise(not unknown, f"rows names {shorten_list(unknown)}; its inputs are {shorten_list(sorted(inputs)) or 'none'}")
    for name, columns in inputs.items():
        for column, cls in columns.items():
            promise(cls in (float, str), f"inputs.{name}.{column} is {cls!r}; it must be float or str")


def check_values(indicator: Indicator, options: Any) -> None:
    """It gives a Series by unit, each unit once at most, finite numbers or NaN."""
    for result in made_for(indicator, options):
        _promise_values(measure(indicator, options, result), result)


def check_no_rows(indicator: Indicator, options: Any) -> None:
    """It survives inputs without rows."""
    for result in made_for(indicator, options):
        empty = result.with_rows(lambda frame: frame[:0])
        _promise_values(measure(indicator, options, empty), empty)


def check_extremes(indicator: Indicator, options: Any) -> None:
    """Of one unit, of equal units, of huge, negative or missing amounts it makes finite numbers or gaps."""
    for result in made_for(indicator, options):
        for what, other in extremes_of(result).items():
            with quiet_numbers():
                try:
                    values = measure(indicator, options, other)
                except ContractError:
                    raise
                except Exception as error:
                    raise ContractError(f"measure, with {what}, raised {type(error).__name__}: {error}") from error
            _promise_values(values, other, f", with {what},")


def check_declared_columns_suffice(indicator: Indicator, options: Any) -> None:
    """It reads no input, column or unit column that it does not declare."""
    for result in made_for(indicator, options):
        measure(indicator, options, result)


def check_declared_columns_matter(indicator: Indicator, options: Any) -> None:
    """Its values change when the amounts that it declares do: it counts amounts, not rows."""
    for name, columns in indicator.inputs_for(options).items():
        for column in [column for column, cls in columns.items() if cls is float]:
            changed = [_changes(indicator, options, result, name, column) for result in made_for(indicator, options)]
            promise(
                any(changed),
                f"its values do not depend on '{column}' of '{name}'; a row may represent many items, "
                "so sum amounts, and declare only the columns that it reads",
            )


def check_equal_rows(indicator: Indicator, options: Any) -> None:
    """Two rows that are alike count as two: where it sees single rows, it does not take them for one."""
    for result in made_for(indicator, options):
        odd = result.with_rows(_moved(0.37))
        alike = _twice(indicator, odd, _moved(0))
        _promise_same(
            indicator,
            options,
            _twice(indicator, odd, _moved(1e-7)),
            alike,
            "different values for two rows that are alike and for two that are nearly so; equal rows are merged",
        )


def check_origins(indicator: Indicator, options: Any) -> None:
    """Each value has an origin: rows of its unit that were used, or whose absence was."""
    if not indicator.inputs_for(options):
        return
    for result in made_for(indicator, options):
        values, records = measured_with(indicator, options, result)
        there = {str(unit) for item in records.values() for unit in item.provenance().index}
        lost = [str(code) for code, value in values.items() if not np.isnan(float(value)) and str(code) not in there]
        promise(
            not lost,
            f"returns a value for {shorten_list(lost)} without a row of it, so that its origin is lost; "
            "leave it missing, "
            "say absent = 0 in total, latest or filled where no row means none, and read rows from inputs only",
        )


def check_batching(indicator: Indicator, options: Any) -> None:
    """It gives the same values when rows come in other batches."""
    for result in made_for(indicator, options):
        _promise_same(
            indicator, options, result, evolve(result, batch=3), "different values when rows come in batches of three"
        )


def check_row_order(indicator: Indicator, options: Any) -> None:
    """It gives the same values when rows come in another order."""
    for result in made_for(indicator, options):
        shuffled = result.with_rows(lambda frame: frame.sample(frac=1, random_state=1).reset_index(drop=True))
        _promise_same(indicator, options, result, shuffled, "different values when rows come in another order")


def check_unit_order(indicator: Indicator, options: Any) -> None:
    """It gives the same values when the units stand in another order."""
    for result in made_for(indicator, options):
        turned = evolve(result, units=Units(frame=result.units.frame[::-1]))
        _promise_same(indicator, options, result, turned, "different values when units are in another order")


def check_called_again(indicator: Indicator, options: Any) -> None:
    """It gives the same values again."""
    for result in made_for(indicator, options):
        _promise_same(indicator, options, result, result, "different values when called again")


def check_derived_values(indicator: Indicator, options: Any) -> None:
    """It gives one number for each edition and unit, finite or NaN."""
    values = _arrays(indicator, options)
    derived = _derive(indicator, options, values)
    promise(
        np.shape(derived) == values[0].shape, f"derive returned shape {np.shape(derived)}; expected {values[0].shape}"
    )
    promise(not np.isinf(derived).any(), "derive returned infinity; expected finite numbers or NaN")


def check_derived_unit_order(indicator: Indicator, options: Any) -> None:
    """It gives the same values when the units stand in another order."""
    values = _arrays(indicator, options)
    turned = _derive(indicator, options, [item[:, ::-1] for item in values])
    promise_alike(
        turned[:, ::-1], _derive(indicator, options, values), "returns different values when units are in another order"
    )


def check_derived_inputs_untouched(indicator: Indicator, options: Any) -> None:
    """It does not modify its input values."""
    values = _arrays(indicator, options)
    before = [item.copy() for item in values]
    _derive(indicator, options, values)
    for item, old in zip(values, before, strict=True):
        promise_alike(item, old, "modifies its input values")


INDICATOR_CHECKS = (check_name, check_says_what_it_is)
_MEASURED = (
    check_values,
    check_no_rows,
    check_extremes,
    check_declared_columns_suffice,
    check_declared_columns_matter,
    check_equal_rows,
    check_origins,
    check_batching,
    check_row_order,
    check_unit_order,
    check_called_again,
)
_DERIVED = (
    check_derived_values,
    check_derived_unit_order,
    check_derived_inputs_untouched,
)


def declared_indicator_checks(indicator: Indicator) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    return _MEASURED if indicator.derive is None else _DERIVED


def _promise_values(values: Any, made: Made, when: str = "") -> None:
    import pandas as pd

    promise(
        isinstance(values, pd.Series),
        f"measure{when} returned {type(values).__name__}; expected a pandas Series by unit",
    )
    twice = sorted(set(values.index[values.index.duplicated()].astype(str)))
    promise(not twice, f"measure{when} returned two values for {shorten_list(twice)}")
    strange = sorted(set(values.index.astype(str)) - set(made.units.codes))
    promise(not strange, f"measure{when} returned values for unknown units: {shorten_list(strange)}")
    promise(pd.api.types.is_numeric_dtype(values), f"measure{when} returned {values.dtype}; expected numbers")
    infinite = [str(code) for code, item in values.items() if np.isinf(float(item))]
    promise(
        not infinite, f"measure{when} returned infinity for {shorten_list(infinite)}; expected finite numbers or NaN"
    )


def _moved(by: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A function that adds a number to all amounts."""
    return lambda frame: with_amounts(frame, lambda item: item + by)


def _twice(indicator: Indicator, made: Made, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Made:
    """Of each input that is seen row by row all rows and, behind them, all rows once more, changed."""
    import pandas as pd

    rows = {
        name: pd.concat([frame, change(frame)], ignore_index=True) if name in indicator.rows else frame
        for name, frame in made.rows.items()
    }
    return evolve(made, rows=rows)


def _promise_same(indicator: Indicator, options: Any, made: Made, other: Made, otherwise: str) -> None:
    _promise_alike_by_unit(measure(indicator, options, other), measure(indicator, options, made), otherwise)


def _promise_alike_by_unit(found: pd.Series, wanted: pd.Series, otherwise: str) -> None:
    promise_alike(found.reindex(list(CODES)), wanted.reindex(list(CODES)), f"returns {otherwise}")


def _changes(indicator: Indicator, options: Any, made: Made, name: str, column: str) -> bool:
    """Whether values are others when the amounts of a column are: larger, or so small that no limit hides it."""
    frame = made.rows[name]
    for factors in (np.linspace(1.5, 3, len(frame)), np.linspace(0, 0.1, len(frame))):
        rows = {**made.rows, name: frame.assign(**{column: (frame[column] + 1) * factors})}
        try:
            _promise_same(indicator, options, made, evolve(made, rows=rows), "")
        except ContractError:
            return True
    return False


def _arrays(indicator: Indicator, options: Any) -> list[Any]:
    """As many arrays `(editions, units)` as the indicator takes, with gaps and a 0."""
    rng = np.random.default_rng(1)
    values = [rng.uniform(1, 9, (3, len(CODES))) for _ in range(3)]
    for at, item in enumerate(values):
        item[0, at] = np.nan
        item[1, at + 1] = 0
    for count in (2, 1, 3):
        try:
            _derive(indicator, options, [item.copy() for item in values[:count]])
        except MethodError:
            continue
        return values[:count]
    raise RefusedError("derive accepts neither one, two nor three indicators")


def _derive(indicator: Indicator, options: Any, values: list[Any]) -> Any:
    assert indicator.derive is not None  # noqa: S101  # the kit asks measured ones otherwise
    return indicator.derive(values, context(editions=3, units=len(CODES), members=0), options)
