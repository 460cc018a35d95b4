"""Screen, weigh, aggregate, rescale."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.i18n import format_count, gettext, ngettext
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import Array, Mask, extreme, shares
from hubrank.plugin.methods import Context
from hubrank.ranking.pretreatment import pretreated
from hubrank.ranking.stages import (
    NodeScores,
    Stages,
    all_finite,
    check_columns,
    check_node,
    check_scores,
    reference_of,
    same_shape,
)
from hubrank.scenario.choices import MissingRule
from hubrank.scenario.indicators import BoundPart
from hubrank.scenario.plan import Plan
from hubrank.scenario.schema import Selection
from hubrank.scenario.tree import Node

#: Gives a node's weights from the node, its members' scores and the context.
Weigh = Callable[[Node, Array, Context], Array]


def aggregate(
    plan: Plan, normalised: Array, weights: Weigh | None = None, check: Callable[[NodeScores], None] | None = None
) -> dict[str, NodeScores]:
    """Aggregate from the leaves to the root.

    Args:
        plan: The plan.
        normalised: `(..., editions, units, indicators)`.
        weights: Called with a dimension, its members' scores and the context in place of `weigh`.
        check: Called with each dimension's scores before they are handed up.

    Returns:
        For each node its scores `(..., editions, units)` and weights, its members in the order of the plan.
    """
    if plan.by_name is not plan:
        ordered = np.take(normalised, _by_name_columns(plan), axis=-1)
        nodes = aggregate(plan.by_name, ordered, _weigh_by_name(plan, weights), check)
        return _nodes_as_written(plan, normalised, nodes)
    column = {item.key: at for at, item in enumerate(plan.ranked)}
    nodes = {}
    for node in plan.tree:
        result = _node(plan, node, _members(node, normalised, column, nodes), weights or weigh)
        if check is not None:
            check(result)
        view = _view(normalised, column, node)
        nodes[node.name] = result if view is None else attrs.evolve(result, members=view)
    return nodes


def _by_name_columns(plan: Plan) -> list[int]:
    """Where the indicators of `plan.by_name` stand among those of the plan."""
    column = {item.key: at for at, item in enumerate(plan.ranked)}
    return [column[item.key] for item in plan.by_name.ranked]


def _nodes_as_written(plan: Plan, normalised: Array, nodes: Mapping[str, NodeScores]) -> dict[str, NodeScores]:
    """The scores that `plan.by_name` gives, with dimensions, members and normalised values in the plan's own order."""
    column = {item.key: at for at, item in enumerate(plan.ranked)}
    turned = {}
    for node in plan.tree:
        given = nodes[node.name]
        places, view = _places(node, given.node), _view(normalised, column, node)
        members = np.take(given.members, places, axis=-1) if view is None else view
        weights = np.take(given.weights, places, axis=-1)
        turned[node.name] = attrs.evolve(given, node=node, members=members, weights=weights)
    return turned


def _weigh_by_name(plan: Plan, weights: Weigh | None) -> Weigh | None:
    """What gives weights for `plan.by_name`, made of what gives them for the plan as its author wrote it."""
    if weights is None:
        return None

    def weigh_by_name(node: Node, scores: Array, context: Context) -> Array:
        own = plan.tree[node.name]
        context = attrs.evolve(context, members=own.members)
        given = weights(own, np.take(scores, _places(own, node), axis=-1), context)
        return np.take(given, _places(node, own), axis=-1)

    return weigh_by_name


def _places(node: Node, other: Node) -> list[int]:
    """Where a dimension's members stand among those of the same dimension in another order."""
    place = {member.name: at for at, member in enumerate(other.members)}
    return [place[member.name] for member in node.members]


def _view(normalised: Array, column: Mapping[str, int], node: Node) -> Array | None:
    """A node's indicators as a view, so that no copy is kept; none where they do not lie at equal distances."""
    at = [column.get(member.name, -1) for member in node.members]
    step = at[1] - at[0] if len(at) > 1 else 1
    if at[0] < 0 or step < 1 or at != list(range(at[0], at[-1] + 1, step)):
        return None
    return normalised[..., at[0] : at[-1] + 1 : step]


def rescale(steps: Sequence[BoundPart], scores: Array, context: Context) -> Array:
    """Apply steps to scores `(..., editions, units)`."""
    for step in steps:
        scores = same_shape(step, step.call(step.part.record.apply, "apply", scores, context, step.options), scores)
    return scores


