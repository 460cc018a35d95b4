"""What happened to each value on its way, in words: derived from its stages."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.coded import CodedTexts
from hubrank.basis.language import worded
from hubrank.composing.ages import other_years, refusal
from hubrank.composing.composed import Composed
from hubrank.composing.stages import same_shape
from hubrank.composing.treatment_log import steps_taken
from hubrank.scenario.columns import BoundIndicator

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask

    Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def flags(composed: Composed) -> CodedTexts:
    """Carried or ahead (from which year), missing, imputed (from which edition, where it is of one), treated, or none.

    In the language spoken. What is treated says by which steps, a gap which year was too old for it; units that are
    not ranked at all are screened out.

    Returns:
        `(editions, units, indicators)`, in the order of the measurement.
    """
    made = CodedTexts.empty(composed.measurement.values.shape)
    place = {each.key: at for at, each in enumerate(composed.plan.ranked)}
    steps = steps_taken(composed)
    for at, key in enumerate(composed.measurement.indicators):
        gaps = np.isnan(composed.measurement.values[..., at])
        if gaps.any() or place.get(key) in steps:
            made[..., at] = _of(composed, place.get(key), gaps, steps)
    if not composed.considered.all():
        made[~composed.considered] = worded("screened out")
    ages = composed.measurement.ages
    if not (ages.silent("carried") and ages.silent("ahead")):
        _tell_other_years(composed, made)
    if not ages.silent("too_old"):
        _tell_refused(composed, made)
    return made


def _tell_other_years(composed: Composed, made: CodedTexts) -> None:
    """Put before each flag of which other year a value is."""
    carried, ahead = composed.measurement.ages.carried, composed.measurement.ages.ahead
    cells = np.nonzero(~np.isnan(carried) | ~np.isnan(ahead))
    if not len(cells[0]):
        return
    told, which = _kinds(cells[0], carried[cells], ahead[cells], made.codes[cells])
    texts = [other_years(composed.editions[int(row)], older, newer) for row, older, newer, _ in told]
    flagged = [made.texts[int(code)] for *_, code in told]
    made.put(cells, which, [f"{text}, {flag}" if flag else text for text, flag in zip(texts, flagged, strict=True)])


def _tell_refused(composed: Composed, made: CodedTexts) -> None:
    """Put behind each flag which year was too old."""
    old, keys = composed.measurement.ages.too_old, composed.measurement.indicators
    cells = np.nonzero(~np.isnan(old))
    if not len(cells[0]):
        return
    told, which = _kinds(cells[0], cells[2], old[cells], made.codes[cells])
    made.put(
        cells,
        which,
        [
            f"{made.texts[int(code)]}; {refusal(composed.plan, keys[int(at)], composed.editions[int(row)], year)}"
            for row, at, year, code in told
        ],
    )


def _kinds(*columns: Any) -> tuple[list[list[float]], Any]:
    """The different rows of some columns, and which of them each row is."""
    rows = np.stack(columns, axis=-1).astype(float)
    kinds, which = np.unique(np.nan_to_num(rows, nan=-np.inf), axis=0, return_inverse=True)
    return np.where(np.isinf(kinds), np.nan, kinds).tolist(), which.ravel()


def _of(composed: Composed, at: int | None, gaps: Mask, steps: Mapping[int, Words]) -> Words:
    """The flags of one indicator, `(editions, units)`; none of its place where it is outside the tree."""
    made: Words = np.where(gaps, worded("missing"), "").astype(object)
    if at is None:
        return made
    treated_by = functools.cache(lambda each: worded("treated by {steps}", steps=each))
    taken = steps.get(at)
    changed = np.zeros(made.shape, dtype=bool) if taken is None else taken != ""
    if taken is not None:
        made[changed] = [treated_by(each) for each in taken[changed]]
    filled = np.isnan(composed.measured[..., at]) & ~np.isnan(composed.imputed[..., at])
    if filled.any():
        made[filled] = _imputed(composed, composed.plan.ranked[at], at)[filled]
        if taken is not None:
            both = filled & changed
            made[both] = [f"{flag}, {treated_by(each)}" for flag, each in zip(made[both], taken[both], strict=True)]
    return made


def _imputed(composed: Composed, indicator: BoundIndicator, at: int) -> Any:
    """By what a value is imputed, and of which edition it is where the method can tell."""
    bound = indicator.imputation
    method = bound.part.name
    said = np.full(composed.measured.shape[:-1], worded("imputed by {method}", method=method), dtype=object)
    years = imputed_years(composed, at)
    if years is None:
        return said
    for year in np.unique(years[~np.isnan(years)]):
        said[years == year] = worded("imputed by {method} from {year}", method=method, year=int(year))
    return said


def imputed_years(composed: Composed, at: int) -> Array | None:
    """The edition that each value of an indicator is of, `(editions, units)`; none where its imputation cannot tell."""
    bound = composed.plan.ranked[at].imputation
    tell = bound.part.record.years
    if tell is None:
        return None
    context = composed.plan.context(composed.plan.members)
    measured = np.where(composed.considered[..., None], composed.measured, np.nan)
    return same_shape(bound, bound.call(tell, "years", measured, context, bound.options), measured)[..., at]
