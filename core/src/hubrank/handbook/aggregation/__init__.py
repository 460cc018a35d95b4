"""From members to one score (Handbook step 6).

Scores `(..., editions, units, members)` and weights that broadcast against them give `(..., editions, units)`.
A member of weight 0 is not there.
"""

from __future__ import annotations

from hubrank.handbook.aggregation import extremes, means, ordered, outranking, penalised
from hubrank.methods import Aggregator

AGGREGATORS: tuple[Aggregator, ...] = (
    *means.AGGREGATORS,
    *extremes.AGGREGATORS,
    *ordered.AGGREGATORS,
    *penalised.AGGREGATORS,
    *outranking.AGGREGATORS,
)
