"""Filling gaps (Handbook step 3): `(..., editions, units, members)` in and out, what was measured untouched."""

from __future__ import annotations

from hubrank.contract.methods import Imputation
from hubrank.methods.imputation import columns, editions, rows

IMPUTATIONS: tuple[Imputation, ...] = (*columns.IMPUTATIONS, *editions.IMPUTATIONS, *rows.IMPUTATIONS)
