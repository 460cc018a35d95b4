"""Lazy frames summed by their engine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Self

import attrs
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
from attrs import frozen

from hubrank.errors import DataError
from hubrank.io.cells import Kind
from hubrank.measurement.sums import (
    ROWS,
    Sums,
    amounts_of,
    key_columns,
    no_number,
    number_columns,
    part_of,
    refuse_columns,
    refuse_no_numbers,
)
from hubrank.measurement.unmatched import sum_column
from hubrank.numeric import Array, Positions, quiet_numpy
from hubrank.plugin.sources import DIVISOR, PLACE_COLUMNS, Request, divided
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.places import Located

#: The bits of a number; those that a digit may have beside what rounds it; the least power of two that is a number.
_BITS, _ROOM, _LEAST = 53, 51, -1074
#: Columns that are made on the way.
_DIGIT, _REST, _SIZE = "hubrank_digit", "hubrank_rest", "hubrank_size"
_UNIT, _KEY = "hubrank_unit", "hubrank_key"
#: The first rows of a column, whose numbers say how to begin with it.
_PEEKED = 1000
#: Up to this many different places, years and texts are collected at once; above, the engine gets the units.
FEW = 2_000_000
#: The most rows that can be kept apart.
APART = 10_000_000
#: The replacement of missing values in joined columns, since they equal nothing there.
_NO_TEXT, _NO_NUMBER = "\u2400", -9999


@frozen
class Cut:
    """How the values of a column are split into digits.

    Attributes:
        unit: The power of two that is the first digit's unit.
        bits: Each further digit's unit is smaller by this many powers of two; 0 if there is none, and values are
            multiples of the unit from 0 on, which stay as they are.
        digits: The number of digits.
    """

    unit: int
    bits: int
    digits: int

    @classmethod
    def fitting(cls, largest: Array, count: Array) -> Cut:
        """The split that is exact for sums of this many values with this largest value, ignoring signs."""
        least, most, rows = _powers(largest, count)
        if most + rows > LARGE.unit:
            return LARGE
        unit, bits = most + rows - _ROOM, _ROOM - rows
        return cls(unit, bits, 1 + math.ceil((unit - max(least - _BITS, _LEAST)) / bits))

    def holds(self, largest: Array, count: Array) -> bool:
        """Whether no sum of digits is rounded and single values are restored exactly."""
        least, most, rows = _powers(largest, count)
        last = self.unit - self.bits * (self.digits - 1)
        return most + rows <= self.unit + _ROOM and self.bits + rows <= _BITS and least - _BITS >= last

    def keeps(self, misfit: Array, total: Array) -> bool:
        """Whether values stay as they are without a sum being rounded: none is a misfit, no sum is too large."""
        return self == LARGE or (not (misfit > 0).any() and bool((total < 2.0 ** (self.unit + _BITS)).all()))

    def size(self, name: str) -> nw.Expr:
        """The largest value of a column, ignoring signs; of values that stay as they are, whether any is a misfit."""
        if self.bits:
            return nw.col(name).abs().max()
        value = nw.col(name) * 2.0**-self.unit
        return (value.abs().floor() != value).max()

    def of(self, frame: nw.LazyFrame[Any], name: str, digits: Sequence[str]) -> nw.LazyFrame[Any]:
        """A frame with the digits of a column, in columns of these names."""
        if self.digits == 1:
            return frame.with_columns(nw.col(name).alias(digits[0]))
        rest = nw.col(name)
        for at, digit in enumerate(digits):
            frame = frame.with_columns(_rounded(rest, self.unit - self.bits * at).alias(digit))
            if digit != digits[-1]:
                frame = frame.with_columns((rest - nw.col(digit)).alias(_REST))
                rest = nw.col(_REST)
        return frame

    def value(self, sums: Sequence[Array]) -> Array:
        """The sums of values, of those of their digits."""
        total = np.zeros(len(sums[0]))
        with quiet_numpy():
            for digit in reversed(sums):
                total = total + digit
        return np.where(np.isfinite(sums[0]), total, sums[0])


def _rounded(value: Any, unit: int) -> Any:
    """Numbers as multiples of a power of two: adding a large one and subtracting it again leaves its last bit."""
    large = 1.5 * 2.0 ** (unit + _BITS - 1)
    return (value + large) - large


#: The split for almost all columns of whole numbers, of numbers such as 0.125, and of others; and for numbers from this
#: power of two on, which stay as they are, since there is no space above them.
WHOLE, SHORT, FRACTIONS, LARGE = Cut(0, 0, 1), Cut(-10, 0, 1), Cut(0, 27, 4), Cut(1000, 0, 1)


def _powers(largest: Array, count: Array) -> tuple[int, int, int]:
    """The powers of two above the least and the most of some sums' largest values, and above the most of their rows."""
    there = np.isfinite(largest) & (largest > 0)
    if not there.any():
        return 0, 0, 0
    powers = np.frexp(largest[there])[1]
    return int(powers.min()), int(powers.max()), math.ceil(math.log2(count[there].max()))


