"""What composing came to: every stage of every value, from measured to score, before ranks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.basis.language import worded
from hubrank.basis.shares import shares
from hubrank.measuring.measurement import Measurement
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask


@frozen(kw_only=True, eq=False)
class NodeScores:
    """What a dimension came to.

    Attributes:
        node: The dimension.
        members: Its members' scores, `(..., editions, units, members)`.
        weights: Their weights as the weighting gave them, `(..., editions or 1, units or 1, members)`.
        before: Its scores before the steps of `post_processing`, `(..., editions, units)`.
        scores: Its scores after them.
        handed_up: Those of the two that its parent was handed.
    """

    node: Node
    members: Array
    weights: Array
    before: Array
    scores: Array
    handed_up: Array

    @property
    def shares(self) -> Array:
        """The weights, summing to 1 over the members, which are summed in the order of their names."""
        by_name = sorted(range(len(self.node.members)), key=lambda at: self.node.members[at].name)
        made = np.empty(self.weights.shape)
        made[..., by_name] = shares(np.take(self.weights, by_name, axis=-1))
        return made


@frozen(kw_only=True, eq=False)
class Composed:
    """All stages of a plan's values.

    Attributes:
        plan: What they were made by.
        measurement: What was measured, with origins.
        considered: Which units of which edition passed the screening, `(editions, units)`.
        measured: `(editions, units, indicators)`, the indicators in the order of `plan.ranked`.
        imputed: Of the same shape.
        treated: Of the same shape.
        normalised: Of the same shape.
        nodes: Each dimension's scores and weights; the root is `index`.
        scores: `(editions, units)`; NaN for the unranked.
    """

    plan: Plan
    measurement: Measurement
    considered: Mask
    measured: Array
    imputed: Array
    treated: Array
    normalised: Array
    nodes: Mapping[str, NodeScores]
    scores: Array

    @property
    def sampled(self) -> bool:
        """Whether its figures are of the sources' samples, not of their full data."""
        return any(each.sample for each in self.measurement.inputs)

    @property
    def title(self) -> str:
        """The scenario's title in the language spoken, as every output writes it; of samples' figures it says so."""
        title = worded(self.plan.scenario.title)
        return worded("{title} (samples only)", title=title) if self.sampled else title

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.plan.editions

    @property
    def codes(self) -> tuple[str, ...]:
        """The units' codes."""
        return self.plan.units.units.codes

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The units' names."""
        return tuple(self.plan.units.units["name"])

    @functools.cached_property
    def countries(self) -> tuple[str, ...]:
        """The units' countries; empty where they have none."""
        units = self.plan.units.units
        if "country" not in units:
            return ("",) * len(units)
        return tuple(each if isinstance(each, str) else "" for each in units["country"])
