"""Scores, ranges and moves as texts."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.ranking.intervals import moved_text
from hubrank.testing.made_up import small_ranking


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


def test_decimals_of_the_scenario(lab):
    """With 2 decimals half-up 1.005 reads as the 1.01 that it is ranked as; so does a dimension's score."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1.005,1.005\nBBB,2024,12.3456,12.3456\n")
    ranking = lab.rank('[ranking]\ndecimals = 2\nrounding = "half-up"')

    assert [ranking.score_text(0, unit) for unit in (0, 1)] == ["1.01", "12.35"]
    assert ranking.score_text(0, 0, "life") == "1.01"
    assert "<td>1.01</td>" in ranking._repr_html_()
