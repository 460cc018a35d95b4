"""What is found: who leads, from which rank on the order is noise, which moves are robust."""

from statistics import NormalDist

import numpy as np
import pytest
from attrs import evolve
from hubrank.methods.ranks import ranks
from hubrank.ranking.finding import finding, finding_means, noise_from, places_apart
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.joint import ahead_of
from hubrank.uncertainty.outcome import assess, with_intervals

NAN = np.nan


def test_a_lead_holds_in_as_many_draws_as_it_is_said_to():
    """Of two scores that are each off by a normal error, the share is what the normal distribution says.

    40,000 draws: a standard error of at most 0.0025. A tie is no lead, and a draw without one of the two says nothing.
    """
    scores, error = np.array([9.0, 8, 7.5, 4, 3.9, 3.8]), 0.8
    drawn = ranks(scores + np.random.default_rng(3).normal(0, error, (40_000, 6)), "min", "highest", noise=0)
    first, other = np.arange(5), np.arange(1, 6)
    wanted = [NormalDist().cdf(gap / (error * 2**0.5)) for gap in scores[:-1] - scores[1:]]

    assert ahead_of(drawn, first, other) == pytest.approx(wanted, abs=0.008)
    few = np.array([[1.0, 1]] * 10 + [[1, 2]] * 10 + [[1, NAN]] * 5)
    assert ahead_of(few, np.array([0]), np.array([1])).tolist() == [0.5]
    assert np.isnan(ahead_of(few[:19], np.array([0]), np.array([1]))).all()


@pytest.mark.parametrize(
    ("sure", "place"),
    [("####", 5), ("....", 1), ("##..", 3), ("##.#....", 3), ("#..##..", 2), (".##...##", 4), ("....####", 1)],
)
def test_noise_begins_where_it_parts_best(sure, place):
    """The place with the fewest on the wrong side, the first of several; units at the end that are sure may be so."""
    assert noise_from(np.array([{"#": 0.96, ".": 0.94}[each] for each in sure])) == place


def test_unknown_orders_are_not_distinguished():
    """A rank with too few draws is not certain."""
    assert noise_from(np.array([0.96, NAN, 0.96, 0.96, 0.9, NAN])) == 5


@pytest.mark.parametrize(("units", "places"), [(3, 1), (19, 1), (25, 2), (100, 10), (5000, 10)])
def test_units_are_compared_over_a_tenth_of_the_ranking(units, places):
    """At most ten places."""
    assert places_apart(units) == places


def drawn(make, **changes):
    """Twelve units in one edition, with what further draws said of them laid over."""
    plan, measurement = make(units=12, tree={"a": ["x", "y"]}, robustness={"weight_uncertainty": 0.9})
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,), draws=400, closely=False))
    order = made.order(0)
    given = {name: np.full((1, 12), NAN) for name in changes}
    for name, shares in changes.items():
        given[name][0, order[len(order) - len(shares) :] if name == "behind_first" else order[: len(shares)]] = shares
    return evolve(made, joint=evolve(made.joint, **given)), [made.names[unit] for unit in order]


SAID = [
    (
        [0.96] * 11,
        [0.96] * 11,
        "{0} is first, clearly ahead of all others; most units are clearly ahead of the next",
    ),
    (
        [0.5, 0.97, 0.94, *[1] * 8],
        [0.96] * 4 + [0.5] * 7,
        "{0} is first, but not clearly ahead of {1} and {3}; from",
    ),
    (
        [0.5] * 6 + [1] * 5,
        [0.5] * 11,
        "{0} is first, but not clearly ahead of {1}, {2}, {3} and 3 more; the order as",
    ),
]


@pytest.mark.parametrize(("behind", "ahead", "said"), SAID)
def test_what_is_said_of_the_order(make, behind, ahead, said):
    """Who is surely behind is not named; the rank is that from which on most are not surely ahead."""
    ranking, names = drawn(make, behind_first=behind, ahead_below=ahead)

    assert finding(ranking, 0)[0].startswith(said.format(*names))
    if said.endswith("; from"):
        assert finding(ranking, 0)[0].endswith("; from rank 5 on the order is mostly noise.")
        assert "from this rank on 0 of 7 are clearly ahead of the next one." in finding_means(ranking, 0)


def test_the_draws_bear_out_what_is_said(make):
    """The shares of draws with another seed are equal to four standard errors: the claims are from 1,000."""
    plan, measurement = make(units=30, tree={"a": ["x", "y", "z"]}, robustness={"weight_uncertainty": 0.9})
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,), draws=4000, closely=False))
    other = assess(ranking, (measurement,), draws=1, seed=77, closely=False).analysis
    ranked, order = other.ranks(other.design.block(0))[:, 0], made.order(0)
    share = (ranked[:, order[1:]] > ranked[:, order[:1]]).mean(axis=0)
    said = made.joint.behind_first[0, order[1:]]

    assert said == pytest.approx(share, abs=0.06)
    far = np.abs(share - 0.95) > 0.04
    assert far.sum() > 20
    assert ((said >= 0.95) == (share >= 0.95))[far].all()


def test_nothing_drawn_is_said_to_be_unknown(make):
    """Without uncertainties, no one knows which ranks would hold."""
    plan, measurement = make(units=5, tree={"a": ["x", "y"]})
    ranking = compose(plan, measurement)

    first = ranking.names[ranking.order(0)[0]]
    assert finding(ranking, 0) == [
        f"{first} is first; how certain the ranks are is not known, since no draws were made."
    ]
    assert finding_means(ranking, 0) == ""


def test_robust_changes_are_named_the_largest_first(make):
    """Three of four moves; none; nothing that moved."""
    plan, measurement = make(
        units=5, editions=(2023, 2024), tree={"a": ["x", "y"]}, robustness={"weight_uncertainty": 0.9}
    )
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,), draws=400, closely=False))
    before, names = made.editions[0], made.names
    ranked = np.array([[1.0, 2, 3, 4, 5], [4, 1, 2, 3, 5]])
    agreement = np.array([[NAN] * 5, [1, 1, 1, 0.5, NAN]])

    def said(robust):
        moved = evolve(made, ranks=ranked, agreement=agreement, robust=np.array([[False] * 5, robust]))
        return finding(moved, 1)[1:]

    assert said([True, True, True, False, False]) == [
        f"Since {before}, 3 of 4 rank changes are robust: {names[0]} (▼ 3), {names[1]} (▲ 1), {names[2]} (▲ 1)."
    ]
    assert said([False, False, True, False, False]) == [
        f"Since {before}, 1 of 4 rank changes is robust: {names[2]} (▲ 1)."
    ]
    assert said([False] * 5) == [f"None of 4 rank changes since {before} is robust."]
