"""What a treatment promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.plugin.methods import Treatment
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import (
    EDITIONS,
    UNITS,
    accepted,
    context,
    each_draw,
    panel,
    promise,
    promise_alike,
    promise_shape,
    promise_survives,
    with_member_lacking,
    with_units,
)

if TYPE_CHECKING:
    from hubrank.numeric import Array


def check_shape(treatment: Treatment, options: Any) -> None:
    """It gives an array of the same shape, without infinities."""
    values = _values(treatment, options)
    treated = _treated(treatment, options, values)
    promise_shape(treated, values.shape, "apply")
    promise(not np.isinf(treated).any(), "apply returned infinity; expected finite numbers or NaN")


def check_gaps_stay(treatment: Treatment, options: Any) -> None:
    """Gaps stay gaps, and nothing else becomes one."""
    values = _values(treatment, options)
    promise_alike(
        np.isnan(_treated(treatment, options, values)),
        np.isnan(values),
        "filled or created missing values (1 is missing)",
    )


def check_order_kept(treatment: Treatment, options: Any) -> None:
    """It never reverses the order of two values of one member."""
    values = _values(treatment, options)
    treated = _treated(treatment, options, values)
    before = values[..., :, None, :] - values[..., None, :, :]
    after = treated[..., :, None, :] - treated[..., None, :, :]
    promise(not (before * after < -1e-12).any(), "reverses the order of two values of one member")


def check_arguments_untouched(treatment: Treatment, options: Any) -> None:
    """It does not modify its input array."""
    values = _values(treatment, options)
    before = values.copy()
    _treated(treatment, options, values)
    promise_alike(values, before, "modifies its input array")


def check_batched(treatment: Treatment, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    values = with_member_lacking(panel(*_scale(treatment, options), draws=(3, 2)))
    treated = _treated(treatment, options, values)
    promise_shape(treated, values.shape, "apply, with leading axes for draws,")
    for at, draw in each_draw(values):
        promise_alike(
            treated[at],
            _treated(treatment, options, draw),
            "returns different values for many draws at once and one by one",
        )


def check_editions_alone(treatment: Treatment, options: Any) -> None:
    """Each edition is treated by itself; the core hands over all as one where a scenario pools them."""
    values = _values(treatment, options)
    treated = _treated(treatment, options, values)
    for at in range(EDITIONS):
        alone = treatment.apply(values[at : at + 1], context(editions=1), options)
        promise_alike(treated[at : at + 1], alone, "returns different values for many editions at once and one by one")


def check_unit_order(treatment: Treatment, options: Any) -> None:
    """The order of the units does not matter."""
    values = _values(treatment, options)
    turned = list(range(UNITS))[::-1]
    treated = treatment.apply(values[..., turned, :], with_units(context(), turned), options)
    promise_alike(
        treated[..., turned, :],
        _treated(treatment, options, values),
        "returns different values when units are in another order",
    )


def check_pointwise(treatment: Treatment, options: Any) -> None:
    """Where it says pointwise, a value alone is treated as it is among others."""
    values = _values(treatment, options)
    treated = _treated(treatment, options, values)
    alone = treatment.apply(values[:1, 1:2, :1], context(editions=1, units=1, members=1), options)
    promise_alike(alone, treated[:1, 1:2, :1], "treats a value differently alone, although pointwise is True")


def check_extremes(treatment: Treatment, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing values it makes finite numbers or gaps, or it refuses them."""
    scale = _scale(treatment, options)
    promise_survives(lambda values, given: treatment.apply(values, given, options), scale, np.shape, gaps=True)


CHECKS = (
    check_name,
    check_shape,
    check_gaps_stay,
    check_order_kept,
    check_arguments_untouched,
    check_extremes,
    check_batched,
    check_editions_alone,
    check_unit_order,
)


def also(treatment: Treatment) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    return (check_pointwise,) if treatment.pointwise else ()


def _scale(treatment: Treatment, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: _treated(treatment, options, with_member_lacking(panel(low, high))))


def _values(treatment: Treatment, options: Any) -> Array:
    return with_member_lacking(panel(*_scale(treatment, options)))


def _treated(treatment: Treatment, options: Any, values: Array) -> Array:
    return treatment.apply(values, context(), options)
