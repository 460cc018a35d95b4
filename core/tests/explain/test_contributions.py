"""Contributions: they sum to the difference for every aggregator, and are what can be worked out by hand."""

import numpy as np
import pytest
from hubrank.explain.contributions import contributions
from hubrank.explain.shapley import RankedUnits, effective_weights, logarithmic_mean
from hypothesis import given, settings
from hypothesis import strategies as st

AGGREGATIONS = [
    '"arithmetic"',
    '"geometric"',
    '{ method = "geometric", shift = 3 }',
    '{ method = "geometric", counted_from = 200 }',
    '"harmonic"',
    '{ method = "generalised-mean", p = 2 }',
    '"sum"',
    '"product"',
    '"minimum"',
    '"maximum"',
    '"median"',
    '{ method = "owa", orness = 0.3 }',
    '"mazziotta-pareto"',
    '{ method = "mean-min", penalty = 0.7 }',
    '"copeland"',
    '"borda"',
]


def total(made):
    """The sum of all parts, for each pair."""
    return sum(made.parts.values())


@pytest.mark.long
@pytest.mark.parametrize("method", AGGREGATIONS)
@settings(max_examples=5)
@given(data=st.data())
def test_parts_sum_to_the_difference_for_every_aggregator(workshop, method, data):
    """Of any two units, missing values or not, equal values or not."""
    plan = workshop.plan(f"[normalisation]\nrange = [50, 150]\n[aggregation]\n{keyed(method)}")
    number = st.one_of(st.integers(1, 4), st.floats(0.5, 90))
    column = st.lists(number, min_size=12, max_size=12)
    values = np.array([data.draw(column) for _ in range(5)], dtype=float).T.reshape(2, 6, 5)
    values[:, 0, :], values[:, 1, :] = 0.25, 100.0
    for at in data.draw(st.sets(st.tuples(st.integers(0, 1), st.integers(2, 5), st.integers(0, 4)), max_size=4)):
        values[at] = np.nan
    ranking = workshop.rank(plan, values)
    ranked = np.flatnonzero(~np.isnan(ranking.scores[0]) & ~np.isnan(ranking.scores[1]))
    one, other = ranked[:-1], ranked[1:]
    within = contributions(RankedUnits.of(ranking, 1, one), RankedUnits.of(ranking, 1, other))
    across = contributions(RankedUnits.of(ranking, 1, one), RankedUnits.of(ranking, 0, one))
    near = 1e-9 * max(1.0, np.nanmax(np.abs(ranking.scores)))

    assert total(within) == pytest.approx(ranking.scores[1][one] - ranking.scores[1][other], abs=near)
    assert total(across) == pytest.approx(ranking.scores[1][one] - ranking.scores[0][one], abs=near)


def keyed(method):
    """A choice as the lines of its table."""
    if not method.startswith("{"):
        return f"method = {method}"
    return method.strip("{} ").replace(", ", "\n")


def test_a_sum_is_split_into_its_own_terms(workshop, figures):
    """Weight times difference: ideas weigh 1/3 with a at 1/4 and b at 3/4, money 2/3 with thirds."""
    figures = np.nan_to_num(figures, nan=20.0)
    ranking = workshop.rank(workshop.plan(), figures)
    made = contributions(RankedUnits.of(ranking, 0, 3), RankedUnits.of(ranking, 0, 4))
    gap = ranking.normalised[0, 3] - ranking.normalised[0, 4]
    weights = [1 / 12, 3 / 12, 2 / 9, 2 / 9, 2 / 9]

    assert made.indicators(tuple("abcde"))[0] == pytest.approx(gap * weights)


@pytest.mark.parametrize("method", ['"arithmetic"', '"sum"', '"geometric"'])
@pytest.mark.parametrize("gaps", [False, True])
def test_many_pairs_at_once(workshop, figures, method, gaps):
    """Each is split as it is alone, to the last bit, also where pairs have all members and the same weights."""
    figures = figures if gaps else np.nan_to_num(figures, nan=20.0)
    ranking = workshop.rank(workshop.plan(f"[aggregation]\n{keyed(method)}"), figures)
    ranked = np.flatnonzero(~np.isnan(ranking.scores[0]))
    one = RankedUnits.of(ranking, 0, ranked[:1])
    made = contributions(one, RankedUnits.of(ranking, 0, ranked))

    for at, unit in enumerate(ranked):
        alone = contributions(one, RankedUnits.of(ranking, 0, unit))
        parts = {part: amounts[at] for part, amounts in made.parts.items() if amounts[at]}
        assert parts == {part: amounts[0] for part, amounts in alone.parts.items() if amounts[0]}
        assert [item[at] for item in made.totals.values()] == [alone.totals[name][0] for name in made.totals]


