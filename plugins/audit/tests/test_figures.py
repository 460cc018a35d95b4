"""Values of an audit, worked out by hand or by other means."""

import numpy as np
import pytest
from hubrank_audit.main_effects import Smoother, bands, correlation_ratio, influence, shares, shares_by_weight
from hubrank_audit.statistics import (
    components,
    correlation_intervals,
    correlations,
    coverage,
    cronbach,
    holm,
    statistics,
    without_each,
)
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
    """Nineteen equal units and one a hundred times as large."""
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


def test_alpha_of_identical_members_is_one():
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


def test_main_effects_of_resampled_units_are_those_of_units_many_times_over():
    """Each fit by least squares on the units as often as they are drawn, weighted by the kernel around a unit."""
    rng = np.random.default_rng(2)
    member, score = rng.normal(size=(2, 12))
    counts = rng.multinomial(12, np.full(12, 1 / 12), size=1).T.astype(float)
    smoother = Smoother(member)
    scaled = (member - member.mean()) / member.std()
    width = np.geomspace(0.08, 4.0, 14)[10]
    fit = []
    for at in scaled:
        root = np.sqrt(np.exp(-0.5 * ((scaled - at) / width) ** 2) * counts[:, 0])
        line = np.linalg.lstsq(np.column_stack([root, root * (scaled - at)]), root * score, rcond=None)[0]
        fit.append(line[0])
    drawn = np.repeat(np.arange(12), counts[:, 0].astype(int))

    expected = np.var(np.array(fit)[drawn]) / np.var(score[drawn])
    assert smoother.resampled(score, counts, 10) == pytest.approx([expected])


def test_members_that_count_by_their_weights_have_the_influence_of_their_weights():
    """On average over the samples; a band is the wider the fewer units there are."""
    rng = np.random.default_rng(4)
    weights = np.array([0.5, 0.3, 0.2])
    many, few = (shares_by_weight(rng.normal(size=(units, 3)), weights, rng) for units in (300, 20))

    assert many.mean(axis=0) == pytest.approx(weights, abs=0.02)
    assert (np.diff(bands(few)) > 1.5 * np.diff(bands(many))).all()


def test_a_share_of_the_importance_is_distinguished_from_chance():
    """Of two members of one weight, equal ones lie in their bands; one that varies a third as much lies below."""
    rng = np.random.default_rng(6)
    equal = rng.normal(size=(40, 2))
    for spread, outside in ((1, False), (1 / 3, True)):
        members = equal * [1, spread]
        made = influence("index", members, members.mean(axis=1), np.array([0.5, 0.5]))
        assert (made.shares[1] < bands(made.by_weight)[1, 0]) == outside
        assert made.intervals[1, 0] < made.shares[1] < made.intervals[1, 1]
        assert (made.intervals[1, 1] < 0.5) == outside


def test_few_units_have_no_interval_of_a_share():
    """Nine get their shares, and no more; ten have intervals."""
    members = np.random.default_rng(8).normal(size=(10, 2))
    nine, ten = (influence("index", part, part.mean(axis=1), np.array([0.5, 0.5])) for part in (members[:9], members))

    assert nine.shares.sum() == pytest.approx(1)
    assert np.isnan(nine.intervals).all()
    assert np.isnan(bands(nine.by_weight)).all()
    assert not np.isnan(ten.intervals).any()


def test_intervals_of_correlations():
    """Pearson's is hardly wider than SciPy's where values are even; Spearman's of 0.5 for 28 units by hand."""
    values = np.column_stack([np.arange(28.0), np.random.default_rng(1).permutation(28.0 * np.arange(28))])
    low, high = correlation_intervals(values, correlations(values))
    theirs = stats.pearsonr(values[:, 0], values[:, 1]).confidence_interval(0.9)
    assert theirs.low - 0.04 < low[0, 1] <= theirs.low
    assert theirs.high <= high[0, 1] < theirs.high + 0.04

    found = correlations(values, "spearman")
    found.r[0, 1] = 0.5
    low, high = correlation_intervals(values, found, "spearman")
    assert (low[0, 1], high[0, 1]) == pytest.approx((0.198, 0.715), abs=0.001)


def test_a_far_unit_makes_the_interval_of_a_correlation_wide():
    """Twenty units without relation and one far in both: 0.78 is hardly more than 0, where Fisher's alone says 0.58."""
    rng = np.random.default_rng(3)
    values = np.vstack([rng.normal(size=(20, 2)), [[12, 12]]])
    found = correlations(values)
    low, _ = correlation_intervals(values, found)

    assert found.r[0, 1] == pytest.approx(0.78, abs=0.01)
    assert low[0, 1] < 0.2


def test_probabilities_adjusted_as_holm_does():
    """p.adjust of R: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02."""
    assert holm(np.array([0.01, NAN, 0.04, 0.03, 0.005])) == pytest.approx([0.03, NAN, 0.06, 0.06, 0.02], nan_ok=True)
