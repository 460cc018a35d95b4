"""A difference split exactly among members."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from math import factorial
from typing import Any, Literal

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import HubrankError
from hubrank.numeric import Array, Positions, shares
from hubrank.plugin.methods import Context
from hubrank.ranking.pipeline import combine
from hubrank.ranking.ranking import Ranking
from hubrank.scenario.tree import Node

Attribution = Literal["additive", "log-additive", "Shapley", "whole"]


#: Gives the scores `(pairs, coalitions)` of profiles `(pairs, coalitions, members)`: their scores (NaN if a member
#: is missing), their weights, and whether each coalition competes in the first profile's field.
Play = Callable[[Array, Array, Any], Array]

#: More players than this would take too many coalitions.
MOST_PLAYERS = 14
#: Members nearer to each other than this, relative to their size, are equal.
_EQUAL = 1e-7


@frozen(kw_only=True, eq=False)
class Profiles:
    """Pairs of profiles, `x` and `y`, of one dimension: scores `(pairs,)`, members and weights `(pairs, members)`.

    A member is NaN if it is missing.
    """

    x: Array
    y: Array
    weights_x: Array
    weights_y: Array
    score_x: Array
    score_y: Array

    @property
    def players(self) -> int:
        """The members, and one for their weights where the two profiles' differ."""
        differ = not np.allclose(self.weights_x, self.weights_y, rtol=1e-12, atol=0)
        return int(self.x.shape[1]) + differ

    def shares(self) -> tuple[Array, Array]:
        """Both weights, shared among the members that at least one of the pair has; one row if all pairs have the same.

        Of a million pairs with the same weights and all members, no array of that size is made.
        """
        missing = np.isnan(_distinct(self.x))
        if missing.any() and (missing := missing & np.isnan(self.y)).any():
            return shares(np.where(missing, 0.0, self.weights_x)), shares(np.where(missing, 0.0, self.weights_y))
        return shares(_distinct(self.weights_x)), shares(_distinct(self.weights_y))

    def filled(self, x: Any, y: Any) -> tuple[Array, Array]:
        """Both profiles, with values in place of the missing ones."""
        return _filled(self.x, x), _filled(self.y, y)


def _distinct(rows: Array) -> Array:
    """The first row, if it serves all pairs, else all."""
    return rows[:1] if rows.strides[0] == 0 else rows


def _filled(values: Array, others: Any) -> Array:
    gaps = np.isnan(_distinct(values))
    return np.where(gaps, others, values) if gaps.any() else values


@frozen(kw_only=True, eq=False)
class Split:
    """A dimension's difference, split.

    Attributes:
        attribution: How.
        members: The contribution of each member, `(pairs, members)`.
        slopes: What a member's own difference is worth, so that it can be split further, of the same shape.
        weights: The effect of different weights, `(pairs,)`.
        field: The effect of the other units, `(pairs,)`; 0 if units do not affect each other.
    """

    attribution: Attribution
    members: Array
    slopes: Array
    weights: Array
    field: Array


def additive(profiles: Profiles, *, raw: bool) -> Split:
    """The terms of a weighted sum.

    A member that one of the pair lacks counts as that one's own score, since its weight is shared out among the rest;
    with raw weights it counts as 0.
    """
    if raw:
        x, y = profiles.filled(0.0, 0.0)
        first, second = profiles.weights_x, profiles.weights_y
    else:
        x, y = profiles.filled(profiles.score_x[:, None], profiles.score_y[:, None])
        first, second = profiles.shares()
    slopes, changes = (first + second) / 2, first - second
    members = np.subtract(x, y, order="F")  # each member's side by side, as they are read
    members *= slopes
    return Split(
        attribution="additive",
        members=members,
        slopes=np.broadcast_to(slopes, x.shape),
        weights=(changes * (x + y) / 2).sum(axis=-1) if changes.any() else np.zeros(len(x)),
        field=np.zeros(len(x)),
    )


