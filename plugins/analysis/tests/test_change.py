"""Change between editions and between scenarios: it sums, and is what can be worked out by hand."""

import numpy as np
import pytest
from hubrank_analysis.between import between, same_unit
from hubrank_analysis.moves import change, overtaking
from hypothesis import given, settings
from hypothesis import strategies as st

METHODS = [
    "",
    '[aggregation]\nmethod = "geometric"',
    '[aggregation]\nmethod = "median"',
    '[aggregation]\nmethod = "copeland"',
    'weighting = "entropy"',
    '[normalisation]\nmethod = "min-max"\nfitted_on = "pooled"',
    '[treatment]\nsteps = [{ step = "winsorise", quantile = 0.2 }]',
    "[indicators]\nd = { editions = { last = 2023 } }\ne = { editions = { first = 2024 } }",
    '[ranking]\nties = "average"\ndecimals = 0',
    '[ranking]\nbest = "lowest"\npost_processing = ["min-max"]',
]


def summed(made):
    """The change of score and of rank, summed from their parts."""
    score = made.own + made.scale
    places = sum(each.places + each.others for each in made.moves) + made.overtaking.rest
    return score, places + len(made.overtaking.went) - len(made.overtaking.came)


@pytest.mark.long
@pytest.mark.parametrize("changes", METHODS)
@settings(max_examples=4)
@given(seed=st.integers(0, 10_000), unit=st.integers(0, 5))
def test_a_change_of_score_and_rank_is_the_sum_of_its_parts(workshop, changes, seed, unit):
    """For any values, with missing values, under methods that learn from the edition, and with rules for ties."""
    rng = np.random.default_rng(seed)
    values = rng.uniform(1, 50, size=(2, 6, 5)).round(1)
    values[rng.integers(2), rng.integers(6), rng.integers(5)] = np.nan
    ranking = workshop.rank(workshop.plan(changes), values)
    score, places = summed(change(ranking, 0, 1, unit))

    assert score == pytest.approx(ranking.scores[1, unit] - ranking.scores[0, unit], abs=1e-9)
    assert places == pytest.approx(ranking.ranks[0, unit] - ranking.ranks[1, unit], abs=1e-9)


def test_a_figure_that_did_not_change_brings_nothing_of_its_own(workshop, figures):
    """Though the scale that it is read on moves with the others' values."""
    figures = np.nan_to_num(figures, nan=20.0)
    figures[1, 2, 1] = figures[0, 2, 1]
    made = change(workshop.rank(workshop.plan(), figures), 0, 1, 2)

    assert made.moves[1].own == pytest.approx(0, abs=1e-12)
    assert abs(made.moves[1].scale) > 1e-3


def test_on_a_fixed_scale_all_change_is_own(workshop, figures):
    """Goalposts do not move."""
    plan = workshop.plan('normalisation = { method = "goalposts", goalposts = [0, 60] }')
    made = change(workshop.rank(plan, figures), 0, 1, 4)

    assert made.scale == pytest.approx(0, abs=1e-12)
    assert made.own == pytest.approx(made.score)


def test_own_and_scale_are_credited_before_and_after_each_other(workshop):
    """F of three units, min-max: own 20 to 30 of a range 0 to 40 that becomes 0 to 60.

    Own: 10/40 before the range moves, 10/60 after it: 5/24. Scale: 20/60 - 20/40 and 30/60 - 30/40: -5/24.
    """
    plan = workshop.plan(
        'exclude = ["money", "ideas"]\nnormalisation = "min-max"\n[dimensions]\nall = {}\n[indicators]\n'
        'f = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
    )
    values = np.array([[0, 40, 20, 1, 1, 1], [0, 60, 30, 1, 1, 1]], dtype=float)[..., None]
    made = change(workshop.rank(plan, values), 0, 1, 2)

    assert made.moves[0].own == pytest.approx(5 / 24)
    assert made.moves[0].scale == pytest.approx(-5 / 24)


def test_vintages_show_renewed_values(workshop, figures):
    """A value whose vintage is another is renewed; one of the same vintage is not."""
    vintages = np.full(figures.shape, "2020", dtype=object)
    vintages[1, :, 0] = "2024"
    made = change(workshop.rank(workshop.plan(), figures, vintages), 0, 1, 4)

    assert [each.key for each in made.moves if each.renewed] == ["a"]


