"""Why a unit has no rank: the reasons of the screening and of the rule for missing members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.basis.errors import UsageError
from hubrank.basis.language import ENGLISH, grouped, speaking, worded
from hubrank.basis.words import enumerated
from hubrank.composing.ages import age_text
from hubrank.composing.composed import Composed
from hubrank.composing.screening import why_screened_out
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    from hubrank.composing.ranking import Ranking


@frozen(kw_only=True)
class Reason:
    """Why a dimension of a unit has no score.

    Attributes:
        dimension: Its name.
        missing: The members that the unit lacks there, if they are the reason; with all that are named in the reasons
            of its dimensions the unit has a score.
        text: The sentence, with the rule.
    """

    dimension: str
    missing: tuple[str, ...]
    text: str


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
        told = [why_screened_out(composed.plan, composed.measured[edition, unit], unit)]
    else:
        told = [each.text for each in reasons(composed, edition, unit)]
    return "; ".join([*told, *_too_old(composed, edition, unit)])


def _too_old(composed: Composed, edition: int, unit: int) -> list[str]:
    """Which indicators a unit would have if values could be older."""
    lacking = np.isnan(composed.normalised[edition, unit])
    keys = [each.key for each, gone in zip(composed.plan.ranked, lacking, strict=True) if gone]
    said = {key: age_text(composed, edition, unit, key) for key in keys}
    return [worded("{indicator} of {reason}", indicator=key, reason=text) for key, text in said.items() if text]


def reasons(composed: Composed, edition: int, unit: int) -> tuple[Reason, ...]:
    """Why a unit that passed the screening has no score, from the root down to what is missing.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
    """
    if not np.isnan(composed.scores[edition, unit]) or not composed.considered[edition, unit]:
        return ()
    return tuple(_reasons(composed, composed.plan.tree.root, edition, unit))


def _reasons(composed: Composed, node: Node, edition: int, unit: int) -> Iterator[Reason]:
    """What a dimension lacks, and what those of its members lack that are dimensions."""
    made = composed.nodes[node.name]
    counted = np.broadcast_to(made.weights > 0, made.members.shape)[edition, unit]
    missing = counted & np.isnan(made.members[edition, unit])
    lacking = tuple(member.name for member, gone in zip(node.members, missing, strict=True) if gone)
    wanted = int(counted.sum())
    there = wanted - len(lacking)
    if node.missing.enough(there, wanted):
        text = worded(
            "{dimension}: its score by {method} is undefined", dimension=node.name, method=node.aggregation.part.name
        )
        yield Reason(dimension=node.name, missing=(), text=text)
        return
    dimensions = {each.name: each for each in composed.plan.tree if each.name in lacking}
    plain = node.missing.rule == "refuse" or not there
    told = [name for name in lacking if not plain or name not in dimensions]
    if told:
        text = worded("{dimension}: missing {members}", dimension=node.name, members=enumerated(told))
        if not plain:
            text = worded(
                "{dimension}: has {there} of {wanted} members, missing {members}; {rule}",
                dimension=node.name,
                there=grouped(there),
                wanted=grouped(wanted),
                members=enumerated(told),
                rule=node.missing.needed(wanted),
            )
        yield Reason(dimension=node.name, missing=lacking, text=text)
    for each in dimensions.values():
        yield from _reasons(composed, each, edition, unit)


def refuse_unranked(ranking: Ranking, edition: int, unit: int) -> None:
    """Refuse to tell more of a unit that has no rank.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position.

    Raises:
        UsageError: It has none.
    """
    with speaking(ENGLISH):
        reason = why(ranking, edition, unit)
    if reason:
        raise UsageError(f"{ranking.names[unit]} is not ranked in {ranking.editions[edition]}: {reason}")
