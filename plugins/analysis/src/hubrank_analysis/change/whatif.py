"""What would take a unit to a rank: the smallest improvement of one figure, or of several together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
from attrs import frozen
from hubrank import Ranking, ScenarioError, UsageError, compose
from hubrank.errors import shorten_list

if TYPE_CHECKING:
    from hubrank import Array

Said = TypeVar("Said")

#: Points between nothing and the bound at which ranks are tried before the first that reaches is closed in on.
_GRID = 32
#: Part of an answer that is left out to see that less does not do.
SHORT = 1e-6


@frozen(kw_only=True)
class Lever:
    """A figure that may be improved.

    Attributes:
        key: The indicator.
        title: For tables.
        column: Its position among the ranked indicators.
        direction: 1 where it is to rise, -1 where it is to fall for a better rank.
        now: The unit's value.
        limit: How much it may change, in its own unit.
        relative: What a change is divided by to be relative: the unit's own value, or where that is 0 the median of
            the other units' that is not.
        cost: What a relative change costs.
    """

    key: str
    title: str
    column: int
    direction: int
    now: float
    limit: float
    relative: float
    cost: float


@frozen(kw_only=True)
class Answer:
    """An improvement.

    Attributes:
        levers: The figures.
        changes: How much each changes, in its own unit, 0 or more in its own direction; the limits where not even
            they reach the rank.
        rank: The rank, composed again with them.
        rank_short: The rank with a millionth less of every change.
        reached: Whether the rank asked for is reached.
        cost: The sum of relative changes times their costs.
    """

    levers: tuple[Lever, ...]
    changes: tuple[float, ...]
    rank: float
    rank_short: float
    reached: bool
    cost: float

    def value(self, at: int) -> float:
        """The improved figure."""
        lever = self.levers[at]
        return lever.now + lever.direction * self.changes[at]


class Trial:
    """A unit of an edition whose figures are changed while all else is held, its effect on the scale included."""

    def __init__(self, ranking: Ranking, edition: int, unit: int) -> None:
        self.ranking, self.edition, self.unit = ranking, edition, unit
        self._best_first = 1 if ranking.plan.scenario.ranking.best == "highest" else -1

    def composed(self, levers: Sequence[Lever], changes: Sequence[float]) -> Ranking:
        """The ranking with the changes, composed again."""
        measurement = self.ranking.measurement
        values = measurement.values.copy()
        for lever, amount in zip(levers, changes, strict=True):
            column = measurement.indicators.index(lever.key)
            values[self.edition, self.unit, column] = lever.now + lever.direction * amount
        return compose(self.ranking.plan, attrs.evolve(measurement, values=values))

    def rank(self, levers: Sequence[Lever], changes: Sequence[float]) -> float:
        """The unit's rank with the changes."""
        return float(self.composed(levers, changes).ranks[self.edition, self.unit])

    def margin(self, levers: Sequence[Lever], changes: Sequence[float], rank: int) -> float:
        """By how much the unit's score beats that of the best unit that may not be ahead of it; better is more."""
        scores = self._best_first * self.composed(levers, changes).scores[self.edition]
        others = np.delete(scores, self.unit)
        rivals = np.sort(others[~np.isnan(others)])[::-1]
        return float("inf") if len(rivals) < rank else float(scores[self.unit] - rivals[rank - 1])


def levers(
    ranking: Ranking,
    edition: int,
    unit: int,
    *,
    keys: Sequence[str] = (),
    costs: Mapping[str, float] | None = None,
    limits: Mapping[str, tuple[float, bool]] | None = None,
) -> tuple[Lever, ...]:
    """The figures of a unit that may be improved.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position.
        keys: The indicators, by key or title; by default all that the unit has.
        costs: What a relative change of each costs; 1 by default.
        limits: The most that each may change, and whether that is relative; by default to the best figure among the
            ranked units, or for the best unit by as much again as it has.

    Raises:
        UsageError: There is no such indicator, one is named twice, or the unit has no figure of it.
    """
    known = {item.key: at for at, item in enumerate(ranking.plan.ranked)}
    keys = tuple(_by_key(ranking, dict.fromkeys(keys)))
    costs, limits = _by_key(ranking, costs or {}), _by_key(ranking, limits or {})
    values = ranking.measured[edition]
    lacking = [key for key in keys if np.isnan(values[unit, known[key]])]
    if lacking:
        raise UsageError(f"{ranking.names[unit]} has no value for {shorten_list(lacking)} to improve")
    chosen = [key for key in keys or known if not np.isnan(values[unit, known[key]])]
    return tuple(_lever(ranking, edition, unit, known[key], costs.get(key, 1.0), limits.get(key)) for key in chosen)


def _by_key(ranking: Ranking, named: Mapping[str, Said]) -> dict[str, Said]:
    """What is said of indicators by key or title, by their keys."""
    text: dict[str, Said] = {}
    for name, value in named.items():
        key = ranking.plan.key(name, "indicator")
        if key in text:
            raise UsageError(f"'{name}' is the indicator '{key}', which is given twice; give it once")
        text[key] = value
    return text


