"""Aggregation, by hand."""

import re

import numpy as np
import pytest
from hubrank.methods.aggregation import preferences, weighted_sum
from hubrank.methods.builtins import AGGREGATORS
from hubrank.plugin import MethodError

METHODS = {each.name: each for each in AGGREGATORS}


@pytest.fixture
def score(context):
    """The scores of units, one row each, by a method; equal weights unless they are given."""

    def of(name, rows, weights=None, **options):
        scores = np.array(rows, dtype=float)[None]
        record = METHODS[name]
        given = np.ones(scores.shape[-1]) if weights is None else np.array(weights, dtype=float)
        given = np.atleast_2d(given)[None]
        if record.weights == "shares":
            given = given / given.sum(axis=-1, keepdims=True)
        return record.apply(scores, given, context(*scores.shape[1:]), record.options(**options))[0].tolist()

    return of


@pytest.mark.parametrize(
    ("name", "rows", "weights", "options", "expected"),
    [
        ("arithmetic", [[1, 5]], [1, 3], {}, [4]),  # (1 + 3 * 5) / 4
        ("geometric", [[1, 16]], None, {}, [4]),
        ("geometric", [[2, 16]], [2, 1], {}, [4]),  # 2 * 2 * 16 to the third
        ("geometric", [[0, 8]], None, {"shift": 1}, [2]),  # the root of (0 + 1) * (8 + 1) is 3, less 1
        ("geometric", [[4, 0], [4, 1]], [[1, 0], [1, 1]], {}, [4, 2]),  # a score of 0 with weight 0 is no score
        ("harmonic", [[3, 6]], None, {}, [4]),  # 2 / (1/3 + 1/6)
        # The p-th root of the mean of powers, where a peer divides by p, or with a missing value gives 1 or nothing.
        ("generalised-mean", [[1, 7]], None, {"p": 1}, [4]),
        ("generalised-mean", [[1, 7]], None, {"p": 2}, [25**0.5]),
        ("generalised-mean", [[1, 7]], None, {"p": -1}, [2 / (1 + 1 / 7)]),
        ("generalised-mean", [[1, 7]], None, {"p": 0}, [7**0.5]),
        ("generalised-mean", [[3, 1, 5]], [[1, 0, 1]], {"p": 2}, [17**0.5]),
        # A large power tends to the maximum, a small one to the minimum, without overflow.
        ("generalised-mean", [[100, 50]], None, {"p": 500}, [100 * 0.5 ** (1 / 500)]),
        ("generalised-mean", [[100, 50]], None, {"p": -500}, [50 * 0.5 ** (-1 / 500)]),
        # Sum and product take raw weights.
        ("sum", [[3, 5]], [2, 1], {}, [11]),
        ("product", [[3, 5]], [2, 1], {}, [45]),
        ("product", [[0, 5]], None, {}, [0]),
        # Of extremes and the median members of weight 0 count for nothing.
        ("minimum", [[1, 5, 9, 100]], [0, 1, 1, 1], {}, [5]),
        ("maximum", [[1, 5, 9, 100]], [1, 1, 1, 0], {}, [9]),
        ("median", [[1, 5, 9, 100]], [1, 1, 1, 0], {}, [5]),
        ("median", [[1, 5, 9, 100]], None, {}, [7]),
        ("median", [[1, 5, 9, 100]], [5, 1, 1, 1], {}, [1]),
        # Half to the best half and half to the rest is the mean of two, whatever a third has with weight 0.
        ("owa", [[1, 10, 4]], None, {"positions": (0.5, 0.3, 0.2)}, [6.4]),
        ("owa", [[1, 10, 99]], [1, 1, 0], {"positions": (0.5, 0.5)}, [5.5]),
        # Of 90 and 110: the mean 100 and the variance 100, so a penalty of 1, off or on.
        ("mazziotta-pareto", [[90, 110]], None, {}, [99]),
        ("mazziotta-pareto", [[90, 110]], None, {"penalty": "added"}, [101]),
        ("mazziotta-pareto", [[90, 110]], None, {"divisor": "n-1"}, [98]),
        # Without smoothing and with the full penalty the minimum, without penalty the mean.
        ("mean-min", [[2, 6]], None, {"penalty": 1, "smoothness": 0}, [2]),
        ("mean-min", [[2, 6]], None, {"penalty": 0}, [4]),
        ("mean-min", [[1, 7]], None, {"penalty": 0.5, "smoothness": 4}, [3.5]),
        # The first beats both others, which are equal in two members and split the third two to one.
        ("copeland", [[3, 3, 3], [2, 2, 1], [1, 2, 2]], None, {}, [2, -1, -1]),
        ("copeland", [[9, 1, 9], [1, 2, 1]], [[1, 1, 0], [0, 1, 1]], {}, [-1, 1]),  # in the one that both have
        ("copeland", [[1, 1, 0], [0, 0, 1]], [0.1, 0.2, 0.3], {}, [0, 0]),  # 0.1 + 0.2 against 0.3 is a tie
        # How many are worse, equal ones half; who lacks a member is not counted in it.
        ("borda", [[3, 1], [2, 1], [1, 5]], None, {}, [1.25, 0.75, 1]),
        ("borda", [[3, 1], [2, 1], [1, 5]], [[1, 1], [1, 1], [0, 1]], {}, [0.75, 0.25, 2]),
    ],
)
def test_by_hand(score, name, rows, weights, options, expected):
    """Each aggregator's scores, as they are worked out beside them."""
    assert score(name, rows, weights, **options) == pytest.approx(expected, rel=1e-12)


