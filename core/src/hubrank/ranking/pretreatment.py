"""From measured to normalised values: imputation, treatment, normalisation. Pure; arrays may carry draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.numeric import Array, Mask
from hubrank.plugin.methods import Context
from hubrank.ranking.stages import all_finite, pooled, reference_of, same_shape
from hubrank.scenario.choices import FittedOn
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan

#: Examines a step's input and output, `(editions, units, indicators)`, with the key of an indicator's method.
Check = Callable[[Array, Array, Callable[[BoundIndicator], BoundPart]], None]


def pretreated(
    plan: Plan,
    values: Array,
    considered: Mask,
    check: Check | None = None,
    kept: Mapping[str, Array] = MappingProxyType({}),
) -> tuple[Array, Array, Array]:
    """Impute, treat and normalise.

    Args:
        values: The measured values, `(..., editions, units, indicators)`.
        considered: Which units passed the screening, `(editions, units)`; values of the others become missing.
        check: Called after each step with its input, its output and the key of an indicator's method.
        kept: Results that are known already, by their names in `Stages`.

    Returns:
        The imputed, the treated and the normalised values, each of the shape of `values`.
    """
    context = plan.context(plan.members)
    wanted = considered[..., None]
    if not plan.whole:
        wanted = wanted & plan.part_of([item.key for item in plan.ranked])
    measured = values if wanted.all() else np.where(wanted, values, np.nan)
    imputed = kept["imputed"] if "imputed" in kept else impute(plan, measured, wanted, context)
    if check is not None:
        check(imputed, imputed, lambda item: item.imputation)
    treated = kept["treated"] if "treated" in kept else treat(plan, imputed, context)
    if check is not None and treated is not imputed:
        check(imputed, treated, lambda item: item.treatment[-1])
    normalised = kept["normalised"] if "normalised" in kept else normalise(plan, treated, context)
    if check is not None:
        check(treated, normalised, lambda item: item.normalisation)
    return imputed, treated, normalised


def impute(plan: Plan, measured: Array, wanted: Mask, context: Context) -> Array:
    """Fill in missing values of the units that are ranked, where an indicator is part of the edition."""
    if all_finite(measured):
        return measured
    imputed = measured
    for group in groups_of(plan, context, lambda item: item.imputation.choice):
        bound = group.first.imputation
        filled = bound.call(bound.part.record.apply, "apply", measured, context, bound.options)
        imputed = group.place(imputed, measured, group.take(same_shape(bound, filled, measured)))
    return imputed if wanted.all() else np.where(wanted, imputed, np.nan)


def treat(plan: Plan, imputed: Array, context: Context) -> Array:
    """Tame skew and outliers, step by step."""
    treated = imputed
    for group in treatment_groups(plan, context):
        values = group.take(imputed)
        part = pooled(values, group.first.treatment_fitted_on)
        part = apply_steps(group.first.treatment, part, group.context)
        treated = group.place(treated, imputed, part.reshape(values.shape))
    return treated


@frozen(eq=False)
class Group:
    """Indicators that a step treats in the same way.

    Attributes:
        first: The first of them, whose choices are those of all.
        columns: Their positions among the indicators.
        context: The step's context; its members are the group's.
        whole: Whether all indicators are in it.
    """

    first: BoundIndicator
    columns: list[int]
    context: Context
    whole: bool

    def take(self, values: Array) -> Array:
        """The group's columns of a stage; of draws they lie in memory one after the other, as those of the stage do."""
        if self.whole:
            return values
        return (
            values[..., self.columns]
            if values.ndim < 4
            else np.moveaxis(np.moveaxis(values, -1, 0)[self.columns], 0, -1)
        )

    def place(self, into: Array, unchanged: Array, part: Array) -> Array:
        """Write the group's columns to a stage; it becomes an array of its own with the first difference."""
        if self.whole:
            return part
        into = into.copy(order="K") if into is unchanged else into
        into[..., self.columns] = part
        return into


def groups_of(plan: Plan, context: Context, choice: Callable[[BoundIndicator], Any]) -> list[Group]:
    """The indicators with equal choices together, in the order of the first of each."""
    groups: list[tuple[Any, list[int]]] = []
    for at, indicator in enumerate(plan.ranked):
        key = choice(indicator)
        columns = next((columns for known, columns in groups if known == key), None)
        if columns is None:
            groups.append((key, columns := []))
        columns.append(at)
    result = []
    for _, columns in groups:
        group_context = attrs.evolve(context, members=tuple(context.members[at] for at in columns))
        result.append(Group(plan.ranked[columns[0]], columns, group_context, len(groups) == 1))
    return result


