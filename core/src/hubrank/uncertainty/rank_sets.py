"""Confidence sets for ranks: the possible true ranks of units with estimated values.

Two units are separated if the difference of their estimates, in units of its standard error, is larger than the largest
of all compared differences would be by chance. A unit's rank is at best one behind all units that are certainly better,
at worst one before all certainly worse. Unlike ranks of draws, sets are valid for truly equal units.

Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Inference for Ranks with Applications to Mobility across
Neighbourhoods and Academic Achievement across Countries, Review of Economic Studies 91(1); step-down by Romano and Wolf
(2005), Econometrica 73(4).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from hubrank.errors import UsageError
from hubrank.methods.ranks import ranks
from hubrank.numeric import Array, Best, Mask

#: Which ends of a set are computed: both, or the other is the last or the first rank of all.
Side = Literal["two-sided", "best", "worst"]

#: Differences that vary by less than this share of their terms do not vary.
_EXACT = 1e-12
#: Numbers that are worked on at a time.
_PIECE = 400_000


def rank_sets(
    estimates: Any,
    errors: Any,
    *,
    confidence: float = 0.9,
    joint: bool = True,
    side: Side = "two-sided",
    best: Best = "highest",
    stepwise: bool = True,
    draws: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Confidence sets for the ranks of units whose estimates are normal around true values.

    The units that may be among the best k are those whose `low` is k or less, best computed with `side="best"`.

    Args:
        estimates: One per unit, such as a pandas Series by unit.
        errors: The standard errors of independent estimates, or their covariance matrix, `(units, units)`.
        confidence: The probability that the sets hold the true ranks.
        joint: Whether the confidence is for all sets at once, or for each alone.
        side: Whether a set has two ends, bounds only the best rank (`high` is then the last), or only the worst.
        best: Which end is rank 1.
        stepwise: Whether separated pairs narrow the other sets; without it, sets are also valid, but wider.
        draws: The number of simulated errors, from which critical values are computed.
        seed: The random seed of the draws.

    Returns:
        `rank`, `low` and `high`, a row per unit in the order of the estimates, with their index.

    Raises:
        UsageError: A number is missing or infinite, an error below 0, shapes differ, or there is no such confidence.
    """
    values, size = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    if values.ndim != 1 or size.shape not in (values.shape, values.shape * 2) or not len(values):
        raise UsageError("rank_sets takes an estimate a unit, and as many standard errors or their covariance")
    if (
        not (np.isfinite(values).all() and np.isfinite(size).all())
        or (np.diag(size) if size.ndim > 1 else size).min() < 0
    ):
        raise UsageError("rank_sets takes finite estimates and errors of 0 or more")
    if not 0 < confidence < 1:
        raise UsageError(f"confidence must lie between 0 and 1; got {confidence:g}")
    covariance = np.diag(size**2) if size.ndim == 1 else size
    signed = values if best == "highest" else -values
    deviations = np.random.default_rng(seed).multivariate_normal(
        np.zeros(len(values)), covariance, draws, method="eigh"
    )
    low, high = sets_of(
        signed, covariance, deviations, confidence=confidence, joint=joint, side=side, stepwise=stepwise
    )
    index = estimates.index if isinstance(estimates, pd.Series) else None
    return pd.DataFrame({"rank": ranks(-signed, "min"), "low": low, "high": high}, index=index)


def sets_of(
    estimates: Array,
    covariance: Array,
    deviations: Array,
    *,
    confidence: float,
    joint: bool = True,
    side: Side = "two-sided",
    stepwise: bool = True,
) -> tuple[Array, Array]:
    """The ends of confidence sets for ranks, each `(units,)`; the highest estimate is rank 1.

    Args:
        estimates: `(units,)`.
        covariance: Of the estimates, `(units, units)`.
        deviations: Draws of the estimates' errors, centred, `(draws, units)`.
        confidence: As of `rank_sets`, with the others.
    """
    units = np.arange(len(estimates))
    apart = units[:, None] != units
    if joint:  # of all units each pair is compared both ways, whichever ends are computed
        better = told_apart(estimates, covariance, deviations, apart, confidence, stepwise=stepwise)
        before, behind = better.sum(axis=0), better.sum(axis=1)
    else:
        before, behind = np.zeros((2, len(units)), dtype=np.int64)
        for unit in units:
            mine = np.zeros_like(apart)
            mine[unit] = side != "best"
            mine[:, unit] |= side != "worst"
            better = told_apart(estimates, covariance, deviations, mine & apart, confidence, stepwise=stepwise)
            before[unit], behind[unit] = better[:, unit].sum(), better[unit].sum()
    low, high = 1.0 + before, len(units) - behind.astype(float)
    return (np.ones_like(low) if side == "worst" else low), (np.full_like(high, len(units)) if side == "best" else high)


def told_apart(
    estimates: Array, covariance: Array, deviations: Array, pairs: Mask, confidence: float, *, stepwise: bool = True
) -> Mask:
    """Which first unit is certainly better than which second, `(units, units)`, of the ordered pairs compared.

    With the given confidence none of them is truly worse or equal.
    """
    variances = np.diag(covariance)[:, None] + np.diag(covariance)
    squares = variances - 2 * covariance
    exact = squares <= _EXACT * variances
    spread = np.sqrt(np.where(exact, 1.0, squares))
    ahead = (estimates[:, None] - estimates) / spread
    better, left = pairs & exact & (ahead > 0), pairs & ~exact
    largest = _largest(deviations, spread, left)
    while left.any():
        found = left & (ahead > np.quantile(largest, confidence))
        better |= found
        left &= ~found
        if not (stepwise and found.any()):
            break
        of_found = _largest(deviations, spread, found) >= largest  # the draws whose largest difference is left out
        largest[of_found] = _largest(deviations[of_found], spread, left)
    return better


def _largest(deviations: Array, spread: Array, pairs: Mask) -> Any:
    """The largest difference of a draw in units of its standard error, over some ordered pairs, `(draws,)`.

    In single precision: it is chance that draws differ by, and half as long.
    """
    drawn, scale = (np.ascontiguousarray(item, dtype=np.float32) for item in (deviations.T, 1 / spread))
    both, forth = np.triu(pairs & pairs.T), pairs & ~pairs.T
    largest = np.full(len(deviations), -np.inf, dtype=np.float32)
    step = max(1, _PIECE // len(pairs))
    for start in range(0, len(deviations), step):
        part = slice(start, start + step)
        for one, asked in enumerate(zip(both, forth, strict=True)):
            for others, turned in zip(asked, (True, False), strict=True):
                if others.any():
                    differences = drawn[one, part] - drawn[others, part]
                    differences *= scale[one, others][:, None]
                    found = (np.abs(differences, out=differences) if turned else differences).max(axis=0)
                    np.fmax(largest[part], found, out=largest[part])
    return largest