def _node(plan: Plan, node: Node, scores: Array, weigh_by: Weigh) -> NodeScores:
    context = plan.context(node.members)
    weights = weigh_by(node, scores, context)
    record = node.aggregation.part.record
    filled, present, complete = renormalise_missing(node.missing, scores, weights)
    if record.weights == "shares":
        present = shares(present)
    result = node.aggregation.call(record.apply, "apply", filled, present, context, node.aggregation.options)
    raw = node.aggregation.part.numbers(result)
    if raw.shape != scores.shape[:-1]:
        raise node.aggregation.broke(f"apply returned shape {raw.shape}; expected {scores.shape[:-1]}")
    if complete is not None:
        raw = np.where(complete, raw, np.nan)
    after = rescale(node.post_processing, raw, context)
    return NodeScores(
        node=node,
        members=scores,
        weights=weights,
        before=raw,
        scores=after,
        handed_up=raw if node.parent_uses_raw else after,
    )


def weigh(node: Node, scores: Array, context: Context) -> Array:
    """The weights of a node's members, `(..., editions or 1, units or 1, members)`, as the method gives them."""
    bound = node.weighting
    data_driven = bound.part.record.data_driven
    reference = reference_of(scores, node.weighting_fitted_on, context) if data_driven else scores
    weights = bound.part.numbers(bound.call(bound.part.record.apply, "apply", reference, context, bound.options))
    if weights.shape[-1:] != (len(node.members),):
        raise bound.broke(f"apply returned shape {weights.shape} for {len(node.members)} members")
    if not np.isfinite(weights).all() and (bound.part.built_in or extreme(scores)):
        what = (
            f"'{bound.part.name}' makes no finite weights for dimension '{node.name}': its members' scores "
            "are too large, too small or too near to each other for it; normalise them, or use another "
            "weighting"
        )
        raise ScenarioError("", [Problem(bound.where, what)])
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(axis=-1) <= 0).any():
        raise bound.broke(f"apply returned weights that are negative, not finite or all 0 for dimension '{node.name}'")
    return weights.reshape((1,) * max(0, 3 - weights.ndim) + weights.shape)


def renormalise_missing(rule: MissingRule, scores: Array, weights: Array) -> tuple[Array, Array, Mask | None]:
    """Weight 0 and score 1 where a member is missing, and for all members of a unit that lacks too many.

    Returns:
        The scores, the weights, and which units have enough members; none where all have all of them.
    """
    counted = weights > 0
    if counted.any(axis=-1).all() and (all_finite(scores) or not np.isnan(scores).any()):
        return scores, weights, None
    missing = np.isnan(scores)
    counted = np.broadcast_to(counted, scores.shape)
    complete = rule.enough((~missing & counted).sum(axis=-1), counted.sum(axis=-1))
    absent = missing | ~complete[..., None]
    return np.where(absent, 1.0, scores), np.where(absent, 0.0, weights), complete


def _members(node: Node, normalised: Array, column: Mapping[str, int], nodes: Mapping[str, NodeScores]) -> Array:
    """The members' scores; a view of the array where they lie side by side in it."""
    names = [member.name for member in node.members]
    if not all(name in column for name in names):
        scores = [nodes[name].handed_up if name in nodes else normalised[..., column[name]] for name in names]
        return np.stack(scores, axis=-1)
    at = [column[name] for name in names]
    side_by_side = at == list(range(at[0], at[0] + len(at)))
    return normalised[..., at[0] : at[0] + len(at)] if side_by_side else normalised[..., at]


