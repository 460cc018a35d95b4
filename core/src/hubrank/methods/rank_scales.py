"""Scales made of ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.ranks import Ties, ranks, ranks_among
from hubrank.methods.arrays import UNITS, count
from hubrank.methods.checks import above

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array


def percentile_ranks(values: Array, reference: Array, ties: Ties = "min") -> Array:
    """(rank - 1) / (n - 1): 0 for the least, 1 for the greatest; one half where all are equal."""
    number = count(reference)
    share = (ranks_among(values, reference, ties) - 1) / np.maximum(number - 1, 1)
    flat = np.fmin.reduce(reference, axis=UNITS, keepdims=True) == np.fmax.reduce(reference, axis=UNITS, keepdims=True)
    return np.where(flat & ~np.isnan(values), 0.5, share) if flat.any() else share


@frozen(kw_only=True)
class ExponentialOptions:
    """What a scenario can set of `rank-exponential`.

    Attributes:
        scale: How steep the scale is; 23 gives half of the range to the upper tenth.
        ties: The rank that equal units share.
        first: The rank of the lowest unit: 1 (England, Wales), so that the highest gets 100, or 0 (Scotland),
            so that the lowest gets 0.
    """

    scale: float = field(default=23.0, validator=above(0))
    ties: Ties = "average"
    first: Literal[0, 1] = 1


def exponential_ranks(values: Array, options: ExponentialOptions, noise: float = 0.0) -> Array:
    """-scale ln(1 - R (1 - exp(-100 / scale))) of the share R = place / n: from 0 to 100, steep at the upper end.

    Args:
        values: What is ranked.
        options: The scale and the ties.
        noise: As for `ranks`.
    """
    place = ranks(values, options.ties, axis=UNITS, noise=noise) - 1 + options.first
    share = place / np.maximum(count(values), 1)
    return np.asarray(-options.scale * np.log1p(share * np.expm1(-100 / options.scale)))
