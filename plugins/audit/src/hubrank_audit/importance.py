"""What a member's weight comes to: its influence on the variance of the score above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank import Array

#: More units than these are gathered into so many groups of like size, so that effort grows no further.
GROUPS = 200
#: Bandwidths tried, in standard deviations of the member.
_BANDWIDTHS = np.geomspace(0.08, 4.0, 14)


def correlation_ratio(member: Array, score: Array) -> float:
    """The main effect V(E(score | member)) / V(score), by local linear regression.

    The Gaussian kernel's bandwidth is the one whose leave-one-out error is the least.

    Args:
        member: `(units,)`; gaps are NaN.
        score: `(units,)`; gaps are NaN.

    Returns:
        Between 0 (it tells nothing of the score) and 1 (it tells all); NaN for fewer than 5 units or no spread.

    Source: Paruolo, Saisana, Saltelli (2013), Ratings and rankings: voodoo or science?, JRSS A 176(3).
    """
    both = ~np.isnan(member) & ~np.isnan(score)
    x, y = member[both], score[both]
    if len(x) < 5 or x.std() == 0 or y.std() == 0:
        return float("nan")
    x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    x, y, weights = _grouped(x, y)
    fits = [_fitted(x, y, weights, float(width)) for width in _BANDWIDTHS]
    errors = [np.average(error**2, weights=weights) if np.isfinite(error).all() else np.inf for _, error in fits]
    if not np.isfinite(errors).any():
        return float("nan")
    fit = fits[int(np.argmin(errors))][0]
    variance = float(np.average((fit - np.average(fit, weights=weights)) ** 2, weights=weights))
    return float(np.clip(variance, 0.0, 1.0))


def shares(importance: Array) -> Array:
    """Parts of 1; NaN where there is nothing to share."""
    whole = np.nansum(importance)
    return importance / whole if whole > 0 else np.full(importance.shape, np.nan)


def _grouped(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Units as they are, or in groups of neighbours by x with their means and numbers."""
    if len(x) <= GROUPS:
        return x, y, np.ones(len(x))
    order = np.argsort(x, kind="stable")
    chunks = np.array_split(order, GROUPS)
    return (
        np.array([x[chunk].mean() for chunk in chunks]),
        np.array([y[chunk].mean() for chunk in chunks]),
        np.array([len(chunk) for chunk in chunks], dtype=float),
    )


def _fitted(x: Array, y: Array, weights: Array, width: float) -> tuple[Array, Array]:
    """The local linear fit and its leave-one-out errors."""
    distance = x[None, :] - x[:, None]
    kernel = np.exp(-0.5 * (distance / width) ** 2) * weights[None, :]
    first, second = (kernel * distance).sum(axis=1), (kernel * distance**2).sum(axis=1)
    smoother = kernel * (second[:, None] - distance * first[:, None])
    total = smoother.sum(axis=1, keepdims=True)
    mean = kernel / kernel.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        smoother = np.where(np.abs(total) > 1e-12, smoother / total, mean)
        fit: Array = smoother @ y
        error: Array = (y - fit) / (1 - np.diag(smoother))
    return fit, error
