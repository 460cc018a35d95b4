"""Exact ranges hold every rank that weights can give, and are attained."""

import numpy as np
import pytest
from hubrank.plugin import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.sampling import Draws
from hubrank_analysis.exact import bounds_files, bounds_tables, exact_edition
from hypothesis import given, settings
from hypothesis import strategies as st

TREES = [{"a": ["x", "y", "z"]}, {"a": ["x", "y"], "b": ["u", "v", "w"]}]
DOUBTS = [0.25, 0.6, "any", {"constraints": ["x >= y"]}, {"within": 0.5, "constraints": ["x >= y"]}]
ARITHMETIC_INSIDE = {name: {"aggregation": {"method": "arithmetic"}} for name in "ab"}


def made(make, **choices):
    """The analysis and ranking of a scenario of random values."""
    plan, measurement = make(**choices)
    return analysis_of(plan, (measurement,)), compose(plan, measurement)


def prepared(make, **choices):
    """The analysis, ranking and exact analysis of a scenario of random values."""
    analysis, ranking = made(make, **choices)
    exact, units, why = exact_edition(analysis, ranking, 0)
    assert why == ""
    return analysis, ranking, exact, units


@pytest.mark.long
@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000),
    tree=st.sampled_from(TREES),
    weights=st.sampled_from(DOUBTS),
    method=st.sampled_from(["arithmetic", "geometric", "harmonic"]),
)
def test_ranges_hold_every_drawn_rank_and_are_attained(make, seed, tree, weights, method):
    """No draw of weights leaves the exact range, and the returned weights give its ends."""
    analysis, _, exact, units = prepared(
        make, units=8, tree=tree, seed=seed, aggregation={"method": method}, robustness={"weight_uncertainty": weights}
    )
    raw = analysis.design.block(0).raw[:, :500]
    ranks = analysis.ranks(Draws(choices=np.zeros((0, 500), dtype=int), raw=raw))[:, 0]
    for position, unit in enumerate(units):
        for worst in (False, True):
            found = exact.extreme(position, worst=worst, seconds=20)
            drawn = ranks[:, unit].max() if worst else ranks[:, unit].min()

            assert found.proven
            assert found.rank >= drawn if worst else found.rank <= drawn
            if found.weights is not None:
                scores = exact.scores(found.weights)
                tied = np.abs(scores - scores[position]) <= 2e-6 * exact.span
                ahead = int(((scores > scores[position]) & ~tied).sum())
                assert ahead + 1 <= found.rank <= ahead + int(tied.sum())


@pytest.mark.parametrize("uncertainty", [0.3, "any"])
def test_three_weights_against_a_fine_grid(make, uncertainty):
    """With 3 weights the exact ranges are those of 40,000 points of a grid, to a place where they are thin."""
    _, _, exact, units = prepared(
        make, units=9, tree={"a": ["x", "y", "z"]}, robustness={"weight_uncertainty": uncertainty}
    )
    steps = np.linspace(0.7, 1.3, 35) if uncertainty == 0.3 else np.linspace(0, 1, 200)
    grid = np.array(np.meshgrid(steps, steps, steps if uncertainty == 0.3 else [0.0])).reshape(3, -1)
    if uncertainty == "any":
        grid[2] = 1 - grid[0] - grid[1]
        grid = grid[:, grid[2] >= -1e-12]
    scores = exact.values @ (grid / grid.sum(axis=0))
    ranks = 1 + (scores[:, None] > scores[None] + 1e-9).sum(axis=0)
    for position in range(len(units)):
        best = exact.extreme(position, worst=False, seconds=20)
        worst = exact.extreme(position, worst=True, seconds=20)

        assert best.proven
        assert worst.proven
        assert 0 <= ranks[position].min() - best.rank <= 1
        assert 0 <= worst.rank - ranks[position].max() <= 1


@pytest.mark.long
def test_bounds_of_pairs_hold(make):
    """No draw gives a score difference beyond its pair's bound, in plain, logarithmic and mixed trees with gaps."""
    for choices in (
        {},
        {"aggregation": {"method": "geometric"}},
        {"aggregation": {"method": "generalised-mean", "p": -2, "counted_from": 101}},
        {"aggregation": {"method": "geometric"}, "dimensions": {"a": {"aggregation": {"method": "arithmetic"}}}},
        {
            "aggregation": {"method": "geometric"},
            "dimensions": {name: {"aggregation": {"method": "arithmetic"}} for name in "ab"},
            "gaps": 0.25,
            "missing": {"rule": "renormalise", "at_least_share": 0.5},
        },
    ):
        analysis, _, exact, _ = prepared(make, units=14, **choices)
        scores = analysis.ready(()).scores(analysis.design.block(0).part(slice(1000)), ordered=True)
        assert ((scores[:, None, :] - scores[:, :, None]).max(axis=0) <= exact.higher + 1e-9).all()


