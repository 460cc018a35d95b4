"""Gaps filled from the other units' values of the same member and edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import MethodError, suggestion
from hubrank.contract.methods import Imputation
from hubrank.contract.sources import NoOptions
from hubrank.methods import arrays

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class ConstantOptions:
    """What a scenario can set of `constant`.

    Attributes:
        value: The number that replaces every missing value.
    """

    value: float


@frozen(kw_only=True)
class GroupOptions:
    """What a scenario can set of `group-mean` and `group-median`.

    Attributes:
        by: The column of the unit set that defines the groups.
    """

    by: str = field()


def none(values: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """Gaps stay gaps."""
    return values


def constant(values: Array, context: Context, options: ConstantOptions) -> Array:  # noqa: ARG001
    """One number for every gap."""
    return np.where(np.isnan(values), options.value, values)


def mean(values: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The mean of the units that have the member."""
    return np.where(np.isnan(values), arrays.mean(values), values)


def median(values: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The median of the units that have the member."""
    return np.where(np.isnan(values), arrays.median(values), values)


def group_mean(values: Array, context: Context, options: GroupOptions) -> Array:
    """The mean of the units of the same group; a gap stays where none of the group has the member."""
    return _by_group(values, context, options.by, arrays.mean)


def group_median(values: Array, context: Context, options: GroupOptions) -> Array:
    """The median of the units of the same group; a gap stays where none of the group has the member."""
    return _by_group(values, context, options.by, arrays.median)


def _by_group(values: Array, context: Context, by: str, middle: Callable[[Array], Array]) -> Array:
    if by not in context.units:
        others = suggestion(by, context.units.frame.columns)
        told = f"the units have no column '{by}'{others}"
        raise MethodError(f"by: {told}")
    groups = context.groups(by)
    filled = values.copy()
    for group in np.unique(groups[groups >= 0]):
        at = groups == group
        own = values[..., at, :]
        filled[..., at, :] = np.where(np.isnan(own), middle(own), own)
    return filled


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3"

IMPUTATIONS = (
    Imputation(name="none", apply=none, title="missing values stay missing", reference=_SOURCE),
    Imputation(
        name="constant",
        apply=constant,
        options=ConstantOptions,
        title="one number for every missing value",
        reference=_SOURCE,
    ),
    Imputation(name="mean", apply=mean, title="the mean of the other units", reference=_SOURCE),
    Imputation(name="median", apply=median, title="the median of the other units", reference=_SOURCE),
    Imputation(
        name="group-mean",
        apply=group_mean,
        options=GroupOptions,
        title="the mean of the units of the same group",
        reference=_SOURCE,
    ),
    Imputation(
        name="group-median",
        apply=group_median,
        options=GroupOptions,
        title="the median of the units of the same group",
        reference=_SOURCE,
    ),
)
