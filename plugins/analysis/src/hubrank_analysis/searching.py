"""The search of weights: a tree of means as a function of them, its slope, and the order that it makes."""

from typing import Any

import numpy as np
from attrs import frozen
from hubrank.cli.console import silence
from hubrank.errors import shorten_list
from hubrank.methods import shares
from hubrank.plugin import Array, Form, Node, Ranking, UsageError
from hubrank.uncertainty.programs import form_of

#: Starting points beside the scenario's own weights, and steps from each.
_STARTS = 4
_STEPS = 25
#: Small moves at random that are tried from the best points, and the first and the last one's size.
_MOVES = 1200
_SIZES = (0.1, 0.002)
#: A difference that is a smaller part of the spread is a tie.
_TIE = 1e-9
#: In a program a pair counts as ordered if the difference is this part of the largest one; less is a tie.
CLEAR = 1e-5


@frozen(eq=False)
class Weighted:
    """The scores of an edition's units as a function of free local weights, each dimension's summing to 1.

    A block is where a dimension's free weights, and its form, lie among all, the root first; pairs are of positions.
    """

    ranking: Ranking
    edition: int
    units: Any
    blocks: dict[str, slice]
    forms: dict[str, Form]
    pairs: tuple[Any, Any]
    low: float
    high: float

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Dimension and member of each free weight."""
        return tuple((node, member.name) for node in self.blocks for member in self.ranking.plan.tree[node].members)

    def own_weights(self) -> Array:
        """The scenario's own, averaged over the units where each has its own."""
        return np.concatenate([self._shares(node).mean(axis=0) for node in self.blocks])

    def scores(self, weights: Array) -> tuple[Array, Array]:
        """Scores as the root's form sums them `(units,)`, and their slope in the weights `(units, weights)`."""
        return self._sum(self.ranking.plan.tree.root, weights)

    def entered(self) -> Array:
        """The root's members as it sums them, `(units, members)`; NaN if one is missing."""
        root = self.ranking.plan.tree.root.name
        return self.forms[root].enter(self.ranking.nodes[root].members[self.edition][self.units])

    def violations(self, weights: Array) -> Any:
        """Which pairs are not in order; differences up to rounding errors are ties."""
        scores = self.scores(weights)[0]
        return scores[self.pairs[0]] - scores[self.pairs[1]] <= _TIE * np.ptp(scores)

    def loss(self, weights: Array) -> tuple[int, float]:
        """The number of violated pairs, and the sum of their differences."""
        scores = self.scores(weights)[0]
        gaps = (scores[self.pairs[0]] - scores[self.pairs[1]]) / np.ptp(scores)
        return int((gaps <= _TIE).sum()), float(np.maximum(-gaps, 0).sum())

    def inside(self, weights: Array) -> Array:
        """Weights moved to within their bounds, each dimension's summing to 1."""
        result = np.clip(weights, self.low, self.high)
        for block in self.blocks.values():
            for _ in range(50):
                part = result[block]
                result[block] = np.clip(part + (1 - part.sum()) / len(part), self.low, self.high)
        return result

    def _shares(self, node: str) -> Array:
        scores = self.ranking.nodes[node]
        return shares(np.broadcast_to(scores.weights, scores.members.shape)[self.edition][self.units])

    def _sum(self, node: Node, weights: Array) -> tuple[Array, Array]:
        """A dimension's weighted sum and its slope."""
        members = self.ranking.nodes[node.name].members[self.edition][self.units]
        form = self.forms[node.name]
        block = self.blocks.get(node.name)
        there = ~np.isnan(members)
        own = (self._shares(node.name) if block is None else weights[block]) * there
        entered = np.where(there, form.enter(members), 0.0)
        slopes = np.zeros((*members.shape, len(weights)))
        below = {item.name: item for item in self.ranking.plan.tree if item.name in self.forms}
        share = shares(own)
        with np.errstate(invalid="ignore", divide="ignore"):
            for at, member in enumerate(node.members):
                if member.name in below:
                    inside = self.forms[member.name]
                    score, slope = self._sum(below[member.name], weights)
                    value = inside.leave(score)
                    slope = slope / inside.slope(value)[:, None] * form.slope(value)[:, None]
                    entered[:, at] = np.where(there[:, at], form.enter(value), 0.0)
                    slopes[:, at] = np.where(there[:, at, None], slope, 0.0)
            result = (share * entered).sum(axis=-1)
            slope = (share[:, :, None] * slopes).sum(axis=1)
            if block is not None:
                gaps = np.nan_to_num((entered - result[:, None]) / own.sum(axis=-1)[:, None])
                slope[:, block] += np.where(there, gaps, 0.0)
        return result, slope


