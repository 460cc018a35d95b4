"""Means as formulas of a spreadsheet, that follow the weights in other cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubrank import Node

#: The longest formula that Excel takes.
LONGEST = 8000
METHODS = ("arithmetic", "geometric")


def live(node: Node) -> bool:
    """Whether a dimension's score can be a formula: a mean that a spreadsheet can say, and nothing after it."""
    options = node.aggregation.options
    turned = getattr(options, "counted_from", None) is not None
    refuses = getattr(options, "at_zero", "refuse") == "refuse"
    return node.aggregation.part.name in METHODS and not turned and refuses and not node.after


def mean(node: Node, cells: Sequence[str], weights: Sequence[str]) -> str | None:
    """The formula of a dimension's score; none where it would be too long.

    Args:
        node: The dimension.
        cells: The addresses of its members' scores; a text there is a gap.
        weights: The addresses of their weights.
    """
    pairs = list(zip(cells, weights, strict=True))
    there = "+".join(f"ISNUMBER({cell})*({weight}>0)" for cell, weight in pairs)
    wanted = "+".join(f"({weight}>0)" for weight in weights)
    total = "+".join(f"{weight}*ISNUMBER({cell})" for cell, weight in pairs)
    if node.aggregation.part.name == "arithmetic":
        mean = f"({'+'.join(f'{weight}*N({cell})' for cell, weight in pairs)})/({total})"
    else:
        shift = repr(float(node.aggregation.options.shift))
        logs = "+".join(
            f"{weight}*IF(AND(ISNUMBER({cell}),{weight}>0),LN(N({cell})+{shift}),0)" for cell, weight in pairs
        )
        mean = f"EXP(({logs})/({total}))-{shift}"
    formula = f'=IF({_enough(node, there, wanted)},{mean},"")'
    return formula if len(formula) <= LONGEST else None


def _enough(node: Node, there: str, wanted: str) -> str:
    """The condition that a unit has as many members as the rule wants."""
    rule = node.missing
    if rule.rule == "refuse":
        return f"({there})=({wanted})"
    least = max(rule.at_least_count, 1)
    return f"AND(({there})>={rule.at_least_share!r}*({wanted})-1E-12,({there})>={least})"
