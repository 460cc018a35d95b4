"""Draws that take long to prepare can be stopped before any of them is counted."""

import threading

import attrs
import numpy as np
import pytest
from hubrank.robustness.analysis import _Handed, _StoppedError, analysis_of
from hubrank.robustness.tallies import Tally


def test_a_span_that_is_prepared_is_stopped():
    """Nothing is counted while variants are prepared, so that a thread may stop there; later its draws are noted."""
    told = []
    handed = _Handed([range(1)], told.append, threading.Event())
    handed.done(0)
    handed.done(5)
    handed.stop.set()
    handed.done(3)

    assert told == [0, 5, 8]

    with pytest.raises(_StoppedError):
        handed.done(0)


def test_draws_that_take_long_are_stopped_halfway(make):
    """Where weights follow the scores of each draw, counting stops between pieces, and what it has begun is dropped."""
    plan, measurement = make(weighting={"method": "entropy"}, robustness={"weights": 0.25})
    analysis = analysis_of(plan, (measurement,))
    handed = _Handed([range(1)], lambda draws: draws > 32 and handed.stop.set(), threading.Event())
    whole, stopped = analysis.empty(), analysis.empty()
    analysis.count([range(1)], 64, whole)
    assert analysis.counter.ready(()).program.slow

    with pytest.raises(_StoppedError):
        analysis.count(handed, 64, stopped, handed.done)

    assert (whole.draws, stopped.draws) == (64, 0)
    assert not any(np.any(getattr(stopped, each.name)) for each in attrs.fields(Tally))
