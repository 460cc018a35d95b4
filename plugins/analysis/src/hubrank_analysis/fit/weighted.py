"""A tree of means as a function of its weights, with its slope; for the search of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import Form, UsageError
from hubrank.errors import shorten_list
from hubrank.methods import shares
from hubrank.uncertainty.engine import form_of

if TYPE_CHECKING:
    from hubrank import Array, Node, Ranking


@frozen(kw_only=True, eq=False)
class Block:
    """The free weights of one dimension.

    Attributes:
        node: The dimension.
        members: Its members.
        start: The position of the first among all free weights.
    """

    node: str
    members: tuple[str, ...]
    start: int

    @property
    def at(self) -> slice:
        """The positions of its weights."""
        return slice(self.start, self.start + len(self.members))


@frozen(kw_only=True, eq=False)
class Weighted:
    """The scores of an edition's units as a function of free local weights, each dimension's summing to 1.

    Attributes:
        ranking: The ranking.
        edition: The edition's position.
        units: The units whose scores are asked for.
        blocks: The free weights, dimension by dimension, the root first.
        forms: Each dimension's form; only of the root where its weights alone are free.
    """

    ranking: Ranking
    edition: int
    units: Any
    blocks: tuple[Block, ...]
    forms: dict[str, Form]

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Dimension and member of each free weight."""
        return tuple((block.node, member) for block in self.blocks for member in block.members)

    def own_weights(self) -> Array:
        """The scenario's own, averaged over the units where each has its own."""
        return np.concatenate([self._shares(block.node).mean(axis=0) for block in self.blocks])

    def scores(self, weights: Array) -> tuple[Array, Array]:
        """Scores as the root's form sums them (logarithms for a geometric mean), and their slope in the weights.

        Returns:
            `(units,)` and `(units, weights)`.
        """
        return self._sum(self.ranking.plan.tree.root, weights)

    def entered(self) -> Array:
        """The root's members as it sums them, `(units, members)`; NaN where one is missing."""
        root = self.ranking.plan.tree.root.name
        return self.forms[root].enter(self.ranking.nodes[root].members[self.edition][self.units])

    def _shares(self, node: str) -> Array:
        scores = self.ranking.nodes[node]
        weights = np.broadcast_to(scores.weights, scores.members.shape)[self.edition][self.units]
        return np.asarray(shares(weights))

    def _sum(self, node: Node, weights: Array) -> tuple[Array, Array]:
        """A dimension's weighted sum and its slope."""
        members = self.ranking.nodes[node.name].members[self.edition][self.units]
        form = self.forms[node.name]
        blocks = {block.node: block for block in self.blocks}
        there = ~np.isnan(members)
        own = weights[blocks[node.name].at] * there if node.name in blocks else self._shares(node.name) * there
        total = own.sum(axis=-1)
        entered = np.where(there, form.enter(members), 0.0)
        slopes = np.zeros((*members.shape, len(weights)))
        below = {each.name: each for each in self.ranking.plan.tree if each.name in self.forms}
        for at, member in enumerate(node.members):
            if member.name in below:
                value, slope = self._value(below[member.name], weights)
                entered[:, at] = np.where(there[:, at], form.enter(value), 0.0)
                with np.errstate(invalid="ignore", divide="ignore"):
                    rate = form.slope(value)[:, None]
                slopes[:, at] = np.where(there[:, at, None], slope * rate, 0.0)
        share = shares(own)
        made = (share * entered).sum(axis=-1)
        slope = (share[:, :, None] * slopes).sum(axis=1)
        if node.name in blocks:
            with np.errstate(invalid="ignore", divide="ignore"):
                gaps = np.nan_to_num((entered - made[:, None]) / total[:, None])
            slope[:, blocks[node.name].at] += np.where(there, gaps, 0.0)
        return made, slope

    def _value(self, node: Node, weights: Array) -> tuple[Array, Array]:
        made, slope = self._sum(node, weights)
        form = self.forms[node.name]
        value = form.leave(made)
        with np.errstate(invalid="ignore", divide="ignore"):
            return value, slope / form.slope(value)[:, None]


def weighted(ranking: Ranking, edition: int, units: Any, level: str) -> Weighted:
    """The scores as a function of weights.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        units: The units whose scores are asked for.
        level: `top` frees the root's weights, `all` those of every dimension.

    Raises:
        UsageError: A dimension that would have free weights is no mean.
    """
    tree = ranking.plan.tree
    nodes = [tree.root] if level == "top" else list(reversed(tree.nodes))
    forms = {node.name: form for node in nodes if (form := _form(ranking, node)) is not None}
    strange = [f"{node.name} ({node.aggregation.part.name})" for node in nodes if node.name not in forms]
    if strange:
        raise UsageError(
            "weights can be fitted only for weighted means without nonlinear or reversing post-processing; "
            f"not the case for {shorten_list(strange)}"
        )
    blocks, start = [], 0
    for node in nodes:
        members = tuple(member.name for member in node.members)
        blocks.append(Block(node=node.name, members=members, start=start))
        start += len(members)
    return Weighted(ranking=ranking, edition=edition, units=units, blocks=tuple(blocks), forms=forms)


def _form(ranking: Ranking, node: Node) -> Form | None:
    """A dimension's form, where nothing on the way up turns or bends its score."""
    root = node.parent is None
    steps = (
        [*node.post_processing, *ranking.plan.post_processing]
        if root
        else ([] if node.parent_uses_raw else list(node.post_processing))
    )
    if any(step.part.record.reverses for step in steps) or (steps and not root):
        return None
    return form_of(ranking.nodes[node.name])
