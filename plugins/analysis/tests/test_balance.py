"""Weights for the importance that members of several dimensions are to have."""

import numpy as np
import pytest
from hubrank import UsageError
from hubrank.results.rank import rank
from hubrank.testing import built_in
from hubrank_analysis.rivalry import balance

#: Two independent aspects of six units, the second of which spreads twice as wide.
VALUES = "unit,year,a,b\n" + "".join(
    f"U{at},2024,{a},{b}\n" for at, (a, b) in enumerate([(0, 0), (1, 4), (2, 2), (2, 0), (1, 2), (0, 4)])
)
UNITS = "unit,name,country\n" + "".join(f"U{at},U{at},AAA\n" for at in range(6))


SCENARIO = """
title = "Six units"
editions = [2024]
units = { file = "units.csv" }
inputs = { values = { source = "files", options = { file = "values.csv" } } }
dimensions = { life = {}, wealth = {} }
normalisation = "none"
aggregation = "arithmetic"

[indicators]
a = { indicator = "value", dimension = "life" }
b = { indicator = "value", dimension = "wealth" }
"""


@pytest.fixture
def ranking(tmp_path):
    """The six units, by an index of two dimensions of one aspect each."""
    (tmp_path / "values.csv").write_text(VALUES)
    (tmp_path / "units.csv").write_text(UNITS)
    path = tmp_path / "six.toml"
    path.write_text(SCENARIO)
    return rank(str(path), built_in())


def test_equal_importance(ranking):
    """By hand: where two members are equally correlated with the sum, weights are inverse to their spread."""
    found = balance(ranking, ["life", "wealth"])
    spread = ranking.normalised[0].std(axis=0)

    assert found.weights["life"] / found.weights["wealth"] == pytest.approx(spread[1] / spread[0], rel=1e-5)
    assert found.importance["life"] == pytest.approx(found.importance["wealth"], abs=1e-7)
    assert found.missed == pytest.approx(0, abs=1e-7)


def test_targets_are_named(ranking):
    """The order in which elements are named means nothing."""
    first = balance(ranking, ["life", "wealth"], {"life": 2, "wealth": 1})
    second = balance(ranking, ["wealth", "life"], {"wealth": 1, "life": 2})

    assert first.importance["life"] == pytest.approx(2 * first.importance["wealth"], rel=1e-6)
    assert second.weights == pytest.approx(first.weights, abs=1e-6)


def test_other_weights_stay(ranking):
    """An element alone in its dimension has all of its weight, and the index is as it was."""
    found = balance(ranking, ["a", "b"])

    assert found.weights == {"a": 1, "b": 1}
    expected = [np.corrcoef(ranking.normalised[0, :, at], ranking.scores[0])[0, 1] for at in (0, 1)]
    assert list(found.importance.values()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("elements", "targets", "message"),
    [
        (["lif", "wealth"], None, "there is no indicator or dimension 'lif'; did you mean 'life'"),
        (["index", "wealth"], None, "'index' is the whole index, which has no weight; give members of it"),
        (["life", "wealth"], {"life": 1}, "targets: must be above 0, for members among life, wealth; got life"),
    ],
)
def test_wrong_elements(ranking, elements, targets, message):
    """What is not there is said."""
    with pytest.raises(UsageError, match=message):
        balance(ranking, elements, targets)


def test_elements_are_named_by_title(ranking):
    """In any case, with spaces around, as in every other verb."""
    found = balance(ranking, [" LIFE", "wealth"], {"Life": 2, "WEALTH": 1})

    assert set(found.weights) == {"life", "wealth"}
    assert found.importance["life"] == pytest.approx(2 * found.importance["wealth"], rel=1e-6)


def test_units_that_lack_members_are_left_out_and_too_few_are_told(tmp_path):
    """Of six units four lack a value of one of the two members; two others tell nothing of weights."""
    gaps = VALUES.replace("U0,2024,0,", "U0,2024,,").replace("U1,2024,1,", "U1,2024,,")
    gaps = gaps.replace("U2,2024,2,2", "U2,2024,2,").replace("U3,2024,2,0", "U3,2024,2,")
    (tmp_path / "values.csv").write_text(gaps)
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "six.toml").write_text('missing = { rule = "renormalise" }\nimputation = "none"\n' + SCENARIO)

    said = "a balance needs 3 ranked units with values of all of life, wealth; there are 2"
    with pytest.raises(UsageError, match=said):
        balance(rank(str(tmp_path / "six.toml"), built_in()), ["life", "wealth"])
