"""Why values differ between two editions, and the uncertainty of rank changes: panels made by hand."""

import numpy as np
import pytest
from attrs import evolve
from hubrank_analysis.moves import cause_of, change

#: One dimension of f, which reads the column a, and of twice, which is made from f and from b.
FLAT = (
    'normalisation = "none"\naggregation = "arithmetic"\nexclude = ["money", "ideas"]\n'
    'missing = { rule = "renormalise" }\ninputs = { values = { options = { kind = "KIND" } } }\n'
    '[dimensions]\nall = {}\n[indicators]\nf = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
    'g = { indicator = "value", options = { column = "b" } }\n'
    'twice = { indicator = "sum", dimension = "all", from = ["f", "g"], options = { coefficients = [1, 1] } }\n'
)
SAME = ("2020", "a list", "")


def cause(workshop, before, after, texts=(SAME, SAME), other=(1.0, 1.0), kind="stock", key="f"):
    """Why U0's value differs: f before and after, with vintages, origins and methods, and another value g."""
    plan = workshop.plan(FLAT.replace("KIND", kind))
    values = np.tile(np.arange(1.0, 7.0)[:, None], (2, 1, 3))
    values[:, 0, 0], values[:, 0, 1] = (before, after), other
    values[..., 2] = values[..., 0] + values[..., 1]
    vintages, origins, methods = (np.full(values.shape, "", dtype=object) for _ in range(3))
    for panel, text in zip((vintages, origins, methods), zip(*texts, strict=True), strict=True):
        panel[:, 0, 0] = text
    ranking = workshop.rank(plan, values, vintages)
    measured = evolve(ranking.measurement, values=values, vintages=vintages, origins=origins, methods=methods)
    indicator = next(each for each in plan.indicators if each.key == key)
    return cause_of(evolve(ranking, measurement=measured), (0, 1), 0, indicator)


@pytest.mark.parametrize(
    ("before", "after", "texts", "kind", "expected"),
    [
        (5, 6, (SAME, ("2024", "a list", "")), "stock", "newer"),
        (5, 6, (SAME, SAME), "flow", "years"),
        (5, 6, (SAME, SAME), "stock", "reread"),
        (5, 6, (SAME, ("2024", "another list", "")), "stock", "source"),
        (5, 6, (SAME, ("2024", "a list", "estimated")), "stock", "source"),
        (5, 0, (SAME, ("2024", "a list", "")), "stock", "list"),
        (0, 5, (("2020-2024", "a list", "no row, which means 0"), ("2024", "a list", "")), "stock", "list"),
        (5, np.nan, (SAME, ("", "", "")), "stock", "gap"),
        (np.nan, 5, (("", "", ""), SAME), "stock", "gap"),
        (5, 5, (SAME, ("2024", "another list", "estimated")), "stock", "same"),
        (np.nan, np.nan, (SAME, SAME), "stock", "same"),
    ],
)
def test_why_a_figure_differs(workshop, before, after, texts, kind, expected):
    """Shown by its two values, vintages, origins and methods; a carried value is the same, whatever is beside it."""
    assert cause(workshop, before, after, texts, kind=kind) == expected


@pytest.mark.parametrize(
    ("after", "texts", "other", "expected"),
    [
        (6, (SAME, ("2024", "a list", "")), (1.0, 1.0), "newer"),
        (7, (SAME, ("2024", "a list", "")), (1.0, 0.0), "list"),
        (5, (SAME, SAME), (1.0, 0.0), "list"),
        (6, (SAME, ("2024", "another list", "")), (1.0, 2.0), "source"),
        (6, (SAME, SAME), (1.0, 0.0), "same"),
    ],
)
def test_a_figure_made_from_others_differs_as_they_do(workshop, after, texts, other, expected):
    """What need not be the world's speaks first; 5 + 1 and 6 + 0 are the same value."""
    assert cause(workshop, 5, after, texts, other=other, key="twice") == expected


def test_places_are_shared_out_by_why_the_figures_differ(workshop):
    """U1 rises from 4th to 1st by f alone (another source): 3 places of `source`. U0, overtaken, lost 1 to another.

    Scores are f, the others' are 6, 5, 4 and below; g stays out, since all have the same.
    """
    plan = workshop.plan(
        'normalisation = "none"\nexclude = ["money", "ideas"]\n[dimensions]\nall = {}\n[indicators]\n'
        'f = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
    )
    values = np.array([[6, 3, 5, 4, 2, 1], [6, 7, 5, 4, 2, 1]], dtype=float)[..., None]
    ranking = workshop.rank(plan, values)
    origins = np.full(values.shape, "a list", dtype=object)
    origins[1, 1] = "another list"
    ranking = evolve(ranking, measurement=evolve(ranking.measurement, origins=origins))
    risen, fallen = change(ranking, 0, 1, 1), change(ranking, 0, 1, 0)

    assert risen.split == pytest.approx({"world": 0, "source": 3, "list": 0, "others": 0})
    assert fallen.split == pytest.approx({"world": 0, "source": 0, "list": 0, "others": -1})
    assert (risen.unproven, fallen.unproven) == (True, False)
