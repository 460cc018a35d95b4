"""The certainty of the ranks of a hubrank ranking, the causes of their changes, improvements, and projections."""

from __future__ import annotations

from hubrank.plugin import Command, declare

_EXPLAIN, _COMPARE = "Explain", "Compare and argue"
#: Each command with its group, its function, its Python function, and its description.
_VERBS = (
    ("diff", _EXPLAIN, "diff:diff", "diff:explain", "Explain why ranks changed between two editions or scenarios."),
    ("whatif", _EXPLAIN, "whatif:whatif", "whatif:improve", "Find what it would take to reach a rank."),
    ("match-weights", _COMPARE, "fitting:match", "", "Find the weights that best reproduce a published ranking."),
    ("compare", _COMPARE, "comparison:compare_lists", "comparison:compare_rankings", "Compare two rankings."),
    ("outlook", _EXPLAIN, "outlook:show_outlook", "", "Project ranks by extrapolating past growth."),
    ("rivalry", _COMPARE, "rivalry:compare_groups", "", "Compare groups of units, such as countries."),
    ("optimise-weights", _COMPARE, "rivalry:optimise", "", "Find weights that give members their intended importance."),
    ("robustness", "Test", "robustness:show", "robustness:draw", "Assess how robust ranks are to uncertain choices."),
)

hubrank_commands = declare(
    *(
        Command(
            name=name,
            help=text,
            function=f"{__name__}.{function}",
            group=group,
            python=answer and f"{__name__}.{answer}",
        )
        for name, group, function, answer, text in _VERBS
    )
)
