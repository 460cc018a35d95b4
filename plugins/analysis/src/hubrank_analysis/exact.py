"""Exact ranges of ranks by linear and mixed-integer programs over a set of weights."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from attrs import frozen
from hubrank import ROOT, Array, gettext_noop
from hubrank.cli.console import silence
from hubrank.methods import NOISE, ranks

from hubrank_analysis.weight_sets import WeightSet

#: By so much a unit is ahead in a program, so that rounding in the solver leaves it ahead by the tolerance.
_MARGIN = 4e-6
#: The solver's status where its time was over.
_STOPPED = 1
#: Scores nearer than this share of their range are made equal before they are ranked; the solver is no more exact.
TOLERANCE = 1e-6
#: What may keep the rank that is attained from the one that is proven.
MIXED, MISSING, STOPPED, ROUNDED = (
    gettext_noop("mixed tree"),
    gettext_noop("missing members"),
    gettext_noop("time limit"),
    gettext_noop("rounding"),
)


@frozen(kw_only=True, eq=False)
class Extreme:
    """The best or worst rank of a unit.

    Attributes:
        rank: The rank that is known to be attained.
        bound: The rank that is proven not to be passed.
        weights: Effective weights of all members that attain `rank`; none where no program had to be solved.
        cause: What may keep the two apart: a mixed tree, missing members, the time limit or the solver's rounding.
    """

    rank: int
    bound: int
    weights: Array | None = None
    cause: str = ""

    @property
    def proven(self) -> bool:
        """Whether the rank is exact."""
        return self.rank == self.bound


@frozen(kw_only=True, eq=False, slots=False)
class Exact:
    """Units of an edition over a set of weights.

    Attributes:
        values: The units' values as they are summed, `(units, indicators)`; gaps NaN.
        linear: The same where the score is a weighted sum for all weights, else NaN.
        higher: Bounds from above of the second's score less the first's, `(units, units)`.
        span: The range of scores.
    """

    weights: WeightSet
    values: Array
    linear: Array
    higher: Array
    span: float

    @functools.cached_property
    def always(self) -> Any:
        """Whether the second unit is ahead of the first under all weights, `(units, units)`."""
        return -TOLERANCE * self.span > self.higher.T

    @functools.cached_property
    def never(self) -> Any:
        """Whether the second unit is ahead of the first under no weights."""
        return self.higher <= TOLERANCE * self.span

    @functools.cached_property
    def whole(self) -> Any:
        """Whose score is a weighted sum for all weights, `(units,)`."""
        return ~np.isnan(self.linear).any(axis=1)

    @functools.cached_property
    def region(self) -> tuple[Array, Array, Array]:
        """The set as `equal @ x = equal_to` and `most @ x <= 0`.

        Variables are at least 0: the members' effective weights, then a scale for each box.
        """
        nodes, members = self.weights.nodes, len(self.weights.names)
        boxes = [node for node in nodes if not node.free]
        variables = members + len(boxes)
        parent = {child: node.members[at] for node in nodes for at, child in enumerate(node.children) if child >= 0}
        equal, most = np.zeros((len(nodes), variables)), [np.zeros((0, variables))]
        for at, node in enumerate(nodes):
            equal[at, node.members] = 1
            if node.name != ROOT:
                equal[at, parent[at]] = -1
            rows = np.zeros((len(node.constraints), variables))
            rows[:, node.members] = -node.constraints
            most.append(rows)
            if node.free:
                continue
            rows = np.zeros((2 * len(node.members), variables))
            for place, member in enumerate(node.members):
                rows[2 * place : 2 * place + 2, member] = 1, -1
            rows[::2, members + boxes.index(node)] = -node.high
            rows[1::2, members + boxes.index(node)] = node.low
            most.append(rows)
        return equal, np.array([float(node.name == ROOT) for node in nodes]), np.concatenate(most)

    @functools.cached_property
    def bounds(self) -> tuple[Any, Any]:
        """The best and the worst rank that pairwise bounds leave to each unit; no rank lies outside."""
        units = len(self.values)
        others = ~np.eye(units, dtype=bool)
        return 1 + (self.always & others).sum(axis=1), units - (self.never & others).sum(axis=1)

    def dominance(self) -> list[tuple[int, int]]:
        """Pairs of which the first is ahead of the second under all weights, without those that follow (Hasse)."""
        over = self.always.T.copy()
        np.fill_diagonal(over, val=False)
        implied = (over.astype(np.float32) @ over.astype(np.float32)) > 0
        return [(int(first), int(second)) for first, second in np.argwhere(over & ~implied)]

    def extreme(self, unit: int, *, worst: bool, seconds: float, seen: int | None = None) -> Extreme:
        """The best or worst rank of a unit, within so many seconds; `seen` is a rank known to be attained."""
        bound = int(self.bounds[int(worst)][unit])
        if seen == bound:
            return Extreme(rank=seen, bound=bound)
        known = seen if seen is not None else self._rank(unit, self.weights.middle())
        unsolved = MIXED if self.weights.mixed else MISSING if not self.whole[unit] else STOPPED if seconds <= 0 else ""
        if unsolved:
            return Extreme(rank=known, bound=bound, cause=unsolved)
        solved, weights, cause = self._solve(unit, worst, seconds)
        limit = min(bound, solved) if worst else max(bound, solved)
        reached = known if weights is None else self._rank(unit, weights)
        if weights is None or (reached < known if worst else reached > known):
            return Extreme(rank=known, bound=limit, cause=cause)
        return Extreme(rank=reached, bound=limit, weights=weights, cause=cause)

    def winning_weights(self, unit: int) -> Array | None:
        """Weights under which a unit is first by as much as can be; none where it cannot be, or lacks members."""
        from scipy.optimize import linprog

        if self.weights.mixed or not self.whole[unit]:
            return None
        others = np.flatnonzero(self.whole)
        rows = self._differences(unit, others[others != unit])
        equal, equal_to, most = self.region
        variables = equal.shape[1]
        with silence():
            found = linprog(
                np.append(np.zeros(variables), -1.0),
                A_ub=np.block([[most, np.zeros((len(most), 1))], [rows, np.ones((len(rows), 1))]]),
                b_ub=np.zeros(len(most) + len(rows)),
                A_eq=np.column_stack([equal, np.zeros(len(equal))]),
                b_eq=equal_to,
                bounds=[(0, None)] * variables + [(None, None)],
            )
        weights = None if found.x is None else found.x[: len(self.weights.names)]
        return weights if weights is not None and self._rank(unit, weights) == 1 else None

    def scores(self, weights: Array) -> Array:
        """The units' scores as sums, by effective weights of all members; missing members' weights shared out."""
        return self.weights.scores(self.values, weights)

    def _rank(self, unit: int, weights: Array) -> int:
        """The unit's rank, once scores that the solver cannot tell from the unit's are made equal to it."""
        scores = self.scores(weights)
        alike = np.abs(scores - scores[unit]) <= TOLERANCE * self.span
        return int(ranks(np.where(alike, scores[unit], scores), "min", "highest")[unit])

    def _differences(self, unit: int, others: Any) -> Array:
        """Rows whose product with the region's variables is the others' score less the unit's."""
        rows = np.zeros((len(others), self.region[0].shape[1]))
        rows[:, self.weights.leaves] = self.linear[others] - self.linear[unit]
        return rows

    def _solve(self, unit: int, worst: bool, seconds: float) -> tuple[int, Array | None, str]:
        """The proven rank, weights of the best solution found, and what may keep its rank from the proven one.

        A binary for each rival says whether it is ahead; the fewest are sought, or for the worst rank the most. Units
        whose score is no weighted sum for all weights are taken to be ahead, or not, as it suits, so that the rank
        stays a bound.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        decided = self.always[unit] | self.never[unit]
        decided[unit] = True
        unsure = int((~decided & ~self.whole).sum())
        undecided = np.flatnonzero(~decided & self.whole)
        rows, count = self._differences(unit, undecided) / self.span, len(undecided)
        low, high = -self.higher[undecided, unit] / self.span, self.higher[unit, undecided] / self.span
        if worst:
            # ahead by the margin at least where the binary is 1: diff >= low (1 - z) + margin z
            ahead = LinearConstraint(np.column_stack([rows, np.diag(low - _MARGIN)]), low, np.inf)
        else:
            ahead = LinearConstraint(np.column_stack([rows, -np.diag(high)]), -np.inf, 0.0)
        equal_to, variables = self.region[1], rows.shape[1]
        equal, most = (np.column_stack([item, np.zeros((len(item), count))]) for item in self.region[::2])
        with silence():
            found = milp(
                np.append(np.zeros(variables), np.full(count, -1.0 if worst else 1.0)),
                integrality=np.append(np.zeros(variables), np.ones(count)),
                bounds=Bounds(0, np.append(np.full(variables, np.inf), np.ones(count))),
                constraints=[
                    LinearConstraint(equal, equal_to, equal_to),
                    LinearConstraint(most, -np.inf, 0.0),
                    ahead,
                ],
                options={"time_limit": seconds, "mip_rel_gap": 0.0},
            )
        bound, proven = found.mip_dual_bound, count + unsure if worst else 0
        if bound is not None and np.isfinite(bound):
            proven = int(np.floor(-bound + 1e-6)) + unsure if worst else int(np.ceil(bound - 1e-6))
        cause = STOPPED if found.status == _STOPPED else MISSING if unsure else ROUNDED
        weights = None if found.x is None else found.x[: len(self.weights.names)]
        return 1 + int(self.always[unit].sum()) + proven, weights, cause


def exact_of(weights: WeightSet, normalised: Array) -> Exact:
    """Prepare the exact analysis of the ranked units of an edition by their normalised values `(units, indicators)`."""
    values = weights.entered(normalised)
    filled = weights.filled(values)
    gaps = np.isnan(filled)
    linear = np.where(gaps.any(axis=1, keepdims=True), np.nan, filled)
    units = len(values)
    highest, lowest = weights.highest(values), weights.highest(values, -1.0)
    higher = highest[None, :] - lowest[:, None]
    for unit in range(units):
        alike = np.flatnonzero((gaps == gaps[unit]).all(axis=1))
        higher[unit, alike] = weights.higher(filled[unit], filled[alike])
    np.fill_diagonal(higher, 0.0)
    noise = NOISE / TOLERANCE * float(np.nanmax(np.abs(filled), initial=0.0))  # where all scores cancel, all tie
    span = float(max(highest.max() - lowest.min(), noise, 1e-300)) if units else 1.0
    return Exact(weights=weights, values=values, linear=linear, higher=higher, span=span)


def extremes(
    exact: Exact, seen_best: Any, seen_worst: Any, seconds: float, tell: Callable[[float], None]
) -> Iterator[tuple[int, Extreme, Extreme]]:
    """The best and worst rank of every unit, the time that is left shared evenly among those still to come.

    Args:
        exact: The units and weights.
        seen_best: The best rank of each that any draw gave.
        seen_worst: The worst.
        seconds: How long it may take in all.
        tell: Called with the share that is done.
    """
    end = time.monotonic() + seconds
    units = len(exact.values)
    for unit in range(units):
        tell(unit / units)
        share = max(0.0, end - time.monotonic()) / (2 * (units - unit)) * 4
        best = exact.extreme(unit, worst=False, seconds=share, seen=int(seen_best[unit]))
        worst = exact.extreme(unit, worst=True, seconds=share, seen=int(seen_worst[unit]))
        yield unit, best, worst
