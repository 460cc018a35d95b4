"""Rank aggregation by majorities, Kemeny and outranking: each member is a voter with its weight."""

import time
from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
from attrs import frozen
from hubrank.plugin import Context, MethodError

from hubrank_mcda.distances import ratio, weighted

#: Majorities nearer to 0 than this are ties: weights are sums of floating-point numbers.
NOISE = 1e-12


@frozen(kw_only=True)
class MajorityOptions:
    """Options of `schulze`.

    Attributes:
        at_most: The largest number of units that are compared pair by pair.
    """

    at_most: int = 3000


def margins(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The majority of each unit over each other, `(units, units)`: the weight that prefers it less that of the reverse.

    Two units are compared on the members that both have; 0 if there are none.
    """
    count = len(scores)
    weights = np.broadcast_to(weights, scores.shape)
    lead, total = np.zeros((count, count)), np.zeros((count, count))
    for values, shares in zip(scores.T, weights.T, strict=True):
        there = (shares > 0).astype(float)
        common = np.outer(shares, there) + np.outer(there, shares)
        lead += common * np.sign(values[:, None] - values[None, :])
        total += common
    majority = ratio(lead, total)
    majority[np.abs(majority) < NOISE] = 0
    return majority


def by_majorities(rate: Callable, scores: np.ndarray, weights: np.ndarray, at_most: int) -> np.ndarray:
    """Rate the units of every edition and draw by their majorities; units without any member have no rating."""
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    if shape[-2] > at_most:
        raise MethodError(
            f"compares every pair, and {shape[-2]} {'unit is' if shape[-2] == 1 else 'units are'} more than "
            f"at_most = {at_most}"
        )
    scores = np.broadcast_to(scores, shape)
    weights = np.broadcast_to(weights, (*shape[:-2], weights.shape[-2], shape[-1]))
    rated = np.full(shape[:-1], np.nan)
    for index in np.ndindex(shape[:-2]):
        there = np.broadcast_to((weights[index] > 0).any(axis=-1), shape[-2:-1])
        shares = weights[index] if weights.shape[-2] == 1 else weights[index][there]
        rated[index][there] = rate(margins(scores[index][there], shares))
    return rated


def schulze(scores: np.ndarray, weights: np.ndarray, context: Context, options: MajorityOptions) -> np.ndarray:  # noqa: ARG001
    """The share of the other units that a unit beats by the strongest path of majorities; a tie counts a half.

    A path is as strong as its smallest majority (margins).

    Source: Schulze (2011), Social Choice and Welfare 36.
    """

    def share_beaten(majority: np.ndarray) -> np.ndarray:
        path = np.maximum(majority, 0)
        for by in range(len(path)):
            np.maximum(path, np.minimum(path[:, by : by + 1], path[by : by + 1, :]), out=path)
        lead = path - path.T
        ties = (np.abs(lead) <= NOISE).sum(axis=1) - 1
        return ((lead > NOISE).sum(axis=1) + ties / 2) / max(len(path) - 1, 1)

    return by_majorities(share_beaten, scores, weights, options.at_most)


#: The solver's tolerance for the bounds of a variable or a sum.
TOLERANCE = 1e-6
#: The number of triples added at a time.
CUTS = 20_000


@frozen(kw_only=True)
class KemenyOptions:
    """Options of `kemeny`.

    Attributes:
        seconds: The time limit for one edition's cycles of majorities; results not proven by then are an error.
        at_most: The largest number of units that are compared pair by pair.
    """

    seconds: float = 60.0
    at_most: int = 3000


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
    for item in range(count):
        within = np.flatnonzero(component == item)
        if len(within) > 1:
            above[np.ix_(within, within)] = Cycle(majority[np.ix_(within, within)], deadline).settled()
    for by in range(len(above)):  # by transitivity: above whatever is below it
        above |= above[:, by : by + 1] & above[by : by + 1, :]
    open_pairs = ~above & ~above.T
    np.fill_diagonal(open_pairs, val=False)
    return (above.sum(axis=1) + open_pairs.sum(axis=1) / 2) / max(len(above) - 1, 1)


class Cycle:
    """Units whose majorities `(units, units)` go round, ordered by an integer programme until a deadline.

    A variable for each pair says whether the first is above the second; triples that go round are ruled out.
    """

    def __init__(self, majority: np.ndarray, deadline: float) -> None:
        self.majority, self.deadline = majority, deadline
        self.first, self.second = np.triu_indices(len(majority), 1)
        self.triples = np.empty((0, 3), dtype=int)

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
                break
            shut &= ~newly
        above = np.zeros(self.majority.shape, dtype=bool)
        above[self.first, self.second] = shut & (order > 0.5)
        above[self.second, self.first] = shut & (order < 0.5)
        return above

    def _best(self, gain: np.ndarray, least: tuple[np.ndarray, float] | None) -> np.ndarray:
        """The order (0 or 1 for each pair) with the largest gain, among those with at least some agreement."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        whole, count = False, len(self.majority)
        while True:
            left = self.deadline - time.monotonic()
            constraints = [] if least is None else [LinearConstraint(least[0][None, :], least[1], np.inf)]
            if len(self.triples):
                before, after = self.triples[:, [0, 1, 0]], self.triples[:, [1, 2, 2]]
                columns = before * (2 * count - before - 1) // 2 + after - before - 1  # the numbers of the pairs
                rows = np.repeat(np.arange(len(self.triples)), 3)
                signs = np.tile([1.0, 1.0, -1.0], len(self.triples))
                cuts = csr_array((signs, (rows, columns.ravel())), shape=(len(self.triples), len(gain)))
                constraints.insert(0, LinearConstraint(cuts, 0, 1))
            solution = milp(
                -gain,
                bounds=Bounds(0, 1),
                integrality=np.full(len(gain), int(whole)),
                constraints=constraints,
                options={"time_limit": max(left, 0.01), "mip_rel_gap": 0.0},
            )
            if solution.status != 0 or left <= 0:
                raise MethodError(
                    f"the best order of {count} {'unit' if count == 1 else 'units'} "
                    "with cyclic majorities was not proven in time; raise seconds, or use 'schulze' or 'copeland'"
                )
            if len(broken := self._broken(solution.x)):
                self.triples = np.concatenate([self.triples, broken])
            elif np.abs(solution.x - np.round(solution.x)).max() > TOLERANCE:
                whole = True
            else:
                return np.round(solution.x)

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


@frozen(kw_only=True)
class PrometheeOptions:
    """Options of `promethee`.

    Attributes:
        preference: How much a lead of `d` counts. `usual`: every lead counts 1. `u-shape`: leads above `q` count
            1. `v-shape`: `d / p`, at most 1. `level`: leads above `q` count a half, above `p` 1. `linear`: from 0
            at `q` to 1 at `p`. `gaussian`: `1 - exp(-d**2 / (2 * s**2))`.
        q: The lead up to which two units are indifferent, on the scale of the scores.
        p: The lead from which one is strictly preferred.
        s: Where the Gaussian turns.
    """

    preference: Literal["usual", "u-shape", "v-shape", "level", "linear", "gaussian"] = "usual"
    q: float = 0.0
    p: float | None = None
    s: float | None = None

    @property
    def low(self) -> float:
        """The lead up to which two units are indifferent by the function that is set."""
        return self.q if self.preference in ("u-shape", "level", "linear") else 0.0

    def __attrs_post_init__(self) -> None:
        if self.q < 0:
            raise ValueError(f"q: must be at least 0; got {self.q:g}")
        if self.preference in ("v-shape", "level", "linear"):
            if self.p is None:
                raise ValueError(f"p: missing; '{self.preference}' needs a threshold of strict preference")
            if self.p <= self.q:
                raise ValueError(f"p: must be above q, which is {self.q:g}; got {self.p:g}")
        if self.preference == "gaussian" and (self.s is None or self.s <= 0):
            raise ValueError(f"s: 'gaussian' needs a value above 0; got {self.s}")


def promethee(scores: np.ndarray, weights: np.ndarray, context: Context, options: PrometheeOptions) -> np.ndarray:  # noqa: ARG001
    """The net flow of a unit: how much it is preferred to the others on average, less the reverse; -1 to 1.

    Where units lack members, two are compared on the members that both have.

    Source: Brans and Vincke (1985), Management Science 31; Brans, Vincke and Mareschal (1986).
    """
    if weights.shape[-2] == 1:
        return weighted(member_flows(scores, options), weights)
    scores, weights = np.broadcast_arrays(scores, weights)
    flows = np.zeros(scores.shape[:-1])
    for index in np.ndindex(scores.shape[:-2]):
        values, shares = scores[index], weights[index]
        there = shares > 0
        others = max(int(there.any(axis=1).sum()) - 1, 1)
        for unit in range(len(values)):
            lead = values[unit] - values
            net = preference(lead, options) - preference(-lead, options)
            common = shares[unit] * there + shares * there[unit]
            flows[(*index, unit)] = ratio((net * common).sum(axis=1), common.sum(axis=1)).sum() / others
    return flows


def preference(lead: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """The value of leads, from 0 to 1; nothing if there is none."""
    if options.preference == "gaussian":
        return np.where(lead > 0, 1 - np.exp(-(lead**2) / (2 * options.s**2)), 0.0)
    if options.preference in ("usual", "u-shape"):
        return (lead > options.low).astype(float)
    if options.preference == "level":
        return ((lead > options.q).astype(float) + (lead > options.p)) / 2
    return np.clip((lead - options.low) / (options.p - options.low), 0, 1)


def member_flows(scores: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """The net flow of every unit in every member alone, from -1 to 1; 0 for a single unit."""
    flows = np.empty(scores.shape)
    for index in np.ndindex(*scores.shape[:-2], scores.shape[-1]):
        place = (*index[:-1], slice(None), index[-1])
        flows[place] = _preferred(scores[place], options) - _preferred(-scores[place], options)
    return flows / max(scores.shape[-2] - 1, 1)


def _preferred(column: np.ndarray, options: PrometheeOptions) -> np.ndarray:
    """The sum of a unit's preference to all others; by sorting, where the function is made of steps and a ramp."""
    if options.preference == "gaussian":
        return np.array([preference(value - column, options).sum() for value in column])
    ordered, low = np.sort(column), options.low
    ahead = np.searchsorted(ordered, column - low, side="left")
    if options.preference in ("usual", "u-shape"):
        return ahead.astype(float)
    strictly = np.searchsorted(ordered, column - options.p, side="left")
    if options.preference == "level":
        return (ahead + strictly) / 2
    middle = column.mean()
    sums = np.concatenate([[0.0], np.cumsum(ordered - middle)])
    between = (ahead - strictly) * (column - middle - low) - (sums[ahead] - sums[strictly])
    return strictly + between / (options.p - low)
