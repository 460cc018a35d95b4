"""What is counted of draws, and what counts mean, where both can be worked out by hand or by composing draw by draw."""

import numpy as np
import pytest
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of, run, run_until
from hubrank.uncertainty.outcome import Outcome, assess, replay

AS_MEASURED = {"method": "none"}
#: U0000 and U0001 are identical; U0002 and then U0003 have less of everything.
ALIKE = [[[4.0, 4.0], [4.0, 4.0], [3.0, 2.0], [1.0, 1.0]]]


@pytest.mark.parametrize("best", ["highest", "lowest"])
@pytest.mark.parametrize(
    ("ties", "highest", "lowest"),
    [
        ("min", [1, 1, 3, 4], [3, 3, 2, 1]),
        ("max", [2, 2, 3, 4], [4, 4, 2, 1]),
        ("average", [1.5, 1.5, 3, 4], [3.5, 3.5, 2, 1]),
        ("dense", [1, 1, 2, 3], [3, 3, 2, 1]),
    ],
)
@pytest.mark.parametrize("closely", [True, False])
def test_a_tie_under_all_weights(make, ties, highest, lowest, best, closely):
    """Whatever the weights, two units tie and the others follow: every draw gives the ranks that composing gives."""
    plan, measurement = make(
        units=4,
        tree={"a": ["x", "y"]},
        figures=ALIKE,
        normalisation=AS_MEASURED,
        ranking={"ties": ties, "best": best},
        robustness={"weight_uncertainty": "any"},
    )
    ranking = compose(plan, measurement)
    outcome = assess(ranking, (measurement,), draws=300, closely=closely)
    expected = highest if best == "highest" else lowest

    assert ranking.ranks[0].tolist() == expected
    for found in (outcome.rank(0.05), outcome.rank(0.95), outcome.extreme(), outcome.extreme(worst=True)):
        assert found[0].tolist() == expected


@pytest.mark.parametrize(
    ("rounding", "ties", "ranks"),
    [
        ("half-even", "min", [1, 1, 3, 3]),
        ("half-even", "max", [2, 2, 4, 4]),
        ("half-even", "dense", [1, 1, 2, 2]),
        ("half-up", "min", [1, 2, 3, 4]),
    ],
)
def test_a_tie_by_rounding(make, rounding, ties, ranks):
    """Scores 2.5, 1.5, 0.5 and 0.25: to even they are 2, 2, 0, 0, and halves up 3, 2, 1, 0. Nothing varies."""
    figures = [[[2.5, 2.5], [1.5, 1.5], [0.5, 0.5], [0.25, 0.25]]]
    plan, measurement = make(
        units=4,
        tree={"a": ["x", "y"]},
        figures=figures,
        normalisation=AS_MEASURED,
        ranking={"decimals": 0, "rounding": rounding, "ties": ties},
        robustness={"weight_uncertainty": 0.25},
    )
    outcome = assess(compose(plan, measurement), (measurement,), draws=50)

    assert outcome.ranking.ranks[0].tolist() == ranks
    assert outcome.rank(0.5)[0].tolist() == ranks


