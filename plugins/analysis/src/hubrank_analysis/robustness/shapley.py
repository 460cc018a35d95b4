"""Shapley effects: shares of variance where inputs depend on each other, as weights that sum to 1 do."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hubrank import Array

#: Up to so many inputs every subset is looked at; beyond, random orders of the inputs.
MOST_EXACT = 6
_ORDERS = 40
_NEIGHBOURS = 4


def shapley_effects(inputs: Array, outputs: Array, rng: np.random.Generator) -> Array:
    """Shapley effects from a sample alone (Broto, Bachoc and Depecker 2020, nearest neighbours).

    Args:
        inputs: `(draws, inputs)`, dependent or not.
        outputs: `(draws, outputs)`.
        rng: Draws orders where there are too many subsets.

    Returns:
        `(inputs, outputs)`: shares that sum to 1 over the inputs; NaN for outputs that do not vary.
    """
    count = inputs.shape[1]
    scaled = (inputs - inputs.mean(axis=0)) / np.maximum(inputs.std(axis=0), 1e-300)
    known: dict[frozenset[int], Array] = {}

    def left(held: frozenset[int]) -> Array:
        """The mean variance that is left when some inputs are held."""
        if held not in known:
            whole = len(held) == count
            known[held] = np.zeros(outputs.shape[1]) if whole else _variance_left(scaled[:, sorted(held)], outputs)
        return known[held]

    variance = left(frozenset())
    effects = np.zeros((count, outputs.shape[1]))
    if count <= MOST_EXACT:
        for at in range(count):
            others = [other for other in range(count) if other != at]
            for size in range(count):
                for held in combinations(others, size):
                    gain = left(frozenset(held)) - left(frozenset((*held, at)))
                    effects[at] += gain / (count * comb(count - 1, size))
    else:
        orders = _orders(count, rng)
        for order in orders:
            for size, at in enumerate(order):
                effects[at] += (left(frozenset(order[:size])) - left(frozenset(order[: size + 1]))) / _ORDERS
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 1e-12, effects / variance, np.nan)


def _orders(count: int, rng: np.random.Generator) -> Iterable[tuple[int, ...]]:
    """Random orders, each with its reverse."""
    for _ in range(_ORDERS // 2):
        order = tuple(int(each) for each in rng.permutation(count))
        yield order
        yield order[::-1]


def _variance_left(held: Array, outputs: Array) -> Array:
    """The mean variance of the outputs among the nearest draws by the inputs that are held."""
    if held.shape[1] == 0:
        return np.asarray(outputs.var(axis=0, ddof=1))
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(held).query(held, k=_NEIGHBOURS)
    return np.asarray(outputs[nearest].var(axis=1, ddof=1).mean(axis=0))
