"""How often draws move a unit as its rank moved: by hand, and against ranking draw by draw."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.moves import discoveries, moves_between, robust
from hubrank.uncertainty.outcome import assess, replay, with_intervals
from scipy.stats import false_discovery_control


def made(make, figures, **settings):
    """A plan of one dimension with x and y as they are measured, its values, and the ranking."""
    plan, measurement = make(
        units=len(figures[0]),
        editions=[2022 + at for at in range(len(figures))],
        tree={"a": ["x", "y"]},
        figures=figures,
        normalisation={"method": "none"},
        **settings,
    )
    return plan, measurement, compose(plan, measurement)


#: U0000 rises past U0001 by both indicators; U0002 past U0003 by y alone, which weighs as much as x.
FIGURES = [
    [[5.0, 5.0], [6.0, 6.0], [1.0, 1.0], [1.5, 1.0]],
    [[7.0, 7.0], [6.0, 6.0], [1.0, 3.0], [1.5, 1.0]],
]


def test_a_change_by_every_value_is_robust_and_one_by_a_single_value_is_not(make):
    """Any weights: U0000 passes in every draw. U0002 passes where 1 + 2w > 1.5 (1 - w) + w, w > 1/5: in 4 of 5.

    The share of y is uniform over 0 to 1 under any weights of two; 10,000 draws give 0.8 with an error of 0.004.
    """
    _, measurement, ranking = made(make, FIGURES, robustness={"weight_uncertainty": "any"})
    alike = moves_between(analysis_of(ranking.plan, (measurement,), closely=False), ranking, [(0, 1)], 10_000).agreement

    assert alike[0, :2].tolist() == [1.0, 1.0]
    assert alike[0, 2:] == pytest.approx([0.8, 0.8], abs=0.02)


def test_uncertainty_shared_by_editions_leaves_the_change_robust(make):
    """U0000 and U0001 trade x for y; the weights decide who is first in each edition, but not who rose.

    With ranks drawn apart, each would rise in a quarter of the draws. Here none does: both editions are the same, so
    the ranking has no move and no draw has one.
    """
    same = [[5.0, 1.0], [1.0, 5.0], [0.0, 0.0]]
    _, measurement, ranking = made(make, [same, same], robustness={"weight_uncertainty": "any"})
    analysis = analysis_of(ranking.plan, (measurement,), closely=False)
    moved = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 3.0]])
    pretended = evolve(ranking, ranks=moved)

    assert np.isnan(moves_between(analysis, ranking, [(0, 1)], 500).agreement).all()
    assert moves_between(analysis, pretended, [(0, 1)], 500).agreement[0, :2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "robustness",
    [
        {"weight_uncertainty": 0.5, "exclude": True},
        {"weight_uncertainty": "any", "aggregation": {"a": ["arithmetic", "geometric"]}},
        {"noise": 0.2},
        {"noise": 0.2, "weight_uncertainty": 0.5, "exclude": True},
    ],
)
@pytest.mark.parametrize("ties", ["min", "average"])
def test_the_share_is_that_of_draws_ranked_again_one_by_one(make, robustness, ties):
    """Sixty draws, each composed again from what it varied."""
    figures = np.random.default_rng(3).uniform(1, 9, size=(3, 7, 2)).round(1)
    _, measurement, ranking = made(make, figures.tolist(), robustness=robustness, ranking={"ties": ties})
    analysis = analysis_of(ranking.plan, (measurement,), closely=False)
    drawn = np.stack([replay(analysis, number).ranks for number in range(1, 61)])
    ways = np.sign(ranking.ranks[0] - ranking.ranks[2])
    again = (np.sign(drawn[:, 0] - drawn[:, 2]) == ways).mean(axis=0)

    found = moves_between(analysis, ranking, [(0, 2)], 60).agreement[0]
    assert found[ways != 0] == pytest.approx(again[ways != 0], abs=1e-12)
    assert np.isnan(found[ways == 0]).all()


def test_a_draw_that_ranks_a_unit_once_says_nothing_of_its_move(make):
    """U0002 has no y in the first edition and needs all members: with y it is ranked once, without y it falls behind.

    Left out are nothing, x or y, one draw in three each; of all the draws only those without y rank it twice.
    """
    figures = [[[3.0, 1.0], [1.0, 5.0], [2.0, np.nan]], [[3.0, 9.0], [4.0, 9.0], [2.0, 1.0]]]
    _, measurement, ranking = made(make, figures, robustness={"exclude": True})
    ranks = np.array([[1.0, 2.0, 2.0], [1.0, 2.0, 3.0]])
    moved = evolve(ranking, ranks=ranks)
    analysis = analysis_of(ranking.plan, (measurement,), closely=False)

    assert moves_between(analysis, moved, [(0, 1)], 300).agreement[0, 2] == 1.0


def test_intervals_come_with_moves(make):
    """A ranking that was drawn knows both; if there is one edition only, nothing moved."""
    _, measurement, ranking = made(make, FIGURES, robustness={"weight_uncertainty": "any"})
    ranged = with_intervals(ranking, assess(ranking, (measurement,), draws=500, closely=False))
    _, lone, single = made(make, FIGURES[:1], robustness={"weight_uncertainty": "any"})
    alone = with_intervals(single, assess(single, (lone,), draws=50, closely=False))

    assert ranged.moved_text(1, 0) == "▲ 1"
    assert ranged.moved_text(1, 2) == "(▲ 1)"
    assert np.isnan(alone.agreement).all()


def test_of_choices_a_move_is_robust_that_nine_draws_of_ten_make(make):
    """At the bound it is; what did not move, or what no draw ranks twice, is not."""
    agreement = np.array([1.0, 0.9, 0.8999, np.nan])

    assert robust(agreement, np.full(4, 1000), False).tolist() == [True, True, False, False]


def test_of_estimates_all_moves_are_judged_together():
    """Of 999 draws 29 do not make the second move: p = 2 (1 + 29) / 1000 = 0.06.

    Beside a move that all make, p = 0.002, of two the larger may be 0.1 / (1 + 1/2) = 0.067: both are robust. Alone in
    a table with one that half of the draws make, the smaller may be half of that, 0.033: none is.
    """
    draws = np.full(3, 999)

    assert robust(np.array([1, 970 / 999, np.nan]), draws, True).tolist() == [True, True, False]
    assert robust(np.array([0.5, 970 / 999, np.nan]), draws, True).tolist() == [False, False, False]


def test_discoveries_are_those_of_scipy():
    """Tables of no to all small p-values, each with a unit that did not move."""
    rng = np.random.default_rng(4)
    for power in (1, 2, 4, 8, 16):
        p = rng.uniform(size=60) ** power
        found = discoveries(np.append(p, np.nan), 0.1)
        assert found.tolist() == [*(false_discovery_control(p, method="by") <= 0.1), False]
    assert not discoveries(np.full(3, np.nan), 0.1).any()


@pytest.mark.parametrize(("noise", "wanted"), [({}, [True, True]), ({"noise": 0.01}, [False, False])])
def test_figures_that_are_drawn_are_estimates(make, noise, wanted):
    """Two units of equal scale trade places under weights of which 0.95 agree; noise that changes nothing is reported.

    U0002 passes U0003 where w > 0.05: under choices alone both moves are robust, by a share of 0.95. With noise the
    p-value of 0.1 is too large for any of four moves.
    """
    figures = [[[5.0, 5.0], [6.0, 6.0], [1.0, 1.0], [1.1, 1.0]], [[7.0, 7.0], [6.0, 6.0], [1.0, 2.9], [1.1, 1.0]]]
    _, measurement, ranking = made(make, figures, robustness={"weight_uncertainty": "any", **noise})
    found = moves_between(analysis_of(ranking.plan, (measurement,), closely=False), ranking, [(0, 1)], 2000)

    assert found.robust[0, 2:].tolist() == wanted
