"""Promises of methods: what each kind of Handbook step gives for values that the kit makes.

Six kinds are asked the same questions (is the shape right, do draws, editions and units not see each other, do rare
values not break it), so that a check is written once; `_Trial` says how each kind is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.errors import MethodError
from hubrank.numeric import shares
from hubrank.plugin.methods import (
    Aggregator,
    Context,
    Form,
    Imputation,
    Normalisation,
    Rescaling,
    Treatment,
    Weighting,
)
from hubrank.testing.samples import (
    EDITIONS,
    MEMBERS,
    UNITS,
    accepted,
    check_name,
    context,
    panel,
    promise,
    promise_alike,
    promise_shape,
    promise_survives,
    with_gaps,
    with_member_lacking,
    with_members,
    with_units,
)

if TYPE_CHECKING:
    from hubrank.numeric import Array

#: Numerical slack: methods that iterate agree with themselves to about so much.
_SLACK = 1e-6
#: One member is better where it is less; the core turns it unless the method says that it does.
_DIRECTIONS = (1, -1, 1, 1)
#: What each kind is handed, and what it returns, as messages call it.
_WORDS = {Weighting: ("scores", "weights"), Aggregator: ("scores", "scores"), Rescaling: ("scores", "scores")}


@frozen
class _Trial:
    """A method with options, called in the way of its kind.

    Attributes:
        record: The method.
        options: Its options.
        handed: What it is handed: values or scores.
        returned: What it returns: values, scores or weights.
    """

    record: Any
    options: Any
    handed: str
    returned: str

    @classmethod
    def of(cls, record: Any, options: Any) -> _Trial:
        return cls(record, options, *_WORDS.get(type(record), ("values", "values")))

    def context(self, editions: int = EDITIONS) -> Context:
        match self.record:
            case Normalisation():
                return context(editions, directions=_DIRECTIONS)
            case Rescaling():
                return context(editions, members=0)
        return context(editions)

    def call(self, values: Array, given: Context | None = None, weights: Array | None = None) -> Any:
        """What it makes of values, weights spread over them."""
        record, options = self.record, self.options
        given = given or self.context()
        match record:
            case Aggregator():
                return record.apply(values, _member_weights(record) if weights is None else weights, given, options)
            case Normalisation():
                return record.apply(values, record.fit(values, given, options), given, options)
            case Weighting():
                return np.broadcast_to(record.apply(values, given, options), values.shape)
        return record.apply(values, given, options)

    def panel(self, draws: tuple[int, ...] = ()) -> Array:
        """Values of a scale that it takes, with the gaps that its kind is handed."""
        return self._with_gaps(panel(*self.scale(), draws=draws))

    def scale(self) -> tuple[float, float]:
        return accepted(lambda low, high: self.call(self._with_gaps(panel(low, high))))

    def _with_gaps(self, values: Array) -> Array:
        match self.record:
            case Rescaling():
                scores = values[..., 0]
                scores[..., EDITIONS - 1, 3] = np.nan
                return scores
            case Aggregator() | Weighting():
                return values
        return with_member_lacking(values)

    def shape(self, values: Array) -> tuple[int, ...]:
        shape: tuple[int, ...] = values.shape[:-1] if isinstance(self.record, Aggregator) else values.shape
        return shape

    def turn(self, array: Array, *, returned: bool = False) -> Array:
        """Units in the opposite order."""
        last = isinstance(self.record, Rescaling) or (returned and isinstance(self.record, Aggregator))
        return np.flip(array, axis=-1 if last else -2)


def check_shape(record: Any, options: Any) -> None:
    """It gives an array of the right shape, without infinities."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    result = trial.call(values)
    promise_shape(result, trial.shape(values), "apply")
    promise(not np.isinf(result).any(), "apply returned infinity; expected finite numbers or NaN")


def check_arguments_untouched(record: Any, options: Any) -> None:
    """It does not modify its input."""
    trial = _Trial.of(record, options)
    values, weights = trial.panel(), None
    before = values.copy()
    if isinstance(record, Aggregator):
        weights = _member_weights(record)
    trial.call(values, weights=weights)
    promise_alike(values, before, f"modifies its input {trial.handed}")
    if weights is not None:
        promise_alike(weights, _member_weights(record), "modifies its input weights")


