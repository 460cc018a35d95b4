"""What a changed scenario keeps of the ranking before: values and stages whose plan has the same records.

What is kept has the bytes that a ranking by itself would have, as long as what was read does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from hubrank.measurement.kept import UnknownError, choices_of
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import Array
from hubrank.ranking.stages import Stages
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan


@frozen(kw_only=True, eq=False)
class KeptDraws:
    """What draws have made that rankings with the same values and errors share.

    Attributes:
        values: Values after the scenario's own methods, by the way of drawing, copy and block.
        programs: How the scores of each combination of alternatives are made, whatever the weights.
        most: The most values that are kept: 400 MB of those in 32 bits.
    """

    values: dict[tuple[str, int, int], Array] = field(factory=dict)
    programs: dict[tuple[int, ...], Any] = field(factory=dict)
    most: int = 100_000_000

    @classmethod
    def after(cls, before: KeptDraws | None, *, reweighted: bool) -> KeptDraws:
        """That of a ranking whose values are drawn as before, if they are; its weights alone may differ."""
        if before is None:
            return cls()
        return before if reweighted else cls(values=before.values)


def same_measurement(plan: Plan, before: Plan) -> bool:
    """Whether two plans measure the same values: the same components by the same choices, for the same units."""
    try:
        return plan.units is before.units and choices_of(plan) == choices_of(before)
    except UnknownError:
        return False


def same_draws(stages: Stages, before: Stages) -> bool:
    """Whether draws give two rankings the same values on one scale; their weights may differ."""
    drawn = [each.plan.scenario.robustness for each in (stages, before)]
    one, other = ((each.error, each.noise, each.seed) if each else None for each in drawn)
    same = stages.measurement is before.measurement and stages.normalised is before.normalised
    return same and one is not None and one == other


def same_but_for_weights(plan: Plan, before: Plan) -> bool:
    """Whether two plans and all their alternatives differ in no more than weights, none of them 0 in one alone."""
    return bool(_besides_weights(plan) == _besides_weights(before))


def _besides_weights(plan: Plan) -> Any:
    dimensions = [
        (
            (node.name, node.missing, _choice(node.aggregation), _choice(node.weighting), node.weighting_fitted_on),
            [_choice(step) for step in node.post_processing],
            [(member.name, member.weight > 0) for member in node.members],
        )
        for node in plan.tree
    ]
    return plan.scenario.robustness, dimensions, [_choice(step) for step in plan.post_processing]


def kept_stages(plan: Plan, measurement: Measurement, before: Stages) -> Mapping[str, Any]:
    """The stages that a plan has in common with one composed before, by their names in `Stages`.

    A component of a plugin may look at weights, and those that draw go on where the one before them stopped; so these
    are kept together, if not even a weight differs, or not at all.
    """
    old, found = before.plan, dict[str, Any]()
    if measurement is not before.measurement or plan.units is not old.units or plan.editions != old.editions:
        return found
    if [item.key for item in plan.ranked] != [item.key for item in old.ranked]:
        return found
    own = all(bound.part.built_in for each in (plan, old) for item in each.ranked for bound in _steps(item))
    for stage in ("considered", "imputed", "treated", "normalised"):
        if _inputs(stage, plan, own) != _inputs(stage, old, own):
            return found if own else {"considered": found["considered"]} if found else found
        found[stage] = getattr(before, stage)
    return found


def _steps(item: BoundIndicator) -> tuple[BoundPart, ...]:
    return (item.imputation, *item.treatment, item.normalisation)


def _inputs(stage: str, plan: Plan, own: bool) -> Any:
    """What a stage depends on besides the one before it."""
    match stage:
        case "considered":
            carried = any(item.imputation.part.record.from_own for item in plan.ranked)
            return plan.scenario.selection, [item.editions for item in plan.ranked], carried
        case "imputed":
            members = [evolve(item, weight=1.0) for item in plan.members] if own else plan.members
            return plan.scenario.seed, [*members], [_choice(item.imputation) for item in plan.ranked]
        case "treated":
            return [(list(map(_choice, item.treatment)), item.treatment_fitted_on) for item in plan.ranked]
        case _:
            return [(_choice(item.normalisation), item.normalisation_fitted_on, item.bounds_in) for item in plan.ranked]


def _choice(bound: BoundPart) -> tuple[Any, ...]:
    return bound.part, bound.options
