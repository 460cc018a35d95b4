"""The differences between two scenarios for one unit, step by step."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hubrank.cli.command import ranked_unit, ranking_of
from hubrank.cli.console import progress
from hubrank.explain.contributions import Contributions, against_all
from hubrank.explain.shapley import ranked
from hubrank.i18n import listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.plugin import (
    Answer,
    Array,
    HubrankError,
    Measurement,
    Plan,
    Ranking,
    Tree,
    UsageError,
    compose,
    format_number,
    gettext,
    gettext_noop,
    with_scenario,
)
from hubrank.results.rank import edition_of

_WEIGHTS, _NORMALISATION = gettext_noop("weights"), gettext_noop("normalisation")
_TREE, _RANKING, _DATA = gettext_noop("tree, missing and aggregation"), gettext_noop("ranking"), gettext_noop("data")
#: In the order of the Handbook's steps: the keys taken from the other scenario, and from its indicators.
_STEPS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    gettext_noop("screening"): (("selection",), ()),
    gettext_noop("imputation"): (("imputation",), ("imputation",)),
    gettext_noop("treatment"): (("treatment",), ("treatment", "treatment_fitted_on")),
    _NORMALISATION: (("normalisation",), ("normalisation", "normalisation_fitted_on", "bounds_in", "direction")),
    _WEIGHTS: ((), ()),
    _TREE: (("indicators", "dimensions"), ()),
    _RANKING: (("ranking", "seed"), ()),
}


@frozen(kw_only=True)
class Step:
    """One difference between two scenarios, and its effect on the unit's score and rank.

    It takes several parts from the second scenario where the first of them alone cannot be composed.
    """

    parts: tuple[str, ...]
    score: float
    places: float

    @property
    def name(self) -> str:
        """Its name in files."""
        return ", ".join(self.parts)


@frozen(kw_only=True, eq=False)
class Difference:
    """A unit in two scenarios; pairs are of the first and of the second, whose score and places it differs by.

    The steps sum to both, in the Handbook's order; the difference of the mean scores and of the leads over them sums to
    the score too.
    """

    rankings: tuple[Ranking, Ranking]
    editions: tuple[int, int]
    units: tuple[int, int]
    score: float
    places: float
    steps: tuple[Step, ...]
    mean: float
    leads: tuple[Contributions, Contributions]

    @property
    def sides(self) -> Iterator[tuple[Ranking, int, int]]:
        """The ranking, the edition and the unit of either side."""
        return zip(self.rankings, self.editions, self.units, strict=True)

    def indicators(self) -> list[tuple[str, str, float, float]]:
        """Key, title, and each indicator's part of the lead in the first and in the second; 0 if it is missing."""
        titles = {item.key: item.title for result in reversed(self.rankings) for item in result.plan.ranked}
        first, second = (lead.indicators(tuple(titles))[0] for lead in self.leads)
        return [(key, titles[key], float(first[at]), float(second[at])) for at, key in enumerate(titles)]


def between(first: Ranking, second: Ranking, editions: tuple[int, int], units: tuple[int, int]) -> Difference:
    """Split the difference between a unit's places in two scenarios; it must be ranked in both.

    The first scenario becomes the second step by step, in the Handbook's order: screening, imputation, treatment,
    normalisation, the tree with its weights and aggregation, the ranking's own steps, and last the data: units,
    editions and values. What a step does depends on those before it; the order is always this one.
    """

    def place(ranking: Ranking, side: int) -> tuple[float, float]:
        return float(ranking.scores[editions[side], units[side]]), float(ranking.ranks[editions[side], units[side]])

    start, last = place(first, 0), place(second, 1)
    (score, rank), steps, names = start, [], []
    plan, measurement = first.plan, first.measurement
    for name in _STEPS:
        names.append(name)
        plan = _take(name, plan, second.plan)
        if name == _TREE:
            measurement = _joined(first, second)
        try:
            new = place(compose(plan, measurement), 0)
        except (HubrankError, ValueError):
            continue
        if np.isnan(new[1]):
            continue
        steps.append(Step(parts=tuple(names), score=new[0] - score, places=rank - new[1]))
        (score, rank), names = new, []
    steps.append(Step(parts=(*names, _DATA), score=last[0] - score, places=rank - last[1]))
    sides = ((first, editions[0]), (second, editions[1]))
    means = [float(ranking.scores[at][ranked(ranking, at)].mean()) for ranking, at in sides]
    return Difference(
        rankings=(first, second),
        editions=editions,
        units=units,
        score=last[0] - start[0],
        places=start[1] - last[1],
        steps=tuple(step for step in steps if step.score != 0 or step.places != 0),
        mean=means[1] - means[0],
        leads=(against_all(first, editions[0], units[0]), against_all(second, editions[1], units[1])),
    )


def same_unit(first: Ranking, unit: int, second: Ranking) -> int:
    """The position of a unit in another ranking, by its code, or else by its name; rejected where it is not there."""
    if (found := _matched(first, unit, second)) is None:
        raise UsageError(f"{first.names[unit]} ({first.codes[unit]}) is not a unit of {second.plan.loaded.name}")
    return found


def _matched(first: Ranking, unit: int, second: Ranking) -> int | None:
    """The unit of another ranking that a unit's code names, or else its name; None if that is none or several."""
    index = second.plan.units.units.by_name
    named = (index.find(text) for text in (first.codes[unit], first.names[unit]))
    return next((found[0] for found in named if len(found) == 1), None)


