"""What an aggregator promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.errors import MethodError
from hubrank.numeric import shares
from hubrank.plugin.methods import Aggregator, Form
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
    promise_shape,
    promise_survives,
    with_members,
    with_units,
)

if TYPE_CHECKING:
    from hubrank.numeric import Array

#: Numerical slack: methods that iterate agree with themselves to about so much.
_SLACK = 1e-6


def check_shape(aggregator: Aggregator, options: Any) -> None:
    """It gives one finite score for each edition and unit, whether weights differ by unit or not."""
    scores = _scores(aggregator, options)
    for shape in ((1, 1, MEMBERS), (EDITIONS, 1, MEMBERS), (EDITIONS, UNITS, MEMBERS)):
        weights = np.broadcast_to(_weights(aggregator), shape).copy()
        made = aggregator.apply(scores, weights, context(), options)
        promise_shape(made, scores.shape[:-1], f"apply, with weights of shape {shape},")
        promise(np.isfinite(made).all(), "apply returned scores that are not finite")


def check_arguments_untouched(aggregator: Aggregator, options: Any) -> None:
    """It does not modify its input arrays."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    before = scores.copy(), weights.copy()
    aggregator.apply(scores, weights, context(), options)
    promise_alike(scores, before[0], "modifies its input scores")
    promise_alike(weights, before[1], "modifies its input weights")


def check_batched(aggregator: Aggregator, options: Any) -> None:
    """Many draws at once, of scores and of weights, give the same result as one by one."""
    scores = panel(*_scale(aggregator, options), draws=(3, 2))
    weights = _as_told(aggregator, np.random.default_rng(1).uniform(1, 3, (3, 2, 1, 1, MEMBERS)))
    made = aggregator.apply(scores, weights, context(), options)
    promise_shape(made, scores.shape[:-1], "apply, with leading axes for draws,")
    for at, draw in each_draw(scores):
        alone = aggregator.apply(draw, weights[at], context(), options)
        promise_alike(made[at], alone, "returns different scores for many draws at once and one by one")


def check_editions_alone(aggregator: Aggregator, options: Any) -> None:
    """Many editions at once give the same result as one by one."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    made = aggregator.apply(scores, weights, context(), options)
    for at in range(EDITIONS):
        alone = aggregator.apply(scores[at : at + 1], weights, context(editions=1), options)
        promise_alike(made[at : at + 1], alone, "returns different scores for many editions at once and one by one")


def check_unit_order(aggregator: Aggregator, options: Any) -> None:
    """The order of the units does not matter."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    turned = list(range(UNITS))[::-1]
    found = aggregator.apply(scores[..., turned, :], weights, with_units(context(), turned), options)
    wanted = aggregator.apply(scores, weights, context(), options)
    promise_alike(found[..., turned], wanted, "returns different scores when units are in another order")


