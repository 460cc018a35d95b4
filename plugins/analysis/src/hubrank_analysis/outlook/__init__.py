"""Where the ranks of a hubrank ranking would go if growth went on."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `outlook`."""
    yield Command(
        name="outlook",
        help="Project ranks by extrapolating past growth.",
        function="hubrank_analysis.outlook.outlook_command:outlook",
        group="Explain",
    )
