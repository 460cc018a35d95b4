"""Values worked out elsewhere."""

import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import Context, Member, MethodError, Units
from hubrank_mcda.imputation import (
    ExpectationOptions,
    MultipleOptions,
    NeighboursOptions,
    RegressionOptions,
    expectation_maximisation,
    multiple,
    nearest_neighbours,
    regression,
)
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

NAN = np.nan


@pytest.fixture
def context():
    """Make a context for values `(editions, units, members)`."""

    def make(values, paths=None, seed=0):
        editions, units, members = values.shape
        frame = pd.DataFrame({"name": range(units)}, index=[f"U{at}" for at in range(units)])
        return Context(
            editions=tuple(range(2020, 2020 + editions)),
            units=Units(frame=frame),
            members=tuple(Member(name=f"m{at}", path=(paths or "x" * members)[at]) for at in range(members)),
            rng=np.random.default_rng(seed),
        )

    return make


def test_nearest_neighbour_minds_no_unit_of_measure(context):
    """The last unit is like the second in both members, however large the numbers of one are."""
    values = np.array([[[1.0, 1000, 5], [2, 2000, 7], [9, 9000, 1], [2.1, 2100, NAN]]])
    assert nearest_neighbours(values, context(values), NeighboursOptions(neighbours=1))[0, 3, 2] == pytest.approx(7)


def test_a_level_decides_who_learns_from_whom(context):
    """Members of another dimension are not looked at: the gap's own has nothing to be near by."""
    values = np.array([[[1.0, 5], [2, 7], [9, 1], [2, NAN]]])
    filled = nearest_neighbours(values, context(values, paths="xy"), NeighboursOptions(neighbours=1, level=1))

    assert np.isnan(filled[0, 3, 1])


def test_regression_finds_a_straight_line(context):
    """Y = 3 x + 1 for all units that have both, so for the one that has x = 4.5 it is 14.5."""
    x = np.append(np.arange(20.0), 4.5)
    values = np.stack([x, 3 * x + 1], axis=-1)[None]
    values[0, 20, 1] = NAN

    assert regression(values, context(values), RegressionOptions())[0, 20, 1] == pytest.approx(14.5, rel=1e-3)


def test_expectation_maximisation_of_one_gap_is_the_regression(context):
    """With x whole, Anderson's closed form of the likelihood's maximum is the least-squares line of those with both."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=30)
    y = 2 * x + rng.normal(size=30)
    values = np.stack([x, y], axis=-1)[None]
    values[0, 25:, 1] = NAN
    slope, offset = np.polyfit(x[:25], y[:25], 1)
    filled = expectation_maximisation(values, context(values), ExpectationOptions(tolerance=1e-10))

    assert filled[0, 25:, 1] == pytest.approx(offset + slope * x[25:], abs=1e-6)


@pytest.mark.long
def test_expectation_maximisation_is_the_maximum_of_the_likelihood(context):
    """With missing values all over, its values are those of the mean and covariance that a general optimiser finds."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(40, 1)) + rng.normal(size=(40, 3))
    values[rng.random((40, 3)) < 0.2] = NAN
    values = values[~np.isnan(values).all(axis=1)]
    there = ~np.isnan(values)

    def normal(point):
        root = np.zeros((3, 3))
        root[np.tril_indices(3)] = point[3:]
        return point[:3], root @ root.T

    def loss(point):
        mean, covariance = normal(point)
        return -sum(
            multivariate_normal.logpdf(row[has], mean[has], covariance[np.ix_(has, has)])
            for row, has in zip(values, there, strict=True)
        )

    mean, covariance = normal(minimize(loss, [0, 0, 0, 1, 0, 1, 0, 0, 1], method="BFGS").x)
    expected = values.copy()
    for row, has in zip(expected, there, strict=True):
        slope = np.linalg.solve(covariance[np.ix_(has, has)], covariance[np.ix_(has, ~has)])
        row[~has] = mean[~has] + (row[has] - mean[has]) @ slope

    filled = expectation_maximisation(values[None], context(values[None]), ExpectationOptions())[0]

    assert filled == pytest.approx(expected, abs=1e-4)


def test_expectation_maximisation_of_more_members_than_units(context):
    """There is no maximum: it says so and what to set, with which it works."""
    values = np.random.default_rng(5).normal(size=(1, 6, 8))
    values[0, 0, 0] = values[0, 1, 1] = NAN

    with pytest.raises(MethodError, match=r"ridge: .* more than the units allow; set it above 0, such as 0.01"):
        expectation_maximisation(values, context(values), ExpectationOptions())
    assert not np.isnan(expectation_maximisation(values, context(values), ExpectationOptions(ridge=0.1))).any()


def test_expectation_maximisation_that_does_not_settle(context):
    """It says so and what to set."""
    values = np.random.default_rng(2).normal(size=(1, 10, 3))
    values[0, :4, 0] = NAN

    with pytest.raises(MethodError, match="rounds: no convergence in 1"):
        expectation_maximisation(values, context(values), ExpectationOptions(rounds=1))


@pytest.mark.long
def test_multiple_imputation_draws_around_the_prediction(context):
    """The same seed gives the same draw, another seed another, and the mean of many is the regression's value."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    values = np.stack([x, x + 0.5 * rng.normal(size=60)], axis=-1)[None]
    values[0, 0, 1] = NAN
    draws = [multiple(values, context(values, seed=seed), MultipleOptions(rounds=2))[0, 0, 1] for seed in range(200)]
    predicted = regression(values, context(values), RegressionOptions())[0, 0, 1]

    assert multiple(values, context(values, seed=7), MultipleOptions(rounds=2))[0, 0, 1] == draws[7]
    assert np.std(draws) == pytest.approx(0.5, rel=0.3)
    assert np.mean(draws) == pytest.approx(predicted, abs=0.15)
