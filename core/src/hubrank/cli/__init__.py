"""The command line: `main` runs a verb, of the core's own or a plugin's; `command` has what one takes and answers."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable

from hubrank.plugin.hooks import Command, hookimpl

#: Of how many new objects a collection of garbage is made, and of how many such the next two: nearly all that a run
#: makes stays until its end, and looking through it time and again takes a tenth of a short run.
_COLLECTED = (50_000, 10, 10)


def main() -> None:
    """Run the command line and exit with its exit code."""
    try:
        from hubrank.cli.app import run
        from hubrank.cli.console import left, turned
    except KeyboardInterrupt:
        sys.stderr.write("hubrank: interrupted\n")
        sys.exit(130)

    gc.set_threshold(*_COLLECTED)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # as where a process was started without it, lest a file get its number
            number = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    code = left(run(sys.argv[1:]))
    turned(2)  # what plugins print on the way out is no part of the answer
    sys.exit(code)


RANK = "Rank"
EXPLAIN = "Explain"
SETUP = "Scenarios, plugins and files"

_VERBS = (
    ("rank", "rank:rank", RANK, "Rank the units of a scenario."),
    ("check", "check:check", RANK, "Report every error in a scenario without reading data."),
    ("export", "rank:export", RANK, "Write a ranking to a file; the file type follows from its suffix."),
    ("explain", "explain:explain", EXPLAIN, "Explain a unit's score."),
    ("list", "parts:list_parts", SETUP, "List installed parts."),
    ("show", "parts:show", SETUP, "Show the details of an installed part."),
    ("cache", "cache:app", SETUP, "List, verify or delete cached totals, and replies and files of services."),
    ("version", "parts:version", SETUP, "Print the version."),
)
#: Verbs that answer in Python too.
_IN_PYTHON = {"explain": "hubrank.explain.profile:explain"}


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs of the main job."""
    for name, place, group, help_ in _VERBS:
        python = _IN_PYTHON.get(name, "")
        yield Command(name=name, help=help_, function=f"{__name__}.commands.{place}", group=group, python=python)
