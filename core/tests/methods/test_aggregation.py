"""Aggregation, by hand."""

import re

import numpy as np
import pytest
from hubrank import MethodError
from hubrank.methods.aggregation import (
    GeneralisedOptions,
    MazziottaParetoOptions,
    MeanMinOptions,
    OwaOptions,
    ShiftOptions,
    preferences,
    weighted_sum,
)
from hubrank.methods.builtins import AGGREGATORS

METHODS = {each.name: each for each in AGGREGATORS}


@pytest.fixture
def score(context):
    """The scores of units, one row each, by a method; equal weights unless they are given."""

    def of(name, rows, weights=None, options=None):
        scores = np.array(rows, dtype=float)[None]
        record = METHODS[name]
        given = np.ones(scores.shape[-1]) if weights is None else np.array(weights, dtype=float)
        given = np.atleast_2d(given)[None]
        if record.weights == "shares":
            given = given / given.sum(axis=-1, keepdims=True)
        chosen = options or record.options()
        return record.apply(scores, given, context(scores.shape[1], scores.shape[2]), chosen)[0].tolist()

    return of


def test_arithmetic(score):
    """(1 + 3 * 5) / 4 = 4."""
    assert score("arithmetic", [[1, 5]], [1, 3]) == [4]


def test_geometric(score):
    """The root of 1 * 16 is 4; 2 * 2 * 16 to the third is 4."""
    assert score("geometric", [[1, 16]]) == pytest.approx([4])
    assert score("geometric", [[2, 16]], [2, 1]) == pytest.approx([4])


def test_geometric_with_a_shift(score):
    """1 is added before and taken off after: the root of (0 + 1) * (8 + 1) is 3, less 1."""
    assert score("geometric", [[0, 8]], options=ShiftOptions(shift=1)) == pytest.approx([2])


def test_geometric_counted_from_the_top(score):
    """A risk index: 10 less the mean of 10 - score on a scale from 1 to 10, as by hand in three steps."""
    scores = np.array([4.0, 9.0])
    scaled = (10 - scores) / 10 * 9 + 1
    by_hand = (10 - np.sqrt(scaled.prod())) / 9 * 10

    assert score("geometric", [scores], options=ShiftOptions(shift=10 / 9, counted_from=10)) == pytest.approx([by_hand])


@pytest.mark.parametrize("name", ["geometric", "harmonic"])
def test_scores_of_0_or_less_are_refused(score, name):
    """The message names the member, how many values it has, and what to do."""
    with pytest.raises(
        MethodError,
        match=r"member 'b' has 2 values that are not above 0; .* range above 0, e.g. range = .1, 100., or set shift",
    ):
        score(name, [[1, 0], [2, -1], [3, 1]])


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (ShiftOptions(counted_from=3), "is not below 3 (counted_from = 3); raise counted_from, or normalise"),
        (ShiftOptions(counted_from=3, shift=0.5), "is not below 3.5 (counted_from = 3, shift = 0.5); raise"),
        (ShiftOptions(shift=-0.0), "is not above 0; normalise"),
        (ShiftOptions(counted_from=3, nonpositive="zero"), "is above 3 (counted_from = 3); raise counted_from, or cap"),
    ],
)
@pytest.mark.parametrize("name", ["geometric", "harmonic"])
def test_the_mark_that_a_mean_counts_from_is_the_cause(score, name, options, what):
    """3.9 is above 0, and 3 less it is not: what is wrong is told of the score, not of its distance from the mark."""
    low = 3.9 if options.counted_from else 0

    with pytest.raises(MethodError, match=re.escape(f"'a' has 1 value that {what}")):
        score(name, [[low, 1], [2, 1]], options=options)


