"""From members to one score (Handbook step 6).

Scores `(..., editions, units, members)` and weights that broadcast against them give `(..., editions, units)`.
A member of weight 0 is not there.
"""

from __future__ import annotations

from hubrank.handbook.aggregation import means
from hubrank.methods import Aggregator

AGGREGATORS: tuple[Aggregator, ...] = (*means.AGGREGATORS,)
