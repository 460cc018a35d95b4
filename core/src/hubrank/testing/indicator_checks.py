"""The contract of indicators."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd
from attrs import evolve, frozen

from hubrank.errors import MethodError, shorten_list
from hubrank.plugin.methods import Indicator
from hubrank.plugin.records import Records, SummedRowsError
from hubrank.plugin.sources import Coverage, Window
from hubrank.plugin.units import MissingColumnError, Units
from hubrank.testing.samples import (
    ContractError,
    RefusedError,
    check_name,
    context,
    promise,
    promise_alike,
    quiet_numbers,
    records_of,
    table_of,
)

_CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
_YEARS = (2016, 2017, 2018, 2019, 2020)


@frozen(kw_only=True, eq=False)
class _Trial:
    """An indicator with options, and its arguments: units, rows of each input, in batches of some rows.

    The last of the units lacks the columns that the indicator declares, and has no rows.
    """

    indicator: Indicator
    options: Any
    units: Units
    rows: Mapping[str, pd.DataFrame]
    kind: Literal["flow", "stock"]
    batch: int = 100_000

    def with_rows(self, change: Callable[[pd.DataFrame], pd.DataFrame]) -> _Trial:
        """The same with `change(frame)` in place of each input's rows."""
        return evolve(self, rows={name: change(frame) for name, frame in self.rows.items()})

    def with_amounts(self, change: Callable[[Any], Any]) -> _Trial:
        """The same with other amounts."""
        return self.with_rows(lambda rows: rows.assign(**change(rows.select_dtypes(float))))

    def measure(self) -> tuple[Any, Mapping[str, Records]]:
        """The indicator's measurements, and the records of its inputs, which note the rows used."""
        assert self.indicator.measure is not None  # noqa: S101  # the kit asks derived ones otherwise
        whole = Units(frame=self.units.frame.assign(country="AAA"))
        covers = Coverage(first=_YEARS[0], last=_YEARS[-1])
        records = {}
        for name, columns in self.indicator.inputs_for(self.options).items():
            records[name] = records_of(
                self.rows[name].copy(),
                table=table_of(name, columns, {"kind": self.kind, "covers": covers}),
                window=Window(first=2018, last=2020),
                units=whole,
                apart=name in self.indicator.rows,
                batch=self.batch,
            )
        try:
            values = self.indicator.measure(records, self.units, self.options)
        except SummedRowsError as error:
            raise ContractError(str(error)) from error
        except MissingColumnError as error:
            raise ContractError(f"reads the unit column '{error}', which unit_columns does not declare") from error
        except KeyError as error:
            raise ContractError(f"reads {error}, which inputs does not declare") from error
        known = isinstance(values, pd.Series) and pd.api.types.is_numeric_dtype(values)
        if known and pd.api.types.is_extension_array_dtype(values):  # missing units are NaN, as in the core
            values = values.astype(float)
        return values, records

    def promise_values(self, when: str = "") -> None:
        """Raise unless it measures finite numbers or NaN by unit, each unit once at most."""
        values, _ = self.measure()
        got = f"measure{when} returned"
        promise(isinstance(values, pd.Series), f"{got} {type(values).__name__}; expected a pandas Series by unit")
        twice = sorted(set(values.index[values.index.duplicated()].astype(str)))
        promise(not twice, f"{got} two values for {shorten_list(twice)}")
        strange = sorted(set(values.index.astype(str)) - set(self.units.codes))
        promise(not strange, f"{got} values for unknown units: {shorten_list(strange)}")
        promise(pd.api.types.is_numeric_dtype(values), f"{got} {values.dtype}; expected numbers")
        infinite = [str(code) for code, item in values.items() if np.isinf(float(item))]
        promise(not infinite, f"{got} infinity for {shorten_list(infinite)}; expected finite numbers or NaN")

    def promise_same(self, other: _Trial, when: str) -> None:
        """Raise unless another trial gives the same values."""
        found, wanted = (trial.measure()[0].reindex(list(_CODES)) for trial in (other, self))
        promise_alike(found, wanted, f"returns different values {when}")


