"""Outliers drawn in to a limit that the other values set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.handbook import arrays
from hubrank.handbook.checks import at_least, inside
from hubrank.methods import Treatment

if TYPE_CHECKING:
    from hubrank.methods import Array, Context


@frozen(kw_only=True)
class WinsoriseOptions:
    """What a scenario can set of `winsorise`; one of `points` and `quantile`.

    Attributes:
        points: How many values of an end are set to the next one.
        quantile: The share of values of an end that are set to the quantile there.
        ends: Which ends.
    """

    points: int | None = field(default=None, validator=at_least(1))
    quantile: float | None = field(default=None, validator=inside(0, 0.5))
    ends: Literal["both", "high", "low"] = "both"

    def __attrs_post_init__(self) -> None:
        if (self.points is None) == (self.quantile is None):
            raise ValueError("points: give either points or quantile")


def winsorise(values: Array, context: Context, options: WinsoriseOptions) -> Array:  # noqa: ARG001
    """Values beyond a limit are set to it; with more points than units on a side, to the median."""
    low, high = _by_quantile(values, options.quantile) if options.quantile else _by_points(values, options.points or 0)
    lowered = values if options.ends == "low" else np.minimum(values, high)
    return lowered if options.ends == "high" else np.maximum(lowered, low)


def _by_quantile(values: Array, share: float) -> tuple[Array, Array]:
    return arrays.quantile(values, share), arrays.quantile(values, 1 - share)


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
        title="the outermost values are set to the next",
        reference="OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3",
    ),
)
