"""Whether a move exceeds the doubt, and how it is shown."""

import numpy as np
from attrs import evolve
from hubrank.ranking.intervals import bracket, not_significant, significance_text
from hubrank.testing.made_up import small_ranking

#: Of five lands of 2024: a share at the bound, one below it, no move, no draw that ranks it twice, all draws.
ALIKE = np.array([0.9, 0.8999, np.nan, 0.0, 1.0])


def drawn():
    """The small ranking as if it had been drawn; nothing moved in the first edition."""
    return evolve(small_ranking(), alike=np.stack([np.full(5, np.nan), ALIKE]))


def test_nine_draws_of_ten_are_enough():
    """At the bound a move exceeds the doubt; what did not move is in no doubt."""
    assert not_significant(ALIKE).tolist() == [False, True, False, True, False]


def test_a_doubtful_move_is_in_brackets():
    """So that it can be told apart without colour."""
    assert (bracket(3, 1, False), bracket(3, 1, True), bracket(4, 4, False)) == ("▲ 2", "(▲ 2)", "=")


def test_the_legend_counts_moves():
    """Four moved, two by at least nine draws of ten; where nothing moved there is no legend."""
    assert significance_text(ALIKE) == "(▲ 2): less than 90 % of draws move it so; 2 of 4 moves exceed this doubt"
    assert significance_text(np.full(3, np.nan)) == ""


def test_without_draws_nothing_is_in_doubt():
    """Beland (position 1) rose by one place: a scenario without doubts has none to show."""
    ranking = small_ranking()

    assert (ranking.moved_text(1, 1), ranking.doubt_text(1), ranking.doubtful.any()) == ("▲ 1", "", False)


def test_with_draws_it_is():
    """The same move, now by 89.99 % of the draws, on the screen and in a notebook; the first edition has no moves."""
    ranking = drawn()

    assert (ranking.moved_text(1, 1), ranking.moved_text(0, 1)) == ("(▲ 1)", "")
    assert "<td>(▲ 1)</td>" in ranking._repr_html_()


def test_the_table_has_the_move_and_its_doubt():
    """Beland: one place up, the share, and that it does not exceed the doubt; in 2023 all three are empty."""
    table = drawn().table().set_index(["edition", "unit"])[["rank_change", "agreement", "robust_change"]]

    assert table.loc[(2024, "BBB")].tolist() == [1.0, 0.8999, False]
    assert table.loc[(2024, "AAA"), "robust_change"] is True
    assert table.loc[2023].isna().all(axis=None)