def test_dominance_leaves_out_what_follows(make):
    """Of three units each better in everything than the next, the chain has two links."""
    figures = [[[3.0, 3, 3, 3, 3], [2.0, 2, 2, 2, 2], [1.0, 1, 1, 1, 1]]]
    analysis, ranking, _, _ = prepared(make, units=3, figures=figures, robustness={"weight_uncertainty": "any"})

    _, dominance, _ = bounds_tables(analysis, ranking, 1)

    pairs = list(zip(dominance["unit"], dominance["ahead_of"], strict=True))
    assert pairs == [("U0000", "U0001"), ("U0001", "U0002")]


def test_winning_weights(make):
    """The unit that leads in one indicator is first when that weighs all; the unit that trails in all never is."""
    figures = [[[9.0, 1, 1], [1.0, 9, 1], [2.0, 2, 2], [0.5, 0.5, 0.5]]]
    _, _, exact, _ = prepared(
        make, units=4, tree={"a": ["x", "y", "z"]}, figures=figures, robustness={"weight_uncertainty": "any"}
    )
    weights = exact.winning_weights(1)

    assert exact.scores(weights).argmax() == 1
    assert {member: share for _, member, share in exact.weights.local_shares(weights)}["y"] > 0.5
    assert exact.winning_weights(3) is None


def test_time_limit_leaves_proven_bounds(make):
    """Without time for programs the bounds of pairs still hold what draws give."""
    analysis, ranking, _, _ = prepared(make, units=12, robustness={"weight_uncertainty": 0.5})

    table, _, _ = bounds_tables(analysis, ranking, 0)

    assert (table["best_bound"] <= table["best"]).all()
    assert (table["worst_bound"] >= table["worst"]).all()
    assert ((table["best"] == table["best_bound"]) & (table["worst"] == table["worst_bound"])).tolist() == (
        table["exact"] == "yes"
    ).tolist()


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"aggregation": {"method": "minimum"}}, "an aggregation or post-processing step is not a weighted mean"),
        ({"ranking": {"decimals": 1}}, 'only for unrounded scores and ties = "min"'),
        ({"ranking": {"ties": "max"}}, 'only for unrounded scores and ties = "min"'),
    ],
)
def test_not_offered(make, choices, said):
    """Exact ranges count who is ahead by a weighted sum as it is; of other ranks they would be wrong."""
    exact, _, why = exact_edition(*made(make, **choices), 0)

    assert exact is None
    assert why.endswith(said)


def test_units_that_the_solver_cannot_distinguish_share_the_best_rank(make):
    """Two units with the same values, and one ahead of both in one indicator, behind in the other.

    Best is rank 1 for the two, by weight on the first indicator, and rank 1 for the third; worst is 2 for the two,
    as neither is ahead of the other, and 3 for the third.
    """
    figures = [[[9.0, 1], [9.0, 1], [1.0, 9]]]
    _, _, exact, units = prepared(
        make, units=3, tree={"a": ["x", "y"]}, figures=figures, robustness={"weight_uncertainty": "any"}
    )
    found = {
        worst: [exact.extreme(at, worst=worst, seconds=20).rank for at in range(len(units))] for worst in (False, True)
    }

    assert found == {False: [1, 1, 1], True: [2, 2, 3]}


@pytest.mark.parametrize(
    ("seconds", "choices", "said"),
    [
        (20, {}, "exact over all uncertain weights in bounds.csv"),
        (0, {}, "(time limit: "),
        (20, {"dimensions": {"b": {"aggregation": {"method": "geometric"}}}}, "no bounds.csv: exact ranges are not"),
        (20, {"aggregation": {"method": "geometric"}, "dimensions": ARITHMETIC_INSIDE}, "(mixed tree: "),
        (20, {"gaps": 0.2, "missing": {"rule": "renormalise"}}, "(missing members: "),
    ],
)
def test_how_far_ranges_are_exact_is_said(make, seconds, choices, said):
    """Exact ranges, proven bounds with what keeps them from being exact, or draws alone are distinguished."""
    analysis, ranking = made(make, units=12, robustness={"weight_uncertainty": 0.5}, **choices)

    files, words = bounds_files(analysis, ranking, seconds)

    assert said in words
    assert ("bounds.csv" in files) != ("no bounds.csv" in words)
