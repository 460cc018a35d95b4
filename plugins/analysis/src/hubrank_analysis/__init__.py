"""The certainty of the ranks of a hubrank ranking, the causes of their changes, improvements, and projections."""

from hubrank.plugin import Command, declare

_EXPLAIN, _TEST, _COMPARE = "Explain", "Test", "Compare"
#: Each verb with its group, its function, what answers it in Python, and what it does.
_VERBS = (
    ("diff", _EXPLAIN, "diff:diff", "diff:explain", "Explain why ranks changed between two editions or scenarios."),
    ("whatif", _EXPLAIN, "whatif:whatif", "whatif:improve", "Find what it would take to reach a rank."),
    ("sweep", _TEST, "sweep:sweep", "sweep:sweep_weights", "Rank many sets of weights, or several scenarios."),
    ("match-weights", _COMPARE, "fitting:match", "", "Find the weights that best reproduce a published ranking."),
    ("compare", _COMPARE, "comparison:compare_lists", "comparison:compare_rankings", "Compare two rankings or lists."),
    ("outlook", _TEST, "outlook:show_outlook", "", "Project ranks by extrapolating past growth."),
    ("rivalry", _COMPARE, "rivalry:compare_groups", "", "Compare groups of units, such as countries."),
    ("optimise-weights", _COMPARE, "rivalry:optimise", "", "Find weights that give members their intended importance."),
    ("robustness", _TEST, "robustness:show", "robustness:draw", "Assess how robust ranks are to uncertain choices."),
)
_EXAMPLES = {
    "diff": "global --from 2021 --to 2025",
    "whatif": "global Boston --rank 1",
    "sweep": "global weights.csv --output ranks.csv",
    "match-weights": "global --list published.csv",
    "compare": "global global@2024",
    "outlook": "global --editions 5",
    "rivalry": "global USA CHN",
    "optimise-weights": "global index",
    "robustness": "global --draws 2000",
}

hubrank_commands = declare(
    *(
        Command(
            name=name,
            help=text,
            function=f"{__name__}.{function}",
            group=group,
            example=f"hubrank {name} {_EXAMPLES[name]}",
            python=answer and f"{__name__}.{answer}",
        )
        for name, group, function, answer, text in _VERBS
    )
)
