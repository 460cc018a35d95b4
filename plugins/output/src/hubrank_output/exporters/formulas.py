"""A dimension's score as a formula of a spreadsheet, that follows the weights in other cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hubrank import gettext

if TYPE_CHECKING:
    from hubrank import Form, MissingRule, Node, NodeScores

#: The longest formula that Excel takes.
LONGEST = 8000


def why_not(scored: NodeScores) -> str:
    """Why a dimension's score cannot be a formula; empty where it can."""
    node = scored.node
    record = node.aggregation.part.record
    if node.post_processing:
        return gettext("the step {step} is applied to its score", step=node.post_processing[0].part.name)
    if scored.weights.shape[-2] != 1:
        return gettext("each unit has its own weights")
    if record.formula is None and node.form is None:
        return gettext("the method {method} has no spreadsheet formula", method=record.name)
    return ""


def score(node: Node, cells: Sequence[str], weights: Sequence[str]) -> str:
    """The formula of a dimension's score for one unit: empty where it lacks too many members.

    Args:
        node: The dimension; there is no reason why not.
        cells: The addresses of its members' scores; a text there is a gap.
        weights: The addresses of their weights.
    """
    record = node.aggregation.part.record
    if record.formula is not None:
        present = [f"({weight}*ISNUMBER({cell}))" for cell, weight in zip(cells, weights, strict=True)]
        numbers = [f"N({cell})" for cell in cells]
        made = node.aggregation.call(record.formula, "formula", numbers, present, node.aggregation.options)
        if not isinstance(made, str):
            raise node.aggregation.broke(f"formula returned {type(made).__name__}; expected a text")
    else:
        made = mean(node.form, cells, weights, raw=record.weights == "raw")
    return f'=IF({enough(node.missing, cells, weights)},{made},"")'


def mean(form: Form, cells: Sequence[str], weights: Sequence[str], *, raw: bool) -> str:
    """The mean that a form says.

    Where a distance is 0 or below and the form has no answer there, Excel's own error stands, or #N/A.
    """
    pairs = list(zip(cells, weights, strict=True))
    total = "+".join(f"{weight}*ISNUMBER({cell})" for cell, weight in pairs)
    if form.linear:
        sums = "+".join(f"{weight}*N({cell})" for cell, weight in pairs)
        return sums if raw else f"({sums})/({total})"
    entered = [_entered(form, distance(form, cell)) for cell in cells]
    sums = "+".join(
        f"{weight}*IF(AND(ISNUMBER({cell}),{weight}>0),{each},0)"
        for (cell, weight), each in zip(pairs, entered, strict=True)
    )
    inside = f"({sums})" if raw else f"({sums})/({total})"
    left = f"EXP({inside})" if form.power == 0 else f"({inside})^(1/{_number(form.power)})"
    return _where_defined(form, pairs, _left(form, left))


def distance(form: Form, cell: str) -> str:
    """How far a score lies from where the mean is no longer defined."""
    if form.counted_from is None:
        return f"N({cell})+{_number(form.shift)}"
    return f"{_number(form.counted_from)}-N({cell})+{_number(form.shift)}"


def enough(rule: MissingRule, cells: Sequence[str], weights: Sequence[str]) -> str:
    """The condition that a unit has as many members as the rule wants: `MissingRule.enough`.

    Truths are made numbers, since no number equals a truth in a spreadsheet.
    """
    there = "+".join(f"ISNUMBER({cell})*({weight}>0)" for cell, weight in zip(cells, weights, strict=True))
    wanted = "+".join(f"({weight}>0)*1" for weight in weights)
    some, complete = f"({there})>0", f"({there})=({wanted})"
    if rule.rule == "unranked":
        return f"AND({some},{complete})"
    if rule.at_least_share == 0 and rule.at_least_count <= 1:
        return some
    least = f"({there})>={rule.at_least_share!r}*({wanted})-1E-12,({there})>={rule.at_least_count}"
    return f"AND({some},OR({complete},AND({least})))"


def _entered(form: Form, distance: str) -> str:
    return f"LN({distance})" if form.power == 0 else f"({distance})^{_number(form.power)}"


def _left(form: Form, distance: str) -> str:
    if form.counted_from is None:
        return f"{distance}-{_number(form.shift)}"
    return f"{_number(form.counted_from)}-({distance}-{_number(form.shift)})"


def _where_defined(form: Form, pairs: Sequence[tuple[str, str]], defined: str) -> str:
    """The mean, and what stands where it is not defined."""
    if form.power <= 0 and form.nonpositive == "error":
        return defined
    if form.power <= 0 and form.nonpositive == "missing":
        return f'IF({_any(form, pairs, "<=0")},"",{defined})'
    below = f"IF({_any(form, pairs, '<0')},NA(),"
    if form.power > 0:
        return f"{below}{defined})"
    return f"{below}IF({_any(form, pairs, '=0')},{_left(form, '0')},{defined}))"


def _any(form: Form, pairs: Sequence[tuple[str, str]], so: str) -> str:
    """Whether a distance of a member that is there is so."""
    counted = "+".join(f"ISNUMBER({cell})*({weight}>0)*({distance(form, cell)}{so})" for cell, weight in pairs)
    return f"({counted})>0"


def _number(value: float) -> str:
    """A number that keeps its value wherever it stands."""
    text = repr(float(value)).upper()
    return f"({text})" if value < 0 else text