def exact_sums(
    frame: nw.LazyFrame[Any],
    keys: Sequence[str],
    amounts: Mapping[str, Cut],
    counts: Mapping[str, nw.Expr],
    most: int | None = None,
) -> pa.Table | None:
    """Sum rows by columns in their engine; an amount stays missing if all were missing, and NaN is missing.

    If a split turns out not to be exact, the rows are summed again with one that is.

    Args:
        keys: The columns that distinguish sums.
        amounts: The columns to sum, with the split of their values.
        counts: Further columns of each sum, by name.
        most: The most sums to return; None for no limit.

    Returns:
        The keys, counts and amounts; None if there are too many sums.
    """
    types = frame.collect_schema()
    if whole := [nw.col(name).cast(nw.Float64) for name in amounts if types[name].is_integer()]:
        frame = frame.with_columns(*whole)
    cuts, fitting = None, amounts
    while cuts != fitting:
        cuts = fitting
        sums = _digit_sums(frame, keys, cuts, counts, None if most is None else most + 1)
        if most is not None and len(sums) > most:
            return None
        fitting = {name: _next(cut, sums, at) for at, (name, cut) in enumerate(cuts.items())}
    result = sums.select([*keys, *counts])
    for at, (name, cut) in enumerate(fitting.items()):
        values = cut.value([_numbers(sums, f"{_DIGIT}{at}_{digit}") for digit in range(cut.digits)])
        result = result.append_column(name, pa.array(values, mask=np.isnan(_numbers(sums, f"{_SIZE}{at}"))))
    return result


def _next(cut: Cut, sums: pa.Table, at: int) -> Cut:
    """The split itself if it is exact for these sums of the column at this position, else one that is."""
    size = _numbers(sums, f"{_SIZE}{at}")
    if not cut.bits:
        return cut if cut.keeps(size, _numbers(sums, f"{_DIGIT}{at}_0")) else FRACTIONS
    count = _numbers(sums, ROWS)
    return cut if cut.holds(size, count) else Cut.fitting(size, count)


def _digit_sums(
    frame: nw.LazyFrame[Any],
    keys: Sequence[str],
    cuts: Mapping[str, Cut],
    counts: Mapping[str, nw.Expr],
    head: int | None = None,
) -> pa.Table:
    """Sums of digits, as an engine gives them; the first alone where there is a limit."""
    frame = without_nan(frame, [name for name, cut in cuts.items() if cut not in (WHOLE, SHORT)])
    sums = [count.alias(name) for name, count in {ROWS: nw.len(), **counts}.items()]
    for at, (name, cut) in enumerate(cuts.items()):
        digits = [f"{_DIGIT}{at}_{digit}" for digit in range(cut.digits)]
        frame = cut.of(frame, name, digits)
        sums += [*(nw.col(digit).sum() for digit in digits), cut.size(name).alias(f"{_SIZE}{at}")]
    grouped = frame.group_by(list(keys)).agg(*sums)
    return collected(grouped if head is None else grouped.head(head))


def _numbers(table: pa.Table, name: str) -> Array:
    numbers: Array = table[name].to_pandas().to_numpy(dtype=float, na_value=np.nan)
    return numbers


def without_nan(frame: nw.LazyFrame[Any], numbers: Sequence[str]) -> nw.LazyFrame[Any]:
    """A frame with missing values instead of NaN, which whole numbers cannot be."""
    types = frame.collect_schema()
    columns = {name: nw.when(~nw.col(name).is_nan()).then(nw.col(name)) for name in numbers if types[name].is_float()}
    return frame.with_columns(**columns) if columns else frame


def collected(frame: nw.LazyFrame[Any]) -> pa.Table:
    """The rows of a plan; polars streams them."""
    options = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    rows: pa.Table = frame.collect("pyarrow", **options).to_native()
    return rows


