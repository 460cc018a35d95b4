"""A score split down to its indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs
import numpy as np
from attrs import frozen

from hubrank.explain.shapley import Attribution, RankedUnits, Split, attributed, ranked
from hubrank.numeric import Array
from hubrank.ranking.ranking import Ranking
from hubrank.scenario.tree import Node


def stepped(first: RankedUnits, second: RankedUnits, node: str) -> tuple[Array, Array]:
    """The factor by which the steps of `after` change a difference, and the effect of steps that changed.

    The steps of an edition are read off its own units, straight between neighbours.
    """
    before_x, after_x = first.panel_before(node), first.panel_after(node)
    before_y, after_y = second.panel_before(node), second.panel_after(node)
    x, y = first.before(node), second.before(node)
    new, old = first.after(node), second.after(node)
    if (x == new).all() and (y == old).all():
        return np.ones(len(x)), np.zeros(len(x))
    crossed_y, crossed_x = _read(before_x, after_x, y), _read(before_y, after_y, x)
    moved = ((crossed_y - old) + (new - crossed_x)) / 2
    gap = x - y
    far = np.abs(gap) > 1e-9 * (np.abs(x) + np.abs(y))
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = np.where(far, (new - old - moved) / gap, _slope(before_x, after_x))
    return slope, new - old - slope * gap


def _read(before: Array, after: Array, at: Array) -> Array:
    """The steps' outcome at scores, straight on beyond the ends."""
    there = ~np.isnan(before) & ~np.isnan(after)
    x, where = np.unique(before[there], return_index=True)
    y = after[there][where]
    if len(x) < 2:
        return np.asarray(at - x[0] + y[0])
    low = y[0] + (at - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    high = y[-1] + (at - x[-1]) * (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(np.where(at < x[0], low, np.where(at > x[-1], high, np.interp(at, x, y))))


def _slope(before: Array, after: Array) -> float:
    there = ~np.isnan(before) & ~np.isnan(after)
    spread = np.ptp(before[there])
    return float(np.polyfit(before[there], after[there], 1)[0]) if spread > 0 else 1.0


Kind = Literal["indicator", "dimension", "weights", "steps", "field"]
#: A part of a difference: its kind, and the name of the indicator, dimension or column.
Part = tuple[Kind, str]

#: Pairs that are split at a time.
_PAIRS = 50_000
#: Parts smaller than this are the noise of sums.
_NOISE = 1e-12


@frozen(kw_only=True, eq=False)
class Contributions:
    """The parts of the difference between pairs of cells.

    Attributes:
        parts: `(pairs,)` each: an `indicator`'s part; the part of a `dimension` which could not be split further (one
            of the pair lacks it, its method has no exact split, or the score above jumps where it hardly differs); the
            effect of different `weights` in a dimension, of its steps in `after` that changed, and of the `field` of
            other units.
        totals: `(pairs,)` for every member of every dimension: its contribution, all below it together.
        attribution: The kind of split of each dimension.
        difference: The first's score less the second's, `(pairs,)`.
    """

    parts: Mapping[Part, Array]
    totals: Mapping[str, Array]
    attribution: Mapping[str, Attribution]
    difference: Array

    def sum(self) -> Contributions:
        """The sums over the pairs, as one pair."""
        return attrs.evolve(
            self,
            parts={part: item.sum(keepdims=True) for part, item in self.parts.items()},
            totals={name: item.sum(keepdims=True) for name, item in self.totals.items()},
            difference=self.difference.sum(keepdims=True),
        )

    def indicators(self, keys: tuple[str, ...]) -> Array:
        """The indicators' parts, `(pairs, keys)`; 0 for what has none."""
        nothing = np.zeros(len(self.difference))
        return np.stack([self.parts.get(("indicator", key), nothing) for key in keys], axis=-1)


def contributions(first: RankedUnits, second: RankedUnits) -> Contributions:
    """Split the difference of scores between pairs of cells.

    A dimension's difference is split among its members by `games`, and a member that is a dimension passes its part
    down in proportion to its own split. For sums this is the one additive split, for logarithms the logarithmic mean
    Divisia split, for others the Shapley value of each dimension's game.

    Args:
        first: Cells with a score.
        second: As many cells, or one for all; of a ranking whose plan has the same tree.

    Returns:
        Parts that sum to the difference of scores.
    """
    pairs = max(len(first.units), len(second.units))
    first, second = (attrs.evolve(item, units=np.broadcast_to(item.units, (pairs,))) for item in (first, second))
    descent = _Descent(first, second)
    with np.errstate(invalid="ignore"):
        descent.descend(first.ranking.plan.tree.root, np.ones(pairs), np.ones(pairs, dtype=bool))
    return Contributions(
        parts=descent.parts,
        totals=descent.totals,
        attribution=descent.attribution,
        difference=first.scores - second.scores,
    )


def against_all(ranking: Ranking, edition: int, unit: int) -> Contributions:
    """A unit's lead over the mean score of an edition's ranked units: the mean of its pairwise contributions.

    Sums are split some pairs at a time, so that of a million no array is kept.
    """
    order, first = ranked(ranking, edition), RankedUnits.of(ranking, edition, unit)
    sums = all(node.form is not None and node.form.linear for node in ranking.plan.tree)
    blocks = np.array_split(order, len(order) // _PAIRS + 1) if sums else [order]
    found = [contributions(first, RankedUnits.of(ranking, edition, some)).sum() for some in blocks]

    def mean(amounts: Sequence[Mapping[Any, Array]]) -> dict[Any, Array]:
        keys = dict.fromkeys(key for item in amounts for key in item)
        return {key: np.asarray(sum(item.get(key, 0.0) for item in amounts) / len(order)) for key in keys}

    return attrs.evolve(
        found[0],
        parts=mean([item.parts for item in found]),
        totals=mean([item.totals for item in found]),
        difference=np.asarray(sum(item.difference for item in found) / len(order)),
    )


def _kept(amounts: Array, there: Any) -> Array:
    """Amounts of the pairs that are there, 0 for the others."""
    return amounts if there.all() else np.where(there, amounts, 0.0)


class _Descent:
    """Walks down the tree and gathers the parts."""

    def __init__(self, first: RankedUnits, second: RankedUnits) -> None:
        self.first, self.second = first, second
        self.parts: dict[Part, Array] = {}
        self.totals: dict[str, Array] = {}
        self.attribution: dict[str, Attribution] = {}

    def descend(self, node: Node, factor: Array, there: Any) -> None:
        """Split a node's difference, of which each unit is worth `factor`, for the pairs that both have it."""
        slope, moved = stepped(self.first, self.second, node.name)
        self._add(("steps", node.name), factor * moved, there)
        factor = factor * slope
        split = self._split(node, there)
        self.attribution[node.name] = split.attribution
        if split.attribution == "whole":
            gap = self.first.before(node.name) - self.second.before(node.name)
            self._add(("dimension", node.name), factor * gap, there)
            return
        self._add(("weights", node.name), factor * split.weights, there)
        self._add(("field", node.name), factor * split.field, there)
        x, y = self.first.members(node.name), self.second.members(node.name)
        below = {item.name: item for item in self.first.ranking.plan.tree}
        for at, member in enumerate(node.members):
            part = _kept(factor * split.members[:, at], there)
            self.totals[member.name] = part
            if member.name not in below:
                self._add(("indicator", member.name), part, there)
                continue
            both = there & ~np.isnan(x[:, at]) & ~np.isnan(y[:, at])
            self._add(("dimension", member.name), part, there & ~both)
            if both.any():
                slope = _kept(factor * split.slopes[:, at], both)
                jump = part - slope * _kept(x[:, at] - y[:, at], both)
                jump[~(np.abs(jump) > _NOISE * (1 + np.abs(part)))] = 0.0
                self._add(("dimension", member.name), jump, both)
                self.descend(below[member.name], slope, both)

    def _add(self, part: Part, amount: Array, there: Any) -> None:
        amount = _kept(amount, there)
        if part[0] == "indicator" or amount.any():
            self.parts[part] = self.parts.get(part, 0.0) + amount

    def _split(self, node: Node, there: Any) -> Split:
        """The node's split, for the pairs that both have it; zeros for the others."""
        if there.all():
            return attributed(node, self.first, self.second)
        at = np.flatnonzero(there)
        split = attributed(node, *(attrs.evolve(item, units=item.units[at]) for item in (self.first, self.second)))
        amounts: dict[str, Any] = {}
        for name in ("members", "slopes", "weights", "field"):
            values = getattr(split, name)
            amounts[name] = np.zeros((len(there), *values.shape[1:]))
            amounts[name][at] = values
        return attrs.evolve(split, **amounts)
