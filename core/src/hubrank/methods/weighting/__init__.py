"""To weights (Handbook step 6): relative to one another, none below 0, not all 0."""

from __future__ import annotations

from hubrank.contract.methods import Weighting
from hubrank.methods.weighting import components, given, optimised, pairwise, spread

WEIGHTINGS: tuple[Weighting, ...] = (
    *given.WEIGHTINGS,
    *pairwise.WEIGHTINGS,
    *spread.WEIGHTINGS,
    *components.WEIGHTINGS,
    *optimised.WEIGHTINGS,
)
