"""Which game a dimension is split by, and how its aggregator scores profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.errors import HubrankError
from hubrank.basis.shares import shares
from hubrank.questions.attribution import (
    MOST_PLAYERS,
    Profiles,
    Split,
    additive,
    log_additive,
    players_of,
    shapley,
    whole,
)
from hubrank.questions.cells import Cells
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubrank.basis.arrays import Array
    from hubrank.contract.forms import Form
    from hubrank.contract.methods import Context

#: Numbers that an aggregator is handed at once.
_NUMBERS = 4_000_000


def attributed(node: Node, first: Cells, second: Cells) -> Split:
    """Split a dimension's difference between pairs of cells that both have it.

    Args:
        node: The dimension.
        first: The cells.
        second: As many.

    Returns:
        The split, by the formula for the mean that the aggregator declares; else by Shapley values; `whole` where
        those would take too many coalitions.
    """
    profiles = Profiles(
        x=first.members(node.name),
        y=second.members(node.name),
        weights_x=first.weights(node.name),
        weights_y=second.weights(node.name),
        score_x=first.panel_before(node.name)[first.units],
        score_y=second.panel_before(node.name)[second.units],
    )
    closed_form = _closed_form(node, first, second)
    if closed_form is not None:
        return closed_form(profiles)
    alone = _stands_alone(node, first) and (first is second or _stands_alone(node, second))
    if players_of(profiles, field=not alone) > MOST_PLAYERS:
        return whole(profiles)

    def play(scores: Array, weights: Array, competes: Any) -> Array:
        if alone:
            return _alone(node, first, scores, weights)
        return _in_field(node, (first, second), scores, weights, competes)

    return shapley(profiles, play, field=not alone)


def _closed_form(node: Node, first: Cells, second: Cells) -> Callable[[Profiles], Split] | None:
    """The split that has a formula, where the aggregator declares such a mean and it is defined for all scores."""
    form = node.form
    raw = node.aggregation.part.record.weights == "raw"
    if form is None or not all(_is_mean(form, node, each, raw=raw) for each in (first, second)):
        return None
    if form.linear:
        return lambda profiles: additive(profiles, raw=raw)
    if form.logarithmic and not raw:
        return lambda profiles: log_additive(profiles, form.shift)
    return None


def _is_mean(form: Form, node: Node, cells: Cells, *, raw: bool) -> bool:
    """Whether a ranking, which may be by another plan of the same tree, has that mean in the dimension."""
    own = cells.ranking.nodes[node.name].node
    same = own.form == form and (own.aggregation.part.record.weights == "raw") == raw
    return same and bool(form.takes(_panel(node, cells)[0]).all())


def _panel(node: Node, cells: Cells) -> tuple[Array, Array, Array]:
    """Members (1 where missing), weights (0 where missing) and scores of the units that have a score."""
    before = cells.panel_before(node.name)
    there = ~np.isnan(before)
    members = cells.ranking.nodes[node.name].members[cells.edition][there]
    weights = np.where(np.isnan(members), 0.0, cells.panel_weights(node.name)[there])
    return np.where(np.isnan(members), 1.0, members), weights, before[there]


def _stands_alone(node: Node, cells: Cells) -> bool:
    """Whether a unit's score comes of its own members alone: found out by handing units over one by one."""
    scores, weights, before = _panel(node, cells)
    try:
        made = _alone(node, cells, scores[:, None, :], weights[:, None, :])[:, 0]
    except HubrankError:
        return False
    return np.allclose(made, before, rtol=1e-10, atol=1e-12)


def _alone(node: Node, cells: Cells, scores: Array, weights: Array) -> Array:
    """Scores `(pairs, coalitions)` of profiles `(pairs, coalitions, members)`, each aggregated by itself."""
    pairs, coalitions, members = scores.shape
    there = scores.reshape(-1, 1, 1, members), weights.reshape(-1, 1, 1, members)
    step = max(1, _NUMBERS // members)
    context = _context(node, cells, cells.units[:1])
    made = [
        _apply(node, there[0][at : at + step], there[1][at : at + step], context)[:, 0, 0]
        for at in range(0, pairs * coalitions, step)
    ]
    return np.concatenate(made).reshape(pairs, coalitions)


def _in_field(node: Node, sides: tuple[Cells, Cells], scores: Array, weights: Array, competes: Any) -> Array:
    """The same for methods that compare units: each profile in its unit's place among all others."""
    pairs, coalitions, _ = scores.shape
    made = np.empty((pairs, coalitions))
    for pair in range(pairs):
        for cells, at in ((sides[0], np.flatnonzero(competes)), (sides[1], np.flatnonzero(~competes))):
            panel = cells.ranking.nodes[node.name].members[cells.edition]
            panel_weights = np.where(np.isnan(panel), 0.0, cells.panel_weights(node.name))
            context = _context(node, cells, np.arange(len(panel)))
            step = max(1, _NUMBERS // panel.size)
            for start in range(0, len(at), step):
                some = at[start : start + step]
                field = np.repeat(panel[None], len(some), axis=0)
                field_weights = np.repeat(panel_weights[None], len(some), axis=0)
                field[:, cells.units[pair]] = scores[pair, some]
                field_weights[:, cells.units[pair]] = weights[pair, some]
                result = _apply(node, field[:, None], field_weights[:, None], context)
                made[pair, some] = result[:, 0, cells.units[pair]]
    return made


def _apply(node: Node, scores: Array, weights: Array, context: Context) -> Array:
    record = node.aggregation.part.record
    if record.weights == "shares":
        weights = shares(weights)
    filled = np.where(np.isnan(scores), 1.0, scores)
    made = node.aggregation.call(record.apply, "apply", filled, weights, context, node.aggregation.options)
    return node.aggregation.part.numbers(made)


def _context(node: Node, cells: Cells, units: Any) -> Context:
    plan = cells.ranking.plan
    frame = plan.units.units.frame.iloc[units]
    whole_context = plan.context(node.members, attrs.evolve(plan.units.units, frame=frame))
    return attrs.evolve(whole_context, editions=(plan.editions[cells.edition],))
