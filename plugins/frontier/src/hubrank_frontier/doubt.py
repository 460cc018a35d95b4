"""Benefit of the doubt: for each unit the weights under which it does best, by linear programming."""

from __future__ import annotations

import numpy as np
from attrs import define
from hubrank import Context, MethodError, numeral, worded

from hubrank_frontier.shares import ShareOptions

#: How far apart two sets of shares must be for the best weights to be more than one.
APART = 1e-6


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
    made = np.broadcast_to(context.weights, scores.shape).copy()
    for index in np.ndindex(scores.shape[:-2]):
        frontier = Frontier(values[index], there[index], context, options)
        for unit in range(scores.shape[-2]):
            if values[(*index, unit)].any():
                made[(*index, unit)] = frontier.weights(unit)
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

    def __attrs_post_init__(self) -> None:
        """Refuse values below 0."""
        lowest = self.values.min(axis=0)
        for member, least in zip(self.context.members, lowest, strict=True):
            if least < 0:
                value = numeral(f"{least:g}")
                raise MethodError(
                    worded("'{member}' has {value}; scores must be at least 0", member=member.name, value=value)
                )

    def best(self, unit: int) -> tuple[float, np.ndarray]:
        """The best score of a unit and its shares, 0 for members that it lacks or has nothing of.

        Raises:
            MethodError: It cannot keep the bounds.
        """
        from scipy.optimize import linprog

        has = self._counts(unit)
        shares = np.zeros(self.values.shape[1])
        if not has.any():
            return 0.0, shares
        compared, matrix, low, high = self._limits(unit, has)
        found = linprog(
            -np.ones(has.sum()),
            A_ub=np.concatenate([compared, low[:, None] - matrix, matrix - high[:, None]]),
            b_ub=np.concatenate([np.ones(len(compared)), np.zeros(2 * len(matrix))]),
        )
        if found.status != 0 or -found.fun <= 0:
            code = self.context.units.codes[unit % len(self.context.units)]
            raise MethodError(
                worded(
                    "unit '{unit}' cannot satisfy the bounds on shares with the members that are above 0 ({members}); "
                    "widen low and high, or impute",
                    unit=code,
                    members=has.sum(),
                )
            )
        score = float(-found.fun)
        shares[has] = found.x / score
        return score, shares

    def weights(self, unit: int) -> np.ndarray:
        """The best weights of a unit; where several are, those whose shares are nearest to the scenario's."""
        score, shares = self.best(unit)
        has = self._counts(unit)
        wanted = self.context.weights[has] / self.context.weights[has].sum()
        nearest = self._nearest(unit, has, score, wanted)
        if nearest is not None and np.abs(nearest - shares[has]).max() > APART:
            shares[has] = nearest
        weights = np.zeros(len(shares))
        weights[has] = np.maximum(shares[has], 0) * score / self.values[unit, has]
        return weights

    def _counts(self, unit: int) -> np.ndarray:
        """The members that a unit has something of."""
        return self.there[unit] & (self.values[unit] > 0)

    def _limits(self, unit: int, has: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """What the parts of a unit's score must keep: all units' scores in them, and the bounds on shares."""
        matrix, low, high = self.options.rows(self.context.members)
        bound = matrix[:, self.there[unit]].any(axis=1)
        compared = self.values[:, has] / self.values[unit, has]
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
