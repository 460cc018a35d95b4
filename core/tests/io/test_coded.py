"""Coded texts read like an array of texts."""

import numpy as np
import pytest
from hubrank.measurement.measurement import CodedTexts, coded


def test_cells_slices_and_other_tables():
    """Cells are texts, slices arrays of texts; what is not written is empty; numbers of another table fit."""
    made = CodedTexts.empty((2, 3))
    made[0] = np.array(["a", "", "b"], dtype=object)
    made[1, 2] = "a"
    assert made[:].tolist() == [["a", "", "b"], ["", "", "a"]]
    assert made[1, 2] == "a"
    other = coded(np.array(["x", "y", "x"], dtype=object))
    other.put(np.array([1, 2]), np.array([1, 0]), ["z", "x"])
    assert other[:].tolist() == ["x", "x", "z"]


@pytest.mark.parametrize("count", [256, 257, 70_000])
def test_more_texts_than_a_byte_holds(count):
    """However many different texts there are, each is read as it was written."""
    texts = [f"t{at}" for at in range(count)]
    made = CodedTexts.empty((count,))
    made[:] = np.array(texts, dtype=object)
    assert made[:].tolist() == texts
