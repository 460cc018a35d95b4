"""Filling gaps (Handbook step 3): `(..., editions, units, members)` in and out, what was measured untouched."""

from __future__ import annotations

from hubrank.handbook.imputation import columns, editions, rows
from hubrank.methods import Imputation

IMPUTATIONS: tuple[Imputation, ...] = (*columns.IMPUTATIONS, *editions.IMPUTATIONS, *rows.IMPUTATIONS)
