"""Treatment of skew and outliers (Handbook step 3): order is kept, gaps stay gaps."""

from __future__ import annotations

from hubrank.contract.methods import Treatment
from hubrank.methods.treatment import fitted, skewed, transforms, winsorising

TREATMENTS: tuple[Treatment, ...] = (
    *transforms.TREATMENTS,
    *winsorising.TREATMENTS,
    *fitted.TREATMENTS,
    *skewed.TREATMENTS,
)