def single(trial: Trial, lever: Lever, rank: int) -> Answer:
    """The smallest change of one figure that reaches a rank.

    Ranks are tried on a grid up to the limit; the first point that reaches is closed in on by bisection to the last
    digits. Where more is never worse the grid misses nothing.
    """
    return _along(trial, (lever,), np.array([lever.limit]), rank)


def together(trial: Trial, alone: Sequence[Answer], rank: int) -> Answer:
    """The cheapest changes of several figures that reach a rank.

    A smooth program (sequential least squares) on the margin over the unit that must be passed, from the cheapest
    single answer and from an even mix; then the cheapest is closed in on along its own direction. Where scores are
    concave in the figures, as for sums and geometric means of scaled figures or of their logarithms, the cheapest is
    the cheapest of all; elsewhere of those found.

    Args:
        trial: The unit.
        alone: The answer of each figure, as `single` gives it.
        rank: The rank.
    """
    picked = tuple(item.levers[0] for item in alone)
    limits = np.array([lever.limit for lever in picked])
    most = _along(trial, picked, limits, rank)
    if not most.reached or most.cost == 0 or len(picked) == 1:
        return most
    starts = [most]
    for at, item in enumerate(alone):
        if item.reached:
            changes = np.zeros(len(picked))
            changes[at] = item.changes[0]
            starts.append(_answer(trial, picked, changes, rank))
    best = min(starts, key=lambda answer: answer.cost)
    for start in dict.fromkeys((best, most)):
        found = _along(trial, picked, _program(trial, picked, np.array(start.changes), rank), rank)
        if found.reached and found.cost < best.cost:
            best = found
    return best


def _program(trial: Trial, picked: tuple[Lever, ...], start: Array, rank: int) -> Array:
    """Changes of locally least cost, a little above what reaches; in parts of the limits inside."""
    from scipy.optimize import minimize

    limits = np.array([lever.limit for lever in picked])
    prices = np.array([lever.cost / lever.relative for lever in picked]) * limits
    whole = prices.sum()
    if not 0 < whole < np.inf:
        return start
    scale = float(np.ptp(trial.ranking.scores[trial.edition][~np.isnan(trial.ranking.scores[trial.edition])]))

    def margin(parts: Array) -> float:
        return trial.margin(picked, tuple(np.clip(parts, 0, 1) * limits), rank) / scale - 1e-7

    descend: Any = minimize  # its stubs want a function of one kind of array
    found = descend(
        lambda parts: float(prices @ parts) / whole,
        start / limits,
        bounds=[(0.0, 1.0)] * len(picked),
        constraints=[{"type": "ineq", "fun": margin}],
        method="SLSQP",
        options={"maxiter": 60, "ftol": 1e-9},
    )
    return np.asarray(np.clip(found.x, 0, 1) * limits)


def _along(trial: Trial, picked: tuple[Lever, ...], changes: Array, rank: int) -> Answer:
    """The shortest part of some changes that reaches the rank, or all of them where none does."""

    def reaches(part: float) -> bool:
        try:
            return trial.rank(picked, tuple(part * changes)) <= rank
        except ScenarioError:
            return False

    if reaches(0.0):
        return _answer(trial, picked, np.zeros(len(picked)), rank)
    high = next((float(part) for part in np.linspace(0, 1, _GRID + 1)[1:] if reaches(float(part))), None)
    if high is None:
        return _answer(trial, picked, changes, rank)
    low = high - 1 / _GRID
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return _answer(trial, picked, high * changes, rank)


def _answer(trial: Trial, picked: tuple[Lever, ...], changes: Array, rank: int) -> Answer:
    reached = trial.rank(picked, tuple(changes))
    return Answer(
        levers=picked,
        changes=tuple(float(item) for item in changes),
        rank=reached,
        rank_short=trial.rank(picked, tuple(changes * (1 - SHORT))),
        reached=reached <= rank,
        cost=float(sum(lever.cost * item / lever.relative for lever, item in zip(picked, changes, strict=True))),
    )


def _lever(
    ranking: Ranking, edition: int, unit: int, column: int, cost: float, limit: tuple[float, bool] | None
) -> Lever:
    item = ranking.plan.ranked[column]
    ranked = ~np.isnan(ranking.ranks[edition])
    values = ranking.measured[edition][ranked, column]
    values = values[~np.isnan(values)]
    now = float(ranking.measured[edition, unit, column])
    others = np.abs(values[values != 0])
    relative = abs(now) if now else float(np.median(others)) if len(others) else 1.0
    turned = -1 if ranking.plan.scenario.ranking.best == "lowest" else 1
    direction = item.direction * turned
    best = float(values.max() if direction > 0 else values.min())
    most = abs(best - now) or abs(now) or relative
    if limit is not None:
        most = limit[0] * relative if limit[1] else limit[0]
    return Lever(
        key=item.key,
        title=item.title,
        column=column,
        direction=direction,
        now=now,
        limit=most,
        relative=relative,
        cost=cost,
    )
