"""Nearest neighbours, by scikit-learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen
from hubrank.methods import at_least

from hubrank_mcda.imputation.tables import Level, fill_tables

if TYPE_CHECKING:
    from hubrank import Array, Context


@frozen(kw_only=True)
class NeighboursOptions:
    """What a scenario can set of `nearest-neighbours`.

    Attributes:
        neighbours: How many units, of those that have the member, are averaged.
        weighted: Whether nearer units count for more: `uniform` or by `distance`.
        level: Which members tell how near a unit is: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    neighbours: int = field(default=5, validator=at_least(1))
    weighted: Literal["uniform", "distance"] = "uniform"
    level: Level = "all"


def nearest_neighbours(values: Array, context: Context, options: NeighboursOptions) -> Array:
    """The mean of the most similar units; distances are over the standardised members that both have."""
    from sklearn.impute import KNNImputer

    def fill(table: Array) -> Array:
        imputer = KNNImputer(n_neighbors=options.neighbours, weights=options.weighted)
        return np.asarray(imputer.fit_transform(table))

    return fill_tables(values, context, options.level, fill)
