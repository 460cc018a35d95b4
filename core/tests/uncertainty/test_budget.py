"""How many draws are made, and how precise the bounds of ranges are said to be."""

import attrs
import hubrank
import numpy as np
import pytest
from hubrank.errors import ScenarioError, UsageError
from hubrank.ranking.ranking import compose
from hubrank.uncertainty import budget as budgets
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.budget import LEAST, Budget, draws_for_moves, most_draws
from hubrank.uncertainty.outcome import assess
from hubrank.uncertainty.tally import Bins

AUTO = Budget(draws="auto")
#: Where nothing says how many draws are made.
OPEN = {"robustness": {"weight_uncertainty": 0.4}}


@pytest.mark.long
@pytest.mark.parametrize(
    "robustness",
    [{"weight_uncertainty": 0.6}, {"weight_uncertainty": 0.3, "exclude": True, "normalisation": ["min-max", "rank"]}],
)
def test_bounds_are_as_precise_as_they_are_said_to_be(make, robustness):
    """With 1,000 draws of each of 12 seeds 95 % of the bounds are as near to those of 200,000 draws as is told."""
    plan, measurement = make(units=60, robustness=robustness)
    ranking = compose(plan, measurement)
    true = assess(ranking, (measurement,), draws=200_000, seed=99, closely=False)
    near, told = [], []
    for seed in range(12):
        drawn = assess(ranking, (measurement,), draws=1000, seed=seed, closely=False)
        away = np.abs([drawn.rank(share) - true.rank(share) for share in (0.05, 0.95)])
        told.append(drawn.drawn.off[0])
        near.append((away <= told[-1]).mean())

    assert np.mean(near) >= 0.95
    assert max(told) <= 6  # of 60 ranks, so that it says something
    assert true.drawn.off[0] < max(told)


def test_draws_end_when_bounds_are_precise(make):
    """At a number that counts alone decide: the same with any cores, with a listener, and as a number of its own."""
    plan, measurement = make(units=120, **OPEN)
    ranking = compose(plan, measurement)
    heard = []
    listening = Budget(listener=lambda done, wanted, ranges: heard.append((done, wanted, ranges)))
    one, two, three = (
        assess(ranking, (measurement,), budget=budget, cores=cores)
        for budget, cores in ((None, 1), (AUTO, 3), (listening, 2))
    )
    again = assess(ranking, (measurement,), draws=one.draws)

    assert LEAST <= one.draws < 10_000
    assert one.lacks() <= 1
    for other in (two, three, again):
        assert all(
            np.array_equal(*pair) for pair in zip(attrs.astuple(one.tally), attrs.astuple(other.tally), strict=True)
        )
    done = [number for number, *_ in heard]
    assert done == sorted(done)
    assert done[0] < LEAST
    assert heard[-1][:2] == (one.draws, one.draws)
    last = heard[-1][2].set_index("unit")
    assert last["low"][list(ranking.codes)].tolist() == one.rank(0.05)[0].tolist()


def test_a_budget_of_work_ends_them_before(make, monkeypatch):
    """What costs more per draw gets fewer draws; the precision that these have is told all the same."""
    plan, measurement = make(units=120, **OPEN)
    monkeypatch.setattr(budgets, "_WORK", 600 * budgets.work(analysis_of(plan, (measurement,))))
    drawn = assess(compose(plan, measurement), (measurement,))

    assert drawn.draws == 512  # whole steps of 128
    assert drawn.lacks() > 1
    assert drawn.drawn.off[0] > 1


def test_a_scenario_has_its_own_number(make):
    """The number that it states is made, unless the command says otherwise."""
    plan, measurement = make(robustness={"weight_uncertainty": 0.4, "draws": 300})
    ranking = compose(plan, measurement)

    assert assess(ranking, (measurement,)).draws == 300
    assert assess(ranking, (measurement,), draws=77).draws == 77
    assert assess(ranking, (measurement,), budget=AUTO).draws >= LEAST


def test_the_clock_ends_them(make, monkeypatch):
    """Three looks at a clock that runs a second a look; the number that was made gives the same counts again."""
    plan, measurement = make(units=50, **OPEN)
    ranking = compose(plan, measurement)
    seconds = iter(range(100))
    monkeypatch.setattr(budgets, "monotonic", lambda: float(next(seconds)))
    stopped = assess(ranking, (measurement,), budget=Budget(seconds=3.5))
    again = assess(ranking, (measurement,), draws=stopped.draws)

    assert 128 <= stopped.draws < 2048
    assert all(
        np.array_equal(*pair) for pair in zip(attrs.astuple(stopped.tally), attrs.astuple(again.tally), strict=True)
    )


def test_draws_for_one_change_among_many(make):
    """A p-value is 2 by the number of draws, and the least of 100 is tested at 0.1 / (100 x 5.187): 10,375 draws."""
    twice = {"editions": (2023, 2024), "units": 100}
    valued = analysis_of(*_prepared(make, twice, {"noise": 0.1}), closely=False)
    choices = analysis_of(*_prepared(make, twice, {"weight_uncertainty": 0.3}), closely=False)

    assert draws_for_moves(valued) == 10_375
    assert draws_for_moves(choices) == 0


def _prepared(make, how, robustness):
    plan, measurement = make(**how, robustness=robustness)
    return plan, (measurement,)


