"""Scales made of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.basis.ranks import Ties, ranks_among
from hubrank.contract.methods import Normalisation
from hubrank.methods.rank_scales import percentile_ranks

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class RankOptions:
    """What a scenario can set of `rank`, `borda` and `percentile-rank`.

    Attributes:
        ties: The rank that equal units share: the least, the mean or the greatest of theirs, or `dense`.
    """

    ties: Ties = "min"


def reference_itself(reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The values that places are counted among."""
    return reference


def rank(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The place from the worst, which is 1."""
    return ranks_among(values, reference, options.ties)


def borda(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """How many units are worse."""
    return ranks_among(values, reference, options.ties) - 1


def percentile_rank(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The share of the other units that are worse; one half where all units are equal."""
    return percentile_ranks(values, reference, options.ties)


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

NORMALISATIONS = (
    Normalisation(
        name="rank",
        fit=reference_itself,
        apply=rank,
        options=RankOptions,
        title="the rank counted from the worst unit, which gets 1",
        reference=_SOURCE,
    ),
    Normalisation(
        name="borda",
        fit=reference_itself,
        apply=borda,
        options=RankOptions,
        title="how many units are worse",
        reference="Borda, Mémoire sur les élections au scrutin (1784)",
    ),
    Normalisation(
        name="percentile-rank",
        fit=reference_itself,
        apply=percentile_rank,
        options=RankOptions,
        title="the share of the other units that are worse",
        reference=_SOURCE,
    ),
)
