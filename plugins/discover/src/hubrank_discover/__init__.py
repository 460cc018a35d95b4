"""Hubs that nobody has drawn: clusters of points, as units that scenarios rank."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl

hubrank_contract = 1


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `discover`."""
    yield Command(
        name="discover",
        help="Find clusters of points, as units to rank.",
        function="hubrank_discover.discover_command:discover",
        group="Scenarios, plugins and files",
    )
