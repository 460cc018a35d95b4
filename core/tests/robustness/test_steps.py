"""Each step of counting, in NumPy and compiled, beside what it should come to, worked out one number at a time."""

import numpy as np
import pytest
from hubrank.robustness.engines import steps_of
from hubrank.robustness.locals import Locals
from hubrank.robustness.paths import Paths
from hubrank.robustness.streams import stream

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(params=["numpy", "kernel"])
def steps(request):
    """The steps of an engine."""
    if request.param == "kernel":
        pytest.importorskip("numba", reason="the kernel is the extra fast")
    return steps_of(request.param)


@pytest.mark.parametrize(("rows", "draws"), [(1, 1), (3, 7), (5, 1001), (2, 4096)])
def test_boxes(steps, rows, draws):
    """Each random word of 64 bits is two numbers, its lower half first, of which the upper 24 bits count."""
    width = np.linspace(0.1, 0.5, rows).astype(np.float32)
    made = np.empty((rows, draws), dtype=np.float32)
    steps.boxes(stream(7, 1), width, made)

    words = stream(7, 1).bit_generator.random_raw(-(-rows * draws // 2))
    halves = np.array([half >> 8 for word in map(int, words) for half in (word % 2**32, word >> 32)], dtype=float)
    share = (halves / 2**24)[: rows * draws].reshape(rows, draws)
    assert made == pytest.approx(1 - width[:, None] + 2 * width[:, None] * share, abs=2e-7)


def test_local_shares(steps):
    """Rows 2 and 0, which weigh 3 and 1, make one dimension, row 1 another; where all weigh 0, shares are 0."""
    here = Locals(parts=(((2, 0), np.array([3.0, 1.0])), ((1,), None)), starts={"a": 0, "b": 2})
    raw = np.array([[1, 0], [2, 1], [1, 0]], dtype=np.float32)
    made = np.empty((3, 2), dtype=np.float32)
    steps.local_shares(here, raw, made)

    assert made.tolist() == [[0.75, 0], [0.25, 0], [1, 1]]


def test_products(steps):
    """Paths of no row, one row and two rows."""
    made = np.empty((3, 2), dtype=np.float32)
    steps.products(np.array([[0.5, 0.25], [0.5, 0.75]], dtype=np.float32), Paths(((), (1,), (0, 1))), made)

    assert made.tolist() == [[1, 1], [0.5, 0.75], [0.25, 0.1875]]


def test_add_weighed(steps):
    """Each draw has a weight of its own."""
    total = np.array([[1, 2], [3, 4]], dtype=np.float32)
    steps.add_weighed(total, np.array([[1, 1], [2, 4]], dtype=np.float32), np.array([0.5, 0.25], dtype=np.float32))

    assert total.tolist() == [[1.5, 2.5], [3.5, 5]]


def test_pack(steps):
    """(1.5 - 0.5) * 10 is 10 and -5 is cut to a whole number; units 7 and 9 stand in the second and third column."""
    keys = np.zeros((1, 3), dtype=np.int32)
    sums = np.array([[1.5, 0]], dtype=np.float32)
    steps.pack(sums, np.float32(0.5), np.float32(10), np.array([7, 9], dtype=np.int32), keys, 1)

    assert keys.tolist() == [[0, 10 * 256 + 7, -5 * 256 + 9]]


def test_count_and_firsts(steps):
    """Two draws of three units: 2, 0, 1 and 2, 1, 0; unit 2 won both, with shares 0.5 and 0.25 of the one row."""
    keys = np.array([[5 << 8 | 2, 6 << 8, 7 << 8 | 1], [-9 << 8 | 2, 1 << 8 | 1, 2 << 8]], dtype=np.int32)
    counts, firsts = np.zeros((3, 3), dtype=np.int64), np.zeros((3, 1), dtype=np.int64)
    steps.count(keys, counts)
    steps.add_firsts(keys[:, 0] & 255, np.array([[0.5, 0.25]], dtype=np.float32), firsts)

    assert counts.tolist() == [[0, 0, 2], [1, 1, 0], [1, 1, 0]]
    assert firsts.tolist() == [[0], [0], [3 * 2**30]]