def log_additive(profiles: Profiles, shift: float) -> Split:
    """The terms of a weighted sum of logarithms, in scores."""
    x, y = profiles.filled(profiles.score_x[:, None], profiles.score_y[:, None])
    x, y = x + shift, y + shift
    first, second = profiles.shares()
    slopes = (first + second) / 2
    gap = logarithmic_mean(profiles.score_x + shift, profiles.score_y + shift)
    return Split(
        attribution="log-additive",
        members=gap[:, None] * slopes * (np.log(x) - np.log(y)),
        slopes=gap[:, None] * slopes / logarithmic_mean(x, y),
        weights=gap * ((first - second) * (np.log(x) + np.log(y)) / 2).sum(axis=-1),
        field=np.zeros(len(x)),
    )


def shapley(profiles: Profiles, play: Play, *, field: bool) -> Split:
    """Each member's Shapley value, by all coalitions.

    Players are the members, their weights if the two profiles' differ, and the field of other units if units affect
    each other. A coalition without any member scores halfway between the two.
    """
    pairs, members = profiles.x.shape
    values = _values(profiles, play, field) @ _shapley_matrix(profiles.players + field)
    return Split(
        attribution="Shapley",
        members=values[:, :members],
        slopes=_slopes(profiles, play, values[:, :members], field),
        weights=values[:, members] if profiles.players > members else np.zeros(pairs),
        field=values[:, -1] if field else np.zeros(pairs),
    )


def logarithmic_mean(x: Array, y: Array) -> Array:
    """(x - y) / (ln x - ln y), and x where both are equal."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(x / y)
        small = np.abs(ratio) < 1e-5
        series = np.sqrt(x * y) * (1 + ratio**2 / 24)
        return np.asarray(np.where(small, series, (x - y) / np.where(small, 1.0, ratio)))


def _coalitions(players: int) -> Any:
    """The members of every coalition, `(2**players, players)`: the bits of its number."""
    return (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1


def _values(profiles: Profiles, play: Play, field: bool) -> Array:
    """The score of every coalition, `(pairs, 2**players)`."""
    members = profiles.x.shape[1]
    inside = _coalitions(profiles.players + field)
    scores = np.where(inside[:, :members], profiles.x[:, None, :], profiles.y[:, None, :])
    weights = profiles.weights_x[:, None, :]
    if profiles.players > members:
        weights = np.where(inside[:, members, None], weights, profiles.weights_y[:, None, :])
    weights = np.where(np.isnan(scores), 0.0, np.broadcast_to(weights, scores.shape))
    values = play(scores, weights, inside[:, -1] if field else np.zeros(len(inside), dtype=bool))
    half = (profiles.score_x + profiles.score_y)[:, None] / 2
    values = np.where(weights.sum(axis=-1) > 0, values, half)
    values[:, 0], values[:, -1] = profiles.score_y, profiles.score_x
    return values


def _shapley_matrix(players: int) -> Array:
    """The matrix from the coalitions' scores to Shapley values, `(2**players, players)`."""
    inside = _coalitions(players)
    size = inside.sum(axis=1)
    orders = np.array([factorial(at) * factorial(players - at - 1) / factorial(players) for at in range(players)])
    joining = orders[np.maximum(size - 1, 0)][:, None]
    staying = orders[np.minimum(size, players - 1)][:, None]
    return np.asarray(np.where(inside, joining, -staying))


def _slopes(profiles: Profiles, play: Play, values: Array, field: bool) -> Array:
    """Each member's Shapley value divided by its difference; for equal values by that of a small step."""
    gap = profiles.x - profiles.y
    equal = np.abs(gap) <= _EQUAL * (np.abs(profiles.x) + np.abs(profiles.y) + _EQUAL)
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes = np.nan_to_num(np.where(equal, 0.0, values / gap))
    for at in np.flatnonzero(equal.any(axis=0)):
        step = 1e-6 * (1 + np.abs(np.nan_to_num(profiles.x[:, at])))
        bumped = profiles.x.copy()
        bumped[:, at] += step
        weights = np.where(np.isnan(bumped), 0.0, profiles.weights_x)
        score = play(bumped[:, None, :], weights[:, None, :], np.array([field]))[:, 0]
        moved = _values(attrs.evolve(profiles, x=bumped, score_x=score), play, field)
        change = moved @ _shapley_matrix(profiles.players + field)[:, at] - values[:, at]
        slopes[:, at] = np.where(equal[:, at], change / step, slopes[:, at])
    return slopes