def test_the_shift_of_a_mean_is_part_of_the_cause(score):
    """-1.5 and a shift of 1 make -0.5: scores must be above -1. Squares take the mark itself, and nothing beyond it."""
    with pytest.raises(MethodError, match=re.escape("'a' has 1 value that is not above -1 (shift = 1); normalise")):
        score("geometric", [[-1.5, 1]], options=ShiftOptions(shift=1))
    with pytest.raises(MethodError, match=re.escape("'a' has 1 value that is below -1 (shift = 1); normalise")):
        score("generalised-mean", [[-1.5, 1]], options=GeneralisedOptions(p=2, shift=1))


def test_scores_of_members_that_are_not_there_are_not_refused(score):
    """A score of 0 with weight 0 is no score."""
    assert score("geometric", [[4, 0], [4, 1]], [[1, 0], [1, 1]]) == pytest.approx([4, 2])


def test_harmonic(score):
    """2 / (1/3 + 1/6) = 4."""
    assert score("harmonic", [[3, 6]]) == pytest.approx([4])


@pytest.mark.parametrize(("p", "expected"), [(1, 4), (2, 25**0.5), (-1, 2 / (1 + 1 / 7)), (0, 7**0.5)])
def test_generalised_mean_takes_the_root(score, p, expected):
    """Of 1 and 7: the p-th root of the mean of powers, where a peer divides by p."""
    assert score("generalised-mean", [[1, 7]], options=GeneralisedOptions(p=p)) == pytest.approx([expected])


def test_generalised_mean_leaves_out_what_is_not_there(score):
    """With a gap a peer gives 1, or nothing."""
    made = score("generalised-mean", [[3, 1, 5]], [[1, 0, 1]], GeneralisedOptions(p=2))

    assert made == pytest.approx([17**0.5])


def test_generalised_mean_does_not_overflow(score):
    """A large power tends to the maximum, a small one to the minimum."""
    assert score("generalised-mean", [[100, 50]], options=GeneralisedOptions(p=500)) == pytest.approx([100], rel=0.01)
    assert score("generalised-mean", [[100, 50]], options=GeneralisedOptions(p=-500)) == pytest.approx([50], rel=0.01)


def test_sum_and_product_take_raw_weights(score):
    """2 * 3 + 5 = 11, 3^2 * 5 = 45."""
    assert score("sum", [[3, 5]], [2, 1]) == [11]
    assert score("product", [[3, 5]], [2, 1]) == pytest.approx([45])
    assert score("product", [[0, 5]]) == [0]


def test_extremes_and_median(score):
    """Members of weight 0 count for nothing."""
    rows, weights = [[1, 5, 9, 100]], [1, 1, 1, 0]

    assert score("minimum", rows, [0, 1, 1, 1]) == [5]
    assert score("maximum", rows, weights) == [9]
    assert score("median", rows, weights) == [5]
    assert score("median", rows) == [7]
    assert score("median", rows, [5, 1, 1, 1]) == [1]


def test_owa_by_positions(score):
    """The best weighs 0.5, the next 0.3, the last 0.2."""
    assert score("owa", [[1, 10, 4]], options=OwaOptions(positions=(0.5, 0.3, 0.2))) == pytest.approx([6.4])


def test_owa_leaves_out_what_is_not_there(score):
    """Half to the best half and half to the rest is the mean of two, whatever a third has with weight 0."""
    options = OwaOptions(positions=(0.5, 0.5))

    assert score("owa", [[1, 10, 99]], [1, 1, 0], options) == pytest.approx([5.5])


def test_owa_by_orness(score):
    """One half is the arithmetic mean; more leans to the best, less to the worst."""
    means = [score("owa", [[1, 2, 6]], options=OwaOptions(orness=orness))[0] for orness in (0.2, 0.5, 0.8)]

    assert means[1] == pytest.approx(3)
    assert means == sorted(means)


def test_mazziotta_pareto(score):
    """Of 90 and 110: the mean 100 and the variance 100, so a penalty of 1, off or on."""
    assert score("mazziotta-pareto", [[90, 110]]) == [99]
    assert score("mazziotta-pareto", [[90, 110]], options=MazziottaParetoOptions(penalty="added")) == [101]
    assert score("mazziotta-pareto", [[90, 110]], options=MazziottaParetoOptions(divisor="n-1")) == [98]


