"""What draws say of all units at once: ranges that hold together, sets of first units, groups that are kept apart."""

import numpy as np
import pytest
from attrs import evolve
from hubrank.ranking.intervals import Joint
from hubrank.ranking.ranking import compose
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty.joint import first_ahead, held_at_once, joint_ranges, kept_apart, tiers_of
from hubrank.uncertainty.outcome import assess, with_intervals
from hubrank.uncertainty.tally import Bins

HUNDRED = Bins.of(100, RankingSettings())
NAN = np.nan


@pytest.mark.parametrize(("share", "ends"), [(0.95, (1, 100)), (0.88, (2, 99)), (0.78, (3, 98)), (0.1, (5, 96))])
def test_ranges_that_hold_together(share, ends):
    """Of five units whose ranks are uniform over 1 to 100, each for itself, all lie in 2 to 99 in .98^5 = .904.

    In 3 to 98 they do in .815, in 5 to 96 in .66. That is 5 % of each unit's own draws on either side, and joint ranges
    are no narrower than those one by one.
    """
    counts = np.full((100, 5), 10)
    ranks = np.random.default_rng(1).integers(1, 101, (20_000, 5)).astype(float)
    low, high = joint_ranges(np.cumsum(counts, axis=0), HUNDRED, ranks, share)

    assert (low.tolist(), high.tolist()) == ([ends[0]] * 5, [ends[1]] * 5)
    assert held_at_once(ranks, low, high) == pytest.approx(((ends[1] - ends[0] + 1) / 100) ** 5, abs=0.01)


def test_who_is_not_ranked_breaks_no_range():
    """The second is ranked in one draw of two, always 2; the third in none that was counted, so it has no range."""
    counts = np.zeros((3, 3), dtype=int)
    counts[0, 0], counts[1, 1] = 100, 50
    ranks = np.array([[1.0, 2, NAN], [1, NAN, NAN]] * 10)
    low, high = joint_ranges(np.cumsum(counts, axis=0), Bins.of(3, RankingSettings()), ranks)

    assert [low.tolist()[:2], high.tolist()[:2]] == [[1, 2], [1, 2]]
    assert np.isnan([low[2], high[2]]).all()
    assert held_at_once(ranks, low, high) == 1


@pytest.mark.parametrize(("draws", "beyond", "told"), [(8, 0, False), (9, 0, True), (19, 1, True), (19, 2, False)])
def test_too_few_draws_give_nothing(draws, beyond, told):
    """One of ten draws may lie outside, the next one included; if more are beyond all counted ones there is none."""
    counts = np.zeros((100, 1), dtype=int)
    counts[10:20] = 10
    ranks = np.full((draws, 1), 15.0)
    ranks[:beyond] = 30

    low, _ = joint_ranges(np.cumsum(counts, axis=0), HUNDRED, ranks)
    assert np.isfinite(low).all() == told


def test_the_same_first_units():
    """In four draws of A, B, C and D: A is first in three, A and B in all that rank both; C and D are tied."""
    ranks = np.array([[1, 2, 3, 4], [1, 2, 4, 3], [2, 1, 3, 4], [1, NAN, 2, 3]])
    found = first_ahead(ranks, np.arange(4), np.array([1, 2, 3, 3]))

    assert found.mean(axis=0).tolist() == [0.75, 0.75, 0]


def test_a_unit_without_a_rank_that_draws_put_ahead_of_others():
    """The third is not ranked; in one draw of two it is before the second."""
    found = first_ahead(np.array([[1.0, 3, 2], [1, 2, 3]]), np.array([0, 1]), np.array([1.0, 2]))

    assert found[:, 0].all()


def test_tiers_are_kept_apart_at_once():
    """Of 100 draws 96 put A first and 97 A and B, 93 both: the surer place ends a tier; 99 put D last, 96 with it."""
    ahead = np.ones((100, 3), dtype=bool)
    ahead[:4, 0] = ahead[4:7, 1] = ahead[4, 2] = False

    assert tiers_of(ahead).tolist() == [1, 1, 2, 3]
    assert tiers_of(ahead, 0.9).tolist() == [1, 2, 3, 4]
    assert np.isnan(tiers_of(ahead[:19])).all()


@pytest.mark.parametrize(
    ("low", "high", "groups"),
    [
        ([1, 1, 3, 3], [2, 2, 4, 4], [1, 1, 2, 2]),
        ([1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]),
        ([1, 2, 2, 3], [1, 3, 4, 4], [1, 2, 2, 2]),
        ([1, 2, 2], [2, 2, 3], [1, 1, 1]),  # shares the second rank, so it is not kept apart
        ([1, NAN, 3], [1, NAN, 3], [1, 1, 1]),
    ],
)
def test_groups_that_are_kept_apart(low, high, groups):
    """A group ends where no range up to it goes beyond its place, and none after it begins at or before that."""
    assert kept_apart(np.array(low, dtype=float), np.array(high, dtype=float)).tolist() == groups


def test_what_is_said_of_groups_and_sets():
    """Groups by their ranks; sets of first units that are sure, and those of the tiers that are not."""
    nothing = np.full((1, 5), NAN)
    joint = Joint(
        low=nothing,
        high=nothing,
        share=np.array([0.002]),
        same_first=np.array([[0.4, 0.97, 0.3, 1, NAN]]),
        tiers=np.array([[1.0, 2, 2, 2, NAN]]),
        behind_first=nothing,
        ahead_below=nothing,
    )
    ranks = np.array([1.0, 2, 3, 4, NAN])

    assert joint.tiers_text(0, ranks) == "evidence tiers, separated in at least 95 % of the draws: ranks 1, 2 to 4"
    assert evolve(joint, tiers=np.ones((1, 5)), confident=True).tiers_text(0, np.arange(5.0)) == (
        "one evidence tier: no units are separated with 90 % confidence"
    )
    assert joint.held_text(0, 5).startswith(
        "the 90 % intervals of all 5 units hold at once in < 1 % of the draws; there"
    )
    assert joint.set_texts(0, [2, 3]) == [
        "the same units in at least 95 % of the draws: top 2 (97 %), top 4 (100 %)",
        "the same units in fewer draws: top 3 (30 %)",
    ]


@pytest.mark.parametrize("units", [5, 60])
def test_further_draws_are_held_as_often_as_is_said(make, units):
    """Of other draws joint ranges hold all units in 90 %, to three standard errors, others in as many as is said.

    The other draws are those of another seed; 2,000 were counted, so 500 gave the share: a standard error of 0.013.
    """
    plan, measurement = make(units=units, tree={"a": ["x", "y", "z"]}, robustness={"weight_uncertainty": 0.9})
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,), draws=2000, closely=False))
    other = assess(ranking, (measurement,), draws=1, seed=77, closely=False).analysis
    ranks = other.ranks(other.design.block(0))[:, 0]

    assert held_at_once(ranks, made.joint.low[0], made.joint.high[0]) >= 0.9 - 0.045
    assert held_at_once(ranks, made.low[0], made.high[0]) == pytest.approx(made.joint.share[0], abs=0.06)
    assert ((made.joint.low <= made.low) & (made.high <= made.joint.high)).all()
    assert made.table()["joint_low"].tolist() == made.joint.low[0][ranking.order(0)].tolist()
