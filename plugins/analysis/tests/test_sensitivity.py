"""Shares of variance: known functions, another package's estimates, and what a ranking's choices do."""

import numpy as np
import pytest
from hubrank.plugin import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.outcome import assess
from hubrank_analysis.robustness_tables import (
    confidence_factors,
    left_out,
    sensitivity_of,
    shapley_effects,
    shapley_of,
    sobol,
)
from scipy.stats import norm, qmc

ISHIGAMI_FIRST = [0.3139, 0.4424, 0.0]
ISHIGAMI_TOTAL = [0.5576, 0.4424, 0.2437]


def ishigami(x):
    """The Ishigami function on the unit cube."""
    x = (2 * x - 1) * np.pi
    return (np.sin(x[..., 0]) + 7 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0]))[..., None]


def at_both(points):
    """Ishigami's outputs at two samples and at the first with each input of the second."""
    first, second = points[:, :3], points[:, 3:]
    swapped = []
    for at in range(3):
        mixed = first.copy()
        mixed[:, at] = second[:, at]
        swapped.append(ishigami(mixed))
    return ishigami(first), ishigami(second), [np.array(swapped)]


def test_ishigami():
    """The known indices of the Ishigami function."""
    (first, total), _ = sobol(*at_both(qmc.Sobol(6, seed=1).random(8192)))

    assert first[:, 0] == pytest.approx(ISHIGAMI_FIRST, abs=0.01)
    assert total[:, 0] == pytest.approx(ISHIGAMI_TOTAL, abs=0.01)


def test_equal_to_salib():
    """On SALib's own sample our indices are SALib's."""
    sample = pytest.importorskip("SALib.sample.sobol").sample
    analyze = pytest.importorskip("SALib.analyze.sobol").analyze
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    outputs = ishigami(sample(problem, 512, calc_second_order=False, seed=3))[:, 0]
    theirs = analyze(problem, outputs, calc_second_order=False, seed=3)
    rows = outputs.reshape(512, 5).T[..., None]

    (first, total), _ = sobol(rows[0], rows[-1], [rows[1:-1, :200], rows[1:-1, 200:]])

    assert first[:, 0] == pytest.approx(theirs["S1"], abs=1e-12)
    assert total[:, 0] == pytest.approx(theirs["ST"], abs=1e-12)


def test_errors_are_those_of_repeated_samples():
    """The standard errors of Ishigami's indices are how much estimates of 2,000 samples differ from each other."""
    rng = np.random.default_rng(0)
    found = [sobol(*at_both(rng.random((256, 6)))) for _ in range(2000)]
    indices, errors = (np.array(item)[..., 0] for item in zip(*found, strict=True))

    assert errors.mean(axis=0) == pytest.approx(indices.std(axis=0), rel=0.1)
    held = np.abs(indices - [ISHIGAMI_FIRST, ISHIGAMI_TOTAL]) <= norm.ppf(0.95) * errors
    assert (np.abs(held.mean(axis=0) - 0.9) < 0.04).all()


def test_shapley_effects_of_a_linear_gaussian_model():
    """Of x1 + x2 + x3, the last two with correlation 0.9 and deviations 1, 1, 2: Owen and Prieur (2017)."""
    rho, sigma = 0.9, np.array([1.0, 1.0, 2.0])
    covariance = np.diag(sigma**2)
    covariance[1, 2] = covariance[2, 1] = rho * sigma[1] * sigma[2]
    inputs = np.random.default_rng(2).multivariate_normal(np.zeros(3), covariance, size=4000)
    variance = covariance.sum()
    # of two dependent terms: half of what both explain, and half of what each adds to the other
    known = np.array(
        [
            sigma[0] ** 2,
            sigma[1] ** 2 * (1 - rho**2 / 2) + rho * sigma[1] * sigma[2] + rho**2 / 2 * sigma[2] ** 2,
            sigma[2] ** 2 * (1 - rho**2 / 2) + rho * sigma[1] * sigma[2] + rho**2 / 2 * sigma[1] ** 2,
        ]
    )

    effects = shapley_effects(inputs, inputs.sum(axis=1, keepdims=True), np.random.default_rng(0))

    assert effects.sum() == pytest.approx(1)
    assert effects[:, 0] == pytest.approx(known / variance, abs=0.04)