@frozen(kw_only=True, eq=False)
class RankedUnits:
    """Units of one edition of a ranking, by their positions."""

    ranking: Ranking
    edition: int
    units: Positions

    @classmethod
    def of(cls, ranking: Ranking, edition: int, units: Any) -> RankedUnits:
        """One unit, or several."""
        return cls(ranking=ranking, edition=edition, units=np.atleast_1d(np.asarray(units, dtype=np.intp)))

    @property
    def scores(self) -> Array:
        """Their scores, `(units,)`."""
        return self._of(self.ranking.scores[self.edition])

    def members(self, node: str) -> Array:
        """The scores of a dimension's members, `(units, members)`."""
        return self._of(self.ranking.nodes[node].members[self.edition])

    def weights(self, node: str) -> Array:
        """The members' weights as the weighting gave them, `(units, members)`."""
        return self._of(self.panel_weights(node))

    def before(self, node: str) -> Array:
        """Their scores before the steps of `after`, `(units,)`."""
        return self._of(self.panel_before(node))

    def after(self, node: str) -> Array:
        """Their scores after these, `(units,)`."""
        return self._of(self.panel_after(node))

    def _of(self, panel: Array) -> Array:
        """Their rows of the numbers of all units: of one unit in all pairs, or of units in order, without a copy."""
        units = self.units
        if len(units) and (units.strides == (0,) or panel.strides[0] == 0):
            return np.broadcast_to(panel[units[0]], (len(units), *panel.shape[1:]))
        first = int(units[0]) if len(units) else 0
        if (units == np.arange(first, first + len(units))).all():
            return panel[first : first + len(units)]
        return np.asarray(panel[units])

    def panel_weights(self, node: str) -> Array:
        """The weights of all units of the edition, `(all units, members)`."""
        scores = self.ranking.nodes[node]
        return np.asarray(np.broadcast_to(scores.weights, scores.members.shape)[self.edition])

    def panel_before(self, node: str) -> Array:
        """The scores of all units before the steps of `after`."""
        return np.asarray(self.ranking.nodes[node].before[self.edition])

    def panel_after(self, node: str) -> Array:
        """The results of those scores: for the root the ranking's scores, else the parent's input."""
        if self.ranking.plan.tree[node].parent is None:
            return np.asarray(self.ranking.scores[self.edition])
        return np.asarray(self.ranking.nodes[node].handed_up[self.edition])


def ranked(ranking: Ranking, edition: int) -> Positions:
    """The positions of the units that have a rank in an edition."""
    return np.flatnonzero(~np.isnan(ranking.ranks[edition]))


def effective_weights(cells: RankedUnits) -> Array:
    """The weight of each indicator for each unit, `(units, indicators)`: products of shares down the tree.

    The weight of missing members is redistributed to the others, so each row sums to 1 if weights are shares.
    """
    plan = cells.ranking.plan
    column = {item.key: at for at, item in enumerate(plan.ranked)}
    effective = np.zeros((len(cells.units), len(column)))
    above = {plan.tree.root.name: np.ones(len(cells.units))}
    for node in reversed(plan.tree.nodes):
        there = np.where(np.isnan(cells.members(node.name)), 0.0, cells.weights(node.name))
        local = shares(there)
        for at, member in enumerate(node.members):
            part = above[node.name] * local[:, at]
            if member.name in column:
                effective[:, column[member.name]] = part
            else:
                above[member.name] = part
    return effective


#: The most numbers passed to an aggregation method at once.
_NUMBERS = 4_000_000