def check_batched(record: Any, options: Any) -> None:
    """Many draws at once give the same result as one by one."""
    trial = _Trial.of(record, options)
    values, weights = trial.panel((3, 2)), None
    if isinstance(record, Aggregator):
        weights = _as_handed(record, np.random.default_rng(1).uniform(1, 3, (3, 2, 1, 1, MEMBERS)))
    result = trial.call(values, weights=weights)
    promise_shape(result, trial.shape(values), "apply, with leading axes for draws,")
    otherwise = f"returns different {trial.returned} for many draws at once and one by one"
    for draw in np.ndindex(3, 2):
        alone = trial.call(values[draw], weights=None if weights is None else weights[draw])
        promise_alike(result[draw], alone, otherwise)


def check_editions_alone(record: Any, options: Any) -> None:
    """Each edition is taken by itself; the core hands over all as one where a scenario pools them."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    result = trial.call(values)
    otherwise = f"returns different {trial.returned} for many editions at once and one by one"
    for at in range(EDITIONS):
        promise_alike(result[at : at + 1], trial.call(values[at : at + 1], trial.context(1)), otherwise)


def check_unit_order(record: Any, options: Any) -> None:
    """The order of the units does not matter."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    turned = trial.call(trial.turn(values), with_units(trial.context(), list(range(UNITS))[::-1]))
    otherwise = f"returns different {trial.returned} when units are in another order"
    promise_alike(trial.turn(turned, returned=True), trial.call(values), otherwise)


def check_extremes(record: Any, options: Any) -> None:
    """Of one unit, of huge, negative, equal or missing values it makes finite numbers or gaps, or it refuses them."""
    trial = _Trial.of(record, options)

    def call(values: Array, given: Context) -> Any:
        return trial.call(values[..., 0], with_members(given, [])) if scores else trial.call(values, given)

    scores = isinstance(record, Rescaling)
    shape = (lambda values: values.shape[:-1]) if scores else trial.shape
    promise_survives(call, trial.scale(), shape, gaps=not isinstance(record, Aggregator))


def check_gaps_stay(record: Any, options: Any) -> None:
    """Gaps stay gaps, and nothing else becomes one."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    promise_alike(
        np.isnan(trial.call(values)), np.isnan(values), f"filled or created missing {trial.returned} (1 is missing)"
    )


def check_order_kept(record: Any, options: Any) -> None:
    """More is never worse; where a normalisation turns indicators itself, less is never worse for direction -1."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    better = values * np.array(_DIRECTIONS) if not getattr(record, "oriented", True) else values
    result = trial.call(values)
    before = better[..., :, None, :] - better[..., None, :, :]
    after = result[..., :, None, :] - result[..., None, :, :]
    promise(not (before * after < -1e-12).any(), "reverses the order of two values of one member")


def check_measured_untouched(record: Imputation, options: Any) -> None:
    """What was measured stays as it was."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    measured = ~np.isnan(values)
    promise_alike(trial.call(values)[measured], values[measured], "changes measured values")


def check_nothing_measured(record: Imputation, options: Any) -> None:
    """It survives an indicator that no unit has, and a unit that has no indicator."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    values[..., 1] = np.nan
    values[..., 0, :] = np.nan
    promise_shape(trial.call(values), values.shape, "apply")


def check_repeatable(record: Imputation, options: Any) -> None:
    """The same seed gives the same values."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    otherwise = "returns different values for the same seed; draw only from context.rng"
    promise_alike(trial.call(values), trial.call(values), otherwise)


def check_pointwise(record: Treatment, options: Any) -> None:
    """Where it says pointwise, a value alone is treated as it is among others."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    alone = trial.call(values[:1, 1:2, :1], context(editions=1, units=1, members=1))
    otherwise = "treats a value differently alone, although pointwise is True"
    promise_alike(alone, trial.call(values)[:1, 1:2, :1], otherwise)


def check_levels(record: Normalisation, options: Any) -> None:
    """Its levels are options of its own."""
    for name in record.levels:
        promise(hasattr(options, name), f"levels contains '{name}', which is not an option")