def test_geometric_counted_from_the_top(score):
    """A risk index: 10 less the mean of 10 - score on a scale from 1 to 10, as by hand in three steps."""
    scores = np.array([4.0, 9.0])
    scaled = (10 - scores) / 10 * 9 + 1
    by_hand = (10 - np.sqrt(scaled.prod())) / 9 * 10

    assert score("geometric", [scores], shift=10 / 9, counted_from=10) == pytest.approx([by_hand])


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
        ({"counted_from": 3}, "is not below 3 (counted_from = 3); raise counted_from, or normalise"),
        ({"counted_from": 3, "shift": 0.5}, "is not below 3.5 (counted_from = 3, shift = 0.5); raise"),
        ({"shift": -0.0}, "is not above 0; normalise"),
        ({"counted_from": 3, "nonpositive": "zero"}, "is above 3 (counted_from = 3); raise counted_from, or cap"),
    ],
)
@pytest.mark.parametrize("name", ["geometric", "harmonic"])
def test_the_mark_that_a_mean_counts_from_is_the_cause(score, name, options, what):
    """3.9 is above 0, and 3 less it is not: the error is about the score, not about its distance from the mark."""
    low = 3.9 if "counted_from" in options else 0

    with pytest.raises(MethodError, match=re.escape(f"'a' has 1 value that {what}")):
        score(name, [[low, 1], [2, 1]], **options)


def test_the_shift_of_a_mean_is_part_of_the_cause(score):
    """-1.5 and a shift of 1 make -0.5: scores must be above -1. Squares take the mark itself, and nothing beyond it."""
    with pytest.raises(MethodError, match=re.escape("'a' has 1 value that is not above -1 (shift = 1); normalise")):
        score("geometric", [[-1.5, 1]], shift=1)
    with pytest.raises(MethodError, match=re.escape("'a' has 1 value that is below -1 (shift = 1); normalise")):
        score("generalised-mean", [[-1.5, 1]], p=2, shift=1)


def test_owa_by_orness(score):
    """One half is the arithmetic mean; more leans to the best, less to the worst."""
    means = [score("owa", [[1, 2, 6]], orness=orness)[0] for orness in (0.2, 0.5, 0.8)]

    assert means[1] == pytest.approx(3)
    assert means == sorted(means)