def treatment_groups(plan: Plan, context: Context) -> list[Group]:
    """The indicators that are treated, those with the same steps together."""
    groups = groups_of(plan, context, lambda item: ([step.choice for step in item.treatment], item.treatment_fitted_on))
    return [group for group in groups if group.first.treatment]


def apply_steps(steps: Sequence[BoundPart], values: Array, context: Context) -> Array:
    """Values after steps of treatment, or scores `(..., editions, units)` after steps on them."""
    for step in steps:
        values = same_shape(step, step.call(step.part.record.apply, "apply", values, context, step.options), values)
    return values


def normalise(plan: Plan, treated: Array, context: Context) -> Array:
    """Bring every indicator to one scale on which more is better."""

    def choice(indicator: BoundIndicator) -> Any:
        direction = indicator.direction if indicator.normalisation.part.record.levels else 1
        steps = [step.choice for step in indicator.treatment] if indicator.bounds_in == "measured" else None
        return indicator.normalisation.choice, indicator.normalisation_fitted_on, direction, steps

    normalised = treated
    for group in groups_of(plan, context, choice):
        bound, fitted_on = group.first.normalisation, group.first.normalisation_fitted_on
        record, values = bound.part.record, group.take(treated)
        options = _levels(group.first, context) if record.levels else bound.options
        if record.oriented and (group.context.directions < 0).any():
            values = values * group.context.directions
        reference = reference_of(values, fitted_on, context)
        if record.needs_spread:
            _refuse_constant(reference, fitted_on, group.context, record.oriented)
        fitted = bound.call(record.fit, "fit", reference, group.context, options)
        part = bound.call(record.apply, "apply", values, fitted, group.context, options)
        normalised = group.place(normalised, treated, same_shape(bound, part, values))
    return normalised


def _levels(indicator: BoundIndicator, context: Context) -> Any:
    """The options of a normalisation, their levels treated and reversed like the indicator's values."""
    bound = indicator.normalisation
    record, options = bound.part.record, bound.options
    changed: dict[str, Any] = {}
    for name in record.levels:
        level = getattr(options, name)
        values = list(level) if isinstance(level, tuple) else [level]
        if indicator.bounds_in == "measured":
            member = next(item for item in context.members if item.name == indicator.key)
            member_context = attrs.evolve(context, members=(member,))
            values = [_treated_level(value, indicator, member_context) for value in values]
        if indicator.direction < 0 and record.oriented:
            values = [_TURNED[value] if value in _TURNED else -value for value in reversed(values)]  # noqa: SIM401
        changed[name] = tuple(values) if isinstance(level, tuple) else values[0]
    return bound.call(lambda: attrs.evolve(options, **changed), "options")


#: Levels that are no numbers, and their replacements if less is better.
_TURNED = {None: None, "min": "max", "max": "min"}


def _treated_level(level: Any, indicator: BoundIndicator, context: Context) -> Any:
    if level in _TURNED:
        return level
    return float(apply_steps(indicator.treatment, np.full((1, 1, 1), float(level)), context)[0, 0, 0])


#: Units of which a few mostly show that an indicator is not the same for all.
_FEW = 64


def _refuse_constant(reference: Array, fitted_on: FittedOn, context: Context, oriented: bool) -> None:
    """Raise for indicators that are the same for all units of an edition."""
    for part in (reference[..., :_FEW, :], reference):
        with np.errstate(invalid="ignore"):
            low = np.fmin.reduce(part, axis=-2)
            high = np.fmax.reduce(part, axis=-2)
        if (low < high).all():
            return
    constant = (low == high) & ((~np.isnan(reference)).sum(axis=-2) > 1)
    problems = []
    for at in np.flatnonzero(constant.reshape(-1, constant.shape[-1]).any(axis=0)):
        edition = int(np.argmax(constant[..., at].reshape(-1, constant.shape[-2]).any(axis=0)))
        member = context.members[at]
        value = float(low[..., edition, at].flat[0]) * (member.direction if oriented else 1)
        year = fitted_on if isinstance(fitted_on, int) else context.editions[edition]
        where = "" if fitted_on == "pooled" else f" in edition {year}"
        what = f"is the same for all units{where}: {value:g}; exclude it, or normalise it by goalposts or rank"
        problems.append(Problem(f"indicators.{member.name}", what))
    if problems:
        raise ScenarioError("", problems)
