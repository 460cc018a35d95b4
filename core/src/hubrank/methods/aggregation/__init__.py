"""From members to one score (Handbook step 6).

Scores `(..., editions, units, members)` and weights that broadcast against them give `(..., editions, units)`.
A member of weight 0 is not there.
"""

from __future__ import annotations

from hubrank.contract.methods import Aggregator
from hubrank.methods.aggregation import extremes, means, ordered, outranking, penalised

AGGREGATORS: tuple[Aggregator, ...] = (
    *means.AGGREGATORS,
    *extremes.AGGREGATORS,
    *ordered.AGGREGATORS,
    *penalised.AGGREGATORS,
    *outranking.AGGREGATORS,
)
