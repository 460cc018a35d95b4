"""Scores, ranges and moves as texts."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.composing.texts import moved_text, range_text, score_text
from hubrank.scenario.scenario import RankingChoice
from hubrank.testing.small import small_ranking


@pytest.mark.parametrize(
    ("score", "choice", "text"),
    [
        (0.88888, {}, "0.889"),
        (61.2345, {}, "61.23"),
        (-10.0, {}, "-10.00"),
        (float("nan"), {}, ""),
        (0.88888, {"decimals": 1}, "0.9"),
        (1.005, {"decimals": 2, "rounding": "half-up"}, "1.01"),
        (1.005, {"decimals": 2, "rounding": "half-even"}, "1.00"),
        (1.015, {"decimals": 2, "rounding": "half-even"}, "1.02"),
        (1250.0, {"decimals": -2, "rounding": "half-up"}, "1300"),
        (61.2, {"decimals": 0}, "61"),
    ],
)
def test_score(score, choice, text):
    """With the scenario's decimals and rounding: what shares a rank reads the same. Else 2 or 3 digits."""
    assert score_text(score, RankingChoice(**choice)) == text


@pytest.mark.parametrize(("low", "high", "text"), [(2.0, 7.0, "2 to 7"), (3.0, 3.0, "3"), (1.5, 2.0, "1.5 to 2")])
def test_range(low, high, text):
    """Both ends, or the one that they are."""
    assert range_text(low, high) == text


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [(3, 1, "▲ 2"), (1, 2.5, "▼ 1.5"), (4, 4, "="), (np.nan, 4, "new"), (4, np.nan, ""), (np.nan, np.nan, "")],
)
def test_moved(before, now, text):
    """Up is a smaller rank."""
    assert moved_text(before, now) == text


def test_of_a_ranking():
    """In 2024 Beland (position 1) rose from 2 to 1; Eland (4) has no figures; nothing moved in the first edition."""
    ranking = small_ranking()
    ranged = evolve(ranking, low=ranking.ranks, high=ranking.ranks + 1)

    assert (ranking.moved_text(1, 1), ranking.moved_text(0, 1)) == ("▲ 1", "")
    assert (ranking.range_text(1, 1), ranged.range_text(1, 1), ranged.range_text(1, 4)) == ("", "1 to 2", "")
    assert ranking.score_text(1, 1) == "0.889"
    assert ranking.score_text(1, 1, "industry") == "1.000"
    assert ranking.score_text(1, 4) == ""
