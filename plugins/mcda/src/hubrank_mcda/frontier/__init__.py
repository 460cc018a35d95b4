"""Benefit of the doubt: each unit is weighted as suits it best, and measured against the best of all."""

from __future__ import annotations

from collections.abc import Iterator

from hubrank import Aggregator, Weighting, hookimpl

from hubrank_mcda.frontier.doubt import aggregate, weigh
from hubrank_mcda.frontier.shares import ShareOptions

SOURCE = "Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), Social Indicators Research 82"


@hookimpl
def hubrank_aggregators() -> Iterator[Aggregator]:
    """The score under the best weights."""
    yield Aggregator(
        name="benefit-of-the-doubt",
        title="the score under each unit's most favourable weights, relative to the best unit",
        apply=aggregate,
        options=ShareOptions,
        reference=SOURCE,
    )


@hookimpl
def hubrank_weightings() -> Iterator[Weighting]:
    """The best weights of each unit."""
    yield Weighting(
        name="benefit-of-the-doubt",
        title="each unit's most favourable weights",
        apply=weigh,
        options=ShareOptions,
        data_driven=True,
        reference=SOURCE,
    )
