"""Errors of values by procedure, counting and age, on scales with a constant error.

Errors of amounts are shares of them, constant on the scale of logarithms, where 0 stays 0. Counts have an error of
their root as well: the root of a count plus 3/8 has an error of 1/2 for any count (Anscombe 1948), and no value below
0. The error of a procedure for a unit is the same in all editions, so it causes no change between them. Errors of
counting and age belong to a vintage: editions that use the same vintage share them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import field, frozen

from hubrank.numeric import Array
from hubrank.scenario.error_kinds import Relative
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.plan import Plan

#: The addend of a count that makes the error of its root constant.
ANSCOMBE = 3 / 8


@frozen(kw_only=True, eq=False)
class AgedErrors:
    """The errors of an indicator's values by procedure, counting and age.

    Attributes:
        kind: The scenario's statement.
        size: The relative standard error of the procedure, `(editions, units)`; NaN if it is not given.
        exposure: The factor from a value to a count, such as the divisor of a ratio; NaN if values are no counts.
        age: The age of each value in years.
        overlap: The share of its years that the value of the edition before is of too: 1 where it is the same.
        read_of: As `BoundError` has it.
    """

    kind: Relative
    size: Array = field(converter=np.ascontiguousarray)  # on the layout the last digit of sums depends
    exposure: Array
    age: Array
    overlap: Array
    read_of: tuple[str, str]

    @property
    def family(self) -> str:
        """The kind of error: `count` or `relative`."""
        return "count" if self.kind.count else "relative"

    def even(self, values: Any) -> Any:
        """Values on the scale on which their errors are even; those of 0 without counting stay beyond it."""
        return np.sqrt(values + ANSCOMBE / self.exposure) if self.kind.count else np.log(values)

    def uneven(self, scaled: Any) -> Any:
        """The values of such numbers `(..., editions, units)`, which are overwritten."""
        if not self.kind.count:
            return np.exp(scaled, out=scaled)
        np.maximum(scaled, 0, out=scaled)
        scaled *= scaled
        scaled -= (ANSCOMBE / self.exposure).astype(scaled.dtype)
        return np.maximum(scaled, 0, out=scaled)

    def parts(self, values: Array) -> tuple[Array, Array, Array]:
        """The standard errors on that scale, `(editions, units)`: of the procedure, of the vintage, of the divisor."""
        slope, counting = np.ones(values.shape), np.zeros(values.shape)
        if self.kind.count:
            slope, counting = self.even(values) / 2, 0.25 * self.kind.count / self.exposure
        own = np.sqrt(counting + np.square(slope * self.kind.per_year) * self.age)
        return slope * self.size, own, slope * self.kind.divisor

    def standard_errors(self, values: Array) -> Array:
        """Those of values, in their own unit of measure, `(editions, units)`; NaN if a value has none."""
        slope = 2 * self.even(values) if self.kind.count else values
        return np.asarray(slope * np.sqrt(sum(np.square(part) for part in self.parts(values))))


def aged_errors(
    plan: Plan,
    error: BoundError,
    kind: Relative,
    size: Array,
    factor: Array,
    years: tuple[Array, Array],
    population: Callable[[int], Array],
) -> AgedErrors:
    """An indicator's errors by procedure, counting and age.

    Args:
        size: The relative standard errors of its procedure, `(editions, units)`.
        factor: The factor of its values from the numerator of a ratio, of the same shape.
        years: The first and the last year of its values, `(editions, units)` each.
        population: An edition's inhabitants.
    """
    first, last = years
    shared = np.clip(np.minimum(last[1:], last[:-1]) - np.maximum(first[1:], first[:-1]) + 1, 0, None)
    length = last - first + 1
    overlap = np.zeros(size.shape)
    overlap[1:] = shared / np.sqrt(length[1:] * length[:-1])
    exposure = np.full(size.shape, np.nan)
    if kind.count:
        exposure = 1 / factor
        if error.per:
            exposure = exposure * [population(edition) / error.per for edition in plan.editions]
    return AgedErrors(
        kind=kind,
        size=size,
        exposure=np.where(exposure > 0, exposure, np.nan),
        age=np.maximum(np.array(plan.editions)[:, None] - last, 0),
        overlap=overlap,
        read_of=error.read_of,
    )
