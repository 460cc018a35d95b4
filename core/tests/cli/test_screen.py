"""What a command says to a user, and to one who waits."""

import io
import os
import subprocess
import sys

from hubrank.cli.console import asked, progress, silence
from hubrank.progress import no_progress


def test_what_c_writes_is_silenced(capfd):
    """What C code writes in the meantime is gone; what Python writes before and after is there."""
    print("a line before")
    with silence():
        os.write(1, b"a line of the solver")
    print("a line after")

    assert capfd.readouterr().out == "a line before\na line after\n"


def test_what_c_keeps_in_its_buffer_is_silenced():
    """A line that C's library has not yet written, as it does to a pipe, does not come out afterwards."""
    code = (
        "import ctypes\nfrom hubrank.cli.console import silence\n"
        "with silence():\n    ctypes.CDLL(None).printf(b'a line of the solver')\nprint('a line of ours')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "a line of ours\n"


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
    """With `--quiet`, and where standard error is no terminal, no one listens."""
    with progress("working") as tell:
        assert tell is no_progress
    monkeypatch.setattr(sys, "stderr", Terminal())
    with asked(True, None), progress("working") as tell:
        assert tell is no_progress
