"""The best and the worst rank over all weights: pairwise bounds, and mixed-integer programs where they leave room."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import gettext_noop
from hubrank.methods import NOISE, ranks

from hubrank_analysis.robustness.programs import region_of, rivals_ahead, widest_lead
from hubrank_analysis.robustness.weight_sets import WeightSet

if TYPE_CHECKING:
    from hubrank import Array, Mask


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
        rank: The best or worst rank that is known to be attained.
        bound: The rank that is proven not to be passed.
        weights: Effective weights of all members that attain `rank`; none where no program had to be solved.
        cause: What may keep the two apart: a mixed tree, missing members, the time limit or the solver's rounding.
    """

    rank: int
    bound: int
    weights: Array | None
    cause: str = ""

    @property
    def proven(self) -> bool:
        """Whether the rank is exact."""
        return self.rank == self.bound


@frozen(kw_only=True, eq=False, slots=False)
class Exact:
    """Units of an edition over a set of weights.

    Attributes:
        weights: The set.
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
    def always(self) -> Mask:
        """Whether the second unit is ahead of the first under all weights, `(units, units)`."""
        ahead: Mask = -TOLERANCE * self.span > self.higher.T
        return ahead

    @functools.cached_property
    def never(self) -> Mask:
        """Whether the second unit is ahead of the first under no weights."""
        behind: Mask = self.higher <= TOLERANCE * self.span
        return behind

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
        """The best or worst rank of a unit.

        Args:
            unit: Which.
            worst: Whether the worst is asked for.
            seconds: How long the program may take.
            seen: A rank that is known to be attained.
        """
        best_bound, worst_bound = (int(each[unit]) for each in self.bounds)
        bound = worst_bound if worst else best_bound
        if seen == bound:
            return Extreme(rank=seen, bound=bound, weights=None)
        known = seen if seen is not None else self._rank(unit, self.weights.middle())
        unsolved = self._unsolved(unit, seconds)
        if unsolved:
            return Extreme(rank=known, bound=bound, weights=None, cause=unsolved)
        solved, weights, cause = self._solve(unit, worst, seconds)
        limit = min(bound, solved) if worst else max(bound, solved)
        if weights is None:
            return Extreme(rank=known, bound=limit, weights=None, cause=cause)
        reached = self._rank(unit, weights)
        if reached < known if worst else reached > known:
            return Extreme(rank=known, bound=limit, weights=None, cause=cause)
        return Extreme(rank=reached, bound=limit, weights=weights, cause=cause)

    def _unsolved(self, unit: int, seconds: float) -> str:
        """Why no program is solved for a unit; nothing where one is."""
        if self.weights.mixed:
            return MIXED
        if np.isnan(self.linear[unit]).any():
            return MISSING
        return STOPPED if seconds <= 0 else ""

    def winning_weights(self, unit: int) -> Array | None:
        """Weights under which a unit is first by as much as can be; none where it cannot be, or lacks members."""
        whole: Mask = np.asarray(~np.isnan(self.linear).any(axis=1))
        if self.weights.mixed or not whole[unit]:
            return None
        region = region_of(self.weights)
        whole[unit] = False
        found = widest_lead(region, self._differences(unit, np.flatnonzero(whole), region.variables))
        weights = None if found is None else found[: len(self.weights.names)]
        return weights if weights is not None and self._rank(unit, weights) == 1 else None

    def scores(self, weights: Array) -> Array:
        """The units' scores as sums, by effective weights of all members; missing members' weights shared out."""
        return self.weights.scores(self.values, weights)

    def _rank(self, unit: int, weights: Array) -> int:
        """The unit's rank, once scores that the solver cannot tell from the unit's are made equal to it."""
        scores = self.scores(weights)
        alike = np.abs(scores - scores[unit]) <= TOLERANCE * self.span
        return int(ranks(np.where(alike, scores[unit], scores), "min", "highest")[unit])

    def _differences(self, unit: int, others: Any, variables: int) -> Array:
        """Rows whose product with the variables is the others' score less the unit's."""
        rows = np.zeros((len(others), variables))
        rows[:, self.weights.leaves] = self.linear[others] - self.linear[unit]
        return rows

    def _solve(self, unit: int, worst: bool, seconds: float) -> tuple[int, Array | None, str]:
        """The proven rank, weights of the best solution found, and what may keep its rank from the proven one.

        Units whose score is no weighted sum for all weights are taken to be ahead, or not, as it suits, so that the
        rank stays a bound.
        """
        always, never = self.always[unit].copy(), self.never[unit].copy()
        never[unit] = True
        whole = ~np.isnan(self.linear).any(axis=1)
        unsure = int((~always & ~never & ~whole).sum())
        undecided = np.flatnonzero(~always & ~never & whole)
        region = region_of(self.weights)
        found = rivals_ahead(
            region,
            self._differences(unit, undecided, region.variables) / self.span,
            -self.higher[undecided, unit] / self.span,
            self.higher[unit, undecided] / self.span,
            most=worst,
            seconds=seconds,
        )
        weights = None if found.solution is None else found.solution[: len(self.weights.names)]
        cause = STOPPED if found.stopped else MISSING if unsure else ROUNDED
        return 1 + int(always.sum()) + (unsure if worst else 0) + found.ahead, weights, cause


def exact_of(weights: WeightSet, normalised: Array) -> Exact:
    """Prepare the exact analysis of the ranked units of an edition.

    Args:
        weights: The set of weights.
        normalised: The units' normalised values, `(units, indicators)`; gaps NaN.
    """
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
    exact: Exact, seen_best: Any, seen_worst: Any, seconds: float, tell: Any
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
