"""Why a unit has no rank: the reasons of the screening and of the rule for missing members."""

from __future__ import annotations

import numpy as np

from hubrank.basis.errors import listed
from hubrank.composing.ages import age_text
from hubrank.composing.composed import Composed
from hubrank.composing.screening import why_screened_out
from hubrank.scenario.choices import MissingRule
from hubrank.scenario.tree import Node


def why(composed: Composed, edition: int, unit: int) -> str:
    """Why a unit has no score in an edition; empty where it has one.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
    """
    if not np.isnan(composed.scores[edition, unit]):
        return ""
    if not composed.considered[edition, unit]:
        reasons = [why_screened_out(composed.plan, composed.measured[edition, unit], unit)]
    else:
        reasons = _reasons(composed, composed.plan.tree.root, edition, unit)
    return "; ".join([*reasons, *_too_old(composed, edition, unit)])


def _too_old(composed: Composed, edition: int, unit: int) -> list[str]:
    """Which indicators a unit would have if values could be older."""
    lacking = np.isnan(composed.normalised[edition, unit])
    keys = [each.key for each, gone in zip(composed.plan.ranked, lacking, strict=True) if gone]
    said = {key: age_text(composed, edition, unit, key) for key in keys}
    return [f"{key} of {text}" for key, text in said.items() if text]


def _reasons(composed: Composed, node: Node, edition: int, unit: int) -> list[str]:
    """What a dimension lacks, and what those of its members lack that are dimensions."""
    made = composed.nodes[node.name]
    counted = np.broadcast_to(made.weights > 0, made.members.shape)[edition, unit]
    missing = counted & np.isnan(made.members[edition, unit])
    lacking = [member.name for member, gone in zip(node.members, missing, strict=True) if gone]
    wanted = int(counted.sum())
    there = wanted - len(lacking)
    if node.missing.enough(there, wanted):
        return [f"{node.name}: its score by {node.aggregation.part.name} is undefined"]
    dimensions = {each.name: each for each in composed.plan.tree if each.name in lacking}
    below = [reason for each in dimensions.values() for reason in _reasons(composed, each, edition, unit)]
    if node.missing.rule == "refuse" or not there:
        lacking = [name for name in lacking if name not in dimensions]
        return [*([f"{node.name}: missing {listed(lacking)}"] if lacking else []), *below]
    needed = _needed(node.missing, wanted)
    return [f"{node.name}: has {there} of {wanted} members, missing {listed(lacking)}; {needed}", *below]


def _needed(rule: MissingRule, wanted: int) -> str:
    """How many members are needed, and which key says so; a share would have to be rounded."""
    least = int(np.argmax(rule.enough(np.arange(wanted + 1), wanted)))
    key = "at_least_count" if rule.at_least_count >= least else "at_least_share"
    return f"{key} = {getattr(rule, key):.15g} requires {least}"
