"""How many things the members of a dimension measure: principal components."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from hubrank import Array


@frozen(eq=False)
class Components:
    """Principal components of standardised members.

    Attributes:
        eigenvalues: The components' variances, the largest first; they sum to the number of members.
        loadings: `(members, components)`: unit vectors, the largest loading of each positive.
        units: How many units have all members.
    """

    eigenvalues: Array
    loadings: Array
    units: int

    @property
    def explained(self) -> Array:
        """Each component's share of the variance."""
        share: Array = self.eigenvalues / self.eigenvalues.sum()
        return share


def components(values: Array) -> Components | None:
    """Principal components of the correlation matrix, over the units that have all members.

    Args:
        values: `(units, members)`; gaps are NaN.

    Returns:
        The components; none where fewer than 2 members vary or fewer than 3 units have all members. A member that
        does not vary has the loading 0.

    Source: OECD/JRC Handbook (2008), step 4.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    if len(whole) < 3 or values.shape[1] < 2:
        return None
    spread = whole.std(axis=0, ddof=1)
    varies = spread > 1e-14 * np.abs(whole).max(axis=0)
    if varies.sum() < 2:
        return None
    scaled = (whole[:, varies] - whole[:, varies].mean(axis=0)) / spread[varies]
    _, singular, vectors = np.linalg.svd(scaled, full_matrices=False)
    signs = np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(axis=1)])
    loadings = np.zeros((values.shape[1], len(singular)))
    loadings[varies] = (vectors * signs[:, None]).T
    return Components(singular**2 / (len(whole) - 1), loadings, len(whole))
