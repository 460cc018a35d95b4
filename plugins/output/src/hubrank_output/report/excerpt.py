"""The units of a page: all of them, or the best of many, with a note on the rest."""

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from hubrank.i18n import format_count, format_number, gettext, listed
from hubrank.measurement.measurement import Ages, CodedTexts, Measurement
from hubrank.numeric import Array, Positions, written
from hubrank.plugin import NodeScores, Plan, Ranking
from hubrank.plugin.units import Units
from hubrank.ranking.intervals import Joint

#: The most units of a page.
MOST = 50_000


def on_page(ranking: Ranking) -> Positions:
    """The positions of the units on the page: of more than `MOST` the best of the last edition."""
    units = np.arange(len(ranking.codes))
    if len(units) <= MOST:
        return units
    order = ranking.order(len(ranking.editions) - 1)
    return np.sort(np.append(order, np.setdiff1d(units, order))[:MOST])


def of_units(ranking: Ranking, units: Positions) -> Ranking:
    """The ranking with some of its units, by their positions; their numbers stay those among all."""
    if len(units) == len(ranking.codes):
        return ranking
    names = [item.alias for item in attrs.fields(type(ranking)) if item.name != "plan"]
    fields = {name: getattr(ranking, name) for name in names}
    some = {name: _some(value, units, len(ranking.codes)) for name, value in fields.items()}
    return attrs.evolve(ranking, plan=_plan(ranking.plan, units), **some)


def _some(value: Any, units: Positions, count: int) -> Any:
    """What arrays `(editions, units, ...)` hold of some units, in whatever they are."""
    if isinstance(value, np.ndarray):
        return value[:, units] if value.ndim > 1 and value.shape[1] == count else value
    if isinstance(value, CodedTexts):
        return CodedTexts(_some(value.codes, units, count), value.texts)
    if isinstance(value, Mapping):
        return {key: _some(item, units, count) for key, item in value.items()}
    if not isinstance(value, Measurement | Ages | NodeScores | Joint):
        return value
    names = [item.name for item in attrs.fields(type(value))]
    return attrs.evolve(value, **{name: _some(getattr(value, name), units, count) for name in names})


def _plan(plan: Plan, units: Positions) -> Plan:
    bound, polygons = plan.units, plan.units.places.polygons
    there = np.isin(polygons.unit, units)
    kept = attrs.evolve(
        polygons,
        unit=np.searchsorted(units, polygons.unit[there]),
        order=polygons.order[there],
        shapes=polygons.shapes[there],
    )
    frame = bound.units.frame.iloc[units]
    places = attrs.evolve(bound.places, polygons=kept)
    return attrs.evolve(plan, units=attrs.evolve(bound, units=Units(frame=frame), places=places))


def rest_text(ranking: Ranking, part: Ranking) -> str:
    """That a page has the best units only, and the other ranked units' scores; empty if it has all."""
    count, shown, last = len(ranking.codes), len(part.codes), len(ranking.editions) - 1
    if count == shown:
        return ""
    text = gettext(
        "This page has the {shown} best of {all} units in {edition}. What it counts, compares and ranks again is "
        "among these; hubrank export writes all units.",
        shown=format_count(shown),
        all=format_count(count),
        edition=ranking.editions[last],
    )
    others = ranking.order(last)[shown:]
    if not len(others):
        return text

    def shown_score(score: float) -> str:
        choice = ranking.plan.scenario.ranking
        return format_number(written(score, choice.decimals, choice.rounding))

    def mean(scores: Array) -> str:
        return shown_score(float(np.nanmean(scores[last, others]))) if not np.isnan(scores[last, others]).all() else "-"

    scores, top = ranking.scores[last, others], ranking.plan.tree.root.name
    means = [
        f"{gettext(node.title)} {mean(ranking.nodes[node.name].scores)}"
        for node in ranking.plan.tree
        if node.parent == top
    ]
    told = gettext(
        "The other {count} ranked units have scores from {low} to {high}, on average {mean} ({dimensions}).",
        count=format_count(len(others)),
        low=shown_score(float(scores.min())),
        high=shown_score(float(scores.max())),
        mean=mean(ranking.scores),
        dimensions=listed(means),
    )
    return f"{text} {told}"
