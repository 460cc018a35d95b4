"""To weights (Handbook step 6): relative to one another, none below 0, not all 0."""

from __future__ import annotations

from hubrank.handbook.weighting import given
from hubrank.methods import Weighting

WEIGHTINGS: tuple[Weighting, ...] = (*given.WEIGHTINGS,)
