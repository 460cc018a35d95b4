"""The core's own commands: the description of each in `hubrank --help`, and the place of its function."""

from __future__ import annotations

from hubrank.plugin.hooks import Command, declare

RANK = "Rank"
EXPLAIN = "Explain"
SETUP = "Scenarios and plugins"
MAINTAIN = "For maintainers"

_VERBS = (
    ("rank", "rank:rank", RANK, "Rank the units of a scenario.", "global --top 10"),
    ("check", "check:check", SETUP, "Check a scenario and its tables, and report every error.", "global"),
    (
        "export",
        "rank:export",
        RANK,
        "Write a ranking to a file: Excel, CSV, a picture and more.",
        "global --output r.xlsx",
    ),
    ("explain", "explain:explain", EXPLAIN, "Explain a unit's score by its values and sources.", "global Boston"),
    ("list", "parts:list_parts", SETUP, "List installed scenarios, indicators, methods and the like.", "scenarios"),
    ("show", "parts:show", SETUP, "Show a component: meaning, options, sources and licences.", "min-max"),
    ("cache", "cache:app", MAINTAIN, "List, verify or delete cached results and downloads.", "list"),
    ("version", "parts:version", SETUP, "Print the version.", "--format json"),
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
            example=f"hubrank {name} {example}",
            python=_IN_PYTHON.get(name, ""),
        )
        for name, place, group, text, example in _VERBS
    )
)
