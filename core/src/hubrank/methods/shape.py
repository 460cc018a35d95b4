"""Skewness and kurtosis of the units, corrected for the size of the sample; gaps left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.edges import brought_near
from hubrank.methods import arrays

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array


def skewness(values: Array) -> Array:
    """The sample skewness G1; NaN below 3 values and for equal values."""
    number, second, third, _ = _moments(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.sqrt(number) * third / second**1.5
        return np.where(number > 2, plain * np.sqrt(number * (number - 1)) / (number - 2), np.nan)


def kurtosis(values: Array) -> Array:
    """The sample excess kurtosis G2; NaN below 4 values and for equal values."""
    number, second, _, fourth = _moments(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = number * fourth / second**2
        made = ((number + 1) * (plain - 3) + 6) * (number - 1) / ((number - 2) * (number - 3))
        return np.where(number > 3, made, np.nan)


def _moments(values: Array) -> tuple[Array, Array, Array, Array]:
    """The count, and the sums of the second, third and fourth powers of the distances from the mean, at some scale."""
    values, _ = brought_near(values, arrays.UNITS)
    mean = arrays.mean(values)
    distance = values - mean
    widest = np.fmax.reduce(np.abs(distance), axis=arrays.UNITS, keepdims=True)
    distance = np.where(widest > arrays.TINY * np.abs(mean), distance, 0.0)
    square = distance**2
    return arrays.count(values), arrays.total(square), arrays.total(square * distance), arrays.total(square**2)
