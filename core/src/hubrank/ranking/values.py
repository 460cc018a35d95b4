"""Each value stage by stage: ages, flags, treatment log."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.i18n import ENGLISH, gettext, listed, use_language
from hubrank.io.limits import SHEET_ROWS
from hubrank.measurement.measurement import CodedTexts, inputs_of, years_of
from hubrank.methods.toolkit import kurtosis, skewness
from hubrank.numeric import Array, Mask
from hubrank.plugin.methods import Context, Stage
from hubrank.ranking.pretreatment import apply_steps, treatment_groups
from hubrank.ranking.stages import Stages, pooled, same_shape
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan

#: Texts, `(editions, units)`.
Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]
#: The columns of years: which older or newer year a value is of, and which was kept out for its age.
AGES: tuple[Literal["carried", "ahead", "too_old"], ...] = ("carried", "ahead", "too_old")


@frozen(kw_only=True, eq=False)
class Treated:
    """One stage of one step on the indicators that are treated in the same way.

    Attributes:
        step: The step's position, from 1 on.
        stage: The stage's name; that of the step if it has only one.
        columns: The positions of the indicators.
        before: The values before, `(editions, units, columns)`; one edition of all units if the editions are pooled.
        after: The values after.
        passed: Whether each indicator then passes the method's own test; None if it has none.
        pooled: Whether the editions are pooled.
    """

    step: int
    method: str
    stage: str
    columns: list[int]
    before: Array
    after: Array
    passed: Mask | None
    pooled: bool

    @property
    def moved(self) -> Array:
        """1 where a value was raised, -1 where it was lowered, 0 if it stayed as it was."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(np.sign(self.after - self.before))


def treated_stages(composed: Stages) -> Iterator[Treated]:
    """Every stage of every step, in order, once more from the imputed values."""
    context = composed.plan.context(composed.plan.members)
    for group in treatment_groups(composed.plan, context):
        fitted_on = group.first.treatment_fitted_on
        values = pooled(composed.imputed[..., group.columns], fitted_on)
        for at, step in enumerate(group.first.treatment):
            for stage in _stages(step, values, group.context):
                yield Treated(
                    step=at + 1,
                    method=step.part.name,
                    stage=stage.name,
                    columns=group.columns,
                    before=values,
                    after=stage.values,
                    passed=stage.passed if step.part.record.stages else None,
                    pooled=fitted_on == "pooled",
                )
                values = stage.values


def treatment_table(composed: Stages) -> pd.DataFrame:
    """One row per edition, indicator and stage: the columns of `treatment.csv`.

    Returns:
        `edition` (`pooled` where treatment learns from all of them), `indicator`, `step`, `method`, `stage`, the
        counts `lowered` and `raised`, `skew_before`, `kurtosis_before`, `skew` and `kurtosis` after, and `passed`,
        where the method has a test of its own.
    """
    rows = []
    for stage in treated_stages(composed):
        shapes = [shape(values)[:, 0] for values in (stage.before, stage.after) for shape in (skewness, kurtosis)]
        editions = ["pooled"] if stage.pooled else composed.editions
        for (at, edition), (column, place) in itertools.product(enumerate(editions), enumerate(stage.columns)):
            moved = stage.moved[at, :, column]
            row = [edition, composed.plan.ranked[place].key, stage.step, stage.method, stage.stage]
            row += [int((moved < 0).sum()), int((moved > 0).sum()), *(float(item[at, column]) for item in shapes)]
            rows.append([*row, None if stage.passed is None else bool(stage.passed[at, 0, column])])
    columns = ["edition", "indicator", "step", "method", "stage", "lowered", "raised"]
    columns += ["skew_before", "kurtosis_before", "skew", "kurtosis", "passed"]
    return pd.DataFrame(rows, columns=columns)


def steps_taken(composed: Stages) -> dict[int, Words]:
    """The steps that changed each value, in the reader's language, by the places of the treated indicators.

    Each is `(editions, units)`.
    """
    taken: dict[int, Words] = {}
    steps: dict[tuple[int, ...], list[Treated]] = {}
    for stage in treated_stages(composed):
        steps.setdefault((stage.step, *stage.columns), []).append(stage)
    shape = composed.imputed.shape[:-1]
    for stages in steps.values():
        words: Words = np.full((*shape, len(stages[0].columns)), "", dtype=object)
        for stage in stages:
            moved = stage.moved.reshape(words.shape) != 0
            words = np.where(moved, np.where(words == "", words, words + ", ") + stage.stage, words)
        if len(stages) > 1 or stages[0].stage != stages[0].method:
            words = np.where(words != "", stages[0].method + " (" + words + ")", "")
        for at, column in enumerate(stages[0].columns):
            taken[column] = _then(taken[column], words[..., at]) if column in taken else words[..., at]
    return taken


def _then(before: Words, after: Words) -> Words:
    """Earlier steps and later ones; if there are none of the one, the other's."""
    words: Words = np.where(before == "", after, before)
    both = (before != "") & (after != "")
    texts = zip(before[both], after[both], strict=True)
    words[both] = [gettext("{first} then {second}", first=first, second=second) for first, second in texts]
    return words


