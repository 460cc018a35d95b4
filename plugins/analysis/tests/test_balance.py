"""Weights for the importance that members of several dimensions are to have."""

import numpy as np
import pytest
from hubrank.plugin import UsageError
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


def ranked(folder, scenario=SCENARIO, values=VALUES):
    """The six units, by an index of two dimensions of one aspect each."""
    for name, text in {"values.csv": values, "units.csv": UNITS, "six.toml": scenario}.items():
        (folder / name).write_text(text)
    return rank(str(folder / "six.toml"), built_in())


@pytest.fixture(scope="module")
def ranking(tmp_path_factory):
    """As they are."""
    return ranked(tmp_path_factory.mktemp("six"))


def test_equal_importance(ranking):
    """By hand: where two members are equally correlated with the sum, weights are inverse to their spread."""
    found = balance(ranking, ["life", "wealth"])
    spread = ranking.normalised[0].std(axis=0)

    assert found.weights["life"] / found.weights["wealth"] == pytest.approx(spread[1] / spread[0], rel=1e-5)
    assert found.importance["life"] == pytest.approx(found.importance["wealth"], abs=1e-7)
    assert found.missed == pytest.approx(0, abs=1e-7)


def test_targets_are_named(ranking):
    """By key or title, in any case, with spaces around, in any order."""
    found = balance(ranking, [" LIFE", "wealth"], {"WEALTH": 1, "Life": 2})

    assert set(found.weights) == {"life", "wealth"}
    assert found.importance["life"] == pytest.approx(2 * found.importance["wealth"], rel=1e-6)


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


def test_units_that_lack_members_are_left_out_and_too_few_are_reported(tmp_path):
    """Of six units four lack a value of one of the two members; two others say nothing about weights."""
    gaps = VALUES.replace("U0,2024,0,", "U0,2024,,").replace("U1,2024,1,", "U1,2024,,")
    gaps = gaps.replace("U2,2024,2,2", "U2,2024,2,").replace("U3,2024,2,0", "U3,2024,2,")
    made = ranked(tmp_path, 'missing = { rule = "renormalise" }\nimputation = "none"\n' + SCENARIO, gaps)

    said = "a balance needs 3 ranked units with values of all of life, wealth; there are 2"
    with pytest.raises(UsageError, match=said):
        balance(made, ["life", "wealth"])
