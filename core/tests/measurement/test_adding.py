"""Rows added up: the same sums in any order, missing values and whole numbers included."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hubrank.numeric import counts_by, order_of, sums_by, sums_of

#: In floating point the first two and the third are 0.6000000000000001, the last two and the first 0.6.
THREE = (0.1, 0.2, 0.3)


def test_sums_do_not_depend_on_order():
    """0.1, 0.2 and 0.3 come to one sum in all six orders; a group of gaps stays a gap, one of a 2 and a gap is 2."""
    found = set()
    for order in itertools.permutations(THREE):
        frame = pd.DataFrame({"key": ["b", "a", "a", "a", "c", "c"], "n": [np.nan, *order, 2.0, np.nan]})
        made = sums_by(frame, ["key"], ["n"])
        assert made["key"].tolist() == ["a", "b", "c"]
        assert np.isnan(made["n"][1])
        assert made["n"][2] == 2
        found.add((made["n"][0], *counts_by(np.zeros(3, dtype=int), np.array(order), 1)))

    assert len(found) == 1


def test_numbers_identify_rows():
    """Values by numbers; a number without one is missing, and counts stay counts."""
    number = np.array([1, 0, 1])
    assert sums_of(number, np.array([1.0, 2.0, 4.0]), 2).tolist() == [2, 5]
    assert sums_of(number, np.array([0.5, np.nan, 0.125]), 2).tolist() == pytest.approx([np.nan, 0.625], nan_ok=True)
    assert sums_of(number, np.array([1, 2, 4]), 2).dtype == np.int64


def test_order():
    """Rows in the order of their columns, missing values first, and which of them differ from the one before."""
    frame = pd.DataFrame({"place": ["b", "a", None, "a"], "year": [1.0, 3.0, 2.0, 2.0]})

    order, new = order_of(frame, ["place", "year"])
    assert order.tolist() == [2, 3, 1, 0]
    assert new.all()
    assert order_of(frame, ["place"])[1].tolist() == [True, True, False, True]