def test_mazziotta_pareto_of_z_scores_around_0(score):
    """A mean of 0 has no coefficient of variation."""
    with pytest.raises(MethodError, match="1 unit with a mean of 0 or below; normalise by z-score"):
        score("mazziotta-pareto", [[-1, 1], [1, 2]])


def test_mean_min(score):
    """Without smoothing and with the full penalty it is the minimum, without penalty the mean."""
    assert score("mean-min", [[2, 6]], options=MeanMinOptions(penalty=1, smoothness=0)) == [2]
    assert score("mean-min", [[2, 6]], options=MeanMinOptions(penalty=0)) == [4]
    assert score("mean-min", [[1, 7]], options=MeanMinOptions(penalty=0.5, smoothness=4)) == [3.5]


def test_copeland(score):
    """The first beats both others, which are equal in two members and split the third two to one."""
    assert score("copeland", [[3, 3, 3], [2, 2, 1], [1, 2, 2]]) == [2, -1, -1]


def test_copeland_with_gaps_is_independent_of_the_order_of_units(score):
    """A pair is compared in the members that both have; in a peer the lower row wins the missing ones."""
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 5, size=(9, 4)).astype(float)
    weights = (rng.random((9, 4)) > 0.3) * np.array([1.0, 2, 3, 4])
    made = score("copeland", rows, weights)
    turned = score("copeland", rows[::-1], weights[::-1])

    assert turned[::-1] == made


def test_a_pair_with_gaps_is_compared_in_what_both_have(score):
    """Of three members the pair has one in common, where the second is better."""
    assert score("copeland", [[9, 1, 9], [1, 2, 1]], [[1, 1, 0], [0, 1, 1]]) == [-1, 1]


def test_dominance_survives_sums_of_floats():
    """A unit that is better throughout is preferred by a share of 1, whatever the weights add up to."""
    weights = np.random.default_rng(1).random((1000, 1, 1, 5))
    scores = np.stack([np.ones(5), np.zeros(5)])[None, None]

    assert np.abs(preferences(scores, weights)[:, 0, 0, 1] - 1).max() < 1e-12


def test_a_tie_survives_sums_of_floats(score):
    """0.1 + 0.2 against 0.3 is a tie."""
    assert score("copeland", [[1, 1, 0], [0, 0, 1]], [0.1, 0.2, 0.3]) == [0, 0]


def test_copeland_in_blocks(score, monkeypatch):
    """Many units are compared a few rows at a time, with the same outcome."""
    rows = np.random.default_rng(2).integers(0, 9, size=(23, 3))
    whole = score("copeland", rows)
    monkeypatch.setattr("hubrank.methods.aggregation._AT_ONCE", 50)

    assert score("copeland", rows) == whole


def test_borda(score):
    """How many are worse, equal ones half; who lacks a member is not counted in it."""
    assert score("borda", [[3, 1], [2, 1], [1, 5]]) == [1.25, 0.75, 1]
    assert score("borda", [[3, 1], [2, 1], [1, 5]], [[1, 1], [1, 1], [0, 1]]) == [0.75, 0.25, 2]


def test_weighted_sum_does_not_copy_a_slice_of_members():
    """Members that lie side by side in a larger array are summed where they are, draws in one product."""
    whole = np.arange(120.0).reshape(2, 6, 10)
    part, weights = whole[..., 3:7], np.random.default_rng(3).random((8, 1, 1, 4))
    expected = (part * weights).sum(axis=-1)

    assert weighted_sum(part, weights) == pytest.approx(expected)
    assert weighted_sum(part, weights[0]) == pytest.approx(expected[0])
    assert weighted_sum(part, np.broadcast_to(weights, (8, 2, 6, 4))) == pytest.approx(expected)
