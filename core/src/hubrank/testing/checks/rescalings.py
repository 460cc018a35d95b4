"""What a step on scores promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.plugin.methods import Rescaling
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import (
    EDITIONS,
    UNITS,
    accepted,
    context,
    panel,
    promise,
    promise_alike,
    promise_shape,
    promise_survives,
    with_members,
    with_units,
)

if TYPE_CHECKING:
    from hubrank.numeric import Array


def check_shape(rescaling: Rescaling, options: Any) -> None:
    """It gives an array of the same shape, without infinities."""
    scores = _scores(rescaling, options)
    made = _rescaled(rescaling, options, scores)
    promise_shape(made, scores.shape, "apply")
    promise(not np.isinf(made).any(), "apply returned infinity; expected finite numbers or NaN")


def check_unscored_stay(rescaling: Rescaling, options: Any) -> None:
    """A unit without a score stays so, and no other loses its own."""
    scores = _scores(rescaling, options)
    made = _rescaled(rescaling, options, scores)
    promise_alike(np.isnan(made), np.isnan(scores), "units gained or lost a score (1 is no score)")


def check_order(rescaling: Rescaling, options: Any) -> None:
    """It keeps the order of the units, or reverses it if `reverses` is true."""
    scores = _scores(rescaling, options)
    made = _rescaled(rescaling, options, scores)
    before = scores[..., :, None] - scores[..., None, :]
    after = made[..., :, None] - made[..., None, :]
    sign = -1 if rescaling.reverses else 1
    what = "keeps" if rescaling.reverses else "reverses"
    promise(
        not (sign * before * after < -1e-12).any(),
        f"{what} the order of two units, although reverses is {rescaling.reverses}",
    )


def check_arguments_untouched(rescaling: Rescaling, options: Any) -> None:
    """It does not modify its input scores."""
    scores = _scores(rescaling, options)
    before = scores.copy()
    _rescaled(rescaling, options, scores)
    promise_alike(scores, before, "modifies its input scores")


def check_batched(rescaling: Rescaling, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    scores = panel(*_scale(rescaling, options), draws=(3, 2))[..., 0]
    made = _rescaled(rescaling, options, scores)
    promise_shape(made, scores.shape, "apply, with leading axes for draws,")
    for at in np.ndindex(scores.shape[:-2]):
        alone = _rescaled(rescaling, options, scores[at])
        promise_alike(made[at], alone, "returns different scores for many draws at once and one by one")


def check_unit_order(rescaling: Rescaling, options: Any) -> None:
    """The order of the units does not matter."""
    scores = _scores(rescaling, options)
    turned = list(range(UNITS))[::-1]
    made = rescaling.apply(scores[..., turned], with_units(context(members=0), turned), options)
    promise_alike(
        made[..., turned],
        _rescaled(rescaling, options, scores),
        "returns different scores when units are in another order",
    )


def check_extremes(rescaling: Rescaling, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing scores it makes finite scores, or it refuses them."""
    promise_survives(
        lambda scores, given: rescaling.apply(scores[..., 0], with_members(given, []), options),
        _scale(rescaling, options),
        lambda scores: scores.shape[:-1],
        gaps=True,
    )


CHECKS = (
    check_name,
    check_shape,
    check_unscored_stay,
    check_order,
    check_arguments_untouched,
    check_extremes,
    check_batched,
    check_unit_order,
)


def _scale(rescaling: Rescaling, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: _rescaled(rescaling, options, panel(low, high)[..., 0]))


def _scores(rescaling: Rescaling, options: Any) -> Array:
    """Scores `(editions, units)`; one unit has none in one edition."""
    scores = panel(*_scale(rescaling, options))[..., 0]
    scores[EDITIONS - 1, 3] = np.nan
    return scores


def _rescaled(rescaling: Rescaling, options: Any, scores: Array) -> Array:
    return rescaling.apply(scores, context(members=0), options)
