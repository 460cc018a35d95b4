"""From measurements to a ranking: the Handbook's steps in order. Pure; every array may carry draws in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.binding import Bound
from hubrank.choices import MissingRule, Over
from hubrank.errors import Problem, ScenarioError
from hubrank.measure import Measurement
from hubrank.methods import Context, Member
from hubrank.plan import BoundIndicator, Plan
from hubrank.ranking import NodeScores, Ranking, ranks_of
from hubrank.stages import check_stages
from hubrank.tree import Node

if TYPE_CHECKING:
    from hubrank.methods import Array

    Mask = np.ndarray[Any, np.dtype[np.bool_]]
    Weigh = Callable[[Node, Array, Context], Array]


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
    zeros = (values == 0).sum(axis=-1)
    passes = there / values.shape[-1] >= selection.at_least_share
    passes &= 1 - zeros / np.maximum(there, 1) >= selection.at_least_nonzero_share
    passes |= np.isin(codes, selection.keep)
    passes &= ~np.isin(codes, selection.drop)
    carried = any(each.imputation.part.record.from_own for each in plan.ranked)
    considered: Mask = passes & ((there > 0) | (carried & (there > 0).any(axis=0)))
    if not considered.any():
        raise ScenarioError("", [Problem("selection", f"no unit is left of {len(codes)}")])
    return considered


def impute(plan: Plan, measured: Array, considered: Mask, context: Context) -> Array:
    """Fill gaps of the units that are ranked."""
    if not np.isnan(measured).any():
        return measured
    imputed = measured
    for bound, columns in _alike(plan.ranked, lambda each: each.imputation):
        filled = _same_shape(
            bound, bound.call(bound.part.record.apply, "apply", measured, context, bound.options), measured
        )
        if columns is None:
            imputed = filled
        else:
            imputed = imputed.copy() if imputed is measured else imputed
            imputed[..., columns] = filled[..., columns]
    return imputed if considered.all() else np.where(considered[..., None], imputed, np.nan)


def treat(plan: Plan, imputed: Array, context: Context) -> Array:
    """Tame skew and outliers, step by step."""
    treated = imputed
    groups = _alike(plan.ranked, lambda each: each.treatment, lambda each: each.treated_over)
    for steps, columns in groups:
        if not steps:
            continue
        over = _first(plan.ranked, columns).treated_over
        part = _pooled(_columns(imputed, columns), over)
        inner = _narrowed(context, columns)
        for step in steps:
            part = _same_shape(step, step.call(step.part.record.apply, "apply", part, inner, step.options), part)
        treated = _placed(treated, imputed, _columns(imputed, columns).shape, part, columns)
    return treated


def normalise(plan: Plan, treated: Array, context: Context) -> Array:
    """Bring every indicator to one scale on which more is better."""
    normalised = treated
    groups = _alike(
        plan.ranked,
        lambda each: each.normalisation,
        lambda each: each.normalised_over,
        lambda each: each.direction if each.normalisation.part.record.levels else 1,
        lambda each: [step.choice for step in each.treatment] if _bounds_measured(plan, each) else None,
    )
    for bound, columns in groups:
        first = _first(plan.ranked, columns)
        part = normalise_with(
            bound,
            _levels(plan, first, context),
            _columns(treated, columns),
            first.normalised_over,
            _narrowed(context, columns),
        )
        normalised = _placed(normalised, treated, part.shape, part, columns)
    return normalised


def normalise_with(bound: Bound, options: Any, values: Array, over: Over, context: Context) -> Array:
    """Normalise some indicators by one method.

    Args:
        bound: The method.
        options: Its options, levels already turned.
        values: `(..., editions, units, members)`.
        over: The values that it learns from.
        context: What it may know; its members are those of `values`.
    """
    record = bound.part.record
    if record.oriented and (context.directions < 0).any():
        values = values * context.directions
    reference = _pooled(values, over)
    if isinstance(over, int):
        at = context.editions.index(over)
        reference = values[..., at : at + 1, :, :]
    if record.needs_spread:
        _refuse_constant(reference, over, context, record.oriented)
    fitted = bound.call(record.fit, "fit", reference, context, options)
    return _same_shape(bound, bound.call(record.apply, "apply", values, fitted, context, options), values)


def aggregate(plan: Plan, normalised: Array, weights: Weigh | None = None) -> dict[str, NodeScores]:
    """Aggregate from the leaves to the root.

    Args:
        plan: The plan.
        normalised: `(..., editions, units, indicators)`.
        weights: Called with a dimension, its members' scores and the context in place of `weigh`.

    Returns:
        For each node its scores `(..., editions, units)` and weights.
    """
    column = {each.key: at for at, each in enumerate(plan.ranked)}
    nodes: dict[str, NodeScores] = {}
    for node in plan.tree:
        nodes[node.name] = _node(plan, node, _stacked(node, normalised, column, nodes), weights or weigh)
    return nodes


def rescale(steps: Sequence[Bound], scores: Array, context: Context) -> Array:
    """Apply steps to scores `(..., editions, units)`."""
    for step in steps:
        scores = _same_shape(step, step.call(step.part.record.apply, "apply", scores, context, step.options), scores)
    return scores


def _node(plan: Plan, node: Node, scores: Array, weigh_by: Weigh) -> NodeScores:
    context = plan.context(node.members)
    weights = weigh_by(node, scores, context)
    record = node.aggregation.part.record
    filled, present, complete = settle_missing(node.missing, scores, weights)
    if record.weights == "shares":
        with np.errstate(invalid="ignore", divide="ignore"):
            present = present / present.sum(axis=-1, keepdims=True)
        present = np.nan_to_num(present) if complete is not None else present
    raw = node.aggregation.call(record.apply, "apply", filled, present, context, node.aggregation.options)
    if np.shape(raw) != scores.shape[:-1]:
        raise node.aggregation.broke(f"apply gave shape {np.shape(raw)}; {scores.shape[:-1]} was promised")
    if complete is not None:
        raw = np.where(complete, raw, np.nan)
    after = rescale(node.after, raw, context)
    return NodeScores(
        node=node,
        members=scores,
        weights=weights,
        before=raw,
        scores=after,
        passed=raw if node.passes_before else after,
    )


def weigh(node: Node, scores: Array, context: Context) -> Array:
    """The weights of a node's members, `(..., editions or 1, units or 1, members)`, as the method gives them."""
    bound, over = node.weighting, node.weighted_over
    reference = scores
    if bound.part.record.data_driven:
        reference = _pooled(scores, over)
        if isinstance(over, int):
            at = context.editions.index(over)
            reference = scores[..., at : at + 1, :, :]
    weights = np.asarray(bound.call(bound.part.record.apply, "apply", reference, context, bound.options), dtype=float)
    if weights.shape[-1:] != (len(node.members),):
        raise bound.broke(f"apply gave shape {weights.shape}; {len(node.members)} members were handed over")
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(axis=-1) <= 0).any():
        raise bound.broke(f"apply gave weights below 0, not finite or all 0 for dimension '{node.name}'")
    return weights.reshape((1,) * max(0, 3 - weights.ndim) + weights.shape)


