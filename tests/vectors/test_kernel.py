"""What ranks many draws by sorting packed keys, in NumPy or compiled, holds the vectors without ties."""

import numpy as np
import pytest
from hubrank import Form
from hubrank.robustness.engines import steps_of
from hubrank.robustness.keys import keys_of_mean
from hubrank.robustness.means import Mean
from hubrank.robustness.ordering import order_of, places_of

LANGUAGE = "kernel"


def upwards(scores, best):
    """Shares of the range, the best least, as the keys are made from."""
    share = (scores - scores.min()) / (scores.max() - scores.min())
    return share if best == "lowest" else 1 - share


def by_long_keys(scores, best):
    """Keys of 64 bits, sorted in NumPy."""
    return places_of(order_of(scores[None], best == "lowest"))[0]


def short_keys(scores, best):
    """Sorted keys of 32 bits, twice the same draw."""
    panel = upwards(scores, "lowest")[:, None]
    mean = Mean(form=Form(), columns=(0,), column_paths=((),), inner=(), inner_paths=(), present=None, values=panel)
    keys = keys_of_mean(mean, best).keys(np.ones((1, 2), dtype=np.float32))
    keys.sort(axis=1)
    return keys


def by_steps(engine):
    """Keys of 32 bits, counted by an engine."""

    def ranked(scores, best):
        if engine == "kernel":
            pytest.importorskip("numba", reason="the kernel is the extra fast")
        counts = np.zeros((len(scores), 256), dtype=np.int64)
        steps_of(engine).count(short_keys(scores, best), counts)
        return counts[:, : len(scores)].argmax(axis=0)

    return ranked


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("ranked", [by_long_keys, by_steps("numpy"), by_steps("kernel")])
def test_kernel(vector, ranked):
    """Every vector without ties: the kernel is not asked where units can share a rank."""
    made = ranked(np.array(vector.input, dtype=float), vector.options["best"])
    vector.check((made + 1).tolist())
