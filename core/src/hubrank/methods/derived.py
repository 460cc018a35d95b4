"""Built-in indicators: value, ratio, share, growth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from hubrank.errors import MethodError, shorten_list
from hubrank.methods.imputation import InterpolateOptions, interpolate
from hubrank.methods.toolkit import above
from hubrank.numeric import Array, Mask, first_place, quiet_numpy
from hubrank.plugin.hooks import hookimpl
from hubrank.plugin.methods import Context, Indicator
from hubrank.plugin.records import Records
from hubrank.plugin.units import Units

Places = np.ndarray[Any, np.dtype[np.intp]]


@frozen(kw_only=True)
class GrowthOptions:
    """Options of `growth`.

    Attributes:
        over: Years back; compared with the nearest edition at least as far back. 1 if `newest` is not given.
        newest: Instead, the number of editions to use, including the newest.
        ends: `exact`: the values of the first and the last of these editions, and nothing if one is missing;
            `available`: the first and the last value within them; with `newest` these editions end with the unit's
            newest value.
        interpolate: Whether missing values between two values are first filled in by linear interpolation.
        rate: `compound`, from the first value to the last; or `least-squares`, the slope of the line through all values
            as a share of its start.
        annual: Whether the rate is per year, or for the whole time.
        scale: The factor of the rate: 100 for per cent.
    """

    over: int | None = None
    newest: int | None = field(default=None)
    ends: Literal["exact", "available"] = "exact"
    interpolate: bool = False
    rate: Literal["compound", "least-squares"] = "compound"
    annual: bool = True
    scale: float = field(default=1.0, validator=above(0))

    def __attrs_post_init__(self) -> None:
        if self.over is not None and self.newest is not None:
            raise ValueError("newest: cannot be combined with over; give one of them")
        if self.over is not None and self.over < 1:
            raise ValueError(f"over: must be at least 1 year; got {self.over}")
        if self.newest is not None and self.newest < 2:
            raise ValueError(f"newest: must be at least 2 editions; got {self.newest}")


def growth(values: list[Array], context: Context, options: GrowthOptions) -> Array:
    """The rate of change up to each edition; missing if it starts at 0 or below, and 0 if nothing changed."""
    if len(values) != 1:
        raise MethodError(f"'growth' is made from 1, got {len(values):,}")
    years = np.array(context.editions, dtype=float)
    series = filled(values[0], context, options)
    rate = _compound if options.rate == "compound" else _least_squares
    result = np.full(series.shape, np.nan)
    for edition in range(len(years)):
        first, last = ends(series, context, edition, options)
        annual = rate(series, years, first, last)
        span = years[last] - years[first]
        if not options.annual:
            annual = (1 + annual) ** span - 1 if options.rate == "compound" else annual * span
        message = ~np.isnan(_at(series, first)) & ~np.isnan(_at(series, last)) & (first < last)
        result[edition] = np.where(message, annual, np.nan)
    return result * options.scale


def filled(values: Array, context: Context, options: GrowthOptions) -> Array:
    """The series whose growth is computed, `(editions, units)`; interpolated if the options ask for it."""
    if not options.interpolate:
        return values
    return interpolate(values[..., None], context, InterpolateOptions())[..., 0]


def ends(series: Array, context: Context, edition: int, options: GrowthOptions) -> tuple[Places, Places]:
    """The positions of the first and the last edition for each unit's growth up to an edition.

    They are the same if there is none.
    """
    years = np.array(context.editions)
    there = ~np.isnan(series[: edition + 1])
    at = np.arange(edition + 1)[:, None]
    last = np.full(series.shape[1], edition)
    if options.ends == "available":
        last = np.where(there, at, -1).max(axis=0)
    if options.newest is not None:
        start = last - options.newest + 1
    else:
        earlier = np.flatnonzero(years[: edition + 1] <= years[edition] - (options.over or 1))
        start = np.full_like(last, earlier[-1] if len(earlier) else -1)
    usable = (start >= 0) & (last >= 0)
    if options.ends == "exact":
        return np.where(usable, start, edition), np.where(usable, last, edition)
    first = np.where(there & (at >= start), at, edition).min(axis=0)
    return np.where(usable, np.minimum(first, last), 0), np.where(usable, last, 0)


def _at(series: Array, places: Places) -> Array:
    """Each unit's value at an edition of its own."""
    return np.asarray(np.take_along_axis(series, places[None], axis=0)[0])


