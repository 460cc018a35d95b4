"""Options that are guessed of a table's texts, each with what a user would take them for."""

import pytest
from hubrank.io.cell_errors import guessed, looks_like_number, readable
from hubrank.io.cells import CellFormat, number_in


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["12,5", "90.164", "1.234,5"], [12.5, 90164, 1234.5]),
        (["1,234", "2,345.5"], [1234, 2345.5]),
        (["1'234", "5.5"], [1234, 5.5]),
        (["12%", "0.5 %"], [12, 0.5]),
        (["5 (e)", "7b", ":"], [5, 7, None]),
        (["-", "n.a.", "12*"], [None, None, 12]),
        (["1,200", "950", "15.2"], [1200, 950, 15.2]),
        (["0.5", "12"], [0.5, 12]),
    ],
)
def test_texts_settle_each_other(texts, numbers):
    """What one text leaves open another decides; marks are left out, missing values are read as such."""
    guess = guessed(texts)

    assert not guess.open
    assert [number_in(each, guess.reading) for each in texts] == numbers
    assert all(readable(each, guess.reading) for each in texts)


def test_what_nothing_settles_stays_open():
    """1,234 may be 1234 or 1.234 if no other text decides."""
    guess = guessed(["1,234", "5"])

    assert guess.open == {"1,234": ({"decimal": ","}, {"thousands": ","})}
    assert guessed(["1,234"], CellFormat(decimal=",")).open == {}


@pytest.mark.parametrize(
    ("text", "is_one"), [("12", True), ("1.234,5", True), ("12 a)", True), ("A1", False), ("n.a.", False)]
)
def test_texts_that_look_like_numbers(text, is_one):
    """A missing value is no number."""
    assert looks_like_number(text) is is_one
