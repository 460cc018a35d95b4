"""The screening of units: which are ranked at all, and what kept out those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.errors import Problem, ScenarioError
from hubrank.basis.language import grouped, plural, worded
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask
    from hubrank.scenario.scenario import Selection


@frozen(kw_only=True, eq=False)
class Coverage:
    """How many values units have.

    Attributes:
        there: How many of the indicators each unit has, `(..., units)`.
        zeros: How many of these are 0, of the same shape.
        indicators: How many indicators there are.
    """

    there: Any
    zeros: Any
    indicators: int

    @classmethod
    def of(cls, values: Array) -> Coverage:
        """Count values `(..., units, indicators)`; gaps are NaN."""
        return cls(
            there=(~np.isnan(values)).sum(axis=-1), zeros=(values == 0).sum(axis=-1), indicators=values.shape[-1]
        )

    @property
    def available(self) -> Array:
        """The share of the indicators that each unit has."""
        return np.asarray(self.there / self.indicators)

    @property
    def nonzero(self) -> Array:
        """The share of each unit's values that are not 0; NaN where it has none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(1 - self.zeros / self.there)


def select(plan: Plan, values: Array) -> Mask:
    """Which units of each edition are ranked at all: those with something measured that pass the screening.

    Args:
        plan: The plan.
        values: What was measured, `(editions, units, indicators)`.

    Raises:
        ScenarioError: No unit is left.
    """
    selection = plan.scenario.selection
    codes = plan.units.units.codes
    coverage = Coverage.of(values)
    share, nonzero = _passed(selection, coverage)
    passes = share & nonzero
    passes |= np.isin(codes, selection.keep)
    passes &= ~np.isin(codes, selection.drop)
    measured = coverage.there > 0
    carried = any(each.imputation.part.record.from_own for each in plan.ranked)
    considered: Mask = passes & (measured | (carried & measured.any(axis=0)))
    if not considered.any():
        told = f"excludes all {len(codes):,} {'unit' if len(codes) == 1 else 'units'}"
        raise ScenarioError("", [Problem("selection", told)])
    return considered


def why_screened_out(plan: Plan, values: Array, unit: int) -> str:
    """Why a unit of an edition did not pass the screening, in counts: a share would have to be rounded.

    Args:
        plan: The plan.
        values: What was measured of the unit, `(indicators,)`.
        unit: Its position.
    """
    selection = plan.scenario.selection
    if plan.units.units.codes[unit] in selection.drop:
        return worded("selection: listed in drop")
    coverage = Coverage.of(values)
    if not coverage.there:
        return worded("no measured values")
    there, zeros, indicators = int(coverage.there), int(coverage.zeros), coverage.indicators
    share, nonzero = _passed(selection, coverage)
    reasons = []
    if not share:
        fuller = Coverage(there=np.arange(indicators + 1), zeros=0, indicators=indicators)
        least = int(np.argmax(_passed(selection, fuller)[0]))
        reasons.append(
            worded(
                "has {there} of {indicators} indicators; {key} requires {least}",
                there=grouped(there),
                indicators=grouped(indicators),
                key=f"at_least_share = {selection.at_least_share:.15g}",
                least=grouped(least),
            )
        )
    if not nonzero:
        fuller = Coverage(there=there, zeros=there - np.arange(there + 1), indicators=indicators)
        least = int(np.argmax(_passed(selection, fuller)[1]))
        reasons.append(
            plural(
                there - zeros,
                "{count} of {there} values is not 0; {key} requires {least}",
                "{count} of {there} values are not 0; {key} requires {least}",
                there=grouped(there),
                key=f"at_least_nonzero_share = {selection.at_least_nonzero_share:.15g}",
                least=grouped(least),
            )
        )
    return worded("selection: {reasons}", reasons="; ".join(reasons))


def _passed(selection: Selection, coverage: Coverage) -> tuple[Mask, Mask]:
    """Who has enough indicators, and who has enough values other than 0, or none at all."""
    share: Mask = coverage.available >= selection.at_least_share
    nonzero: Mask = ~(coverage.nonzero < selection.at_least_nonzero_share)
    return share, nonzero
