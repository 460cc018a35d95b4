"""Scores, ranges and moves as texts, and whether a move is robust."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.testing.made_up import small_ranking

#: Of five lands of 2024: a robust move, one that is not, no move, one that no draw makes, one that all make.
AGREEMENT = np.array([0.9, 0.8999, np.nan, 0.0, 1.0])
ROBUST = np.array([True, False, False, False, True])


@pytest.fixture
def drawn():
    """The small ranking as if it had been drawn; nothing moved in the first edition."""
    agreement, robust = np.stack([np.full(5, np.nan), AGREEMENT]), np.stack([np.zeros(5, dtype=bool), ROBUST])
    return evolve(small_ranking(), agreement=agreement, robust=robust)


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [(3, 1, "▲ 2"), (1, 2.5, "▼ 1.5"), (4, 4, "="), (np.nan, 4, "new"), (4, np.nan, ""), (np.nan, np.nan, "")],
)
def test_moved(before, now, text):
    """Up is a smaller rank."""
    ranking = small_ranking()
    ranks = ranking.ranks.copy()
    ranks[:, 1] = before, now
    assert evolve(ranking, ranks=ranks).moved_text(1, 1) == text


@pytest.mark.parametrize(
    ("low", "high", "away", "text"),
    [
        (2.0, 7.0, False, "2 to 7"),
        (3.0, 3.0, False, "3"),
        (1.5, 2.0, False, "1.5 to 2"),
        (2.0, 7.0, True, "2 to 7*"),
        (3.0, 3.0, True, "3*"),
        (np.nan, np.nan, False, ""),
    ],
)
def test_range(low, high, away, text):
    """Both ends, or the one that they are; a mark where the rank lies outside, nothing if no draw ranks the unit."""
    ranking = small_ranking()
    ranks = np.full(ranking.ranks.shape, 1.0 if away else np.nan_to_num(low))
    ends = {"low": np.full(ranks.shape, low), "high": np.full(ranks.shape, high)}
    assert evolve(ranking, ranks=ranks, **ends).range_text(1, 1) == text


def test_outside():
    """Below the lower end, above the upper; the ends are inside, and what has no rank or no interval is not outside."""
    low, high = np.array([[2.0, 2, 1, 1, 1, np.nan]]), np.array([[3.0, 2, 3, 3, 1, np.nan]])
    ranking = evolve(small_ranking(), ranks=np.array([[1.0, 2, 3, 4, np.nan, 6]]))

    assert evolve(ranking, low=low, high=high).outside.tolist() == [[True, False, False, True, False, False]]
    assert not ranking.outside.any()


def test_what_is_said_of_ranges_is_one_caveat():
    """A note alone is one; no intervals and no note is none."""
    ranking = small_ranking()
    noted = evolve(ranking, ranges_note="none, since it is a test")

    assert [each for each in ranking.caveats() if each.kind == "ranges"] == []
    assert [str(each) for each in noted.caveats()][-1] == "ranges: none, since it is a test"


def test_the_legend_says_what_is_claimed_of_robust_moves(drawn):
    """Unchanged ranks are certain. If no change is robust nothing is claimed, nor if no rank is known to change."""
    assert drawn.doubtful[1].tolist() == [False, True, False, True, False]
    assert drawn.doubt_text(1) == (
        "in brackets: not robust; 2 of 4 rank changes are robust: "
        "at most 10 % of these are expected to be false if the draws cover all uncertainty"
    )
    assert (
        evolve(drawn, robust=np.zeros((2, 5), dtype=bool)).doubt_text(1)
        == "in brackets: not robust; none of 4 rank changes is"
    )
    assert drawn.doubt_text(0) == ""


def test_of_a_ranking(drawn):
    """In 2024 Beland (position 1) rose from 2 to 1; Eland (4) has no values; nothing moved in the first edition.

    Beland's change is not robust; without draws nothing is uncertain.
    """
    ranking = small_ranking()
    ranged = evolve(ranking, low=ranking.ranks, high=ranking.ranks + 1)

    assert (ranking.moved_text(1, 1), ranking.moved_text(0, 1)) == ("▲ 1", "")
    assert (ranking.doubt_text(1), ranking.doubtful.any()) == ("", False)
    assert (drawn.moved_text(1, 1), drawn.moved_text(0, 1)) == ("(▲ 1)", "")
    assert "<td>(▲ 1)</td>" in drawn._repr_html_()
    assert (ranking.range_text(1, 1), ranged.range_text(1, 1), ranged.range_text(1, 4)) == ("", "1 to 2", "")
    assert ranking.score_text(1, 1) == "0.889"
    assert ranking.score_text(1, 1, "industry") == "1.000"
    assert ranking.score_text(1, 4) == ""


def test_the_table_has_the_change_and_its_uncertainty(drawn):
    """Beland: one place up, the share, and that it is not robust; in 2023 all three are empty."""
    table = drawn.table().set_index(["edition", "unit"])[["rank_change", "agreement", "robust_change"]]

    assert table.loc[(2024, "BBB")].tolist() == [1.0, 0.8999, False]
    assert table.loc[(2024, "AAA"), "robust_change"] is True
    assert table.loc[2023].isna().all(axis=None)


def test_decimals_of_the_scenario(lab):
    """With 2 decimals half-up 1.005 reads as the 1.01 that it is ranked as; so does a dimension's score."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1.005,1.005\nBBB,2024,12.3456,12.3456\n")
    ranking = lab.rank('[ranking]\ndecimals = 2\nrounding = "half-up"')

    assert [ranking.score_text(0, unit) for unit in (0, 1)] == ["1.01", "12.35"]
    assert ranking.score_text(0, 0, "life") == "1.01"
    assert "<td>1.01</td>" in ranking._repr_html_()
