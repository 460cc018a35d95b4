"""The reasons why a unit has no rank, counted by the rules that excluded it."""

import numpy as np
import pytest
from hubrank.plugin import Aggregator
from hubrank.ranking.notices import reasons
from hypothesis import given, settings
from hypothesis import strategies as st

VALUES = """unit,year,a,b,c
OK,2024,1,1,1
FEW,2024,,,1
ZERO,2024,0,0,1
DROP,2024,1,1,1
LACKS,2024,1,,1
"""
DEEP = """
[dimensions]
soil = { parent = "life" }
[indicators]
b = { dimension = "soil" }
c = { indicator = "value", dimension = "soil" }
"""


@pytest.fixture
def why(lab):
    """The reasons of all units without a rank, by unit."""
    codes = ("OK", "NONE", "FEW", "ZERO", "DROP", "LACKS")
    lab.write("units.csv", "unit,name\n" + "".join(f"{code},{code}\n" for code in codes))
    lab.write("values.csv", VALUES)

    def of(changes, *plugins):
        unranked = lab.rank(changes, *plugins).unranked()
        return dict(zip(unranked["unit"], unranked["why"], strict=True))

    return of


def test_every_reason(why):
    """Nothing measured, screened out, dropped, or a member missing: c has no weight, so LACKS lacks b only.

    FEW has c of a, b, c, of which half is 1.5, so 2 are needed; of ZERO's 3 values one is not 0, and 2 must not be.
    """
    changes = """
[dimensions]
soil = { parent = "life" }
[indicators]
b = { dimension = "soil" }
c = { indicator = "value", dimension = "soil", weight = 0 }
[selection]
at_least_share = 0.5
at_least_nonzero_share = 0.5
exclude = ["DROP"]
"""

    assert why(changes) == {
        "NONE": "no measured values",
        "FEW": "selection: has 1 of 3 indicators; at_least_share = 0.5 requires 2",
        "ZERO": "selection: 1 of 3 values is not 0; at_least_nonzero_share = 0.5 requires 2",
        "DROP": "selection: listed in exclude",
        "LACKS": "soil: missing b",
    }


def test_a_share_that_rounds_to_what_is_needed(why):
    """2 of 3 is 66.7 %, which reads as the 67 % that are needed; counts do not."""
    said = why(DEEP + "[selection]\nat_least_share = 0.67")

    assert said["LACKS"] == "selection: has 2 of 3 indicators; at_least_share = 0.67 requires 3"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("at_least_share = 0.67", "soil: has 1 of 2 members, missing b; at_least_share = 0.67 requires 2"),
        ("at_least_count = 2", "soil: has 1 of 2 members, missing b; at_least_count = 2 requires 2"),
    ],
)
def test_too_few_members_to_share_out_the_weight(why, rule, said):
    """Soil has b and c, of which LACKS has one; then life lacks soil, and has a: one of two. The root lacks all."""
    made = why(f'{DEEP}[missing]\nrule = "renormalise"\n{rule}')

    assert made["LACKS"] == f"life: has 1 of 2 members, missing soil; {rule} requires 2; {said}"


def test_a_score_that_is_undefined(why, lab):
    """A method may leave a unit without a score though it lacks nothing."""
    odd = Aggregator(
        name="odd", may_be_undefined=True, apply=lambda scores, *_: np.where(scores[..., 0] > 0, scores[..., 0], np.nan)
    )
    said = why('[aggregation]\nmethod = "odd"', lab.plugin("mine", aggregators=[odd]))

    assert said["ZERO"] == "life: its score by odd is undefined"


NESTED = """
normalisation = "none"
missing = { rule = "renormalise", at_least_count = 2 }
exclude = ["money", "ideas"]
[dimensions]
ready = { missing = { rule = "renormalise", at_least_count = 1 } }
economic = { parent = "ready" }
social = { parent = "ready" }
vulnerable = {}
[indicators]
x = { indicator = "value", dimension = "economic", options = { column = "a" } }
y = { indicator = "value", dimension = "social", options = { column = "b" } }
z = { indicator = "value", dimension = "vulnerable", options = { column = "c" } }
"""


def test_only_what_keeps_the_unit_out(workshop):
    """U0 and U1 both lack x, and one of two is enough for `ready`: what keeps U1 out is z alone."""
    values = np.full((2, 6, 3), 1.0)
    values[:, 0, 0] = values[:, 1, 0] = values[:, 1, 2] = np.nan
    ranking = workshop.rank(workshop.plan(NESTED), values)

    assert ranking.why(0, 0) == ""
    assert ranking.why(0, 1) == (
        "index: has 1 of 2 members, missing vulnerable; at_least_count = 2 requires 2; vulnerable: missing z"
    )


def test_a_share_of_members_that_are_dimensions(workshop):
    """Half of `ready` will not do where 0.6 of 2 are asked for: both levels say what they lack."""
    values = np.full((2, 6, 3), 1.0)
    values[0, 2, 0] = np.nan
    share = NESTED.replace("at_least_count = 1", "at_least_share = 0.6")

    assert workshop.rank(workshop.plan(share), values).why(0, 2) == (
        "index: has 1 of 2 members, missing ready; at_least_count = 2 requires 2; "
        "ready: has 1 of 2 members, missing economic; at_least_share = 0.6 requires 2; economic: missing x"
    )


RULES = [
    'rule = "unranked"',
    *(f'rule = "renormalise"\n{each}' for each in ("at_least_count = 2", "at_least_share = 0.6")),
]


@settings(max_examples=12)
@given(gaps=st.lists(st.booleans(), min_size=25, max_size=25), rule=st.sampled_from(RULES))
def test_what_the_reason_names_is_enough_and_needed(workshop, gaps, rule):
    """Given all that its reasons name a unit is ranked; given only what they do not name it is not."""
    plan = workshop.plan(f'normalisation = "none"\n[missing]\n{rule}')
    made = np.where(np.reshape([*gaps, *[False] * 5], (6, 5)), np.nan, np.arange(30.0).reshape(6, 5) % 7 + 1)
    values = np.broadcast_to(made, (2, 6, 5))
    ranking = workshop.rank(plan, values)
    keys = [each.key for each in plan.ranked]
    for unit in range(6):
        found = reasons(ranking, 0, unit)
        named = [keys.index(name) for each in found for name in each.missing if name in keys]
        assert bool(named) == bool(ranking.considered[0, unit] and np.isnan(ranking.ranks[0, unit]))
        if named:
            assert _ranked(workshop, plan, values, unit, named)
            assert not _ranked(workshop, plan, values, unit, [at for at in range(5) if at not in named])


def _ranked(workshop, plan, values, unit, given_now):
    """Whether a unit is ranked once it has these indicators."""
    filled = np.array(values)
    filled[:, unit, given_now] = np.where(np.isnan(filled[:, unit, given_now]), 7.0, filled[:, unit, given_now])
    return bool(workshop.rank(plan, filled).ranks[0, unit] > 0)
