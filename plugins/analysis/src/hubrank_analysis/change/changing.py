"""What moved a unit between two editions: its own figures, the scale they are read on, and the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen
from hubrank import Ranking, compose
from hubrank.explain.contributions import Contributions, Part, contributions
from hubrank.explain.shapley import RankedUnits
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import moves_between

from hubrank_analysis.change.causes import GROUPS, Cause, Compared
from hubrank_analysis.change.overtaking import Overtaking, overtaking

if TYPE_CHECKING:
    from hubrank import Array, Measurement


@frozen(kw_only=True)
class Move:
    """What an indicator did between two editions.

    Attributes:
        key: The indicator.
        title: For tables.
        measured: The values before and after.
        vintages: The vintages before and after.
        origins: The origins before and after.
        cause: Why the figure differs, as far as its vintages, origins and methods tell.
        own: What the unit's own new figure brings to its score.
        scale: What comes of the scale that the figure is read on: others' figures, and methods that learn from them.
        places: How many places of rank it brings, by the unit's own score; the sum over the indicators and over the
            others' side is the change of rank.
        others: How many places the scores of those cost or give that were overtaken or overtook.
    """

    key: str
    title: str
    measured: tuple[float, float]
    vintages: tuple[str, str]
    origins: tuple[str, str]
    cause: Cause
    own: float
    scale: float
    places: float
    others: float

    @property
    def renewed(self) -> bool:
        """Whether the figure is of another vintage or origin."""
        return self.vintages[0] != self.vintages[1] or self.origins[0] != self.origins[1]


@frozen(kw_only=True, eq=False)
class Change:
    """A unit's change between two editions, split exactly.

    Attributes:
        ranking: The ranking.
        editions: The positions of the two editions.
        unit: The unit's position.
        score: The change of its score: the sum of all `own` and `scale`, and of `own_rest` and `scale_rest`.
        places: The places that it rose: its rank before less its rank after.
        moves: One an indicator.
        own_rest: What its own figures bring that no single indicator can be given.
        scale_rest: The same of the scale.
        overtaking: Who changed sides with it.
        alike: The share of draws that move it the same way; NaN where it did not move or nothing was drawn.
    """

    ranking: Ranking
    editions: tuple[int, int]
    unit: int
    score: float
    places: float
    moves: tuple[Move, ...]
    own_rest: Mapping[Part, float]
    scale_rest: Mapping[Part, float]
    overtaking: Overtaking
    alike: float = np.nan

    @property
    def split(self) -> dict[str, float]:
        """The places won by what is behind them: the groups of causes, and `others`; they sum to all places.

        The unit's own figures are told by why they differ. `others` is all else: the scores of those overtaken, units
        that came or left, and the scale, weights and steps that learn from others.
        """
        own = {name: sum(each.places for each in self.moves if each.cause in causes) for name, causes in GROUPS.items()}
        return {**own, "others": self.places - sum(own.values())}

    @property
    def unproven(self) -> bool:
        """Whether the larger part of the move comes from figures that need not have changed in the world."""
        sign = 1 if self.places >= 0 else -1
        return (self.split["source"] + self.split["list"]) * sign > abs(self.places) / 2

    @property
    def own(self) -> float:
        """What the unit's own figures bring to its score."""
        return sum(each.own for each in self.moves) + sum(self.own_rest.values())

    @property
    def scale(self) -> float:
        """What the scale brings that its figures are read on."""
        return sum(each.scale for each in self.moves) + sum(self.scale_rest.values())

    @property
    def unchanged(self) -> list[Move]:
        """The indicators whose vintage is the same in both editions; own figures of theirs bring nothing."""
        return [each for each in self.moves if not each.renewed]


