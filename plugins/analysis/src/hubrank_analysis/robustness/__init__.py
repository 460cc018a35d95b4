"""How sure each rank of a hubrank ranking is: exact bounds, sensitivity, confidence, shards."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `robustness`."""
    yield Command(
        name="robustness",
        help="Assess how robust ranks are to uncertain choices.",
        function="hubrank_analysis.robustness.robustness_command:robustness",
        group="Test",
        python="hubrank_analysis.robustness.robustness_command:draw",
    )
