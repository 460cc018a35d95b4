"""Groups side by side, counted by hand."""

import json

import numpy as np
import pytest
from hubrank.plugin import UsageError
from hubrank_analysis.rivalry import rivalry, share_won


@pytest.fixture
def ranking(workshop):
    """Six units of countries A, B in turn, f and g identical: A has 60, 40, 20; B has 50, 20, 10."""
    values = np.zeros((2, 6, 2))
    values[:] = np.array([60, 50, 40, 20, 20, 10.0])[:, None]
    return workshop.rank(workshop.flat("arithmetic"), values)


def test_pairs_are_counted_with_ties_as_halves(ranking):
    """A's 60 beats all three, 40 beats two, 20 beats one and ties one: 3 + 2 + 1.5 of 9."""
    made = rivalry(ranking, 0, "country")

    assert made.groups == ("A", "B")
    assert made.standings[0].wins[0, 1] == pytest.approx(6.5 / 9)
    assert made.standings[0].wins[1, 0] == pytest.approx(2.5 / 9)


def test_sums_medians_and_tiers(ranking):
    """A: 120 and 40; of the six, the scenario naming no tiers, only those that leave someone out count."""
    standing = rivalry(ranking, 0, "country").standings[1]

    assert standing.name == "all"
    assert (standing.sums.tolist(), standing.medians.tolist()) == ([120, 80], [40, 20])
    assert standing.tiers.tolist() == [[3], [3]]


def test_groups_are_named_in_any_case_and_by_any_column(ranking):
    """Units 0 to 2 are of the East."""
    made = rivalry(ranking, 0, "continent", ["west", "EAST"])

    assert made.groups == ("West", "East")
    assert made.units[1].tolist() == [0, 1, 2]


def test_fewer_is_better_where_the_lowest_score_is_best(workshop):
    """Then the share won is the other's."""
    values = np.zeros((2, 6, 5))
    values[:] = np.arange(6.0)[:, None]
    plan = workshop.plan('[ranking]\nbest = "lowest"')

    assert rivalry(workshop.rank(plan, values), 0, "continent", ["East", "West"]).standings[0].wins[0, 1] == 1


def test_gaps_are_in_no_pair():
    """Two against one that is there: one win of two."""
    assert share_won(np.array([1.0, 3.0]), np.array([2.0, np.nan])) == 0.5
    assert np.isnan(share_won(np.array([np.nan]), np.array([2.0])))


@pytest.mark.parametrize(
    ("by", "groups", "said"),
    [
        ("contry", [], "the units have no column 'contry'; did you mean 'country'?"),
        ("country", ["A", "C"], "no ranked unit has the country 'C'; available: A, B"),
        ("country", ["A"], "at least two groups are needed; available: A, B"),
    ],
)
def test_what_is_not_there_is_said(ranking, by, groups, said):
    """With what there is instead."""
    with pytest.raises(UsageError) as error:
        rivalry(ranking, 0, by, groups)

    assert str(error.value) == said


def test_the_command_shows_both_ways(run, towns):
    """As a table and as JSON."""
    _, table, _ = run("rivalry", towns)
    _, out, _ = run("rivalry", towns, "BB", "AA", "--format", "json")

    assert "pairs won" in table
    assert json.loads(out)["groups"] == ["BB", "AA"]
