"""What an imputation promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.plugin.methods import Imputation
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import (
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


def check_shape(imputation: Imputation, options: Any) -> None:
    """It gives an array of the same shape, finite or NaN."""
    values = _values(imputation, options)
    filled = _filled(imputation, options, values)
    promise_shape(filled, values.shape, "apply")
    promise(not np.isinf(filled).any(), "apply returned infinity; expected finite numbers or NaN")


def check_measured_untouched(imputation: Imputation, options: Any) -> None:
    """What was measured stays as it was."""
    values = _values(imputation, options)
    there = ~np.isnan(values)
    filled = _filled(imputation, options, values)
    promise_alike(filled[there], values[there], "changes measured values")


def check_arguments_untouched(imputation: Imputation, options: Any) -> None:
    """It does not modify its input array."""
    values = _values(imputation, options)
    before = values.copy()
    _filled(imputation, options, values)
    promise_alike(values, before, "modifies its input array")


def check_nothing_measured(imputation: Imputation, options: Any) -> None:
    """It survives an indicator that no unit has, and a unit that has no indicator."""
    values = _values(imputation, options)
    values[..., 1] = np.nan
    values[..., 0, :] = np.nan
    promise_shape(_filled(imputation, options, values), values.shape, "apply")


def check_repeatable(imputation: Imputation, options: Any) -> None:
    """The same seed gives the same values."""
    values = _values(imputation, options)
    first, second = _filled(imputation, options, values), _filled(imputation, options, values)
    promise_alike(first, second, "returns different values for the same seed; draw only from context.rng")


def check_batched(imputation: Imputation, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    low, high = _scale(imputation, options)
    values = with_member_lacking(panel(low, high, draws=(3, 2)))
    filled = _filled(imputation, options, values)
    promise_shape(filled, values.shape, "apply, with leading axes for draws,")
    for at, draw in each_draw(values):
        promise_alike(
            filled[at],
            _filled(imputation, options, draw),
            "returns different values for many draws at once and one by one",
        )


def check_unit_order(imputation: Imputation, options: Any) -> None:
    """The order of the units does not matter."""
    values = _values(imputation, options)
    turned = list(range(UNITS))[::-1]
    filled = imputation.apply(values[..., turned, :], with_units(context(), turned), options)
    promise_alike(
        filled[..., turned, :],
        _filled(imputation, options, values),
        "returns different values when units are in another order",
    )


def check_extremes(imputation: Imputation, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing values it makes finite numbers or gaps, or it refuses them."""
    scale = _scale(imputation, options)
    promise_survives(lambda values, given: imputation.apply(values, given, options), scale, np.shape, gaps=True)


CHECKS = (
    check_name,
    check_shape,
    check_measured_untouched,
    check_arguments_untouched,
    check_extremes,
    check_nothing_measured,
    check_repeatable,
)


def also(imputation: Imputation) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    return () if imputation.random else (check_batched, check_unit_order)


def _scale(imputation: Imputation, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: _filled(imputation, options, with_member_lacking(panel(low, high))))


def _values(imputation: Imputation, options: Any) -> Array:
    return with_member_lacking(panel(*_scale(imputation, options)))


def _filled(imputation: Imputation, options: Any, values: Array) -> Array:
    return imputation.apply(values, context(), options)
