"""The causes of a unit's rank change between two editions: its values, their scale, and the units that overtook."""

from collections.abc import Mapping
from typing import Any, Literal

import attrs
import numpy as np
from attrs import frozen
from hubrank.explain.contributions import Contributions, Part, contributions
from hubrank.explain.shapley import RankedUnits
from hubrank.plugin import Array, BoundIndicator, Measurement, Ranking, compose, gettext_noop
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.moves import Moves, moves_between
from hubrank.uncertainty.outcome import assess

Cause = Literal["gap", "list", "source", "reread", "newer", "years", "same"]
#: The meaning of each cause, in the order in which one counts for a value that is derived from several.
CAUSES: dict[Cause, str] = {
    "gap": gettext_noop("present in one edition only"),
    "list": gettext_noop("in the list in one edition only"),
    "source": gettext_noop("another source or method"),
    "reread": gettext_noop("same vintage, counted differently"),
    "newer": gettext_noop("newer vintage"),
    "years": gettext_noop("same table, other years"),
    "same": gettext_noop("unchanged"),
}
#: The columns that a reader sees, and the causes that each holds. All but `world` need not be a change in the world.
GROUPS: dict[str, tuple[Cause, ...]] = {
    "world": ("newer", "years"),
    "source": ("source", "reread"),
    "list": ("list", "gap"),
}
#: Smaller changes of a difference are rounding errors.
_NONE = 1e-12


def cause_of(ranking: Ranking, editions: tuple[int, int], unit: int, indicator: BoundIndicator) -> Cause:
    """Why a unit's value differs between two editions (their positions).

    A value that is made from others differs for what happened to them; where several did, the first of `CAUSES`
    speaks for it, so that no change is called the world's that may not be.
    """
    measured = ranking.measurement
    column = measured.indicators.index(indicator.key)

    def differs(panel: Any) -> bool:
        return panel[editions[0], unit, column] != panel[editions[1], unit, column]

    before, after = (measured.values[at, unit, column] for at in editions)
    if before == after or (np.isnan(before) and np.isnan(after)):
        return "same"
    made_from = [item for item in ranking.plan.indicators if item.key in indicator.made_from]
    parts = {cause_of(ranking, editions, unit, item) for item in made_from} - {"same"}
    if parts:
        return next(item for item in CAUSES if item in parts)
    if np.isnan(before) or np.isnan(after):
        return "gap"
    if before == 0 or after == 0:
        return "list"
    if differs(measured.origins) or differs(measured.methods):
        return "source"
    if differs(measured.vintages):
        return "newer"
    flow = any(ranking.plan.inputs[name].table.kind == "flow" for name in indicator.inputs.values())
    return "years" if flow else "reread"


@frozen(kw_only=True, eq=False)
class Overtaking:
    """The units that changed sides with one.

    Attributes:
        places: The places that it won against each of `units`: 1 where it overtook, -1 where it was overtaken, halves
            where ties share a mean rank.
        own: Of all those places, those that the unit's own score brings, by indicator, `(indicators,)`.
        others: Those that the scores of the others bring, by indicator.
        rest: Those that no indicator brings: parts of whole dimensions, weights, steps, and rounding.
        came: The units that are ranked only after and stand ahead of it; those that `went` only before.
    """

    units: Any
    places: Array
    own: Array
    others: Array
    rest: float
    came: Any
    went: Any


def overtaking(ranking: Ranking, start: int, end: int, unit: int) -> Overtaking:
    """Units that overtook a unit or were overtaken by it between two editions (their positions), ranked in both.

    Each of these units changed sides because the difference between the two scores changed; its rank is divided in
    proportion to each indicator's effect on that difference, on either side. So the parts sum to the rank change, and a
    part may be negative if it worked against the change. With `dense` ranks the parts count units, not ranks.
    """

    def ahead(edition: int) -> Array:
        """The value of being ahead for each unit: 1, or for a tie by the rule for ties; 0 for itself."""
        ranks = ranking.ranks[edition]
        tied = {"max": 1.0, "average": 0.5}.get(ranking.plan.scenario.ranking.ties, 0.0)
        counted = np.where(ranks < ranks[unit], 1.0, np.where(ranks == ranks[unit], tied, 0.0))
        counted[unit] = 0.0
        return counted

    before, after = ahead(start), ahead(end)
    staying = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    crossed = np.flatnonzero(staying & (before != after))
    places = (before - after)[crossed]
    both = np.concatenate([[unit], crossed])
    result = contributions(RankedUnits.of(ranking, end, both), RankedUnits.of(ranking, start, both))
    parts = result.indicators(tuple(item.key for item in ranking.plan.ranked))
    gap = result.difference[:1] - result.difference[1:]
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


