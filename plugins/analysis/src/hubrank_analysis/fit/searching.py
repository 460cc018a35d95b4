"""Weights of a whole tree that order pairs, where scores are not linear in them: found, not proven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank_analysis.fit.weighted import Weighted

if TYPE_CHECKING:
    from hubrank import Array

#: Starting points beside the scenario's own weights, and steps from each.
_STARTS = 4
_STEPS = 25
#: Small moves at random that are tried from the best points, and the first and the last one's size.
_MOVES = 1200
_SIZES = (0.1, 0.002)
#: A gap that is a smaller part of the spread is a tie.
_TIE = 1e-9


def ordered_by_search(
    model: Weighted, pairs: tuple[Any, Any], low: float, high: float, starts: tuple[Array, ...]
) -> Array:
    """Weights that violate few pairs: linear programs, step by step, each within reach of the last.

    Args:
        model: The scores.
        pairs: Better and worse, as positions among the model's units.
        low: The least that a local weight may be.
        high: The most.
        starts: Where the search begins; from a few points at random too, always the same.
    """
    rng = np.random.default_rng(0)
    sizes = [len(block.members) for block in model.blocks]
    drawn = [np.concatenate([rng.dirichlet(np.ones(size)) for size in sizes]) for _ in range(_STARTS)]
    found = [_descend(model, pairs, low, high, _inside(model, start, low, high)) for start in (*starts, *drawn)]
    best = sorted(found, key=lambda weights: _loss(model, pairs, weights))[:2]
    polished = [_polished(model, pairs, low, high, weights, rng) for weights in best]
    return min(polished, key=lambda weights: _loss(model, pairs, weights))


def squared(model: Weighted, count: int, wanted: Array, low: float, high: float, start: Array) -> tuple[Array, float]:
    """The weights whose scores, on a scale of their own, lie nearest to those wanted.

    Args:
        model: The scores.
        count: How many of the model's units, from the first, have a wanted score.
        wanted: Their scores, `(count,)`.
        low: The least that a local weight may be.
        high: The most.
        start: Where the search begins.

    Returns:
        The weights, and the correlation of their scores with those wanted.
    """
    from scipy.optimize import minimize

    centred = (wanted - wanted.mean()) / wanted.std()

    def loss(weights: Array) -> Any:
        scores, slopes = (each[:count] for each in model.scores(weights))
        scores, slopes = scores - scores.mean(), slopes - slopes.mean(axis=0)
        spread = max(float(scores @ scores), 1e-300)
        scale = max(float(scores @ centred) / spread, 0.0)
        residual = centred - scale * scores
        return float(residual @ residual) / count, -2 * scale * (residual @ slopes) / count

    sums = [{"type": "eq", "fun": lambda weights, at=block.at: weights[at].sum() - 1} for block in model.blocks]
    descend: Any = minimize  # its stubs know no function that returns its slope too
    found = descend(
        loss,
        _inside(model, start, low, high),
        jac=True,
        bounds=[(low, high)] * len(start),
        constraints=sums,
        method="SLSQP",
        options={"maxiter": 300, "ftol": 1e-12},
    )
    weights = _inside(model, found.x, low, high)
    return weights, float(np.corrcoef(model.scores(weights)[0][:count], wanted)[0, 1])


def violations(model: Weighted, pairs: tuple[Any, Any], weights: Array) -> Any:
    """Which pairs do not come out in order; a gap that is none beside rounding is a tie."""
    scores = model.scores(weights)[0]
    return scores[pairs[0]] - scores[pairs[1]] <= _TIE * np.ptp(scores)


def _loss(model: Weighted, pairs: tuple[Any, Any], weights: Array) -> tuple[int, float]:
    scores = model.scores(weights)[0]
    gaps = (scores[pairs[0]] - scores[pairs[1]]) / np.ptp(scores)
    return int((gaps <= _TIE).sum()), float(np.maximum(-gaps, 0).sum())


def _descend(model: Weighted, pairs: tuple[Any, Any], low: float, high: float, weights: Array) -> Array:
    """Steps towards smaller gaps the wrong way; of all points on the way, the one that violates fewest pairs."""
    reach, loss = 0.2, _loss(model, pairs, weights)
    best, least = weights, loss
    for _ in range(_STEPS):
        if loss[0] == 0 or reach < 1e-3:
            break
        moved = _stepped(model, pairs, low, high, weights, reach)
        new = _loss(model, pairs, moved)
        if new < least:
            best, least = moved, new
        if new[1] < loss[1] * (1 - 1e-6):
            weights, loss = moved, new
        else:
            reach /= 2
    return best


def _polished(
    model: Weighted, pairs: tuple[Any, Any], low: float, high: float, weights: Array, rng: np.random.Generator
) -> Array:
    """Small moves at random, each kept that violates no more pairs by no larger gaps."""
    least = _loss(model, pairs, weights)
    for size in np.geomspace(*_SIZES, _MOVES):
        if least[0] == 0:
            break
        moved = weights + size * rng.standard_normal(len(weights)) * (rng.random(len(weights)) < 0.4)
        moved = _inside(model, moved, low, high)
        new = _loss(model, pairs, moved)
        if new < least:
            weights, least = moved, new
    return weights


def _stepped(model: Weighted, pairs: tuple[Any, Any], low: float, high: float, weights: Array, reach: float) -> Array:
    """The step within reach that leaves the smallest sum of gaps the wrong way, scores taken as linear."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack

    scores, slopes = model.scores(weights)
    gaps, rates = scores[pairs[0]] - scores[pairs[1]], slopes[pairs[0]] - slopes[pairs[1]]
    near = gaps < np.abs(rates).sum(axis=1) * reach
    gaps, rates = gaps[near], rates[near]
    clear = 1e-4 * float(np.ptp(scores))
    sums = np.zeros((len(model.blocks), len(weights) + len(gaps)))
    for at, block in enumerate(model.blocks):
        sums[at, block.at] = 1.0
    matrix: Any = hstack([csr_array(-rates), -eye_array(len(gaps))])
    solve: Any = linprog  # its stubs know no sparse constraints
    found = solve(
        np.append(np.zeros(len(weights)), np.ones(len(gaps))),
        A_ub=matrix,
        b_ub=gaps - clear,
        A_eq=sums,
        b_eq=np.zeros(len(model.blocks)),
        bounds=np.column_stack(
            [
                np.append(np.maximum(low - weights, -reach), np.zeros(len(gaps))),
                np.append(np.minimum(high - weights, reach), np.full(len(gaps), np.inf)),
            ]
        ),
        method="highs",
    )
    return weights if found.x is None else _inside(model, weights + found.x[: len(weights)], low, high)


def _inside(model: Weighted, weights: Array, low: float, high: float) -> Array:
    """Weights moved to within their bounds, each dimension's summing to 1."""
    made = np.clip(weights, low, high)
    for block in model.blocks:
        part = made[block.at]
        for _ in range(50):
            part = np.clip(part + (1 - part.sum()) / len(part), low, high)
        made[block.at] = part
    return made