def test_who_was_overtaken_is_named(workshop):
    """Unit 2 goes from 20, behind 30 and 40, to 35: past the unit of 30, by its own value alone."""
    plan = workshop.flat("arithmetic")
    values = np.zeros((2, 6, 2))
    values[..., 0] = [[10, 30, 20, 40, 5, 1], [10, 30, 35, 40, 5, 1]]
    met = overtaking(workshop.rank(plan, values), 0, 1, 2)

    assert (met.units.tolist(), met.places.tolist()) == ([1], [1.0])
    assert (met.own.tolist(), met.others.tolist()) == ([1.0, 0.0], [0.0, 0.0])


def test_a_newcomer_ahead_costs_a_place(workshop):
    """A unit that has no values before and the best after is new ahead of all."""
    plan = workshop.flat("arithmetic")
    values = np.full((2, 6, 2), 1.0)
    values[..., 0] = [10, 30, 20, 40, 5, 1]
    values[0, 3] = np.nan
    met = overtaking(workshop.rank(plan, values), 0, 1, 1)

    assert met.came.tolist() == [3]
    assert (met.places.tolist(), met.went.tolist()) == ([], [])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ("[dimensions]\nmoney = { weight = 5 }", ["weights"]),
        ('[aggregation]\nmethod = "geometric"', ["tree, missing and aggregation"]),
        ('[treatment]\nsteps = ["log"]\n[ranking]\npost_processing = ["best-100"]', ["treatment", "ranking"]),
        ('exclude = ["e"]', ["tree, missing and aggregation"]),
        ('normalisation = "z-score"\n[imputation]\nmethod = "median"', ["imputation", "normalisation"]),
        ('[units]\nexclude = ["U0"]', ["data"]),
    ],
)
def test_two_scenarios_differ_by_their_steps(workshop, figures, changes, expected):
    """The steps named are those that differ; they sum to the difference of score and rank."""
    one, other = workshop.plan(), workshop.plan(changes)
    keys = [each.key for each in one.indicators]
    kept = [keys.index(each.key) for each in other.indicators]
    units = [one.units.units.codes.index(code) for code in other.units.units.codes]
    first, second = workshop.rank(one, figures), workshop.rank(other, figures[:, units][:, :, kept])
    made = between(first, second, (0, 0), (1, same_unit(first, 1, second)))
    leads = sum(theirs - ours for _, _, ours, theirs in made.indicators())
    beside = sum(
        sum(v[0] for k, v in lead.parts.items() if k[0] != "indicator") * sign
        for lead, sign in zip(made.leads, (-1, 1), strict=True)
    )

    assert [each.name for each in made.steps] == expected
    assert sum(each.score for each in made.steps) == pytest.approx(made.score, abs=1e-9)
    assert sum(each.places for each in made.steps) == made.places
    assert made.mean + leads + beside == pytest.approx(made.score, abs=1e-9)


def test_steps_that_cannot_be_composed_alone_are_taken_together(workshop, figures):
    """Z-scores under a geometric mean are rejected, so normalisation waits for the aggregation."""
    one = workshop.plan('[aggregation]\nmethod = "geometric"')
    other = workshop.plan('normalisation = "z-score"')
    made = between(workshop.rank(one, figures), workshop.rank(other, figures), (0, 0), (3, 3))

    assert [each.name for each in made.steps] == ["normalisation, weights, tree, missing and aggregation"]


def test_a_unit_of_another_code_is_found_by_its_name(workshop, figures):
    """U1 has no code of its own in the second list, but its name, written differently; its values are joined too."""
    one = workshop.rank(workshop.plan(), figures)
    table = one.plan.units.units.frame.reset_index()
    table.loc[1, [str(table.columns[0]), "name"]] = ["U1b", f" {table.loc[1, 'name'].upper()}"]
    table.to_csv(workshop.folder / "renamed.csv", index=False)
    other = workshop.rank(workshop.plan('units = { file = "renamed.csv" }'), figures)
    made = between(one, other, (0, 0), (1, same_unit(one, 1, other)))

    assert (one.codes[1], other.codes[same_unit(one, 1, other)]) == ("U1", "U1b")
    assert made.score == pytest.approx(0, abs=1e-12)
    assert made.steps == ()
