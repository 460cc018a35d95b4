"""The tree as an audit looks at it: elements, their members, and how two of them are related."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from hubrank import Plan, Ranking

if TYPE_CHECKING:
    from hubrank import Array


@frozen(eq=False, kw_only=True)
class Structure:
    """Indicators and dimensions of a plan.

    Attributes:
        indicators: The indicators, in the order of the ranking's arrays.
        dimensions: The dimensions, leaves before the root, which is the last.
        members: The members of each dimension.
        leaves: For each dimension, the positions of all indicators in it at whatever depth.
        ancestors: For each element, the dimensions above it, the nearest first.
        titles: What each is called.
    """

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    leaves: Mapping[str, tuple[int, ...]]
    ancestors: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> Structure:
        """The structure of a plan."""
        indicators = tuple(each.key for each in plan.ranked)
        ancestors: dict[str, tuple[str, ...]] = {plan.tree.root.name: ()}
        for node in reversed(plan.tree.nodes):
            for member in node.members:
                ancestors[member.name] = (node.name, *ancestors[node.name])
        return cls(
            indicators=indicators,
            dimensions=tuple(node.name for node in plan.tree),
            members={node.name: tuple(member.name for member in node.members) for node in plan.tree},
            leaves={
                node.name: tuple(at for at, key in enumerate(indicators) if node.name in ancestors[key])
                for node in plan.tree
            },
            ancestors=ancestors,
            titles={each.key: each.title for each in plan.ranked} | {node.name: node.title for node in plan.tree},
        )

    @property
    def elements(self) -> tuple[str, ...]:
        """Indicators, then dimensions: the columns of `values`."""
        return self.indicators + self.dimensions

    @property
    def root(self) -> str:
        """The dimension whose score is the ranking's."""
        return self.dimensions[-1]

    def columns(self, names: Sequence[str]) -> list[int]:
        """The columns of elements in `values`."""
        return [self.elements.index(name) for name in names]

    def values(self, ranking: Ranking, at: int) -> Array:
        """Normalised values and scores of an edition, `(units, elements)`."""
        scores = [ranking.nodes[name].scores[at] for name in self.dimensions]
        return np.column_stack([ranking.normalised[at], *scores])

    def level(self, name: str) -> str:
        """Whether an element is an `indicator` or a `dimension`."""
        return "indicator" if name in self.indicators else "dimension"

    def relation(self, first: str, second: str) -> tuple[str, str]:
        """How two elements are related, and the dimension that the relation is about.

        Returns:
            `above` with the one that the other lies in, `within` with the dimension that both are members of, or
            with nothing `across` for two of one kind and `mixed` for an indicator and a dimension.
        """
        if second in self.ancestors[first]:
            return "above", second
        if first in self.ancestors[second]:
            return "above", first
        if self.ancestors[first][:1] == self.ancestors[second][:1]:
            return "within", self.ancestors[first][0]
        return "across" if self.level(first) == self.level(second) else "mixed", ""
