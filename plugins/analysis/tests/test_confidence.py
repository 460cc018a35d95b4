"""SMAA's confidence factors and central weights against values worked out by hand."""

from statistics import NormalDist

import numpy as np
import pytest
from hubrank.plugin import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import assess
from hubrank.uncertainty.programs import weigher
from hubrank_analysis.robustness_tables import confidence_factors, weight_rows

TWO = {"a": ["x", "y"]}
AS_THEY_ARE = {"method": "goalposts", "goalposts": [0, 1]}


def outcome_of(make, draws, **choices):
    """The outcome of a scenario, and its plan and measurement."""
    plan, measurement = make(**choices)
    return assess(compose(plan, measurement), (measurement,), draws=draws), plan, measurement


def test_alternatives_by_hand(make):
    """Under its central weights a unit is first with one of two means only, so as likely as that mean is drawn.

    U0 = (1, 0.001) passes U1 = (0.1, 0.1) from a weight of x of 0.0991 on in arithmetic means, which are twice as
    likely, and of 0.6667 on in geometric ones. The mean weight of the draws it leads is
    (2 (1 - 0.0991^2) / 2 + (1 - 0.6667^2) / 2) / (2 (1 - 0.0991) + (1 - 0.6667)) = 0.594, below 0.6667: 2 in 3.
    U1's is (2 0.0991^2 / 2 + 0.6667^2 / 2) / (2 0.0991 + 0.6667) = 0.268, above 0.0991: 1 in 3. U2 never leads.
    """
    outcome, *_ = outcome_of(
        make,
        20_000,
        units=3,
        tree=TWO,
        figures=[[[1.0, 0.001], [0.1, 0.1], [0.0005, 0.0005]]],
        normalisation=AS_THEY_ARE,
        robustness={
            "weight_uncertainty": "any",
            "aggregation": {"a": [{"method": "arithmetic", "chance": 2}, "geometric"]},
        },
    )
    x = outcome.analysis.design.weights["a"].span.start

    assert outcome.central_weights[0, :2, x] == pytest.approx([0.594, 0.268], abs=0.01)
    assert confidence_factors(outcome)[0] == pytest.approx([2 / 3, 1 / 3, np.nan], abs=0.015, nan_ok=True)


def test_noise_by_hand(make):
    """With noise of 0.1 on x, U0 leads U1 by 0.2 w - 0.2 (1 - w) with a standard error of 0.1 w times root 2."""
    outcome, *_ = outcome_of(
        make,
        4000,
        units=3,
        tree=TWO,
        figures=[[[0.6, 0.4], [0.4, 0.6], [-20.0, -20.0]]],
        normalisation={"method": "goalposts", "goalposts": [-100, 100]},
        robustness={"weight_uncertainty": "any", "noise": {"x": {"absolute": 0.1}}},
    )
    weight = outcome.central_weights[0, 0, outcome.analysis.design.weights["a"].span.start]
    lead = (0.4 * weight - 0.2) / (0.1 * weight * np.sqrt(2))

    assert 0.7 < NormalDist().cdf(lead) < 0.95
    assert confidence_factors(outcome)[0, 0] == pytest.approx(NormalDist().cdf(lead), abs=0.05)


@pytest.mark.parametrize("uncertainty", [0.5, "any", {"constraints": ["a1 >= a2"]}])
def test_weights_alone_make_it_sure_or_impossible(make, uncertainty):
    """Where only weights are uncertain it is 1 or 0, as composing with the central weights says."""
    outcome, plan, measurement = outcome_of(
        make, 5000, editions=(2023, 2024), robustness={"weight_uncertainty": uncertainty}
    )
    found = confidence_factors(outcome)
    sampler = analysis_of(plan, (measurement,)).design.weights

    led = np.argwhere(outcome.tally.ranks[:, 0] > 0)
    assert len(led) > 3
    assert np.isnan(found).sum() == found.size - len(led)
    for edition, unit in led:
        raw = weight_rows(sampler, outcome.central_weights[edition, unit][:, None])
        ranks = compose(plan, measurement, weigher(sampler, raw)).ranks
        assert found[edition, unit] == float(ranks[edition, unit] == 1)


def test_without_uncertainty_about_weights_it_is_the_probability_of_the_first_place(make):
    """Where weights are certain, central weights change nothing, and units left out count where they are ranked."""
    outcome, *_ = outcome_of(
        make,
        3000,
        robustness={"normalisation": ["min-max", "rank"], "exclude": {"indicators": True, "units": ["U0003"]}},
    )
    first = outcome.top(1)

    assert ((first > 0) & (first < 1)).sum() >= 2
    assert confidence_factors(outcome)[first > 0] == pytest.approx(first[first > 0])


def test_units_that_share_the_first_place_have_the_same_central_weights(make):
    """Of two units with the same values both lead: both get the weights and the confidence."""
    outcome, *_ = outcome_of(
        make,
        2000,
        units=3,
        tree=TWO,
        figures=[[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]],
        normalisation=AS_THEY_ARE,
        robustness={"weight_uncertainty": "any"},
    )
    x = outcome.analysis.design.weights["a"].span.start

    assert outcome.central_weights[0, :, x] == pytest.approx([0.75, 0.75, 0.25], abs=0.02)
    assert confidence_factors(outcome)[0].tolist() == [1, 1, 1]
