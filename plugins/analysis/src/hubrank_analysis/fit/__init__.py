"""Find the weights behind a published hubrank ranking, and compare two rankings."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs `fit` and `compare`."""
    yield Command(
        name="match-weights",
        help="Find the weights that best reproduce a published ranking.",
        function="hubrank_analysis.fit.fit_command:fit",
        group="Compare and argue",
    )
    yield Command(
        name="compare",
        help="Compare two rankings.",
        function="hubrank_analysis.fit.fit_command:compare",
        group="Compare and argue",
        python="hubrank_analysis.fit.fit_command:compare_rankings",
    )
