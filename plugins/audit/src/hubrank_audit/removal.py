"""What the ranking would be without one of its indicators or dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hubrank import Plan, Ranking, ScenarioError, compose, without_member

if TYPE_CHECKING:
    import pandas as pd


def ranking_without(ranking: Ranking, name: str) -> Ranking | None:
    """The ranking as if an indicator or a dimension had never stood in the scenario.

    Every step is taken anew, the screening too: a unit that lacked only this is ranked, and one that had little else
    is not.

    Args:
        ranking: The ranking.
        name: An indicator or a dimension. A dimension that it leaves without weight goes too.

    Returns:
        The ranking; none where nothing is left to rank by.

    Raises:
        ScenarioError: The scenario cannot do without it, as where a weighting names it.
    """
    plan = without_member(name, ranking.plan)
    return compose(plan, ranking.measurement) if plan.ranked else None


def removals(ranking: Ranking) -> pd.DataFrame:
    """One row an edition and element: how far the ranks move when it is left out.

    Returns:
        `edition`, `element`, `level` (`indicator` or `dimension`), `mean_shift` and `largest_shift` of the ranks of the
        units that are ranked both ways, `unit`, the code of the one that moves most, and `why`, which tells why the
        scenario cannot do without the element; the shifts are gaps then.
    """
    import pandas as pd

    rows = []
    for kind, name in elements(ranking.plan):
        try:
            without = ranking_without(ranking, name)
        except ScenarioError as error:
            why = "; ".join(str(each) for each in error.problems)
            rows += [(edition, name, kind, np.nan, np.nan, "", why) for edition in ranking.editions]
            continue
        if without is None:
            continue
        shifts = np.abs(without.ranks - ranking.ranks)
        for at, edition in enumerate(ranking.editions):
            if np.isnan(shifts[at]).all():
                continue
            most = int(np.nanargmax(shifts[at]))
            mean = float(np.nanmean(shifts[at]))
            rows.append((edition, name, kind, mean, shifts[at][most], ranking.codes[most], ""))
    columns = ["edition", "element", "level", "mean_shift", "largest_shift", "unit", "why"]
    return pd.DataFrame(rows, columns=columns).sort_values("edition", kind="stable", ignore_index=True)


def elements(plan: Plan) -> list[tuple[str, str]]:
    """All indicators, then all dimensions below the root, each with its kind."""
    dimensions = [("dimension", node.name) for node in plan.tree if node.parent is not None]
    return [("indicator", each.key) for each in plan.ranked] + dimensions
