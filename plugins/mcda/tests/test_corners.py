"""Without bounds the best weights are a corner; what corners give is what linear programmes give."""

from types import SimpleNamespace

import numpy as np
import pytest
from hubrank_mcda import frontier as room
from hubrank_mcda.frontier import Frontier, ShareOptions, corners


def frontier(values, weights=None):
    """The frontier of some values."""
    names = [f"m{at}" for at in range(values.shape[1])]
    context = SimpleNamespace(
        members=[SimpleNamespace(name=name) for name in names],
        weights=np.ones(len(names)) if weights is None else np.array(weights),
        units=SimpleNamespace(codes=[str(at) for at in range(len(values))]),
    )
    return Frontier(values, np.ones(values.shape, dtype=bool), context, ShareOptions())


def test_corners_by_hand():
    """Where w1 + 2 w2 and 2 w1 + w2 are at most 1, corners are 0, (1/2, 0), (0, 1/2) and (1/3, 1/3)."""
    found = corners(np.array([[1.0, 2], [2, 1]]))

    assert sorted(np.round(found, 12).tolist()) == [[0, 0], [0, 0.5], [0.333333333333] * 2, [0.5, 0]]


@pytest.mark.long
@pytest.mark.parametrize("members", [1, 2, 4])
@pytest.mark.parametrize("digits", [0, 3])
def test_corners_are_programmes(monkeypatch, members, digits):
    """Scores and weights of fifty units are equal, with zeros, ties and several best weights among them."""
    values = np.random.default_rng(members).integers(0, 10 ** (digits + 1), (50, members)) / 10**digits
    by_corners = frontier(values)
    monkeypatch.setattr(room, "MOST", 0)
    by_programmes = frontier(values)

    assert by_programmes._best is None
    assert by_corners._best is not None

    for unit in range(50):
        assert by_corners.best(unit)[0] == pytest.approx(by_programmes.best(unit)[0], abs=1e-9)

    np.testing.assert_allclose(by_corners.weights() * values, by_programmes.weights() * values, atol=2e-6)


def test_nearest_of_two_corners():
    """(1, 1) is best with any weights between (1, 0) and (0, 1); those wanted, 3 to 1, are taken."""
    found = frontier(np.array([[1.0, 1], [1, 0], [0, 1]]), [0.75, 0.25]).weights()

    np.testing.assert_allclose(found[0], [0.75, 0.25], atol=1e-12)
