"""From measured to normalised values: imputation, treatment, normalisation. Pure; arrays may carry draws."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.plugin.methods import Context
from hubrank.ranking.stages import all_finite, pooled, same_shape
from hubrank.scenario.choices import FittedOn
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.numeric import Array, Mask

    #: Looks at what a step was given and made, `(editions, units, indicators)`, with what tells an indicator's method.
    Check = Callable[[Array, Array, Callable[[BoundIndicator], BoundPart]], None]


def pretreated(plan: Plan, values: Array, considered: Mask, check: Check | None = None) -> tuple[Array, Array, Array]:
    """Impute, treat and normalise.

    Args:
        plan: The plan.
        values: What was measured, `(..., editions, units, indicators)`.
        considered: Which units passed the screening, `(editions, units)`; the others become gaps.
        check: Called after each step with what it was given, what it made and what tells an indicator's method.

    Returns:
        The imputed, the treated and the normalised values, each of the shape of `values`.
    """
    context = plan.context(plan.members)
    measured = values if considered.all() else np.where(considered[..., None], values, np.nan)
    imputed = impute(plan, measured, considered, context)
    if check is not None:
        check(imputed, imputed, lambda each: each.imputation)
    treated = treat(plan, imputed, context)
    if check is not None and treated is not imputed:
        check(imputed, treated, lambda each: each.treatment[-1])
    normalised = normalise(plan, treated, context)
    if check is not None:
        check(treated, normalised, lambda each: each.normalisation)
    return imputed, treated, normalised


def impute(plan: Plan, measured: Array, considered: Mask, context: Context) -> Array:
    """Fill gaps of the units that are ranked."""
    if all_finite(measured):
        return measured
    imputed = measured
    for bound, columns in _alike(plan.ranked, lambda each: each.imputation):
        filled = same_shape(
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
    for group in treatment_groups(plan, context):
        columns = group.columns
        part = pooled(_columns(imputed, columns), group.fitted_on)
        for step in group.steps:
            part = apply_step(step, part, group.context)
        treated = _placed(treated, imputed, _columns(imputed, columns).shape, part, columns)
    return treated


@frozen(kw_only=True, eq=False)
class TreatmentGroup:
    """Indicators that are treated alike.

    Attributes:
        steps: The steps, at least one.
        columns: Their places among the indicators; none where all are treated so.
        fitted_on: The values that treatment learns from.
        context: What a step may know; its members are the group's.
    """

    steps: tuple[BoundPart, ...]
    columns: list[int] | None
    fitted_on: FittedOn
    context: Context


def treatment_groups(plan: Plan, context: Context) -> Iterator[TreatmentGroup]:
    """The indicators that are treated, those with the same steps together."""
    for steps, columns in _alike(plan.ranked, lambda each: each.treatment, lambda each: each.treatment_fitted_on):
        if steps:
            fitted_on = _first(plan.ranked, columns).treatment_fitted_on
            yield TreatmentGroup(steps=steps, columns=columns, fitted_on=fitted_on, context=_narrowed(context, columns))


def apply_step(step: BoundPart, values: Array, context: Context) -> Array:
    """Values after one step of treatment."""
    return same_shape(step, step.call(step.part.record.apply, "apply", values, context, step.options), values)


def normalise(plan: Plan, treated: Array, context: Context) -> Array:
    """Bring every indicator to one scale on which more is better."""
    normalised = treated
    groups = _alike(
        plan.ranked,
        lambda each: each.normalisation,
        lambda each: each.normalisation_fitted_on,
        lambda each: each.direction if each.normalisation.part.record.levels else 1,
        lambda each: [step.choice for step in each.treatment] if _bounds_measured(plan, each) else None,
    )
    for bound, columns in groups:
        first = _first(plan.ranked, columns)
        part = normalise_with(
            bound,
            _levels(plan, first, context),
            _columns(treated, columns),
            first.normalisation_fitted_on,
            _narrowed(context, columns),
        )
        normalised = _placed(normalised, treated, part.shape, part, columns)
    return normalised


def normalise_with(bound: BoundPart, options: Any, values: Array, fitted_on: FittedOn, context: Context) -> Array:
    """Normalise some indicators by one method.

    Args:
        bound: The method.
        options: Its options, levels already turned.
        values: `(..., editions, units, members)`.
        fitted_on: The values that it learns from.
        context: What it may know; its members are those of `values`.
    """
    record = bound.part.record
    if record.oriented and (context.directions < 0).any():
        values = values * context.directions
    reference = pooled(values, fitted_on)
    if isinstance(fitted_on, int):
        at = context.editions.index(fitted_on)
        reference = values[..., at : at + 1, :, :]
    if record.needs_spread:
        _refuse_constant(reference, fitted_on, context, record.oriented)
    fitted = bound.call(record.fit, "fit", reference, context, options)
    return same_shape(bound, bound.call(record.apply, "apply", values, fitted, context, options), values)


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


def _choice(chosen: BoundPart | tuple[BoundPart, ...]) -> Any:
    return chosen.choice if isinstance(chosen, BoundPart) else [each.choice for each in chosen]


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
    if not changed:
        return options
    return indicator.normalisation.call(lambda: attrs.evolve(options, **changed), "options")


def _treated_level(level: float | None, indicator: BoundIndicator, context: Context) -> float | None:
    if level is None:
        return None
    member = next(each for each in context.members if each.name == indicator.key)
    inner = attrs.evolve(context, members=(member,))
    value = np.full((1, 1, 1), float(level))
    for step in indicator.treatment:
        value = apply_step(step, value, inner)
    return float(value[0, 0, 0])


def _refuse_constant(reference: Array, fitted_on: FittedOn, context: Context, oriented: bool) -> None:
    """Raise for indicators that are the same for all units of an edition."""
    with np.errstate(invalid="ignore"):
        low = np.fmin.reduce(reference, axis=-2)
        high = np.fmax.reduce(reference, axis=-2)
    constant = (low == high) & ((~np.isnan(reference)).sum(axis=-2) > 1)
    problems = []
    for at in np.flatnonzero(constant.reshape(-1, constant.shape[-1]).any(axis=0)):
        edition = int(np.argmax(constant[..., at].reshape(-1, constant.shape[-2]).any(axis=0)))
        member = context.members[at]
        value = float(low[..., edition, at].flat[0]) * (member.direction if oriented else 1)
        year = None if fitted_on == "pooled" else fitted_on if isinstance(fitted_on, int) else context.editions[edition]
        problems.append(Problem(f"indicators.{member.name}", _constant(value, year)))
    if problems:
        raise ScenarioError("", problems)


def _constant(value: float, edition: int | None) -> str:
    """What is wrong with an indicator of one value, in an edition or in all."""
    if edition is None:
        return f"is the same for all units: {value:g}; exclude it, or normalise it by goalposts or rank"
    return (
        f"is the same for all units in edition {edition}: {value:g}; exclude it, or normalise it by goalposts or rank"
    )