def check_member_order(aggregator: Aggregator, options: Any) -> None:
    """The order of the members does not matter."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    turned = [2, 0, 3, 1]
    found = aggregator.apply(scores[..., turned], weights[..., turned], with_members(context(), turned), options)
    wanted = aggregator.apply(scores, weights, context(), options)
    promise_alike(found, wanted, "returns different scores when members are in another order")


def check_weight_zero(aggregator: Aggregator, options: Any) -> None:
    """A member of weight 0 has no effect, whatever its score."""
    low, high = _scale(aggregator, options)
    scores = panel(low, high)
    weights = _as_told(aggregator, np.array([[[1.0, 2.0, 3.0, 0.0]]]))
    kept = [0, 1, 2]
    wanted = aggregator.apply(scores[..., kept], weights[..., kept], with_members(context(), kept), options)
    for score in (low, 1.0):
        scores[..., 3] = score
        found = aggregator.apply(scores, weights, context(), options)
        promise_alike(found, wanted, "returns different scores with and without a member of weight 0")


def check_lacking_member(aggregator: Aggregator, options: Any) -> None:
    """A unit with a missing member (weight 0 for that unit only) gets a finite score."""
    scores = _scores(aggregator, options)
    weights = np.broadcast_to(_weights(aggregator), scores.shape).copy()
    scores[:, 1, 2], weights[:, 1, 2] = 1.0, 0.0
    made = aggregator.apply(scores, _as_told(aggregator, weights), context(), options)
    promise(np.isfinite(made).all(), "apply returned no finite score for a unit with a missing member")


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
            promise(not worse.any(), "a higher member score lowers the score of a unit, although monotone is True")


def check_raw_weights_scaled(aggregator: Aggregator, options: Any) -> None:
    """Where it takes raw weights, scaling them all leaves the order of the units as it is."""
    scores, weights = _scores(aggregator, options), _weights(aggregator)
    wanted = aggregator.apply(scores, weights, context(), options)
    made = aggregator.apply(scores, weights * 7, context(), options)
    order = (wanted[..., :, None] - wanted[..., None, :]) * (made[..., :, None] - made[..., None, :])
    promise(not (order < -_SLACK).any(), "scaling all weights changes the order of the units")


def check_form(aggregator: Aggregator, options: Any) -> None:
    """Where it declares a form, it is that mean: of random scores and weights, with members that are not there."""
    form = _form(aggregator, options)
    if form is None:
        return
    rng = np.random.default_rng(2)
    scores = _scores(aggregator, options)
    weights = rng.uniform(0.1, 3, (EDITIONS, UNITS, MEMBERS))
    absent = (rng.random((EDITIONS, UNITS, MEMBERS)) < 0.3) & (np.arange(MEMBERS) > 0)
    scores = np.where(absent, 1.0, scores)
    weights = _as_told(aggregator, np.where(absent, 0.0, weights))
    with np.errstate(invalid="ignore"):
        wanted = form.leave(np.where(absent, 0.0, weights * form.enter(scores)).sum(axis=-1))
    made = aggregator.apply(scores, weights, context(), options)
    promise_alike(made, wanted, f"is not the mean declared by its form, {form}", 1e-9)


def check_form_at_zero(aggregator: Aggregator, options: Any) -> None:
    """Where its form is not defined for a score, it does what the form says: refuse it, or give the limit, or none."""
    form = _form(aggregator, options)
    if form is None or form.linear:
        return
    zero = 0.0 - form.shift if form.counted_from is None else form.counted_from + form.shift
    down = -1.0 if form.counted_from is None else 1.0
    limit = {"zero": zero, "missing": np.nan}.get(form.at_zero)
    below = np.nan if form.at_zero == "missing" and form.power <= 0 else None
    for score, wanted in ((zero, limit), (zero + down, below)):
        if score == zero and form.power > 0:
            continue
        made = _of_one_score(aggregator, options, score)
        what = f"a score of {score:g}, for which its form is undefined"
        promise((made is None) == (wanted is None), f"{'rejects' if made is None else 'does not reject'} {what}")
        if made is not None:
            promise_alike([made], [wanted], f"does not follow at_zero = {form.at_zero} for {what}")


def check_script(aggregator: Aggregator, options: Any) -> None:  # noqa: ARG001
    """Its script is the source of one JavaScript function and nothing else."""
    starts = re.match(r"\s*(\([^()]*\)\s*=>|function\b)", aggregator.script)
    promise(starts, f"its script is not a function; it begins with {aggregator.script[:30]!r}")


def check_formula(aggregator: Aggregator, options: Any) -> None:
    """Its formula is one expression of a spreadsheet, without `=`, that reads every score and every weight."""
    if aggregator.formula is None:
        return
    scores, weights = ([f"{column}{at}" for at in range(1, MEMBERS + 1)] for column in ("A", "B"))
    made = aggregator.formula(scores, weights, options)
    promise(isinstance(made, str), f"formula returned {type(made).__name__}; expected text")
    promise(not made.startswith("="), "formula returned text that begins with =")
    promise(made.count("(") == made.count(")"), "formula returned text with unbalanced parentheses")
    unread = [each for each in (*scores, *weights) if not re.search(rf"\b{each}\b", made)]
    promise(not unread, f"formula does not read {', '.join(unread)}")


def check_extremes(aggregator: Aggregator, options: Any) -> None:
    """Of one unit, of huge, negative or equal scores it makes finite scores, or it refuses them."""
    weights = _weights(aggregator)
    promise_survives(
        lambda scores, given: aggregator.apply(scores, weights, given, options),
        _scale(aggregator, options),
        lambda scores: scores.shape[:-1],
        gaps=False,
    )


CHECKS = (
    check_name,
    check_shape,
    check_arguments_untouched,
    check_extremes,
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
        (aggregator.form is not None, check_form),
        (aggregator.form is not None, check_form_at_zero),
        (aggregator.script != "", check_script),
        (aggregator.formula is not None, check_formula),
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
    return np.asarray(shares(weights)) if aggregator.weights == "shares" else weights


def _form(aggregator: Aggregator, options: Any) -> Form | None:
    """The declared form; none where there is none under these options."""
    form = aggregator.form_with(options)
    promise(form is None or isinstance(form, Form), f"form returned {type(form).__name__}; expected a Form or None")
    return form


def _of_one_score(aggregator: Aggregator, options: Any, score: float) -> float | None:
    """The score of a unit with this one among its members; none where the aggregator refuses it."""
    scores = _scores(aggregator, options)
    scores[0, 1, 2] = score
    try:
        return float(aggregator.apply(scores, _weights(aggregator), context(), options)[0, 1])
    except MethodError:
        return None
