"""What a person sees who waits."""

import io
import sys

import pytest
from hubrank.cli.console import Stage, asked, progress
from hubrank.progress import no_progress


def stage(*told):
    """A stage that began at second 100 and heard each of these, a second count first."""
    made = Stage(what="loading", began=100.0, told=100.0)
    for second, what, *more in told:
        done, of, unit = (*more, None, 1.0, "")[:3] if len(more) < 3 else more
        made = made.next(what, done, of, unit, second)
    return made


DRAWN = [(100, "drawing", 0, 10_000, "draws"), (110, "drawing", 3000, 10_000, "draws")]


@pytest.mark.parametrize(
    ("told", "now", "said"),
    [
        # Nothing but time is known: 75 s.
        ([], 175, "1:15"),
        # 3,000 of 10,000 in 10 s are 300 a second; 7,000 more take 23.3 s.
        (
            DRAWN,
            110,
            "30 %, 300 draws/s, 0:23 left",
        ),
        # 4 s later nothing was heard: 4 s fewer are left, and never less than none.
        (
            DRAWN,
            114,
            "30 %, 300 draws/s, 0:19 left",
        ),
        (
            DRAWN,
            900,
            "30 %, 300 draws/s, 0:00 left",
        ),
        # What was there at the start is not in the rate: 20 in 40 s; 60 more take 120 s.
        ([(100, "a", 20, 100, "inputs"), (140, "b", 40, 100, "inputs")], 140, "40 %, 0.5 inputs/s, 2:00 left"),
        # A share of 1: 0.5 in 3,600 s; as much again.
        ([(100, "exact", 0.0, 1.0, ""), (3700, "exact", 0.5, 1.0, "")], 3700, "50 %, 0.014 %/s, 1:00:00 left"),
        # Steps without a name: 1 of 4 in 5 s is 5 % a second.
        ([(100, "exact", 0, 4, ""), (105, "exact", 1, 4, "")], 105, "25 %, 5 %/s, 0:15 left"),
        # The total is not known: how many, the rate, the time.
        (
            [(100, "", 0, None, "rows"), (104, "", 2_000_000, None, "rows")],
            104,
            "2,000,000 rows, 500,000 rows/s, 0:04",
        ),
        # Nothing is done yet: no rate.
        ([(100, "drawing", 0, 10, "draws")], 103, "0 %, 0:03"),
        # What counts from the start again, or anything else, is a stage of its own, with a time of its own.
        ([(100, "a", 0, 2, "inputs"), (120, "a", 1, 2, "inputs"), (120, "b", 0, 9, "indicators")], 123, "0 %, 0:03"),
        ([(100, "a", 1, 2, "inputs"), (120, "composing", None, 1.0, "")], 127, "0:07"),
        # The same without a count, told again, goes on.
        ([(100, "composing", None, 1.0, ""), (120, "composing", None, 1.0, "")], 127, "0:27"),
    ],
)
def test_what_is_said(told, now, said):
    """Rates and times by hand."""
    assert stage(*told).said(now) == said


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self):
        """It is."""
        return True


def test_nothing_is_shown_of_what_is_short(monkeypatch):
    """Work below the patience leaves nothing on the terminal, not even a control character."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress("working") as tell:
        tell("drawing", 1, 2, "draws")

    assert terminal.getvalue() == ""


def test_quiet_and_pipes_hear_nothing(monkeypatch):
    """With `--quiet`, and where standard error is no terminal, nobody listens."""
    with progress("working") as tell:
        assert tell is no_progress
    monkeypatch.setattr(sys, "stderr", Terminal())
    with asked(True, None), progress("working") as tell:
        assert tell is no_progress
