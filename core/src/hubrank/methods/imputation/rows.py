"""Gaps filled from the same unit's other members, each brought to one scale before and back to its own after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Imputation
from hubrank.methods import arrays

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context, Member


@frozen(kw_only=True)
class RowOptions:
    """What a scenario can set of `row-mean` and `row-median`.

    Attributes:
        level: How far up the tree members are alike: 1 those of the same dimension, 2 those of the dimension above
            it, and so on; or `all`.
    """

    level: int | Literal["all"] = field(default=1)

    @level.validator
    def _level(self, _: object, value: int | str) -> None:
        if isinstance(value, int) and value < 1:
            raise ValueError(f"level: must be at least 1; got {value}")


def row_mean(values: Array, context: Context, options: RowOptions) -> Array:
    """The mean of the unit's other members, all on min-max and turned so that more is better."""
    return _by_row(values, context, options, arrays.mean)


def row_median(values: Array, context: Context, options: RowOptions) -> Array:
    """The median of the unit's other members, all on min-max and turned so that more is better."""
    return _by_row(values, context, options, arrays.median)


def _by_row(values: Array, context: Context, options: RowOptions, middle: Callable[[Array], Array]) -> Array:
    turned = values * context.directions
    low, high = arrays.lowest(turned), arrays.highest(turned)
    shares = arrays.share_of_range(turned, low, high)
    filled = values.copy()
    for at in alike(context, options.level):
        own = np.swapaxes(middle(np.swapaxes(shares[..., at], -1, -2)), -1, -2)
        back = (low[..., at] + own * (high - low)[..., at]) * context.directions[at]
        filled[..., at] = np.where(np.isnan(values[..., at]), back, values[..., at])
    return filled


def alike(context: Context, level: int | Literal["all"]) -> list[list[int]]:
    """The members' places, those together that lie in the same dimension so many levels up."""
    together: dict[str, list[int]] = {}
    for place, member in enumerate(context.members):
        together.setdefault(_parent(member, level), []).append(place)
    return list(together.values())


def _parent(member: Member, level: int | Literal["all"]) -> str:
    if level == "all" or not member.path:
        return ""
    return member.path[min(level, len(member.path)) - 1]


IMPUTATIONS = (
    Imputation(
        name="row-mean",
        apply=row_mean,
        options=RowOptions,
        title="the mean of the unit's other members",
        reference="Becker et al., COINr: an R package for developing composite indicators (2022)",
    ),
    Imputation(
        name="row-median",
        apply=row_median,
        options=RowOptions,
        title="the median of the unit's other members",
        reference="Becker et al., COINr: an R package for developing composite indicators (2022)",
    ),
)