def _trials(indicator: Indicator, options: Any) -> Iterator[_Trial]:
    """The indicator with flows and with stocks, the same each time."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"name": [f"Unit {code}" for code in _CODES]}, index=pd.Index(_CODES, name="unit"))
    for column in indicator.unit_columns_for(options):
        if column in ("country", "continent", "aliases"):
            frame[column] = ["AAA", "AAA", "BBB", "BBB", "CCC", None]
        else:
            frame[column] = [*rng.uniform(10, 80, len(_CODES) - 1), np.nan]
    rows = {name: _rows(columns, options, rng) for name, columns in indicator.inputs_for(options).items()}
    flows = _Trial(indicator=indicator, options=options, units=Units(frame=frame), rows=rows, kind="flow")
    yield from (flows, evolve(flows, kind="stock"))


def _bound(check: Callable[[_Trial], None]) -> Callable[[Indicator, Any], None]:
    """A check of a trial as one of an indicator and its options."""

    @functools.wraps(check)
    def of_indicator(indicator: Indicator, options: Any) -> None:
        __tracebackhide__ = True
        for trial in _trials(indicator, options):
            check(trial)

    return of_indicator


def check_says_what_it_is(indicator: Indicator, options: Any) -> None:
    """It has a title, a unit of measure and a direction; its columns are amounts or texts."""
    promise(indicator.title, "title is empty")
    promise(indicator.unit_of_measure, "unit_of_measure is empty; specify what is counted")
    promise(indicator.direction in (1, -1), f"direction is {indicator.direction!r}; it must be 1 or -1")
    one = (indicator.measure is None) != (indicator.derive is None)
    promise(one, "it must have either measure or derive, not both")
    inputs = indicator.inputs_for(options)
    unknown = [name for name in indicator.rows if name not in inputs]
    promise(not unknown, f"rows names {shorten_list(unknown)}; its inputs are {shorten_list(sorted(inputs)) or 'none'}")
    for name, columns in inputs.items():
        for column, cls in columns.items():
            promise(cls in (float, str), f"inputs.{name}.{column} is {cls!r}; it must be float or str")


def check_values(trial: _Trial) -> None:
    """It gives a Series by unit, each unit once at most, finite numbers or NaN."""
    trial.promise_values()


def check_no_rows(trial: _Trial) -> None:
    """It survives inputs without rows."""
    trial.with_rows(lambda frame: frame[:0]).promise_values()


def check_extremes(trial: _Trial) -> None:
    """For one unit, equal units, huge, negative or missing amounts it gives finite numbers or missing values."""
    frame = trial.units.frame
    first = frame.index[:1]
    alike = frame.assign(**{str(name): frame[name].iloc[0] for name in frame.columns if name != "name"})
    alone = trial.with_rows(lambda rows: rows[rows["unit"].isin(first)].reset_index(drop=True))
    for what, other in {
        "one unit": evolve(alone, units=Units(frame=frame.loc[first])),
        "huge amounts": trial.with_amounts(lambda item: item * 1e12),
        "negative amounts": trial.with_amounts(lambda item: -item),
        "amounts of 0": trial.with_amounts(lambda item: item * 0),
        "no amount known": trial.with_amounts(lambda item: item * np.nan),
        "units that are all alike": evolve(trial, units=Units(frame=alike)),
    }.items():
        try:
            with quiet_numbers():
                other.promise_values(f", with {what},")
        except ContractError:
            raise
        except Exception as error:
            raise ContractError(f"measure, with {what}, raised {type(error).__name__}: {error}") from error


def check_declared_columns_suffice(trial: _Trial) -> None:
    """It reads no input, column or unit column that it does not declare."""
    trial.measure()


def check_declared_columns_matter(indicator: Indicator, options: Any) -> None:
    """Its values change when the amounts that it declares do: it counts amounts, not rows."""
    for name, columns in indicator.inputs_for(options).items():
        for column in [column for column, cls in columns.items() if cls is float]:
            promise(
                any(_changes(trial, name, column) for trial in _trials(indicator, options)),
                f"its values do not depend on '{column}' of '{name}'; a row may represent many items, "
                "so sum amounts, and declare only the columns that it reads",
            )


def check_equal_rows(trial: _Trial) -> None:
    """Two identical rows count as two: if it sees single rows, it does not take them for one."""

    def twice(by: float) -> _Trial:
        """For each input that is seen row by row, all rows followed by all rows once more, moved."""
        moved = odd.with_amounts(lambda item: item + by).rows
        apart = {
            name: pd.concat([odd.rows[name], moved[name]], ignore_index=True)
            for name in moved
            if name in trial.indicator.rows
        }
        return evolve(odd, rows={**odd.rows, **apart})

    odd = trial.with_amounts(lambda item: item + 0.37)
    when = "for two rows that are alike and for two that are nearly so; equal rows are merged"
    twice(1e-7).promise_same(twice(0), when)


def check_origins(trial: _Trial) -> None:
    """Each value has an origin: rows of its unit that were used, or whose absence was."""
    if not trial.rows:
        return
    values, records = trial.measure()
    there = {str(unit) for item in records.values() for unit in item.provenance().index}
    lost = [str(code) for code, value in values.items() if not np.isnan(float(value)) and str(code) not in there]
    promise(
        not lost,
        f"returns a value for {shorten_list(lost)} without a row of it, so that its origin is lost; leave it missing, "
        "say absent = 0 in total, latest or filled where no row means none, and read rows from inputs only",
    )


def check_batching(trial: _Trial) -> None:
    """It gives the same values when rows come in other batches."""
    trial.promise_same(evolve(trial, batch=3), "when rows come in batches of three")


def check_row_order(trial: _Trial) -> None:
    """It gives the same values when rows come in another order."""
    shuffled = trial.with_rows(lambda frame: frame.sample(frac=1, random_state=1).reset_index(drop=True))
    trial.promise_same(shuffled, "when rows come in another order")


def check_unit_order(trial: _Trial) -> None:
    """It gives the same values for another order of the units."""
    turned = evolve(trial, units=Units(frame=trial.units.frame[::-1]))
    trial.promise_same(turned, "when units are in another order")


def check_called_again(trial: _Trial) -> None:
    """It gives the same values again."""
    trial.promise_same(trial, "when called again")


def check_derived_values(indicator: Indicator, options: Any) -> None:
    """It gives one number for each edition and unit, finite or NaN."""
    values, derive = _deriving(indicator, options)
    derived = derive(values)
    shape, expected = np.shape(derived), values[0].shape
    promise(shape == expected, f"derive returned shape {shape}; expected {expected}")
    promise(not np.isinf(derived).any(), "derive returned infinity; expected finite numbers or NaN")


def check_derived_unit_order(indicator: Indicator, options: Any) -> None:
    """It gives the same values for another order of the units."""
    values, derive = _deriving(indicator, options)
    turned = derive([item[:, ::-1] for item in values])
    promise_alike(turned[:, ::-1], derive(values), "returns different values when units are in another order")


def check_derived_inputs_untouched(indicator: Indicator, options: Any) -> None:
    """It does not modify its input values."""
    values, derive = _deriving(indicator, options)
    before = [item.copy() for item in values]
    derive(values)
    for item, old in zip(values, before, strict=True):
        promise_alike(item, old, "modifies its input values")


INDICATOR_CHECKS = (check_name, check_says_what_it_is)
_VALUES = (check_values, check_no_rows, check_extremes, check_declared_columns_suffice)
_ROWS = (check_equal_rows, check_origins, check_batching, check_row_order, check_unit_order, check_called_again)
_MEASURED = (*map(_bound, _VALUES), check_declared_columns_matter, *map(_bound, _ROWS))
_DERIVED = (check_derived_values, check_derived_unit_order, check_derived_inputs_untouched)


def declared_indicator_checks(indicator: Indicator) -> tuple[Callable[..., None], ...]:
    """The checks of its declarations."""
    return _MEASURED if indicator.derive is None else _DERIVED


def _changes(trial: _Trial, name: str, column: str) -> bool:
    """Whether values are others when the amounts of a column are: larger, or so small that no limit hides it."""
    frame = trial.rows[name]
    for factors in (np.linspace(1.5, 3, len(frame)), np.linspace(0, 0.1, len(frame))):
        rows = {**trial.rows, name: frame.assign(**{column: (frame[column] + 1) * factors})}
        try:
            trial.promise_same(evolve(trial, rows=rows), "")
        except ContractError:
            return True
    return False


def _deriving(indicator: Indicator, options: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """As many arrays `(editions, units)` as the indicator takes, with missing values and a 0, and its results."""

    def derive(values: list[Any]) -> Any:
        assert indicator.derive is not None  # noqa: S101  # the kit asks measured ones otherwise
        return indicator.derive(values, context(editions=3, units=len(_CODES), members=0), options)

    rng = np.random.default_rng(1)
    values = [rng.uniform(1, 9, (3, len(_CODES))) for _ in range(3)]
    for at, item in enumerate(values):
        item[0, at] = np.nan
        item[1, at + 1] = 0
    for count in (2, 1, 3):
        try:
            derive([item.copy() for item in values[:count]])
        except MethodError:
            continue
        return values[:count], derive
    raise RefusedError("derive accepts neither one, two nor three indicators")


def _rows(columns: Mapping[str, type], options: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Two places in each unit but the last, five years, some amounts 0 and some missing.

    Rows are distinguished by the texts that the options name, and by two more.
    """
    index = pd.MultiIndex.from_product([_CODES[:-1], ("1", "2"), _YEARS], names=["unit", "place", "from_year"])
    frame = index.to_frame(index=False).astype({"from_year": "int32"})
    frame = frame.assign(place=frame["unit"] + frame["place"], year=frame["from_year"])
    values = attrs.astuple(options) if attrs.has(type(options)) else ()
    named = [item for value in values for item in (value if isinstance(value, tuple | list) else (value,))]
    texts = [*(item for item in named if isinstance(item, str)), "one", "other"]
    for name, cls in columns.items():
        if cls is float:
            amounts = rng.integers(1, 1000, len(frame)).astype(float)
            amounts[rng.random(len(frame)) < 0.1] = 0
            amounts[rng.random(len(frame)) < 0.1] = np.nan
            frame[name] = amounts
        else:
            frame[name] = np.resize(np.array(texts, dtype=object), len(frame))
    return frame.assign(origin="made", vintage=frame["year"].astype(str), method="")
