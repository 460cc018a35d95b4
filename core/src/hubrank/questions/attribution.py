"""How one dimension's difference between two profiles is split among its members, exactly.

A profile is a unit's members with their weights. Where the aggregator is a weighted sum the split is the sum's own
terms; where it is a weighted sum of logarithms, the terms of the logarithms' difference, turned into scores by the
logarithmic mean; otherwise each member's Shapley value in the game whose coalitions take the first profile's members
and leave the second's to the rest. Which of the three stands in every answer.

Source: Ang (2004), Decomposition analysis for policymaking in energy; Shapley (1953), A value for n-person games.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.language import worded
from hubrank.basis.shares import shares

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

Attribution = Literal["additive", "log-additive", "Shapley", "whole"]


def attribution_text(attribution: Attribution) -> str:
    """How a dimension was split, in the language spoken."""
    said = {
        "additive": worded("additive"),
        "log-additive": worded("log-additive"),
        "Shapley": worded("Shapley"),
        "whole": worded("whole"),
    }
    return said[attribution]


#: Gives the scores `(pairs, coalitions)` of profiles `(pairs, coalitions, members)`: their scores (NaN where a member
#: is missing), their weights, and whether each coalition competes in the first profile's field.
Play = Callable[["Array", "Array", Any], "Array"]

#: More players than this would take too many coalitions.
MOST_PLAYERS = 14
#: Members nearer to each other than this, relative to their size, are equal.
_EQUAL = 1e-7


@frozen(kw_only=True, eq=False)
class Profiles:
    """Pairs of profiles of one dimension.

    Attributes:
        x: The first's members, `(pairs, members)`; NaN where a member is missing.
        y: The second's.
        weights_x: The first's weights, of the same shape.
        weights_y: The second's.
        score_x: The first's scores, `(pairs,)`.
        score_y: The second's.
    """

    x: Array
    y: Array
    weights_x: Array
    weights_y: Array
    score_x: Array
    score_y: Array

    @property
    def either(self) -> Any:
        """Which members at least one of a pair has."""
        return ~np.isnan(self.x) | ~np.isnan(self.y)

    def shares(self) -> tuple[Array, Array]:
        """Both weights, shared among the members that at least one of the pair has."""
        x, y = (np.where(self.either, each, 0.0) for each in (self.weights_x, self.weights_y))
        return shares(x), shares(y)


@frozen(kw_only=True, eq=False)
class Split:
    """A dimension's difference, split.

    Attributes:
        attribution: How.
        members: What each member brings, `(pairs, members)`.
        slopes: What a member's own difference is worth, so that it can be split further, of the same shape.
        weights: What comes of other weights, `(pairs,)`.
        field: What comes of other units beside, `(pairs,)`; 0 where units do not touch each other.
    """

    attribution: Attribution
    members: Array
    slopes: Array
    weights: Array
    field: Array


def additive(profiles: Profiles, *, raw: bool) -> Split:
    """The terms of a weighted sum.

    A member that one of the pair lacks counts as that one's own score, since its weight is shared out among the rest;
    with raw weights it counts as 0.
    """
    x, y = _filled(profiles, raw=raw)
    if raw:
        first, second = profiles.weights_x, profiles.weights_y
    else:
        first, second = profiles.shares()
    slopes = (first + second) / 2
    return Split(
        attribution="additive",
        members=slopes * (x - y),
        slopes=slopes,
        weights=((first - second) * (x + y) / 2).sum(axis=-1),
        field=np.zeros(len(x)),
    )


def log_additive(profiles: Profiles, shift: float) -> Split:
    """The terms of a weighted sum of logarithms, in scores."""
    x, y = (each + shift for each in _filled(profiles, raw=False))
    first, second = profiles.shares()
    slopes = (first + second) / 2
    gap = logarithmic_mean(profiles.score_x + shift, profiles.score_y + shift)
    return Split(
        attribution="log-additive",
        members=gap[:, None] * slopes * (np.log(x) - np.log(y)),
        slopes=gap[:, None] * slopes / logarithmic_mean(x, y),
        weights=gap * ((first - second) * (np.log(x) + np.log(y)) / 2).sum(axis=-1),
        field=np.zeros(len(x)),
    )


def whole(profiles: Profiles) -> Split:
    """No split: the difference stays with the dimension."""
    zeros = np.zeros(profiles.x.shape)
    return Split(attribution="whole", members=zeros, slopes=zeros, weights=zeros[:, 0], field=zeros[:, 0])


def shapley(profiles: Profiles, play: Play, *, field: bool) -> Split:
    """Each member's Shapley value, by all coalitions.

    Players are the members, their weights where the two profiles' differ, and the field that the unit stands in where
    units touch each other. A coalition in which no member is left scores halfway between the two.

    Args:
        profiles: The pairs.
        play: Scores coalitions.
        field: Whether the field is a player.
    """
    pairs, members = profiles.x.shape
    differ = not np.allclose(profiles.weights_x, profiles.weights_y, rtol=1e-12, atol=0)
    players = members + differ + field
    values = _values(profiles, play, players, differ, field)
    found = values @ _shapley_matrix(players)
    slopes = _slopes(profiles, play, found, players, differ, field)
    return Split(
        attribution="Shapley",
        members=found[:, :members],
        slopes=slopes,
        weights=found[:, members] if differ else np.zeros(pairs),
        field=found[:, -1] if field else np.zeros(pairs),
    )


def players_of(profiles: Profiles, *, field: bool) -> int:
    """How many players a Shapley split has."""
    differ = not np.allclose(profiles.weights_x, profiles.weights_y, rtol=1e-12, atol=0)
    return int(profiles.x.shape[1]) + differ + field


def logarithmic_mean(x: Array, y: Array) -> Array:
    """(x - y) / (ln x - ln y), and x where both are equal."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.log(x / y)
        small = np.abs(ratio) < 1e-5
        series = np.sqrt(x * y) * (1 + ratio**2 / 24)
        return np.asarray(np.where(small, series, (x - y) / np.where(small, 1.0, ratio)))


