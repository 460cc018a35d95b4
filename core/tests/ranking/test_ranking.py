"""From scores to ranks, tiers and reasons."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.numeric import round_to
from hubrank.ranking.ranking import ranks_of
from hubrank.scenario.schema import RankingSettings

SCORES = np.array([[0.9, 0.5, np.nan, 0.5, 0.7, 0.1]])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, [1, 3, np.nan, 3, 2, 5]),
        ({"ties": "max"}, [1, 4, np.nan, 4, 2, 5]),
        ({"ties": "average"}, [1, 3.5, np.nan, 3.5, 2, 5]),
        ({"ties": "dense"}, [1, 3, np.nan, 3, 2, 4]),
        ({"best": "lowest"}, [5, 2, np.nan, 2, 4, 1]),
        ({"decimals": 0}, [1, 3, np.nan, 3, 1, 3]),
        ({"decimals": 0, "rounding": "half-up"}, [1, 1, np.nan, 1, 1, 5]),
    ],
)
def test_ranks(choice, expected):
    """Ties share a rank as the scenario says; who has no score has no rank."""
    np.testing.assert_array_equal(ranks_of(SCORES, RankingSettings(**choice)), [expected])


def test_ranks_of_many():
    """Ranks are made row by row, whatever stands before the units."""
    scores = np.arange(12.0).reshape(2, 2, 3) % 5

    many = ranks_of(scores, RankingSettings())

    np.testing.assert_array_equal(many, [[[3, 2, 1], [2, 1, 3]], [[3, 2, 1], [1, 3, 2]]])


@pytest.mark.parametrize(
    ("value", "decimals", "even", "up"),
    [
        (0.125, 2, 0.12, 0.13),
        (-0.125, 2, -0.12, -0.13),
        (1.005, 2, 1.0, 1.01),
        (1.015, 2, 1.02, 1.02),
        (2.675, 2, 2.68, 2.68),
        (0.7004999, 3, 0.7, 0.7),
        (2.5, 0, 2.0, 3.0),
        (1250.0, -2, 1200.0, 1300.0),
        (3.0, 2, 3.0, 3.0),
    ],
)
def test_rounding(value, decimals, even, up):
    """Halves are those of the numbers as they are written."""
    made = round_to(np.array([value, np.nan]), decimals, "half-even")

    assert made[0] == even
    assert np.isnan(made[1])
    assert round_to(np.array([value]), decimals, "half-up")[0] == up


def test_order_and_table(lab):
    """Best first, ties by name; the tiers and dimensions stand beside."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,2,2\nBBB,2024,5,5\nCCC,2024,2,2\n")
    lab.write("units.csv", "unit,name,country\nAAA,Zeland,AAA\nBBB,Beland,\nCCC,Celand,CCC\n")
    table = lab.rank("[ranking]\ntiers = [1, 2]").table()

    assert table["unit"].tolist() == ["BBB", "CCC", "AAA"]
    assert table["rank"].tolist() == [1, 2, 2]
    assert table["tier"].tolist() == ["top 1", "top 2", "top 2"]
    assert table["country"].tolist() == ["", "CCC", "AAA"]
    assert list(table.columns) == [
        *("edition", "unit", "name", "country", "rank", "low", "high", "joint_low", "joint_high", "outside"),
        *("ranked_share", "score", "tier", "evidence_tier", "rank_change", "agreement", "robust_change"),
        "life",
    ]


def test_classes_of_rounded_scores(lab):
    """A class begins at its cut point, and the score is that which is shown: 0.7996 is 0.800."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,0.7996,0.7996\nBBB,2024,0.55,0.55\nCCC,2024,0.54,0.54\n")
    changes = """
[ranking]
decimals = 3
classes = [{ name = "medium", at_least = 0.55 }, { name = "very high", at_least = 0.8 }]
"""

    assert lab.rank(changes).tier(0) == ["very high", "medium", ""]


def test_weights(lab):
    """Shares within a dimension, and effective ones, which are products down from the root."""
    changes = """
[dimensions]
soil = { parent = "life", weight = 3 }
[indicators]
b = { dimension = "soil" }
c = { indicator = "value", options = { column = "b" }, dimension = "soil", weight = 4 }
"""
    weights = lab.rank(changes).weights().set_index("member")

    assert weights["weight"].to_dict() == pytest.approx({"life": 1.0, "soil": 0.75, "a": 0.25, "b": 0.2, "c": 0.8})
    assert weights["effective"].to_dict() == pytest.approx({"life": 1.0, "soil": 0.75, "a": 0.25, "b": 0.15, "c": 0.6})


def test_no_dimension_is_named_like_a_column(lab):
    """Every column of `ranking.csv`, those that only some tables have too, is rejected as a dimension's name."""
    names = {*lab.rank().table(within="country").columns, "sample"} - {"life"}
    with pytest.raises(ScenarioError) as caught:
        lab.plan("[dimensions]\n" + "".join(f"{name} = {{ parent = 'life' }}\n" for name in names))
    for name in names:
        assert f"dimensions.{name}: '{name}' is a column of ranking.csv; choose another name" in str(caught.value)
