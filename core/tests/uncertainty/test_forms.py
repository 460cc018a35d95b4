"""What draws make of the means that aggregators declare."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import assess
from hubrank.uncertainty.programs import forms_of, why_composed

ZERO = {"method": "geometric", "nonpositive": "zero"}
CASES = [
    ({"aggregation": {"method": "harmonic"}}, {}),
    ({"aggregation": {"method": "median"}}, dict.fromkeys("ab", "the method median has no closed form")),
    (
        {"aggregation": {"method": "sum"}},
        dict.fromkeys("ab", "the method sum uses raw weights instead of shares"),
    ),
    (
        {"weighting": {"method": "entropy"}},
        dict.fromkeys("ab", "the weighting entropy depends on the scores"),
    ),
    ({"dimensions": {"b": {"post_processing": ["best-100"]}}}, {"b": "the step best-100 follows the aggregation"}),
    ({"dimensions": {"b": {"post_processing": ["best-100"], "parent_uses": "raw"}}}, {}),
    (
        {"aggregation": ZERO, "normalisation": {"method": "min-max", "range": [0, 1]}},
        dict.fromkeys("ab", "the method geometric is not defined for some of its scores"),
    ),
]


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_why_draws_are_composed(make, changes, expected):
    """A dimension that is no mean of shares, learns its weights or goes through a step is composed, and says why."""
    plan, measurement = make(**changes)
    nodes = analysis_of(plan, (measurement,)).variants.nominal().nodes
    found = why_composed(plan, nodes)

    assert {name: why for name, why in found.items() if name != "index"} == expected
    assert (forms_of(plan, nodes) is None) == bool(expected)


def test_the_outcome_says_so(make):
    """Anyone who shows the draws can say it in a sentence."""
    plan, measurement = make(dimensions={"a": {"aggregation": {"method": "median"}}})
    outcome = assess(compose(plan, measurement), (measurement,), draws=50)

    assert outcome.composed == ("draws use the full computation: in a, the method median has no closed form",)


def test_noise_that_leads_out_of_a_mean_is_refused_as_composing_refuses_it(make):
    """Values around 2 with noise of 3 are below 0 in some draws, which a geometric mean cannot take."""
    plan, measurement = make(
        normalisation={"method": "none"},
        aggregation={"method": "geometric"},
        robustness={"noise": {"a1": {"absolute": 3}}},
    )

    with pytest.raises(ScenarioError, match=r"member 'a1' has \d+ values that are not above 0"):
        assess(compose(plan, measurement), (measurement,), draws=500)


def test_noise_that_leads_out_of_a_mean_is_what_the_mean_says_there(make):
    """With `nonpositive = zero` and a cap, the draws in which the noise meets the cap have the score 0."""
    plan, measurement = make(
        normalisation={"method": "goalposts", "goalposts": [0, 9], "cap": True},
        aggregation=ZERO,
        robustness={"noise": {"a1": {"absolute": 3}}},
    )
    analysis = analysis_of(plan, (measurement,))
    ready = analysis.ready(())
    scores = analysis.scores(ready, analysis.design.block(0).part(slice(0, 200)))

    assert not np.isnan(scores).any()
    assert 0.05 < (scores == 0).mean() < 0.5
