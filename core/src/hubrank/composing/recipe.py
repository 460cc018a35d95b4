"""The recipe: from measurements to scores, the Handbook's steps in order. Pure."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import Problem, ScenarioError
from hubrank.composing.aggregating import aggregate, by_name_columns, rescale
from hubrank.composing.composed import Composed
from hubrank.composing.pretreatment import pretreated
from hubrank.composing.screening import select
from hubrank.composing.stages import check_columns, check_node, check_scores, check_sizes
from hubrank.measuring.measurement import Measurement
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.composing.aggregating import Weigh


def composed(plan: Plan, measurement: Measurement, weights: Weigh | None = None) -> Composed:
    """All stages of every edition.

    Args:
        plan: The plan.
        measurement: What was measured for it.
        weights: Gives each dimension's weights, where they are not to be those of its weighting.

    Raises:
        ScenarioError: A method cannot take the values, an indicator is the same for all units, or no unit is
            left; without the scenario's file.
        PluginError: A method broke its contract.
    """
    if not plan.ranked:
        raise ScenarioError("", [Problem("indicators", "no indicators left to rank by")])
    values = _columns(measurement, columns_of(plan.by_name, measurement))
    considered = select(plan.by_name, values)
    check = functools.partial(check_columns, plan.by_name)
    stages = (values, *pretreated(plan.by_name, values, considered, check))
    measured, imputed, treated, normalised = _as_written(plan, stages)
    nodes = aggregate(plan, normalised, weights, functools.partial(check_node, plan))
    handed_up = nodes[plan.tree.root.name].handed_up
    scores = rescale(plan.post_processing, handed_up, plan.context(()))
    check_scores(plan, handed_up, scores)
    check_sizes(plan, normalised, nodes, scores)
    made = Composed(
        plan=plan,
        measurement=measurement,
        considered=considered,
        measured=measured,
        imputed=imputed,
        treated=treated,
        normalised=normalised,
        nodes=nodes,
        scores=scores,
    )
    if np.isnan(scores).all():
        raise ScenarioError("", [Problem("missing", "no units left to rank: all are missing too many members")])
    return made


def _columns(measurement: Measurement, columns: tuple[int, ...]) -> Array:
    """Some of the indicators, always in one layout of memory, on which the last digit of sums depends."""
    whole = columns == tuple(range(len(measurement.indicators)))
    made: Array = np.ascontiguousarray(measurement.values) if whole else np.take(measurement.values, columns, axis=-1)
    return made


def _as_written(plan: Plan, stages: Sequence[Array]) -> list[Array]:
    """The stages with the indicators in the order of the plan; they are in that of `plan.by_name`."""
    if plan.by_name is plan:
        return [np.ascontiguousarray(each) for each in stages]
    back = np.argsort(by_name_columns(plan))
    made = {id(each): np.take(each, back, axis=-1) for each in stages}
    return [made[id(each)] for each in stages]


def columns_of(plan: Plan, measurement: Measurement) -> tuple[int, ...]:
    """Where the indicators of the tree stand in a measurement."""
    return tuple(measurement.indicators.index(each.key) for each in plan.ranked)
