"""What happened to each value on its way, in words: derived from its stages."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.composing.ages import other_years, refusal
from hubrank.composing.composed import Composed
from hubrank.composing.treatment_log import steps_taken
from hubrank.scenario.columns import BoundIndicator

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

    Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def flags(composed: Composed) -> Words:
    """Carried or ahead (from which year), missing, imputed (from which edition, where it is of one), treated, or none.

    What is treated says by which steps, a gap which year was too old for it; units that are not ranked at all are
    screened out.

    Returns:
        `(editions, units, indicators)`, in the order of the measurement.
    """
    measured = composed.measurement.values
    made = np.full(measured.shape, "", dtype=object)
    made[np.isnan(measured)] = "missing"
    place = {each.key: at for at, each in enumerate(composed.plan.ranked)}
    steps = steps_taken(composed)
    for at, key in enumerate(composed.measurement.indicators):
        if key in place:
            made[..., at] = _of(composed, place[key], made[..., at], steps[..., place[key]])
    made[~composed.considered] = "screened out"
    ages, keys = composed.measurement.ages, composed.measurement.indicators
    told, refused = functools.cache(other_years), functools.cache(functools.partial(refusal, composed.plan))
    for cell in map(tuple, np.argwhere(~np.isnan(ages.carried) | ~np.isnan(ages.ahead))):
        other = told(composed.editions[cell[0]], ages.carried[cell], ages.ahead[cell])
        made[cell] = f"{other}, {made[cell]}" if made[cell] else other
    for cell in map(tuple, np.argwhere(~np.isnan(ages.too_old))):
        made[cell] += f"; {refused(keys[cell[2]], composed.editions[cell[0]], ages.too_old[cell])}"
    return made


def _of(composed: Composed, at: int, made: Words, steps: Words) -> Words:
    """The flags of one indicator, `(editions, units)`."""
    made = made.copy()
    changed = steps != ""
    made[changed] = "treated by " + steps[changed]
    filled = np.isnan(composed.measured[..., at]) & ~np.isnan(composed.imputed[..., at])
    if filled.any():
        made[filled] = _imputed(composed, composed.plan.ranked[at], at)[filled]
        made[filled & changed] += ", treated by " + steps[filled & changed]
    return made


def _imputed(composed: Composed, indicator: BoundIndicator, at: int) -> Any:
    """By what a value is imputed, and of which edition it is where the method can tell."""
    bound = indicator.imputation
    said = np.full(composed.measured.shape[:-1], f"imputed by {bound.part.name}", dtype=object)
    years = imputed_years(composed, at)
    if years is None:
        return said
    return said + np.where(np.isnan(years), "", " from " + np.nan_to_num(years).astype(int).astype(str).astype(object))


def imputed_years(composed: Composed, at: int) -> Array | None:
    """The edition that each value of an indicator is of, `(editions, units)`; none where its imputation cannot tell."""
    bound = composed.plan.ranked[at].imputation
    tell = bound.part.record.years
    if tell is None:
        return None
    context = composed.plan.context(composed.plan.members)
    measured = np.where(composed.considered[..., None], composed.measured, np.nan)
    years: Array = bound.call(tell, "years", measured, context, bound.options)[..., at]
    return years
