"""What the page writes a scenario from: what it extends, and the choices that moved weights must leave as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubrank import Plan, Ranking, Registry


def recipe(ranking: Ranking) -> dict[str, Any]:
    """The scenario's name, each dimension's published choices as TOML, and the dimensions of given weights."""
    from hubrank import Registry

    plan, registry = ranking.plan, Registry.installed()
    return {
        "extends": _extended(plan, registry),
        "aggregation": {
            node.name: _choice(plan, node.name, "aggregation", registry.name_of(node.aggregation.part))
            for node in plan.tree
        },
        "weighting": {
            node.name: _choice(plan, node.name, "weighting", registry.name_of(node.weighting.part))
            for node in plan.tree
        },
        "fixed": [node.name for node in plan.tree if node.weighting.part.is_own("fixed")],
    }


def _extended(plan: Plan, registry: Registry) -> str:
    """An installed scenario's name, in full where two have it, else that of its file, beside which the new one lies."""
    name = plan.loaded.name
    stem = name.removesuffix(".toml")
    paths = [each.path for each in plan.loaded.sources[:1]]
    mine = [each for each in registry.called("scenario", stem) if each.record.path in paths]
    return registry.name_of(mine[0]) if mine else name


def _choice(plan: Plan, node: str, key: str, name: str) -> str:
    """What the scenario says of a dimension's method, by the name that is enough where the page is made."""
    table = plan.loaded.table
    said = table.get("dimensions", {}).get(node, {}).get(key, table.get(key, name))
    return inline({**said, "method": name} if isinstance(said, Mapping) else name)


def inline(value: Any) -> str:
    """A value of TOML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, bool | int | str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return repr(value)
