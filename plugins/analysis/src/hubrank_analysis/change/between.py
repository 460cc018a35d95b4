"""What lies between two scenarios for one unit, step by step, and who overtook it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from hubrank import HubrankError, Measurement, Plan, Ranking, Tree, UsageError, compose, gettext_noop, with_scenario
from hubrank.explain.contributions import Contributions, against_all, contributions
from hubrank.explain.shapley import RankedUnits, ranked

if TYPE_CHECKING:
    from hubrank import Array


@frozen(kw_only=True)
class Step:
    """One way in which two scenarios differ.

    Attributes:
        parts: What is taken from the second scenario; several where the first of them alone cannot be composed.
        score: What it does to the unit's score.
        places: How many places the unit rises by it.
    """

    parts: tuple[str, ...]
    score: float
    places: float

    @property
    def name(self) -> str:
        """What files call it."""
        return ", ".join(self.parts)


@frozen(kw_only=True, eq=False)
class Difference:
    """A unit in two scenarios.

    Attributes:
        first: The one ranking.
        second: The other.
        editions: The positions of the editions compared.
        units: The unit's positions.
        score: The second's score less the first's: the sum of all steps, and of `mean` and the leads' difference.
        places: The places that it stands higher in the second: the sum of all steps'.
        steps: In the order of the Handbook's steps, data last; those that do nothing are left out.
        mean: The difference of the two mean scores.
        leads: The leads over them.
    """

    first: Ranking
    second: Ranking
    editions: tuple[int, int]
    units: tuple[int, int]
    score: float
    places: float
    steps: tuple[Step, ...]
    mean: float
    leads: tuple[Contributions, Contributions]

    def indicators(self) -> list[tuple[str, str, float, float]]:
        """Key, title, and what each indicator brings to the lead in the first and in the second; 0 where it is not."""
        titles = {item.key: item.title for result in (self.second, self.first) for item in result.plan.ranked}
        first, second = (lead.indicators(tuple(titles))[0] for lead in self.leads)
        return [(key, titles[key], float(first[at]), float(second[at])) for at, key in enumerate(titles)]


def between(first: Ranking, second: Ranking, editions: tuple[int, int], units: tuple[int, int]) -> Difference:
    """Split the difference between a unit's places in two scenarios.

    The first scenario becomes the second step by step, in the Handbook's order: screening, imputation, treatment,
    normalisation, the tree with its weights and aggregation, the ranking's own steps, and last the data: units,
    editions and figures. What a step does depends on those before it; the order is always this one.

    Args:
        first: The one ranking.
        second: The other.
        editions: The positions of the editions compared.
        units: The unit's positions; it must be ranked in both.
    """
    at, place = editions[0], units[0]
    score, rank = float(first.scores[at, place]), float(first.ranks[at, place])
    steps, names = [], []
    for name, ranking in _path(first, second):
        names.append(name)
        if ranking is None or np.isnan(ranking.ranks[at, place]):
            continue
        new = float(ranking.scores[at, place]), float(ranking.ranks[at, place])
        steps.append(Step(parts=tuple(names), score=new[0] - score, places=rank - new[1]))
        (score, rank), names = new, []
    last = float(second.scores[editions[1], units[1]]), float(second.ranks[editions[1], units[1]])
    steps.append(Step(parts=(*names, _DATA), score=last[0] - score, places=rank - last[1]))
    leads = (against_all(first, at, place), against_all(second, editions[1], units[1]))
    means = (_mean(first, at), _mean(second, editions[1]))
    return Difference(
        first=first,
        second=second,
        editions=editions,
        units=units,
        score=last[0] - float(first.scores[at, place]),
        places=float(first.ranks[at, place]) - last[1],
        steps=tuple(step for step in steps if step.score != 0 or step.places != 0),
        mean=means[1] - means[0],
        leads=leads,
    )


def same_unit(first: Ranking, unit: int, second: Ranking) -> int:
    """The position of a unit in another ranking, by its code, or else by its name.

    Raises:
        UsageError: It is not among that ranking's units.
    """
    found = _matched(first, unit, second)
    if found is None:
        raise UsageError(f"{first.names[unit]} ({first.codes[unit]}) is not a unit of {second.plan.loaded.name}")
    return found


def _matched(first: Ranking, unit: int, second: Ranking) -> int | None:
    """The unit of another ranking that a unit's code names, or else its name; none where that is none or several."""
    index = second.plan.units.units.by_name
    named = (index.find(text) for text in (first.codes[unit], first.names[unit]))
    return next((found[0] for found in named if len(found) == 1), None)


def _mean(ranking: Ranking, edition: int) -> float:
    return float(ranking.scores[edition][ranked(ranking, edition)].mean())


def _path(first: Ranking, second: Ranking) -> Iterator[tuple[str, Ranking | None]]:
    """The first scenario's data by methods that become the second's; none where they cannot be composed."""
    plan = first.plan
    measurement = first.measurement
    for name, change in _CHANGES:
        plan = change(plan, second.plan)
        if name == _TREE:
            measurement = _joined(first, second)
        try:
            yield name, compose(plan, measurement)
        except (HubrankError, ValueError):
            yield name, None


def _screened(plan: Plan, other: Plan) -> Plan:
    return with_scenario(plan, selection=other.scenario.selection)


