"""What happened to each value on its way, in words: derived from a ranking's stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.composing.compose import members_of
from hubrank.composing.ranking import Ranking
from hubrank.runs.treatment_log import steps_taken
from hubrank.scenario.columns import BoundIndicator

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

    Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def flags(ranking: Ranking) -> Words:
    """Missing, imputed (from which edition, where it is of one) or treated (by which steps), or screened out.

    Returns:
        `(editions, units, indicators)`, in the order of the measurement.
    """
    measured = ranking.measurement.values
    made = np.full(measured.shape, "", dtype=object)
    made[np.isnan(measured)] = "missing"
    place = {each.key: at for at, each in enumerate(ranking.plan.ranked)}
    steps = steps_taken(ranking)
    for at, key in enumerate(ranking.measurement.indicators):
        if key in place:
            made[..., at] = _of(ranking, place[key], made[..., at], steps[..., place[key]])
    made[~ranking.considered] = "screened out"
    return made


def _of(ranking: Ranking, at: int, made: Words, steps: Words) -> Words:
    """The flags of one indicator, `(editions, units)`."""
    made = made.copy()
    changed = steps != ""
    made[changed] = "treated by " + steps[changed]
    filled = np.isnan(ranking.measured[..., at]) & ~np.isnan(ranking.imputed[..., at])
    if filled.any():
        made[filled] = _imputed(ranking, ranking.plan.ranked[at], at)[filled]
        made[filled & changed] += ", treated by " + steps[filled & changed]
    return made


def _imputed(ranking: Ranking, indicator: BoundIndicator, at: int) -> Any:
    """By what a value is imputed, and of which edition it is where the method can tell."""
    bound = indicator.imputation
    said = np.full(ranking.measured.shape[:-1], f"imputed by {bound.part.name}", dtype=object)
    years = imputed_years(ranking, at)
    if years is None:
        return said
    return said + np.where(np.isnan(years), "", " from " + np.nan_to_num(years).astype(int).astype(str).astype(object))


def imputed_years(ranking: Ranking, at: int) -> Array | None:
    """The edition that each value of an indicator is of, `(editions, units)`; none where its imputation cannot tell."""
    bound = ranking.plan.ranked[at].imputation
    tell = bound.part.record.years
    if tell is None:
        return None
    context = ranking.plan.context(members_of(ranking.plan))
    measured = np.where(ranking.considered[..., None], ranking.measured, np.nan)
    years: Array = bound.call(tell, "years", measured, context, bound.options)[..., at]
    return years
