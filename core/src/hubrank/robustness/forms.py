"""What an aggregator is to arithmetic: a weighted sum of values or of logarithms, found out by trying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank.composing.aggregating import settle_missing

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.composing.composed import NodeScores
    from hubrank.scenario.plan import Plan


@frozen
class Form:
    """A mean: of values (`full`), or of logarithms of values with a shift (`log`).

    Attributes:
        kind: Which of the two.
        shift: What is added before the logarithm and taken off the mean.
    """

    kind: Literal["full", "log"]
    shift: float = 0.0

    def enter(self, values: Array) -> Array:
        """Values as they are summed."""
        if self.kind == "full":
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(values + self.shift))

    def leave(self, sums: Array) -> Array:
        """A weighted sum as a score."""
        return sums if self.kind == "full" else np.exp(sums) - self.shift


def form_of(plan: Plan, scores: NodeScores) -> Form | None:
    """The form of a dimension's aggregator; none where it is another kind of method.

    Every method that says it compensates fully, or as logarithms do, is tried on the dimension's own scores with
    several weights; what does not come out as the form says is left to the method itself.
    """
    node = scores.node
    record = node.aggregation.part.record
    options = node.aggregation.options
    if record.weights != "shares" or record.compensatory not in ("full", "log"):
        return None
    form = Form("full") if record.compensatory == "full" else Form("log", float(getattr(options, "shift", 0.0)))
    rng = np.random.default_rng(0)
    context = plan.context(node.members)
    for _ in range(3):
        weights = np.broadcast_to(rng.random(len(node.members)) + 0.1, scores.members.shape)
        filled, present, complete = settle_missing(node.missing, scores.members, weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = np.nan_to_num(present / present.sum(axis=-1, keepdims=True))
        ranked = present.any(axis=-1) if complete is None else complete
        made = node.aggregation.call(record.apply, "apply", filled, shares, context, options)
        expected = form.leave(np.where(shares > 0, shares * form.enter(filled), 0.0).sum(axis=-1))
        if not np.allclose(made[ranked], expected[ranked], rtol=1e-9, atol=1e-9):
            return None
    return form


def forms_of(plan: Plan, nodes: Any) -> dict[str, Form] | None:
    """The form of every dimension; none where scores have to be made by the methods themselves."""
    forms: dict[str, Form] = {}
    for node in plan.tree:
        rescaled = node.after and (node.parent is None or not node.passes_before)
        form = None if rescaled or node.weighting.part.record.data_driven else form_of(plan, nodes[node.name])
        if form is None:
            return None
        forms[node.name] = form
    return forms
