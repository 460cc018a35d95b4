"""What commands answer in Python."""

import hubrank
import pandas as pd
import pytest

FRAME = pd.DataFrame({"unit": list("ABC"), "Income": [0, 5, 10], "Safety": [10, 4, 0]})


@pytest.fixture
def ranked():
    """Three towns in two years, two indicators of equal weight on scales of 0 to 100."""
    return hubrank.rank(
        pd.DataFrame(
            {
                "unit": list("ABCABC"),
                "year": [2022] * 3 + [2023] * 3,
                "Income": [0, 5, 10, 9, 3, 10],
                "Safety": [2, 3, 4, 2, 3, 4],
            }
        ),
        weight_uncertainty=0,
    )


def test_places_and_scores_are_those_of_the_ranking(ranked):
    """A: 0 and 0 in 2022; in 2023 an income of 9 of 10, so that its mean rises from 0 to 45."""
    made = ranked["A"].diff()
    parts = made.table()[["own", "scale"]].to_numpy().sum()

    assert made.record.score == pytest.approx(45)
    assert parts == pytest.approx(45)
    assert made.table().loc[0, ["before", "after"]].tolist() == [0, 9]


def test_moves(ranked):
    """B falls on the income scale from 50 to 30, behind A, which rises to 90; without draws all moves are listed."""
    made = ranked.diff().table()

    assert dict(zip(made["code"], made["places"], strict=True)) == {"A": 1, "B": -1, "C": 0}


def test_what_it_takes(ranked):
    """B has 30 and 50. Income of 10 gives 100 and 50: 75, behind C's 100; both together reach C."""
    made = ranked["B"].whatif(1)

    assert made.table("alone")["reached"].tolist() == [False, False]
    assert made.table("together")["required"].tolist() == pytest.approx([10, 4])
    assert made.notes == ("0 indicators alone would do", "together: reaches rank 1")


def test_differences_are_those_of_the_ranks():
    """Turned round, the first of three becomes the last: differences -2, 2, 0, a correlation of -1."""
    frame = pd.DataFrame({"unit": list("ABC"), "Income": [1, 2, 3]})
    made = hubrank.rank(frame).compare(hubrank.rank(frame, direction={"Income": -1}))

    assert dict(zip(made.table()["unit"], made.table()["difference"], strict=True)) == {"A": 2, "B": 0, "C": -2}
    assert made.record.spearman == -1
    assert "in both: 3; in the top 3 of both: 3 of 3" in made.notes


def test_probabilities_are_of_the_draws():
    """Each unit's sum to 1. Of weights w and 1 - w A and C are equal at a half, and so are the draws around it."""
    made = hubrank.rank(FRAME, weight_uncertainty=0.25).robustness(draws=4000, seed=3)
    first = made.acceptability().query("rank == 1").set_index("unit")["probability"]

    assert made.acceptability().groupby("unit")["probability"].sum().tolist() == pytest.approx([1, 1, 1])
    assert first["A"] == pytest.approx(0.5, abs=0.03)
    assert made.record.draws == 4000
    assert made.notes[1].startswith("ranges from 4,000 draws; ")
    assert made.notes[2].startswith("the 90 % intervals of all 3 units hold at once in ")
    assert list(made.tables) == ["robustness", "acceptability", "central_weights", "pairwise", "top_sets"]


def test_without_uncertainty_there_are_no_draws():
    """The sentence of the command line."""
    with pytest.raises(hubrank.ScenarioError, match="robustness"):
        hubrank.rank(FRAME, weight_uncertainty=0).robustness()


def test_draws_or_a_precision():
    """Not both."""
    with pytest.raises(hubrank.UsageError, match="cannot be combined"):
        hubrank.rank(FRAME).robustness(draws=10, precision=0.01)
