"""Imputation from columns, rows and editions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError, did_you_mean
from hubrank.methods import toolkit
from hubrank.methods.toolkit import EDITIONS, UNITS, at_least
from hubrank.numeric import Array
from hubrank.plugin.methods import Context, Imputation
from hubrank.plugin.sources import NoOptions

Places = np.ndarray[Any, np.dtype[np.intp]]
Middle = Callable[[Array], Array]


@frozen(kw_only=True)
class ConstantOptions:
    """Options of `constant`.

    Attributes:
        value: The number that replaces every missing value.
    """

    value: float


@frozen(kw_only=True)
class GroupOptions:
    """Options of `group-mean` and `group-median`.

    Attributes:
        by: The column of the unit set that defines the groups.
    """

    by: str = field()


@frozen(kw_only=True)
class RowOptions:
    """Options of `row-mean` and `row-median`.

    Attributes:
        level: The members averaged: 1 for those of the same dimension, 2 for those of the one above, and so on; or
            `all`.
    """

    level: int | Literal["all"] = field(default=1)

    @level.validator
    def _level(self, _: object, value: int | str) -> None:
        if isinstance(value, int) and value < 1:
            raise ValueError(f"level: must be at least 1; got {value}")


@frozen(kw_only=True)
class CarryForwardOptions:
    """Options of `carry-forward`.

    Attributes:
        at_most_editions: The most editions that a value is carried forward.
        at_most_years: The most years that a value is carried forward.
    """

    at_most_editions: int | None = field(default=None, validator=at_least(1))
    at_most_years: int | None = field(default=None, validator=at_least(1))


@frozen(kw_only=True)
class InterpolateOptions:
    """Options of `interpolate`.

    Attributes:
        line: `linear` between the neighbouring values, by the years; or `constant`, the earlier of the two.
        extend: Whether the first and last value are used for the editions before and after them.
        at_most_years: The most years between a missing value and the farther of the two values around it.
    """

    line: Literal["linear", "constant"] = "linear"
    extend: bool = False
    at_most_years: int | None = field(default=None, validator=at_least(1))


def _filled(values: Array, context: Context, options: NoOptions, middle: Middle) -> Array:  # noqa: ARG001
    """The mean or median of the units with a value."""
    return np.where(np.isnan(values), middle(values), values)


def _by_group(values: Array, context: Context, options: GroupOptions, middle: Middle) -> Array:
    """The mean or median of the units of the same group; still missing if no unit of the group has a value."""
    if options.by not in context.units:
        others = did_you_mean(options.by, context.units.frame.columns)
        raise MethodError(f"by: the units have no column '{options.by}'{others}")
    groups = context.groups(options.by)
    filled = values.copy()
    for group in range(groups.max(initial=-1) + 1):
        at = groups == group
        members = values[..., at, :]
        filled[..., at, :] = np.where(np.isnan(members), middle(members), members)
    return filled


def _by_row(values: Array, context: Context, options: RowOptions, middle: Middle) -> Array:
    """The mean or median of the unit's other members, all on min-max with more as better."""
    turned = values * context.directions
    low, high = toolkit.lowest(turned), toolkit.highest(turned)
    shares = toolkit.share_of_range(turned, low, high)
    filled = values.copy()
    for at in same_dimension(context, options.level):
        level = np.swapaxes(middle(np.swapaxes(shares[..., at], -1, -2)), -1, -2)
        back = (low[..., at] + level * (high - low)[..., at]) * context.directions[at]
        filled[..., at] = np.where(np.isnan(values[..., at]), back, values[..., at])
    return filled


def same_dimension(context: Context, level: int | Literal["all"]) -> list[list[int]]:
    """The members' positions, grouped by the dimension at this level."""
    together: dict[str, list[int]] = {}
    for place, member in enumerate(context.members):
        path = () if level == "all" else member.path[:level]
        together.setdefault(path[-1] if path else "", []).append(place)
    return list(together.values())


def _mean(values: Array) -> Array:
    """The mean, the same to the last digit in any order of the values, since ranks may depend on it."""
    return toolkit.mean(np.sort(values, axis=UNITS))


mean, median = (functools.partial(_filled, middle=middle) for middle in (_mean, toolkit.median))
group_mean, group_median = (functools.partial(_by_group, middle=middle) for middle in (_mean, toolkit.median))
row_mean, row_median = (functools.partial(_by_row, middle=middle) for middle in (_mean, toolkit.median))


