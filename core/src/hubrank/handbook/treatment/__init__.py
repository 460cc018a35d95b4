"""Taming skew and outliers (Handbook step 3): order is kept, gaps stay gaps."""

from __future__ import annotations

from hubrank.handbook.treatment import fitted, skewed, transforms, winsorising
from hubrank.methods import Treatment

TREATMENTS: tuple[Treatment, ...] = (
    *transforms.TREATMENTS,
    *winsorising.TREATMENTS,
    *fitted.TREATMENTS,
    *skewed.TREATMENTS,
)
