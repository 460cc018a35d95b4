"""`hubrank check`."""

from __future__ import annotations

from hubrank.basis.harmless import plain
from hubrank.basis.language import worded
from hubrank.basis.words import counted
from hubrank.front.arguments import ScenarioName
from hubrank.front.pages import console
from hubrank.front.waiting import progress


def check(
    scenario: ScenarioName,
) -> None:
    """Report every error in a scenario, with its line, and what it wants to be fetched, without reading data."""
    from hubrank.contract.registry import Registry
    from hubrank.front.wanting import chains, costs, said_of, to_fetch
    from hubrank.runs.running import plan_of

    with progress("checking"):
        plan = plan_of(scenario, Registry.installed())
        found = [] if plan.loaded.measured else chains(plan)
    said = worded(
        "{scenario}: valid: {units}, {indicators} in {dimensions}, editions {editions}",
        scenario=plan.loaded.name,
        units=counted(len(plan.units.units), "unit"),
        indicators=counted(len(plan.ranked), "indicator"),
        dimensions=counted(len(plan.tree.nodes) - 1, "dimension"),
        editions=", ".join(map(str, plan.editions)),
    )
    console().print(plain(said))
    if wanted := [each for each in to_fetch(found) if each.wants.requests]:
        console().table(costs((each.name, each.wants) for each in wanted))
    for chain in found:
        if told := said_of(chain):
            console().print(plain(told))