def carry_forward(values: Array, context: Context, options: CarryForwardOptions) -> Array:
    """The unit's newest earlier value; never one of a later edition."""
    earlier, usable = _carried(values, context, options)
    taken = usable & np.isnan(values)
    return np.where(taken, np.take_along_axis(values, earlier, axis=EDITIONS), values)


def carried_from(values: Array, context: Context, options: CarryForwardOptions) -> Array:
    """The year of each value after `carry-forward`; NaN if it is still missing."""
    earlier, usable = _carried(values, context, options)
    return np.where(usable, np.array(context.editions, dtype=float)[earlier], np.nan)


def interpolate(values: Array, context: Context, options: InterpolateOptions) -> Array:
    """Interpolate between the unit's values of the editions before and after; a unit without values stays so."""
    years = np.array(context.editions)
    (before, has_before), (after, has_after) = _earlier(values), _later(values)
    left = np.take_along_axis(values, before, axis=EDITIONS)
    right = np.take_along_axis(values, after, axis=EDITIONS)
    now = years[:, None, None]
    between = has_before & has_after
    result = left
    if options.line == "linear":
        span = np.maximum(years[after] - years[before], 1)
        result = left + (right - left) * (now - years[before]) / span
    if options.extend:
        result = np.where(has_before, np.where(has_after, result, left), right)
    taken = np.isnan(values) & (has_before | has_after if options.extend else between)
    if options.at_most_years is not None:
        age = np.maximum(np.where(has_before, now - years[before], 0), np.where(has_after, years[after] - now, 0))
        taken &= age <= options.at_most_years
    return np.where(taken, result, values)


def _carried(values: Array, context: Context, options: CarryForwardOptions) -> tuple[Places, Any]:
    """The edition to take each value from, and whether there is one that is not too old."""
    earlier, usable = _earlier(values)
    years = np.array(context.editions)
    at = np.arange(len(years))[:, None, None]
    if options.at_most_editions is not None:
        usable &= at - earlier <= options.at_most_editions
    if options.at_most_years is not None:
        usable &= years[at] - years[earlier] <= options.at_most_years
    return earlier, usable


def _earlier(values: Array) -> tuple[Places, Any]:
    """The edition up to each with the newest value, and whether there is one."""
    at = np.arange(values.shape[EDITIONS])[:, None, None]
    newest = np.maximum.accumulate(np.where(np.isnan(values), -1, at), axis=EDITIONS)
    return np.maximum(newest, 0), newest >= 0


def _later(values: Array) -> tuple[Places, Any]:
    """The edition from each on with the oldest value, and whether there is one."""
    at, there = _earlier(np.flip(values, axis=EDITIONS))
    return values.shape[EDITIONS] - 1 - np.flip(at, axis=EDITIONS), np.flip(there, axis=EDITIONS)


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3"
_COINR = "Becker et al., COINr: an R package for developing composite indicators (2022)"


_method = functools.partial(Imputation, options=NoOptions, reference=_SOURCE)

IMPUTATIONS: tuple[Imputation, ...] = (
    _method(name="none", apply=lambda values, *_: values, title="missing values stay missing"),
    _method(
        name="constant",
        apply=lambda values, _, options: np.where(np.isnan(values), options.value, values),
        title="one number for every missing value",
        options=ConstantOptions,
    ),
    _method(name="mean", apply=mean, title="the mean of the other units"),
    _method(name="median", apply=median, title="the median of the other units"),
    _method(name="group-mean", apply=group_mean, title="the mean of the units of the same group", options=GroupOptions),
    _method(
        name="group-median", apply=group_median, title="the median of the units of the same group", options=GroupOptions
    ),
    _method(
        name="carry-forward",
        apply=carry_forward,
        title="the unit's newest earlier value",
        options=CarryForwardOptions,
        from_own=True,
        years=carried_from,
    ),
    _method(
        name="interpolate",
        apply=interpolate,
        title="between the unit's values of the editions before and after",
        options=InterpolateOptions,
        from_own=True,
    ),
    _method(
        name="row-mean",
        apply=row_mean,
        title="the mean of the unit's other members",
        options=RowOptions,
        reference=_COINR,
    ),
    _method(
        name="row-median",
        apply=row_median,
        title="the median of the unit's other members",
        options=RowOptions,
        reference=_COINR,
    ),
)
