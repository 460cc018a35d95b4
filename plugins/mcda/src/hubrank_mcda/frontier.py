"""Benefit of the doubt: each unit gets its most favourable weights, within bounds."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from attrs import field, frozen
from hubrank.errors import did_you_mean, number_of
from hubrank.plugin import Context, Member, MethodError


@frozen(kw_only=True)
class Bounds:
    """The least and the most of a unit's score that comes from one member.

    Attributes:
        low: From 0 to 1.
        high: From `low` to 1.
    """

    low: float = 0.0
    high: float = 1.0

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"low: 0 <= low <= high <= 1 must hold; got {self.low:g} and {self.high:g}")


@frozen(kw_only=True)
class Group(Bounds):
    """The least and the most of a unit's score that comes from several members together.

    Attributes:
        members: Their names.
    """

    members: tuple[str, ...]


@frozen(kw_only=True)
class ShareOptions(Bounds):
    """Options of `benefit-of-the-doubt`.

    Attributes:
        low: The least share of every member without one of its own.
        high: The greatest share.
        members: Bounds of single members, by their names.
        groups: Bounds of members together.
    """

    members: Mapping[str, Bounds] = field(factory=dict)
    groups: tuple[Group, ...] = ()

    def rows(self, members: Sequence[Member]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which members each bound is about, `(bounds, members)`, 0 or 1; their least sums of shares; and the most."""
        names = [member.name for member in members]
        for name in (*self.members, *(name for group in self.groups for name in group.members)):
            if name not in names:
                raise MethodError(f"there is no member '{name}'" + did_you_mean(name, names))
        bounds = [*(self.members.get(name, self) for name in names), *self.groups]
        matrix = np.array([*np.eye(len(names)), *(np.isin(names, group.members) for group in self.groups)], dtype=float)
        low, high = (np.array([getattr(item, end) for item in bounds]) for end in ("low", "high"))
        least, most = low[: len(names)].sum(), high[: len(names)].sum()
        if least > 1 + 1e-12 or most < 1 - 1e-12:
            raise MethodError(
                f"shares of {number_of(len(names), 'member')} cannot sum to 1: their lower bounds sum to {least:g}, "
                f"their upper bounds to {most:g}"
            )
        return matrix, low, high


#: The least distance of two sets of shares that makes the best weights ambiguous.
APART = 1e-6
#: With more candidates for corners than this, linear programmes are faster.
MOST = 60_000
#: The largest excess of a score over 1 by rounding.
_ROUNDING = 1e-9
#: The number of scores examined together.
_TOGETHER = 4_000_000


def undominated(values: np.ndarray) -> np.ndarray:
    """The rows of which no other is at least as large everywhere; the others bind no weights of at least 0."""
    rows = np.unique(values, axis=0)
    rows = rows[np.argsort(-rows.sum(axis=1), kind="stable")]
    front = np.empty((0, rows.shape[1]))
    for row in rows:
        if not (front >= row).all(axis=1).any():
            front = np.concatenate([front, row[None, :]])
    return front


def corners(front: np.ndarray) -> np.ndarray | None:
    """The corners `(corners, members)` of the weights of 0 or more under which no row of the front scores more than 1.

    Some may be there twice; None if there are too many candidates, or a member of which every row has 0.
    """
    rows, members = front.shape
    if math.comb(rows + members, members) > MOST or not (front > 0).any(axis=0).all():
        return None
    result = [np.zeros((1, members))]
    for size in range(1, min(rows, members) + 1):
        active = np.array(list(combinations(range(rows), size)))
        for free in combinations(range(members), size):
            systems = front[active[:, :, None], free]  # these rows score 1 by these members alone
            scale = np.abs(systems).max(axis=(1, 2))
            regular = np.abs(np.linalg.det(systems)) > 1e-13 * scale**size
            solved = np.linalg.solve(systems[regular], np.ones((int(regular.sum()), size, 1)))[..., 0]
            weights = np.zeros((len(solved), members))
            weights[:, free] = solved
            inside = (solved >= 0).all(axis=1) & (weights @ front.T <= 1 + _ROUNDING).all(axis=1)
            result.append(weights[inside])
    return np.concatenate(result)


