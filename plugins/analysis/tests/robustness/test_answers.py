"""What `robustness` answers in Python."""

import hubrank
import pandas as pd
import pytest

FRAME = pd.DataFrame({"unit": list("ABC"), "Income": [0, 5, 10], "Safety": [10, 4, 0]})


def test_probabilities_are_of_the_draws():
    """Each unit's sum to 1. Of weights w and 1 - w A and C are equal at a half, and so are the draws around it."""
    made = hubrank.rank(FRAME, weight_uncertainty=0.25).robustness(draws=4000, seed=3)
    first = made.acceptability().query("rank == 1").set_index("unit")["probability"]

    assert made.acceptability().groupby("unit")["probability"].sum().tolist() == pytest.approx([1, 1, 1])
    assert first["A"] == pytest.approx(0.5, abs=0.03)
    assert made.record.draws == 4000
    assert list(made.tables) == ["robustness", "acceptability", "central_weights", "pairwise"]


def test_what_doubts_nothing_has_no_draws():
    """The sentence of the command line."""
    with pytest.raises(hubrank.ScenarioError, match="robustness"):
        hubrank.rank(FRAME, weight_uncertainty=0).robustness()


def test_draws_or_a_precision():
    """Not both."""
    with pytest.raises(hubrank.UsageError, match="cannot be combined"):
        hubrank.rank(FRAME).robustness(draws=10, precision=0.01)
