"""What `change` and `whatif` answer in Python."""

import hubrank
import pandas as pd
import pytest


@pytest.fixture
def ranked():
    """Three towns in two years, two indicators of equal weight on scales of 0 to 100."""
    return hubrank.rank(
        pd.DataFrame(
            {
                "unit": list("ABCABC"),
                "year": [2022] * 3 + [2023] * 3,
                "Income": [0, 5, 10, 8, 5, 10],
                "Safety": [2, 3, 4, 2, 3, 4],
            }
        ),
        weight_uncertainty=0,
    )


def test_places_and_scores_are_those_of_the_ranking(ranked):
    """A: 0 and 0 in 2022; in 2023 income 3/5 of 100, so that its mean rises from 0 to 30 and its rank stays 3."""
    made = ranked["A"].diff()
    parts = made.table()[["own", "scale"]].to_numpy().sum()

    assert made.record.score == pytest.approx(30)
    assert parts == pytest.approx(30)
    assert made.table().loc[0, ["before", "after"]].tolist() == [0, 8]


def test_moves(ranked):
    """B falls on the income scale from 50 to 0 and to the last place; without doubts no move exceeds them."""
    made = ranked.diff().table()

    assert dict(zip(made["code"], made["places"], strict=True)) == {"A": 1, "B": -1, "C": 0}


def test_what_it_takes(ranked):
    """B has 0 and 50. Income of 10 gives 100 and 50: 75, behind C's 100; both together reach C."""
    made = ranked["B"].whatif(1)

    assert made.table("alone")["reached"].tolist() == [False, False]
    assert made.table("together")["required"].tolist() == pytest.approx([10, 4])
    assert made.notes == ("0 indicators alone would do", "together: reaches rank 1")
