"""What an aggregator promises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.contract.methods import Aggregator
from hubrank.testing.checks.names import check_name
from hubrank.testing.panels import (
    EDITIONS,
    MEMBERS,
    UNITS,
    accepted,
    context,
    each_draw,
    panel,
    with_members,
    with_units,
)
from hubrank.testing.promises import promise, promise_alike, promise_shape

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: Numerical slack: methods that iterate agree with themselves to about so much.
_SLACK = 1e-6


def check_shape(aggregator: Aggregator, options: Any) -> None:
    """It gives one finite score for each edition and unit, whether weights differ by unit or not."""
    scores = _scores(aggregator, options)
    for shape in ((1, 1, MEMBERS), (EDITIONS, 1, MEMBERS), (EDITIONS, UNITS, MEMBERS)):
        weights = np.broadcast_to(_weights(aggregator), shape).copy()
        made = aggregator.apply(scores, weights, context(), options)
        promise_shape(made, scores.shape[:-1], f"apply, with weights of shape {shape},")
        promise(np.isfinite(made).all(), "apply gave scores that are no finite numbers")


def check_arguments_untouched(aggregator: Aggregator, options: Any) -> None:
    """It leaves the arrays that it is handed as they are."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    before = scores.copy(), weights.copy()
    aggregator.apply(scores, weights, context(), options)
    promise_alike(scores, before[0], "changes the scores that it is handed")
    promise_alike(weights, before[1], "changes the weights that it is handed")


def check_batched(aggregator: Aggregator, options: Any) -> None:
    """Many draws at once, of scores and of weights, are the same as one after the other."""
    scores = panel(*_scale(aggregator, options), draws=(3, 2))
    weights = _as_told(aggregator, np.random.default_rng(1).uniform(1, 3, (3, 2, 1, 1, MEMBERS)))
    made = aggregator.apply(scores, weights, context(), options)
    promise_shape(made, scores.shape[:-1], "apply, with draws in front,")
    for at, draw in each_draw(scores):
        alone = aggregator.apply(draw, weights[at], context(), options)
        promise_alike(made[at], alone, "other scores for many draws at once than singly")


def check_editions_alone(aggregator: Aggregator, options: Any) -> None:
    """Many editions at once are the same as one after the other."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    made = aggregator.apply(scores, weights, context(), options)
    for at in range(EDITIONS):
        alone = aggregator.apply(scores[at : at + 1], weights, context(editions=1), options)
        promise_alike(made[at : at + 1], alone, "other scores for many editions at once than singly")


def check_unit_order(aggregator: Aggregator, options: Any) -> None:
    """The order of the units means nothing."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    turned = list(range(UNITS))[::-1]
    found = aggregator.apply(scores[..., turned, :], weights, with_units(context(), turned), options)
    wanted = aggregator.apply(scores, weights, context(), options)
    promise_alike(found[..., turned], wanted, "other scores when units stand in another order")


def check_member_order(aggregator: Aggregator, options: Any) -> None:
    """The order of the members means nothing."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    turned = [2, 0, 3, 1]
    found = aggregator.apply(scores[..., turned], weights[..., turned], with_members(context(), turned), options)
    wanted = aggregator.apply(scores, weights, context(), options)
    promise_alike(found, wanted, "other scores when members stand in another order")


def check_weight_zero(aggregator: Aggregator, options: Any) -> None:
    """A member of weight 0 is not there, whatever its score."""
    low, high = _scale(aggregator, options)
    scores = panel(low, high)
    weights = _as_told(aggregator, np.array([[[1.0, 2.0, 3.0, 0.0]]]))
    kept = [0, 1, 2]
    wanted = aggregator.apply(scores[..., kept], weights[..., kept], with_members(context(), kept), options)
    for score in (low, 1.0):
        scores[..., 3] = score
        found = aggregator.apply(scores, weights, context(), options)
        promise_alike(found, wanted, "other scores when a member of weight 0 is there than when it is not")


def check_lacking_member(aggregator: Aggregator, options: Any) -> None:
    """A unit that lacks a member (weight 0 for it alone) gets a finite score."""
    scores = _scores(aggregator, options)
    weights = np.broadcast_to(_weights(aggregator), scores.shape).copy()
    scores[:, 1, 2], weights[:, 1, 2] = 1.0, 0.0
    made = aggregator.apply(scores, _as_told(aggregator, weights), context(), options)
    promise(np.isfinite(made).all(), "apply gave no finite score where a unit lacks a member")


def check_monotone(aggregator: Aggregator, options: Any) -> None:
    """Where it says monotone, more of a member is never worse for the unit."""
    low, high = _scale(aggregator, options)
    scores, weights = panel(low, high), _weights(aggregator)
    wanted = aggregator.apply(scores, weights, context(), options)
    for member in range(MEMBERS):
        for unit in range(UNITS):
            more = scores.copy()
            more[:, unit, member] += (high - more[:, unit, member]) / 2
            made = aggregator.apply(more, weights, context(), options)
            worse = (made - wanted)[:, unit] < -_SLACK
            promise(not worse.any(), "more of a member is worse for a unit, though monotone is True")


def check_raw_weights_scaled(aggregator: Aggregator, options: Any) -> None:
    """Where it takes raw weights, scaling them all leaves the order of the units as it is."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    wanted = aggregator.apply(scores, weights, context(), options)
    made = aggregator.apply(scores, weights * 7, context(), options)
    order = (wanted[..., :, None] - wanted[..., None, :]) * (made[..., :, None] - made[..., None, :])
    promise(not (order < -_SLACK).any(), "scaling all weights changes the order of the units")


def check_compensatory(aggregator: Aggregator, options: Any) -> None:
    """Where it says that members compensate in full, the middle of two units scores the middle of their scores."""
    one, weights = _scores(aggregator, options), _weights(aggregator)
    other = np.flip(one, axis=(-2, -1))

    def score(scores: Array) -> Array:
        return aggregator.apply(scores, weights, context(), options)

    middle = (score(one) + score(other)) / 2
    promise_alike(score((one + other) / 2), middle, "no weighted sum, though compensatory is 'full'")


CHECKS = (
    check_name,
    check_shape,
    check_arguments_untouched,
    check_batched,
    check_editions_alone,
    check_unit_order,
    check_member_order,
    check_weight_zero,
    check_lacking_member,
)


def also(aggregator: Aggregator) -> tuple[Callable[..., None], ...]:
    """The checks for what it says of itself."""
    said = (
        (aggregator.monotone, check_monotone),
        (aggregator.weights == "raw", check_raw_weights_scaled),
        (aggregator.compensatory == "full", check_compensatory),
    )
    return tuple(check for so, check in said if so)


def _scale(aggregator: Aggregator, options: Any) -> tuple[float, float]:
    return accepted(lambda low, high: aggregator.apply(panel(low, high), _weights(aggregator), context(), options))


def _scores(aggregator: Aggregator, options: Any) -> Array:
    return panel(*_scale(aggregator, options))


def _weights(aggregator: Aggregator) -> Array:
    return _as_told(aggregator, np.array([[[1.0, 2.0, 3.0, 4.0]]]))


def _as_told(aggregator: Aggregator, weights: Array) -> Array:
    """Weights as the core hands them over: shares, or raw."""
    return weights / weights.sum(axis=-1, keepdims=True) if aggregator.weights == "shares" else weights
