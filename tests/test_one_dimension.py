"""With one dimension, the index is its method's own number, as another package computes it; not stretched again."""

import hubrank
import numpy as np
import pandas as pd
import pytest
from pymcdm import methods
from pymcdm.normalizations import minmax_normalization

VALUES = np.array([[2.5, 3.1, 7.5], [4.0, 1.2, 6.1], [6.2, 2.2, 1.4], [3.3, 4.9, 2.8], [5.1, 1.1, 4.4]])
FRAME = pd.DataFrame(VALUES, columns=["a", "b", "c"]).assign(unit=list("VWXYZ"))
#: The method of pymcdm, and what its number is of ours: that of VIKOR is a distance.
PEERS = {
    "topsis": (methods.TOPSIS(minmax_normalization), lambda ours: ours),
    "vikor": (methods.VIKOR(minmax_normalization), lambda ours: 1 - ours),
}


@pytest.mark.parametrize("name", PEERS)
def test_the_index_is_the_methods_own_number(name):
    """As pymcdm gives it, to the last digits; with ranges of other weights too."""
    method, ours_as = PEERS[name]
    expected = method(VALUES, np.ones(3) / 3, np.ones(3))
    ranked = hubrank.rank(FRAME, aggregation=name, direction=1, treatment="none", draws=50)
    found = ranked.scores.reindex(list("VWXYZ")).to_numpy()

    np.testing.assert_allclose(ours_as(found), expected, atol=1e-12)
    assert ranked.table()["low"].notna().all()


def test_a_method_of_the_index_itself_counts():
    """Where the scenario gives a dimension's only parent a method of its own, that is what is asked for."""
    ranked = hubrank.rank(FRAME, aggregation="topsis", direction=1, treatment="none", ranges=False)
    nodes = ranked.ranking.plan.tree

    assert [node.aggregation.part.name for node in nodes] == ["topsis", "arithmetic"]