def add_scan(sums: Sums, frame: Any, request: Request) -> None:
    """Add the sums of a lazy frame's rows.

    If rows have few distinct places, years and texts, one pass sums them by these, and the result is assigned to units
    like rows. Else, and if things count once in a unit, the distinct places are found first, which reads only their
    columns, and a second pass joins their units and sums by them.

    Raises:
        ScenarioError: No row can lie in a unit.
        PluginError: The source broke its contract.
        DataError: An indicator counts rows one by one, and they are too many.
    """
    if not isinstance(frame, nw.LazyFrame):
        what = f"read returned {type(frame).__name__}; expected a pandas DataFrame or a narwhals LazyFrame"
        raise part_of(sums.bound).broke(what)
    scan, bound = _Scan.of(sums, frame, request), sums.bound
    if not (bound.apart or scan.once):
        whole = scan.summed(scan.frame, [*scan.places, *scan.keys], FEW)
        if whole is not None:
            sums.tally(whole)
            return
    tally = scan.tally()
    located = sums.locate(tally)
    rows_inside = int(tally["rows"].to_numpy()[located.row].sum())
    if bound.apart and rows_inside > APART:
        what = (
            f"an indicator counts rows one by one, and {rows_inside:,} are in units; the most is {APART:,}; "
            "count them in the source, and give the counts as an amount"
        )
        raise DataError(part_of(bound).where, what)
    rows = scan.things(tally, located) if scan.once else scan.in_units(tally, located.row, located.unit)
    keys = [_UNIT, *(scan.places if bound.table.kind == "stock" else []), *scan.keys]
    summed = scan.summed(rows, keys) if scan.once or not bound.apart else None
    if scan.once and summed is not None:
        sums.note_once(summed, summed[_UNIT].to_numpy(dtype=np.intp), tally, located)
    else:
        sums.note(tally, located)
    inside = scan.apart(rows, keys) if bound.apart or summed is None else summed[summed[_UNIT] >= 0]
    sums.keep(inside, inside[_UNIT].to_numpy(dtype=np.intp))


