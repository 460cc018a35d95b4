"""A local page in which a table becomes a defended ranking, and all that is done there a scenario."""

from __future__ import annotations

from hubrank.plugin import Command, declare

hubrank_commands = declare(
    Command(
        name="studio",
        help="Open a page in which a table becomes a ranking.",
        function="hubrank_studio.studio_command:studio",
        group="Rank",
        example="hubrank studio towns.csv",
    )
)