def weighted(
    ranking: Ranking, edition: int, units: Any, level: str, pairs: tuple[Any, Any], low: float = 0.0, high: float = 1.0
) -> Weighted:
    """The scores as a function of weights: at the `top` the root's are free, or `all` those of every dimension."""
    tree = ranking.plan.tree
    nodes = [tree.root] if level == "top" else list(reversed(tree.nodes))
    forms = {node.name: form for node in nodes if (form := _form(ranking, node)) is not None}
    strange = [f"{node.name} ({node.aggregation.part.name})" for node in nodes if node.name not in forms]
    if strange:
        raise UsageError(
            "weights can be fitted only for weighted means without nonlinear or reversing post-processing; "
            f"not the case for {shorten_list(strange)}"
        )
    blocks, start = {}, 0
    for node in nodes:
        count = len(node.members)
        if not low * count <= 1 <= high * count:
            raise UsageError(f"no {count} weights of {node.name} lie between {low:g} and {high:g} and sum to 1")
        blocks[node.name] = slice(start, start + count)
        start += count
    return Weighted(ranking, edition, units, blocks, forms, pairs, low, high)


def _form(ranking: Ranking, node: Node) -> Form | None:
    """A dimension's form, where nothing on the way up turns or bends its score."""
    if node.parent is None:
        steps = [*node.post_processing, *ranking.plan.post_processing]
        bent = any(step.part.record.reverses for step in steps)
    else:
        bent = bool(node.post_processing) and not node.parent_uses_raw
    return None if bent else form_of(ranking.nodes[node.name])


def ordered_by_search(model: Weighted, starts: tuple[Array, ...]) -> Array:
    """Weights that violate few pairs: linear programs, step by step, from the starts and a few points at random."""
    rng = np.random.default_rng(0)
    sizes = [block.stop - block.start for block in model.blocks.values()]
    drawn = [np.concatenate([rng.dirichlet(np.ones(size)) for size in sizes]) for _ in range(_STARTS)]
    found = [_descend(model, model.inside(start)) for start in (*starts, *drawn)]
    polished = [_polish(model, weights, rng) for weights in sorted(found, key=model.loss)[:2]]
    return min(polished, key=model.loss)


def squared(model: Weighted, wanted: Array, start: Array) -> tuple[Array, float]:
    """The weights whose scores are nearest to those wanted of the first units, at any scale, and their correlation."""
    from scipy.optimize import minimize

    count, centred = len(wanted), (wanted - wanted.mean()) / wanted.std()

    def loss(weights: Array) -> Any:
        scores, slopes = (item[:count] for item in model.scores(weights))
        scores, slopes = scores - scores.mean(), slopes - slopes.mean(axis=0)
        spread = max(float(scores @ scores), 1e-300)
        scale = max(float(scores @ centred) / spread, 0.0)
        residual = centred - scale * scores
        return float(residual @ residual) / count, -2 * scale * (residual @ slopes) / count

    found = minimize(
        loss,
        model.inside(start),
        jac=True,
        bounds=[(model.low, model.high)] * len(start),
        constraints=[
            {"type": "eq", "fun": lambda weights, at=block: weights[at].sum() - 1} for block in model.blocks.values()
        ],
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-12},
    )
    weights = model.inside(found.x)
    return weights, float(np.corrcoef(model.scores(weights)[0][:count], wanted)[0, 1])


def _descend(model: Weighted, weights: Array) -> Array:
    """Steps towards smaller wrong differences; of all points on the way, the one that violates fewest pairs."""
    reach, loss = 0.2, model.loss(weights)
    best, least = weights, loss
    for _ in range(_STEPS):
        if loss[0] == 0 or reach < 1e-3:
            break
        moved = _step(model, weights, reach)
        new = model.loss(moved)
        if new < least:
            best, least = moved, new
        if new[1] < loss[1] * (1 - 1e-6):
            weights, loss = moved, new
        else:
            reach /= 2
    return best


