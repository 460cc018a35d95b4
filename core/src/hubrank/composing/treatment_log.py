"""What treatment did to every value and every indicator, step by step: derived from their stages."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import frozen

from hubrank.basis.language import worded
from hubrank.composing.composed import Composed
from hubrank.composing.pretreatment import apply_step, treatment_groups
from hubrank.composing.stages import pooled, same_shape
from hubrank.contract.methods import Stage
from hubrank.methods.shape import kurtosis, skewness
from hubrank.scenario.binding import Bound

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Mask
    from hubrank.contract.methods import Context

    Words = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


@frozen(kw_only=True, eq=False)
class Treated:
    """One stage of one step on the indicators that are treated alike.

    Attributes:
        step: The step's place, from 1 on.
        method: The step's name.
        stage: The stage's name; that of the step where it has but one.
        columns: The places of the indicators.
        before: The values before, `(editions, units, columns)`; one edition of all units where the editions are
            pooled.
        after: The values after.
        passed: Whether each indicator then passes the method's own test; none where it has none.
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
        """1 where a value was raised, -1 where it was lowered, 0 where it stayed as it was."""
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(np.sign(self.after - self.before))


def treated_stages(composed: Composed) -> Iterator[Treated]:
    """Every stage of every step, in order, once more from the imputed values."""
    context = composed.plan.context(composed.plan.members)
    for group in treatment_groups(composed.plan, context):
        columns = list(range(len(composed.plan.ranked))) if group.columns is None else group.columns
        values = pooled(composed.imputed[..., columns], group.fitted_on)
        for at, step in enumerate(group.steps):
            for stage in _stages(step, values, group.context):
                yield Treated(
                    step=at + 1,
                    method=step.part.name,
                    stage=stage.name,
                    columns=columns,
                    before=values,
                    after=stage.values,
                    passed=stage.passed if step.part.record.stages else None,
                    pooled=group.fitted_on == "pooled",
                )
                values = stage.values


def treatment_table(composed: Composed) -> pd.DataFrame:
    """One row an edition, indicator and stage: the columns of `treatment.csv`.

    Returns:
        `edition` (`pooled` where treatment learns from all of them), `indicator`, `step`, `method`, `stage`, the
        counts `lowered` and `raised`, `skew_before`, `kurtosis_before`, `skew` and `kurtosis` after, and `passed`,
        where the method has a test of its own.
    """
    import pandas as pd

    rows = [row for stage in treated_stages(composed) for row in _rows(composed, stage)]
    columns = ["edition", "indicator", "step", "method", "stage", "lowered", "raised"]
    columns += ["skew_before", "kurtosis_before", "skew", "kurtosis", "passed"]
    return pd.DataFrame(rows, columns=columns)


def steps_taken(composed: Composed) -> dict[int, Words]:
    """The steps that changed each value, in the language spoken, by the places of the treated indicators.

    Each is `(editions, units)`.
    """
    said: dict[int, Words] = {}
    steps: dict[tuple[int, str], list[Treated]] = {}
    for stage in treated_stages(composed):
        steps.setdefault((stage.step, ",".join(map(str, stage.columns))), []).append(stage)
    shape = composed.imputed.shape[:-1]
    for stages in steps.values():
        own = np.full((*shape, len(stages[0].columns)), "", dtype=object)
        for stage in stages:
            moved = stage.moved.reshape(own.shape) != 0
            own = np.where(moved, np.where(own == "", own, own + ", ") + stage.stage, own)
        if len(stages) > 1 or stages[0].stage != stages[0].method:
            own = np.where(own != "", stages[0].method + " (" + own + ")", "")
        for at, column in enumerate(stages[0].columns):
            said[column] = own[..., at] if column not in said else _then(said[column], own[..., at])
    return said


def _then(before: Words, after: Words) -> Words:
    """Earlier steps and later ones; where there are none of the one, the other's."""

    @functools.cache
    def then(first: str, second: str) -> str:
        return worded("{first} then {second}", first=first, second=second)

    made: Words = np.where(before == "", after, before)
    both = (before != "") & (after != "")
    made[both] = [then(*each) for each in zip(before[both], after[both], strict=True)]
    return made


def _stages(step: Bound, values: Array, context: Context) -> tuple[Stage, ...]:
    record = step.part.record
    if record.stages is None:
        return (Stage(name=record.name, values=apply_step(step, values, context), passed=np.empty(0, dtype=bool)),)
    made = step.call(record.stages, "stages", values, context, step.options)
    if not isinstance(made, tuple | list) or not all(isinstance(each, Stage) for each in made):
        raise step.broke(f"stages returned {type(made).__name__}; expected a tuple of Stages")
    return tuple(attrs.evolve(each, values=same_shape(step, each.values, values)) for each in made)


def _rows(composed: Composed, stage: Treated) -> Iterator[tuple[object, ...]]:
    shapes = [shape(values)[:, 0] for values in (stage.before, stage.after) for shape in (skewness, kurtosis)]
    for at, edition in enumerate(["pooled"] if stage.pooled else composed.editions):
        for column, place in enumerate(stage.columns):
            moved = stage.moved[at, :, column]
            yield (
                edition,
                composed.plan.ranked[place].key,
                stage.step,
                stage.method,
                stage.stage,
                int((moved < 0).sum()),
                int((moved > 0).sum()),
                *(float(each[at, column]) for each in shapes),
                None if stage.passed is None else bool(stage.passed[at, 0, column]),
            )
