"""What ranks many draws by sorting packed keys, of 64 bits and of 32, holds the vectors without ties."""

import numpy as np
import pytest
from hubrank.methods.ranks import places
from hubrank.plugin import Form
from hubrank.uncertainty.fast import Mean, count_keys, keys_of_mean

LANGUAGE = "sorted keys"


def upwards(scores, best):
    """Shares of the range, the best least, as the keys are made from."""
    share = (scores - scores.min()) / (scores.max() - scores.min())
    return share if best == "lowest" else 1 - share


def by_long_keys(scores, best):
    """Keys of 64 bits, sorted in NumPy."""
    return places(scores[None], best)[0]


def short_keys(scores, best):
    """Sorted keys of 32 bits, twice the same draw."""
    panel = upwards(scores, "lowest")[:, None]
    mean = Mean(form=Form(), columns=(0,), column_paths=((),), inner=(), inner_paths=(), present=None, values=panel)
    keys = keys_of_mean(mean, best).keys(np.ones((1, 2), dtype=np.float32))
    keys.sort(axis=1)
    return keys


def by_short_keys(scores, best):
    """Keys of 32 bits, counted."""
    counts = np.zeros((len(scores), 256), dtype=np.int64)
    count_keys(short_keys(scores, best), counts)
    return counts[:, : len(scores)].argmax(axis=0)


@pytest.mark.parametrize("ranked", [by_long_keys, by_short_keys])
def test_sorted_keys(cases, ranked):
    """Every vector without ties: keys are not used where units can share a rank."""
    for vector in cases:
        vector.check((ranked(np.array(vector.input, dtype=float), vector.options["best"]) + 1).tolist())
