"""Variants: the plan and the values under each combination of alternatives, computed once."""

from __future__ import annotations

import functools
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.errors import PluginError, Problem, ScenarioError, UndrawnError
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.measurement import Errors, Measurement
from hubrank.numeric import Array, Mask
from hubrank.ranking.pipeline import columns_of, run_pipeline
from hubrank.ranking.pretreatment import pretreated
from hubrank.ranking.stages import NodeScores
from hubrank.scenario.choices import alternative_text, source_text
from hubrank.scenario.plan import Plan, Uncertainties

if TYPE_CHECKING:
    from hubrank.uncertainty.aged import Aged
    from hubrank.uncertainty.posterior import Posterior

#: The steps of `pretreated`, to report which of them takes one draw at a time.
_STEPS = ("an imputation", "a treatment", "a normalisation")

#: The most variants kept at a time; leaving out units makes one variant per unit.
KEPT = 512


def alike(several: Array, alone: Array) -> bool:
    """Whether results computed together and alone are the same up to rounding errors."""
    return np.allclose(several, alone, rtol=1e-9, atol=1e-12, equal_nan=True)


@frozen(kw_only=True, eq=False)
class Variant:
    """One combination of alternatives.

    Attributes:
        measurement: The measurement for it.
        values: The values of the plan's indicators in it, `(editions, units, indicators)`.
        columns: The positions of its indicators in the measurement.
        normalised: The values on one scale.
        nodes: Each dimension's scores with the scenario's weights.
        scores: `(editions, units)`; NaN for the unranked.
        own: The scenario's own, if it has the same measurement: true values do not depend on the alternatives.
    """

    plan: Plan
    labels: tuple[str, ...]
    measurement: Measurement
    values: Array
    columns: tuple[int, ...]
    considered: Mask
    normalised: Array
    nodes: Mapping[str, NodeScores]
    scores: Array
    own: Variant | None = None
    _aged: dict[bool, Mapping[str, Aged]] = field(factory=dict, init=False)

    @functools.cached_property
    def one_by_one(self) -> str:
        """The method that cannot treat two draws of values at once as it treats each alone; empty if all can.

        Imputations that draw are not asked, since they go on drawing.
        """
        if any(item.imputation.part.record.random for item in self.plan.ranked):
            return ""
        pair = np.stack([self.values, np.roll(self.values, 1, axis=1)])
        try:
            together = pretreated(self.plan, pair, self.considered)
        except PluginError as error:
            return error.part
        for at, values in enumerate(pair):
            alone = pretreated(self.plan, values, self.considered)
            for step, several, single in zip(_STEPS, together, alone, strict=True):
                if not alike(several[at], single):
                    return step
        return ""

    @functools.cached_property
    def posteriors(self) -> Mapping[str, tuple[Posterior, ...]]:
        """The posterior of its values, by indicator and edition, if they have errors."""
        if not self.measurement.errors:
            return {}
        from hubrank.uncertainty.posterior import posterior  # on use: it imports scipy, which takes long

        keys = [item.key for item in self.plan.ranked]
        return {
            key: tuple(posterior(values, errors, at) for at, values in enumerate(self.values[..., keys.index(key)]))
            for key, errors in self.measurement.errors.items()
            if key in keys and isinstance(errors, Errors)
        }

    def aged(self, *, around: bool) -> Mapping[str, Aged]:
        """The same where errors are by procedure and age; or how values could have come out, `around` themselves."""
        from hubrank.uncertainty.aged import Aged, others_of  # on use, as above

        keys = [item.key for item in self.plan.ranked]
        if self.own is not None:
            return {key: item for key, item in self.own.aged(around=around).items() if key in keys}
        if around not in self._aged:
            self._aged[around] = {
                key: Aged.of(
                    self.values[..., keys.index(key)],
                    errors,
                    None if around else others_of(self.normalised, keys.index(key)),
                )
                for key, errors in self.measurement.errors.items()
                if key in keys and isinstance(errors, AgedErrors)
            }
        return self._aged[around]

    def columns_of(self, other: Variant) -> list[int] | None:
        """The positions of its indicators among those of another that brings values to the same scale; else None."""
        theirs = {item.key: (at, item) for at, item in enumerate(other.plan.ranked)}
        alike = self.measurement is other.measurement and np.array_equal(self.considered, other.considered)
        alike &= all(theirs.get(item.key, (0, None))[1] is item for item in self.plan.ranked)
        alone = all(item.imputation.part.is_own("none") for item in self.plan.ranked)
        if not alike or not (alone or len(theirs) == len(self.plan.ranked)):
            return None
        return [theirs[item.key][0] for item in self.plan.ranked]

    def normalised_of(self, values: Array) -> Array:
        """Other values `(draws, editions, units, indicators)` on the variant's scale, learnt from themselves."""
        if self.one_by_one:
            return np.stack([pretreated(self.plan, item, self.considered)[-1] for item in values])
        return pretreated(self.plan, values, self.considered)[-1]


