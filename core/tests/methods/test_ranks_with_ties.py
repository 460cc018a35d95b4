"""Ranks along axes and among others; the vectors hold ranks of one row."""

import numpy as np
import pytest
from hubrank.methods.ranks import rank_of, ranks, ranks_among
from hubrank.numeric import NOISE
from scipy.stats import rankdata

NONE = np.nan


def test_each_row_is_ranked_by_itself():
    """Along the last axis, whatever stands before it."""
    values = np.array([[[3.0, 1, 1], [2, NONE, 5]], [[0, 0, 0], [NONE, NONE, NONE]]])

    made = ranks(values, "min", "highest")

    np.testing.assert_array_equal(made, [[[1, 2, 2], [2, NONE, 1]], [[1, 1, 1], [NONE, NONE, NONE]]])


def test_along_another_axis():
    """Down the columns; what comes out lies in memory as any other array, so that sums of it add in the same order."""
    made = ranks(np.array([[3.0, 1], [1, 1], [1, 2]]), "average", axis=0)

    np.testing.assert_array_equal(made, [[3, 1.5], [1.5, 1.5], [1.5, 3]])
    assert made.flags.c_contiguous


def test_nothing_to_rank():
    """No unit, no rank."""
    assert ranks(np.zeros((2, 0)), "max").shape == (2, 0)


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        # among 1, 3, 3, 4: 0 would be first; 3 shares the places 2 and 3; 3.5 would come after three, before 4
        ("min", [1, 2, 4, 5]),
        ("max", [1, 3, 4, 5]),
        ("average", [1, 2.5, 4, 5]),
        ("dense", [1, 2, 3, 4]),
    ],
)
def test_among_others(ties, expected):
    """Values that the others lack get the rank that they would have there."""
    reference = np.array([1.0, 3, 3, 4, NONE])[None, :, None]
    values = np.array([0.0, 3, 3.5, 9, NONE])[None, :, None]

    made = ranks_among(values, reference, ties)[0, :, 0]

    np.testing.assert_array_equal(made, [*expected, NONE])


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense"])
def test_among_the_same_values_as_among_themselves(ties):
    """Counting among others and sorting give the same where the others are the values."""
    values = np.array([2.0, 5, 2, NONE, 7, 5, 5])[None, :, None]
    longer = np.append(values, [[[NONE]]], axis=1)

    np.testing.assert_array_equal(ranks_among(values, longer, ties)[0, :, 0], ranks(values, ties, axis=1)[0, :, 0])


def test_among_the_values_of_all_editions():
    """One reference for two editions: both are ranked among the three values."""
    reference = np.array([1.0, 2, 3]).reshape(1, 3, 1)
    values = np.array([[3.0, 1], [2, NONE]]).reshape(2, 2, 1)

    np.testing.assert_array_equal(ranks_among(values, reference, "min")[..., 0], [[3, 1], [2, NONE]])


def test_noise_makes_a_tie_only_where_it_is_asked_for():
    """Values that differ in the last bit are two; scores that do are one, by the largest of their own row."""
    values = np.array([[0.1 + 0.2, 0.3, 5.0, np.inf], [0.1 + 0.2, 0.3, NONE, 0.3 + 1e-13]])

    np.testing.assert_array_equal(ranks(values, "min"), [[2, 1, 3, 4], [2, 1, NONE, 3]])
    np.testing.assert_array_equal(ranks(values, "min", noise=NOISE), [[1, 1, 3, 4], [1, 1, NONE, 3]])


def test_the_rank_of_one_is_that_among_all():
    """Without sorting: with ties, chains of values that each nearly equal the next, and missing ones."""
    values = np.array([3.0, 3 + 2e-13, 3 + 4e-13, 5, 1, NONE, 3 - 2e-13, 5])

    made = [rank_of(values, at, NOISE) for at in range(len(values))]

    np.testing.assert_array_equal(made, [3, 3, 3, 1, 7, NONE, 3, 1])
    np.testing.assert_array_equal(made, ranks(values, "min", "highest", noise=NOISE))


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense"])
def test_values_apart_by_their_last_bits_are_ranked_as_scipy_ranks_them(ties):
    """Keys give these bits to the number of the value; equal values, infinite ones and a row of gaps beside them."""
    values = 1 + np.random.default_rng(0).integers(0, 700, (3, 1000)) * 2.0**-52
    values[0, :9], values[1, :3], values[2, 5:8] = np.inf, -np.inf, np.nan
    expected = rankdata(values, ties, axis=1, nan_policy="omit")

    assert np.array_equal(ranks(values, ties), expected, equal_nan=True)
    assert np.array_equal(ranks(-values, ties, "highest"), expected, equal_nan=True)
