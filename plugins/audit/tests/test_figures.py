"""Figures of an audit, worked out by hand or by other means."""

from __future__ import annotations

import numpy as np
import pytest
from hubrank_audit.influence import correlation_ratio, shares
from hubrank_audit.statistics import components, correlations, coverage, cronbach, statistics, without_each
from scipy import stats

NAN = float("nan")


def test_statistics_of_a_small_column():
    """Counts and shares: of all units where availability is meant, of the available elsewhere."""
    row = statistics(np.array([[0.0], [0.0], [1.0], [3.0], [NAN]]), ["a"]).iloc[0]

    assert (row["min"], row["max"], row["mean"], row["median"]) == (0, 3, 1, 0.5)
    assert row["sd"] == pytest.approx(np.sqrt(2))
    assert (row["available"], row["nonzero"], row["unique"], row["same"]) == (4, 2, 3, 2)
    assert (row["share_available"], row["share_nonzero"], row["share_same"]) == (0.8, 0.5, 0.5)
    assert (row["flag_available"], row["flag_nonzero"], row["flag_unique"]) == ("ok", "low", "ok")


def test_shape_as_spreadsheets_have_it():
    """G1 and G2 of 3, 4, 5, 2, 3, 4, 5, 6, 4, 7, the example of Excel's SKEW and KURT."""
    row = statistics(np.array([[3, 4, 5, 2, 3, 4, 5, 6, 4, 7]], dtype=float).T, ["a"]).iloc[0]

    assert row["skewness"] == pytest.approx(0.359543071)
    assert row["kurtosis"] == pytest.approx(-0.151799637)


def test_a_far_value_is_flagged():
    """Nineteen units alike and one a hundred times as large."""
    assert statistics(np.array([[*range(1, 20), 1000]], dtype=float).T, ["a"]).iloc[0]["flag_shape"] == "outliers"


def test_a_column_without_values_has_no_figures():
    """Nothing measured: counts of 0, no mean, no warning."""
    row = statistics(np.full((3, 1), NAN), ["a"]).iloc[0]

    assert row["available"] == 0
    assert np.isnan(row["mean"])
    assert row["flag_available"] == "low"


def test_coverage_by_unit_and_dimension():
    """What a unit lacks of each dimension."""
    table = coverage(np.array([[1, NAN, 0], [2, 3, 4]]), ["A", "B"], {"one": [0, 1], "two": [2]}).set_index("unit")

    assert table.loc["A", ["missing", "zero", "missing_or_zero"]].tolist() == [1, 1, 2]
    assert table.loc["A", ["available", "nonzero", "one", "two"]].tolist() == pytest.approx([2 / 3, 0.5, 0.5, 1])
    assert table.loc["B", "available"] == 1


@pytest.mark.parametrize("method", ["pearson", "spearman", "kendall"])
def test_correlations_with_gaps_are_those_of_the_units_that_have_both(method):
    """Each pair against SciPy on its complete rows."""
    values = np.random.default_rng(5).normal(size=(30, 4))
    values[:, 1] += values[:, 0]
    values[:, 3] = values[:, 3].round()
    values[[1, 5], 0], values[[2, 5, 9], 1] = NAN, NAN
    peer = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}[method]

    found = correlations(values, method)

    for one in range(4):
        for other in range(one):
            both = ~np.isnan(values[:, [one, other]]).any(axis=1)
            assert found.n[one, other] == both.sum()
            theirs = peer(values[both, one], values[both, other])
            assert found.r[one, other] == pytest.approx(theirs.statistic)
            assert method != "pearson" or found.p[one, other] == pytest.approx(theirs.pvalue)


def test_probability_of_spearman_is_exact_for_few_units():
    """Of the 24 orders of 4 units, two are as extreme as the identity."""
    assert correlations(np.array([[1, 10], [2, 20], [3, 30], [4, 40.0]]), "spearman").p[0, 1] == pytest.approx(2 / 24)


def test_correlations_of_large_numbers_close_together():
    """Numbers of 1e9 that differ in the last digits keep their correlation."""
    values = np.random.default_rng(7).normal(size=(50, 2))
    values[:, 1] += values[:, 0]

    assert correlations(values + 1e9).r[0, 1] == pytest.approx(correlations(values).r[0, 1], abs=1e-6)


def test_alpha_of_two_members():
    """Of two members with variance 1 and correlation r alpha is 2r / (1 + r)."""
    first = np.array([-1, -1, 1, 1.0])
    second = np.array([-1, 1, -1, 1.0])
    assert cronbach(np.column_stack([first, (0.5 * first + np.sqrt(0.75) * second)])) == pytest.approx(2 * 0.5 / 1.5)


def test_alpha_of_members_alike_is_one():
    """A member three times over, and without any one of them."""
    values = np.repeat(np.arange(5.0)[:, None], 3, axis=1)

    assert cronbach(values) == pytest.approx(1)
    assert without_each(values) == pytest.approx([1, 1, 1])
    assert np.isnan(cronbach(values[:, :1]))


def test_components_of_two_members():
    """Eigenvalues 1 + r and 1 - r, loadings of 45 degrees."""
    first = np.array([-1, -1, 1, 1.0])
    made = components(np.column_stack([first, (0.6 * first + 0.8 * np.array([-1, 1, -1, 1.0]))]))

    assert made.eigenvalues == pytest.approx([1.6, 0.4])
    assert made.explained == pytest.approx([0.8, 0.2])
    assert np.abs(made.loadings) == pytest.approx(np.full((2, 2), np.sqrt(0.5)))
    assert made.loadings[:, 0] == pytest.approx(np.full(2, np.sqrt(0.5)))


def test_components_need_members_that_vary():
    """One member that varies is no dimension; a constant one beside two has the loading 0."""
    values = np.random.default_rng(3).normal(size=(9, 3))
    values[:, 2] = 4

    assert components(values[:, [0, 2]]) is None
    assert (components(values).loadings[2] == 0).all()


def test_main_effects_of_independent_members():
    """Of a sum with weights 2 and 1 of independent members of equal variance the shares are 4/5 and 1/5."""
    grid = np.linspace(-1, 1, 61)
    first, second = (each.ravel() for each in np.meshgrid(grid, grid))
    score = 2 * first + second

    effects = np.array([correlation_ratio(first, score), correlation_ratio(second, score)])

    assert effects == pytest.approx([0.8, 0.2], abs=0.02)
    assert shares(effects) == pytest.approx([0.8, 0.2], abs=0.02)


def test_main_effect_sees_what_correlation_does_not():
    """A score that is the square of a member: correlation 0, main effect 1."""
    member = np.linspace(-1, 1, 101)

    assert abs(np.corrcoef(member, member**2)[0, 1]) < 1e-12
    assert correlation_ratio(member, member**2) > 0.98


def test_main_effect_of_noise_is_small():
    """A member that has nothing to do with the score."""
    rng = np.random.default_rng(11)

    assert correlation_ratio(rng.normal(size=300), rng.normal(size=300)) < 0.1