def _compound(series: Array, years: Array, first: Places, last: Places) -> Array:
    before, after = _at(series, first), _at(series, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (after / before) ** (1 / (years[last] - years[first])) - 1
    grown = np.where((before > 0) & (after >= 0), rate, np.nan)
    return np.where(before == after, 0.0, grown)


def _least_squares(series: Array, years: Array, first: Places, last: Places) -> Array:
    """The slope of the line through all values from the first to the last, as a share of its start."""
    at = np.arange(len(years))[:, None]
    inside = ~np.isnan(series) & (at >= first) & (at <= last)
    number = inside.sum(axis=0)
    values = np.where(inside, series, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = values.sum(axis=0) / number
        centred = np.where(inside, years[:, None] - (inside * years[:, None]).sum(axis=0) / number, 0.0)
        slope = (centred * values).sum(axis=0) / (centred**2).sum(axis=0)
        start = middle + slope * _at(centred, first)
        rate = np.where(start > 0, slope / start, np.nan)
    level = np.where(inside, series == middle, True).all(axis=0)
    return np.where(level & (number > 0), 0.0, rate)


@frozen(kw_only=True)
class ValueOptions:
    """Options of `value`.

    Attributes:
        column: The column to read; the indicator's key by default.
        absent: The value of a unit without rows, within what the table covers; missing by default.
        combine: Whether the places of a unit in a stock are summed, or the largest is used.
    """

    column: str
    absent: float = float("nan")
    combine: Literal["sum", "max"] = "sum"


def _value_inputs(options: ValueOptions) -> Mapping[str, Mapping[str, type]]:
    return {"values": {options.column: float}}


def value(inputs: Mapping[str, Records], units: Units, options: ValueOptions) -> pd.Series:  # noqa: ARG001
    """A column unchanged: the sum of a flow, the newest of a stock."""
    return inputs["values"].value(options.column, absent=options.absent, combine=options.combine)


@frozen(kw_only=True)
class RatioOptions:
    """Options of `ratio`.

    Attributes:
        scale: The factor of the result: 1000000 for "per million inhabitants".
    """

    scale: float = 1.0


@frozen(kw_only=True)
class ShareOptions:
    """Options of `sum` and `difference`.

    Attributes:
        coefficients: The factor of each indicator; 1 by default.
    """

    coefficients: tuple[float, ...] = ()


def ratio(values: list[Array], context: Context, options: RatioOptions) -> Array:
    """The first, divided by the second; missing if that is 0."""
    _exactly(values, 2, "ratio")
    with quiet_numpy():
        quotient = values[0] / values[1] * options.scale
    _refuse_vanished((quotient == 0) & (values[0] != 0) & np.isfinite(values[1]), values, context)
    return np.where(values[1] == 0, np.nan, quotient)


def difference(values: list[Array], context: Context, options: ShareOptions) -> Array:  # noqa: ARG001
    """The first less all others."""
    with quiet_numpy():
        scaled = _scaled(values, options)
        return np.asarray(scaled[0] - sum(scaled[1:]))


def total(values: list[Array], context: Context, options: ShareOptions) -> Array:  # noqa: ARG001
    """The sum; missing if any is missing."""
    with quiet_numpy():
        return np.asarray(sum(_scaled(values, options)))


def product(values: list[Array], context: Context, options: RatioOptions) -> Array:
    """The product; missing if any is missing."""
    factors = np.stack(values)
    with quiet_numpy():
        result = np.prod(factors, axis=0) * options.scale
    _refuse_vanished((result == 0) & (factors != 0).all(axis=0) & (options.scale != 0), values, context)
    return np.asarray(result)


def _refuse_vanished(wrong: Mask, values: list[Array], context: Context) -> None:
    """Raise if a result is 0 though none of its terms is."""
    if wrong.any():
        place = first_place(wrong, context.units.codes, context.editions)
        message = [f"{item[place.at, place.unit]:g}" for item in values]
        raise MethodError(
            f"of {shorten_list(message)} it is smaller than a number can be (1e-308) and would be 0, for {place.units} "
            f"in edition {place.edition}; use another unit of measure or set scale"
        )


def _exactly(values: list[Array], count: int, name: str) -> None:
    if len(values) != count:
        raise MethodError(f"'{name}' is made from {count:,}, got {len(values):,}")


def _scaled(values: list[Array], options: ShareOptions) -> list[Array]:
    coefficients = options.coefficients or (1.0,) * len(values)
    if len(coefficients) != len(values):
        message = f"must have one for each of the {len(values):,} in from; got {len(coefficients):,}"
        raise MethodError(f"coefficients: {message}")
    return [item * coefficient for item, coefficient in zip(values, coefficients, strict=True)]


@hookimpl
def hubrank_indicators() -> Iterator[Indicator]:
    """The built-in indicators."""
    yield Indicator(
        name="value",
        title="A column, unchanged",
        unit_of_measure="the column's own",
        inputs=_value_inputs,
        measure=value,
        options=ValueOptions,
        description="Reads a column of a table: the sum of a flow, the newest value of a stock.",
    )
    for name, derive, options, what in (
        ("ratio", ratio, RatioOptions, "The first of two, divided by the second."),
        ("difference", difference, ShareOptions, "The first minus the others."),
        ("sum", total, ShareOptions, "The sum of other indicators."),
        ("product", product, RatioOptions, "The product of other indicators."),
        ("growth", growth, GrowthOptions, "The rate of change of another indicator since an earlier edition."),
    ):
        yield Indicator(
            name=name,
            title=name.capitalize(),
            unit_of_measure="as computed",
            derive=derive,
            options=options,
            description=what,
        )
