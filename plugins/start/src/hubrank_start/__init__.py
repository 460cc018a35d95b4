"""From a table as people have it to a scenario and its first ranking."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `start`."""
    yield Command(
        name="start",
        help="Make a scenario and its first ranking of a workbook or a CSV.",
        function="hubrank_start.start_command:start",
        reads="hubrank_start.tables:draft_of",
        group="Rank",
    )
