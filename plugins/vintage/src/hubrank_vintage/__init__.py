"""New vintages of the almanac, from live sources, with the joins judged as its builder judges them.

For the almanac's builder: `rows`, `places`, `names`, `judging`, `losses` and `writing`, which both use.
"""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterator[Command]:
    """The verb `almanac`."""
    yield Command(
        name="almanac",
        help="Build a new vintage of the almanac from live sources.",
        function="hubrank_vintage.command:app",
        group="Scenarios, plugins and files",
    )
