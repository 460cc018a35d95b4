"""Drawing weights without bias, a row for each member of each dimension."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import Problem
from hubrank.basis.language import worded
from hubrank.composing.aggregating import weigh
from hubrank.robustness import steps as numpy_steps
from hubrank.robustness.polytopes import Polytope, polytope
from hubrank.robustness.streams import exponentials, uniforms
from hubrank.scenario.uncertainty.weights import NodeWeights
from hubrank.scenario.uncertainty_choices import WeightUncertainty

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.robustness.steps import Steps
    from hubrank.robustness.streams import Raw
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.tree import Node, Tree


@frozen(kw_only=True, eq=False)
class NodeSampler:
    """Draws the weights of one dimension.

    Attributes:
        node: The dimension.
        members: Its members' names.
        start: Its first row among all dimensions' rows.
        base: The weights that the scenario gives.
        uncertainty: Where they may lie; none where they are certain.
        inside: The polytope, where constraints stand.
    """

    node: str
    members: tuple[str, ...]
    start: int
    base: Array
    uncertainty: WeightUncertainty | None
    inside: Polytope | None = field(default=None)

    @property
    def relative(self) -> bool:
        """Whether a draw gives factors of the scenario's weights, or weights themselves."""
        return self.uncertainty is None or self.uncertainty.distribution == "box"

    def fill(self, rows: Raw, rng: np.random.Generator) -> None:
        """Draw into rows `(members, draws)`."""
        size = rows.shape[1]
        if self.uncertainty is None:
            rows[:] = 1
        elif self.inside is not None:
            points = self.inside.sample(size, rng)
            rows[:] = (points / self.base if self.relative else points).T
        elif self.uncertainty.distribution == "box" and self.uncertainty.within is not None:
            rows[:] = uniforms(rng, rows.size).reshape(rows.shape)
            rows *= np.float32(2 * self.uncertainty.within)
            rows += np.float32(1 - self.uncertainty.within)
        elif self.uncertainty.distribution == "simplex":
            rows[:] = exponentials(rng, rows.size).reshape(rows.shape)
        else:
            rows[:] = rng.standard_gamma(self.shape[:, None], (len(self.members), size))

    @property
    def shape(self) -> Array:
        """The parameters of the Dirichlet distribution."""
        concentration = (self.uncertainty and self.uncertainty.concentration) or len(self.members)
        shape: Array = concentration * self.base / self.base.sum()
        return shape


@frozen(eq=False)
class WeightSampler:
    """Draws the weights of all dimensions, a row for each member of each dimension.

    Attributes:
        nodes: What draws the weights of each dimension's members.
    """

    nodes: tuple[NodeSampler, ...]

    @property
    def rows(self) -> int:
        """How many rows a draw has."""
        return sum(len(node.members) for node in self.nodes)

    def __getitem__(self, name: str) -> NodeSampler:
        return next(node for node in self.nodes if node.node == name)

    def rows_of(self, tree: Tree) -> list[tuple[str, str, int]]:
        """Each dimension and member of a tree, in its order, with the row that is theirs."""
        found = [(node.name, member.name, self[node.name]) for node in tree for member in node.members]
        return [(node, member, drawn.start + drawn.members.index(member)) for node, member, drawn in found]

    def sample(self, size: int, rng: np.random.Generator, steps: Steps = numpy_steps) -> Raw:
        """Rows `(members of all dimensions, size)`."""
        if all(node.inside is None and node.relative for node in self.nodes):
            return self._boxes(size, rng, steps)
        raw = np.empty((self.rows, size), dtype=np.float32)
        for node in self.nodes:
            node.fill(raw[node.start : node.start + len(node.members)], rng)
        return raw

    def _boxes(self, size: int, rng: np.random.Generator, steps: Steps) -> Raw:
        """All boxes in one go."""
        width = np.zeros(self.rows, dtype=np.float32)
        for node in self.nodes:
            width[node.start : node.start + len(node.members)] = (node.uncertainty and node.uncertainty.within) or 0
        open_ = np.flatnonzero(width)
        drawn = np.empty((len(open_), size), dtype=np.float32)
        steps.boxes(rng, width[open_], drawn)
        if len(open_) == self.rows:
            return drawn
        raw = np.ones((self.rows, size), dtype=np.float32)
        raw[open_] = drawn
        return raw

    def certain(self) -> Array:
        """The rows `(members of all dimensions, 1)` of the scenario's own weights, to the last bit."""
        raw = np.ones((self.rows, 1))
        for node in self.nodes:
            if not node.relative:
                raw[node.start : node.start + len(node.members), 0] = node.base
        return raw


def weight_sampler(plan: Plan, uncertainties: tuple[NodeWeights, ...]) -> WeightSampler:
    """The sampler of a plan's weights: its rows are in the order of the dimensions' and members' names.

    Raises:
        ScenarioError: Constraints leave no room.
    """
    by_node = {each.node: each for each in uncertainties}
    samplers = []
    start = 0
    for node in plan.tree.by_name:
        uncertainty = by_node.get(node.name)
        base = base_weights(plan, node)
        inside = None if uncertainty is None or not len(uncertainty.constraints) else _inside(plan, base, uncertainty)
        samplers.append(
            NodeSampler(
                node=node.name,
                members=tuple(member.name for member in node.members),
                start=start,
                base=base,
                uncertainty=uncertainty.uncertainty if uncertainty else None,
                inside=inside,
            )
        )
        start += len(node.members)
    return WeightSampler(tuple(samplers))


def base_weights(plan: Plan, node: Node) -> Array:
    """The weights that the scenario gives a dimension's members; 1 where they follow the scores."""
    if node.weighting.part.record.data_driven:
        return np.ones(len(node.members))
    context = plan.context(node.members)
    shape = (len(plan.editions), len(plan.units.units), len(node.members))
    base: Array = weigh(node, np.ones(shape), context).reshape(-1, len(node.members))[0]
    return base


def _inside(plan: Plan, base: Array, uncertainty: NodeWeights) -> Polytope:
    matrix, bound = half_spaces(base, uncertainty)
    found = polytope(matrix, bound, on_simplex=uncertainty.uncertainty.distribution == "simplex")
    if found is None:
        what = worded("leave no possible weights for dimension '{dimension}'", dimension=uncertainty.node)
        raise plan.loaded.error([Problem("robustness.weights.constraints", what)])
    return found


def half_spaces(base: Array, uncertainty: NodeWeights) -> tuple[Array, Array]:
    """The set of weights as `matrix @ weights <= bound`; on the simplex they also sum to 1."""
    count = len(base)
    if uncertainty.uncertainty.within is not None:
        matrix = [np.eye(count), -np.eye(count)]
        bound = [base * (1 + uncertainty.uncertainty.within), -base * (1 - uncertainty.uncertainty.within)]
    else:
        matrix = [-np.eye(count)]
        bound = [np.zeros(count)]
    rows = uncertainty.constraints
    return np.concatenate([*matrix, -rows]), np.concatenate([*bound, np.zeros(len(rows))])
