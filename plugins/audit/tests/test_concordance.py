"""Pairs in the same and in the other order, beside counting them one by one and SciPy."""

import itertools

import numpy as np
import pytest
from hubrank_audit.influence import codes_of, concordance, inversions, kendall
from scipy.stats import kendalltau


@pytest.mark.parametrize("levels", [2, 7, 10_000])
@pytest.mark.parametrize("length", [2, 10, 101])
def test_counts(length, levels):
    """As many pairs of each kind as a loop over all pairs finds."""
    first, second = np.random.default_rng(length + levels).integers(0, levels, (2, length)).astype(float)
    signs = [
        np.sign(a - b) * np.sign(c - d) for (a, c), (b, d) in itertools.combinations(zip(first, second, strict=True), 2)
    ]
    pairs, balance, _ = concordance(codes_of(first), codes_of(second))
    assert (pairs, balance) == (length * (length - 1) // 2, int(sum(signs)))


def test_inversions_by_hand():
    """2 1 3 0: 2 stands before 1 and 0, 1 before 0, 3 before 0; of two that are equal none."""
    assert inversions(np.array([2, 1, 3, 0])) == 4
    assert inversions(np.array([1, 1, 0])) == 2


@pytest.mark.parametrize("levels", [5, 1000, None])
@pytest.mark.parametrize("length", [3, 49, 50, 3000])
def test_as_scipy(length, levels):
    """Coefficient and probability are SciPy's, with ties and without."""
    rng = np.random.default_rng(length)
    first = rng.normal(size=length) if levels is None else rng.integers(0, levels, length).astype(float)
    second = first + rng.normal(size=length)
    exact = length <= 49 and len(set(first)) == length
    theirs = kendalltau(first, second, method="exact" if exact else "asymptotic")
    tau, probability = kendall(codes_of(first), codes_of(second))
    assert tau == pytest.approx(theirs.statistic, abs=1e-15)
    assert probability == pytest.approx(theirs.pvalue, abs=1e-12)
