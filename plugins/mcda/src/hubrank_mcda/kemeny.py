"""The Kemeny order: exact, by components of the majority graph and integer programming where majorities cycle."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import numpy as np
from attrs import define, field, frozen
from hubrank import Context, MethodError

from hubrank_mcda.majorities import by_majorities

#: How far from a bound a variable or a sum may be, as the solver counts.
TOLERANCE = 1e-6
#: How many triples are added at a time.
CUTS = 20_000


@frozen(kw_only=True)
class KemenyOptions:
    """What a scenario can set of `kemeny`.

    Attributes:
        seconds: How long one edition's cycles of majorities may take; what is not proven by then is an error.
        at_most: The largest number of units that are compared pair by pair.
    """

    seconds: float = field(default=60.0)
    at_most: int = field(default=3000)


def kemeny(scores: np.ndarray, weights: np.ndarray, context: Context, options: KemenyOptions) -> np.ndarray:  # noqa: ARG001
    """The order that agrees best with the members' orders: the share of the other units that a unit leads.

    Where several orders agree equally well, a unit that leads another in all of them leads it, and two that do not
    have a half each; so the units' order in the data decides nothing.

    Raises:
        MethodError: The order could not be proven in time; nothing approximate is given instead.

    Source: Kemeny (1959); Truchon (1998) for the components.
    """
    return by_majorities(partial(leads, seconds=options.seconds), scores, weights, options.at_most)


def leads(majority: np.ndarray, seconds: float) -> np.ndarray:
    """The share of others that each unit leads, from majorities `(units, units)`."""
    from scipy.sparse.csgraph import connected_components

    above = majority > 0
    count, component = connected_components(above, directed=True, connection="strong")
    deadline = time.monotonic() + seconds
    for each in range(count):
        within = np.flatnonzero(component == each)
        if len(within) > 1:
            above[np.ix_(within, within)] = Cycle(majority[np.ix_(within, within)], deadline).settled()
    above = _closed(above)
    open_pairs = ~above & ~above.T
    np.fill_diagonal(open_pairs, val=False)
    return (above.sum(axis=1) + open_pairs.sum(axis=1) / 2) / max(len(above) - 1, 1)


def _closed(above: np.ndarray) -> np.ndarray:
    """What follows from a relation: above what is above."""
    above = above.copy()
    for by in range(len(above)):
        above |= above[:, by : by + 1] & above[by : by + 1, :]
    return above


@define
class Cycle:
    """Units whose majorities go round, to be ordered by an integer programme.

    A variable for each pair says whether the first is above the second; triples that would go round are ruled out
    as they turn up.

    Attributes:
        majority: Majorities `(units, units)`.
        deadline: When to give up, on the monotonic clock.
    """

    majority: np.ndarray
    deadline: float
    first: np.ndarray = field(init=False)
    second: np.ndarray = field(init=False)
    triples: list[np.ndarray] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        """Number the pairs."""
        self.first, self.second = np.triu_indices(len(self.majority), 1)

    def settled(self) -> np.ndarray:
        """Which unit is above which in every best order: truth values `(units, units)`."""
        gain = self.majority[self.first, self.second]
        order = self._best(gain, None)
        agreement = float(gain @ order)
        shut = np.ones(len(order), dtype=bool)
        while True:
            turned = np.where(shut, 1 - 2 * order, 0.0)
            other = self._best(turned, (gain, agreement - TOLERANCE * np.abs(gain[gain != 0]).min(initial=1.0)))
            newly = shut & (other != order)
            if not newly.any():
                return self._relation(order, shut)
            shut &= ~newly

    def _relation(self, order: np.ndarray, shut: np.ndarray) -> np.ndarray:
        above = np.zeros(self.majority.shape, dtype=bool)
        above[self.first, self.second] = shut & (order > 0.5)
        above[self.second, self.first] = shut & (order < 0.5)
        return above

    def _best(self, gain: np.ndarray, least: tuple[np.ndarray, float] | None) -> np.ndarray:
        """The order (0 or 1 for each pair) with the largest gain, among those with at least some agreement."""
        whole = False
        while True:
            found = self._solved(gain, least, whole=whole)
            broken = self._broken(found)
            if len(broken):
                self.triples.append(broken)
            elif np.abs(found - np.round(found)).max() > TOLERANCE:
                whole = True
            else:
                return np.round(found)

    def _solved(self, gain: np.ndarray, least: tuple[np.ndarray, float] | None, *, whole: bool) -> np.ndarray:
        from scipy.optimize import Bounds, LinearConstraint, milp

        left = self.deadline - time.monotonic()
        constraints = []
        if self.triples:
            constraints.append(LinearConstraint(self._matrix(len(gain)), 0, 1))
        if least is not None:
            constraints.append(LinearConstraint(least[0][None, :], least[1], np.inf))
        made = milp(
            -gain,
            bounds=Bounds(0, 1),
            integrality=np.full(len(gain), int(whole)),
            constraints=constraints,
            options={"time_limit": max(left, 0.01), "mip_rel_gap": 0.0},
        )
        if made.status != 0 or left <= 0:
            raise MethodError(
                f"the best order of {len(self.majority)} {'unit' if len(self.majority) == 1 else 'units'} "
                "with cyclic majorities was not proven in time; raise seconds, or use 'schulze' or 'copeland'"
            )
        return np.asarray(made.x)

    def _matrix(self, count: int) -> Any:
        from scipy.sparse import csr_array

        triples = np.concatenate(self.triples)
        i, j, k = triples.T
        columns = np.stack([self._pair(i, j), self._pair(j, k), self._pair(i, k)], axis=1)
        rows = np.repeat(np.arange(len(triples)), 3)
        signs = np.tile([1.0, 1.0, -1.0], len(triples))
        return csr_array((signs, (rows, columns.ravel())), shape=(len(triples), count))

    def _pair(self, i: np.ndarray, j: np.ndarray) -> np.ndarray:
        """The number of the pair of two units, the first of which comes before the second."""
        count = len(self.majority)
        return i * (2 * count - i - 1) // 2 + j - i - 1

    def _broken(self, values: np.ndarray) -> np.ndarray:
        """Triples `i < j < k` of units that go round, the worst ones first."""
        count = len(self.majority)
        table = np.zeros((count, count))
        table[self.first, self.second] = values
        found, worst = [], []
        for i in range(count - 2):
            rest = np.arange(i + 1, count)
            sums = table[i, rest][:, None] + table[np.ix_(rest, rest)] - table[i, rest][None, :]
            over = np.triu(np.maximum(sums - 1, -sums), 1)
            j, k = np.nonzero(over > TOLERANCE)
            found.append(np.stack([np.full(len(j), i), rest[j], rest[k]], axis=1))
            worst.append(over[j, k])
        broken = np.concatenate(found) if found else np.empty((0, 3), dtype=int)
        if len(broken) > CUTS:
            broken = broken[np.argsort(-np.concatenate(worst), kind="stable")[:CUTS]]
        return broken
