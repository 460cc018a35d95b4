"""Probabilities of rank correlations where there is none."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING

import numpy as np

from hubrank_audit.concordance import concordance

if TYPE_CHECKING:
    from hubrank import Array

    from hubrank_audit.concordance import Codes, Concordance

#: Up to so many units without ties all orders are counted.
EXACT_SPEARMAN = 9
EXACT_KENDALL = 49
#: Coefficients of the Edgeworth series, Best and Roberts (1975), Algorithm AS 89, Applied Statistics 24.
_SERIES = (0.2274, 0.2531, 0.1745, 0.0758, 0.1033, 0.3932, 0.0879, 0.0151, 0.0072, 0.0831, 0.0131, 4.6e-4)


def kendall(first: Codes, second: Codes) -> tuple[float, float]:
    """Kendall's tau-b and its two-sided probability: exact for up to 49 units without ties, else normal.

    Args:
        first: `(units,)`, whole numbers from 0 in the order of the values, as `codes_of` makes them.
        second: Of the same length.
    """
    number = len(first)
    if number < 2 or (first == first[0]).all() or (second == second[0]).all():
        return float("nan"), float("nan")
    found = concordance(first, second)
    free = [found.pairs - tied for tied in found.tied]
    tau = float(np.clip(found.balance / np.sqrt(free[0]) / np.sqrt(free[1]), -1.0, 1.0))
    if number <= EXACT_KENDALL and not any(found.tied):
        from scipy import stats

        return tau, float(stats.kendalltau(first, second, method="exact").pvalue)
    return tau, _normal_probability(found, number)


def _normal_probability(found: Concordance, number: int) -> float:
    """By the normal distribution, with Kendall's variance for ties (Rank Correlation Methods, 1970, chapter 4)."""
    from scipy import stats

    ordered = number * (number - 1)
    variance = (ordered * (2 * number + 5) - sum(found.spread)) / 18
    variance += 2 * found.tied[0] * found.tied[1] / ordered
    variance += found.triples[0] * found.triples[1] / (9 * ordered * (number - 2)) if number > 2 else 0.0
    return float(2 * stats.norm.sf(abs(found.balance) / np.sqrt(variance)))


def spearman_probability(r: float, n: int) -> float:
    """Two-sided probability of Spearman's coefficient for `n` units without ties."""
    distance = round((n**3 - n) * (1 - r) / 6)
    half = (n**3 - n) / 6
    upper = distance > half
    tail = _tail(distance if upper else distance + 2, n)
    return float(min(2 * (tail if upper else 1 - tail), 1.0))


def _tail(distance: int, n: int) -> float:
    """The probability that the sum of squared rank differences is at least `distance`."""
    most = (n**3 - n) / 3
    if distance <= 0:
        return 1.0
    if distance > most:
        return 0.0
    if n <= EXACT_SPEARMAN:
        distances = _all_distances(n)
        return float((distances >= distance).mean())
    from scipy import stats

    b = 1 / n
    x = (6 * (distance - 1) * b / (n * n - 1) - 1) * np.sqrt(1 / b - 1)
    y = x * x
    c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 = _SERIES
    inner = c9 - c10 * b + y * b * (c11 - c12 * y)
    middle = -c4 + b * (c5 + c6 * b) - y * b * (c7 + c8 * b - y * inner)
    correction = x * b * (c1 + b * (c2 + c3 * b) + y * middle)
    return float(np.clip(correction * np.exp(-y / 2) + stats.norm.sf(x), 0.0, 1.0))


@functools.cache
def _all_distances(n: int) -> Array:
    """The sums of squared rank differences of all orders of `n` units."""
    orders = np.array(list(itertools.permutations(range(n))), dtype=float)
    distances: Array = ((orders - np.arange(n)) ** 2).sum(axis=1)
    return distances