@frozen(eq=False)
class _Scan:
    """A lazy frame with the requested columns, of the requested years.

    Attributes:
        places: Its place columns.
        keys: Its columns that distinguish rows of a place.
        amounts: Its columns to sum, with the split of their values.
        divisor: The column of the numbers that divide a row's amounts, if there is one.
        once: The column of things that count once in a unit, if there is one.
    """

    bound: BoundInput
    frame: nw.LazyFrame[Any]
    places: list[str]
    keys: list[str]
    amounts: Mapping[str, Cut]
    divisor: list[str]
    once: list[str]

    @classmethod
    def of(cls, sums: Sums, frame: nw.LazyFrame[Any], request: Request) -> Self:
        """The frame with the requested columns, if it has them."""
        bound, types = sums.bound, frame.collect_schema()
        refuse_columns(bound, sums.units.places, types.names())
        places = [name for name in PLACE_COLUMNS if name in types]
        keys, amounts = key_columns(bound, types.names()), amounts_of(bound)
        numbers = number_columns(bound, types.names())
        divisor = [DIVISOR] if DIVISOR in types else []
        once = [bound.table.count_distinct] if bound.table.count_distinct else []
        columns = {
            name: _number(bound, frame, name, numbers[name]) if name in numbers else _text(name, types[name])
            for name in dict.fromkeys([*places, *keys, *amounts])
        }
        picked = frame.select(**columns, **{name: nw.col(name) for name in (*divisor, *once) if name not in columns})
        picked = without_nan(picked, [name for name in places if name in numbers])  # NaN and missing are one place
        cuts = {name: WHOLE if types[name].is_integer() else FRACTIONS for name in amounts}
        if (fractions := [name for name in cuts if cuts[name] is FRACTIONS]) and not divisor:
            head = collected(picked.select(*fractions).head(_PEEKED))
            with quiet_numpy():
                units = {name: np.nan_to_num(_numbers(head, name)) / 2.0**SHORT.unit for name in fractions}
            cuts |= {name: SHORT for name, values in units.items() if (np.floor(np.abs(values)) == values).all()}
        if "year" in types:
            year, gap = nw.col("year"), nw.col("year").is_null()
            gap = gap | year.is_nan() if picked.collect_schema()["year"].is_float() else gap
            if request.first_year is not None:
                picked = picked.filter(gap | (year >= request.first_year))
            if request.last_year is not None:
                picked = picked.filter(gap | (year <= request.last_year))
        return cls(bound, picked, places, keys, cuts, divisor, once)

    def summed(
        self,
        frame: nw.LazyFrame[Any],
        keys: list[str],
        most: int | None = None,
        counts: Mapping[str, nw.Expr] | None = None,
    ) -> pd.DataFrame | None:
        """Rows summed by columns and divided, with the number of rows in each sum; None if there are too many sums."""
        sums = exact_sums(frame, [*keys, *self.divisor], self.amounts, counts or {ROWS: nw.len()}, most)
        return None if sums is None else self._divided(sums, keys)

    def tally(self) -> pd.DataFrame:
        """The distinct places, in the form for `Sums.note`: with 0 if all amounts are missing.

        The amounts of things that count once are in none of it, since places do not add up to them.
        """
        counts = {"rows": nw.len()} | ({"dated": nw.col("year").count()} if "year" in self.keys else {})
        scan = attrs.evolve(self, amounts={}, divisor=[]) if self.once else self
        tally = scan.summed(self.frame, self.places, counts=counts)
        assert tally is not None  # noqa: S101  # no limit was set
        tally = tally.fillna(dict.fromkeys(scan.amounts, 0.0))
        if scan.divisor:
            tally = tally.groupby(self.places, dropna=False, as_index=False)[[*counts, *scan.amounts]].sum()
        return tally.rename(columns={name: sum_column(name) for name in scan.amounts})

    def things(self, tally: pd.DataFrame, located: Located) -> nw.LazyFrame[Any]:
        """Things once in each unit, and at each place that lies in none: -1 minus the place's position is its unit."""
        outside = np.flatnonzero(located.nowhere)
        rows = self.in_units(tally, np.r_[located.row, outside], np.r_[located.unit, -1 - outside])
        largest = [nw.col(name).max() for name in self.amounts] or [nw.len().alias(ROWS)]
        return without_nan(rows, list(self.amounts)).group_by(*self.once, _UNIT, *self.keys).agg(*largest)

    def apart(self, rows: nw.LazyFrame[Any], keys: list[str]) -> pd.DataFrame:
        """The rows in units one by one."""
        inside = without_nan(rows.filter(nw.col(_UNIT) >= 0), list(self.amounts))
        return self._divided(collected(inside.select(*keys, *self.amounts, *self.divisor)), [*keys, *self.amounts])

    def _divided(self, rows: pa.Table, keys: list[str]) -> pd.DataFrame:
        """Rows or sums in the order of these columns, the amounts divided."""
        frame: pd.DataFrame = rows.to_pandas().astype(dict.fromkeys(self.amounts, float))
        refuse_no_numbers(self.bound, frame)
        return divided(frame.sort_values([*keys, *self.divisor], ignore_index=True), self.amounts)

    def in_units(self, tally: pd.DataFrame, row: Positions, unit: Positions) -> nw.LazyFrame[Any]:
        """The rows at these of the distinct places, each with the position that is given as its unit."""
        numbers = number_columns(self.bound, self.places)
        schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in self.places])
        chosen = pa.Table.from_pandas(tally[self.places].iloc[row], schema, preserve_index=False)
        chosen = chosen.append_column(_UNIT, pa.array(unit))
        joined = [f"{_KEY}{at}" for at in range(len(self.places))]
        native = self.frame.to_native()
        if self.frame.implementation.is_duckdb():  # engines join only frames of their own and of their session
            lazy: nw.LazyFrame[Any] = nw.from_native(native.query("hubrank_frame", "SELECT * FROM chosen"))
        else:
            session = getattr(native, "sparkSession", None)
            lazy = nw.from_native(chosen, eager_only=True).lazy(self.frame.implementation, session=session)
        units = self._joinable(lazy).select(*joined, _UNIT)
        return self._joinable(self.frame).join(units, on=joined, how="inner")

    def _joinable(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The frame with columns by which its places can be joined, missing values included."""
        types = frame.collect_schema()
        columns = {}
        for at, name in enumerate(self.places):
            gap = _NO_NUMBER if types[name].is_numeric() else _NO_TEXT
            columns[f"{_KEY}{at}"] = nw.col(name).fill_null(gap)
        return frame.with_columns(**columns)


def _number(bound: BoundInput, frame: nw.LazyFrame[Any], name: str, kind: Kind) -> nw.Expr:
    """A column that must hold numbers; one of another type must be all missing, or is rejected."""
    column, dtype = nw.col(name), frame.collect_schema()[name]
    if not dtype.is_numeric():
        example = collected(frame.select(name).filter(~column.is_null()).head(1))[name].to_pylist()
        if example:
            raise no_number(bound, name, kind, example[0])
    whole = name not in ("lat", "lon") and dtype.is_integer()
    return column if whole or dtype == nw.Float64 else column.cast(nw.Float64)


def _text(name: str, dtype: Any) -> nw.Expr:
    """A code or a text; whole numbers become texts at once, so that 7 stays 7 beside missing values."""
    column = nw.col(name)
    return column.cast(nw.String) if dtype.is_integer() or dtype in (nw.Categorical, nw.Enum) else column
