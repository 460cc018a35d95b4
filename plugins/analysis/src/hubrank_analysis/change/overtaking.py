"""Who overtook whom between two editions, and which indicators did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import Ranking
from hubrank.explain.contributions import contributions
from hubrank.explain.shapley import RankedUnits

if TYPE_CHECKING:
    from hubrank import Array

#: Changes of a gap smaller than this are none, beside rounding.
_NONE = 1e-12


@frozen(kw_only=True, eq=False)
class Overtaking:
    """The units that changed sides with one.

    Attributes:
        units: Their positions, `(crossings,)`.
        places: The places that the unit won against each: 1 where it overtook, -1 where it was overtaken, halves
            where ties share a mean rank.
        own: Of all those places, those that the unit's own score brings, by indicator, `(indicators,)`.
        others: Those that the scores of the others bring, by indicator.
        rest: Those that no indicator brings: parts of whole dimensions, weights, steps, and rounding.
        came: The positions of units that are ranked only after and stand ahead of it.
        went: The positions of units that were ranked only before and stood ahead of it.
    """

    units: Any
    places: Array
    own: Array
    others: Array
    rest: float
    came: Any
    went: Any

    @property
    def total(self) -> float:
        """All places won: among units that stay, by those that went, less those that came."""
        return float(self.places.sum()) + len(self.went) - len(self.came)


def overtaking(ranking: Ranking, start: int, end: int, unit: int) -> Overtaking:
    """Who overtook a unit or was overtaken by it.

    A rank is 1 and the number of units ahead. Each unit that changed sides did so because the gap between the two
    scores changed; its place is shared out in proportion to what each indicator did to that gap, on either side. So
    places sum to the change of rank, and a share may be negative: what worked against the change. With `dense` ranks
    places are units, not ranks.

    Args:
        ranking: The ranking.
        start: The position of the edition before.
        end: The position of the edition after.
        unit: The unit's position; it must be ranked in both.
    """
    keys = tuple(each.key for each in ranking.plan.ranked)
    before, after = ahead(ranking, start, unit), ahead(ranking, end, unit)
    staying = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    crossed = np.flatnonzero(staying & (before != after))
    places = (before - after)[crossed]
    both = np.concatenate([[unit], crossed])
    made = contributions(RankedUnits.of(ranking, end, both), RankedUnits.of(ranking, start, both))
    parts = made.indicators(keys)
    gap = made.difference[:1] - made.difference[1:]
    rate = np.divide(places, gap, out=np.zeros(len(gap)), where=np.abs(gap) > _NONE)
    own = (rate[:, None] * parts[:1]).sum(axis=0)
    others = -(rate[:, None] * parts[1:]).sum(axis=0)
    return Overtaking(
        units=crossed,
        places=places,
        own=own,
        others=others,
        rest=float(places.sum() - own.sum() - others.sum()),
        came=np.flatnonzero(np.isnan(ranking.ranks[start]) & (after > 0)),
        went=np.flatnonzero(np.isnan(ranking.ranks[end]) & (before > 0)),
    )


def ahead(ranking: Ranking, edition: int, unit: int) -> Array:
    """How much each unit counts as ahead of one: 1, or where it ties what the rule for ties says; 0 for itself."""
    ranks = ranking.ranks[edition]
    tied = {"max": 1.0, "average": 0.5}.get(ranking.plan.scenario.ranking.ties, 0.0)
    counted = np.where(ranks < ranks[unit], 1.0, np.where(ranks == ranks[unit], tied, 0.0))
    counted[unit] = 0.0
    return counted
