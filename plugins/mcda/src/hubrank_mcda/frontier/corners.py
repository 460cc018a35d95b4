"""The corners of what weights may be: where no unit scores more than 1, found once for all units of an edition."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from attrs import field, frozen

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
        apart = [each for each in rest if np.abs(each - first).max() > APART]
        if not apart or max(np.abs(each - apart[0]).max() for each in apart) > APART:
            return None if apart else first
        way = apart[0] - first
        return first + np.clip((wanted - first) @ way / (way @ way), 0.0, 1.0) * way


def undominated(values: np.ndarray) -> np.ndarray:
    """The rows of which no other is at least as large everywhere; the others bind no weights that are not negative.

    Args:
        values: `(units, members)`, none below 0.
    """
    rows = np.unique(values, axis=0)
    rows = rows[np.argsort(-rows.sum(axis=1), kind="stable")]
    front = np.empty((0, rows.shape[1]))
    for row in rows:
        if not (front >= row).all(axis=1).any():
            front = np.concatenate([front, row[None, :]])
    return front


def corners(front: np.ndarray) -> np.ndarray | None:
    """The corners of the weights, none below 0, under which no row of the front scores more than 1.

    Args:
        front: `(rows, members)`, none below 0.

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
    """The best corner of each unit.

    Args:
        values: `(units, members)`.
        has: The members that each unit has something of; the others weigh nothing.
        there: The corners, `(corners, members)`.
    """
    made = Best(np.zeros(len(values)), np.zeros(values.shape))
    patterns, kind = np.unique(has, axis=0, return_inverse=True)
    for at, pattern in enumerate(patterns):
        if pattern.any():
            weights = there[~there[:, ~pattern].any(axis=1)]
            units = np.flatnonzero(kind.ravel() == at)
            step = max(1, _TOGETHER // len(weights))
            for start in range(0, len(units), step):
                _write(made, values, weights, units[start : start + step])
    return made


def _write(made: Best, values: np.ndarray, weights: np.ndarray, units: np.ndarray) -> None:
    """Write what is best for units that may have the same weights."""
    scores = values[units] @ weights.T
    at = scores.argmax(axis=1)
    best = scores[np.arange(len(units)), at]
    made.scores[units] = best
    made.shares[units] = weights[at] * values[units] / best[:, None]
    near = scores >= best[:, None] - APART
    for one in np.flatnonzero(near.sum(axis=1) > 1):
        shares = weights[near[one]] * values[units[one]] / best[one]
        if (np.ptp(shares, axis=0) > APART).any():
            made.others[int(units[one])] = shares


def _meeting(front: np.ndarray, active: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The weights of some members alone under which some rows score 1, and none more.

    Args:
        front: `(rows, members)`.
        active: `(choices, size)`; the rows that score 1.
        free: `(size,)`; the members that weigh something.
    """
    systems = front[active[:, :, None], free]
    scale = np.abs(systems).max(axis=(1, 2))
    regular = np.abs(np.linalg.det(systems)) > 1e-13 * scale ** len(free)
    solved = np.linalg.solve(systems[regular], np.ones((int(regular.sum()), len(free), 1)))[..., 0]
    weights = np.zeros((len(solved), front.shape[1]))
    weights[:, free] = solved
    inside = (solved >= 0).all(axis=1) & (weights @ front.T <= 1 + _ROUNDING).all(axis=1)
    return weights[inside]
