"""From measurements to a ranking, by values worked out by hand."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError


def said(lab, error, changes, *plugins):
    """The message of a ranking that cannot be made, without the scenario's name."""
    with pytest.raises(error) as caught:
        lab.rank(changes, *plugins)
    return str(caught.value).removeprefix("mine.toml: 1 problem\n").strip()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # Weights are relative: 3 to 1 gives three quarters of a and one of b.
        ("[indicators]\na = { weight = 3 }", [8.25, 4, 8]),
        # If less is better, the core reverses values for any method, and goalposts: 10 to 30 gives 1 to 0.
        (
            '[indicators]\nb = { direction = -1 }\n[normalisation]\nmethod = "range"',
            [0, (1 / 3 + 1) / 2, (1 + 0.5) / 2],
        ),
        (
            '[indicators]\na.weight = 0\nb = { direction = -1, normalisation = { method = "posts", at = [10, 30] } }',
            [0, 1, 0.5],
        ),
        # Treatments and steps on the final score follow one another: ten times, then the logarithm.
        (
            '[indicators]\na = { treatment = [{ step = "times", by = 10 }, "log10"] }\nb = { weight = 0 }',
            [1, np.log10(20), np.log10(40)],
        ),
        ('ranking.post_processing = [{ step = "times", by = 0.1 }, "round", { step = "times", by = 3 }]', [6, 3, 3]),
    ],
)
def test_by_hand(lab, changes, expected):
    """The scores of A, B and C."""
    assert list(lab.scores(changes).values()) == pytest.approx(expected, rel=1e-12)


def test_tree(lab):
    """A dimension is a member of its parent by its own weight, beside indicators of the parent."""
    changes = """
[dimensions]
soil = { parent = "life", weight = 3 }
[indicators]
b = { dimension = "soil" }
"""
    ranking = lab.rank(changes)

    assert ranking.scores[0].tolist() == [0.25 * 1 + 0.75 * 30, 0.25 * 2 + 0.75 * 10, 0.25 * 4 + 0.75 * 20]
    assert ranking.nodes["soil"].scores[0].tolist() == [30, 10, 20]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ('at = [1, 100], bounds_in = "measured"', [0.0, 0.5, 1.0]),
        ("at = [0, 4]", [0.0, 0.25, 0.5]),
    ],
)
def test_bounds(lab, bounds, expected):
    """Bounds are on the treated scale, or on the raw one and are treated in the same way."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,1\nBBB,2024,10,2\nCCC,2024,100,3\n")
    scaling = f'normalisation = {{ method = "posts", {bounds} }}'
    changes = f'[indicators]\na = {{ treatment = "log10", {scaling} }}\nb = {{ weight = 0 }}'

    assert list(lab.scores(changes).values()) == pytest.approx(expected)


def test_bounds_of_a_treatment_that_looks_at_others(lab):
    """A bound cannot be treated like a value where the treatment looks at the other values."""
    scaling = 'normalisation = { method = "posts", at = [1, 4], bounds_in = "measured" }'

    assert said(lab, ScenarioError, f'[indicators]\na = {{ treatment = "cap-at-mean", {scaling} }}') == (
        "3  indicators.a.normalisation.bounds_in: 'cap-at-mean' depends on the other values, so it cannot be "
        "applied to bounds; give treated bounds"
    )


def test_overrides(lab):
    """The nearest choice wins: an indicator's before the scenario's, a dimension's before the scenario's."""
    changes = """
