"""Coefficients of two rankings, by hand."""

import numpy as np
import pytest
from hubrank_analysis.comparison import gamma, similarity, weighted_spearman

FIRST, SECOND = np.array([1.0, 2, 3]), np.array([2.0, 1, 3])


def test_two_places_exchanged_at_the_top():
    """Both differences weigh 5 in Spearman's; WS loses a quarter for each; two of three pairs agree."""
    assert weighted_spearman(FIRST, SECOND) == pytest.approx(1 - 6 * (5 + 5) / (81 + 27 - 9 - 3))
    assert similarity(FIRST, SECOND) == pytest.approx(1 - (0.5 * 1 / 2 + 0.25 * 1 / 1))
    assert gamma(FIRST, SECOND) == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", [weighted_spearman, similarity, gamma])
def test_the_same_ranking_agrees_wholly(measure):
    """With itself every coefficient is 1; against the reverse, none is above a fifth."""
    ranks = np.arange(1.0, 8)

    assert measure(ranks, ranks) == 1
    assert measure(ranks, ranks[::-1].copy()) < 0.21


def test_ties_tell_nothing_of_order():
    """Gamma leaves tied pairs out: of three pairs two are left, and one of them agrees."""
    assert gamma(np.array([1.0, 1, 3]), np.array([1.0, 3, 2])) == 0
    assert np.isnan(gamma(np.array([1.0, 1]), np.array([1.0, 2])))
