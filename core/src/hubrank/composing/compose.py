"""From measurements to a ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from hubrank.basis.errors import ScenarioError
from hubrank.composing.ranking import Ranking, ranks_of
from hubrank.composing.recipe import composed
from hubrank.measuring.measurement import Measurement
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.composing.aggregating import Weigh


def compose(plan: Plan, measurement: Measurement, weights: Weigh | None = None) -> Ranking:
    """Rank the units of every edition.

    Args:
        plan: The plan.
        measurement: What was measured for it.
        weights: Gives each dimension's weights, where they are not to be those of its weighting.

    Returns:
        The ranking with all its stages, each `(editions, units, indicators)`.

    Raises:
        ScenarioError: A method cannot take the values, an indicator is the same for all units, or no unit is
            left.
        PluginError: A method broke its contract.
    """
    plan = plan.with_stand_ins(measurement.stand_ins)
    try:
        made = composed(plan, measurement, weights)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error
    return Ranking(**attrs.asdict(made, recurse=False), ranks=ranks_of(made.scores, plan.scenario.ranking))
