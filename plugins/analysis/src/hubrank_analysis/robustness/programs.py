"""Linear and mixed-integer programs over a set of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import ROOT
from hubrank.cli.console import silence

if TYPE_CHECKING:
    from hubrank import Array

    from hubrank_analysis.robustness.weight_sets import WeightSet

#: By so much a unit is ahead in a program, so that rounding in the solver leaves it ahead by the tolerance.
_MARGIN = 4e-6
#: The solver's status where its time was over.
_STOPPED = 1


@frozen(kw_only=True, eq=False)
class Region:
    """A set of weights as linear constraints on variables of at least 0, of which the first are the members' weights.

    Attributes:
        equal: `equal @ x = equal_to`.
        equal_to: One number a row.
        most: `most @ x <= at_most`.
        at_most: One number a row.
    """

    equal: Array
    equal_to: Array
    most: Array
    at_most: Array

    @property
    def variables(self) -> int:
        """How many variables there are."""
        return int(self.equal.shape[1])


@frozen(kw_only=True, eq=False)
class Counted:
    """How many rivals a program puts ahead.

    Attributes:
        ahead: How many are proven to be ahead at least; at most where most are sought.
        solution: The variables of the best solution found; none where none was.
        stopped: Whether the time was over.
    """

    ahead: int
    solution: Array | None
    stopped: bool


def region_of(weights: WeightSet) -> Region:
    """The set over the members' effective weights and a scale for each box."""
    members = len(weights.names)
    boxes = [node for node in weights.nodes if not node.free]
    variables = members + len(boxes)
    parent = {child: node.members[at] for node in weights.nodes for at, child in enumerate(node.children) if child >= 0}
    equal, equal_to, most = [], [], []
    for at, node in enumerate(weights.nodes):
        row = np.zeros(variables)
        row[list(node.members)] = 1
        if node.name != ROOT:
            row[parent[at]] = -1
        equal.append(row)
        equal_to.append(1.0 if node.name == ROOT else 0.0)
        for constraint in node.constraints:
            row = np.zeros(variables)
            row[list(node.members)] = -constraint
            most.append(row)
        if node.free:
            continue
        scale = members + boxes.index(node)
        for member, low, high in zip(node.members, node.low, node.high, strict=True):
            for sign, bound in ((1.0, high), (-1.0, low)):
                row = np.zeros(variables)
                row[member] = sign
                row[scale] = -sign * bound
                most.append(row)
    return Region(
        equal=np.array(equal),
        equal_to=np.array(equal_to),
        most=np.array(most).reshape(-1, variables),
        at_most=np.zeros(len(most)),
    )


def widest_lead(region: Region, rows: Array) -> Array | None:
    """Variables for which the largest of the rows' products is as small as can be; none where there are none.

    Args:
        region: The set.
        rows: Each rival's score less the unit's, `(rivals, variables)`.
    """
    from scipy.optimize import linprog

    most = region.most
    with silence():
        found = linprog(
            np.append(np.zeros(region.variables), -1.0),
            A_ub=np.block([[most, np.zeros((len(most), 1))], [rows, np.ones((len(rows), 1))]]),
            b_ub=np.concatenate([region.at_most, np.zeros(len(rows))]),
            A_eq=np.column_stack([region.equal, np.zeros(len(region.equal))]),
            b_eq=region.equal_to,
            bounds=[(0, None)] * region.variables + [(None, None)],
        )
    return None if found.x is None else np.asarray(found.x[: region.variables], dtype=float)


def rivals_ahead(region: Region, rows: Array, low: Array, high: Array, *, most: bool, seconds: float) -> Counted:
    """The fewest rivals that are ahead for any variables, or the most; a binary for each says whether it is ahead.

    Args:
        region: The set.
        rows: Each rival's score less the unit's, as a share of the range of scores, `(rivals, variables)`.
        low: The least that each row's product can be.
        high: The greatest.
        most: Whether the most are sought.
        seconds: How long the program may take.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    count = len(rows)
    if most:
        # ahead by the margin at least where the binary is 1: diff >= low (1 - z) + margin z
        ahead = LinearConstraint(np.column_stack([rows, np.diag(low - _MARGIN)]), low, np.inf)
    else:
        ahead = LinearConstraint(np.column_stack([rows, -np.diag(high)]), -np.inf, 0.0)
    equal, at_most = (np.column_stack([each, np.zeros((len(each), count))]) for each in (region.equal, region.most))
    with silence():
        found = milp(
            np.append(np.zeros(region.variables), np.full(count, -1.0 if most else 1.0)),
            integrality=np.append(np.zeros(region.variables), np.ones(count)),
            bounds=Bounds(0, np.append(np.full(region.variables, np.inf), np.ones(count))),
            constraints=[
                LinearConstraint(equal, region.equal_to, region.equal_to),
                LinearConstraint(at_most, -np.inf, region.at_most),
                ahead,
            ],
            options={"time_limit": seconds, "mip_rel_gap": 0.0},
        )
    return Counted(
        ahead=_proven(found.mip_dual_bound, count, most),
        solution=None if found.x is None else np.asarray(found.x[: region.variables], dtype=float),
        stopped=found.status == _STOPPED,
    )


def _proven(bound: Any, count: int, most: bool) -> int:
    """The number of rivals that the solver's bound proves; all or none where it has no bound."""
    if bound is None or not np.isfinite(bound):
        return count if most else 0
    return int(np.floor(-bound + 1e-6)) if most else int(np.ceil(bound - 1e-6))
