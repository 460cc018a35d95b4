"""How far two rankings of the same units agree, by coefficients that say more than Spearman's of the top or of ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank import Array


def weighted_spearman(first: Array, second: Array) -> float:
    """Spearman's coefficient with a difference at the top weighing more than one at the bottom.

    Source: Pinto da Costa and Soares, A weighted rank measure of correlation (2005).
    """
    one, other = _ranks(first), _ranks(second)
    number = len(one)
    weights = (number - one + 1) + (number - other + 1)
    return float(1 - 6 * ((one - other) ** 2 * weights).sum() / (number**4 + number**3 - number**2 - number))


def similarity(first: Array, second: Array) -> float:
    """Salabun's WS, in which a difference halves with every rank further down; the first ranking is the reference.

    Source: Salabun and Urbaniak, A new coefficient of rankings similarity in decision-making problems (2020).
    """
    one, other = _ranks(first), _ranks(second)
    farthest = np.maximum(np.abs(one - 1), np.abs(one - len(one)))
    return float(1 - (2.0**-one * np.abs(one - other) / farthest).sum())


def gamma(first: Array, second: Array) -> float:
    """Goodman and Kruskal's: pairs in the same order less pairs in the other, among those without a tie.

    Source: Goodman and Kruskal, Measures of association for cross classifications (1954).
    """
    from scipy.stats import kendalltau

    pairs = len(first) * (len(first) - 1) // 2
    ties = [_tied(each) for each in (first, second)]
    untied = pairs - ties[0] - ties[1] + _tied(np.column_stack([first, second]))
    if not untied or pairs in ties:
        return float("nan")
    # tau-b is the balance of pairs, a whole number, over a product that the counts of ties give
    tau = float(kendalltau(first, second).statistic)
    balance = round(tau * np.sqrt(pairs - ties[0]) * np.sqrt(pairs - ties[1]))
    return balance / untied


def _tied(values: Array) -> int:
    """How many pairs of rows are the same."""
    counts = np.unique(values, axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


def _ranks(values: Array) -> Array:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), dtype=float)
