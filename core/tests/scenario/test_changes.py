"""A plan without an indicator or a dimension is that of the scenario without it."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.measurement.figures import measure
from hubrank.ranking.ranking import compose
from hubrank.scenario.resolve import without_member

VALUES = "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,\nCCC,2024,,20\n"
SCREENED = """
[selection]
at_least_share = 1
"""
DEEP = """
[dimensions]
soil = { parent = "life" }
water = { parent = "soil" }
[indicators]
b = { dimension = "water" }
c = { indicator = "value", options = { column = "b" }, dimension = "soil", weight = 0 }
"""


def test_screening_is_repeated(lab):
    """BBB lacks only b: with b it is screened out, without b it is ranked, as in a scenario without b."""
    lab.write("values.csv", VALUES)
    plan = lab.plan(SCREENED)
    measurement = measure(plan)
    made = compose(without_member("b", plan), measurement)
    base = (lab.folder / "base.toml").read_text()
    lab.write("base.toml", base.replace('b = { indicator = "value", dimension = "life" }\n', ""))
    anew = lab.rank(SCREENED)

    np.testing.assert_array_equal(compose(plan, measurement).ranks, [[1, np.nan, np.nan]])
    np.testing.assert_array_equal(made.ranks, [[2, 1, np.nan]])
    np.testing.assert_array_equal(made.scores, anew.scores)
    np.testing.assert_array_equal(made.considered, anew.considered)


def test_a_dimension_goes_with_its_last_member_that_weighs(lab):
    """Without water only c is left in soil, of weight 0, so soil goes too; life keeps a."""
    plan = without_member("water", lab.plan(DEEP))

    assert [(node.name, [each.name for each in node.members]) for node in plan.tree] == [
        ("life", ["a"]),
        ("index", ["life"]),
    ]
    assert [each.key for each in plan.ranked] == ["a"]
    assert [each.leaves for node in plan.tree for each in node.members] == [1, 1]


@pytest.mark.parametrize("name", ["life", "index"])
def test_nothing_is_left(lab, name):
    """Without the only dimension no indicator is ranked, and composing says so."""
    plan = lab.plan(DEEP)
    empty = without_member(name, plan)

    assert empty.ranked == ()
    with pytest.raises(ScenarioError, match="indicators: no indicators left to rank by"):
        compose(empty, measure(plan))
