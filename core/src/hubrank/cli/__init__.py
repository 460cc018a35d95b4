"""The command line: `main` finds the verbs of all plugins and runs one; `command` has what a verb takes and answers."""

from __future__ import annotations

import gc
import sys

#: Of how many new objects a collection of garbage is made, and of how many such the next two: nearly all that a run
#: makes stays until its end, and looking through it time and again takes a tenth of a short run.
_COLLECTED = (50_000, 10, 10)


def main() -> None:
    """Run the command line and exit with its exit code."""
    from hubrank.cli.app import run
    from hubrank.cli.console import left, opened, turned

    gc.set_threshold(*_COLLECTED)
    opened()
    code = left(run(sys.argv[1:]))
    turned(2)  # what plugins print on the way out is no part of the answer
    sys.exit(code)
