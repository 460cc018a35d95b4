"""Intervals of ranks as texts, and the ranks that lie outside them."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.ranking.intervals import outside, range_text
from hubrank.testing.made_up import small_ranking


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
    """Both ends, or the one that they are; a mark where the rank lies outside, nothing where no draw ranks the unit."""
    assert range_text(low, high, away) == text


def test_outside():
    """Below the lower end, above the upper; the ends are inside, and what has no rank or no interval is not outside."""
    ranks = np.array([[1.0, 2, 3, 4, np.nan, 6]])
    low = np.array([[2.0, 2, 1, 1, 1, np.nan]])
    high = np.array([[3.0, 2, 3, 3, 1, np.nan]])

    assert outside(ranks, low, high).tolist() == [[True, False, False, True, False, False]]
    assert not outside(ranks, None, None).any()


def test_what_is_said_of_ranges_is_one_caveat():
    """A note alone is one; no intervals and no note is none."""
    ranking = small_ranking()
    noted = evolve(ranking, ranges_note="none, since it is a test")

    assert [each for each in ranking.caveats() if each.kind == "ranges"] == []
    assert [str(each) for each in noted.caveats()][-1] == "ranges: none, since it is a test"
