"""What a verb says to a person."""

import os
import subprocess
import sys

from hubrank.cli.console import silence


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
