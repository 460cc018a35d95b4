"""Benefit of the doubt: each unit weighted as suits it best, within bounds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from attrs import define, field, frozen
from hubrank import Aggregator, Context, Member, MethodError, Weighting, hookimpl
from hubrank.errors import did_you_mean


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
    """What a scenario can set of `benefit-of-the-doubt`.

    Attributes:
        low: The least share of every member that has none of its own.
        high: The most.
        members: Bounds of single members, by their names.
        groups: Bounds of members together.
    """

    members: Mapping[str, Bounds] = field(factory=dict)
    groups: tuple[Group, ...] = ()

    def rows(self, members: Sequence[Member]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which members each bound is about, `(bounds, members)`, 0 or 1; their least sums of shares; and the most.

        Raises:
            MethodError: A name is no member, or no shares keep the bounds.
        """
        names = [member.name for member in members]
        for name in (*self.members, *(name for group in self.groups for name in group.members)):
            if name not in names:
                raise MethodError(f"there is no member '{name}'" + did_you_mean(name, names))
        single = [self.members.get(name, self) for name in names]
        matrix = np.array([*np.eye(len(names)), *(np.isin(names, group.members) for group in self.groups)], dtype=float)
        low = np.array([item.low for item in (*single, *self.groups)])
        high = np.array([item.high for item in (*single, *self.groups)])
        least, most = low[: len(names)].sum(), high[: len(names)].sum()
        if least > 1 + 1e-12 or most < 1 - 1e-12:
            raise MethodError(
                f"shares of {len(names)} {'member' if len(names) == 1 else 'members'} cannot sum to 1: their "
                f"lower bounds sum to {least:g}, their upper bounds to {most:g}"
            )
        return matrix, low, high


#: How far apart two sets of shares must be for the best weights to be more than one.
APART = 1e-6
#: With more candidates for corners than this, linear programmes are faster.
MOST = 60_000
#: How far rounding may carry a score above 1.
_ROUNDING = 1e-9
#: So many scores are looked at together.
_TOGETHER = 4_000_000


@frozen(eq=False)
class Best:
    """What is best for each unit.

    Attributes:
        scores: `(units,)`.
        shares: `(units, members)`; one of the best.
        others: The shares at all corners that are as good, `(corners, members)`, of each unit that has several.
    """

    scores: np.ndarray
    shares: np.ndarray
    others: dict[int, np.ndarray] = field(factory=dict)

    def nearest(self, unit: int, wanted: np.ndarray) -> np.ndarray | None:
        """The best shares of a unit that are nearest to those wanted; none where more than two corners are as good."""
        if unit not in self.others:
            return self.shares[unit]
        first, *rest = self.others[unit]
        apart = [item for item in rest if np.abs(item - first).max() > APART]
        if not apart or max(np.abs(item - apart[0]).max() for item in apart) > APART:
            return None if apart else first
        way = apart[0] - first
        return first + np.clip((wanted - first) @ way / (way @ way), 0.0, 1.0) * way


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
    """The corners of the weights, none below 0, under which no row of the front scores more than 1.

    Returns:
        `(corners, members)`, exactly 0 where a member weighs nothing; some may stand there twice. None where there
        are too many candidates, or a member of which every row has 0, whose weight has no end.
    """
    rows, members = front.shape
    if math.comb(rows + members, members) > MOST or not (front > 0).any(axis=0).all():
        return None
    found = [np.zeros((1, members))]
    for size in range(1, min(rows, members) + 1):
        active = np.array(list(combinations(range(rows), size)))
        for free in combinations(range(members), size):
            found.append(_meeting(front, active, np.array(free)))
    return np.concatenate(found)


