"""Draws that take long to prepare can be stopped before any of them is counted."""

import attrs
import numpy as np
import pytest
from hubrank.uncertainty import analysis as counting
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.tally import Tally


@pytest.mark.parametrize("cores", [1, 2])
def test_an_interrupt_keeps_what_was_counted(make, monkeypatch, cores):
    """Threads stop after the span that they count; what they have counted is there, and no more is reported."""
    plan, measurement = make(robustness={"weight_uncertainty": 0.25})
    told = []

    def interrupted(jobs):
        while not told:
            pass
        raise KeyboardInterrupt

    monkeypatch.setattr(counting, "as_completed", interrupted)
    counted = run(
        analysis_of(plan, (measurement,)), 4_000_000, cores=cores, progress=lambda what, done, *_: told.append(done)
    )

    assert counted.interrupted
    assert 0 <= counted.tally.draws == max(told) < 4_000_000
    assert (counted.tally.ranks.sum(axis=1) == counted.tally.draws).all()


def test_draws_that_take_long_are_stopped_halfway(make):
    """Where weights follow the scores of each draw, counting stops between pieces, and what it has begun is dropped."""
    plan, measurement = make(weighting={"method": "entropy"}, robustness={"weight_uncertainty": 0.25})
    analysis = analysis_of(plan, (measurement,))
    whole, stopped, told = analysis.empty(), analysis.empty(), []
    analysis.add(whole, range(1), 64)
    assert analysis.ready(()).slow

    def report(draws):
        told.append(draws)
        if not draws and sum(told) >= 32:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        analysis.add(stopped, range(1), 64, report)

    assert (whole.draws, stopped.draws) == (64, 0)
    assert not any(np.any(getattr(stopped, each.name)) for each in attrs.fields(Tally))
