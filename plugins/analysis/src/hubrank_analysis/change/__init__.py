"""Why a rank of a hubrank ranking changed, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs `change` and `whatif`."""
    yield Command(
        name="diff",
        help="Explain why ranks changed between two editions or scenarios.",
        function="hubrank_analysis.change.change_command:change",
        group="Explain",
        python="hubrank_analysis.change.change_command:explain_moves",
    )
    yield Command(
        name="whatif",
        help="Find what it would take to reach a rank.",
        function="hubrank_analysis.change.whatif_command:whatif",
        group="Explain",
        python="hubrank_analysis.change.whatif_command:improve",
    )
