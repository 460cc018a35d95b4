"""Weights that people give by name, or that follow from the tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import odd_weights
from hubrank.basis.errors import MethodError, listed
from hubrank.contract.methods import Weighting
from hubrank.contract.sources import NoOptions

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class BudgetOptions:
    """What a scenario can set of `budget`.

    Attributes:
        allocations: One table for each expert: how the budget is spread over the members. Budgets of other sizes
            count alike.
    """

    allocations: tuple[Mapping[str, float], ...] = field()

    def __attrs_post_init__(self) -> None:
        if not self.allocations:
            raise ValueError("allocations: must contain at least one expert; got an empty list")
        for at, each in enumerate(self.allocations):
            _check_points(f"allocations[{at}]", each)


@frozen(kw_only=True)
class SwingOptions:
    """What a scenario can set of `swing`.

    Attributes:
        points: The value of the swing of a member from its worst to its best; usually 100 for the greatest.
    """

    points: Mapping[str, float]

    def __attrs_post_init__(self) -> None:
        _check_points("points", self.points)


@frozen(kw_only=True)
class OrderOptions:
    """What a scenario can set of `rank-order`.

    Attributes:
        order: The members, the most important first.
        rule: `centroid` (the mean of all weights in that order), `sum` (n, n-1 ... 1) or `reciprocal`
            (1, 1/2, 1/3 ...).
    """

    order: tuple[str, ...]
    rule: Literal["centroid", "sum", "reciprocal"] = "centroid"


def fixed(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The scenario's own weights."""
    return context.weights


def equal(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The same for every member."""
    return np.ones(len(context.members))


def equal_by_indicator(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """A member weighs as many indicators as lie in it, so that every indicator has one voice."""
    return np.array([member.leaves for member in context.members], dtype=float)


def budget(scores: Array, context: Context, options: BudgetOptions) -> Array:  # noqa: ARG001
    """The mean share of the experts' budgets."""
    spent = np.array([by_member(each, context, "allocations") for each in options.allocations])
    return np.asarray((spent / spent.sum(axis=1, keepdims=True)).mean(axis=0))


def swing(scores: Array, context: Context, options: SwingOptions) -> Array:  # noqa: ARG001
    """The points that a member's swing is worth."""
    points = by_member(options.points, context, "points")
    return np.asarray(points / points.sum())


def rank_order(scores: Array, context: Context, options: OrderOptions) -> Array:  # noqa: ARG001
    """Weights that follow from the order of importance alone."""
    check_members(options.order, context, "order")
    number = len(options.order)
    steps = np.arange(1, number + 1)
    by_place = {
        "centroid": np.cumsum(1 / steps[::-1])[::-1] / number,
        "sum": 2 * (number + 1 - steps) / (number * (number + 1)),
        "reciprocal": 1 / steps / (1 / steps).sum(),
    }[options.rule]
    return np.array([by_place[options.order.index(member.name)] for member in context.members])


def by_member(numbers: Mapping[str, float], context: Context, key: str) -> Array:
    """Numbers by name in the order of the members."""
    check_members(numbers, context, key)
    return np.array([numbers[member.name] for member in context.members], dtype=float)


def check_members(names: Iterable[str], context: Context, key: str) -> None:
    """Raise `MethodError` unless the names are just those of the members."""
    named, members = list(names), [member.name for member in context.members]
    unknown = [name for name in named if name not in members]
    lacking = [name for name in members if name not in named]
    if unknown:
        told = f"'{unknown[0]}' is not a member; available: {listed(members)}"
        raise MethodError(f"{key}: {told}")
    if lacking:
        told = f"'{lacking[0]}' is missing; name all members: {listed(members)}"
        raise MethodError(f"{key}: {told}")
    if len(named) > len(members):
        raise MethodError(f"{key}: a member is listed twice; list each once")


def _check_points(key: str, points: Mapping[str, float]) -> None:
    for name, number in points.items():
        if number < 0:
            told = f"must not be negative; '{name}' has {number:g}"
            raise ValueError(f"{key}: {told}")
    if not sum(points.values()) > 0:
        raise ValueError(f"{key}: must not all be 0")
    for name, told in odd_weights(points):
        raise ValueError(f"{key}.{name}: {told}")


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"

WEIGHTINGS = (
    Weighting(name="fixed", apply=fixed, title="the scenario's own weights", reference=_SOURCE),
    Weighting(name="equal", apply=equal, title="equal for all members", reference=_SOURCE),
    Weighting(
        name="equal-by-indicator",
        apply=equal_by_indicator,
        title="the number of indicators in a member",
        reference=_SOURCE,
    ),
    Weighting(
        name="budget",
        apply=budget,
        options=BudgetOptions,
        title="the mean of the experts' budget allocations",
        reference=_SOURCE,
    ),
    Weighting(
        name="swing",
        apply=swing,
        options=SwingOptions,
        title="points for the swing from worst to best",
        reference="von Winterfeldt and Edwards, Decision Analysis and Behavioral Research (1986)",
    ),
    Weighting(
        name="rank-order",
        apply=rank_order,
        options=OrderOptions,
        title="from the order of importance alone",
        reference="Barron and Barrett, Decision quality using ranked attribute weights (1996)",
    ),
)
