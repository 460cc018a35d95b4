"""From measurements to a ranking: the Handbook's steps in order. Pure; every array may carry draws in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.errors import Problem, ScenarioError
from hubrank.composing.aggregating import aggregate, rescale
from hubrank.composing.pretreatment import impute, normalise, treat
from hubrank.composing.ranking import Ranking, ranks_of
from hubrank.composing.stages import check_stages
from hubrank.contract.methods import Member
from hubrank.measuring.measurement import Measurement
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.composing.aggregating import Weigh


def compose(plan: Plan, measurement: Measurement, weights: Weigh | None = None) -> Ranking:
    """Rank the units of every edition.

    Args:
        plan: The plan.
        measurement: What was measured for it.
        weights: Gives each dimension's weights, where they are not to be those of its weighting.

    Returns:
        The ranking with all its stages, each `(editions, units, indicators)`.

    Raises:
        ScenarioError: A method cannot take the values, an indicator is the same for all units, or no unit is
            left.
        PluginError: A method broke its contract.
    """
    try:
        return _composed(plan, measurement, weights)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error


def _composed(plan: Plan, measurement: Measurement, weights: Weigh | None) -> Ranking:
    columns = [measurement.indicators.index(each.key) for each in plan.ranked]
    whole = columns == list(range(len(measurement.indicators)))
    values = measurement.values if whole else measurement.values[:, :, columns]
    context = plan.context(members_of(plan))
    considered = select(plan, values)
    measured = values if considered.all() else np.where(considered[..., None], values, np.nan)
    imputed = impute(plan, measured, considered, context)
    treated = treat(plan, imputed, context)
    normalised = normalise(plan, treated, context)
    nodes = aggregate(plan, normalised, weights)
    scores = rescale(plan.after, nodes[plan.tree.root.name].passed, plan.context(()))
    ranking = Ranking(
        plan=plan,
        measurement=measurement,
        considered=considered,
        measured=values,
        imputed=imputed,
        treated=treated,
        normalised=normalised,
        nodes=nodes,
        scores=scores,
        ranks=ranks_of(scores, plan.scenario.ranking),
    )
    check_stages(ranking)
    if np.isnan(scores).all():
        raise ScenarioError("", [Problem("missing", "no unit is left to rank: all lack too many members")])
    return ranking


def members_of(plan: Plan) -> tuple[Member, ...]:
    """The indicators of the tree as members, in the order of the arrays' last axis."""
    by_name = {member.name: member for node in plan.tree for member in node.members}
    return tuple(by_name[each.key] for each in plan.ranked)


def select(plan: Plan, values: Array) -> Mask:
    """Which units of each edition are ranked at all: those with something measured that pass the screening."""
    selection = plan.scenario.selection
    codes = plan.units.units.codes
    there = (~np.isnan(values)).sum(axis=-1)
    passes = there / values.shape[-1] >= selection.at_least_share
    if selection.at_least_nonzero_share > 0:
        zeros = (values == 0).sum(axis=-1)
        passes &= 1 - zeros / np.maximum(there, 1) >= selection.at_least_nonzero_share
    passes |= np.isin(codes, selection.keep)
    passes &= ~np.isin(codes, selection.drop)
    carried = any(each.imputation.part.record.from_own for each in plan.ranked)
    considered: Mask = passes & ((there > 0) | (carried & (there > 0).any(axis=0)))
    if not considered.any():
        raise ScenarioError("", [Problem("selection", f"no unit is left of {len(codes)}")])
    return considered
