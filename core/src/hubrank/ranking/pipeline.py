"""Screen, weigh, aggregate, rescale."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.i18n import clauses, format_count, gettext, ngettext
from hubrank.measurement.measurement import Measurement
from hubrank.methods.ranks import merge_ties
from hubrank.numeric import NOISE, Array, Mask, extreme, shares
from hubrank.plugin.methods import Context
from hubrank.ranking.kept import kept_stages
from hubrank.ranking.pretreatment import apply_steps, pretreated
from hubrank.ranking.stages import (
    NodeScores,
    Stages,
    all_finite,
    check_columns,
    check_node,
    check_scores,
    reference_of,
)
from hubrank.scenario.plan import Plan
from hubrank.scenario.schema import Selection
from hubrank.scenario.tree import Node

#: Gives a node's weights from the node, its members' scores and the context.
Weigh = Callable[[Node, Array, Context], Array]
#: Scores after steps on them: `rescale(steps, scores, context)`.
rescale = apply_steps


def aggregate(
    plan: Plan,
    normalised: Array,
    weights: Weigh | None = None,
    check: Callable[[NodeScores], None] | None = None,
    by_name: Array | None = None,
) -> dict[str, NodeScores]:
    """Aggregate from the leaves to the root.

    Args:
        plan: The plan.
        normalised: `(..., editions, units, indicators)`.
        weights: Called with a dimension, its members' scores and the context instead of `weigh`.
        check: Called with each dimension's scores before its parent gets them.
        by_name: The same values, the indicators in the order of their names, if available.

    Returns:
        For each node its scores `(..., editions, units)` and weights, its members in the order of the plan.
    """
    keys, names = [item.key for item in plan.ranked], [item.key for item in plan.by_name.ranked]
    ordered = _turned(normalised, keys, names) if by_name is None else by_name
    nodes: dict[str, NodeScores] = {}
    whole = all_finite(ordered)  # one look at all of them costs less than a look at each dimension's
    for node in plan.by_name.tree:
        written, members = plan.tree[node.name], [member.name for member in node.members]
        order, scores = [member.name for member in written.members], _members(ordered, names, members, nodes)
        if weights is None:
            given = weigh(node, scores, plan.context(node.members))
        else:
            given = weights(written, _turned(scores, members, order), plan.context(written.members))
            given = _turned(given, order, members)
        if not plan.whole:
            given = given * plan.part_of(members)
        there = (whole and set(members) <= set(names)) or all_finite(scores) or not np.isnan(scores).any()
        result = _node(plan, node, scores, given, there)
        if check is not None:
            check(result)
        at = [keys.index(name) for name in order if name in keys]
        beside = _beside(normalised, at) if len(at) == len(order) else None
        nodes[node.name] = attrs.evolve(
            result,
            node=written,
            members=_turned(scores, members, order) if beside is None else beside,  # a view, so that no copy is kept
            weights=_turned(given, members, order),
        )
    return {node.name: nodes[node.name] for node in plan.tree}


def _turned(values: Array, names: Sequence[str], order: Sequence[str]) -> Array:
    """Values whose last axis has some names, with these in another order."""
    return values if names == order else np.take(values, [names.index(name) for name in order], axis=-1)


def _members(normalised: Array, keys: list[str], members: list[str], nodes: Mapping[str, NodeScores]) -> Array:
    """The members' scores; a view of the array where they lie side by side, else a copy that sums in the same way."""
    if not set(members) <= set(keys):
        below = [nodes[name].handed_up if name in nodes else normalised[..., keys.index(name)] for name in members]
        return np.stack(below, axis=-1)
    at = [keys.index(name) for name in members]
    beside = _beside(normalised, at)
    if beside is None:
        return np.take(normalised, at, axis=-1, mode="clip")  # faster, as no position is checked
    return beside if at[-1] - at[0] == len(at) - 1 else np.ascontiguousarray(beside)


def _beside(values: Array, at: list[int]) -> Array | None:
    """A view of some columns, if each is as far from the one before as all are."""
    step = at[1] - at[0] if len(at) > 1 else 1
    even = step > 0 and at == list(range(at[0], at[-1] + 1, step))
    return values[..., at[0] : at[-1] + 1 : step] if even else None


def _node(plan: Plan, node: Node, scores: Array, weights: Array, there: bool) -> NodeScores:
    context = plan.context(node.members)
    record = node.aggregation.part.record
    counted, filled, present, complete = weights > 0, scores, weights, None
    if not (there and counted.any(axis=-1).all()):
        # weight 0 and score 1 where a member is missing, and for all members of a unit that lacks too many
        missing, counted = np.isnan(scores), np.broadcast_to(counted, scores.shape)
        complete = node.missing.enough((~missing & counted).sum(axis=-1), counted.sum(axis=-1))
        absent = missing | ~complete[..., None]
        filled, present = np.where(absent, 1.0, scores), np.where(absent, 0.0, weights)
    if record.weights == "shares":
        present = shares(present)
    raw = combine(node, filled, present, context)
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


def combine(node: Node, scores: Array, weights: Array, context: Context) -> Array:
    """The result of a node's method for its members' scores, none missing; methods that are no mean compare units."""
    bound = node.aggregation
    scores = scores if node.form is not None else merge_ties(scores, NOISE)
    return bound.part.numbers(bound.call(bound.part.record.apply, "apply", scores, weights, context, bound.options))


def weigh(node: Node, scores: Array, context: Context) -> Array:
    """The weights of a node's members, `(..., editions or 1, units or 1, members)`, as the method gives them."""
    bound = node.weighting
    data_driven = bound.part.record.data_driven
    reference = reference_of(merge_ties(scores, NOISE), node.weighting_fitted_on, context) if data_driven else scores
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


