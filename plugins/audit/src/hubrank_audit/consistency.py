"""Whether the members of a dimension measure one thing: Cronbach's alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank import Array


def cronbach(values: Array) -> float:
    """Cronbach's alpha, from covariances of each pair of members over the units that have both.

    Args:
        values: `(units, members)`; gaps are NaN.

    Returns:
        k times the mean covariance of two members over the mean of all entries of the covariance matrix; NaN for
        fewer than 2 members or where a covariance cannot be had.

    Source: Cronbach (1951); OECD/JRC Handbook (2008), step 4.
    """
    members = values.shape[1]
    if members < 2:
        return float("nan")
    covariance = covariances(values)
    between = (covariance.sum() - np.trace(covariance)) / (members * (members - 1))
    whole = covariance.sum()
    return float(members**2 * between / whole) if whole != 0 else float("nan")


def without_each(values: Array) -> list[float]:
    """Alpha of the dimension without each of its members in turn; NaN where fewer than 2 are left."""
    return [cronbach(np.delete(values, at, axis=1)) for at in range(values.shape[1])]


def covariances(values: Array) -> Array:
    """Covariances (divisor n - 1) of each pair of columns over the units that have both; NaN below 2 units."""
    there = ~np.isnan(values)
    mask = there.astype(float)
    count = np.maximum(mask.sum(axis=0), 1)
    centred = np.where(there, values - np.where(there, values, 0).sum(axis=0) / count, 0.0)
    n = mask.T @ mask
    sums = centred.T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        shared: Array = (centred.T @ centred - sums * sums.T / n) / (n - 1)
    return np.where(n > 1, shared, np.nan)
