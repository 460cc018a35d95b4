"""Rows added up: the same sums in any order, missing values and whole numbers included."""

import itertools

import numpy as np
import pandas as pd
from hubrank.numeric import counts_by, order_of, sums_by

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
    """Rows by numbers in place of columns; two amounts are added each for itself."""
    frame = pd.DataFrame({"n": [1.0, 2.0, 4.0], "share": [0.5, 0.25, 0.125]})
    made = sums_by(frame, np.array([1, 0, 1]), ["n", "share"])

    assert made["n"].tolist() == [2, 5]
    assert made["share"].tolist() == [0.25, 0.625]


def test_order():
    """Rows in the order of their columns, missing values first, and whether two of them are identical."""
    frame = pd.DataFrame({"place": ["b", "a", None, "a"], "year": [1.0, 3.0, 2.0, 2.0]})

    order, alike = order_of(frame, ["place", "year"])
    assert order.tolist() == [2, 3, 1, 0]
    assert not alike
    assert order_of(frame, ["place"])[1]