CASES = {
    "plain": {},
    "own weights": {"dimensions": {"a": {"weight": 3}}, "indicators": {"a1": {"weight": 2}, "b3": {"weight": 0.5}}},
    "certain weights of one dimension": {"robustness": {"weight_uncertainty": {"index": 0.4, "b": 0.4}}},
    "weights that follow the scores": {"weighting": {"method": "critic"}},
    "simplex": {"robustness": {"weight_uncertainty": "any"}},
    "constraints in a box": {"robustness": {"weight_uncertainty": {"within": 0.5, "constraints": ["a >= b"]}}},
    "lowest": {"ranking": {"best": "lowest"}},
    "dense": {"ranking": {"decimals": 0, "ties": "dense"}},
    "max": {"ranking": {"decimals": 0, "ties": "max"}},
    "averaged": {"ranking": {"decimals": 0, "ties": "average"}},
    "rescaled": {"ranking": {"post_processing": ["best-100", {"step": "round", "decimals": 1, "mode": "half-even"}]}},
    "order": {"robustness": {"weight_uncertainty": {"constraints": ["a >= b", "b1 >= b2"]}}},
    "dirichlet": {"robustness": {"weight_uncertainty": {"distribution": "dirichlet"}}},
    "counted down": {"aggregation": {"method": "geometric", "counted_from": 101}},
    "least": {"aggregation": {"method": "minimum"}},
    "gaps in harmonic means of cubic ones": {
        "gaps": 0.2,
        "missing": {"rule": "renormalise"},
        "aggregation": {"method": "harmonic"},
        "dimensions": {"b": {"aggregation": {"method": "generalised-mean", "p": 3}}},
    },
    "methods": {"robustness": {"weight_uncertainty": 0.3, "normalisation": ["min-max", "rank"], "exclude": True}},
    "gaps": {"gaps": 0.2, "missing": {"rule": "renormalise"}},
    "indicators of some editions": {"indicators": {"b3": {"editions": {"last": 2023}}}},
    "sums of indicators of some editions": {
        "aggregation": {"method": "sum"},
        "indicators": {name: {"editions": {"first": 2024}} for name in ("a1", "a2", "b1")},
    },
}
LONG = {"constraints in a box", "order", "dirichlet", "counted down", "least", "certain weights of one dimension"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.long) if case in LONG else case for case in CASES]
)
def test_what_is_counted_is_what_composing_draw_by_draw_gives(make, case):
    """Of 40 draws: each unit's ranks, who is ahead of whom, who rose, whose weights made it first, where scores lie."""
    draws = 40
    plan, measurement = make(units=7, editions=(2023, 2024), **CASES[case])
    analysis = analysis_of(plan, (measurement,))
    outcome = assess(compose(plan, measurement), (measurement,), draws=draws, cores=1)
    made = [replay(analysis, number) for number in range(1, draws + 1)]
    ranks = np.stack([each.ranks for each in made])
    scores = np.stack([each.scores for each in made])

    with np.errstate(invalid="ignore"):
        ranked = np.isfinite(ranks)
        together = (ranked[:, :, :, None] & ranked[:, :, None, :]).sum(axis=0)
        ahead = (ranks[:, :, :, None] < ranks[:, :, None, :]).sum(axis=0) / together
        rose = (ranks[:, 1] < ranks[:, 0]).sum(axis=0)
        both = np.isfinite(ranks).all(axis=1).sum(axis=0)
    for place, rank in enumerate(analysis.bins.low):
        assert outcome.tally.ranks[:, place].tolist() == (ranks == rank).sum(axis=0).tolist()
    assert outcome.tally.compared.tolist() == together.tolist()
    assert outcome.ahead == pytest.approx(ahead, nan_ok=True)
    assert outcome.ranked_share == pytest.approx(ranked.mean(axis=0))
    assert outcome.rose[1] == pytest.approx(np.where(both, rose / np.maximum(both, 1), np.nan), nan_ok=True)
    assert np.isnan(outcome.rose[0]).all()
    assert outcome.extreme() == pytest.approx(np.nanmin(ranks, axis=0), nan_ok=True)
    assert outcome.extreme(worst=True) == pytest.approx(np.nanmax(ranks, axis=0), nan_ok=True)
    width = (outcome.analysis.high - outcome.analysis.low) / 256
    median = np.nanquantile(scores, 0.5, axis=0, method="inverted_cdf")
    assert (np.abs(outcome.score(0.5) - median) <= 1.001 * width)[np.isfinite(median)].all()
    if case not in ("methods", "weights that follow the scores", "averaged") and plan.whole:
        shares = np.stack([np.concatenate([_shares(each, node) for node in plan.tree], axis=-1) for each in made])
        first = (ranks == 1)[..., None]
        with np.errstate(invalid="ignore"):
            central = (shares[:, :, None, :] * first).sum(axis=0) / first.sum(axis=0)
        assert outcome.central_weights == pytest.approx(central, abs=2e-6, nan_ok=True)


def _shares(ranking, node):
    """A dimension's shares in each edition, before a unit's missing values."""
    shares = ranking.nodes[node.name].shares
    return np.broadcast_to(shares[:, 0], (len(ranking.editions), shares.shape[-1]))


@pytest.fixture
def three(make):
    """Three units in two editions with two indicators, U0000 first, and an analysis of their draws."""
    figures = [[[9.0, 9.0], [5.0, 5.0], [1.0, 1.0]]] * 2
    plan, measurement = make(
        units=3,
        tree={"a": ["x", "y"]},
        editions=(2023, 2024),
        figures=figures,
        normalisation=AS_MEASURED,
        ranking={"tiers": [1, 2]},
    )
    return compose(plan, measurement), analysis_of(plan, (measurement,))


