"""Uniform points of a polytope by hit-and-run (Smith 1984), many chains side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: Steps of every chain for each dimension of the polytope, and at least; each draw has a chain of its own.
_STEPS_A_DIMENSION = 16
_LEAST_STEPS = 40


@frozen(kw_only=True, eq=False)
class Polytope:
    """The points `centre + basis @ z` with `matrix @ point <= bound`.

    Attributes:
        matrix: `(constraints, coordinates)`.
        bound: `(constraints,)`.
        centre: A point well inside, `(coordinates,)`.
        basis: `(coordinates, dimensions)`, scaled so that the polytope is about as wide in every direction.
    """

    matrix: Array
    bound: Array
    centre: Array
    basis: Array

    def sample(self, size: int, rng: np.random.Generator) -> Array:
        """Points `(size, coordinates)`, each from a chain of its own that starts at the centre."""
        steps = max(_LEAST_STEPS, _STEPS_A_DIMENSION * self.basis.shape[1])
        return walk(self.matrix, self.bound, np.tile(self.centre, (size, 1)), self.basis, steps, rng)


def polytope(matrix: Array, bound: Array, on_simplex: bool) -> Polytope | None:
    """The polytope of `matrix @ x <= bound`, and of points that sum to 1 where it lies on the simplex.

    Returns:
        It, with a centre and a basis rounded by a first walk; none where it has no inside.
    """
    coordinates = matrix.shape[1]
    basis = _sum_zero(coordinates) if on_simplex else np.eye(coordinates)
    centre = _centre(matrix, bound, basis, on_simplex)
    if centre is None:
        return None
    if basis.shape[1] > 1:
        start = np.tile(centre, (1000, 1))
        first = walk(matrix, bound, start, basis, 40 * basis.shape[1], np.random.default_rng(0))
        centre = first.mean(axis=0)
        basis = basis @ np.linalg.cholesky(np.cov(first @ basis, rowvar=False))
    return Polytope(matrix=matrix, bound=bound, centre=centre, basis=basis)


def walk(matrix: Array, bound: Array, points: Array, basis: Array, steps: int, rng: np.random.Generator) -> Array:
    """Move every point along a random line to a uniform point of it inside, `steps` times."""
    slack = bound - points @ matrix.T
    for _ in range(steps):
        direction = rng.standard_normal((len(points), basis.shape[1])) @ basis.T
        along = direction @ matrix.T
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = slack / along
        far = np.where(along > 0, reach, np.inf).min(axis=1)
        near = np.where(along < 0, reach, -np.inf).max(axis=1)
        step = (near + (far - near) * rng.random(len(points)))[:, None]
        points = points + step * direction
        slack = np.maximum(slack - step * along, 0.0)
    return points


def _sum_zero(coordinates: int) -> Array:
    """An orthonormal basis of the directions whose coordinates sum to 0."""
    full = np.linalg.qr(np.column_stack([np.ones(coordinates), np.eye(coordinates)[:, 1:]]))[0]
    basis: Array = full[:, 1:]
    return basis


def _centre(matrix: Array, bound: Array, basis: Array, on_simplex: bool) -> Array | None:
    """The centre of the largest ball inside."""
    from scipy.optimize import linprog

    coordinates = matrix.shape[1]
    lengths = np.linalg.norm(matrix @ basis, axis=1)
    found = linprog(
        np.append(np.zeros(coordinates), -1.0),
        A_ub=np.column_stack([matrix, lengths]),
        b_ub=bound,
        A_eq=np.append(np.ones(coordinates), 0.0)[None] if on_simplex else None,
        b_eq=[1.0] if on_simplex else None,
        bounds=[(None, None)] * coordinates + [(0, None)],
    )
    if found.x is None or found.x[-1] < 1e-9:
        return None
    return np.asarray(found.x[:-1], dtype=float)
