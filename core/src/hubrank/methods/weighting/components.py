"""Weights from principal components, over the units that have all members."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import MethodError
from hubrank.basis.shares import shares
from hubrank.contract.methods import Weighting
from hubrank.methods.checks import at_least, between
from hubrank.methods.correlation import complete, of_complete

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

_SWEEPS = 100


@frozen(kw_only=True)
class PcaOptions:
    """What a scenario can set of `pca`.

    Attributes:
        take: `squared` loadings of the first component (shares of its variance), `absolute` loadings, or
            `factors` (squared loadings of all kept factors after a varimax rotation; each member counts with
            the factor that it loads most on).
        least_eigenvalue: Factors with less are not kept.
        least_share: Factors that explain a smaller share of the variance are not kept.
    """

    take: Literal["squared", "absolute", "factors"] = "squared"
    least_eigenvalue: float = field(default=1.0, validator=at_least(0))
    least_share: float = field(default=0.0, validator=between(0, 1))


def pca(scores: Array, context: Context, options: PcaOptions) -> Array:  # noqa: ARG001
    """Loadings of the members on the principal components of their correlations; a member without others has it all."""
    if scores.shape[-1] == 1:
        return np.ones((*scores.shape[:-2], 1, 1))
    there = (~np.isnan(complete(scores)).any(axis=-1)).sum(axis=-1)
    if (there < 3).any():
        given = f"{int(there.min()):,}"
        raise MethodError(f"principal components need 3 units with all members; got {given}")
    values, vectors = np.linalg.eigh(of_complete(scores))
    if options.take == "factors":
        flat = zip(values.reshape(-1, values.shape[-1]), vectors.reshape(-1, *vectors.shape[-2:]), strict=True)
        weights = np.array([_of_factors(*each, options) for each in flat]).reshape(values.shape)
    else:
        if (values[..., -1] - values[..., -2] < 1e-9).any():
            raise MethodError("the first two components explain the same share; choose another weighting")
        first = np.abs(vectors[..., -1])
        weights = first**2 if options.take == "squared" else first
        weights = shares(weights)
    return np.asarray(weights[..., None, :])


def _of_factors(values: Array, vectors: Array, options: PcaOptions) -> Array:
    """Nicoletti's rule for one set of components: squared loadings by factor, factors by what they explain."""
    kept = (values >= options.least_eigenvalue - 1e-9) & (values / values.sum() >= options.least_share)
    kept[-1] = True
    loadings = varimax(vectors[:, kept] * np.sqrt(values[kept]))
    squared = loadings**2
    explained = squared.sum(axis=0)
    own = squared.argmax(axis=1)
    by_factor = squared[np.arange(len(own)), own] / explained[own]
    weights = by_factor * explained[own]
    return np.asarray(shares(weights))


def varimax(loadings: Array) -> Array:
    """Turn factors so that each member loads on few: Kaiser's varimax, two factors at a time."""
    turned = loadings.copy()
    pairs = list(itertools.combinations(range(loadings.shape[1]), 2))
    for _ in range(_SWEEPS):
        angles = [_turn(turned, *pair) for pair in pairs]
        if max((abs(angle) for angle in angles), default=0) < 1e-12:
            break
    return turned


def _turn(loadings: Array, first: int, second: int) -> float:
    """Turn two factors, in place, by the angle that is best for them; the angle."""
    one, other = loadings[:, first], loadings[:, second]
    difference, product = one**2 - other**2, 2 * one * other
    members = len(loadings)
    sine = 2 * (members * (difference @ product) - difference.sum() * product.sum())
    cosine = members * (difference @ difference - product @ product) - difference.sum() ** 2 + product.sum() ** 2
    angle = float(np.arctan2(sine, cosine)) / 4
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    loadings[:, [first, second]] = loadings[:, [first, second]] @ rotation
    return angle


WEIGHTINGS = (
    Weighting(
        name="pca",
        apply=pca,
        options=PcaOptions,
        data_driven=True,
        title="loadings on principal components",
        reference="Nicoletti, Scarpetta and Boylaud, Summary indicators of product market regulation (2000)",
    ),
)
