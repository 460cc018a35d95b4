"""The means that a tree's aggregators declare, where draws can rely on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.language import worded

if TYPE_CHECKING:
    from hubrank.composing.composed import NodeScores
    from hubrank.contract.forms import Form
    from hubrank.scenario.plan import Plan


def form_of(scores: NodeScores) -> Form | None:
    """The mean of its members, weighted by shares, that a dimension's aggregation declares.

    None where it declares none, takes raw weights, or the mean is not defined for one of the dimension's own scores.
    """
    node = scores.node
    form = node.form if node.aggregation.part.record.weights == "shares" else None
    if form is None or not (form.takes(scores.members) | np.isnan(scores.members)).all():
        return None
    return form


def why_composed(plan: Plan, nodes: Mapping[str, NodeScores]) -> dict[str, str]:
    """Why draws have to be composed by the methods themselves: a reason for each dimension that has one."""
    found = {node.name: _why(nodes[node.name]) for node in plan.tree}
    return {name: why for name, why in found.items() if why}


def forms_of(plan: Plan, nodes: Mapping[str, NodeScores]) -> dict[str, Form] | None:
    """The form of every dimension; none where scores have to be made by the methods themselves."""
    if why_composed(plan, nodes):
        return None
    forms = {node.name: form_of(nodes[node.name]) for node in plan.tree}
    return {name: form for name, form in forms.items() if form is not None}


def _why(scores: NodeScores) -> str:
    node = scores.node
    name = node.aggregation.part.name
    if node.post_processing and (node.parent is None or not node.hands_up_before):
        return worded("the step {step} follows the aggregation", step=node.post_processing[0].part.name)
    if node.weighting.part.record.data_driven:
        return worded("the weighting {method} depends on the scores", method=node.weighting.part.name)
    if node.aggregation.part.record.weights != "shares":
        return worded("the method {method} uses raw weights instead of shares", method=name)
    if node.form is None:
        return worded("the method {method} has no closed form", method=name)
    if form_of(scores) is not None:
        return ""
    return worded("the method {method} is not defined for some of its scores", method=name)
