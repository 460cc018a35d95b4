"""What the explorer shows: a row a unit of the last edition, a column an indicator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank_report.payload import country_name

if TYPE_CHECKING:
    from hubrank import Ranking


def rows_and_columns(ranking: Ranking) -> dict[str, Any]:
    """The last edition's ranked units with their normalised values, and the tree that stacks them."""
    last = len(ranking.editions) - 1
    order = ranking.order(last)
    keys = [each.key for each in ranking.plan.ranked]
    rows = []
    for unit in order:
        row: dict[str, Any] = {
            "name": ranking.names[unit],
            "country": country_name(ranking.countries[unit]) or "–",
            "rank": float(ranking.ranks[last, unit]),
            "score": float(ranking.scores[last, unit]),
        }
        values = ranking.normalised[last, unit]
        row |= {f"v{at}": None if np.isnan(value) else float(value) for at, value in enumerate(values)}
        rows.append(row)
    shares = {
        member: float(weight)
        for edition, member, weight in ranking.weights()[["edition", "member", "weight"]].itertuples(index=False)
        if edition == ranking.editions[last]
    }
    return {
        "title": ranking.title,
        "rows": rows,
        "columns": [_column(ranking, order, at) for at in range(len(keys))],
        "nodes": [
            {
                "name": node.name,
                "title": node.title,
                "members": [f"v{keys.index(each.name)}" if each.name in keys else each.name for each in node.members],
                "weights": [shares[each.name] for each in node.members],
            }
            for node in ranking.plan.tree
        ],
    }


def _column(ranking: Ranking, order: Any, at: int) -> dict[str, Any]:
    """An indicator's column with the ends of its scale."""
    values = ranking.normalised[-1, order, at]
    there = values[~np.isnan(values)]
    low, high = (float(there.min()), float(there.max())) if len(there) else (0.0, 1.0)
    return {
        "name": f"v{at}",
        "title": ranking.plan.ranked[at].title,
        "low": min(low, 0.0),
        "high": high if high > low else low + 1,
    }
