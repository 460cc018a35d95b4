"""What was measured, by unit and dimension, before anything was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from hubrank import ValueCounts

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Array


def coverage(values: Array, units: Sequence[str], dimensions: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """One row a unit: what it lacks, and the share that it has of each dimension.

    Args:
        values: `(units, indicators)`; gaps are NaN.
        units: The units' codes.
        dimensions: The columns that lie in each dimension, at whatever depth.

    Returns:
        `unit`, the counts `missing`, `zero` and `missing_or_zero`, the share `available` of all indicators and
        `nonzero` of the available, and one column a dimension: the share of its indicators that is there.
    """
    import pandas as pd

    counted = ValueCounts.of(values)
    missing = counted.indicators - counted.there
    there = ~np.isnan(values)
    return pd.DataFrame(
        {
            "unit": list(units),
            "missing": missing,
            "zero": counted.zeros,
            "missing_or_zero": missing + counted.zeros,
            "available": counted.available,
            "nonzero": counted.nonzero,
            **{name: there[:, list(columns)].mean(axis=1) for name, columns in dimensions.items()},
        }
    )