def check_equal_values(record: Normalisation, options: Any) -> None:
    """It survives an indicator that is the same for all units."""
    trial = _Trial.of(record, options)
    values = trial.panel()
    values[:, :, 2] = values[0, 0, 2]
    finite = np.isfinite(trial.call(values)[:, :, 2])
    promise(finite.all(), "returned no finite number where all units are equal")


def check_other_reference(record: Normalisation, options: Any) -> None:
    """What it learned of one edition can be applied to all, and to that edition gives what it gives alone."""
    trial = _Trial.of(record, options)
    values, one = trial.panel(), trial.context(1)
    fitted = record.fit(values[:1], one, options)
    result = record.apply(values, fitted, trial.context(), options)
    promise_shape(result, values.shape, "apply, with the scale of one edition,")
    otherwise = "returns different values for an edition alone and with others"
    promise_alike(result[:1], record.apply(values[:1], fitted, one, options), otherwise)


def check_order(record: Rescaling, options: Any) -> None:
    """It keeps the order of the units, or reverses it if `reverses` is true."""
    trial = _Trial.of(record, options)
    scores = trial.panel()
    result = trial.call(scores)
    before = scores[..., :, None] - scores[..., None, :]
    after = result[..., :, None] - result[..., None, :]
    wrong = ((-1 if record.reverses else 1) * before * after < -1e-12).any()
    what = "keeps" if record.reverses else "reverses"
    promise(not wrong, f"{what} the order of two units, although reverses is {record.reverses}")


def check_unscored_stay(record: Rescaling, options: Any) -> None:
    """A unit without a score stays so, and no other loses its own."""
    trial = _Trial.of(record, options)
    scores = trial.panel()
    promise_alike(np.isnan(trial.call(scores)), np.isnan(scores), "units gained or lost a score (1 is no score)")


def check_weights(record: Weighting, options: Any) -> None:
    """It gives weights that fit the members, where scores are missing too: finite, none below 0, not all 0."""
    trial = _Trial.of(record, options)
    for scores in (trial.panel(), with_gaps(trial.panel())):
        weights = record.apply(scores, context(), options)
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


def check_says_if_data_driven(record: Weighting, options: Any) -> None:
    """Where it does not say data_driven, other scores give the same weights."""
    trial = _Trial.of(record, options)
    scores = trial.panel()
    other = np.flip(scores, axis=(-2, -1)) ** 2
    otherwise = "returns different weights for different scores, although data_driven is False"
    promise_alike(trial.call(other), trial.call(scores), otherwise)


def check_scores(aggregator: Aggregator, options: Any) -> None:
    """It gives one finite score for each edition and unit, whether weights differ by unit or not."""
    trial = _Trial.of(aggregator, options)
    scores = trial.panel()
    for shape in ((1, 1, MEMBERS), (EDITIONS, 1, MEMBERS), (EDITIONS, UNITS, MEMBERS)):
        weights = np.broadcast_to(_member_weights(aggregator), shape).copy()
        result = trial.call(scores, weights=weights)
        promise_shape(result, scores.shape[:-1], f"apply, with weights of shape {shape},")
        promise(np.isfinite(result).all(), "apply returned scores that are not finite")


def check_member_order(aggregator: Aggregator, options: Any) -> None:
    """The order of the members does not matter."""
    scores, weights = _panel(aggregator, options), _member_weights(aggregator)
    turned = [2, 0, 3, 1]
    found = aggregator.apply(scores[..., turned], weights[..., turned], with_members(context(), turned), options)
    wanted = aggregator.apply(scores, weights, context(), options)
    promise_alike(found, wanted, "returns different scores when members are in another order")


def check_weight_zero(aggregator: Aggregator, options: Any) -> None:
    """A member of weight 0 has no effect, whatever its score."""
    low, high = _scale(aggregator, options)
    scores = panel(low, high)
    weights = _as_handed(aggregator, np.array([[[1.0, 2.0, 3.0, 0.0]]]))
    kept = [0, 1, 2]
    wanted = aggregator.apply(scores[..., kept], weights[..., kept], with_members(context(), kept), options)
    for score in (low, 1.0):
        scores[..., 3] = score
        found = aggregator.apply(scores, weights, context(), options)
        promise_alike(found, wanted, "returns different scores with and without a member of weight 0")


