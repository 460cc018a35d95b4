"""From a table as people have it to a scenario and its first ranking; from nothing to a plugin that is whole."""

from hubrank.plugin import Command, declare

hubrank_commands = declare(
    Command(
        name="start",
        help="Create a scenario and its first ranking from your own table.",
        function="hubrank_start.start_command:start",
        reads="hubrank_start.tables:draft_of",
        group="Rank",
        example="hubrank start towns.csv",
    ),
    Command(
        name="new",
        help="Create a new plugin, region or scenario.",
        function="hubrank_start.new.new_command:new",
        group="Scenarios and plugins",
        example="hubrank new indicator museums",
    ),
    Command(
        name="check-plugin",
        help="Test a plugin against the plugin contract.",
        function="hubrank_start.new.checking:check_plugin",
        group="For maintainers",
        example="hubrank check-plugin hubrank-papers",
    ),
)
