"""Each step of the fast path beside what it should come to, worked out one number at a time."""

import numpy as np
import pytest
from hubrank.plugin import Form
from hubrank.scenario.schema import WeightUncertainty
from hubrank.uncertainty.fast import Keys, Mean, count_keys, local_shares
from hubrank.uncertainty.sampling import NodeSampler, WeightSampler, stream
from hubrank.uncertainty.tally import Tally


@pytest.mark.parametrize(("rows", "draws"), [(1, 1), (3, 7), (5, 1001), (2, 4096)])
def test_boxes(rows, draws):
    """Each random word of 64 bits is two numbers, its lower half first, of which the upper 24 bits count."""
    width = np.linspace(0.1, 0.5, rows)
    nodes = [
        NodeSampler(
            node=str(at),
            members=("a",),
            span=slice(at, at + 1),
            base=np.ones(1),
            uncertainty=WeightUncertainty.from_toml(each),
        )
        for at, each in enumerate(width.tolist())
    ]
    made = WeightSampler(tuple(nodes)).sample(draws, stream(7, 1))

    words = stream(7, 1).bit_generator.random_raw(-(-rows * draws // 2))
    halves = np.array([half >> 8 for word in map(int, words) for half in (word % 2**32, word >> 32)], dtype=float)
    share = (halves / 2**24)[: rows * draws].reshape(rows, draws)
    assert made == pytest.approx(1 - width[:, None] + 2 * width[:, None] * share, abs=2e-7)


@pytest.mark.parametrize("use", ["", "shares"])
def test_local_shares(use):
    """Rows 2 and 0, which weigh 3 and 1, make one dimension, row 1 another; where all weigh 0, shares are 0."""
    here = ((2, 0), (3.0, 1.0)), ((1,), None)
    raw = np.array([[1, 0], [2, 1], [1, 0]], dtype=np.float32)

    assert local_shares(here, raw, use).tolist() == [[0.75, 0], [0.25, 0], [1, 1]]


def mean_of_columns(values, paths, present=None):
    """A mean of all columns of some cells."""
    columns = tuple(range(values.shape[1]))
    return Mean(
        form=Form(), columns=columns, column_paths=paths, inner=(), inner_paths=(), present=present, values=values
    )


def test_weights_are_products_of_shares():
    """Paths of no row, one row and two rows; each cell shows one of the weights."""
    mean = mean_of_columns(np.eye(3, dtype=np.float32), ((), (1,), (0, 1)))
    shares = np.array([[0.5, 0.25], [0.5, 0.75]], dtype=np.float32)

    assert mean.evaluate(shares).T.tolist() == [[1, 1], [0.5, 0.75], [0.25, 0.1875]]


def test_what_a_cell_lacks_weighs_nothing():
    """The second cell has the second column alone, so that it is its mean, whatever its share."""
    present = np.array([[1.0, 1.0], [0.0, 1.0]])
    mean = mean_of_columns(np.array([[4.0, 8.0], [0.0, 8.0]]), ((0,), (1,)), present)

    assert mean.evaluate(np.array([[0.5, 0.75], [0.5, 0.25]])).tolist() == [[6, 8], [5, 8]]


def test_keys_are_packed():
    """(1.5 - 0.5) * 10 is 10 and -5 is cut to a whole number; units 9 and 7 are in the first and second column."""
    mean = mean_of_columns(np.array([[1.5], [0.0]], dtype=np.float32), ((),))
    keys = Keys(parts=(mean,), units=np.array([9, 7], dtype=np.int32), centre=0.5, factor=10, ready=False)

    assert keys.keys(np.ones((1, 1), dtype=np.float32)).tolist() == [[10 * 256 + 9, -5 * 256 + 7]]


def test_count_and_firsts():
    """Two draws of three units: 2, 0, 1 and 2, 1, 0; unit 2 won both, with shares 0.5 and 0.25 of the one row."""
    keys = np.array([[5 << 8 | 2, 6 << 8, 7 << 8 | 1], [-9 << 8 | 2, 1 << 8 | 1, 2 << 8]], dtype=np.int32)
    counts, tally = np.zeros((3, 3), dtype=np.int64), Tally.empty(1, 3, 3, 1, closely=False)
    count_keys(keys, counts)
    tally.add_firsts(0, keys[:, 0] & 255, np.array([[0.5, 0.25]], dtype=np.float32))

    assert counts.tolist() == [[0, 0, 2], [1, 1, 0], [1, 1, 0]]
    assert tally.firsts[0].tolist() == [[0], [0], [3 * 2**30]]
