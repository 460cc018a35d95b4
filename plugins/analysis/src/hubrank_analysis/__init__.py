"""How sure the ranks of a hubrank ranking are, why they change, what they would take, and where they would go."""

from __future__ import annotations

from collections.abc import Iterable

from hubrank import Command, hookimpl


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verbs that compare, explain and test ranks."""
    yield Command(
        name="diff",
        help="Explain why ranks changed between two editions or scenarios.",
        function="hubrank_analysis.diff:diff",
        group="Explain",
        python="hubrank_analysis.diff:explain_moves",
    )
    yield Command(
        name="whatif",
        help="Find what it would take to reach a rank.",
        function="hubrank_analysis.whatif:whatif",
        group="Explain",
        python="hubrank_analysis.whatif:improve",
    )
    yield Command(
        name="match-weights",
        help="Find the weights that best reproduce a published ranking.",
        function="hubrank_analysis.fitting:match_weights",
        group="Compare and argue",
    )
    yield Command(
        name="compare",
        help="Compare two rankings.",
        function="hubrank_analysis.comparison:compare_lists",
        group="Compare and argue",
        python="hubrank_analysis.comparison:compare_rankings",
    )
    yield Command(
        name="outlook",
        help="Project ranks by extrapolating past growth.",
        function="hubrank_analysis.outlook:show_outlook",
        group="Explain",
    )
    yield Command(
        name="rivalry",
        help="Compare groups of units, such as countries.",
        function="hubrank_analysis.rivalry:compare_groups",
        group="Compare and argue",
    )
    yield Command(
        name="optimise-weights",
        help="Find weights that give members their intended importance.",
        function="hubrank_analysis.rivalry:optimise_weights",
        group="Compare and argue",
    )
    yield Command(
        name="robustness",
        help="Assess how robust ranks are to uncertain choices.",
        function="hubrank_analysis.robustness:robustness",
        group="Test",
        python="hubrank_analysis.robustness:draw",
    )
