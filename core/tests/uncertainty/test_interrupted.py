"""Draws that take long to prepare can be stopped before any of them is counted."""

import attrs
import numpy as np
import pytest
from hubrank.uncertainty.analysis import _Spans, _StoppedError, analysis_of
from hubrank.uncertainty.engine import Tally


def test_a_span_that_is_prepared_is_stopped():
    """Nothing is counted while variants are prepared, so that a thread may stop there; later its draws are noted."""
    told = []
    spans = _Spans([range(1)], told.append)
    spans.report(0)
    spans.report(5)
    spans.stop.set()
    spans.report(3)

    assert told == [0, 5, 8]

    with pytest.raises(_StoppedError):
        spans.report(0)


def test_draws_that_take_long_are_stopped_halfway(make):
    """Where weights follow the scores of each draw, counting stops between pieces, and what it has begun is dropped."""
    plan, measurement = make(weighting={"method": "entropy"}, robustness={"weights": 0.25})
    analysis = analysis_of(plan, (measurement,))
    spans = _Spans([range(1)], lambda draws: draws > 32 and spans.stop.set())
    whole, stopped = analysis.empty(), analysis.empty()
    analysis.add(whole, range(1), 64)
    assert analysis.ready(()).slow

    with pytest.raises(_StoppedError):
        analysis.add(stopped, range(1), 64, spans.report)

    assert (whole.draws, stopped.draws) == (64, 0)
    assert not any(np.any(getattr(stopped, each.name)) for each in attrs.fields(Tally))
