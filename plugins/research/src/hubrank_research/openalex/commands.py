"""The verb `hubrank openalex`."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterator[Command]:
    """The verb."""
    yield Command(
        name="openalex",
        help="Make rows that the source records counts of a snapshot of OpenAlex.",
        function="hubrank_research.openalex.snapshot:openalex",
        group="Scenarios, plugins and files",
    )