def change(ranking: Ranking, start: int, end: int, unit: int) -> Change:
    """Split a unit's change between two editions.

    The score depends on the unit's own figures and on all else: the others' figures, and the scale, weights and steps
    that learn from them. Both changed, so each is credited with the mean of what it brings before and after the
    other has changed, found by composing the ranking again with the unit's figures of the other edition.

    Args:
        ranking: The ranking.
        start: The position of the edition before.
        end: The position of the edition after.
        unit: The unit's position; it must be ranked in both.

    Raises:
        ScenarioError: A method cannot take the figures of one edition among those of another.
    """
    new, old = RankedUnits.of(ranking, end, unit), RankedUnits.of(ranking, start, unit)
    old_among_new = RankedUnits.of(_with_figures(ranking, start, end, unit), end, unit)
    new_among_old = RankedUnits.of(_with_figures(ranking, end, start, unit), start, unit)
    own = _mean(contributions(new, old_among_new), contributions(new_among_old, old))
    scale = _mean(contributions(old_among_new, old), contributions(new, new_among_old))
    met = overtaking(ranking, start, end, unit)
    keys = {("indicator", each.key) for each in ranking.plan.ranked}
    return Change(
        ranking=ranking,
        editions=(start, end),
        unit=unit,
        score=float(new.scores[0] - old.scores[0]),
        places=float(ranking.ranks[start, unit] - ranking.ranks[end, unit]),
        moves=tuple(_move(ranking, start, end, unit, at, own, scale, met) for at in range(len(ranking.plan.ranked))),
        own_rest={part: amount for part, amount in own.items() if part not in keys},
        scale_rest={part: amount for part, amount in scale.items() if part not in keys},
        overtaking=met,
    )


def doubt(ranking: Ranking, measurements: tuple[Measurement, ...], start: int, end: int) -> Array | None:
    """The share of draws that agree with each unit's move between two editions, `(units,)`.

    NaN where a rank did not move; none where the scenario has no doubts.

    Args:
        ranking: The ranking.
        measurements: What was measured, for each alternative of the vintage.
        start: The position of the edition before.
        end: The position of the edition after.
    """
    if ranking.plan.uncertainties is None:
        return None
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    return moves_between(analysis, ranking, [(start, end)], analysis.wanted(None))[0]


def largest(ranking: Ranking, start: int, end: int, most: int = 10) -> list[Change]:
    """The changes of the units that moved most places, ties by the change of score.

    Args:
        ranking: The ranking.
        start: The position of the edition before.
        end: The position of the edition after.
        most: How many.
    """
    return [change(ranking, start, end, unit) for unit in by_size(ranking, start, end)[:most]]


def by_size(ranking: Ranking, start: int, end: int) -> list[int]:
    """The units that are ranked in both editions, the largest move first, ties by the change of score, then by code.

    Changes of score are alike whose twelve digits of the largest score are.
    """
    places = np.abs(ranking.ranks[start] - ranking.ranks[end])
    both = np.flatnonzero(~np.isnan(places))
    before, after = (ranking.scores[at][both] for at in (start, end))
    largest = np.abs([before, after]).max(initial=0) or 1.0
    order = both[np.lexsort((-np.round(np.abs(before - after) / largest, 12), -places[both]))]
    return [int(unit) for unit in order]


def _with_figures(ranking: Ranking, source: int, into: int, unit: int) -> Ranking:
    """The ranking, composed again with a unit's figures of one edition in another."""
    measurement = ranking.measurement
    values = measurement.values.copy()
    values[into, unit] = values[source, unit]
    return compose(ranking.plan, attrs.evolve(measurement, values=values))


def _mean(first: Contributions, second: Contributions) -> dict[Part, float]:
    """The mean of two splits, part by part."""
    parts = {**first.parts, **second.parts}
    nothing: Array = np.zeros(1)
    return {part: float((first.parts.get(part, nothing) + second.parts.get(part, nothing))[0]) / 2 for part in parts}


def _move(
    ranking: Ranking,
    start: int,
    end: int,
    unit: int,
    at: int,
    own: Mapping[Part, float],
    scale: Mapping[Part, float],
    met: Overtaking,
) -> Move:
    each = ranking.plan.ranked[at]
    measurement = ranking.measurement
    column = measurement.indicators.index(each.key)
    part: Part = ("indicator", each.key)
    return Move(
        key=each.key,
        title=each.title,
        measured=(float(ranking.measured[start, unit, at]), float(ranking.measured[end, unit, at])),
        vintages=(str(measurement.vintages[start, unit, column]), str(measurement.vintages[end, unit, column])),
        origins=(str(measurement.origins[start, unit, column]), str(measurement.origins[end, unit, column])),
        cause=Compared(ranking=ranking, editions=(start, end), unit=unit).cause(each),
        own=own.get(part, 0.0),
        scale=scale.get(part, 0.0),
        places=float(met.own[at]),
        others=float(met.others[at]),
    )