@frozen(kw_only=True, eq=False)
class Variants:
    """All variants of a plan, made when they are first asked for.

    Attributes:
        measurements: The measurement for each alternative of the data lag (one if there is none).
    """

    plan: Plan
    uncertainties: Uncertainties
    measurements: tuple[Measurement, ...]
    _made: dict[tuple[int, ...], Variant] = field(factory=dict)
    _lock: Any = field(factory=threading.RLock)

    def nominal(self) -> Variant:
        """The scenario's own choices."""
        return self[()]

    def __getitem__(self, choice: tuple[int, ...]) -> Variant:
        """The variant of one alternative for each source; -1 leaves the scenario's own choice, as all of none do.

        Raises:
            ScenarioError: The alternatives cannot be had together.
        """
        with self._lock:
            if choice in self._made:
                return self._made[choice]
        taken = zip(choice, self.uncertainties.discrete, strict=bool(choice))
        named = [(source.name, source.labels[at] if at >= 0 else "unchanged") for at, source in taken]
        chosen = ", ".join(f"{source_text(name)} {alternative_text(label)}" for name, label in named)
        labels = tuple(label for _, label in named)
        result = self._composed(self.plan_of(choice), self.measured(choice), labels, chosen or "the scenario")
        with self._lock:
            if len(self._made) >= KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[choice] = result
        return result

    def measured(self, choice: tuple[int, ...]) -> Measurement:
        """The measurement for one alternative of the data lag."""
        taken = zip(choice, self.uncertainties.discrete, strict=False)
        return self.measurements[next((at for at, source in taken if source.name == "data_lag" and at >= 0), 0)]

    def plan_of(self, choice: tuple[int, ...]) -> Plan:
        """The plan that alternatives make of the scenario's, in the order of its author."""
        plan = self.plan
        for at, source in zip(choice, self.uncertainties.discrete, strict=False):
            plan = plan if at < 0 else source.changes[at](plan)
        return plan

    def other(self, plan: Plan, what: str) -> Variant:
        """The variant of a changed plan that no source asks for, or an error; it is not kept."""
        return self._composed(plan, self.measurements[0], (what,), what)

    def _composed(self, plan: Plan, measurement: Measurement, labels: tuple[str, ...], what: str) -> Variant:
        """The stages that draws need; the others are not kept, since there may be hundreds of variants."""
        try:
            result = run_pipeline(plan.by_name, measurement)
        except ScenarioError as error:
            problems = "; ".join(str(item) for item in error.problems)
            found = self.plan.loaded.error([Problem("robustness", f"{what}: {problems}")])
            raise UndrawnError(found.file, found.problems) from error
        same = labels and measurement is self.measurements[0]
        return Variant(
            plan=plan.by_name,
            own=self.nominal() if same else None,
            labels=labels,
            measurement=measurement,
            values=result.measured,
            columns=columns_of(plan.by_name, measurement),
            considered=result.considered,
            normalised=result.normalised,
            nodes=result.nodes,
            scores=result.scores,
        )
