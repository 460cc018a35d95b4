"""To one scale (Handbook step 5).

A normalisation learns its scale from a reference, `(..., 1 or editions, units, members)`, and reads any values
on it. More is better in all that comes in, unless a method says `oriented=False`. Gaps stay gaps. An indicator
that is the same for all units lies in the middle of the range (0 for a z-score) wherever a method measures by
the spread of the units; the core refuses such an indicator for those methods.
"""

from __future__ import annotations

from hubrank.contract.methods import Normalisation
from hubrank.methods.normalisation import curves, linear, proportion, ranking, reference

NORMALISATIONS: tuple[Normalisation, ...] = (
    *linear.NORMALISATIONS,
    *ranking.NORMALISATIONS,
    *reference.NORMALISATIONS,
    *proportion.NORMALISATIONS,
    *curves.NORMALISATIONS,
)