def _polish(model: Weighted, weights: Array, rng: np.random.Generator) -> Array:
    """Small random moves, each kept if it violates no more pairs by no larger differences."""
    least = model.loss(weights)
    for size in np.geomspace(*_SIZES, _MOVES):
        if least[0] == 0:
            break
        moved = weights + size * rng.standard_normal(len(weights)) * (rng.random(len(weights)) < 0.4)
        moved = model.inside(moved)
        new = model.loss(moved)
        if new < least:
            weights, least = moved, new
    return weights


def _step(model: Weighted, weights: Array, reach: float) -> Array:
    """The step within the radius with the smallest sum of wrong differences, scores taken as linear."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    scores, slopes = model.scores(weights)
    better, worse = model.pairs
    gaps, rates = scores[better] - scores[worse], slopes[better] - slopes[worse]
    near = gaps < np.abs(rates).sum(axis=1) * reach
    gaps, rates = gaps[near], rates[near]
    none, size = np.zeros(len(gaps)), len(weights)
    sums = np.zeros((len(model.blocks), size + len(gaps)))
    for at, block in enumerate(model.blocks.values()):
        sums[at, block] = 1.0
    lowest = np.append(np.maximum(model.low - weights, -reach), none)
    highest = np.append(np.minimum(model.high - weights, reach), np.full(len(gaps), np.inf))
    found = linprog(
        np.append(np.zeros(size), none + 1),
        A_ub=hstack([csr_array(-rates), -eye_array(len(gaps))]),
        b_ub=gaps - 1e-4 * float(np.ptp(scores)),
        A_eq=sums,
        b_eq=np.zeros(len(model.blocks)),
        bounds=np.column_stack([lowest, highest]),
        method="highs",
    )
    return weights if found.x is None else model.inside(weights + found.x[:size])


def largest_gaps(gaps: Array, low: float, high: float) -> Array:
    """The largest that each row's `row @ weights` can be, by filling the best of its members first."""
    order = -np.sort(-gaps, axis=1)
    members = gaps.shape[1]
    left = 1 - low * members
    extra = np.clip(left - np.arange(members) * (high - low), 0, high - low)
    return low * gaps.sum(axis=1) + order @ extra


def fewest_violations(gaps: Array, low: float, high: float, seconds: float) -> tuple[Array, int, bool]:
    """The weights that order most pairs: a mixed-integer program, with one switch for each uncertain pair.

    Takes the better's values less the worse's, `(pairs, members)`; also returns the number of pairs that no weights can
    order, as proven within the time limit, and whether these weights order all others.
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
        weights = weights if found.x is None else found.x[:members]
        kept = gaps[gaps @ weights >= CLEAR / 2]
        weights = widest_margin(kept, low, high) if len(kept) else weights
    at_least = int(impossible.sum()) + int(np.ceil(bound - 1e-6))
    return weights, at_least, at_least == int((gaps @ weights < CLEAR / 2).sum())


def widest_margin(gaps: Array, low: float, high: float) -> Array:
    """The weights whose least difference is the largest, `(members,)`; equal weights if there is none."""
    from scipy.optimize import linprog

    members = gaps.shape[1]
    found = None
    if len(gaps):
        found = linprog(
            np.append(np.zeros(members), -1.0),
            A_ub=np.column_stack([-gaps, np.ones(len(gaps))]),
            b_ub=np.zeros(len(gaps)),
            A_eq=np.append(np.ones(members), 0.0)[None],
            b_eq=[1.0],
            bounds=[(low, high)] * members + [(None, None)],
        ).x
    return np.full(members, 1 / members) if found is None else found[:members]


def same_order(gaps: Array, weights: Array, low: float, high: float) -> Array:
    """The range of each weight while every pair that `weights` order stays so, `(members, 2)`."""
    from scipy.optimize import linprog

    members = gaps.shape[1]
    kept = gaps[gaps @ weights >= 0]
    result = np.empty((members, 2))
    for at in range(members):
        for end, sign in enumerate((1.0, -1.0)):
            found = linprog(
                sign * np.eye(members)[at],
                A_ub=-kept if len(kept) else None,
                b_ub=np.zeros(len(kept)) if len(kept) else None,
                A_eq=np.ones((1, members)),
                b_eq=[1.0],
                bounds=[(low, high)] * members,
            )
            result[at, end] = weights[at] if found.x is None else found.x[at]
    return result
