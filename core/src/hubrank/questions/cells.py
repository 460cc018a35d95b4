"""Places in a ranking: units of one edition, and what the tree holds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.shares import shares
from hubrank.composing.ranking import Ranking

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Positions


@frozen(kw_only=True, eq=False)
class Cells:
    """Units of one edition of a ranking.

    Attributes:
        ranking: The ranking.
        edition: The edition's position.
        units: The units' positions.
    """

    ranking: Ranking
    edition: int
    units: Positions

    @classmethod
    def of(cls, ranking: Ranking, edition: int, units: Any) -> Cells:
        """One unit, or several."""
        return cls(ranking=ranking, edition=edition, units=np.atleast_1d(np.asarray(units, dtype=np.intp)))

    @property
    def scores(self) -> Array:
        """Their scores, `(units,)`."""
        return np.asarray(self.ranking.scores[self.edition][self.units])

    def members(self, node: str) -> Array:
        """The scores of a dimension's members, `(units, members)`."""
        return np.asarray(self.ranking.nodes[node].members[self.edition][self.units])

    def weights(self, node: str) -> Array:
        """The members' weights as the weighting gave them, `(units, members)`."""
        return np.asarray(self.panel_weights(node)[self.units])

    def panel_weights(self, node: str) -> Array:
        """The weights of all units of the edition, `(all units, members)`."""
        scores = self.ranking.nodes[node]
        weights = np.broadcast_to(scores.weights, scores.members.shape)
        return np.asarray(weights[self.edition])

    def panel_before(self, node: str) -> Array:
        """The scores of all units before the steps of `after`."""
        return np.asarray(self.ranking.nodes[node].before[self.edition])

    def panel_after(self, node: str) -> Array:
        """What those scores became: for the root the ranking's scores, else what its parent was handed."""
        if self.ranking.plan.tree[node].parent is None:
            return np.asarray(self.ranking.scores[self.edition])
        return np.asarray(self.ranking.nodes[node].handed_up[self.edition])


def ranked(ranking: Ranking, edition: int) -> Positions:
    """The positions of the units that have a rank in an edition."""
    return np.flatnonzero(~np.isnan(ranking.ranks[edition]))


def effective_weights(cells: Cells) -> Array:
    """What each indicator weighs for each unit, `(units, indicators)`: products of shares down the tree.

    The weight of what a unit lacks is shared out among what it has, so each row sums to 1 where weights are shares.
    """
    plan = cells.ranking.plan
    column = {each.key: at for at, each in enumerate(plan.ranked)}
    effective = np.zeros((len(cells.units), len(column)))
    above = {plan.tree.root.name: np.ones(len(cells.units))}
    for node in reversed(plan.tree.nodes):
        there = np.where(np.isnan(cells.members(node.name)), 0.0, cells.weights(node.name))
        local = shares(there)
        for at, member in enumerate(node.members):
            part = above[node.name] * local[:, at]
            if member.name in column:
                effective[:, column[member.name]] = part
            else:
                above[member.name] = part
    return effective
