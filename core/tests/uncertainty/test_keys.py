"""Packed keys give the ranks of scores in 64 bits, in trees of every form, with gaps, for one unit and for none."""

import numpy as np
import pytest
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.fast import local_shares

TREES = {
    "arithmetic": {},
    "geometric over arithmetic": {
        "aggregation": {"method": "geometric"},
        "dimensions": {"a": {"aggregation": {"method": "arithmetic"}}},
    },
    "arithmetic over geometric": {"dimensions": {"a": {"aggregation": {"method": "geometric"}}}},
    "harmonic over cubic": {
        "aggregation": {"method": "harmonic"},
        "dimensions": {"b": {"aggregation": {"method": "generalised-mean", "p": 3}}},
    },
    "counted down": {"aggregation": {"method": "geometric", "counted_from": 101}},
}
GAPS = {"gaps": 0.2, "missing": {"rule": "renormalise"}}


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("weights", [0.4, "any"])
@pytest.mark.parametrize("gaps", [{}, GAPS], ids=["whole", "gaps"])
@pytest.mark.parametrize("tree", TREES)
def test_order_of_every_draw(make, tree, gaps, weights):
    """2,000 draws of 40 units: a unit is put ahead of a better one only where 32 steps of 2^24 part their scores."""
    plan, measurement = make(units=40, robustness={"weight_uncertainty": weights}, **TREES[tree], **gaps)
    analysis = analysis_of(plan, (measurement,), closely=False)
    draws, ready = analysis.design.block(0).part(slice(0, 2000)), analysis.ready(())
    scores = analysis.scores(ready, draws, ordered=True)
    shares = local_shares(ready.locals, draws.raw)

    for edition in ready.editions:
        order = np.sort(edition.keys.keys(shares), axis=1) & 255
        scaled = (scores[:, edition.cells] - edition.keys.centre) * edition.keys.factor
        assert np.diff(np.take_along_axis(scaled, order, axis=1), axis=1).min() >= -32
        assert (np.sort(order, axis=1) == np.arange(order.shape[1])).all()


@pytest.mark.filterwarnings("default")
def test_counts_of_keys_and_of_scores(make):
    """20,000 draws with gaps counted by keys and by scores: each place of each unit but for 1 draw in 2,000."""
    plan, measurement = make(units=60, robustness={"weight_uncertainty": 0.4, "exclude": True}, **GAPS)
    by_keys = run(analysis_of(plan, (measurement,), closely=False), 20_000).tally
    by_scores = run(analysis_of(plan, (measurement,), closely=True), 16_384).tally

    assert by_keys.draws == 20_000
    first = run(analysis_of(plan, (measurement,), closely=False), 16_384).tally
    assert np.abs(first.ranks - by_scores.ranks).max() <= 8
    assert np.abs(first.firsts - by_scores.firsts).max() <= 8 * 2**32


def test_one_unit_and_none(make):
    """One unit is always first; where all lack everything no one is ranked, and nothing is counted."""
    plan, measurement = make(units=1, robustness={"weight_uncertainty": 0.4})
    tally = run(analysis_of(plan, (measurement,), closely=False), 5_000).tally

    assert tally.ranks[:, 0, 0].tolist() == [5_000] * len(plan.editions)


def test_keys_of_many_combinations_share_their_arrays(make):
    """What one edition's keys were made in is taken by the next, so that memory does not grow with the combinations."""
    plan, measurement = make(units=30, robustness={"weight_uncertainty": 0.4, "exclude": True}, **GAPS)
    analysis = analysis_of(plan, (measurement,), closely=False)
    first, second = analysis.ready((0,)), analysis.ready((1,))
    raw = analysis.design.block(0).raw
    made = [each.editions[0].keys.keys(local_shares(each.locals, raw)) for each in (first, second)]

    assert np.shares_memory(*made)