def settle_missing(rule: MissingRule, scores: Array, weights: Array) -> tuple[Array, Array, Mask | None]:
    """Weight 0 and score 1 where a member is missing.

    Returns:
        The scores, the weights, and which units have enough members; none where nothing is missing.
    """
    missing = np.isnan(scores)
    if not missing.any():
        return scores, weights, None
    counted = np.broadcast_to(weights > 0, scores.shape)
    there = (~missing & counted).sum(axis=-1)
    wanted = counted.sum(axis=-1)
    if rule.rule == "refuse":
        complete = there == wanted
    else:
        complete = (there >= rule.at_least_share * wanted - 1e-12) & (there >= max(rule.at_least_count, 1))
        complete |= there == wanted
    return np.where(missing, 1.0, scores), np.where(missing, 0.0, weights), complete


def _stacked(node: Node, normalised: Array, column: dict[str, int], nodes: dict[str, NodeScores]) -> Array:
    """The members' scores; a view of the array where they lie side by side in it."""
    names = [member.name for member in node.members]
    at = [column.get(name, -1) for name in names]
    if -1 not in at:
        start = at[0]
        if at == list(range(start, start + len(at))):
            return normalised[..., start : start + len(at)]
        return normalised[..., at]
    return np.stack([nodes[name].passed if name in nodes else normalised[..., column[name]] for name in names], axis=-1)


