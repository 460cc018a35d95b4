"""Gaps filled from the same unit's values of other editions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Imputation
from hubrank.methods.arrays import EDITIONS
from hubrank.methods.checks import at_least

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

    Places = np.ndarray[Any, np.dtype[np.intp]]


@frozen(kw_only=True)
class CarryForwardOptions:
    """What a scenario can set of `carry-forward`.

    Attributes:
        at_most_editions: How many editions back a value may be from.
        at_most_years: How many years back a value may be from.
    """

    at_most_editions: int | None = field(default=None, validator=at_least(1))
    at_most_years: int | None = field(default=None, validator=at_least(1))


@frozen(kw_only=True)
class InterpolateOptions:
    """What a scenario can set of `interpolate`.

    Attributes:
        line: `linear` between the neighbouring values, by the years; or `constant`, the earlier of the two.
        extend: Whether the first and last value stand for the editions before and after them.
        at_most_years: The most years that may lie between a gap and the farther of the values it is filled from.
    """

    line: Literal["linear", "constant"] = "linear"
    extend: bool = False
    at_most_years: int | None = field(default=None, validator=at_least(1))


def carry_forward(values: Array, context: Context, options: CarryForwardOptions) -> Array:
    """The unit's newest earlier value; never one of a later edition."""
    earlier, usable = _carried(values, context, options)
    taken = usable & np.isnan(values)
    return np.where(taken, np.take_along_axis(values, earlier, axis=EDITIONS), values)


def carried_from(values: Array, context: Context, options: CarryForwardOptions) -> Array:
    """The year that each value is of once gaps are filled by `carry-forward`; NaN where there still is none."""
    earlier, usable = _carried(values, context, options)
    return np.where(usable, np.array(context.editions, dtype=float)[earlier], np.nan)


def interpolate(values: Array, context: Context, options: InterpolateOptions) -> Array:
    """Between the unit's values of the editions before and after; a unit without any stays as it is."""
    years = np.array(context.editions)
    (before, has_before), (after, has_after) = _earlier(values), _later(values)
    left = np.take_along_axis(values, before, axis=EDITIONS)
    right = np.take_along_axis(values, after, axis=EDITIONS)
    now = years[:, None, None]
    between = has_before & has_after
    made = left
    if options.line == "linear":
        span = np.maximum(years[after] - years[before], 1)
        made = left + (right - left) * (now - years[before]) / span
    if options.extend:
        made = np.where(has_before, np.where(has_after, made, left), right)
    taken = np.isnan(values) & (has_before | has_after if options.extend else between)
    if options.at_most_years is not None:
        age = np.maximum(np.where(has_before, now - years[before], 0), np.where(has_after, years[after] - now, 0))
        taken &= age <= options.at_most_years
    return np.where(taken, made, values)


def _carried(values: Array, context: Context, options: CarryForwardOptions) -> tuple[Places, Any]:
    """Which edition each value may be taken from, and whether there is one that is not too old."""
    earlier, usable = _earlier(values)
    years = np.array(context.editions)
    at = np.arange(len(years))[:, None, None]
    if options.at_most_editions is not None:
        usable &= at - earlier <= options.at_most_editions
    if options.at_most_years is not None:
        usable &= years[at] - years[earlier] <= options.at_most_years
    return earlier, usable


def _earlier(values: Array) -> tuple[Places, Any]:
    """Which edition up to each has the newest value, and whether there is one."""
    at = np.arange(values.shape[EDITIONS])[:, None, None]
    newest = np.maximum.accumulate(np.where(np.isnan(values), -1, at), axis=EDITIONS)
    return np.maximum(newest, 0), newest >= 0


def _later(values: Array) -> tuple[Places, Any]:
    """Which edition from each on has the oldest value, and whether there is one."""
    at, there = _earlier(np.flip(values, axis=EDITIONS))
    return values.shape[EDITIONS] - 1 - np.flip(at, axis=EDITIONS), np.flip(there, axis=EDITIONS)


IMPUTATIONS = (
    Imputation(
        name="carry-forward",
        apply=carry_forward,
        options=CarryForwardOptions,
        title="the unit's newest earlier value",
        from_own=True,
        years=carried_from,
        reference="OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3",
    ),
    Imputation(
        name="interpolate",
        apply=interpolate,
        options=InterpolateOptions,
        title="between the unit's values of the editions before and after",
        from_own=True,
        reference="OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3",
    ),
)
