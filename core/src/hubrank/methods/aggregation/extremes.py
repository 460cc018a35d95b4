"""Sums, products, and single members that stand for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.edges import first_place, unwarned
from hubrank.basis.errors import MethodError
from hubrank.contract.forms import Form
from hubrank.contract.methods import Aggregator
from hubrank.contract.sources import NoOptions
from hubrank.methods.aggregation.sums import settled_sum
from hubrank.methods.arrays import refuse

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


def total(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The sum of scores times weights as they are given, not as shares."""
    return settled_sum(scores, weights)


def product(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The product of scores to the power of weights as they are given; every score must be 0 or more."""
    refuse((scores < 0) & (weights > 0), context, "below 0", "normalise to a range of 0 or more")
    there = np.where((weights > 0) | (scores > 0), np.maximum(scores, 0), 1.0)
    with unwarned():
        logs = np.where(weights > 0, weights * np.log(there), 0.0).sum(axis=-1)
        made = np.asarray(np.exp(logs))
    lost = (made == 0) & (logs > -np.inf)
    if lost.any():
        place = first_place(lost, context.units.codes, context.editions)
        raise MethodError(
            f"the product of {place.units} in edition {place.edition} is smaller than a number can be "
            "(1e-308) and would be 0; use geometric, or normalise to a range such as 0 to 1"
        )
    return made


def minimum(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The lowest score of a member; weights above 0 count alike."""
    return np.asarray(_there(scores, weights, np.inf).min(axis=-1))


def maximum(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The highest score of a member; weights above 0 count alike."""
    return np.asarray(_there(scores, weights, -np.inf).max(axis=-1))


def median(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The score with half the weight on either side; midway where two share the middle."""
    ordered, below = in_order(scores, weights)
    lower = np.argmax(below >= 0.5 - 1e-9, axis=-1)[..., None]
    upper = np.argmax(below > 0.5 + 1e-9, axis=-1)[..., None]
    middle = np.take_along_axis(ordered, lower, axis=-1) + np.take_along_axis(ordered, upper, axis=-1)
    return np.asarray(middle[..., 0] / 2)


def in_order(scores: Array, weights: Array, *, best_first: bool = False) -> tuple[Array, Array]:
    """Each unit's scores in order, and the share of weight up to each."""
    scores, weights = np.broadcast_arrays(scores, weights)
    order = np.argsort(-scores if best_first else scores, axis=-1, kind="stable")
    return (
        np.take_along_axis(scores, order, axis=-1),
        np.cumsum(np.take_along_axis(weights, order, axis=-1), axis=-1),
    )


def _there(scores: Array, weights: Array, otherwise: float) -> Array:
    if (weights > 0).all():
        return np.broadcast_to(scores, np.broadcast_shapes(scores.shape, weights.shape))
    return np.where(weights > 0, scores, otherwise)


#: The highest or lowest of the members that weigh something, for the page.
_SCRIPT = """(scores, weights) => {
  let found = START;
  for (let at = 0; at < scores.length; at += 1) if (weights[at] > 0) found = Math.EXTREME(found, scores[at]);
  return found;
}"""


def _formula(function: str, otherwise: str) -> Callable[[Sequence[str], Sequence[str], NoOptions], str]:
    """The same for the workbook: members without weight stand aside with a score that never decides."""

    def of(scores: Sequence[str], weights: Sequence[str], options: NoOptions) -> str:  # noqa: ARG001
        there = (f"IF({weight}>0,{score},{otherwise})" for score, weight in zip(scores, weights, strict=True))
        return f"{function}({','.join(there)})"

    return of


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"

AGGREGATORS = (
    Aggregator(
        name="sum",
        apply=total,
        weights="raw",
        form=Form(),
        title="the sum, times raw weights",
        reference=_SOURCE,
    ),
    Aggregator(
        name="product",
        apply=product,
        weights="raw",
        form=Form(power=0, at_zero="zero"),
        title="the product, to the power of raw weights",
        reference="Bridgman, Dimensional Analysis (1922)",
    ),
    Aggregator(
        name="minimum",
        apply=minimum,
        script=_SCRIPT.replace("EXTREME", "min").replace("START", "Infinity"),
        formula=_formula("MIN", "1E+300"),
        title="the lowest member",
        reference=_SOURCE,
    ),
    Aggregator(
        name="maximum",
        apply=maximum,
        script=_SCRIPT.replace("EXTREME", "max").replace("START", "-Infinity"),
        formula=_formula("MAX", "-1E+300"),
        title="the highest member",
        reference=_SOURCE,
    ),
    Aggregator(name="median", apply=median, title="the weighted median of the members", reference=_SOURCE),
)