def test_equal_means_are_split_in_the_same_way(workshop, figures):
    """The generalised mean of the power 1 declares itself an arithmetic mean, of the power 0 a geometric one."""
    for power, name in ((1, "arithmetic"), (0, "geometric")):
        made = []
        for method in (f'"{name}"', f'"generalised-mean"\np = {power}'):
            ranking = workshop.rank(workshop.plan(f"[aggregation]\nmethod = {method}"), figures)
            made.append(contributions(RankedUnits.of(ranking, 0, 3), RankedUnits.of(ranking, 0, 1)))

        assert made[0].attribution == made[1].attribution
        assert made[0].indicators(tuple("abcde")) == pytest.approx(made[1].indicators(tuple("abcde")), abs=1e-9)


def test_a_mean_that_is_another_in_the_other_ranking_is_split_by_no_formula(workshop, figures):
    """Of an arithmetic against a geometric mean the parts still sum to the difference."""
    plans = [workshop.plan(f'[aggregation]\nmethod = "{method}"') for method in ("arithmetic", "geometric")]
    one, other = (RankedUnits.of(workshop.rank(plan, figures), 1, 4) for plan in plans)
    made = contributions(one, other)

    assert set(made.attribution.values()) == {"Shapley"}
    assert total(made) == pytest.approx(made.difference, abs=1e-9)


@pytest.mark.parametrize(
    ("method", "pair", "attribution", "expected"),
    [
        # 4^(1/2) 9^(1/2) = 6 against 1 * 1: ln 4 and ln 9 of the 5 points, in the proportion 2 ln 2 : 2 ln 3.
        ("geometric", [4, 9], "log-additive", [5 * np.log(2) / np.log(6), 5 * np.log(3) / np.log(6)]),
        # From (1, 1) to (3, 2) the lower rises by 1 only when both have risen: each brings one half.
        ("minimum", [3, 2], "Shapley", [0.5, 0.5]),
    ],
)
def test_a_split_by_hand(workshop, method, pair, attribution, expected):
    """Against a unit of ones."""
    values = np.ones((2, 6, 2))
    values[0, 0] = pair
    made = contributions(*(RankedUnits.of(workshop.rank(workshop.flat(method), values), 0, unit) for unit in (0, 1)))

    assert made.attribution["all"] == attribution
    assert made.indicators(("f", "g"))[0] == pytest.approx(expected)
    assert made.difference[0] == pytest.approx(sum(expected))


def test_a_part_that_one_lacks_counts_as_the_mean_of_its_rest(workshop, figures):
    """Unit 1 lacks a, so b is its ideas; a brings its weight times what the other's a lies above that."""
    ranking = workshop.rank(workshop.plan(), figures)
    made = contributions(RankedUnits.of(ranking, 0, 3), RankedUnits.of(ranking, 0, 1))
    expected = (ranking.normalised[0, 3, 0] - ranking.normalised[0, 1, 1]) / 12

    assert made.indicators(("a",))[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize("after", ['"best-100"', '"min-max"', '{ step = "power", exponent = 2 }', '"reverse"'])
def test_steps_on_scores_are_accounted_for(workshop, figures, after):
    """In a dimension and on the final score, within an edition and between two."""
    changes = f"[ranking]\npost_processing = [{after}]\n[dimensions]\nmoney = {{ post_processing = [{after}] }}"
    ranking = workshop.rank(workshop.plan(changes), figures)
    within = contributions(RankedUnits.of(ranking, 1, 4), RankedUnits.of(ranking, 1, 0))
    across = contributions(RankedUnits.of(ranking, 1, 4), RankedUnits.of(ranking, 0, 4))

    assert total(within) == pytest.approx(within.difference, abs=1e-9)
    assert total(across) == pytest.approx(across.difference, abs=1e-9)


def test_what_a_gap_weighs_is_shared_out(workshop, figures):
    """Unit 1 lacks a in the first edition: b has all of ideas' third."""
    ranking = workshop.rank(workshop.plan(), figures)

    assert effective_weights(RankedUnits.of(ranking, 0, 1))[0] == pytest.approx([0, 1 / 3, 2 / 9, 2 / 9, 2 / 9])


def test_the_logarithmic_mean_is_near_its_limit():
    """Between a number and itself it is that number; between 1 and e it is e - 1."""
    made = logarithmic_mean(np.array([2.0, np.e, 3.0]), np.array([2.0, 1.0, 3.0 * (1 + 1e-6)]))

    assert made == pytest.approx([2.0, np.e - 1, 3.0 * (1 + 5e-7)], rel=1e-12)