@frozen(kw_only=True, eq=False)
class ValueCounts:
    """How many values units have.

    Attributes:
        there: How many of the indicators each unit has, `(..., units)`.
        zeros: How many of these are 0, of the same shape.
        indicators: How many indicators there are.
    """

    there: Any
    zeros: Any
    indicators: int

    @classmethod
    def of(cls, values: Array) -> ValueCounts:
        """Count values `(..., units, indicators)`; gaps are NaN."""
        there, zeros = (~np.isnan(values)).sum(axis=-1), (values == 0).sum(axis=-1)
        return cls(there=there, zeros=zeros, indicators=values.shape[-1])

    @property
    def available(self) -> Array:
        """The share of the indicators that each unit has."""
        return np.asarray(self.there / self.indicators)

    @property
    def nonzero(self) -> Array:
        """The share of each unit's values that are not 0; NaN where it has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(1 - self.zeros / self.there)


def select(plan: Plan, values: Array) -> Mask:
    """Which units of each edition are ranked at all: those with something measured that pass the screening.

    Args:
        plan: The plan.
        values: What was measured, `(editions, units, indicators)`.

    Raises:
        ScenarioError: No unit is left.
    """
    selection = plan.scenario.selection
    codes = plan.units.units.codes
    coverage = ValueCounts.of(values)
    share, nonzero = _passed(selection, coverage)
    passes = share & nonzero
    passes |= np.isin(codes, selection.keep)
    passes &= ~np.isin(codes, selection.exclude)
    measured = coverage.there > 0
    carried = any(item.imputation.part.record.from_own for item in plan.ranked)
    considered: Mask = passes & (measured | (carried & measured.any(axis=0)))
    if not considered.any():
        what = f"excludes all {len(codes):,} {'unit' if len(codes) == 1 else 'units'}"
        raise ScenarioError("", [Problem("selection", what)])
    return considered


def why_screened_out(plan: Plan, values: Array, unit: int) -> str:
    """Why a unit of an edition did not pass the screening, in counts: a share would have to be rounded.

    Args:
        plan: The plan.
        values: What was measured of the unit, `(indicators,)`.
        unit: Its position.
    """
    selection = plan.scenario.selection
    if plan.units.units.codes[unit] in selection.exclude:
        return gettext("selection: listed in exclude")
    coverage = ValueCounts.of(values)
    if not coverage.there:
        return gettext("no measured values")
    there, zeros, indicators = int(coverage.there), int(coverage.zeros), coverage.indicators
    share, nonzero = _passed(selection, coverage)
    reasons = []
    if not share:
        fuller = ValueCounts(there=np.arange(indicators + 1), zeros=0, indicators=indicators)
        text = gettext(
            "has {there} of {indicators} indicators; {key} requires {least}",
            there=format_count(there),
            indicators=format_count(indicators),
            key=f"at_least_share = {selection.at_least_share:.15g}",
            least=format_count(int(np.argmax(_passed(selection, fuller)[0]))),
        )
        reasons.append(text)
    if not nonzero:
        fuller = ValueCounts(there=there, zeros=there - np.arange(there + 1), indicators=indicators)
        text = ngettext(
            there - zeros,
            "{count} of {there} values is not 0; {key} requires {least}",
            "{count} of {there} values are not 0; {key} requires {least}",
            there=format_count(there),
            key=f"at_least_nonzero_share = {selection.at_least_nonzero_share:.15g}",
            least=format_count(int(np.argmax(_passed(selection, fuller)[1]))),
        )
        reasons.append(text)
    return gettext("selection: {reasons}", reasons="; ".join(reasons))


def _passed(selection: Selection, coverage: ValueCounts) -> tuple[Mask, Mask]:
    """Who has enough indicators, and who has enough values other than 0, or none at all."""
    share: Mask = coverage.available >= selection.at_least_share
    nonzero: Mask = ~(coverage.nonzero < selection.at_least_nonzero_share)
    return share, nonzero


def run_pipeline(plan: Plan, measurement: Measurement, weights: Weigh | None = None) -> Stages:
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
    if plan.by_name is not plan:
        return _as_written(plan, run_pipeline(plan.by_name, measurement, _weigh_by_name(plan, weights)))
    columns = columns_of(plan, measurement)
    values: Array = np.ascontiguousarray(measurement.values)  # on the layout the last digit of sums depends
    if columns != tuple(range(len(measurement.indicators))):
        values = np.take(measurement.values, columns, axis=-1)
    considered = select(plan, values)
    pretreatment = pretreated(plan, values, considered, functools.partial(check_columns, plan))
    imputed, treated, normalised = map(np.ascontiguousarray, pretreatment)
    nodes = aggregate(plan, normalised, weights, functools.partial(check_node, plan))
    scores = rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))
    check_scores(plan, normalised, nodes, scores)
    if np.isnan(scores).all():
        raise ScenarioError("", [Problem("missing", "no units left to rank: all are missing too many members")])
    return Stages(
        plan=plan,
        measurement=measurement,
        considered=considered,
        measured=values,
        imputed=imputed,
        treated=treated,
        normalised=normalised,
        nodes=nodes,
        scores=scores,
    )


def _as_written(plan: Plan, stages: Stages) -> Stages:
    """Stages of `plan.by_name` with indicators, dimensions and members in the order of the plan."""
    back = np.argsort(_by_name_columns(plan))
    names = ("measured", "imputed", "treated", "normalised")
    arrays = {name: getattr(stages, name) for name in names}
    turned = {id(array): np.take(array, back, axis=-1) for array in arrays.values()}  # steps may share an array
    changed: dict[str, Any] = {name: turned[id(array)] for name, array in arrays.items()}
    changed["nodes"] = _nodes_as_written(plan, changed["normalised"], stages.nodes)
    return attrs.evolve(stages, plan=plan, **changed)


def columns_of(plan: Plan, measurement: Measurement) -> tuple[int, ...]:
    """Where the indicators of the tree stand in a measurement."""
    return tuple(measurement.indicators.index(item.key) for item in plan.ranked)
