"""Scales that divide by a total, a norm or a largest value.

They keep proportions and so read every value on its own scale: an indicator whose direction is -1 is turned by
the method itself, each in the way of its literature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.basis.edges import unwarned
from hubrank.contract.methods import Normalisation
from hubrank.contract.sources import NoOptions
from hubrank.methods import arrays

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(eq=False)
class Divisors:
    """What values are divided by.

    Attributes:
        more: Where more is better.
        less: Where less is better.
        count: How many units there are.
    """

    more: Array
    less: Array
    count: Array


def sum_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The sum of the values, and of their reciprocals."""
    _refuse_signs(reference, context)
    turned = np.where(context.directions < 0, reference, 1.0)
    with unwarned():
        made = Divisors(arrays.total(reference), arrays.total(1 / turned), arrays.count(reference))
    arrays.refuse_infinite(np.where(context.directions > 0, made.more, 0.0), context, "the sum")
    arrays.refuse_infinite(made.less, context, "the sum of reciprocals")
    return made


def sum_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum; of the sum of reciprocals where less is better."""
    return _by_direction(values, context, values / _safe(fitted.more), lambda x: 1 / x / fitted.less)


def vector_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The square root of the sum of squares."""
    norm = arrays.norm(reference)
    arrays.refuse_infinite(norm, context, "the root of the sum of squares")
    return Divisors(norm, norm, arrays.count(reference))


def vector_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the norm; 1 less it where less is better."""
    share = values / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: 1 - share)


def largest_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The greatest and the least value."""
    _refuse_signs(reference, context)
    return Divisors(arrays.highest(reference), arrays.lowest(reference), arrays.count(reference))


def max_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the greatest value; 1 less it where less is better."""
    share = values / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: 1 - share)


def linear_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the greatest value; the least divided by the value where less is better."""
    return _by_direction(values, context, values / _safe(fitted.more), lambda x: fitted.less / x)


def logarithmic_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The sum of the logarithms."""
    _refuse_small(reference, context)
    logs = arrays.total(np.log(reference))
    return Divisors(logs, logs, arrays.count(reference))


def logarithmic_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum of logarithms; what the others have of it, on average, where less is better."""
    _refuse_small(values, context)
    share = np.log(values) / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: (1 - share) / np.maximum(fitted.count - 1, 1))


def _by_direction(values: Array, context: Context, more: Array, less: Callable[[Array], Array]) -> Array:
    """One for members of which more is better, the other where less is."""
    turned = context.directions < 0
    if not turned.any():
        return more
    return np.where(turned, less(np.where(turned, values, 1.0)), more)


def _safe(divisor: Array) -> Array:
    """1 where there is nothing to divide: all values are 0 and stay so."""
    return np.where(divisor == 0, 1.0, divisor)


def _refuse_signs(reference: Array, context: Context) -> None:
    turned = context.directions < 0
    instead = "min-max and z-score accept any value"
    arrays.refuse(~turned & (reference < 0), context, "below 0, so it has no share", instead)
    arrays.refuse(turned & (reference <= 0), context, "not above 0, though less is better", instead)


def _refuse_small(values: Array, context: Context) -> None:
    arrays.refuse(
        values <= 1,
        context,
        "not above 1, so its logarithm would reverse the order",
        "scale the values first",
    )


_SOURCE = "Vafaei, Ribeiro and Camarinha-Matos, Data normalisation techniques in decision making (2018)"

NORMALISATIONS = (
    Normalisation(
        name="sum", fit=sum_fit, apply=sum_apply, oriented=False, title="the share of the sum", reference=_SOURCE
    ),
    Normalisation(
        name="vector",
        fit=vector_fit,
        apply=vector_apply,
        oriented=False,
        title="divided by the root of the sum of squares",
        reference=_SOURCE,
    ),
    Normalisation(
        name="max",
        fit=largest_fit,
        apply=max_apply,
        oriented=False,
        title="the share of the greatest value; 1 less it where less is better",
        reference=_SOURCE,
    ),
    Normalisation(
        name="linear",
        fit=largest_fit,
        apply=linear_apply,
        oriented=False,
        title="the share of the greatest value; the least by the value where less is better",
        reference=_SOURCE,
    ),
    Normalisation(
        name="logarithmic",
        fit=logarithmic_fit,
        apply=logarithmic_apply,
        oriented=False,
        title="the share of the sum of logarithms",
        reference=_SOURCE,
    ),
)