@frozen(kw_only=True, eq=False)
class ValueCounts:
    """The numbers of units' values.

    Attributes:
        there: The number of the indicators that each unit has, `(..., units)`.
        zeros: The number of these that are 0, of the same shape.
        indicators: The number of indicators, as a number or of a shape that broadcasts against these.
    """

    there: Any
    zeros: Any
    indicators: Any

    @classmethod
    def of(cls, values: Array, part_of: Mask | None = None) -> ValueCounts:
        """Count values `(..., units, indicators)`, with NaN for missing ones.

        Args:
            part_of: Which indicators are part of the edition, `(..., indicators)`; all by default.
        """
        there = np.full(values.shape[:-1], values.shape[-1])
        if not all_finite(values):
            there = (~np.isnan(values)).sum(axis=-1)
        zero = values == 0
        zeros = zero.sum(axis=-1) if zero.any() else np.zeros(zero.shape[:-1], dtype=int)
        indicators = values.shape[-1] if part_of is None else part_of.sum(axis=-1)
        return cls(there=there, zeros=zeros, indicators=indicators)

    @property
    def available(self) -> Array:
        """The share of the indicators that each unit has; 0 if there are none."""
        return np.asarray(self.there / np.maximum(self.indicators, 1))

    @property
    def nonzero(self) -> Array:
        """The share of each unit's values that are not 0; NaN if it has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(1 - self.zeros / self.there)


def select(plan: Plan, values: Array) -> Mask:
    """Which units of each edition are ranked at all: those with something measured that pass the screening.

    Args:
        values: The measured values, `(editions, units, indicators)`.

    Raises:
        ScenarioError: No unit is left.
    """
    selection = plan.scenario.selection
    codes = plan.units.units.codes
    coverage = ValueCounts.of(values, plan.part_of([item.key for item in plan.ranked]))
    share, nonzero = _passed(selection, coverage)
    passes = share & nonzero
    if selection.keep:
        passes |= np.isin(codes, selection.keep)
    if selection.exclude:
        passes &= ~np.isin(codes, selection.exclude)
    measured = coverage.there > 0
    carried = any(item.imputation.part.record.from_own for item in plan.ranked)
    considered: Mask = passes & (measured | (carried & measured.any(axis=0)))
    if not considered.any():
        what = f"excludes all {len(codes):,} {'unit' if len(codes) == 1 else 'units'}"
        raise ScenarioError("", [Problem("selection", what)])
    return considered


def why_screened_out(plan: Plan, values: Array, edition: int, unit: int) -> str:
    """Why a unit of an edition, by their positions, did not pass the screening.

    In counts: a share would have to be rounded.

    Args:
        values: The measured values of the unit, `(indicators,)`.
    """
    selection = plan.scenario.selection
    if plan.units.units.codes[unit] in selection.exclude:
        return gettext("selection: listed in exclude")
    coverage = ValueCounts.of(values, plan.part_of([item.key for item in plan.ranked])[edition, 0])
    if not coverage.there:
        return gettext("no measured values")
    there, zeros, indicators = int(coverage.there), int(coverage.zeros), int(coverage.indicators)
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
    return gettext("selection: {reasons}", reasons=clauses(reasons))


def _passed(selection: Selection, coverage: ValueCounts) -> tuple[Mask, Mask]:
    """The units with enough indicators, and those with enough values other than 0, or none at all."""
    share: Mask = coverage.available >= selection.at_least_share
    nonzero: Mask = ~(coverage.nonzero < selection.at_least_nonzero_share)
    return share, nonzero


def run_pipeline(
    plan: Plan, measurement: Measurement, weights: Weigh | None = None, before: Stages | None = None
) -> Stages:
    """All stages of every edition.

    Args:
        weights: Gives each dimension's weights, if they differ from those of its weighting.
        before: The stages of another plan; those that this one has in common with it are not made again.

    Raises:
        ScenarioError: A method cannot take the values, an indicator is the same for all units, or no unit is
            left; without the scenario's file.
        PluginError: A method broke its contract.
    """
    if not plan.ranked:
        raise ScenarioError("", [Problem("indicators", "no indicators left to rank by")])
    ordered = plan.by_name
    columns = columns_of(ordered, measurement)
    values: Array = np.ascontiguousarray(measurement.values)  # on the layout the last digit of sums depends
    if columns != tuple(range(len(measurement.indicators))):
        values = np.take(measurement.values, columns, axis=-1)
    names, order = [item.key for item in ordered.ranked], [item.key for item in plan.ranked]
    same = {} if before is None else kept_stages(plan, measurement, before)
    considered = same["considered"] if "considered" in same else select(ordered, values)
    kept = {stage: _turned(array, order, names) for stage, array in same.items() if stage != "considered"}
    pretreatment = pretreated(ordered, values, considered, functools.partial(check_columns, ordered), kept)
    stages = [values, *map(np.ascontiguousarray, pretreatment)]
    turned = {id(array): _turned(array, names, order) for array in stages}  # steps may share an array
    turned |= {id(array): same[stage] for stage, array in kept.items()}
    measured, imputed, treated, normalised = (turned[id(array)] for array in stages)
    nodes = aggregate(plan, normalised, weights, functools.partial(check_node, plan), stages[-1])
    scores = rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))
    check_scores(ordered, stages[-1], nodes, scores)
    if np.isnan(scores).all():
        raise ScenarioError("", [Problem("missing", "no units left to rank: all are missing too many members")])
    return Stages(
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


def columns_of(plan: Plan, measurement: Measurement) -> tuple[int, ...]:
    """The positions of the tree's indicators in a measurement."""
    return tuple(measurement.indicators.index(item.key) for item in plan.ranked)
