"""What the page computes with: the normalised values, the tree and its methods, the published scores."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank_report import atlas

if TYPE_CHECKING:
    from hubrank import Bound, NodeScores, Ranking

#: Aggregators that the page knows, and the steps of `after` that it knows.
METHODS = ("arithmetic", "geometric", "harmonic", "generalised-mean", "sum", "product", "minimum", "maximum")
STEPS = ("reverse", "scale", "shift", "power", "cap", "best-100", "min-max", "round")
#: Columns of the unit set that units can be grouped by.
GROUPS = ("country", "subregion", "continent")


def payload(ranking: Ranking) -> dict[str, Any]:
    """All that the page's scripts read, as JSON values.

    Arrays of numbers are base64 of little-endian `float64`, but for measured values, which are only shown:
    `float32`.
    """
    plan = ranking.plan
    live = _live(ranking)
    return {
        "title": plan.scenario.title,
        "editions": list(ranking.editions),
        "units": _units(ranking),
        "groups": _groups(ranking),
        "indicators": [
            {
                "key": each.key,
                "title": each.title,
                "unit": each.record.unit_of_measure,
                "dimension": each.dimension,
                "direction": each.direction,
            }
            for each in plan.ranked
        ],
        "normalised": packed(ranking.normalised),
        "measured": packed(ranking.measured, "<f4"),
        "imputed": packed(np.isnan(ranking.measured) & ~np.isnan(ranking.imputed), "u1"),
        "nodes": [_node(ranking.nodes[node.name], node.name in live) for node in plan.tree],
        "live": plan.tree.root.name in live and all(_known(step) for step in plan.after),
        "after": [_step(step) for step in plan.after],
        "ranking": _ranking(ranking),
        "scores": packed(ranking.scores),
        "ranks": packed(ranking.ranks),
        "low": None if ranking.low is None else packed(ranking.low),
        "high": None if ranking.high is None else packed(ranking.high),
        "seed": plan.scenario.seed,
    }


def packed(values: Any, dtype: str = "<f8") -> str:
    """An array as base64 of its numbers, the last axis fastest."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=dtype).tobytes()).decode("ascii")


def _units(ranking: Ranking) -> dict[str, Any]:
    units = ranking.plan.units.units
    made: dict[str, Any] = {
        "code": list(ranking.codes),
        "name": list(ranking.names),
        "alphabetical": sorted(range(len(ranking.names)), key=ranking.names.__getitem__),
    }
    if "lat" in units and "lon" in units:
        x, y = atlas.on_map(np.asarray(units["lon"], dtype=float), np.asarray(units["lat"], dtype=float))
        made |= {"x": _rounded(x), "y": _rounded(y)}
    return made


def _rounded(values: Any) -> list[float | None]:
    return [None if np.isnan(each) else round(float(each), 1) for each in values]


def _groups(ranking: Ranking) -> list[dict[str, Any]]:
    """The units' countries and the like: for each column its values, and which of them each unit has.

    A column that is the same for all units, or another for each, groups nothing and is left out.
    """
    units = ranking.plan.units.units
    found = []
    for column in GROUPS:
        if column not in units:
            continue
        texts = [each if isinstance(each, str) else "" for each in units[column]]
        names = sorted(set(texts))
        if 1 < len(names) < len(texts):
            titles = [country_name(name) for name in names] if column == "country" else names
            found.append(
                {"column": column, "names": names, "titles": titles, "of": [names.index(text) for text in texts]}
            )
    return found


def country_name(code: str) -> str:
    """A country's name as people write it; the code where it is none of ISO 3166-1."""
    import pycountry

    country = pycountry.countries.get(alpha_3=code) if code else None
    return str(getattr(country, "common_name", country.name)) if country else code


def _live(ranking: Ranking) -> set[str]:
    """The dimensions that the page can compute: their method, their steps and their weights are known to it."""
    found = set()
    for node in ranking.plan.tree:
        weights = ranking.nodes[node.name].weights
        same_for_units = weights.ndim < 2 or weights.shape[-2] == 1
        known = node.aggregation.part.name in METHODS and all(_known(step) for step in node.after)
        if known and same_for_units:
            found.add(node.name)
    return found


def _known(step: Bound) -> bool:
    return step.part.name in STEPS and getattr(step.options, "over", "edition") == "edition"


def _node(scored: NodeScores, live: bool) -> dict[str, Any]:
    node = scored.node
    made: dict[str, Any] = {
        "name": node.name,
        "title": node.title,
        "parent": node.parent,
        "members": [member.name for member in node.members],
        "method": node.aggregation.part.name,
        "live": live,
    }
    if not live:
        return made | {"weights": [], "passed": packed(scored.passed), "scores": packed(scored.scores)}
    weights = scored.weights.reshape(-1, len(node.members))
    return made | {
        "weights": weights.tolist(),
        "options": _options(node.aggregation),
        "missing": attrs.asdict(node.missing),
        "after": [_step(step) for step in node.after],
        "passesBefore": node.passes_before,
    }


def _step(step: Bound) -> dict[str, Any]:
    return {"step": step.part.name, **(_options(step) if _known(step) else {})}


def _options(bound: Bound) -> Mapping[str, Any]:
    return attrs.asdict(bound.options) if attrs.has(type(bound.options)) else {}


def _ranking(ranking: Ranking) -> dict[str, Any]:
    choice = ranking.plan.scenario.ranking
    return {
        "decimals": choice.decimals,
        "rounding": choice.rounding,
        "ties": choice.ties,
        "best": choice.best,
        "tiers": list(choice.tiers),
        "classes": [attrs.asdict(each) for each in choice.classes],
    }
