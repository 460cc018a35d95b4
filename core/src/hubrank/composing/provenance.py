"""Where a ranking comes from: who made its figures, and whose code it went through."""

from __future__ import annotations

from attrs import frozen

from hubrank.basis.language import worded
from hubrank.composing.composed import Composed
from hubrank.contract.origins import Origin
from hubrank.contract.registry import Part
from hubrank.scenario.binding import Bound
from hubrank.scenario.plan import Plan


@frozen(kw_only=True)
class UsedOrigin:
    """An origin with what it gave.

    Attributes:
        origin: Who made the data, and on what terms.
        inputs: The scenario's inputs that have rows of it.
        units: Whether the units are of it.
    """

    origin: Origin
    inputs: tuple[str, ...]
    units: bool

    @property
    def gave(self) -> str:
        """What it gave, in words: the inputs' names, and `units`."""
        return ", ".join((*self.inputs, *([worded("units")] if self.units else [])))


def origins(composed: Composed) -> tuple[UsedOrigin, ...]:
    """Every origin once: those of the inputs in their order, then those of the units.

    Two origins of one name that differ in anything, such as the licence, are two.
    """
    inputs: dict[Origin, dict[str, None]] = {}
    for report in composed.measurement.inputs:
        for each in report.origins:
            inputs.setdefault(Origin(**each), {})[report.name] = None
    units = composed.plan.units.origins
    return tuple(
        UsedOrigin(origin=each, inputs=tuple(inputs.get(each, ())), units=each in units)
        for each in dict.fromkeys((*inputs, *units))
    )


def parts_of(plan: Plan) -> tuple[Part, ...]:
    """Every part that the plan uses, once."""
    bound: list[Bound] = [*plan.post_processing]
    for indicator in plan.indicators:
        bound += [indicator.bound, indicator.imputation, *indicator.treatment, indicator.normalisation]
    for node in plan.tree:
        bound += [node.weighting, node.aggregation, *node.post_processing]
    parts = [each.part for each in bound]
    parts += [one.part for each in plan.inputs.values() for one in (each.instead_of, each) if one is not None]
    if plan.uncertainties is not None:
        parts += plan.uncertainties.parts
    if plan.units.part is not None:
        parts.append(plan.units.part)
    return tuple({(part.kind, part.full_name): part for part in parts}.values())


def packages(plan: Plan) -> dict[str, str]:
    """The distributions whose parts the plan uses, with their versions."""
    return dict(sorted({part.distribution: part.version for part in parts_of(plan)}.items()))


def names_by_kind(plan: Plan) -> dict[str, list[str]]:
    """The full names of the parts that the plan uses, by kind."""
    found: dict[str, list[str]] = {}
    for kind, name in sorted((part.kind, part.full_name) for part in parts_of(plan)):
        found.setdefault(kind, []).append(name)
    return found
