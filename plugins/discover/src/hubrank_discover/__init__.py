"""Hubs without drawn borders: clusters of points, as units that scenarios rank."""

from hubrank.plugin import Command, declare

hubrank_contract = 1

hubrank_commands = declare(
    Command(
        name="discover",
        help="Find clusters of points, and write them as a region to rank.",
        function="hubrank_discover.discover_command:discover",
        group="For maintainers",
        example="hubrank discover papers.csv --min-amount 500 --output clusters",
    )
)