def _stages(step: BoundPart, values: Array, context: Context) -> tuple[Stage, ...]:
    record = step.part.record
    if record.stages is None:
        return (Stage(name=record.name, values=apply_steps([step], values, context), passed=np.empty(0, dtype=bool)),)
    result = step.call(record.stages, "stages", values, context, step.options)
    if not isinstance(result, tuple | list) or not all(isinstance(item, Stage) for item in result):
        raise step.broke(f"stages returned {type(result).__name__}; expected a tuple of Stages")
    return tuple(attrs.evolve(item, values=same_shape(step, item.values, values)) for item in result)


def age_text(composed: Stages, edition: int, unit: int, key: str) -> str:
    """The other year that a value is of, or the year that was too old for a missing one; empty if of its own.

    Editions and units are given by their positions, a measured indicator by its key.
    """
    ages, year = composed.measurement.ages, composed.editions[edition]
    at = (edition, unit, composed.measurement.indicators.index(key))
    if not np.isnan(ages.too_old[at]):
        return refusal(composed.plan, key, year, float(ages.too_old[at]))
    return other_years(year, float(ages.carried[at]), float(ages.ahead[at]))


def other_years(edition: int, carried: float, ahead: float) -> str:
    """`carried from 2018`, `newer than the edition: 2026`, or both; empty if both years are NaN.

    Where a value is no newer than the edition but newer than the lag asks for: `newer than its lag allows: 2022`.
    """
    texts = []
    if carried == carried:
        texts.append(gettext("carried from {year}", year=f"{carried:.0f}"))
    if ahead > edition:
        texts.append(gettext("newer than the edition: {year}", year=f"{ahead:.0f}"))
    elif ahead == ahead:
        texts.append(gettext("newer than its lag allows: {year}", year=f"{ahead:.0f}"))
    return listed(texts)


def refusal(plan: Plan, key: str, edition: int, year: float) -> str:
    """`2015 is older than max_age = 0 allows`: why an indicator's value of a year is no value of an edition."""
    indicator = next(item for item in plan.indicators if item.key == key)
    limits = [age for lag, age in _limits(plan, indicator) if year < edition - lag - age]
    if limits:
        return gettext("{year} is older than max_age = {limit} allows", year=f"{year:.0f}", limit=max(limits))
    return gettext("{year} is older than max_age allows", year=f"{year:.0f}")


def _limits(plan: Plan, indicator: BoundIndicator) -> Iterator[tuple[int, int]]:
    """The lag and the greatest age of every input that an indicator is made of in the end."""
    columns = indicator.bound.asked("unit_columns")
    from_inputs = plan.scenario.units.from_inputs
    shared = [(plan.inputs[from_inputs[column]], None) for column in columns if column in from_inputs]
    for bound, reader in [*inputs_of(plan, indicator), *shared]:
        age = bound.max_age(reader)
        if age is not None:
            yield bound.choice.lag, age


def figure_years(composed: Stages) -> Array:
    """The year that each value of the tree is of, `(editions, units, indicators)`; NaN if nothing was measured."""
    plan, measured = composed.plan, composed.measurement
    years = [years_of(plan, measured.ages, item) for item in plan.ranked]
    return np.where(np.isnan(composed.measured), np.nan, np.stack(years, axis=-1))


def flags(composed: Stages) -> CodedTexts:
    """Carried or ahead (from which year), missing, imputed (from which edition, if it is of one), treated, or none.

    In the reader's language. Treated values name the steps, missing ones the year that was too old; units that are not
    ranked at all are screened out, and indicators may not be part of an edition.

    Returns:
        `(editions, units, indicators)`, in the order of the measurement.
    """
    flagged = CodedTexts.empty(composed.measurement.values.shape)
    place = {item.key: at for at, item in enumerate(composed.plan.ranked)}
    steps = steps_taken(composed)
    for at, key in enumerate(composed.measurement.indicators):
        gaps = np.isnan(composed.measurement.values[..., at])
        if gaps.any() or place.get(key) in steps:
            flagged[..., at] = _indicator_flags(composed, place.get(key), gaps, steps)
    for at, item in enumerate(composed.plan.indicators):
        outside = [row for row, year in enumerate(composed.editions) if year not in item.editions]
        flagged[outside, :, at] = gettext("not part of this edition")
    if not composed.considered.all():
        flagged[~composed.considered] = gettext("screened out")
    _add_years(composed, flagged)
    return flagged


