"""Factor scores: principal components of the members, rotated, summed by what they explain."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen
from hubrank import Context, MethodError

#: Eigenvalues nearer than this, or below it, are not told apart, or count as 0.
SMALL = 1e-9
TURNS = 1000


@frozen(kw_only=True)
class FactorOptions:
    """What a scenario can set of `factor`.

    Attributes:
        components: How many principal components are kept and rotated by varimax; all by default. One is not
            rotated, and its scores have standard deviation 1.
        tolerance: The relative gain at which the rotation ends.
    """

    components: int | None = field(default=None)
    tolerance: float = field(default=1e-5)

    @components.validator
    def _some(self, _: object, value: int | None) -> None:
        if value is not None and value < 1:
            raise ValueError(f"components: must be at least 1; got {value}")


def factor(scores: np.ndarray, weights: np.ndarray, context: Context, options: FactorOptions) -> np.ndarray:
    """The scores on principal components, each weighted by the share of the variance that it explains.

    Components point to where most members are better. The members' own weights play no part, but for a weight of
    0: that member is not there.

    Raises:
        MethodError: A unit lacks a member that others have, a member is the same for all units, or the components
            cannot be told apart.

    Source: Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226.
    """
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores, weights = np.broadcast_to(scores, shape), np.broadcast_to(weights, shape)
    made = np.full(shape[:-1], np.nan)
    for index in np.ndindex(shape[:-2]):
        there = weights[index] > 0
        units, members = there.any(axis=1), there.any(axis=0)
        if not units.any():
            continue
        if not there[np.ix_(units, members)].all():
            raise MethodError("factor scores need every member of every unit; impute, or screen units")
        names = [member.name for member, has in zip(context.members, members, strict=True) if has]
        made[index][units] = _scored(scores[index][np.ix_(units, members)], names, options)
    return made


def _scored(values: np.ndarray, names: list[str], options: FactorOptions) -> np.ndarray:
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(len(names))
    for name, each in zip(names, deviation, strict=True):
        if each <= 0:
            raise MethodError(f"'{name}' has the same value for all units; leave it out")
    standard = (values - values.mean(axis=0)) / deviation
    loadings, eigenvalues = _components(standard, options)
    if loadings.shape[1] == 1:
        return standard @ (loadings[:, 0] / eigenvalues[0])
    turn = varimax(loadings, options.tolerance)
    turned = loadings @ turn
    signs = np.where(turned.sum(axis=0) < 0, -1, 1)
    explained = (turned**2).sum(axis=0) / len(names)
    return standard @ (loadings / eigenvalues) @ turn @ (signs * explained)


def _components(standard: np.ndarray, options: FactorOptions) -> tuple[np.ndarray, np.ndarray]:
    """The loadings of the kept components, each pointing to where most members are better, and their eigenvalues."""
    values, vectors = np.linalg.eigh(standard.T @ standard / (len(standard) - 1))
    values, vectors = values[::-1], vectors[:, ::-1]
    there = int((values > SMALL).sum())
    kept = there if options.components is None else min(options.components, there)
    if (-np.diff(values[: min(kept + 1, there)]) < SMALL).any():
        raise MethodError("two components explain the same variance, so factor scores are not unique")
    loadings = vectors[:, :kept] * np.sqrt(values[:kept])
    return loadings * np.where(loadings.sum(axis=0) < 0, -1, 1), values[:kept]


def varimax(loadings: np.ndarray, tolerance: float) -> np.ndarray:
    """The rotation under which each member loads on few components; members count alike (Kaiser).

    Args:
        loadings: `(members, components)`.
        tolerance: The relative gain at which it ends.

    Returns:
        `(components, components)`, orthogonal.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    scaled = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    turn, reached = np.eye(loadings.shape[1]), 0.0
    for _ in range(TURNS):
        turned = scaled @ turn
        slope = scaled.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, singular, right = np.linalg.svd(slope)
        turn, before, reached = left @ right, reached, singular.sum()
        if reached < before * (1 + tolerance):
            return turn
    raise MethodError(f"the rotation did not converge in {TURNS} iterations; raise tolerance, which is {tolerance:g}")
