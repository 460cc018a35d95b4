"""Scores from comparing units member by member, whatever the distance between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.ranks import ranks
from hubrank.contract.methods import Aggregator
from hubrank.contract.sources import NoOptions
from hubrank.methods.aggregation.sums import weighted_sum
from hubrank.methods.arrays import UNITS

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

#: Numbers that one step of the pairwise comparison may hold.
_AT_ONCE = 8_000_000
#: Sums of weights nearer to one half than this are equal.
_EQUAL = 1e-9


def copeland(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """How many units it beats, less how many beat it.

    One unit beats another where it is better in members of more than half the weight, equal members counting half.
    Two units are compared in the members that both have; a unit that has none is compared with nobody.
    """
    front = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-2])
    units = scores.shape[-2]
    rows = max(1, int(_AT_ONCE / max(1, np.prod(front) * units)))
    made = np.zeros((*front, units))
    for start in range(0, units, rows):
        at = slice(start, start + rows)
        made[..., at] = _relation(scores, weights, at).sum(axis=-1)
    return made


def preferences(scores: Array, weights: Array) -> Array:
    """The share of the weight in which the first unit is better than the second, equal members counting half.

    `(..., units, units)`; NaN on the diagonal and for two units that have no member in common.
    """
    net, common = _compared(scores, weights, slice(None))
    with np.errstate(invalid="ignore"):
        share = (1 + net / common) / 2
    share[..., range(share.shape[-1]), range(share.shape[-1])] = np.nan
    return np.asarray(share)


def borda(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The weighted mean of the number of units that are worse in a member, equal ones counting half.

    Units that lack the member are not counted.
    """
    there = np.broadcast_to(weights > 0, np.broadcast_shapes(scores.shape, weights.shape))
    known = np.where(there, scores, np.nan)
    worse = ranks(known, "average", axis=UNITS) - 1
    return weighted_sum(np.where(there, worse, 0.0), weights)


def _relation(scores: Array, weights: Array, at: slice) -> Array:
    """1 where the units of the rows beat those of the columns, -1 where they are beaten, 0 otherwise."""
    net, common = _compared(scores, weights, at)
    return np.sign(np.where(np.abs(net) <= _EQUAL * common, 0.0, net))


def _compared(scores: Array, weights: Array, at: slice) -> tuple[Array, Array]:
    """The weight in favour less that against, and the weight that both have, member by member."""
    shared = weights.shape[-2] == 1
    net: Array | float = 0.0
    common: Array | float = 0.0
    for member in range(scores.shape[-1]):
        own, other = scores[..., at, None, member], scores[..., None, :, member]
        weight = weights[..., :, None, member] if shared else _both(weights[..., member], at)
        net = net + np.sign(own - other) * weight
        common = common + weight
    return np.asarray(net), np.asarray(common)


def _both(weights: Array, at: slice) -> Array:
    """The weight for each pair: 0 where one of them lacks the member."""
    return np.minimum(weights[..., at, None], weights[..., None, :])


AGGREGATORS = (
    Aggregator(
        name="copeland",
        apply=copeland,
        weights="raw",
        title="the number of units that it beats, minus the number that beat it",
        reference="Munda and Nardo, Noncompensatory/nonlinear composite indicators for ranking countries (2009)",
    ),
    Aggregator(
        name="borda",
        apply=borda,
        title="the mean number of units that are worse",
        reference="Borda, Mémoire sur les élections au scrutin (1784)",
    ),
)
