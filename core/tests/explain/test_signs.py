"""Who gains by what: each kind of part with its sign, worked out by hand."""

import numpy as np
import pytest
from hubrank.explain.contributions import against_all, contributions
from hubrank.explain.shapley import RankedUnits
from hubrank.plugin import Aggregator, Form, Rescaling, Weighting

TWO = "unit,year,a,b\n"
#: The laboratory's mean, which says nothing of itself and is split by Shapley values, and one that says it is a sum.
METHODS = {"mean": "Shapley", "added": "additive"}
ADDED = Aggregator(name="added", apply=lambda scores, weights, *_: (scores * weights).sum(axis=-1), form=Form())
by_any_method = pytest.mark.parametrize("method", METHODS)


def split(lab, method, changes="", *, first, second, **parts):
    """The parts of one cell's lead over another's; a cell is an edition's and a unit's position."""
    aggregation = f'\n[aggregation]\nmethod = "{method}"'
    ranking = lab.rank(changes + aggregation, lab.plugin("mine", aggregators=[ADDED], **parts))
    made = contributions(*(RankedUnits.of(ranking, *cell) for cell in (first, second)))
    assert made.attribution["life"] == METHODS[method]
    return made, {part: pytest.approx(each.item()) for part, each in made.parts.items()}


@by_any_method
def test_the_better_has_the_plus(lab, method):
    """A has 1 and 30, B 2 and 10: by halves A loses 0.5 by a and gains 10 by b; seen from B the signs turn."""
    _, lead = split(lab, method, first=(0, 0), second=(0, 1))
    _, lag = split(lab, method, first=(0, 1), second=(0, 0))

    assert lead == {("indicator", "a"): -0.5, ("indicator", "b"): 10}
    assert lag == {("indicator", "a"): 0.5, ("indicator", "b"): -10}


@by_any_method
def test_less_is_a_gain_where_less_is_better(lab, method):
    """Turned round, A's 30 against B's 10 costs it half of 20."""
    _, lead = split(lab, method, "[indicators]\nb = { direction = -1 }", first=(0, 0), second=(0, 1))

    assert lead == {("indicator", "a"): -0.5, ("indicator", "b"): -10}


@by_any_method
def test_a_dimension_hands_down_what_it_brings(lab, method):
    """Soil weighs 3 of 4 and holds b and c by 1 and 3: b brings 3/16 of 20, c 9/16 of -1, a a quarter of -1."""
    lab.write("values.csv", "unit,year,a,b,c\nAAA,2024,1,30,5\nBBB,2024,2,10,6\nCCC,2024,4,20,7\n")
    changes = """
[dimensions]
soil = { parent = "life", weight = 3 }
[indicators]
b = { dimension = "soil" }
c = { indicator = "value", dimension = "soil", weight = 3 }
"""
    made, lead = split(lab, method, changes, first=(0, 0), second=(0, 1))

    assert lead == {("indicator", "a"): -0.25, ("indicator", "b"): 3.75, ("indicator", "c"): -0.5625}
    assert {name: pytest.approx(each.item()) for name, each in made.totals.items()} == {
        "a": -0.25,
        "b": 3.75,
        "c": -0.5625,
        "soil": 3.1875,
        "life": 2.9375,
    }


def test_the_lead_over_the_mean(lab):
    """The means of a and b are 7/3 and 20: A's 1 and 30 bring half of -4/3 and half of 10."""
    made = against_all(lab.rank(), 0, 0)

    assert made.indicators(("a", "b"))[0] == pytest.approx([-2 / 3, 5])
    assert made.difference.item() == pytest.approx(13 / 3)


@by_any_method
def test_other_weights_of_another_edition(lab, method):
    """From 2 and 6 by 1/4 and 3/4 to 4 and 8 by 3/4 and 1/4 the score stays 5.

    The mean weights are halves, so each value brings half of 2. Weights bring the mean values by what they rose:
    3 by 1/2 and 7 by -1/2, together -2.
    """
    lab.write("values.csv", TWO + "AAA,2023,2,6\nBBB,2023,1,1\nAAA,2024,4,8\nBBB,2024,1,1\n")
    turning = Weighting(
        name="turning",
        apply=lambda scores, context, options: (
            np.array([[[1.0, 3.0]], [[3.0, 1.0]]]) if scores.shape[-1] == 2 else np.ones(1)
        ),
    )
    changes = 'editions = [2023, 2024]\n[weighting]\nmethod = "turning"'
    made, moved = split(lab, method, changes, first=(1, 0), second=(0, 0), weightings=[turning])

    assert made.difference.item() == pytest.approx(0)
    assert moved == {("indicator", "a"): 1, ("indicator", "b"): 1, ("weights", "life"): -2}


@by_any_method
def test_a_step_that_reads_scores_otherwise(lab, method):
    """A stays at 5 while the best goes from 10 to 20: in hundredths of the best it falls by 25, by the step alone."""
    lab.write("values.csv", TWO + "AAA,2023,5,5\nBBB,2023,10,10\nAAA,2024,5,5\nBBB,2024,20,20\n")
    best = Rescaling(name="of-best", apply=lambda scores, *_: 100 * scores / np.nanmax(scores, axis=-1, keepdims=True))
    changes = 'editions = [2023, 2024]\n[ranking]\npost_processing = ["of-best"]'
    made, moved = split(lab, method, changes, first=(1, 0), second=(0, 0), rescalings=[best])
    _, within = split(lab, method, changes, first=(1, 1), second=(1, 0), rescalings=[best])

    assert made.difference.item() == pytest.approx(-25)
    assert moved == {("indicator", "a"): 0, ("indicator", "b"): 0, ("steps", "index"): -25}
    assert within == {("indicator", "a"): 37.5, ("indicator", "b"): 37.5}


@pytest.mark.parametrize(("first", "sign"), [(0, 1), (1, -1)])
@pytest.mark.parametrize(("method", "a", "soil"), [("added", -0.5, 14), ("mean", -0.75, 14.25)])
def test_a_dimension_that_one_lacks(lab, method, a, soil, first, sign):
    """A has 1 and 30, B 2 and no soil, so its score is 2: 13.5 to part.

    As a sum, soil brings half of 30 less 2 and a half of 1 less 2. By coalitions a brings -1 alone and -0.5 after soil,
    soil 14 alone and 14.5 after a.
    """
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,\nCCC,2024,4,20\n")
    changes = (
        '[dimensions.soil]\nparent = "life"\n[indicators]\nb = { dimension = "soil" }\n[missing]\nrule = "renormalise"'
    )
    _, lead = split(lab, method, changes, first=(0, first), second=(0, 1 - first))

    assert lead == {("indicator", "a"): a * sign, ("dimension", "soil"): soil * sign}