def best_of(values: np.ndarray, has: np.ndarray, there: np.ndarray) -> Best:
    """The best corner `(corners, members)` of each unit; members that it has nothing of (`has`) weigh nothing."""
    result = Best(np.zeros(len(values)), np.zeros(values.shape))
    patterns, kind = np.unique(has, axis=0, return_inverse=True)
    for at, pattern in enumerate(patterns):
        if not pattern.any():
            continue
        weights = there[~there[:, ~pattern].any(axis=1)]
        alike = np.flatnonzero(kind.ravel() == at)
        step = max(1, _TOGETHER // len(weights))
        for start in range(0, len(alike), step):
            units = alike[start : start + step]
            scores = values[units] @ weights.T
            corner = scores.argmax(axis=1)
            best = scores[np.arange(len(units)), corner]
            result.scores[units] = best
            result.shares[units] = weights[corner] * values[units] / best[:, None]
            near = scores >= best[:, None] - APART
            for row in np.flatnonzero(near.sum(axis=1) > 1):
                shares = weights[near[row]] * values[units[row]] / best[row]
                if (np.ptp(shares, axis=0) > APART).any():
                    result.others[int(units[row])] = shares
    return result


def _meeting(front: np.ndarray, active: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The weights of the members `free` alone under which rows `active` `(choices, size)` score 1, and none more."""
    systems = front[active[:, :, None], free]
    scale = np.abs(systems).max(axis=(1, 2))
    regular = np.abs(np.linalg.det(systems)) > 1e-13 * scale ** len(free)
    solved = np.linalg.solve(systems[regular], np.ones((int(regular.sum()), len(free), 1)))[..., 0]
    weights = np.zeros((len(solved), front.shape[1]))
    weights[:, free] = solved
    inside = (solved >= 0).all(axis=1) & (weights @ front.T <= 1 + _ROUNDING).all(axis=1)
    return weights[inside]


def aggregate(scores: np.ndarray, weights: np.ndarray, context: Context, options: ShareOptions) -> np.ndarray:
    """The best score that any weights give a unit, where no unit scores more than 1 under them.

    The dimension's own weights play no part, but for a weight of 0: that member is not there.

    Returns:
        `(..., editions, units)`, from 0 to 1, of scores `(..., editions, units, members)`.

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
    scenario's weights; so the units' order decides nothing.

    Returns:
        `(..., editions, units, members)`, as the scores, of which gaps are left out; a unit that has nothing of any
        member keeps the scenario's weights.
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
    _counts: np.ndarray = field(init=False)
    _front: np.ndarray = field(init=False)
    _free: bool = field(init=False)
    _best: Best | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        for member, least in zip(self.context.members, self.values.min(axis=0), strict=True):
            if least < 0:
                raise MethodError(f"'{member.name}' has {least:g}; scores must be at least 0")
        self._counts = self.there & (self.values > 0)
        self._front = undominated(self.values)
        _, low, high = self.options.rows(self.context.members)
        self._free = bool((low <= 0).all() and (high >= 1).all())
        there = corners(self._front) if self._free else None
        self._best = None if there is None else best_of(self.values, self._counts, there)

    def best(self, unit: int) -> tuple[float, np.ndarray]:
        """The best score of a unit and its shares, 0 for members that it lacks or has nothing of.

        Raises:
            MethodError: It cannot keep the bounds.
        """
        from scipy.optimize import linprog

        has = self._counts[unit]
        if self._best is not None:
            return float(self._best.scores[unit]), self._best.shares[unit].copy()
        shares = np.zeros(self.values.shape[1])
        if not has.any():
            return 0.0, shares
        compared, matrix, low, high = self._limits(unit, has)
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
        """The best weights of each unit, `(units, members)`; where several are, those of the shares nearest to wanted.

        A unit that has nothing of any member keeps the scenario's weights.
        """
        result = np.broadcast_to(self.context.weights, self.values.shape).copy()
        for unit in np.flatnonzero(self._counts.any(axis=1)):
            has = self._counts[unit]
            score, shares = self._shares(int(unit), has)
            result[unit] = 0
            result[unit, has] = np.maximum(shares[has], 0) * score / self.values[unit, has]
        return result

    def _shares(self, unit: int, has: np.ndarray) -> tuple[float, np.ndarray]:
        """The best score of a unit with the shares that are nearest to those wanted."""
        score, shares = self.best(unit)
        if self._best is not None and unit not in self._best.others:
            return score, shares
        wanted = np.where(has, self.context.weights, 0.0)
        wanted = wanted / wanted.sum()
        if self._best is not None and (near := self._best.nearest(unit, wanted)) is not None:
            return score, near
        nearest = self._nearest(unit, has, score, wanted[has])
        if nearest is not None and np.abs(nearest - shares[has]).max() > APART:
            shares[has] = nearest
        return score, shares

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


SOURCE = "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82"


@hookimpl
def hubrank_aggregators() -> Iterator[Aggregator]:
    """The score under the best weights."""
    yield Aggregator(
        name="benefit-of-the-doubt",
        title="the score under each unit's most favourable weights, relative to the best unit",
        apply=aggregate,
        options=ShareOptions,
        reference=SOURCE,
    )


@hookimpl
def hubrank_weightings() -> Iterator[Weighting]:
    """The best weights of each unit."""
    yield Weighting(
        name="benefit-of-the-doubt",
        title="each unit's most favourable weights",
        apply=weigh,
        options=ShareOptions,
        data_driven=True,
        reference=SOURCE,
    )