def check_lacking_member(aggregator: Aggregator, options: Any) -> None:
    """A unit with a missing member (weight 0 for that unit only) gets a finite score."""
    scores = _panel(aggregator, options)
    weights = np.broadcast_to(_member_weights(aggregator), scores.shape).copy()
    scores[:, 1, 2], weights[:, 1, 2] = 1.0, 0.0
    result = aggregator.apply(scores, _as_handed(aggregator, weights), context(), options)
    promise(np.isfinite(result).all(), "apply returned no finite score for a unit with a missing member")


def check_monotone(aggregator: Aggregator, options: Any) -> None:
    """Where it says monotone, more of a member is never worse for the unit."""
    low, high = _scale(aggregator, options)
    scores, weights = panel(low, high), _member_weights(aggregator)
    wanted = aggregator.apply(scores, weights, context(), options)
    for member in range(MEMBERS):
        for unit in range(UNITS):
            more = scores.copy()
            more[:, unit, member] += (high - more[:, unit, member]) / 2
            result = aggregator.apply(more, weights, context(), options)
            worse = (result - wanted)[:, unit] < -_SLACK
            promise(not worse.any(), "a higher member score lowers the score of a unit, although monotone is True")


def check_raw_weights_scaled(aggregator: Aggregator, options: Any) -> None:
    """Where it takes raw weights, scaling them all leaves the order of the units as it is."""
    scores, weights = _panel(aggregator, options), _member_weights(aggregator)
    wanted = aggregator.apply(scores, weights, context(), options)
    result = aggregator.apply(scores, weights * 7, context(), options)
    order = (wanted[..., :, None] - wanted[..., None, :]) * (result[..., :, None] - result[..., None, :])
    promise(not (order < -_SLACK).any(), "scaling all weights changes the order of the units")


def check_form(aggregator: Aggregator, options: Any) -> None:
    """Where it declares a form, it is that mean: of random scores and weights, with members that are not there."""
    form = _form(aggregator, options)
    if form is None:
        return
    rng = np.random.default_rng(2)
    scores = _panel(aggregator, options)
    weights = rng.uniform(0.1, 3, (EDITIONS, UNITS, MEMBERS))
    absent = (rng.random((EDITIONS, UNITS, MEMBERS)) < 0.3) & (np.arange(MEMBERS) > 0)
    scores = np.where(absent, 1.0, scores)
    weights = _as_handed(aggregator, np.where(absent, 0.0, weights))
    with np.errstate(invalid="ignore"):
        wanted = form.leave(np.where(absent, 0.0, weights * form.enter(scores)).sum(axis=-1))
    result = aggregator.apply(scores, weights, context(), options)
    promise_alike(result, wanted, f"is not the mean declared by its form, {form}", 1e-9)


def check_form_nonpositive(aggregator: Aggregator, options: Any) -> None:
    """Where its form is not defined for a score, it does what the form says: refuse it, or give the limit, or none."""
    form = _form(aggregator, options)
    if form is None or form.linear:
        return
    zero = 0.0 - form.shift if form.counted_from is None else form.counted_from + form.shift
    down = -1.0 if form.counted_from is None else 1.0
    limit = {"zero": zero, "missing": np.nan}.get(form.nonpositive)
    below = np.nan if form.nonpositive == "missing" and form.power <= 0 else None
    for score, wanted in ((zero, limit), (zero + down, below)):
        if score == zero and form.power > 0:
            continue
        result = _of_one_score(aggregator, options, score)
        what = f"a score of {score:g}, for which its form is undefined"
        promise((result is None) == (wanted is None), f"{'rejects' if result is None else 'does not reject'} {what}")
        if result is not None:
            promise_alike([result], [wanted], f"does not follow nonpositive = {form.nonpositive} for {what}")