def _filled(profiles: Profiles, *, raw: bool) -> tuple[Array, Array]:
    """Both profiles, a missing member in place of which the unit's own score stands (0 with raw weights)."""
    instead = (0.0, 0.0) if raw else (profiles.score_x[:, None], profiles.score_y[:, None])
    return (
        np.where(np.isnan(profiles.x), instead[0], profiles.x),
        np.where(np.isnan(profiles.y), instead[1], profiles.y),
    )


def _values(profiles: Profiles, play: Play, players: int, differ: bool, field: bool) -> Array:
    """The score of every coalition, `(pairs, 2**players)`; the bits of its number are its players."""
    members = profiles.x.shape[1]
    inside = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    scores = np.where(inside[:, :members], profiles.x[:, None, :], profiles.y[:, None, :])
    weights = profiles.weights_x[:, None, :]
    if differ:
        weights = np.where(inside[:, members, None], weights, profiles.weights_y[:, None, :])
    weights = np.where(np.isnan(scores), 0.0, np.broadcast_to(weights, scores.shape))
    values = play(scores, weights, inside[:, -1] if field else np.zeros(len(inside), dtype=bool))
    half = (profiles.score_x + profiles.score_y)[:, None] / 2
    values = np.where(weights.sum(axis=-1) > 0, values, half)
    values[:, 0], values[:, -1] = profiles.score_y, profiles.score_x
    return values


def _shapley_matrix(players: int) -> Array:
    """What turns the coalitions' scores into Shapley values, `(2**players, players)`."""
    inside = (np.arange(2**players)[:, None] >> np.arange(players)) & 1 == 1
    size = inside.sum(axis=1)
    orders = np.array([factorial(at) * factorial(players - at - 1) / factorial(players) for at in range(players)])
    joining = orders[np.maximum(size - 1, 0)][:, None]
    staying = orders[np.minimum(size, players - 1)][:, None]
    return np.asarray(np.where(inside, joining, -staying))


def _slopes(profiles: Profiles, play: Play, found: Array, players: int, differ: bool, field: bool) -> Array:
    """What a member's own difference is worth; where there is none, by a small one."""
    gap = profiles.x - profiles.y
    equal = np.abs(gap) <= _EQUAL * (np.abs(profiles.x) + np.abs(profiles.y) + _EQUAL)
    members = gap.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes = np.nan_to_num(np.where(equal, 0.0, found[:, :members] / gap))
    for at in np.flatnonzero(equal.any(axis=0)):
        step = 1e-6 * (1 + np.abs(np.nan_to_num(profiles.x[:, at])))
        bumped = profiles.x.copy()
        bumped[:, at] += step
        moved = Profiles(
            x=bumped,
            y=profiles.y,
            weights_x=profiles.weights_x,
            weights_y=profiles.weights_y,
            score_x=_own_score(profiles, play, bumped, field),
            score_y=profiles.score_y,
        )
        value = _values(moved, play, players, differ, field) @ _shapley_matrix(players)[:, at]
        slopes[:, at] = np.where(equal[:, at], (value - found[:, at]) / step, slopes[:, at])
    return slopes


def _own_score(profiles: Profiles, play: Play, x: Array, field: bool) -> Array:
    weights = np.where(np.isnan(x), 0.0, profiles.weights_x)
    return play(x[:, None, :], weights[:, None, :], np.array([field]))[:, 0]
