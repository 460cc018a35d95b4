"""Draws that take long to prepare can be stopped before any of them is counted."""

import threading

import pytest
from hubrank.robustness.analysis import _Handed, _StoppedError


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
