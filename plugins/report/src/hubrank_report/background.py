"""Method and provenance: what the page says of how the ranking was made, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

if TYPE_CHECKING:
    from hubrank import Bound, BoundIndicator, Ranking


def background(ranking: Ranking) -> dict[str, Any]:
    """The texts of the section on method and provenance, for the template."""
    scenario = ranking.plan.scenario
    return {
        "description": [each.replace("\n", " ").strip() for each in scenario.description.split("\n\n") if each.strip()],
        "references": scenario.references,
        "assumed": [each.partition(": ")[::2] for each in scenario.assumed],
        "steps": _steps(ranking),
        "indicators": _indicators(ranking),
        "sources": ranking.origins(),
        "packages": ranking.packages(),
        "caveats": ranking.caveats(),
        "unranked": ranking.unranked().to_dict("records"),
    }


def _steps(ranking: Ranking) -> list[tuple[str, str]]:
    plan = ranking.plan
    each = plan.ranked
    steps = [
        ("Imputation", _distinct(said(one.imputation) for one in each)),
        ("Treatment", _distinct(_treatment(one) for one in each)),
        ("Normalisation", _distinct(f"{said(one.normalisation)}, {_over(one)}" for one in each)),
        ("Weighting", _distinct(said(node.weighting) for node in plan.tree)),
    ]
    steps += [(f"Aggregation of {node.title}", said(node.aggregation)) for node in plan.tree if node.parent is None]
    below = _distinct(said(node.aggregation) for node in plan.tree if node.parent is not None)
    return [*steps, ("Aggregation within dimensions", below)] if below else steps


def _treatment(indicator: BoundIndicator) -> str:
    return " then ".join(said(step) for step in indicator.treatment) or "none"


def _over(indicator: BoundIndicator) -> str:
    over = indicator.normalisation_fitted_on
    words = {"edition": "fitted to each edition separately", "pooled": "fitted to all editions together"}
    return words.get(str(over), f"fitted to {over}")


def said(bound: Bound) -> str:
    """A method with the options that are not its own defaults: `min-max (low 1, high 100)`."""
    told = [
        f"{each.name} {_short(getattr(bound.options, each.name))}"
        for each in attrs.fields(type(bound.options))
        if getattr(bound.options, each.name) != each.default
    ]
    return f"{bound.part.name} ({', '.join(told)})" if told else bound.part.name


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _distinct(texts: Any) -> str:
    return "; ".join(dict.fromkeys(texts))


def _indicators(ranking: Ranking) -> list[dict[str, Any]]:
    """A row an indicator: what it is, its weights, and for how many of the last edition's units it was measured."""
    plan = ranking.plan
    last = ranking.editions[-1]
    weights = ranking.weights()
    weights = weights[weights["edition"] == last].set_index("member")
    titles = {node.name: node.title for node in plan.tree}
    ranked = ~np.isnan(ranking.ranks[-1])
    rows = []
    for at, each in enumerate(plan.ranked):
        there = ~np.isnan(ranking.measured[-1, ranked, at])
        rows.append(
            {
                "title": each.title,
                "dimension": titles[str(each.dimension)],
                "unit": each.record.unit_of_measure,
                "better": "higher" if each.direction > 0 else "lower",
                "weight": float(weights.loc[each.key, "weight"]),
                "effective": float(weights.loc[each.key, "effective"]),
                "coverage": float(there.mean()) if len(there) else 0.0,
            }
        )
    return rows