def test_what_does_nothing_has_no_share(make):
    """The weights of a dimension whose members are equal shift no rank; the other dimension's do."""
    rng = np.random.default_rng(0)
    figures = [[[each, each, *rng.lognormal(size=3)] for each in rng.lognormal(size=12)]]
    plan, measurement = make(figures=figures, robustness={"weight_uncertainty": 0.5})
    ranking = compose(plan, measurement)

    inputs, (_, total), _, alone = sensitivity_of(analysis_of(plan, (measurement,)), ranking, sample=512)
    at = inputs.index("weights of a")

    assert set(inputs) == {"weights of a", "weights of b", "weights of index"}
    assert np.nan_to_num(total[at]).max() == pytest.approx(0, abs=1e-9)
    assert alone[at].max() == 0
    assert total[:, -1].max() > 0.3


def test_every_source_is_an_input(make):
    """Alternatives, weights of each dimension, and noise are distinguished, and each alone shifts ranks."""
    robustness = {"weight_uncertainty": 0.3, "normalisation": ["min-max", "rank"], "noise": 0.2}
    plan, measurement = make(robustness=robustness)
    ranking = compose(plan, measurement)

    inputs, _, _, alone = sensitivity_of(analysis_of(plan, (measurement,)), ranking, sample=256)

    assert inputs == ("normalisation", "weights of a", "weights of b", "weights of index", "noise")
    assert (alone[:, -1] > 0).all()


@pytest.mark.parametrize(
    "robustness",
    [
        {"aggregation": ["arithmetic", "geometric"], "exclude": {"indicators": True}},
        {"normalisation": ["min-max", "rank"], "exclude": {"indicators": True, "units": True}},
    ],
)
def test_values_are_drawn_once(make, monkeypatch, robustness):
    """Values that are drawn once for all inputs give the indices and confidences of values drawn for each anew."""
    plan, measurement = make(robustness=robustness | {"weight_uncertainty": 0.3, "noise": 0.2})
    ranking = compose(plan, measurement)

    def found():
        outcome = assess(ranking, (measurement,), draws=300)
        return [*sensitivity_of(outcome.analysis, ranking, sample=256)[1:], confidence_factors(outcome)]

    def by_numbers(self, draws, at, copy, _=()):
        return self.design.block(at, copy).part(slice(0, len(draws)))

    once = found()
    monkeypatch.setattr(Analysis, "valued", by_numbers)
    for one, other in zip(once, found(), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


def test_left_out_is_the_scenario_without(make):
    """Without an indicator or a dimension ranks are those of a scenario that does not have it."""
    plan, measurement = make()
    without = dict(left_out(analysis_of(plan, (measurement,))))
    values = measurement.values[0]
    normalised = 1 + 99 * (values - values.min(axis=0)) / (values.max(axis=0) - values.min(axis=0))
    a, b = normalised[:, :2].mean(axis=1), normalised[:, 2:].mean(axis=1)

    assert set(without) == {"a", "b", "a1", "a2", "b1", "b2", "b3"}
    assert (without["a"][0] == (-b).argsort().argsort() + 1).all()
    assert (without["a1"][0] == (-(normalised[:, 1] + b) / 2).argsort().argsort() + 1).all()
    assert (without["b"][0] == (-a).argsort().argsort() + 1).all()


@pytest.mark.parametrize("gap", [False, True])
def test_left_out_with_ties_and_gaps(make, gap):
    """Units that differ in one indicator tie without it; a unit that lacks that one is ranked without it alone."""
    figures = np.array([[[9.0, 5, 5], [1, 5, 5], [4, 2, 2], [6, 8, 9]]])
    if gap:
        figures[0, 0, 0] = np.nan
    plan, measurement = make(4, {"a": ["a1"], "b": ["b1", "b2"]}, figures=figures, missing={"rule": "unranked"})
    without = dict(left_out(analysis_of(plan, (measurement,))))

    assert without["a1"].tolist() == without["a"].tolist() == [[2, 2, 4, 1]]
    assert without["b"][0, 1:].tolist() == ([3, 2, 1] if gap else [4, 3, 2])
    assert np.isnan(without["b"][0, 0]) == np.isnan(without["b1"][0, 0]) == gap


def test_shapley_effects_of_weights_sum_to_1(make):
    """Weights of a whole simplex depend on each other; their effects share out each rank's variance."""
    plan, measurement = make(robustness={"weight_uncertainty": "any"})

    found = shapley_of(analysis_of(plan, (measurement,)), sample=256)

    assert [(node, members) for node, members, _ in found] == [
        ("a", ("a1", "a2")),
        ("b", ("b1", "b2", "b3")),
        ("index", ("a", "b")),
    ]
    for _, _, effects in found:
        sums = effects.sum(axis=0)
        assert sums[~np.isnan(sums)] == pytest.approx(1)
