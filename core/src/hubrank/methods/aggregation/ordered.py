"""Ordered weighted averaging: weight by whether a member is among the unit's best or worst."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import odd_weights
from hubrank.contract.methods import Aggregator
from hubrank.methods.aggregation.extremes import in_order
from hubrank.methods.checks import inside

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class OwaOptions:
    """What a scenario can set of `owa`; one of `positions` and `orness`.

    Attributes:
        positions: What the best member of a unit weighs, the second best, and so on. Their number need not be that
            of the members: the members' own weights share out the places.
        orness: Towards 1 the best members decide, towards 0 the worst; one half is the arithmetic mean.
    """

    positions: tuple[float, ...] | None = None
    orness: float | None = field(default=None, validator=inside(0, 1))

    def __attrs_post_init__(self) -> None:
        if (self.positions is None) == (self.orness is None):
            raise ValueError("positions: give either positions or orness")
        if self.positions is not None and (min(self.positions, default=-1) < 0 or not sum(self.positions) > 0):
            told = f"must be 0 or more and not all 0; got {list(self.positions)}"
            raise ValueError(f"positions: {told}")
        for place, told in odd_weights({str(at + 1): each for at, each in enumerate(self.positions or ())}):
            raise ValueError(f"positions[{int(place) - 1}]: {told}")


def owa(scores: Array, weights: Array, context: Context, options: OwaOptions) -> Array:  # noqa: ARG001
    """Scores from the best down, each weighted by what its share of the places is worth."""
    ordered, up_to = in_order(scores, weights, best_first=True)
    worth = _worth(np.clip(up_to, 0, 1), options)
    steps = np.diff(worth, axis=-1, prepend=0)
    return np.asarray((ordered * steps).sum(axis=-1))


def _worth(share: Array, options: OwaOptions) -> Array:
    """What the best members are worth that make up a share of the weight: from 0 to 1."""
    if options.orness is not None:
        return np.asarray(share ** ((1 - options.orness) / options.orness))
    positions = np.array(options.positions, dtype=float)
    worth = np.append(0, np.cumsum(positions)) / positions.sum()
    return np.asarray(np.interp(share, np.linspace(0, 1, len(worth)), worth))


AGGREGATORS = (
    Aggregator(
        name="owa",
        apply=owa,
        options=OwaOptions,
        title="the ordered weighted average",
        reference="Yager, On ordered weighted averaging aggregation operators (1988); Torra, The weighted OWA (1997)",
    ),
)
