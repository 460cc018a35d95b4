"""Linear programs for weights under which pairs of units come out in a given order.

Everything here is linear in the weights of one dimension: scores are `values @ weights` with weights on the simplex,
each between two bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank.cli.console import silence

if TYPE_CHECKING:
    from hubrank import Array

#: A pair counts as ordered when the gap is this part of the largest difference; less is a tie.
CLEAR = 1e-5


@frozen(kw_only=True, eq=False)
class Ordered:
    """Weights that order pairs.

    Attributes:
        weights: `(members,)`.
        violated: Which pairs they do not order, `(pairs,)`.
        at_least: How many pairs no weights can order: proven.
        exact: Whether no weights violate fewer.
    """

    weights: Array
    violated: Any
    at_least: int
    exact: bool


def largest_gaps(gaps: Array, low: float, high: float) -> Array:
    """The largest that each row's `row @ weights` can be, by filling the best members first.

    Args:
        gaps: `(pairs, members)`.
        low: The least that a weight may be.
        high: The most.
    """
    order = -np.sort(-gaps, axis=1)
    members = gaps.shape[1]
    left = 1 - low * members
    extra = np.clip(left - np.arange(members) * (high - low), 0, high - low)
    return np.asarray(low * gaps.sum(axis=1) + order @ extra)


def fewest_violations(gaps: Array, low: float, high: float, seconds: float) -> Ordered:
    """The weights that order most pairs: a mixed-integer program, one switch a pair that is open to uncertainty.

    Args:
        gaps: The better's values less the worse's, `(pairs, members)`.
        low: The least that a weight may be.
        high: The most.
        seconds: When the search stops; what is proven by then is told.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, diags_array, hstack

    members = gaps.shape[1]
    gaps = gaps / max(float(np.abs(gaps).max(initial=0.0)), 1e-300)
    most, least = largest_gaps(gaps, low, high), -largest_gaps(-gaps, low, high)
    impossible = most < CLEAR
    open_ = np.flatnonzero(~impossible & (least < CLEAR))
    weights, bound = widest_margin(gaps[~impossible], low, high), 0.0
    if len(open_) and (gaps[~impossible] @ weights < CLEAR).any():
        none, one = np.zeros(len(open_)), np.ones(len(open_))
        with silence():
            found = milp(
                np.append(np.zeros(members), one),
                integrality=np.append(np.zeros(members), one),
                bounds=Bounds(np.append(np.full(members, low), none), np.append(np.full(members, high), one)),
                constraints=[
                    LinearConstraint(hstack([csr_array(gaps[open_]), diags_array(CLEAR - least[open_])]), lb=CLEAR),
                    LinearConstraint(np.append(np.ones(members), none)[None], lb=1, ub=1),
                ],
                options={"time_limit": seconds, "mip_rel_gap": 0.0},
            )
        bound = 0.0 if found.mip_dual_bound is None else max(float(found.mip_dual_bound), 0.0)
        weights = weights if found.x is None else np.asarray(found.x[:members])
        kept = gaps[gaps @ weights >= CLEAR / 2]
        weights = widest_margin(kept, low, high) if len(kept) else weights
    violated = gaps @ weights < CLEAR / 2
    at_least = int(impossible.sum()) + int(np.ceil(bound - 1e-6))
    return Ordered(weights=weights, violated=violated, at_least=at_least, exact=at_least == int(violated.sum()))


def widest_margin(gaps: Array, low: float, high: float) -> Array:
    """The weights whose least gap is the widest, `(members,)`."""
    from scipy.optimize import linprog

    members = gaps.shape[1]
    if not len(gaps):
        return np.full(members, 1 / members)
    found = linprog(
        np.append(np.zeros(members), -1.0),
        A_ub=np.column_stack([-gaps, np.ones(len(gaps))]),
        b_ub=np.zeros(len(gaps)),
        A_eq=np.append(np.ones(members), 0.0)[None],
        b_eq=[1.0],
        bounds=[(low, high)] * members + [(None, None)],
    )
    if found.x is None:
        return np.full(members, 1 / members)
    return np.asarray(found.x[:members])


def ranges(gaps: Array, weights: Array, low: float, high: float) -> Array:
    """How far each weight can go while every pair that `weights` order stays so, `(members, 2)`."""
    from scipy.optimize import linprog

    members = gaps.shape[1]
    kept = gaps[gaps @ weights >= 0]
    made = np.empty((members, 2))
    for at in range(members):
        for end, sign in enumerate((1.0, -1.0)):
            cost = np.zeros(members)
            cost[at] = sign
            found = linprog(
                cost,
                A_ub=-kept if len(kept) else None,
                b_ub=np.zeros(len(kept)) if len(kept) else None,
                A_eq=np.ones((1, members)),
                b_eq=[1.0],
                bounds=[(low, high)] * members,
            )
            made[at, end] = weights[at] if found.x is None else found.x[at]
    return made
