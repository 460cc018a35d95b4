"""`hubrank greet`."""

from typing import Annotated

import typer
from hubrank.cli.command import ranking_of
from hubrank.cli.console import write_text


def greet(
    scenario: Annotated[str, typer.Argument(help="A scenario's name or file.")],
    politely: Annotated[bool, typer.Option(help="With a title.")] = False,
) -> None:
    """Greet the first of a ranking."""
    ranking = ranking_of(scenario, sample=False)
    first = ranking.names[ranking.order(-1)[0]]
    write_text(f"Good day, {'Your Excellency ' if politely else ''}{first}")
