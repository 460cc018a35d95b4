"""Groups of a hubrank ranking against one another, and weights that balance influence."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs `rivalry` and `balance`."""
    yield Command(
        name="rivalry",
        help="Compare groups of units, such as countries.",
        function="hubrank_analysis.rivalry.rivalry_command:rivalry",
        group="Compare and argue",
    )
    yield Command(
        name="optimise-weights",
        help="Find weights that give members their intended importance.",
        function="hubrank_analysis.rivalry.rivalry_command:balance",
        group="Compare and argue",
    )