def _alike(
    indicators: Sequence[BoundIndicator],
    method: Callable[[BoundIndicator], Any],
    *also: Callable[[BoundIndicator], Any],
) -> list[tuple[Any, list[int] | None]]:
    """Indicators with equal choices, each group with its columns; none for all columns."""
    groups: list[tuple[Any, Any, list[int]]] = []
    for at, each in enumerate(indicators):
        chosen = method(each)
        key = (_choice(chosen), *(other(each) for other in also))
        for known, _, columns in groups:
            if known == key:
                columns.append(at)
                break
        else:
            groups.append((key, chosen, [at]))
    return [(chosen, None if len(groups) == 1 else columns) for _, chosen, columns in groups]


def _choice(chosen: Bound | tuple[Bound, ...]) -> Any:
    return chosen.choice if isinstance(chosen, Bound) else [each.choice for each in chosen]


def _first(indicators: Sequence[BoundIndicator], columns: list[int] | None) -> BoundIndicator:
    return indicators[0 if columns is None else columns[0]]


def _columns(values: Array, columns: list[int] | None) -> Array:
    return values if columns is None else values[..., columns]


def _narrowed(context: Context, columns: list[int] | None) -> Context:
    return context if columns is None else attrs.evolve(context, members=tuple(context.members[at] for at in columns))


def _placed(into: Array, unchanged: Array, shape: tuple[int, ...], part: Array, columns: list[int] | None) -> Array:
    """Put columns into a stage; it becomes an array of its own with the first that differs."""
    part = part.reshape(shape)
    if columns is None:
        return part
    into = into.copy() if into is unchanged else into
    into[..., columns] = part
    return into


def _pooled(values: Array, over: Over) -> Array:
    """All editions as one, `(..., 1, editions x units, members)`, where the choice is so."""
    if over != "pooled":
        return values
    *front, editions, units, members = values.shape
    return values.reshape(*front, 1, editions * units, members)


def _same_shape(bound: Bound, made: Any, given: Array) -> Array:
    if np.shape(made) != given.shape:
        raise bound.broke(f"gave shape {np.shape(made)}; {given.shape} was promised")
    return np.asarray(made, dtype=float)


def _bounds_measured(plan: Plan, indicator: BoundIndicator) -> bool:
    own = plan.scenario.indicators.get(indicator.key)
    scaling = (own.normalisation if own else None) or plan.scenario.normalisation
    return scaling.bounds_in == "measured"


def _levels(plan: Plan, indicator: BoundIndicator, context: Context) -> Any:
    """The options of a normalisation, their levels treated and turned as the indicator's values are."""
    options = indicator.normalisation.options
    changed: dict[str, float | None] = {}
    record = indicator.normalisation.part.record
    for level in record.levels:
        names = (level,) if isinstance(level, str) else level
        values = [getattr(options, name) for name in names]
        if _bounds_measured(plan, indicator):
            values = [_treated_level(each, indicator, context) for each in values]
        if indicator.direction < 0 and record.oriented:
            values = [None if each is None else -each for each in reversed(values)]
        changed |= dict(zip(names, values, strict=True))
    return attrs.evolve(options, **changed) if changed else options


def _treated_level(level: float | None, indicator: BoundIndicator, context: Context) -> float | None:
    if level is None:
        return None
    member = next(each for each in context.members if each.name == indicator.key)
    inner = attrs.evolve(context, members=(member,))
    value = np.full((1, 1, 1), float(level))
    for step in indicator.treatment:
        value = step.call(step.part.record.apply, "apply", value, inner, step.options)
    return float(value[0, 0, 0])


def _refuse_constant(reference: Array, over: Over, context: Context, oriented: bool) -> None:
    """Raise for indicators that are the same for all units of an edition."""
    with np.errstate(invalid="ignore"):
        low = np.fmin.reduce(reference, axis=-2)
        high = np.fmax.reduce(reference, axis=-2)
    constant = (low == high) & ((~np.isnan(reference)).sum(axis=-2) > 1)
    problems = []
    for at in np.flatnonzero(constant.reshape(-1, constant.shape[-1]).any(axis=0)):
        edition = int(np.argmax(constant[..., at].reshape(-1, constant.shape[-2]).any(axis=0)))
        where = (
            "" if over == "pooled" else f" in edition {over if isinstance(over, int) else context.editions[edition]}"
        )
        member = context.members[at]
        value = float(low[..., edition, at].flat[0]) * (member.direction if oriented else 1)
        problems.append(
            Problem(
                f"indicators.{member.name}",
                f"is the same for all units{where}: {value:g}; leave it out, or normalise it by goalposts or rank",
            )
        )
    if problems:
        raise ScenarioError("", problems)
