"""What the ranking would be without one of its indicators or dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
from hubrank import Node, Plan, Ranking, Tree, aggregate, ranks_of, rescale

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Array, Member


def scores_without(ranking: Ranking, name: str) -> Array | None:
    """The index when a member is taken out of the tree and everything above it is aggregated anew.

    Args:
        ranking: The ranking; imputation, treatment and normalisation stay as they are.
        name: An indicator or a dimension. A dimension that it leaves empty goes too.

    Returns:
        `(editions, units)`; none where nothing is left to rank by.
    """
    plan = plan_without(ranking.plan, name)
    if plan is None:
        return None
    nodes = aggregate(plan, ranking.normalised)
    return rescale(plan.after, nodes[plan.tree.root.name].passed, plan.context(()))


def plan_without(plan: Plan, name: str) -> Plan | None:
    """The plan without an indicator or a dimension; none where the tree would be empty."""
    gone = {name}
    nodes: list[Node] = []
    leaves: dict[str, int] = {}
    for node in plan.tree:
        members = tuple(_counted(each, leaves) for each in node.members if each.name not in gone)
        if node.name in gone or not members or not any(each.weight > 0 for each in members):
            gone.add(node.name)
            continue
        leaves[node.name] = sum(each.leaves for each in members)
        nodes.append(attrs.evolve(node, members=members))
    return attrs.evolve(plan, tree=Tree(tuple(nodes))) if plan.tree.root.name not in gone else None


def removals(ranking: Ranking) -> pd.DataFrame:
    """One row an edition and element: how far the ranks move when it is taken out.

    Returns:
        `edition`, `element`, `level` (`indicator` or `dimension`), `mean_shift` and `largest_shift` of ranks, and
        `unit`, the code of the unit that moves most.
    """
    import pandas as pd

    rows = []
    for kind, name in elements(ranking.plan):
        scores = scores_without(ranking, name)
        if scores is None:
            continue
        shifts = np.abs(ranks_of(scores, ranking.plan.scenario.ranking) - ranking.ranks)
        for at, edition in enumerate(ranking.editions):
            if np.isnan(shifts[at]).all():
                continue
            most = int(np.nanargmax(shifts[at]))
            rows.append((edition, name, kind, float(np.nanmean(shifts[at])), shifts[at][most], ranking.codes[most]))
    frame = pd.DataFrame(rows, columns=["edition", "element", "level", "mean_shift", "largest_shift", "unit"])
    return frame.sort_values("edition", kind="stable", ignore_index=True)


def elements(plan: Plan) -> list[tuple[str, str]]:
    """All indicators, then all dimensions below the root, each with its kind."""
    dimensions = [("dimension", node.name) for node in plan.tree if node.parent is not None]
    return [("indicator", each.key) for each in plan.ranked] + dimensions


def _counted(member: Member, leaves: dict[str, int]) -> Member:
    return attrs.evolve(member, leaves=leaves.get(member.name, member.leaves))