def check_script(aggregator: Aggregator, options: Any) -> None:  # noqa: ARG001
    """Its script is the source of one JavaScript function and nothing else."""
    starts = re.match(r"\s*(\([^()]*\)\s*=>|function\b)", aggregator.script)
    promise(starts, f"its script is not a function; it begins with {aggregator.script[:30]!r}")


def check_formula(aggregator: Aggregator, options: Any) -> None:
    """Its formula is one expression of a spreadsheet, without `=`, that reads every score and every weight."""
    if aggregator.formula is None:
        return
    scores, weights = ([f"{column}{at}" for at in range(1, MEMBERS + 1)] for column in ("A", "B"))
    result = aggregator.formula(scores, weights, options)
    promise(isinstance(result, str), f"formula returned {type(result).__name__}; expected text")
    promise(not result.startswith("="), "formula returned text that begins with =")
    promise(result.count("(") == result.count(")"), "formula returned text with unbalanced parentheses")
    unread = [item for item in (*scores, *weights) if not re.search(rf"\b{item}\b", result)]
    promise(not unread, f"formula does not read {', '.join(unread)}")


def _as_handed(aggregator: Aggregator, weights: Array) -> Array:
    """Weights as the core hands them over: shares, or raw."""
    return np.asarray(shares(weights)) if aggregator.weights == "shares" else weights


def _form(aggregator: Aggregator, options: Any) -> Form | None:
    """The declared form; none where there is none under these options."""
    form = aggregator.form_with(options)
    promise(form is None or isinstance(form, Form), f"form returned {type(form).__name__}; expected a Form or None")
    return form


def _of_one_score(aggregator: Aggregator, options: Any, score: float) -> float | None:
    """The score of a unit with this one among its members; none where the aggregator refuses it."""
    scores = _panel(aggregator, options)
    scores[0, 1, 2] = score
    try:
        return float(aggregator.apply(scores, _member_weights(aggregator), context(), options)[0, 1])
    except MethodError:
        return None


def _member_weights(aggregator: Aggregator) -> Array:
    return _as_handed(aggregator, np.array([[[1.0, 2.0, 3.0, 4.0]]]))


def _panel(aggregator: Aggregator, options: Any) -> Array:
    return _Trial.of(aggregator, options).panel()


def _scale(aggregator: Aggregator, options: Any) -> tuple[float, float]:
    return _Trial.of(aggregator, options).scale()


_ALONE = (check_batched, check_editions_alone, check_unit_order)
_ALWAYS = (check_name, check_arguments_untouched, check_extremes)
#: The checks of every method of a kind.
METHOD_CHECKS: Mapping[str, tuple[Callable[..., None], ...]] = {
    "imputation": (*_ALWAYS, check_shape, check_measured_untouched, check_nothing_measured, check_repeatable),
    "treatment": (*_ALWAYS, check_shape, check_gaps_stay, check_order_kept, *_ALONE),
    "normalisation": (
        *_ALWAYS,
        check_levels,
        check_shape,
        check_gaps_stay,
        check_order_kept,
        check_other_reference,
        *_ALONE,
    ),
    "weighting": (*_ALWAYS, check_weights, *_ALONE),
    "aggregator": (*_ALWAYS, check_scores, *_ALONE, check_member_order, check_weight_zero, check_lacking_member),
    "rescaling": (*_ALWAYS, check_shape, check_unscored_stay, check_order, check_batched, check_unit_order),
}


def declared_checks(record: Any) -> tuple[Callable[..., None], ...]:
    """The checks for what a method says of itself."""
    match record:
        case Imputation(random=False):
            return (check_batched, check_unit_order)
        case Treatment(pointwise=True):
            return (check_pointwise,)
        case Normalisation(needs_spread=False):
            return (check_equal_values,)
        case Weighting(data_driven=False):
            return (check_says_if_data_driven,)
        case Aggregator():
            declared = (
                (record.monotone, check_monotone),
                (record.weights == "raw", check_raw_weights_scaled),
                (record.form is not None, check_form),
                (record.form is not None, check_form_nonpositive),
                (record.script != "", check_script),
                (record.formula is not None, check_formula),
            )
            return tuple(check for applies, check in declared if applies)
    return ()