def _take(step: str, plan: Plan, other: Plan) -> Plan:
    """The plan with the parts that a step takes from the other."""
    keys, columns = _STEPS[step]
    changes: dict[str, Any] = {key: getattr(other.scenario, key) for key in keys}
    if step == _NORMALISATION:
        changes["indicators"] = {
            key: evolve(choice, normalisation=other.scenario.indicators[key].normalisation)
            if key in other.scenario.indicators
            else choice
            for key, choice in plan.scenario.indicators.items()
        }
    if changes:
        plan = with_scenario(plan, **changes)
    if columns:
        plan = evolve(plan, indicators=_taken(plan.indicators, {item.key: item for item in other.indicators}, columns))
    ours, others = ([(node.name, [item.name for item in node.members]) for node in side.tree] for side in (plan, other))
    if step == _WEIGHTS and ours == others:
        names = ("members", "weighting", "weighting_fitted_on")
        plan = evolve(plan, tree=Tree(_taken(plan.tree, {node.name: node for node in other.tree}, names)))
    if step == _TREE:
        known = {item.key: item for item in plan.indicators}
        joined = _taken(other.indicators, known, ("bound", "inputs", "made_from"))
        plan = evolve(plan, tree=other.tree, indicators=joined)
    if step == _RANKING:
        plan = evolve(plan, post_processing=other.post_processing)
    return plan


def _taken(items: Any, others: dict[str, Any], names: tuple[str, ...]) -> tuple[Any, ...]:
    """Indicators or dimensions with some choices of those of the same key."""
    result = []
    for item in items:
        other = others.get(item.name if isinstance(items, Tree) else item.key)
        result.append(item if other is None else evolve(item, **{name: getattr(other, name) for name in names}))
    return tuple(result)


def _joined(first: Ranking, second: Ranking) -> Measurement:
    """The second's columns with the first's values; the second's own for indicators that the first has not."""
    old, new = first.measurement, second.measurement
    shape = (len(first.editions), len(first.codes), len(new.indicators))
    values: Array = np.full(shape, np.nan)
    editions = [at for at, year in enumerate(first.editions) if year in second.editions]
    matched = {at: other for at in range(len(first.codes)) if (other := _matched(first, at, second)) is not None}
    there = np.ix_([second.editions.index(first.editions[at]) for at in editions], list(matched.values()))
    for at, key in enumerate(new.indicators):
        if key in old.indicators:
            values[:, :, at] = old.values[:, :, old.indicators.index(key)]
        else:
            values[np.ix_(editions, list(matched), [at])] = new.values[there][:, :, at][:, :, None]
    texts = np.full(shape, "", dtype=object)
    return Measurement(
        indicators=new.indicators, values=values, origins=texts, vintages=texts, methods=texts, inputs=()
    )


def between_scenarios(first: str, second: str, unit: str, edition: int | None, *, sample: bool) -> Answer:
    """Compare one unit in two scenarios."""
    one, other = ranking_of(first, sample), ranking_of(second, sample)
    editions = edition_of(one, edition), edition_of(other, edition)
    position = ranked_unit(one, editions[0], unit)
    other_position = same_unit(one, position, other)
    ranked_unit(other, editions[1], other.codes[other_position])
    with progress("comparing"):
        result = between(one, other, editions, (position, other_position))
    rows = [dict(zip(("key", "title", "first", "second"), item, strict=True)) for item in result.indicators()]
    return Answer(
        record=result,
        page=[*_page(result)],
        data=lambda: {
            "unit": one.codes[position],
            "name": one.names[position],
            "sides": [
                {
                    "title": ranking.title,
                    "edition": ranking.editions[at],
                    "score": ranking.scores[at, place],
                    "rank": ranking.ranks[at, place],
                }
                for ranking, at, place in result.sides
            ],
            "score": result.score,
            "places": result.places,
            "steps": [{"name": item.name, "score": item.score, "places": item.places} for item in result.steps],
            "mean": result.mean,
            "indicators": rows,
        },
        rows=lambda: rows,
        about=lambda: one.about(editions[0]) | {"against": other.about(editions[1])},
    )


def _page(result: Difference) -> Iterator[str | ScreenTable]:
    yield f"\n[bold]{escape_markup(result.rankings[0].names[result.units[0]])}[/bold]"
    for name, (ranking, edition, unit) in zip("AB", result.sides, strict=True):
        rank, score = ranking.ranks[edition, unit], ranking.score_text(edition, unit)
        title = f"{ranking.title} {ranking.editions[edition]}"
        text = gettext("{title}: rank {rank}, score {score}", title=title, rank=format_number(f"{rank:g}"), score=score)
        yield f"{name}  {escape_markup(text)}"
    yield ""
    columns = (ScreenColumn(gettext("step"), "name"), ScreenColumn(gettext("score")), ScreenColumn(gettext("places")))
    steps = ScreenTable(columns, title=gettext("from A to B"))
    for item in result.steps:
        steps.add(listed(map(gettext, item.parts)), _score(item.score), _places(item.places))
    steps.add(gettext("together"), _score(result.score), _places(result.places), style="bold")
    yield steps
    columns = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("B - A"))
    leads = ScreenTable(columns, title=gettext("lead over the mean"))
    for _, title, first, second in result.indicators():
        leads.add(escape_markup(gettext(title)), _score(first), _score(second), _score(second - first))
    yield ""
    yield leads
    yield f"[dim]{gettext('difference in the mean score: {score}', score=_score(result.mean))}[/dim]"


def _score(score: float) -> str:
    return format_number(f"{score:+.3f}")


def _places(places: float) -> str:
    return format_number(f"{places:+g}") if places else "0"
