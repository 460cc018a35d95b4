"""From a table as people have it to a scenario and its first ranking; from nothing to a plugin that is whole."""

from __future__ import annotations

from hubrank.plugin import Command, declare

hubrank_commands = declare(
    Command(
        name="start",
        help="Make a scenario and its first ranking of a workbook or a CSV.",
        function="hubrank_start.start_command:start",
        reads="hubrank_start.tables:draft_of",
        group="Rank",
    ),
    Command(
        name="new",
        help="Create a new plugin or scenario.",
        function="hubrank_start.new.new_command:new",
        group="Scenarios, plugins and files",
    ),
    Command(
        name="check-plugin",
        help="Check that a plugin keeps its promises.",
        function="hubrank_start.new.checking:check_plugin",
        group="Scenarios, plugins and files",
    ),
)
