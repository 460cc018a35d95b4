"""Benefit of the doubt: for each unit the weights under which it does best.

Without bounds on shares they are a corner of what weights may be, which is the same for all units of an edition; else
each unit has a linear programme, against those units alone that no other one dominates.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field
from hubrank import Context, MethodError

from hubrank_mcda.frontier.corners import APART, Best, best_of, corners, undominated
from hubrank_mcda.frontier.shares import ShareOptions


def aggregate(scores: np.ndarray, weights: np.ndarray, context: Context, options: ShareOptions) -> np.ndarray:
    """The best score that any weights give a unit, where no unit scores more than 1 under them.

    The dimension's own weights play no part, but for a weight of 0: that member is not there.

    Args:
        scores: `(..., editions, units, members)`, none below 0.
        weights: What broadcasts against them.
        context: The members.
        options: Bounds on shares.

    Returns:
        `(..., editions, units)`, from 0 to 1.

    Raises:
        MethodError: A score is below 0, or a unit cannot keep the bounds.

    Source: Melyn and Moesen (1991); Cherchye et al. (2007), Social Indicators Research 82.
    """
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    there = np.broadcast_to(weights > 0, shape)
    values = np.where(there, scores, 0.0)
    made = np.empty(shape[:-1])
    for index in np.ndindex(shape[:-2]):
        frontier = Frontier(values[index], there[index], context, options)
        made[index] = [frontier.best(unit)[0] for unit in range(shape[-2])]
    return made


def weigh(scores: np.ndarray, context: Context, options: ShareOptions) -> np.ndarray:
    """The weights themselves; aggregation `sum` with them gives the score of `aggregate`.

    Where several weights are equally good for a unit, those count whose shares of its score are nearest to the
    scenario's weights; so the units' order decides nothing.

    Args:
        scores: `(..., editions, units, members)`, none below 0; gaps are left out.
        context: The members and the scenario's weights.
        options: Bounds on shares.

    Returns:
        `(..., editions, units, members)`; a unit that has nothing of any member keeps the scenario's weights.
    """
    there = ~np.isnan(scores) & (context.weights > 0)
    values = np.where(there, scores, 0.0)
    made = np.empty(scores.shape)
    for index in np.ndindex(scores.shape[:-2]):
        made[index] = Frontier(values[index], there[index], context, options).weights()
    editions, units = len(context.editions), len(context.units)
    if scores.shape[-3:-1] == (1, editions * units):
        return made.reshape(*scores.shape[:-3], editions, units, scores.shape[-1])
    return made


@define(eq=False)
class Frontier:
    """The units of one edition, against which each is measured.

    Attributes:
        values: `(units, members)`, 0 where a unit lacks the member.
        there: Which members each unit has.
        context: The members.
        options: Bounds on shares.
    """

    values: np.ndarray
    there: np.ndarray
    context: Context
    options: ShareOptions
    _front: np.ndarray = field(init=False)
    _free: bool = field(init=False)
    _found: Best | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Refuse values below 0, and find what binds the weights."""
        lowest = self.values.min(axis=0)
        for member, least in zip(self.context.members, lowest, strict=True):
            if least < 0:
                value = f"{least:g}"
                raise MethodError(f"'{member.name}' has {value}; scores must be at least 0")
        self._front = undominated(self.values)
        _, low, high = self.options.rows(self.context.members)
        self._free = bool((low <= 0).all() and (high >= 1).all())
        there = corners(self._front) if self._free else None
        self._found = None if there is None else best_of(self.values, self.there & (self.values > 0), there)

    def best(self, unit: int) -> tuple[float, np.ndarray]:
        """The best score of a unit and its shares, 0 for members that it lacks or has nothing of.

        Raises:
            MethodError: It cannot keep the bounds.
        """
        has = self._counts(unit)
        if not has.any():
            return 0.0, np.zeros(self.values.shape[1])
        if self._found is None:
            return self._programme(unit, has)
        return float(self._found.scores[unit]), self._found.shares[unit].copy()

    def _programme(self, unit: int, has: np.ndarray) -> tuple[float, np.ndarray]:
        """What `best` gives, by linear programming."""
        from scipy.optimize import linprog

        shares = np.zeros(self.values.shape[1])
        compared, matrix, low, high = self._limits(unit, has)
        found = linprog(
            -np.ones(has.sum()),
            A_ub=np.concatenate([compared, low[:, None] - matrix, matrix - high[:, None]]),
            b_ub=np.concatenate([np.ones(len(compared)), np.zeros(2 * len(matrix))]),
        )
        if found.status != 0 or -found.fun <= 0:
            code = self.context.units.codes[unit % len(self.context.units)]
            raise MethodError(
                f"unit '{code}' cannot satisfy the bounds on shares with the members that are above 0 ({has.sum()}); "
                "widen low and high, or impute"
            )
        score = float(-found.fun)
        shares[has] = found.x / score
        return score, shares

    def weights(self) -> np.ndarray:
        """The best weights of each unit, `(units, members)`; where several are, those of the shares nearest to wanted.

        A unit that has nothing of any member keeps the scenario's weights.
        """
        made = np.broadcast_to(self.context.weights, self.values.shape).copy()
        counts = self.there & (self.values > 0)
        for unit in np.flatnonzero(counts.any(axis=1)):
            has = counts[unit]
            score, shares = self._shares(int(unit), has)
            made[unit] = 0
            made[unit, has] = np.maximum(shares[has], 0) * score / self.values[unit, has]
        return made

    def _shares(self, unit: int, has: np.ndarray) -> tuple[float, np.ndarray]:
        """The best score of a unit with the shares that are nearest to those wanted."""
        score, shares = self.best(unit)
        if self._found is not None and unit not in self._found.others:
            return score, shares
        wanted = np.where(has, self.context.weights, 0.0)
        wanted = wanted / wanted.sum()
        if self._found is not None and (found := self._found.nearest(unit, wanted)) is not None:
            return score, found
        nearest = self._nearest(unit, has, score, wanted[has])
        if nearest is not None and np.abs(nearest - shares[has]).max() > APART:
            shares[has] = nearest
        return score, shares

    def _counts(self, unit: int) -> np.ndarray:
        """The members that a unit has something of."""
        return self.there[unit] & (self.values[unit] > 0)

    def _limits(self, unit: int, has: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What the parts of a unit's score must keep: all units' scores in them, and the bounds on shares."""
        matrix, low, high = self.options.rows(self.context.members)
        bound = matrix[:, self.there[unit]].any(axis=1) & (not self._free)
        compared = self._front[:, has] / self.values[unit, has]
        return compared, matrix[bound][:, has], low[bound], high[bound]

    def _nearest(self, unit: int, has: np.ndarray, score: float, wanted: np.ndarray) -> np.ndarray | None:
        """The shares of the best score that are nearest to those wanted, as a least distance by Lawson and Hanson."""
        from scipy.optimize import nnls

        compared, matrix, low, high = self._limits(unit, has)
        one = np.ones((1, has.sum()))
        sides = np.concatenate([-score * compared, matrix, -matrix, np.eye(has.sum()), one, -one])
        least = np.concatenate([-np.ones(len(compared)), low, -high, np.zeros(has.sum()), [1.0], [-1.0]]) - 1e-10
        system = np.concatenate([sides.T, (least - sides @ wanted)[None, :]])
        goal = np.zeros(has.sum() + 1)
        goal[-1] = 1.0
        multipliers, _ = nnls(system, goal)
        rest = system @ multipliers - goal
        if abs(rest[-1]) < 1e-12:
            return None
        return wanted - rest[:-1] / rest[-1]