def outcome_of(three, **counts):
    """What 20 draws mean whose counts a test makes: by edition, rank and unit."""
    ranking, analysis = three
    tally = analysis.empty()
    tally.draws = tally.closer = 20
    tally.ranks[:] = [[1, 19, 0], [18, 1, 1], [1, 0, 19]]
    tally.compared[:] = 20
    for name, values in counts.items():
        getattr(tally, name)[:] = values
    return Outcome(ranking=ranking, analysis=analysis, tally=tally)


@pytest.mark.parametrize(
    ("share", "ranks"),
    [(0.05, [1, 1, 2]), (0.06, [2, 1, 3]), (0.5, [2, 1, 3]), (0.95, [2, 1, 3]), (0.96, [3, 2, 3]), (1.0, [3, 2, 3])],
)
def test_the_rank_that_a_share_of_draws_reaches(three, share, ranks):
    """One draw of 20 is 5 %, 19 are 95 %: the next one is needed for anything above."""
    assert outcome_of(three).rank(share)[0].tolist() == ranks


def test_probabilities_of_ranks_and_tiers(three):
    """Shares of 20 draws; a tier is what lies beyond the one before; the error is that of 1 in 20."""
    outcome = outcome_of(three)

    assert outcome.acceptability[0].T.tolist() == [[0.05, 0.9, 0.05], [0.95, 0.05, 0], [0, 0.05, 0.95]]
    assert outcome.top(1)[1].tolist() == [0.05, 0.95, 0]
    assert outcome.top(2)[1] == pytest.approx([0.95, 1, 0.05])
    assert outcome.top(3)[1].tolist() == [1, 1, 1]
    tiers = outcome.tops_tier()
    assert list(tiers) == [1, 2]
    assert tiers[1][0].tolist() == [0.05, 0.95, 0]
    assert tiers[2][0] == pytest.approx([0.9, 0.05, 0.05])
    assert outcome.marks == (1, 2)
    assert outcome.error == pytest.approx(np.sqrt(0.05 * 0.95 / 20))
    assert outcome.extreme()[0].tolist() == [1, 1, 2]
    assert outcome.extreme(worst=True)[0].tolist() == [3, 2, 3]


def test_who_is_seldom_ranked(three):
    """A unit that is ranked in 8 of 20 draws has its ranks of those, and no part in the error; in none, no rank."""
    outcome = outcome_of(three, ranks=[[16, 4, 0], [4, 4, 0], [0, 0, 0]])

    assert outcome.ranked[0].tolist() == [20, 8, 0]
    assert outcome.top(1)[0, :2].tolist() == [0.8, 0.5]
    assert outcome.error == pytest.approx(np.sqrt(0.8 * 0.2 / 20))
    assert outcome.rank(0.5)[0].tolist()[:2] == [1, 1]
    for found in (outcome.rank(0.5), outcome.extreme(), outcome.extreme(worst=True), outcome.top(1)):
        assert np.isnan(found[0, 2])


@pytest.mark.parametrize(
    ("wins", "groups"),
    [
        ({(0, 1): 19, (0, 2): 19}, [[0], [1, 2]]),
        ({(0, 1): 18, (0, 2): 19, (1, 2): 18}, [[0, 1], [1, 2]]),
        ({(0, 1): 18, (0, 2): 18, (1, 2): 18}, [[0, 1, 2]]),
        ({(0, 1): 18, (0, 2): 18, (1, 2): 19}, [[0, 1], [2]]),
        ({(0, 2): 19}, [[0, 1], [1, 2]]),
        ({(1, 0): 19}, [[0], [1, 2]]),  # the other way round is an order too
    ],
)
def test_groups_of_units_tied_within_uncertainty(three, wins, groups):
    """Ahead in 19 of 20 draws is distinguished: runs of neighbours without such a pair, which may share units."""
    counts = np.zeros((2, 3, 3), dtype=int)
    for (first, second), times in wins.items():
        counts[:, first, second] = times
    outcome = outcome_of(three, wins=counts)
    first, last = outcome.group_ends()

    assert [group.tolist() for group in outcome.groups(0)] == groups
    assert first[1].tolist() == [min(group[0] for group in groups if unit in group) + 1 for unit in range(3)]
    assert last[1].tolist() == [max(group[-1] for group in groups if unit in group) + 1 for unit in range(3)]


