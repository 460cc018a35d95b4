"""The core's own commands: the description of each in `hubrank --help`, and the place of its function."""

from __future__ import annotations

from hubrank.plugin.hooks import Command, declare

RANK = "Rank"
EXPLAIN = "Explain"
SETUP = "Scenarios, plugins and files"

_VERBS = (
    ("rank", "rank:rank", RANK, "Rank the units of a scenario."),
    ("check", "check:check", RANK, "Report every error in a scenario and the heads of its tables."),
    ("export", "rank:export", RANK, "Write a ranking to a file; the file type follows from its suffix."),
    ("explain", "explain:explain", EXPLAIN, "Explain a unit's score."),
    ("list", "parts:list_parts", SETUP, "List installed parts."),
    ("show", "parts:show", SETUP, "Show the details of an installed part."),
    ("cache", "cache:app", SETUP, "List, verify or delete cached totals, and replies and files of services."),
    ("version", "parts:version", SETUP, "Print the version."),
)
#: Verbs that answer in Python too.
_IN_PYTHON = {"explain": "hubrank.explain.profile:explain"}


hubrank_commands = declare(
    *(
        Command(
            name=name,
            help=text,
            function=f"hubrank.cli.commands.{place}",
            group=group,
            python=_IN_PYTHON.get(name, ""),
        )
        for name, place, group, text in _VERBS
    )
)