@pytest.mark.parametrize("places", [2, 3, 7])
@pytest.mark.parametrize("orness", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_the_orness_asked_is_the_orness_given(score, places, orness):
    """Yager's is the mean of (m - k) / (m - 1) by the weights v of the places.

    A unit whose best k members have 1 and whose others have 0 scores v1 + ... + vk.
    """
    worth = score("owa", np.tri(places), orness=orness)
    weights = np.diff(worth, prepend=0)

    assert weights @ np.arange(places - 1, -1, -1) / (places - 1) == pytest.approx(orness, rel=1e-12)


def test_orness_is_that_of_the_members_that_a_unit_has(score):
    """Of two members the better one weighs the orness, whether there is a third that the unit lacks or not."""
    assert score("owa", [[1, 0, 9], [1, 0, 0]], [[1, 1, 0], [1, 1, 1]], orness=0.3)[0] == pytest.approx(0.3)


def test_mazziotta_pareto_of_z_scores_around_0(score):
    """A mean of 0 has no coefficient of variation."""
    with pytest.raises(MethodError, match="1 unit with a mean of 0 or below; normalise by z-score"):
        score("mazziotta-pareto", [[-1, 1], [1, 2]])


def test_borda_with_gaps_adds_up_the_preferences_over_each_other_unit(score):
    """Member by member and pair by pair; two that have no member in common have a half each, as fellows that tie."""
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 4, size=(9, 4)).astype(float)
    weights = (rng.random((9, 4)) > 0.4) * np.array([1.0, 2, 3, 4])
    weights[0], weights[1] = [1, 0, 0, 4], [0, 2, 3, 0]
    pairs = preferences(rows[None], weights[None])[0]

    assert np.isnan(pairs[0, 1])
    np.fill_diagonal(pairs, 0)
    assert score("borda", rows, weights) == pytest.approx(np.where(np.isnan(pairs), 0.5, pairs).sum(axis=1))


def test_copeland_with_gaps_is_independent_of_the_order_of_units(score):
    """A pair is compared in the members that both have; in a peer the lower row wins the missing ones."""
    rng = np.random.default_rng(0)
    rows = rng.integers(0, 5, size=(9, 4)).astype(float)
    weights = (rng.random((9, 4)) > 0.3) * np.array([1.0, 2, 3, 4])
    made = score("copeland", rows, weights)
    turned = score("copeland", rows[::-1], weights[::-1])

    assert turned[::-1] == made


def test_dominance_survives_sums_of_floats():
    """A unit that is better throughout is preferred by a share of 1, whatever the weights add up to."""
    weights = np.random.default_rng(1).random((1000, 1, 1, 5))
    scores = np.stack([np.ones(5), np.zeros(5)])[None, None]

    assert np.abs(preferences(scores, weights)[:, 0, 0, 1] - 1).max() < 1e-12


def test_copeland_in_blocks(score, monkeypatch):
    """Many units are compared a few rows at a time, with the same outcome."""
    rows = np.random.default_rng(2).integers(0, 9, size=(23, 3))
    whole = score("copeland", rows)
    monkeypatch.setattr("hubrank.methods.aggregation._AT_ONCE", 50)

    assert score("copeland", rows) == whole


def test_weighted_sum_does_not_copy_a_slice_of_members():
    """Members that lie side by side in a larger array are summed where they are, draws in one product."""
    whole = np.arange(120.0).reshape(2, 6, 10)
    part, weights = whole[..., 3:7], np.random.default_rng(3).random((8, 1, 1, 4))
    expected = (part * weights).sum(axis=-1)

    assert weighted_sum(part, weights) == pytest.approx(expected)
    assert weighted_sum(part, weights[0]) == pytest.approx(expected[0])
    assert weighted_sum(part, np.broadcast_to(weights, (8, 2, 6, 4))) == pytest.approx(expected)
