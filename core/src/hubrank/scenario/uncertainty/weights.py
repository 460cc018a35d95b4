"""Where weights may lie: the uncertainty of each dimension, its constraints bound to its members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.scenario.tree import no_dimension
from hubrank.scenario.uncertainty.constraints import node_of, rows_of
from hubrank.scenario.uncertainty_choices import Robustness, WeightUncertainty

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.binding import Binder
    from hubrank.scenario.tree import Tree


@frozen(kw_only=True, eq=False)
class NodeWeights:
    """The uncertainty about the weights of a dimension's members.

    Attributes:
        node: The dimension.
        uncertainty: What the scenario says.
        constraints: What must hold besides, as rows whose product with the weights, the members in the order of their
            names, is at least 0.
    """

    node: str
    uncertainty: WeightUncertainty
    constraints: Array


def bind_weights(choice: Robustness, tree: Tree, binder: Binder) -> tuple[NodeWeights, ...]:
    """The uncertainty about each dimension's weights; of dimensions with one member there is none."""
    if choice.weights is None:
        return ()
    nodes = {node.name: node for node in tree.by_name}
    uncertainties = dict(choice.weights.by_dimension)
    for name in uncertainties:
        if name not in nodes:
            binder.problem(f"robustness.weights.{name}", no_dimension(name, nodes))
    if choice.weights.everywhere is not None:
        uncertainties = dict.fromkeys(nodes, choice.weights.everywhere)
    texts = _constraints(uncertainties, tree, binder)
    found = []
    for name, uncertainty in uncertainties.items():
        if name not in nodes or len(nodes[name].members) < 2:
            continue
        node = nodes[name]
        if uncertainty.distribution != "box" and node.weighting.part.record.data_driven:
            what = (
                f"dimension '{name}' is weighted by '{node.weighting.part.name}', which depends on the "
                "scores; its uncertainty can only be a share, such as 0.25"
            )
            binder.problem("robustness.weights", what)
        rows = rows_of(sorted(texts.get(name, [])), [member.name for member in node.members])
        found.append(NodeWeights(node=name, uncertainty=uncertainty, constraints=rows))
    return tuple(found)


def _constraints(uncertainties: dict[str, WeightUncertainty], tree: Tree, binder: Binder) -> dict[str, list[str]]:
    """Each dimension's constraints."""
    dimension_of = {member.name: node.name for node in tree for member in node.members}
    found: dict[str, list[str]] = {}
    for text in dict.fromkeys(text for uncertainty in uncertainties.values() for text in uncertainty.constraints):
        try:
            found.setdefault(node_of(text, dimension_of), []).append(text)
        except ValueError as error:
            binder.problem("robustness.weights.constraints", str(error))
    return found
