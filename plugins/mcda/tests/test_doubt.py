"""Benefit of the doubt by hand: two members, and a frontier of three units."""

import numpy as np
import pandas as pd
import pytest
from hubrank.io.toml import parse_toml
from hubrank.plugin import Context, Member, MethodError, Units
from hubrank_mcda import hubrank_aggregators, hubrank_weightings
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

AGGREGATOR, WEIGHTING = (
    next(part for part in hook() if part.name == "benefit-of-the-doubt")
    for hook in (hubrank_aggregators, hubrank_weightings)
)
UNITS = np.array([[1.0, 4.0], [4.0, 1.0], [2.0, 2.0], [2.0, 1.0]])
SCORES = arrays(float, (5, 3), elements=st.integers(0, 9).map(float))
few = settings(max_examples=8)


def context_of(units, members):
    """This many units and members, all weights equal."""
    codes = [f"U{at}" for at in range(units)]
    return Context(
        editions=(2024,),
        units=Units(frame=pd.DataFrame({"name": codes}, index=pd.Index(codes, name="unit"))),
        members=tuple(Member(name=f"m{at}") for at in range(members)),
        rng=np.random.default_rng(1),
    )


def options_of(**table):
    """Options as a scenario writes them."""
    made, problems = parse_toml(AGGREGATOR.options, table)

    assert problems == []
    return made


def scored(scores, weights=None, **options):
    """Scores of one edition."""
    units, members = scores.shape
    weights = np.ones((1, members)) if weights is None else np.asarray(weights, dtype=float)
    return AGGREGATOR.apply(scores[None], weights[None], context_of(units, members), options_of(**options))[0]


def weighed(scores, **options):
    """Weights of one edition."""
    return WEIGHTING.apply(scores[None], context_of(*scores.shape), options_of(**options))[0]


def test_best_weights():
    """The line through the first two units is at 0.2 and 0.2: the others have 0.8 and 0.6 of it."""
    np.testing.assert_allclose(scored(UNITS), [1, 1, 0.8, 0.6])


def test_bounded_shares():
    """With half of the score from each member, the last unit weighs them 1 : 2; the first then leads with 9 to 4."""
    np.testing.assert_allclose(scored(UNITS, low=0.5)[3], 4 / 9)


def test_bounds_of_one_member():
    """A member that may make up nothing leaves the other: 1, 4, 2 and 2 of 4."""
    np.testing.assert_allclose(scored(UNITS, members={"m1": {"high": 0.0}}), [0.25, 1, 0.5, 0.5])


def test_bounds_of_a_group():
    """Two copies of a member that make up half together are as one that does."""
    copied = UNITS[:, [0, 1, 1]]
    groups = [{"members": ["m1", "m2"], "low": 0.5, "high": 0.5}]

    np.testing.assert_allclose(scored(copied, groups=groups), scored(UNITS, low=0.5, high=0.5))


def test_missing_member_is_left_out():
    """Without its second member the last unit has 2 of the 4 of the best."""
    there = np.ones_like(UNITS)
    there[3, 1] = 0

    np.testing.assert_allclose(scored(np.where(there > 0, UNITS, 1.0), there)[3], 0.5)


def test_weights_give_the_scores():
    """The weighted sum is the score, and where many weights are best those nearest to equal shares count."""
    weights = weighed(UNITS)

    np.testing.assert_allclose((weights * UNITS).sum(axis=1), scored(UNITS), atol=1e-9)
    np.testing.assert_allclose(weights[:2], 0.2, atol=1e-7)


def test_pooled_editions():
    """Where two editions are one frontier, each unit has its weights of each edition."""
    given_ = Context(editions=(2023, 2024), units=context_of(2, 2).units, members=context_of(2, 2).members, rng=None)
    np.testing.assert_array_equal(WEIGHTING.apply(UNITS[None], given_, options_of()), weighed(UNITS).reshape(2, 2, 2))


@pytest.mark.parametrize(
    ("scores", "options", "message"),
    [
        ([[1.0, -2.0], [1.0, 1.0]], {}, "'m1' has -2; scores must be at least 0"),
        (
            [[1.0, 0.0], [1.0, 1.0]],
            {"low": 0.1},
            "unit 'U0' cannot satisfy the bounds on shares with the members that are above 0",
        ),
        ([[1.0, 2.0]], {"low": 0.6}, "shares of 2 members cannot sum to 1: their lower bounds sum to 1.2"),
        ([[1.0, 2.0]], {"members": {"m7": {}}}, "there is no member 'm7'; available: m0, m1"),
    ],
)
def test_refused(scores, options, message):
    """What cannot be is said, with the member or the unit."""
    with pytest.raises(MethodError, match=message):
        scored(np.array(scores), **options)


def test_bounds_that_enclose_nothing():
    """A low above its high is an error of the scenario."""
    _, problems = parse_toml(AGGREGATOR.options, {"low": 0.5, "high": 0.4})

    assert "low: 0 <= low <= high <= 1 must hold; got 0.5 and 0.4" in str(problems[0])


@given(scores=SCORES, order=st.permutations(range(5)))
@few
def test_order_of_units_means_nothing(scores, order):
    """Units in another order have the same scores and weights."""
    np.testing.assert_allclose(scored(scores[order]), scored(scores)[order], atol=1e-9)
    np.testing.assert_allclose(weighed(scores[order]), weighed(scores)[order], atol=1e-6)


@given(scores=SCORES, unit=st.integers(0, 4), member=st.integers(0, 2), more=st.integers(1, 5))
@few
def test_more_is_never_worse(scores, unit, member, more):
    """A unit that gains in a member does not lose in the score."""
    better = scores.copy()
    better[unit, member] += more

    assert scored(better)[unit] >= scored(scores)[unit] - 1e-9


@given(scores=SCORES)
@few
def test_bounds_cost_something(scores):
    """With bounds on shares no unit does better than without, and its shares keep them."""
    scores = scores + 1
    bounds = {"low": 0.2, "high": 0.5}
    shares = weighed(scores, **bounds) * scores
    shares /= shares.sum(axis=1, keepdims=True)

    assert (scored(scores, **bounds) <= scored(scores) + 1e-9).all()
    assert ((shares >= 0.2 - 1e-7) & (shares <= 0.5 + 1e-7)).all()