def _imputed(plan: Plan, other: Plan) -> Plan:
    return _columns(with_scenario(plan, imputation=other.scenario.imputation), other, "imputation")


def _treated(plan: Plan, other: Plan) -> Plan:
    return _columns(with_scenario(plan, treatment=other.scenario.treatment), other, "treatment", "treatment_fitted_on")


def _normalised(plan: Plan, other: Plan) -> Plan:
    text = {
        key: evolve(choice, normalisation=other.scenario.indicators[key].normalisation)
        if key in other.scenario.indicators
        else choice
        for key, choice in plan.scenario.indicators.items()
    }
    changed = with_scenario(plan, normalisation=other.scenario.normalisation, indicators=text)
    return _columns(changed, other, "normalisation", "normalisation_fitted_on", "direction")


def _weighed(plan: Plan, other: Plan) -> Plan:
    """Other weights, where the trees have the same members."""
    if not _alike(plan.tree, other.tree):
        return plan
    nodes = {node.name: node for node in other.tree}
    return evolve(
        plan,
        tree=Tree(
            tuple(
                evolve(
                    node,
                    members=nodes[node.name].members,
                    weighting=nodes[node.name].weighting,
                    weighting_fitted_on=nodes[node.name].weighting_fitted_on,
                )
                for node in plan.tree
            )
        ),
    )


def _grown(plan: Plan, other: Plan) -> Plan:
    """The other's tree with its methods, and the other's indicators."""
    indicators = {item.key: item for item in plan.indicators}
    scenario = with_scenario(plan, indicators=other.scenario.indicators, dimensions=other.scenario.dimensions)
    joined = [
        evolve(
            item,
            **{name: getattr(indicators[item.key], name) for name in ("bound", "inputs", "made_from")},
        )
        if item.key in indicators
        else item
        for item in other.indicators
    ]
    return evolve(scenario, tree=other.tree, indicators=tuple(joined))


def _ranked(plan: Plan, other: Plan) -> Plan:
    return evolve(
        with_scenario(plan, ranking=other.scenario.ranking, seed=other.scenario.seed),
        post_processing=other.post_processing,
    )


_TREE = gettext_noop("tree, missing and aggregation")
_DATA = gettext_noop("data")
_CHANGES: tuple[tuple[str, Callable[[Plan, Plan], Plan]], ...] = (
    (gettext_noop("screening"), _screened),
    (gettext_noop("imputation"), _imputed),
    (gettext_noop("treatment"), _treated),
    (gettext_noop("normalisation"), _normalised),
    (gettext_noop("weights"), _weighed),
    (_TREE, _grown),
    (gettext_noop("ranking"), _ranked),
)


def _alike(first: Tree, second: Tree) -> bool:
    def shape(tree: Tree) -> list[tuple[str, tuple[str, ...]]]:
        return [(node.name, tuple(member.name for member in node.members)) for node in tree]

    return shape(first) == shape(second)


def _columns(plan: Plan, other: Plan, *names: str) -> Plan:
    """Choices of the other's indicators, for those of the same key."""
    by_key = {item.key: item for item in other.indicators}
    indicators = tuple(
        evolve(item, **{name: getattr(by_key[item.key], name) for name in names}) if item.key in by_key else item
        for item in plan.indicators
    )
    return evolve(plan, indicators=indicators)


def _joined(first: Ranking, second: Ranking) -> Measurement:
    """The second's columns with the first's figures; the second's own for indicators that the first has not."""
    old, new = first.measurement, second.measurement
    shape = (len(first.editions), len(first.codes), len(new.indicators))
    values: Array = np.full(shape, np.nan)
    editions = [at for at, year in enumerate(first.editions) if year in second.editions]
    matched = {at: _matched(first, at, second) for at in range(len(first.codes))}
    units = [at for at, other in matched.items() if other is not None]
    there = np.ix_(
        [second.editions.index(first.editions[at]) for at in editions],
        [matched[at] for at in units],
    )
    for at, key in enumerate(new.indicators):
        if key in old.indicators:
            values[:, :, at] = old.values[:, :, old.indicators.index(key)]
        else:
            values[np.ix_(editions, units, [at])] = new.values[there][:, :, at][:, :, None]
    texts = np.full(shape, "", dtype=object)
    return Measurement(
        indicators=new.indicators, values=values, origins=texts, vintages=texts, methods=texts, inputs=()
    )


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
    keys = tuple(item.key for item in ranking.plan.ranked)
    before, after = ahead(ranking, start, unit), ahead(ranking, end, unit)
    staying = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    crossed = np.flatnonzero(staying & (before != after))
    places = (before - after)[crossed]
    both = np.concatenate([[unit], crossed])
    result = contributions(RankedUnits.of(ranking, end, both), RankedUnits.of(ranking, start, both))
    parts = result.indicators(keys)
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


def ahead(ranking: Ranking, edition: int, unit: int) -> Array:
    """How much each unit counts as ahead of one: 1, or where it ties what the rule for ties says; 0 for itself."""
    ranks = ranking.ranks[edition]
    tied = {"max": 1.0, "average": 0.5}.get(ranking.plan.scenario.ranking.ties, 0.0)
    counted = np.where(ranks < ranks[unit], 1.0, np.where(ranks == ranks[unit], tied, 0.0))
    counted[unit] = 0.0
    return counted