def _add_years(composed: Stages, flagged: CodedTexts) -> None:
    """Prepend flags with the other year that a value is of, and append the year that was too old."""
    ages, keys = composed.measurement.ages, composed.measurement.indicators
    if all(ages.silent(name) for name in AGES):
        return
    cells = np.nonzero(~np.isnan(ages.carried) | ~np.isnan(ages.ahead) | ~np.isnan(ages.too_old))
    if not len(cells[0]):
        return
    years = [getattr(ages, name)[cells] for name in AGES]
    rows = np.stack([cells[0], cells[2], flagged.codes[cells], *years], axis=-1).astype(float)
    kinds, which = np.unique(np.nan_to_num(rows, nan=-np.inf), axis=0, return_inverse=True)
    texts = []
    for row, at, code, carried, ahead, too_old in np.where(np.isinf(kinds), np.nan, kinds).tolist():
        edition = composed.editions[int(row)]
        parts = [other_years(edition, carried, ahead), flagged.texts[int(code)]]
        text = listed(part for part in parts if part)
        texts.append(
            text if np.isnan(too_old) else f"{text}; {refusal(composed.plan, keys[int(at)], edition, too_old)}"
        )
    flagged.put(cells, which.ravel(), texts)


def _indicator_flags(composed: Stages, at: int | None, gaps: Mask, steps: Mapping[int, Words]) -> Words:
    """The flags of one indicator, `(editions, units)`; none of its place where it is outside the tree."""
    result: Words = np.where(gaps, gettext("missing"), "").astype(object)
    if at is None:
        return result
    taken = steps.get(at, np.full(result.shape, "", dtype=object))
    changed = taken != ""
    result[changed] = [gettext("treated by {steps}", steps=steps) for steps in taken[changed]]
    filled = np.isnan(composed.measured[..., at]) & ~np.isnan(composed.imputed[..., at])
    if filled.any():
        method = composed.plan.ranked[at].imputation.part.name
        by = np.full(result.shape, gettext("imputed by {method}", method=method), dtype=object)
        years = imputed_years(composed, at)
        for year in () if years is None else np.unique(years[~np.isnan(years)]):
            by[years == year] = gettext("imputed by {method} from {year}", method=method, year=int(year))
        result[filled] = np.where(changed, by + ", " + result, by)[filled]
    return result


def imputed_years(composed: Stages, at: int) -> Array | None:
    """The edition of each value of an indicator, `(editions, units)`; None if its imputation does not give it."""
    bound = composed.plan.ranked[at].imputation
    tell = bound.part.record.years
    if tell is None:
        return None
    context = composed.plan.context(composed.plan.members)
    measured = np.where(composed.considered[..., None], composed.measured, np.nan)
    return same_shape(bound, bound.call(tell, "years", measured, context, bound.options), measured)[..., at]


#: The number of rows made at a time.
_PART = 500_000


def values_file(composed: Stages) -> str:
    """The name of the file of values: Parquet if a sheet cannot show all its rows and pyarrow is installed."""
    large = composed.measurement.values.size >= SHEET_ROWS
    return "values.parquet" if large and find_spec("pyarrow") else "values.csv"


def values_table(composed: Stages) -> pd.DataFrame:
    """One row per edition, unit and indicator: the columns of the file `values`."""
    parts = [
        pd.DataFrame({name: column[:] if isinstance(column, CodedTexts) else column for name, column in part.items()})
        for part in value_parts(composed)
    ]
    return pd.concat(parts, ignore_index=True).astype(dict.fromkeys(AGES, "Int64"))


def value_parts(composed: Stages) -> Iterator[dict[str, Any]]:
    """The columns of the table, some units of an edition at a time, in order.

    Yields:
        Whole numbers, floats (NaN if there is nothing) and coded texts by name; those of `AGES` are floats.
    """
    measurement, units = composed.measurement, len(composed.codes)
    keys, ranked = list(measurement.indicators), [item.key for item in composed.plan.ranked]
    columns = [keys.index(key) for key in ranked]
    with use_language(ENGLISH):
        flagged = flags(composed)
    texts = {"flag": flagged, "origin": measurement.origins, "vintage": measurement.vintages}
    texts["method"] = measurement.methods
    step = max(1, _PART // len(keys))
    for edition, start in itertools.product(range(len(composed.editions)), range(0, units, step)):
        rows = edition, slice(start, min(start + step, units))
        count = rows[1].stop - start
        of_units, indicators = (np.arange(number, dtype=np.int32) for number in (count, len(keys)))
        stages, nothing = {}, np.broadcast_to(np.nan, count * len(keys))
        for name in ("imputed", "treated", "normalised"):
            stage = getattr(composed, name)[rows]
            if ranked != keys:  # empty for those outside the tree
                spread = np.full((count, len(keys)), np.nan)
                spread[:, columns] = stage
                stage = spread
            stages[name] = stage.ravel()
        yield {
            "edition": np.full(count * len(keys), composed.editions[edition]),
            "unit": CodedTexts(np.repeat(of_units, len(keys)), list(composed.codes[rows[1]])),
            "indicator": CodedTexts(np.tile(indicators, count), keys),
            "measured": measurement.values[rows].ravel(),
            **stages,
            **{name: CodedTexts(item.codes[rows].ravel(), item.texts) for name, item in texts.items()},
            **{
                name: nothing if measurement.ages.silent(name) else getattr(measurement.ages, name)[rows].ravel()
                for name in AGES
            },
        }
