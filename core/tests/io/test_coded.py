"""Coded texts read like an array of texts."""

import numpy as np
import pytest
from hubrank.measurement.measurement import CodedTexts, coded


def test_cells_and_slices():
    """Cells are texts, slices arrays of texts; what is not written is empty."""
    made = CodedTexts.empty((2, 3))
    made[0] = np.array(["a", "", "b"], dtype=object)
    made[1, 2] = "a"
    assert made[0].tolist() == ["a", "", "b"]
    assert made[:].tolist() == [["a", "", "b"], ["", "", "a"]]
    assert made[1, 2] == "a"


def test_put_by_another_table():
    """Numbers of another table come to its texts, of which one may be known."""
    made = coded(np.array(["x", "y", "x"], dtype=object))
    made.put(np.array([1, 2]), np.array([1, 0]), ["z", "x"])
    assert made[:].tolist() == ["x", "x", "z"]


@pytest.mark.parametrize("count", [256, 257, 70_000])
def test_more_texts_than_a_byte_holds(count):
    """However many different texts there are, each is read as it was written."""
    texts = [f"t{at}" for at in range(count)]
    made = CodedTexts.empty((count,))
    made[:] = np.array(texts, dtype=object)
    assert made[:].tolist() == texts
