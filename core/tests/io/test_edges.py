"""Numbers at the edge: what cancels, what is too large, and weights that cannot be computed with."""

import numpy as np
import pytest
from hubrank.numeric import at_scale, extreme, odd_weights, too_large, without_noise


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        ((0.1, 0.2, -0.3), 0.0),  # 5.6e-17 as it is computed
        ((0.1, 0.7, -0.8), 0.0),
        ((1e19, 4e19, -5e19), 0.0),
        ((1.0, -1.0, 1e-10), 1e-10),  # that is no noise: 5.7e-14 of 2 is
        ((1.0, -1.0, 1e-13), 0.0),  # ... and this is
        ((5e-324, -1e-323), -5e-324),
    ],
)
def test_sums_that_cancel_are_0(terms, left):
    """No more than 2^-44 of the sum of the terms' sizes is noise."""
    values = np.array(terms)
    sums = np.array([values.sum()])
    sizes = np.array([np.abs(values).sum()])

    assert without_noise(sums, lambda: sizes, float(sizes[0])).item() == pytest.approx(left, rel=1e-3, abs=0)


@pytest.mark.parametrize("size", [1.0, 1e300, 1e-300, 2.0**-1060])
def test_statistics_at_any_scale(size):
    """The mean of 1, 2, 3, 6 is 3 and the root of the mean square 12.5, whatever they are multiplied by."""
    values = size * np.array([[1.0], [2.0], [3.0], [6.0], [np.nan]])

    def root(near):
        return np.sqrt(np.nanmean(near**2, axis=-2, keepdims=True))

    assert at_scale(root, values, -2).item() == pytest.approx(size * 12.5**0.5, rel=1e-12)


def test_extreme_and_too_large():
    """Infinity and missing values are reported elsewhere."""
    assert extreme(np.array([1.0, 1e101]))
    assert extreme(np.array([1.0, -1e-101]))
    assert not extreme(np.array([0.0, 1e99, np.nan, np.inf]))
    assert too_large(np.array([np.nan, -2e150]))
    assert not too_large(np.array([np.nan, 1e150]))


@pytest.mark.parametrize(
    ("weights", "odd"),
    [
        ({"a": 1.0, "b": 0.0}, []),
        ({"a": 1e-30, "b": 1e-29}, []),
        ({"a": 1.0, "b": 2.0**-44}, []),
        ({"a": 1e308, "b": 1e308}, ["a", "b"]),
        ({"a": 1.0, "b": 2.0**-45}, ["b"]),
        ({"a": 1e308, "b": 1.0}, ["a"]),  # what b is beside it is reported once a is a number to compute with
    ],
)
def test_odd_weights(weights, odd):
    """Weights from 1e-30 to 1e30 are computed with, if none is less than 2^-44 of the largest; 0 is none."""
    assert [name for name, _ in odd_weights(weights)] == odd
