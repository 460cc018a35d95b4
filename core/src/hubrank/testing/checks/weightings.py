"""What a weighting promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.plugin.methods import Weighting
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import (
    EDITIONS,
    MEMBERS,
    UNITS,
    accepted,
    context,
    each_draw,
    panel,
    promise,
    promise_alike,
    promise_survives,
    with_gaps,
    with_units,
)

if TYPE_CHECKING:
    from hubrank.numeric import Array


def check_weights(weighting: Weighting, options: Any) -> None:
    """It gives weights that fit the members: finite, none below 0, not all 0."""
    _promise_weights(weighting, options, panel(*_scale(weighting, options)))


def check_gaps(weighting: Weighting, options: Any) -> None:
    """It gives such weights too where scores are missing."""
    _promise_weights(weighting, options, with_gaps(panel(*_scale(weighting, options))))


def check_arguments_untouched(weighting: Weighting, options: Any) -> None:
    """It does not modify its input scores."""
    scores = panel(*_scale(weighting, options))
    before = scores.copy()
    weighting.apply(scores, context(), options)
    promise_alike(scores, before, "modifies its input scores")


def check_batched(weighting: Weighting, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    scores = panel(*_scale(weighting, options), draws=(3, 2))
    weights = np.broadcast_to(weighting.apply(scores, context(), options), scores.shape)
    for at, draw in each_draw(scores):
        alone = np.broadcast_to(weighting.apply(draw, context(), options), draw.shape)
        promise_alike(weights[at], alone, "returns different weights for many draws at once and one by one")


def check_editions_alone(weighting: Weighting, options: Any) -> None:
    """Each edition is weighted by itself; the core hands over all as one where a scenario pools them."""
    scores = panel(*_scale(weighting, options))
    weights = np.broadcast_to(weighting.apply(scores, context(), options), scores.shape)
    for at in range(EDITIONS):
        one = scores[at : at + 1]
        alone = np.broadcast_to(weighting.apply(one, context(editions=1), options), one.shape)
        promise_alike(weights[at : at + 1], alone, "returns different weights for many editions at once and one by one")


def check_unit_order(weighting: Weighting, options: Any) -> None:
    """The order of the units does not matter."""
    scores = panel(*_scale(weighting, options))
    turned = list(range(UNITS))[::-1]
    found = weighting.apply(scores[..., turned, :], with_units(context(), turned), options)
    found = np.broadcast_to(found, scores.shape)[..., turned, :]
    wanted = np.broadcast_to(weighting.apply(scores, context(), options), scores.shape)
    promise_alike(found, wanted, "returns different weights when units are in another order")


def check_says_if_data_driven(weighting: Weighting, options: Any) -> None:
    """Where it does not say data_driven, other scores give the same weights."""
    scores = panel(*_scale(weighting, options))
    other = np.flip(scores, axis=(-2, -1)) ** 2
    found = np.broadcast_to(weighting.apply(other, context(), options), scores.shape)
    wanted = np.broadcast_to(weighting.apply(scores, context(), options), scores.shape)
    promise_alike(found, wanted, "returns different weights for different scores, although data_driven is False")


def check_extremes(weighting: Weighting, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing scores it makes finite weights, or it refuses them."""

    def spread(scores: Array, given: Any) -> Any:
        return np.broadcast_to(weighting.apply(scores, given, options), scores.shape)

    promise_survives(spread, _scale(weighting, options), np.shape, gaps=True)


CHECKS = (
    check_name,
    check_weights,
    check_gaps,
    check_arguments_untouched,
    check_extremes,
    check_batched,
    check_editions_alone,
    check_unit_order,
)


def also(weighting: Weighting) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    return () if weighting.data_driven else (check_says_if_data_driven,)


def _scale(weighting: Weighting, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: weighting.apply(panel(low, high), context(), options))


def _promise_weights(weighting: Weighting, options: Any, scores: Array) -> None:
    weights = weighting.apply(scores, context(), options)
    promise(isinstance(weights, np.ndarray), f"apply returned {type(weights).__name__}; expected an array")
    promise(
        weights.shape[-1:] == (MEMBERS,) and _broadcasts(weights, scores),
        f"apply returned shape {weights.shape}; expected one that broadcasts against {scores.shape}, members last",
    )
    promise(np.isfinite(weights).all(), "apply returned weights that are not finite")
    promise((weights >= 0).all(), "apply returned weights below 0")
    promise((weights.sum(axis=-1) > 0).all(), "apply returned weights that are all 0")


def _broadcasts(weights: Array, scores: Array) -> bool:
    try:
        return bool(np.broadcast_shapes(weights.shape, scores.shape) == scores.shape)
    except ValueError:
        return False
