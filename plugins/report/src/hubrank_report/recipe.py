"""What the page writes a scenario from: what it extends, and the choices that moved weights must leave as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubrank import Plan, Ranking


def recipe(ranking: Ranking) -> dict[str, Any]:
    """The scenario's name, each dimension's published choices as TOML, and the dimensions of given weights."""
    plan = ranking.plan
    return {
        "extends": _extended(plan),
        "aggregation": {node.name: _choice(plan, node.name, "aggregation", "arithmetic") for node in plan.tree},
        "weighting": {node.name: _choice(plan, node.name, "weighting", "fixed") for node in plan.tree},
        "fixed": [node.name for node in plan.tree if node.weighting.part.is_own("fixed")],
    }


def _extended(plan: Plan) -> str:
    """An installed scenario's name, in full where two have it, else that of its file, beside which the new one lies."""
    from hubrank import Registry

    name = plan.loaded.name
    stem, registry = name.removesuffix(".toml"), Registry.installed()
    paths = [each.path for each in plan.loaded.sources[:1]]
    mine = [each for each in registry.called("scenario", stem) if each.record.path in paths]
    return registry.name_of(mine[0]) if mine else name


def _choice(plan: Plan, node: str, key: str, usual: str) -> str:
    table = plan.loaded.table
    own = table.get("dimensions", {}).get(node, {})
    return inline(own.get(key, table.get(key, usual)))


def inline(value: Any) -> str:
    """A value of TOML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return repr(value)
