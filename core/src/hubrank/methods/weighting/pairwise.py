"""Weights from comparisons of members: the analytic hierarchy process and the best-worst method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Weighting
from hubrank.methods.checks import above, at_least
from hubrank.methods.weighting.given import by_member, check_members

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

#: Saaty's random consistency index for 1, 2, 3 ... members.
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


@frozen(kw_only=True)
class AhpOptions:
    """What a scenario can set of `ahp`.

    Attributes:
        comparisons: How many times as important a member is as another, each pair once:
            `{ quality = { price = 3, speed = 5 }, price = { speed = 2 } }`.
        at_most: The greatest consistency ratio that is let through.
    """

    comparisons: Mapping[str, Mapping[str, float]]
    at_most: float = field(default=0.1, validator=above(0))

    def __attrs_post_init__(self) -> None:
        for name, others in self.comparisons.items():
            for other, times in others.items():
                if not times > 0:
                    told = f"must be above 0; '{name}' to '{other}' is {times:g}"
                    raise ValueError(f"comparisons: {told}")


@frozen(kw_only=True)
class BestWorstOptions:
    """What a scenario can set of `best-worst`.

    Attributes:
        best: The most important member.
        worst: The least important member.
        best_to_others: How many times as important the best is as each other member.
        others_to_worst: How many times as important each other member is as the worst; the best can be left out.
        at_most: The greatest inconsistency (the objective of the linear model) that is let through; any by default.
    """

    best: str
    worst: str
    best_to_others: Mapping[str, float]
    others_to_worst: Mapping[str, float]
    at_most: float | None = field(default=None, validator=at_least(0))

    def __attrs_post_init__(self) -> None:
        for key in ("best_to_others", "others_to_worst"):
            for name, times in getattr(self, key).items():
                if times < 1:
                    told = f"must be at least 1; '{name}' has {times:g}"
                    raise ValueError(f"{key}: {told}")
        between = self.best_to_others.get(self.worst)
        if between is None:
            told = f"'{self.worst}', the worst, is missing"
            raise ValueError(f"best_to_others: {told}")
        if self.others_to_worst.get(self.best, between) != between:
            told = f"must have '{self.best}' at {between:g}, as in best_to_others"
            raise ValueError(f"others_to_worst: {told}")


def ahp(scores: Array, context: Context, options: AhpOptions) -> Array:  # noqa: ARG001
    """The principal eigenvector of the comparisons; refused where they contradict one another too much."""
    matrix = _comparisons(options.comparisons, context)
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    ratio = consistency_ratio(float(values[at].real), len(matrix))
    if ratio > options.at_most:
        told = f"are inconsistent: the consistency ratio is {ratio:.3f}; the limit (at_most) is {options.at_most:g}"
        raise MethodError(f"comparisons: {told}")
    weights = np.abs(vectors[:, at].real)
    return np.asarray(weights / weights.sum())


def consistency_ratio(eigenvalue: float, members: int) -> float:
    """Saaty's consistency ratio: (eigenvalue - n) / (n - 1), by that of random comparisons."""
    if members < 3:
        return 0.0
    random = RANDOM_INDEX[min(members, len(RANDOM_INDEX)) - 1]
    return max(0.0, (eigenvalue - members) / (members - 1) / random)


def best_worst(scores: Array, context: Context, options: BestWorstOptions) -> Array:  # noqa: ARG001
    """Weights under which the comparisons with the best and the worst are missed by as little as can be."""
    from scipy.optimize import linprog

    to_others = by_member({options.best: 1.0, **options.best_to_others}, context, "best_to_others")
    between = options.best_to_others[options.worst]
    to_worst = by_member(
        {options.worst: 1.0, options.best: between, **options.others_to_worst}, context, "others_to_worst"
    )
    names = [member.name for member in context.members]
    for key in ("best", "worst"):
        if getattr(options, key) not in names:
            check_members([getattr(options, key), *names], context, key)
    rows = _missed(names.index(options.best), names.index(options.worst), to_others, to_worst)
    number = len(names)
    found = linprog(
        c=[0.0] * number + [1.0],
        A_ub=np.vstack([np.hstack([rows, -np.ones((len(rows), 1))]), np.hstack([-rows, -np.ones((len(rows), 1))])]),
        b_ub=np.zeros(2 * len(rows)),
        A_eq=[[1.0] * number + [0.0]],
        b_eq=[1.0],
    )
    solution = np.asarray(found.x)
    if options.at_most is not None and solution[-1] > options.at_most:
        told = (
            f"contradicts others_to_worst: the inconsistency is {solution[-1]:.3f}; the limit (at_most) is "
            f"{options.at_most:g}"
        )
        raise MethodError(f"best_to_others: {told}")
    return np.asarray(np.maximum(solution[:-1], 0))


def _comparisons(comparisons: Mapping[str, Mapping[str, float]], context: Context) -> Array:
    names = [member.name for member in context.members]
    check_members({*comparisons, *(name for others in comparisons.values() for name in others)}, context, "comparisons")
    matrix = np.eye(len(names))
    given = np.eye(len(names), dtype=bool)
    for name, others in comparisons.items():
        for other, times in others.items():
            row, column = names.index(name), names.index(other)
            if given[row, column]:
                told = f"'{name}' and '{other}' are compared twice; compare each pair once"
                raise MethodError(f"comparisons: {told}")
            matrix[row, column], matrix[column, row] = times, 1 / times
            given[row, column] = given[column, row] = True
    if not given.all():
        row, column = np.argwhere(~given)[0]
        told = f"'{names[row]}' and '{names[column]}' are not compared; compare every pair"
        raise MethodError(f"comparisons: {told}")
    return matrix


def _missed(best: int, worst: int, to_others: Array, to_worst: Array) -> Array:
    """One row a comparison: what the weights miss it by."""
    number = len(to_others)
    rows = []
    for other in range(number):
        if other != best:
            rows.append(np.eye(number)[best] - to_others[other] * np.eye(number)[other])
        if other not in (worst, best):
            rows.append(np.eye(number)[other] - to_worst[other] * np.eye(number)[worst])
    return np.array(rows)


WEIGHTINGS = (
    Weighting(
        name="ahp",
        apply=ahp,
        options=AhpOptions,
        title="the principal eigenvector of pairwise comparisons",
        reference="Saaty, The Analytic Hierarchy Process (1980)",
    ),
    Weighting(
        name="best-worst",
        apply=best_worst,
        options=BestWorstOptions,
        title="from comparisons with the best and the worst member",
        reference="Rezaei, Best-worst multi-criteria decision-making method: a linear model (2016)",
    ),
)
