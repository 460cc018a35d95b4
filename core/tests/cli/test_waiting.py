"""What a person sees who waits."""

import io
import sys

from hubrank.cli.console import asked, progress
from hubrank.progress import no_progress


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
