"""The compiled kernel counts what NumPy counts."""

import attrs
import numpy as np
import pytest
from hubrank.robustness.analysis import analysis_of, run
from hubrank.robustness.blocks import CLOSER
from hubrank.robustness.tallies import Tally

pytest.importorskip("numba")
MIXED = {"aggregation": {"method": "geometric"}, "dimensions": {"b": {"aggregation": {"method": "arithmetic"}}}}


def same_bytes(one, two):
    """Whether two tallies hold the same."""
    for each in attrs.fields(Tally):
        assert np.asarray(getattr(one, each.name)).tobytes() == np.asarray(getattr(two, each.name)).tobytes()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("method", ["arithmetic", "geometric"])
def test_same_draws_same_counts(make, method):
    """Trees of one kind of mean: the same weights give the same ranks, byte for byte."""
    plan, measurement = make(units=40, aggregation={"method": method}, robustness={"weights": 0.4})
    numpy_made, kernel_made = (
        run(analysis_of(plan, (measurement,), closely=False, engine=engine), 20_000).tally
        for engine in ("numpy", "kernel")
    )

    assert (numpy_made.ranks == kernel_made.ranks).all()
    assert (numpy_made.firsts == kernel_made.firsts).all()
    assert numpy_made.draws == kernel_made.draws


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("gaps", [{}, {"gaps": 0.2, "missing": {"rule": "renormalise"}}], ids=["whole", "gaps"])
def test_mixed_trees_agree(make, gaps):
    """Means inside logarithms, with gaps and indicators left out: byte for byte too."""
    plan, measurement = make(units=40, robustness={"weights": 0.4, "leave_out": True}, **MIXED, **gaps)
    numpy_made, kernel_made = (
        run(analysis_of(plan, (measurement,), engine=engine), CLOSER + 20_000).tally for engine in ("numpy", "kernel")
    )

    for each in attrs.fields(Tally):
        assert (
            np.asarray(getattr(numpy_made, each.name)).tobytes()
            == np.asarray(getattr(kernel_made, each.name)).tobytes()
        )


@pytest.mark.filterwarnings("default")
def test_cores_change_nothing(make):
    """One thread and two give the same bytes."""
    plan, measurement = make(units=40, robustness={"weights": 0.4}, **MIXED)
    analysis = analysis_of(plan, (measurement,), closely=False, engine="kernel")
    one, two = (run(analysis, 15_000, cores=cores).tally for cores in (1, 2))

    same_bytes(one, two)


def test_order_on_given_weights(make):
    """On given weights the keys' order is the order of the scores, for both engines."""
    plan, measurement = make(units=60)
    analysis = analysis_of(plan, (measurement,), closely=False, engine="kernel")
    ready = analysis.counter.ready(())
    raw = analysis.design.block(0).raw[:, :200]
    keys = ready.editions[0].keys
    scores = ready.program.scores(raw)

    sorted_keys = np.sort(keys.keys(ready.program.locals.shares(raw)), axis=1) & 255

    assert (sorted_keys == np.argsort(-scores, axis=1)).mean() > 0.999