@frozen(kw_only=True)
class Move:
    """The effect of an indicator between two editions; pairs are before and after.

    Attributes:
        cause: Why the value differs, as far as its vintages, origins and methods show.
        own: The effect of the unit's own new value on its score.
        scale: The effect of the scale of the value: others' values, and methods that are fitted on them.
        places: The rank change by the unit's own score; the sum over the indicators and both sides is the whole change.
        others: The rank change by the scores of the units that were overtaken or overtook.
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
        """Whether the value is of another vintage or origin."""
        return self.vintages[0] != self.vintages[1] or self.origins[0] != self.origins[1]


@frozen(kw_only=True, eq=False)
class Change:
    """A unit's change between two editions (their positions), split exactly.

    Attributes:
        score: The change of its score: the sum of `own`, from its own values, and of `scale`, from their scale.
        places: The places that it rose: its rank before less its rank after.
        moves: One an indicator.
        own_rest: The part of its own values' effect that belongs to no single indicator.
        scale_rest: The same of the scale.
        overtaking: Who changed sides with it.
        agreement: The share of draws that move it the same way; NaN if it did not move or nothing was drawn.
        robust: Whether the draws bear the move out, judged with all moves between the editions.
    """

    ranking: Ranking
    editions: tuple[int, int]
    unit: int
    score: float
    own: float
    scale: float
    places: float
    moves: tuple[Move, ...]
    own_rest: Mapping[Part, float]
    scale_rest: Mapping[Part, float]
    overtaking: Overtaking
    agreement: float = np.nan
    robust: bool = False

    @property
    def split(self) -> dict[str, float]:
        """All rank changes by cause: why the unit's own values differ, and `others` for all else.

        These are the scores of units overtaken, units that came or left, and the scale, weights and steps.
        """
        by_group = {
            name: sum(item.places for item in self.moves if item.cause in causes) for name, causes in GROUPS.items()
        }
        return {**by_group, "others": self.places - sum(by_group.values())}

    @property
    def unproven(self) -> bool:
        """Whether the larger part of the move comes from values that need not have changed in the world."""
        sign = 1 if self.places >= 0 else -1
        return (self.split["source"] + self.split["list"]) * sign > abs(self.places) / 2


def change(ranking: Ranking, start: int, end: int, unit: int) -> Change:
    """Split a unit's change between two editions (their positions), in both of which it must be ranked.

    The score depends on the unit's own values and on all else: the others' values, and the scale, weights and steps
    that learn from them. Both changed, so each is credited with the mean of what it brings before and after the
    other has changed, found by composing the ranking again with the unit's values of the other edition.
    """
    measurement = ranking.measurement

    def with_figures(source: int, into: int) -> RankedUnits:
        """The unit with the values of one edition among those of another, and its own where that has none to give."""
        values = measurement.values.copy()
        given = [ranking.editions[source] in item.editions for item in ranking.plan.indicators]
        values[into, unit, given] = values[source, unit, given]
        return RankedUnits.of(compose(ranking.plan, attrs.evolve(measurement, values=values)), into, unit)

    def mean(*splits: Contributions) -> dict[Part, float]:
        """The mean of two splits, part by part."""
        first, second = (split.parts for split in splits)
        nothing = np.zeros(1)
        names = {**first, **second}
        return {part: float((first.get(part, nothing) + second.get(part, nothing))[0]) / 2 for part in names}

    new, old = RankedUnits.of(ranking, end, unit), RankedUnits.of(ranking, start, unit)
    old_among_new, new_among_old = with_figures(start, end), with_figures(end, start)
    own = mean(contributions(new, old_among_new), contributions(new_among_old, old))
    scale = mean(contributions(old_among_new, old), contributions(new, new_among_old))
    met = overtaking(ranking, start, end, unit)
    moves = []
    for at, item in enumerate(ranking.plan.ranked):
        column = measurement.indicators.index(item.key)
        vintages, origins = (
            (str(panel[start, unit, column]), str(panel[end, unit, column]))
            for panel in (measurement.vintages, measurement.origins)
        )
        moves.append(
            Move(
                key=item.key,
                title=item.title,
                measured=(float(ranking.measured[start, unit, at]), float(ranking.measured[end, unit, at])),
                vintages=vintages,
                origins=origins,
                cause=cause_of(ranking, (start, end), unit, item),
                own=own.pop(("indicator", item.key), 0.0),
                scale=scale.pop(("indicator", item.key), 0.0),
                places=float(met.own[at]),
                others=float(met.others[at]),
            )
        )
    return Change(
        ranking=ranking,
        editions=(start, end),
        unit=unit,
        score=float(new.scores[0] - old.scores[0]),
        own=sum(item.own for item in moves) + sum(own.values()),
        scale=sum(item.scale for item in moves) + sum(scale.values()),
        places=float(ranking.ranks[start, unit] - ranking.ranks[end, unit]),
        moves=tuple(moves),
        own_rest=own,
        scale_rest=scale,
        overtaking=met,
    )


def drawn(ranking: Ranking, measurements: tuple[Measurement, ...], start: int, end: int) -> Moves | None:
    """The evidence of draws for each unit's rank change between two editions, `(1, units)`; empty if all is certain."""
    if ranking.plan.uncertainties is None:
        return None
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    draws = ranking.drawn.draws if ranking.drawn else analysis.wanted(None)
    if draws == "auto":
        outcome = assess(ranking, measurements, closely=False)
        analysis, draws = outcome.analysis, outcome.draws
    return moves_between(analysis, ranking, [(start, end)], draws)


def by_size(ranking: Ranking, start: int, end: int) -> list[int]:
    """The units ranked in both editions, the largest move first, then by the change of score (12 digits), by code."""
    places = np.abs(ranking.ranks[start] - ranking.ranks[end])
    both = np.flatnonzero(~np.isnan(places))
    before, after = (ranking.scores[at][both] for at in (start, end))
    largest = np.abs([before, after]).max(initial=0) or 1.0
    return both[np.lexsort((-np.round(np.abs(before - after) / largest, 12), -places[both]))].tolist()