def best_of(values: np.ndarray, has: np.ndarray, corner: np.ndarray) -> tuple[np.ndarray, np.ndarray, dict]:
    """Scores and shares `(units, members)` of each unit at its best corner, and if it has several all their shares.

    Members that a unit has nothing of (`has`) weigh nothing.
    """
    result, shares, others = np.zeros(len(values)), np.zeros(values.shape), {}
    patterns, kind = np.unique(has, axis=0, return_inverse=True)
    for at, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        weights = corner[~corner[:, ~pattern].any(axis=1)]
        alike = np.flatnonzero(kind.ravel() == at)
        step = max(1, _TOGETHER // len(weights))
        for start in range(0, len(alike), step):
            units = alike[start : start + step]
            scores = values[units] @ weights.T
            first = scores.argmax(axis=1)
            best = scores[np.arange(len(units)), first]
            result[units] = best
            shares[units] = weights[first] * values[units] / best[:, None]
            near = scores >= best[:, None] - APART
            for row in np.flatnonzero(near.sum(axis=1) > 1):
                several = weights[near[row]] * values[units[row]] / best[row]
                if (np.ptp(several, axis=0) > APART).any():
                    others[int(units[row])] = several
    return result, shares, others


class Frontier:
    """The units of one edition, `(units, members)` with 0 where one lacks it, which each is measured against."""

    def __init__(self, values: np.ndarray, there: np.ndarray, context: Context, options: ShareOptions) -> None:
        for member, least in zip(context.members, values.min(axis=0), strict=True):
            if least < 0:
                raise MethodError(f"'{member.name}' has {least:g}; scores must be at least 0")
        self.values, self.there, self.context = values, there, context
        self._counts = there & (values > 0)
        self._front = undominated(values)
        self._bounds = options.rows(context.members)
        self._free = bool((self._bounds[1] <= 0).all() and (self._bounds[2] >= 1).all())
        corner = corners(self._front) if self._free else None
        self._best = None if corner is None else best_of(values, self._counts, corner)

    def best(self, unit: int) -> tuple[float, np.ndarray]:
        """The best score of a unit within the bounds, and its shares, 0 for members that it lacks or has nothing of."""
        from scipy.optimize import linprog

        if self._best is not None:
            return float(self._best[0][unit]), self._best[1][unit].copy()
        has = self._counts[unit]
        shares = np.zeros(len(has))
        if not has.any():
            return 0.0, shares
        compared, matrix, low, high = self._limits(unit)
        solution = linprog(
            -np.ones(has.sum()),
            A_ub=np.concatenate([compared, low[:, None] - matrix, matrix - high[:, None]]),
            b_ub=np.concatenate([np.ones(len(compared)), np.zeros(2 * len(matrix))]),
        )
        if solution.status != 0 or -solution.fun <= 0:
            code = self.context.units.codes[unit % len(self.context.units)]
            raise MethodError(
                f"unit '{code}' cannot satisfy the bounds on shares with the members that are above 0 ({has.sum()}); "
                "widen low and high, or impute"
            )
        score = float(-solution.fun)
        shares[has] = solution.x / score
        return score, shares

    def weights(self) -> np.ndarray:
        """The best weights `(units, members)`; where several are, those of the shares nearest to the scenario's."""
        result = np.broadcast_to(self.context.weights, self.values.shape).copy()
        for unit in np.flatnonzero(self._counts.any(axis=1)).tolist():
            has = self._counts[unit]
            score, shares = self.best(unit)
            if self._best is None or unit in self._best[2]:
                shares = self._nearest(unit, score, shares)
            result[unit] = 0
            result[unit, has] = np.maximum(shares[has], 0) * score / self.values[unit, has]
        return result

    def _limits(self, unit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The conditions for the parts of a unit's score: all units' scores in them, and the bounds on shares."""
        has, (matrix, low, high) = self._counts[unit], self._bounds
        bound = matrix[:, self.there[unit]].any(axis=1) & (not self._free)
        return self._front[:, has] / self.values[unit, has], matrix[bound][:, has], low[bound], high[bound]

    def _nearest(self, unit: int, score: float, shares: np.ndarray) -> np.ndarray:
        """The shares of the best score nearest to the weights: between two corners, or by Lawson and Hanson."""
        from scipy.optimize import nnls

        has = self._counts[unit]
        wanted = np.where(has, self.context.weights, 0.0)
        wanted = wanted / wanted.sum()
        if self._best is not None:
            first, *rest = self._best[2][unit]
            apart = [item for item in rest if np.abs(item - first).max() > APART]
            if not apart:
                return first
            if max(np.abs(item - apart[0]).max() for item in apart) <= APART:
                way = apart[0] - first
                return first + np.clip((wanted - first) @ way / (way @ way), 0.0, 1.0) * way
        wanted, count = wanted[has], int(has.sum())
        compared, matrix, low, high = self._limits(unit)
        one = np.ones((1, count))
        sides = np.concatenate([-score * compared, matrix, -matrix, np.eye(count), one, -one])
        least = np.concatenate([-np.ones(len(compared)), low, -high, np.zeros(count), [1.0], [-1.0]]) - 1e-10
        system = np.concatenate([sides.T, (least - sides @ wanted)[None, :]])
        goal = np.zeros(count + 1)
        goal[-1] = 1.0
        gap = system @ nnls(system, goal)[0] - goal
        if abs(gap[-1]) >= 1e-12:
            nearest = wanted - gap[:-1] / gap[-1]
            if np.abs(nearest - shares[has]).max() > APART:
                shares[has] = nearest
        return shares


def aggregate(scores: np.ndarray, weights: np.ndarray, context: Context, options: ShareOptions) -> np.ndarray:
    """The best score from 0 to 1 that any weights give a unit, where no unit scores more than 1 under them.

    The dimension's own weights play no part, except a weight of 0: that member is not there.

    Raises:
        MethodError: A score is below 0, or a unit cannot keep the bounds.

    Source: Melyn and Moesen (1991); Cherchye et al. (2007), Social Indicators Research 82.
    """
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    there = np.broadcast_to(weights > 0, shape)
    values = np.where(there, scores, 0.0)
    result = np.empty(shape[:-1])
    for index in np.ndindex(shape[:-2]):
        frontier = Frontier(values[index], there[index], context, options)
        result[index] = [frontier.best(unit)[0] for unit in range(shape[-2])]
    return result


def weigh(scores: np.ndarray, context: Context, options: ShareOptions) -> np.ndarray:
    """The weights themselves; aggregation `sum` with them gives the score of `aggregate`.

    Where several weights are equally good for a unit, those count whose shares of its score are nearest to the
    scenario's weights; so the units' order decides nothing. A unit that has nothing of any member keeps the scenario's.
    """
    there = ~np.isnan(scores) & (context.weights > 0)
    values = np.where(there, scores, 0.0)
    result = np.empty(scores.shape)
    for index in np.ndindex(scores.shape[:-2]):
        result[index] = Frontier(values[index], there[index], context, options).weights()
    editions, units = len(context.editions), len(context.units)
    if scores.shape[-3:-1] == (1, editions * units):
        return result.reshape(*scores.shape[:-3], editions, units, scores.shape[-1])
    return result