[dimensions]
soil = { aggregation = "least" }
[indicators]
b = { dimension = "soil", normalisation = "as-is", imputation = { method = "fill", by = 5 } }
c = { indicator = "value", options = { column = "b" }, dimension = "soil", treatment = { step = "times", by = 0.5 } }
[normalisation]
method = "range"
"""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,\nCCC,2024,4,20\n")
    ranking = lab.rank(changes + '[imputation]\nmethod = "fill"\nby = 40')

    assert ranking.imputed[0].tolist() == [[1, 30, 30], [2, 5, 40], [4, 20, 20]]
    assert ranking.treated[0, :, 2].tolist() == [15, 20, 10]
    assert ranking.nodes["soil"].scores[0].tolist() == [0.5, 1.0, 0.0]


EDITIONS = "unit,year,a,b\n" + "".join(
    f"{unit},{year},{a},{a}\n"
    for year, values in ((2022, (0, 5, 10)), (2024, (0, 10, 20)))
    for unit, a in zip(("AAA", "BBB", "CCC"), values, strict=True)
)


@pytest.mark.parametrize(
    ("over", "first", "second"),
    [
        ('"edition"', [0.0, 0.5, 1.0], [0.0, 0.5, 1.0]),
        ('"pooled"', [0.0, 0.25, 0.5], [0.0, 0.5, 1.0]),
        ("2022", [0.0, 0.5, 1.0], [0.0, 1.0, 2.0]),
        ("2024", [0.0, 0.25, 0.5], [0.0, 0.5, 1.0]),
    ],
)
def test_over(lab, over, first, second):
    """A scale is learnt from each edition, from all, or from one on which all are read."""
    lab.write("values.csv", EDITIONS)
    scores = lab.rank(f'editions = [2022, 2024]\n[normalisation]\nmethod = "range"\nfitted_on = {over}').scores

    assert scores.tolist() == [first, second]


def test_treatment_over_pooled(lab):
    """A treatment too may learn from all editions: their mean is 7.5."""
    lab.write("values.csv", EDITIONS)
    changes = 'editions = [2022, 2024]\n[treatment]\nsteps = ["cap-at-mean"]\nfitted_on = "pooled"'

    assert lab.rank(changes).scores.tolist() == [[0, 5, 7.5], [0, 7.5, 7.5]]


GAPS = "unit,year,a,b\nAAA,2024,1,\nBBB,2024,2,10\nCCC,2024,4,20\n"


@pytest.mark.parametrize(
    ("rule", "scores"),
    [
        ('rule = "unranked"', [None, 4.0, 8.0]),
        ('rule = "renormalise"', [1.0, 4.0, 8.0]),
    ],
)
def test_missing(lab, rule, scores):
    """A unit that lacks a member is rejected, or its weight is redistributed."""
    lab.write("values.csv", GAPS)
    made = lab.scores(f"[indicators]\na = {{ weight = 3 }}\n[missing]\n{rule}")

    assert [None if np.isnan(each) else each for each in made.values()] == scores


def test_missing_in_a_dimension(lab):
    """A dimension has its own rule."""
    lab.write("values.csv", GAPS)
    changes = '[dimensions.soil]\nmissing = { rule = "renormalise" }\n[indicators]\nb = { dimension = "soil" }'

    assert np.isnan(lab.scores(changes)["AAA"])
    assert (
        lab.scores(changes + '\nc = { indicator = "value", options = { column = "a" }, dimension = "soil" }')["AAA"]
        == 1.0
    )


def test_raw_weights(lab):
    """An aggregator may take weights as they are; a missing member has none."""
    lab.write("values.csv", GAPS)
    changes = '[indicators]\na = { weight = 2 }\n[aggregation]\nmethod = "sum"\n[missing]\nrule = "renormalise"'

    # life is the only member of the index, by weight 1
    assert lab.scores(changes) == {"AAA": 2.0, "BBB": 14.0, "CCC": 28.0}


def test_selection(lab):
    """Units that lack too much, or are dropped, are not ranked, and what they have is not seen by others."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,100,\nBBB,2024,2,10\nCCC,2024,4,20\n")
    changes = '[selection]\nat_least_share = 0.6\n[normalisation]\nmethod = "range"\n[missing]\nrule = "renormalise"'

    assert np.isnan(lab.scores(changes)["AAA"])
    assert lab.scores(changes)["CCC"] == 1.0
    kept = lab.scores(changes.replace("0.6", '0.6\nkeep = ["AAA"]'))
    assert (kept["AAA"], kept["CCC"]) == (1.0, pytest.approx((2 / 98 + 1) / 2))
    assert np.isnan(lab.scores('[selection]\nexclude = ["BBB"]')["BBB"])


def test_nothing_is_filled_for_the_unmeasured(lab):
    """A unit of which nothing was measured is not ranked, whatever is imputed for others."""
    lab.write("values.csv", "unit,year,a,b\nBBB,2024,2,\nCCC,2024,4,20\n")
    scores = lab.scores('[imputation]\nmethod = "fill"\nby = 7')

    assert np.isnan(scores["AAA"])
    assert scores["BBB"] == 4.5


@pytest.mark.parametrize(("passes", "score"), [("post-processed", 200.0), ("raw", 20.0)])
def test_passes(lab, passes, score):
    """A parent gets a dimension's score after its steps, or as it was before them."""
    changes = f"""
[dimensions]
soil = {{ post_processing = [{{ step = "times", by = 10 }}], parent_uses = "{passes}" }}
[indicators]
a = {{ weight = 1 }}
b = {{ dimension = "soil" }}
[ranking]
post_processing = []
"""
    ranking = lab.rank(changes)

    assert ranking.nodes["soil"].scores[0, 2] == 200.0
    assert ranking.scores[0, 2] == (4 + score) / 2
