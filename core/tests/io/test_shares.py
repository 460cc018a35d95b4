"""Shares of weights."""

import numpy as np
import pytest
from hubrank.numeric import shares


def test_weights_of_sum_0_are_shares_of_0():
    """No gap, no division by 0, and beside them 1, 3 are a quarter and three quarters."""
    assert shares(np.array([[0.0, 0.0], [1.0, 3.0]])).tolist() == [[0, 0], [0.25, 0.75]]


@pytest.mark.parametrize("weights", [[[1, 0], [3, 0]], [[1, 1], [3, 1]]])
def test_along_another_axis_into_an_array_in_its_own_precision(weights):
    """Columns of draws as they are counted: 32 bits stay 32 bits, what was in the array is written over."""
    weights = np.array(weights, dtype=np.float32)
    out = np.full((2, 2), 9, dtype=np.float32)
    made = shares(weights, axis=0, out=out)

    assert made is out
    assert made.dtype == np.float32
    assert made.tolist() == [[0.25, weights[0, 1] / 2], [0.75, weights[1, 1] / 2]]
