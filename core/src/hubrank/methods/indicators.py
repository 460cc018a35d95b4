"""The built-in indicators: a column as it is, and indicators made from others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.edges import first_place, unwarned
from hubrank.basis.errors import MethodError, listed
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.indicators import Indicator
from hubrank.methods.growth import GrowthOptions, growth

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context
    from hubrank.contract.records import Records
    from hubrank.contract.units import Units


@frozen(kw_only=True)
class ValueOptions:
    """What a scenario can set of `value`.

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
    """A column as it is: the sum of a flow, the newest of a stock."""
    return inputs["values"].value(options.column, absent=options.absent, combine=options.combine)


@frozen(kw_only=True)
class RatioOptions:
    """What a scenario can set of `ratio`.

    Attributes:
        scale: The factor of the quotient: 1000000 for "per million inhabitants".
    """

    scale: float = 1.0


@frozen(kw_only=True)
class ShareOptions:
    """What a scenario can set of `sum` and `difference`.

    Attributes:
        coefficients: The factor of each indicator; 1 by default.
    """

    coefficients: tuple[float, ...] = ()


def ratio(values: list[Array], context: Context, options: RatioOptions) -> Array:
    """The first, divided by the second; missing where that is 0."""
    _exactly(values, 2, "ratio")
    with unwarned():
        quotient = values[0] / values[1] * options.scale
    _refuse_vanished((quotient == 0) & (values[0] != 0) & np.isfinite(values[1]), values, context)
    return np.where(values[1] == 0, np.nan, quotient)


def difference(values: list[Array], context: Context, options: ShareOptions) -> Array:  # noqa: ARG001
    """The first less all others."""
    with unwarned():
        scaled = _scaled(values, options)
        return np.asarray(scaled[0] - sum(scaled[1:]))


def total(values: list[Array], context: Context, options: ShareOptions) -> Array:  # noqa: ARG001
    """The sum; missing where any is."""
    with unwarned():
        return np.asarray(sum(_scaled(values, options)))


def product(values: list[Array], context: Context, options: RatioOptions) -> Array:
    """The product; missing where any is."""
    factors = np.stack(values)
    with unwarned():
        made = np.prod(factors, axis=0) * options.scale
    _refuse_vanished((made == 0) & (factors != 0).all(axis=0) & (options.scale != 0), values, context)
    return np.asarray(made)


def _refuse_vanished(wrong: Mask, values: list[Array], context: Context) -> None:
    """Raise where a result is 0 though nothing that it is made of is."""
    if wrong.any():
        place = first_place(wrong, context.units.codes, context.editions)
        told = [f"{each[place.at, place.unit]:g}" for each in values]
        raise MethodError(
            f"of {listed(told)} it is smaller than a number can be (1e-308) and would be 0, for {place.units} "
            f"in edition {place.edition}; use another unit of measure or set scale"
        )


def _exactly(values: list[Array], count: int, name: str) -> None:
    if len(values) != count:
        raise MethodError(f"'{name}' is made from {count:,}, got {len(values):,}")


def _scaled(values: list[Array], options: ShareOptions) -> list[Array]:
    coefficients = options.coefficients or (1.0,) * len(values)
    if len(coefficients) != len(values):
        told = f"must have one for each of the {len(values):,} in from; got {len(coefficients):,}"
        raise MethodError(f"coefficients: {told}")
    return [each * coefficient for each, coefficient in zip(values, coefficients, strict=True)]


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
        ("difference", difference, ShareOptions, "The first less the others."),
        ("sum", total, ShareOptions, "The sum of others."),
        ("product", product, RatioOptions, "The product of others."),
        ("growth", growth, GrowthOptions, "The rate of change of another since an earlier edition."),
    ):
        yield Indicator(
            name=name,
            title=name.capitalize(),
            unit_of_measure="as computed",
            derive=derive,
            options=options,
            description=what,
        )
