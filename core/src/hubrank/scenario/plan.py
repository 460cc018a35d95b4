"""A plan: a scenario with every name bound to a part, ready to be measured and composed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from hubrank.contract.methods import Context, Member
from hubrank.contract.units import Units
from hubrank.scenario.binding import Bound
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.loading import Loaded
from hubrank.scenario.scenario import Scenario
from hubrank.scenario.tree import Tree
from hubrank.scenario.uncertainty.sources import Doubts
from hubrank.scenario.unit_sets import BoundUnits


@frozen(kw_only=True, eq=False)
class Plan:
    """A scenario, ready to be measured and composed.

    Attributes:
        loaded: The scenario and its files.
        units: What is ranked.
        inputs: The tables that are read.
        indicators: All columns, those that others are made from before these.
        tree: The dimensions, leaves before the root.
        after: Steps on the final score.
        doubts: What robustness draws from; none where the scenario is in no doubt.
        sample: Whether sources give their samples.
    """

    loaded: Loaded
    units: BoundUnits
    inputs: Mapping[str, BoundInput]
    indicators: tuple[BoundIndicator, ...]
    tree: Tree
    after: tuple[Bound, ...]
    doubts: Doubts | None = None
    sample: bool = False

    @property
    def scenario(self) -> Scenario:
        """The choices."""
        return self.loaded.scenario

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.scenario.editions.years

    @property
    def ranked(self) -> tuple[BoundIndicator, ...]:
        """The indicators of the tree, in the order of the compose arrays' last axis."""
        return tuple(each for each in self.indicators if each.dimension is not None)

    def context(self, members: tuple[Member, ...], units: Units | None = None) -> Context:
        """What methods may know."""
        return Context(
            editions=self.editions,
            units=units or self.units.units,
            members=members,
            rng=np.random.default_rng(self.scenario.seed),
        )
