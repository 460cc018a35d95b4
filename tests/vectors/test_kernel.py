"""What ranks many draws by sorting packed keys, in NumPy or compiled, holds the vectors without ties."""

import numpy as np
import pytest
from hubrank.robustness.flat import FlatKeys, MixedKeys
from hubrank.robustness.ordering import order_of, places_of
from hubrank.robustness.tallies import counted_keys

LANGUAGE = "kernel"


def upwards(scores, best):
    """Shares of the range, the best least, as the keys are made from."""
    share = (scores - scores.min()) / (scores.max() - scores.min())
    return share if best == "lowest" else 1 - share


def by_long_keys(scores, best):
    """Keys of 64 bits, sorted in NumPy."""
    return places_of(order_of(scores[None], best == "lowest"))[0]


def by_short_keys(scores, best):
    """Keys of 32 bits from a matrix product, counted in NumPy."""
    matrix = ((2 * upwards(scores, best) - 1) * 2.0**22).astype(np.float32)[None]
    keys = FlatKeys(mean=None, matrix=matrix, units=np.arange(len(scores), dtype=np.int32)).keys(np.ones((1, 1)))
    keys.sort(axis=1)
    return counted_keys(keys)[:, : len(scores)].argmax(axis=0)


def by_the_kernel(scores, best):
    """Keys of logarithms that the compiled kernel makes, counted by it."""
    pytest.importorskip("numba", reason="the kernel is the extra fast")
    from hubrank.robustness import kernel

    matrix = np.ones((1, 16), dtype=np.float32)
    matrix[0, : len(scores)] = upwards(scores, best)
    made = MixedKeys(
        inside=((),),
        between=((),),
        matrix=matrix,
        starts=np.array([0, 1]),
        shift=np.float32(1),
        middle=np.float32(np.log(2) / 2),
        scale=np.float32(2.0**23),
        count=len(scores),
    )
    keys = made.keys(np.ones((2, 1), dtype=np.float32))
    keys.sort(axis=1)
    counts = np.zeros((len(scores), 256), dtype=np.int32)
    kernel.count_order(keys[:, : len(scores)], counts)
    return counts[:, : len(scores)].argmax(axis=0)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("ranked", [by_long_keys, by_short_keys, by_the_kernel])
def test_kernel(vector, ranked):
    """Every vector without ties: the kernel is not asked where units can share a rank."""
    made = ranked(np.array(vector.input, dtype=float), vector.options["best"])
    vector.check((made + 1).tolist())
