"""Outliers drawn in to a limit that the other values set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.methods import Treatment
from hubrank.methods import arrays
from hubrank.methods.checks import above, at_least, inside

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class WinsoriseOptions:
    """What a scenario can set of `winsorise`; one of `points`, `quantile` and `fences`.

    Attributes:
        points: How many values at an end are set to the next one.
        quantile: The share of values at an end that are set to that quantile.
        fences: How many interquartile ranges beyond the quartiles the limits lie; usually 1.5 or 3.
        ends: Which ends are treated.
    """

    points: int | None = field(default=None, validator=at_least(1))
    quantile: float | None = field(default=None, validator=inside(0, 0.5))
    fences: float | None = field(default=None, validator=above(0))
    ends: Literal["both", "high", "low"] = "both"

    def __attrs_post_init__(self) -> None:
        if sum(each is not None for each in (self.points, self.quantile, self.fences)) != 1:
            raise ValueError("points: give one of points, quantile and fences")


def winsorise(values: Array, context: Context, options: WinsoriseOptions) -> Array:  # noqa: ARG001
    """Values beyond a limit are set to it; with more points than units on a side, to the median."""
    low, high = _limits(values, options)
    lowered = values if options.ends == "low" else np.minimum(values, high)
    return lowered if options.ends == "high" else np.maximum(lowered, low)


def _limits(values: Array, options: WinsoriseOptions) -> tuple[Array, Array]:
    if options.quantile is not None:
        low, high = arrays.quantiles(values, options.quantile, 1 - options.quantile)
        return low, high
    if options.fences is not None:
        low, high = arrays.quantiles(values, 0.25, 0.75)
        reach = options.fences * (high - low)
        return low - reach, high + reach
    return _by_points(values, options.points or 0)


def _by_points(values: Array, points: int) -> tuple[Array, Array]:
    ordered = np.sort(values, axis=arrays.UNITS)
    last = np.maximum(arrays.count(values).astype(int) - 1, 0)
    low = np.take_along_axis(ordered, np.minimum(points, last // 2), axis=arrays.UNITS)
    high = np.take_along_axis(ordered, np.maximum(last - points, (last + 1) // 2), axis=arrays.UNITS)
    return low, high


TREATMENTS = (
    Treatment(
        name="winsorise",
        apply=winsorise,
        options=WinsoriseOptions,
        title="the most extreme values are set to the next value",
        reference="OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3",
    ),
)