def attributed(node: Node, first: RankedUnits, second: RankedUnits) -> Split:
    """Split a dimension's difference between equally many pairs of cells that both have it.

    It is split by the formula for the mean that the aggregation method declares, else by Shapley values; `whole` if
    those would take too many coalitions.
    """
    profiles = Profiles(
        x=first.members(node.name),
        y=second.members(node.name),
        weights_x=first.weights(node.name),
        weights_y=second.weights(node.name),
        score_x=first.before(node.name),
        score_y=second.before(node.name),
    )
    form = node.form
    raw = node.aggregation.part.record.weights == "raw"
    nodes = [item.ranking.nodes[node.name].node for item in (first, second)]  # perhaps of two plans of the same tree
    same = all(item.form == form and (item.aggregation.part.record.weights == "raw") == raw for item in nodes)
    if form is not None and same:
        if form.linear:
            return additive(profiles, raw=raw)
        takes = (
            form.logarithmic and not raw and all(form.takes(_panel(node, item)[0]).all() for item in (first, second))
        )
        if takes:
            return log_additive(profiles, form.shift)
    alone = _stands_alone(node, first) and (first is second or _stands_alone(node, second))
    if profiles.players + (not alone) > MOST_PLAYERS:
        zeros = np.zeros(profiles.x.shape)
        return Split(attribution="whole", members=zeros, slopes=zeros, weights=zeros[:, 0], field=zeros[:, 0])

    def play(scores: Array, weights: Array, competes: Any) -> Array:
        if alone:
            return _alone(node, first, scores, weights)
        return _in_field(node, (first, second), scores, weights, competes)

    return shapley(profiles, play, field=not alone)


def _panel(node: Node, cells: RankedUnits) -> tuple[Array, Array, Array]:
    """Members (1 where missing), weights (0 where missing) and scores of the units that have a score."""
    before = cells.panel_before(node.name)
    there = ~np.isnan(before)
    members = cells.ranking.nodes[node.name].members[cells.edition][there]
    weights = np.where(np.isnan(members), 0.0, cells.panel_weights(node.name)[there])
    return np.where(np.isnan(members), 1.0, members), weights, before[there]


def _stands_alone(node: Node, cells: RankedUnits) -> bool:
    """Whether a unit's score comes of its own members alone: found out by handing units over one by one."""
    scores, weights, before = _panel(node, cells)
    try:
        result = _alone(node, cells, scores[:, None, :], weights[:, None, :])[:, 0]
    except HubrankError:
        return False
    return np.allclose(result, before, rtol=1e-10, atol=1e-12)


def _alone(node: Node, cells: RankedUnits, scores: Array, weights: Array) -> Array:
    """Scores `(pairs, coalitions)` of profiles `(pairs, coalitions, members)`, each aggregated by itself."""
    pairs, coalitions, members = scores.shape
    scores, weights = scores.reshape(-1, 1, 1, members), weights.reshape(-1, 1, 1, members)
    step = max(1, _NUMBERS // members)
    context = _context(node, cells, cells.units[:1])
    batches = [
        _apply(node, scores[at : at + step], weights[at : at + step], context)[:, 0, 0]
        for at in range(0, pairs * coalitions, step)
    ]
    return np.concatenate(batches).reshape(pairs, coalitions)


def _in_field(
    node: Node, sides: tuple[RankedUnits, RankedUnits], scores: Array, weights: Array, competes: Any
) -> Array:
    """The same for methods that compare units: each profile in its unit's place among all others."""
    pairs, coalitions, _ = scores.shape
    output = np.empty((pairs, coalitions))
    for cells, at in ((sides[0], np.flatnonzero(competes)), (sides[1], np.flatnonzero(~competes))):
        panel = cells.ranking.nodes[node.name].members[cells.edition]
        panel_weights = np.where(np.isnan(panel), 0.0, cells.panel_weights(node.name))
        context = _context(node, cells, np.arange(len(panel)))
        step = max(1, _NUMBERS // panel.size)
        for pair, start in itertools.product(range(pairs), range(0, len(at), step)):
            some, unit = at[start : start + step], cells.units[pair]
            field, weight = (np.repeat(item[None], len(some), axis=0) for item in (panel, panel_weights))
            field[:, unit], weight[:, unit] = scores[pair, some], weights[pair, some]
            output[pair, some] = _apply(node, field[:, None], weight[:, None], context)[:, 0, unit]
    return output


def _apply(node: Node, scores: Array, weights: Array, context: Context) -> Array:
    weights = shares(weights) if node.aggregation.part.record.weights == "shares" else weights
    return combine(node, np.where(np.isnan(scores), 1.0, scores), weights, context)


def _context(node: Node, cells: RankedUnits, units: Any) -> Context:
    plan = cells.ranking.plan
    frame = plan.units.units.frame.iloc[units]
    whole_context = plan.context(node.members, attrs.evolve(plan.units.units, frame=frame))
    return attrs.evolve(whole_context, editions=(plan.editions[cells.edition],))
