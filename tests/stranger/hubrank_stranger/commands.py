"""The command, apart from what it needs."""

from hubrank.plugin import Command, hookimpl


@hookimpl
def hubrank_commands():
    """The command `greet`."""
    yield Command(
        name="greet", help="Greet the first of a ranking.", function="hubrank_stranger.greeting:greet", group="Manners"
    )
