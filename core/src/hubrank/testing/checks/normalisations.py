"""What a normalisation promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.plugin.methods import Normalisation
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

#: One member is better where it is less; the core turns it unless the method says that it does.
_DIRECTIONS = (1, -1, 1, 1)


def check_levels(normalisation: Normalisation, options: Any) -> None:
    """Its levels are options of its own."""
    for level in normalisation.levels:
        for name in (level,) if isinstance(level, str) else level:
            promise(hasattr(options, name), f"levels contains '{name}', which is not an option")


def check_shape(normalisation: Normalisation, options: Any) -> None:
    """It gives an array of the same shape, without infinities."""
    values = _values(normalisation, options)
    normalised = _normalised(normalisation, options, values)
    promise_shape(normalised, values.shape, "apply")
    promise(not np.isinf(normalised).any(), "apply returned infinity; expected finite numbers or NaN")


def check_gaps_stay(normalisation: Normalisation, options: Any) -> None:
    """Gaps stay gaps, and nothing else becomes one."""
    values = _values(normalisation, options)
    normalised = _normalised(normalisation, options, values)
    promise_alike(np.isnan(normalised), np.isnan(values), "filled or created missing values (1 is missing)")


def check_order_kept(normalisation: Normalisation, options: Any) -> None:
    """More is never worse; where it turns indicators itself, less is never worse for direction -1."""
    values = _values(normalisation, options)
    normalised = _normalised(normalisation, options, values)
    better = values if normalisation.oriented else values * np.array(_DIRECTIONS)
    before = better[..., :, None, :] - better[..., None, :, :]
    after = normalised[..., :, None, :] - normalised[..., None, :, :]
    promise(not (before * after < -1e-12).any(), "reverses the order of two values of one member")


def check_equal_values(normalisation: Normalisation, options: Any) -> None:
    """It survives an indicator that is the same for all units."""
    values = _values(normalisation, options)
    values[:, :, 2] = values[0, 0, 2]
    normalised = _normalised(normalisation, options, values)
    promise(np.isfinite(normalised[:, :, 2]).all(), "returned no finite number where all units are equal")


def check_other_reference(normalisation: Normalisation, options: Any) -> None:
    """What it learned of one edition can be applied to all, and to that edition gives what it gives alone."""
    values = _values(normalisation, options)
    fitted = normalisation.fit(values[:1], _context(1), options)
    normalised = normalisation.apply(values, fitted, _context(), options)
    promise_shape(normalised, values.shape, "apply, with the scale of one edition,")
    alone = normalisation.apply(values[:1], fitted, _context(1), options)
    promise_alike(normalised[:1], alone, "returns different values for an edition alone and with others")


def check_arguments_untouched(normalisation: Normalisation, options: Any) -> None:
    """It does not modify its input array."""
    values = _values(normalisation, options)
    before = values.copy()
    _normalised(normalisation, options, values)
    promise_alike(values, before, "modifies its input array")


def check_batched(normalisation: Normalisation, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    values = with_member_lacking(panel(*_scale(normalisation, options), draws=(3, 2)))
    normalised = _normalised(normalisation, options, values)
    promise_shape(normalised, values.shape, "apply, with leading axes for draws,")
    for at, draw in each_draw(values):
        alone = _normalised(normalisation, options, draw)
        promise_alike(normalised[at], alone, "returns different values for many draws at once and one by one")


def check_editions_alone(normalisation: Normalisation, options: Any) -> None:
    """Each edition has a scale by itself; the core hands over all as one where a scenario pools them."""
    values = _values(normalisation, options)
    normalised = _normalised(normalisation, options, values)
    for at in range(EDITIONS):
        one = values[at : at + 1]
        alone = normalisation.apply(one, normalisation.fit(one, _context(1), options), _context(1), options)
        promise_alike(
            normalised[at : at + 1], alone, "returns different values for many editions at once and one by one"
        )


def check_unit_order(normalisation: Normalisation, options: Any) -> None:
    """The order of the units does not matter."""
    values = _values(normalisation, options)
    turned = list(range(UNITS))[::-1]
    other = with_units(_context(), turned)
    fitted = normalisation.fit(values[..., turned, :], other, options)
    normalised = normalisation.apply(values[..., turned, :], fitted, other, options)
    promise_alike(
        normalised[..., turned, :],
        _normalised(normalisation, options, values),
        "returns different values when units are in another order",
    )


def check_extremes(normalisation: Normalisation, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing values it makes finite numbers or gaps, or it refuses them."""

    def scaled(values: Array, given: Any) -> Any:
        return normalisation.apply(values, normalisation.fit(values, given, options), given, options)

    promise_survives(scaled, _scale(normalisation, options), np.shape, gaps=True)


CHECKS = (
    check_name,
    check_levels,
    check_shape,
    check_gaps_stay,
    check_order_kept,
    check_other_reference,
    check_arguments_untouched,
    check_extremes,
    check_batched,
    check_editions_alone,
    check_unit_order,
)


def also(normalisation: Normalisation) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    return () if normalisation.needs_spread else (check_equal_values,)


def _context(editions: int = EDITIONS) -> Any:
    return context(editions=editions, directions=_DIRECTIONS)


def _scale(normalisation: Normalisation, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: _normalised(normalisation, options, with_member_lacking(panel(low, high))))


def _values(normalisation: Normalisation, options: Any) -> Array:
    return with_member_lacking(panel(*_scale(normalisation, options)))


def _normalised(normalisation: Normalisation, options: Any, values: Array) -> Array:
    fitted = normalisation.fit(values, _context(), options)
    return normalisation.apply(values, fitted, _context(), options)