def test_who_is_ahead_is_a_share_of_the_draws_that_rank_both(three):
    """The second is ranked in half of the draws and behind in all of them; no draw ranks the third."""
    compared = np.array([[20, 10, 0], [10, 10, 0], [0, 0, 0]])
    wins = np.zeros((2, 3, 3), dtype=int)
    wins[:, 0, 1] = 10
    outcome = outcome_of(three, wins=wins, compared=compared)

    assert outcome.ahead[0, :2, :2].tolist() == [[0, 1], [0, 0]]
    assert np.isnan(outcome.ahead[0, 2]).all()
    assert [group.tolist() for group in outcome.groups(0)] == [[0], [1, 2]]


def test_who_rose_and_whose_weights(three):
    """5 of the 10 draws in which both editions had it; weights are the mean of the draws that it was first in."""
    one = 2**32
    firsts = np.zeros((2, 3, 3), dtype=int)
    firsts[0, 0], firsts[0, 1] = [one // 4, 3 * one // 4, one], [19 * one // 2, 19 * one // 2, 19 * one]
    outcome = outcome_of(three, rose=[[5, 0, 20]], both=[[10, 0, 20]], firsts=firsts)

    assert outcome.rose[1].tolist() == pytest.approx([0.5, np.nan, 1], nan_ok=True)
    assert np.isnan(outcome.rose[0]).all()
    assert outcome.central_weights[0, :2].tolist() == [[0.25, 0.75, 1], [0.5, 0.5, 1]]
    assert np.isnan(outcome.central_weights[0, 2]).all()


def test_quantiles_of_scores(three):
    """Half of the draws in the first of 256 bins, half in the 129th: quantiles lie evenly within a bin."""
    scores = np.zeros((2, 3, 256), dtype=int)
    scores[:, 0, 0] = scores[:, 0, 128] = 10
    outcome = outcome_of(three, scores=scores)
    low, width = outcome.analysis.low[0, 0], (outcome.analysis.high - outcome.analysis.low)[0, 0] / 256

    found = [outcome.score(share)[0, 0] for share in (0.25, 0.5, 0.75, 1.0)]
    assert found == pytest.approx([low + width * bins for bins in (0.5, 1, 128.5, 129)])
    assert np.isnan(outcome.score(0.5)[0, 1])


@pytest.mark.parametrize("draws", [1, 4095, 4096, 4097, 20_480])
def test_as_many_draws_as_were_asked_for(make, draws):
    """Whole blocks of 4,096 and a part of one; scores and pairs are counted in the first 16,384 only."""
    plan, measurement = make(units=4, tree={"a": ["x", "y"]})
    tally = run(analysis_of(plan, (measurement,)), draws, cores=1).tally

    assert (tally.draws, tally.closer) == (draws, min(draws, 16_384))
    assert tally.ranks.sum(axis=1).tolist() == [[draws] * 4]
    assert tally.ranks.sum(axis=2).tolist() == [[draws] * 4]
    assert tally.scores.sum(axis=2).tolist() == [[tally.closer] * 4]
    assert (tally.wins + tally.wins.transpose(0, 2, 1))[0][~np.eye(4, dtype=bool)].tolist() == [tally.closer] * 12


@pytest.mark.parametrize(("shard", "draws"), [((1, 3), 4096 + 10), ((2, 3), 4096), ((3, 3), 4096), ((2, 4), 4096)])
def test_a_part_is_every_nth_block(make, shard, draws):
    """Of three blocks and ten draws more the first of three parts has the first and the fourth block."""
    plan, measurement = make(units=4, tree={"a": ["x", "y"]})

    assert run(analysis_of(plan, (measurement,)), 3 * 4096 + 10, cores=1, shard=shard).tally.draws == draws


@pytest.mark.parametrize(
    ("precision", "error", "most", "draws"),
    [
        # An error of 0.75 is never small enough, or at once: the first round is four blocks, or the most if it is less.
        (0.1, 0.75, 5000, 5000),
        (0.9, 0.75, 5000, 5000),
        (0.1, 0.75, 40_000, 40_000),
        (0.9, 0.75, 40_000, 4 * 4096),
        # An error as large as allowed ends the draws after the first round.
        (0.5, 0.5, 10**6, 4 * 4096),
        (0.5, 0.4, 10**6, 4 * 4096),
    ],
)
def test_draws_end_at_a_precision_or_at_the_most(make, precision, error, most, draws):
    """Whichever comes first."""
    plan, measurement = make(units=4, tree={"a": ["x", "y"]})
    counted = run_until(analysis_of(plan, (measurement,)), lambda tally: error / precision, most=most, cores=1)

    assert counted.tally.draws == draws
