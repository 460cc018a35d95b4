"""Weights from how much the units differ in a member.

More is better in all scores. Gaps are left out: a spread is that of the units that have the member, a correlation
that of the units that have both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.basis.edges import brought_near
from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Weighting
from hubrank.contract.sources import NoOptions
from hubrank.methods import arrays
from hubrank.methods.correlation import Kind, correlations

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class CriticOptions:
    """What a scenario can set of `critic`.

    Attributes:
        correlation: `pearson` or `spearman`.
        rescale: Whether scores are first brought to the range from 0 to 1, so that their scale does not decide.
    """

    correlation: Kind = "pearson"
    rescale: bool = True


def entropy(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """1 less the entropy of the units' shares of a member: what tells units apart weighs more."""
    arrays.refuse(scores < 0, context, "below 0", "entropy needs 0 or more; normalise by min-max")
    scores, _ = brought_near(scores, arrays.UNITS)
    totals = arrays.total(scores)
    shares = scores / np.where(totals > 0, totals, 1.0)
    surprise = shares * np.log(np.where(shares > 0, shares, 1.0))
    number = arrays.count(scores)
    chaos = -arrays.total(surprise) / np.log(np.maximum(number, 2))
    return _shared(np.where(totals > 0, np.maximum(1 - chaos, 0), 0.0))


def standard_deviation(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The standard deviation of the scores."""
    return _shared(arrays.deviation(scores, 1))


def critic(scores: Array, context: Context, options: CriticOptions) -> Array:  # noqa: ARG001
    """The standard deviation times the conflict with the other members, 1 less each correlation."""
    spread = scores
    if options.rescale:
        spread = arrays.share_of_range(scores, arrays.lowest(scores), arrays.highest(scores))
    conflict = (1 - correlations(scores, options.correlation)).sum(axis=-1)
    conflict = np.where(conflict > arrays.TINY * scores.shape[-1] * 100, conflict, 0.0)
    return _shared(arrays.deviation(spread, 1) * conflict[..., None, :])


def _shared(told: Array) -> Array:
    """Shares of the sum; an error where no member tells the units apart."""
    known, _ = brought_near(np.where(np.isnan(told), 0.0, told), -1)
    whole = known.sum(axis=-1, keepdims=True)
    if (whole <= 0).any():
        raise MethodError("no member differs between units, so the weights are undefined; use fixed or equal weights")
    return np.asarray(known / whole)


WEIGHTINGS = (
    Weighting(
        name="entropy",
        apply=entropy,
        data_driven=True,
        title="1 less the entropy of a member's shares",
        reference="Zeleny, Multiple Criteria Decision Making (1982)",
    ),
    Weighting(
        name="standard-deviation",
        apply=standard_deviation,
        data_driven=True,
        title="the standard deviation of the scores",
        reference="Diakoulaki, Mavrotas and Papayannakis, Determining objective weights (1995)",
    ),
    Weighting(
        name="critic",
        apply=critic,
        options=CriticOptions,
        data_driven=True,
        title="spread times conflict with the other members",
        reference="Diakoulaki, Mavrotas and Papayannakis, Determining objective weights (1995)",
    ),
)
