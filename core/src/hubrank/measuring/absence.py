"""Whether what a scenario says of absent rows can have an effect."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank.basis.errors import Problem, ScenarioError
from hubrank.measuring.windows import window
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan


def refuse_idle_covers(plan: Plan) -> None:
    """Refuse what no row means for tables that are complete for no year that any edition sees.

    Raises:
        ScenarioError: There are such; all of them are named.
    """
    problems = tuple(_idle(plan))
    if problems:
        raise ScenarioError("", problems)


def _idle(plan: Plan) -> Iterator[Problem]:
    for indicator in plan.indicators:
        if not indicator.reads_absence:
            continue
        for bound in (plan.inputs[name] for name in indicator.inputs.values()):
            covers = bound.table.covers
            if covers is not None and not _meets(plan, bound, indicator):
                what = (
                    f"has no effect: input '{bound.name}' is complete from {covers.first} to {covers.last} "
                    "(covers), and no edition sees a year of these; editions are "
                    f"{', '.join(str(edition) for edition in plan.editions)}"
                )
                yield Problem(f"indicators.{indicator.key}.options.absent", what)


def _meets(plan: Plan, bound: BoundInput, indicator: BoundIndicator) -> bool:
    """Whether an edition sees a year for which the input's table is complete."""
    covers = bound.table.covers
    if covers is None or bound.choice.look_ahead:
        return covers is not None
    windows = [window(plan, bound, edition, indicator=indicator) for edition in plan.editions]
    return any(each.meets(covers, bound.table.kind) for each in windows)
