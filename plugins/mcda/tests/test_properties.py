"""What holds for any scores."""

import hubrank_mcda
import numpy as np
import pytest
from hubrank_mcda.majorities import PrometheeOptions, member_flows, preference
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

METHODS = ("topsis", "vikor", "spotis", "wroclaw", "promethee", "copras", "wpm", "schulze", "kemeny")
PARTS = {part.name: part for part in hubrank_mcda.hubrank_aggregators()}
MONOTONE = ("topsis", "spotis", "promethee", "wpm", "schulze")
SCORES = arrays(float, (5, 3), elements=st.integers(0, 9).map(float))
WEIGHTS = arrays(float, 3, elements=st.integers(1, 5).map(float))
FUNCTIONS = (
    PrometheeOptions(),
    PrometheeOptions(preference="u-shape", q=1),
    PrometheeOptions(preference="v-shape", p=3),
    PrometheeOptions(preference="level", q=1, p=3),
    PrometheeOptions(preference="linear", q=1, p=3),
    PrometheeOptions(preference="gaussian", s=2),
)
few = settings(max_examples=5)


@pytest.mark.parametrize("method", METHODS)
@given(scores=SCORES, weights=WEIGHTS, order=st.permutations(range(5)))
@few
def test_order_of_units_means_nothing(scored, method, scores, weights, order):
    """Units in another order have the same scores."""
    np.testing.assert_allclose(
        scored(method, scores[order], weights), scored(method, scores, weights)[order], atol=1e-9
    )


@pytest.mark.parametrize("method", MONOTONE)
@given(scores=SCORES, weights=WEIGHTS, unit=st.integers(0, 4), member=st.integers(0, 2), more=st.integers(1, 5))
@few
def test_more_is_never_worse(scored, method, scores, weights, unit, member, more):
    """A unit that gains in a member does not lose in the score."""
    better = scores.copy()
    better[unit, member] += more

    assert scored(method, better, weights)[unit] >= scored(method, scores, weights)[unit] - 1e-9


@pytest.mark.parametrize("method", METHODS)
@given(scores=SCORES, draws=arrays(float, (4, 3), elements=st.integers(1, 5).map(float)))
@few
def test_draws_of_weights_at_once(context, method, scores, draws):
    """Many weights at once give what they give one by one."""
    part = PARTS[method]
    shares = draws / draws.sum(axis=1, keepdims=True)
    made = part.apply(scores[None], shares[:, None, None, :], context(5, [1, 1, 1]), part.options())

    assert made.shape == (4, 1, 5)
    for at, share in enumerate(shares):
        alone = part.apply(scores[None], share[None, None], context(5, [1, 1, 1]), part.options())
        np.testing.assert_allclose(made[at], alone, atol=1e-9)


@pytest.mark.parametrize("options", FUNCTIONS, ids=lambda options: options.preference)
@given(scores=SCORES)
@few
def test_flows_by_sorting(options, scores):
    """Net flows by sorting are those of all pairs."""
    lead = scores[:, None] - scores[None]
    pairs = (preference(lead, options) - preference(-lead, options)).sum(axis=1) / 4

    np.testing.assert_allclose(member_flows(scores, options), pairs, atol=1e-9)