@pytest.mark.parametrize("limit", [{"draws": 200}, {"drawn": 200 * 30 * 5}])
def test_limits_hold(make, limit):
    """No more draws than a limit allows, in whole steps."""
    plan, measurement = make(units=30, tree={"a": ["p", "q", "r"], "b": ["s", "t"]}, limits=limit, **OPEN)

    assert most_draws(analysis_of(plan, (measurement,), closely=False)) == 128


@pytest.mark.parametrize(
    ("draws", "said"),
    [
        (72, "ranges from 72 draws; 95 % of their bounds are within ±2 of those of endless draws"),
        (73, "ranges from 73 draws; 95 % of their bounds are those of endless draws"),
    ],
)
def test_bounds_that_few_draws_cannot_tell(draws, said):
    """0.95 ** 73 is below 1 in 40; with fewer draws a bound may be any of three ranks, though all draws agree."""
    ranked = hubrank.rank({"town": ["x", "y", "z"], "a": [3, 2, 1], "b": [9, 5, 1]}, doubt=0.3, draws=draws)

    assert ranked.ranking.range_texts(0)[0] == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"draws": 0}, "draws: must be a whole number from 1, or auto; got 0"),
        ({"draws": "many"}, "draws: must be a whole number from 1, or auto; got 'many'"),
        ({"seconds": 0}, "seconds: must be a number above 0; got 0"),
        ({"seconds": -2.5}, "seconds: must be a number above 0; got -2.5"),
        ({"seconds": "2"}, "seconds: must be a number above 0; got '2'"),
        ({"listener": 5}, "progress: must be a function of the draws made, those wanted and the ranges; got 5"),
    ],
)
def test_no_budget(given, said):
    """A budget of nothing is refused in one sentence."""
    with pytest.raises(UsageError) as refused:
        Budget(**given)

    assert str(refused.value) == said


@pytest.mark.parametrize("best", ["highest", "lowest"])
def test_other_draws_in_bands_are_in_the_order_of_ranks(make, monkeypatch, best):
    """Where ranks are counted in bands, further draws have the band of each rank, and scores in the ranks' order."""
    plan, measurement = make(units=90, gaps=0.1, missing={"rule": "renormalise"}, ranking={"best": best}, **OPEN)
    monkeypatch.setattr(Bins, "EXACT", 20)
    analysis = analysis_of(plan, (measurement,), closely=False)
    draws = analysis.block(0, 4).part(slice(0, 20))
    lows, order = analysis.bands(draws)
    ranks = analysis.ranks(draws)

    assert analysis.bins.banded
    assert np.array_equal(lows, np.where(np.isnan(ranks), np.nan, analysis.bins.low[analysis.bins.at(ranks)]), True)
    assert np.array_equal(np.argsort(order, axis=-1), np.argsort(ranks, axis=-1))


def table():
    """Forty units by four indicators."""
    values = np.random.default_rng(3).lognormal(size=(40, 4))
    return {"unit": [f"u{at}" for at in range(40)]} | {f"x{at}": values[:, at] for at in range(4)}


def test_doubt_says_what_robustness_can():
    """Any weights, a share, or a table whose keys and columns are those of the scenario that is made."""
    assert hubrank.rank(table(), doubt="any", draws=64).ranking.plan.scenario.robustness.weight_uncertainty is not None
    doubted = hubrank.rank(table(), doubt={"noise": {"x1": 0.3}, "exclude": ["x2"]}, draws=64)
    written = doubted.scenario.to_toml()

    assert "noise = { x1 = 0.3 }" in written
    assert "weight_uncertainty" not in written
    assert (doubted.table()["high"] > doubted.table()["low"]).any()
    assert hubrank.rank(table(), doubt=0).ranking.low is None
    more = doubted.with_(doubt={"weight_uncertainty": 0.2}, ranges=False).ranking.plan.scenario.robustness
    assert (more.noise.by_indicator["x1"].relative, more.weight_uncertainty.everywhere.within) == (0.3, 0.2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"doubt": {"weights": 1}}, "robustness.weights: unknown key"),
        ({"doubt": {"noise": {"x9": 1}}}, "robustness.noise.x9: there is no indicator 'x9'"),
        ({"doubt": 2}, "robustness.weight_uncertainty.within: must be above 0 and at most 1"),
        ({"doubt": 0.1, "weight_uncertainty": 0.2}, "doubt: says how uncertain weights are"),
        ({"doubt": [print]}, "doubt: must be a number, 'any', or a table"),
        ({"ranges": False, "draws": 5}, "ranges=False makes no draws"),
        ({"doubt": 0, "draws": 5}, "robustness: missing"),
    ],
)
def test_doubt_that_cannot_be(given, said):
    """The scenario's own rules and words."""
    with pytest.raises((ScenarioError, UsageError), match=said):
        hubrank.rank(table(), **given)


def test_further_choices_keep_the_number_of_draws():
    """And a listener hears them only where it is given."""
    heard = []
    first = hubrank.rank(table(), draws=300, progress=lambda *said: heard.append(said))
    count = len(heard)

    assert [done for done, wanted, _ in heard] == [128, 256, 300]
    assert {wanted for _, wanted, _ in heard} == {300}
    assert first.with_(weights={"x1": 2}).ranking.drawn.draws == 300
    assert len(heard) == count
    assert first.with_(draws="auto").ranking.drawn.draws >= LEAST
