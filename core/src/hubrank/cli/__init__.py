"""The command line; one module a command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, and leave with the exit code that its contract says."""
    from hubrank.cli.app import run

    sys.exit(run(sys.argv[1:]))
