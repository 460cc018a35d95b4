"""For authors: a new plugin that is whole from the beginning, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl

hubrank_contract = 1

_GROUP = "Scenarios, plugins and files"


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs `new` and `check-plugin`."""
    yield Command(
        name="new",
        help="Begin a plugin or a scenario of your own.",
        function="hubrank_start.new.new_command:new",
        group=_GROUP,
    )
    yield Command(
        name="check-plugin",
        help="Check that a plugin keeps its promises.",
        function="hubrank_start.new.checking:check_plugin",
        group=_GROUP,
    )
