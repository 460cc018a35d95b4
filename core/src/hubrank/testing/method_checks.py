"""The contracts of methods: the results of each kind of Handbook step for generated values."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from attrs import evolve

from hubrank.errors import MethodError
from hubrank.numeric import Array, shares
from hubrank.plugin.methods import Aggregator, Context, Form, Imputation, Normalisation, Rescaling, Treatment, Weighting
from hubrank.plugin.units import Units
from hubrank.testing.samples import (
    EDITIONS,
    MEMBERS,
    UNITS,
    ContractError,
    RefusedError,
    check_name,
    context,
    promise,
    promise_alike,
    promise_shape,
    quiet_numbers,
)

#: Numerical slack: methods that iterate agree with themselves to about so much.
_SLACK = 1e-6
#: One member is better where it is less; the core turns it unless the method says that it does.
_DIRECTIONS = (1, -1, 1, 1)


#: Scales of values, from which the kit takes the first that a method accepts.
_SCALES = ((2.0, 100.0), (0.1, 0.9))


def panel(low: float, high: float, draws: tuple[int, ...] = ()) -> Array:
    """Values `(*draws, editions, units, members)` between two bounds, all different.

    Members are correlated, and the last unit is never the worst, since some methods need that.
    """
    rng = np.random.default_rng(1)
    shape = (*draws, EDITIONS, UNITS, MEMBERS)
    mixed = 2 * rng.normal(size=(*shape[:-1], 1)) + rng.normal(size=shape) + np.arange(UNITS)[:, None]
    values: Array = np.linspace(low, high, mixed.size)[mixed.ravel().argsort().argsort()].reshape(shape)
    return values


def with_gaps(values: Array) -> Array:
    """The values with a missing one in each edition."""
    gaps = values.copy()
    gaps[..., 0, 0, 0] = np.nan
    gaps[..., 1, 2, 1] = np.nan
    gaps[..., 2, 4, 2] = np.nan
    return gaps


def with_members(context: Context, at: list[int]) -> Context:
    """The context of some members, in another order."""
    return evolve(context, members=tuple(context.members[item] for item in at), rng=np.random.default_rng(1))


class _Trial:
    """A method with options, called in the way of its kind: it takes values or scores and returns these or weights."""

    def __init__(self, record: Any, options: Any) -> None:
        self.record, self.options = record, options
        self.handed = "scores" if isinstance(record, Weighting | Aggregator | Rescaling) else "values"
        self.returned = "weights" if isinstance(record, Weighting) else self.handed
        self.form: Form | None = record.form_with(options) if isinstance(record, Aggregator) else None

    def context(self, editions: int = EDITIONS) -> Context:
        if isinstance(self.record, Rescaling):
            return context(editions, members=0)
        return context(editions, directions=_DIRECTIONS if isinstance(self.record, Normalisation) else ())

    def call(self, values: Array, given: Context | None = None, weights: Array | None = None) -> Any:
        """Its result for values; an aggregation method gets these weights, by default 1, 2, 3 and 4 in its form."""
        record, options, given = self.record, self.options, given or self.context()
        match record:
            case Aggregator():
                return record.apply(values, self.weights() if weights is None else weights, given, options)
            case Normalisation():
                return record.apply(values, record.fit(values, given, options), given, options)
            case Weighting():
                return np.broadcast_to(record.apply(values, given, options), values.shape)
        return record.apply(values, given, options)

    def weights(self, raw: Any = ((1.0, 2.0, 3.0, 4.0),)) -> Array:
        """Weights as the core hands them to an aggregator: shares, or raw."""
        weights = np.array(raw, ndmin=3)
        return np.asarray(shares(weights)) if self.record.weights == "shares" else weights

    def panel(self, draws: tuple[int, ...] = ()) -> Array:
        """Values of a scale that it takes, with the missing values that its kind can get."""
        return self._with_gaps(panel(*self.scale(), draws=draws))

    def scale(self) -> tuple[float, float]:
        """The first scale of values that it takes."""
        for scale in _SCALES:
            try:
                self.call(self._with_gaps(panel(*scale)))
            except MethodError as error:
                text = str(error)
            else:
                return scale
        raise RefusedError(f"rejects values between 2 and 100, and between 0.1 and 0.9: {text}")

    def _with_gaps(self, values: Array) -> Array:
        """A missing value in each edition, and for most kinds a member that the first edition lacks for all units."""
        match self.record:
            case Rescaling():
                scores = values[..., 0]
                scores[..., EDITIONS - 1, 3] = np.nan
                return scores
            case Aggregator() | Weighting():
                return values
        gaps = with_gaps(values)
        gaps[..., 0, :, 3] = np.nan
        return gaps

    def shape(self, values: Array) -> tuple[int, ...]:
        return tuple(values.shape[:-1] if isinstance(self.record, Aggregator) else values.shape)


def _bound(*checks: Callable[..., None]) -> tuple[Callable[..., None], ...]:
    """Checks of a trial, and of values that the method takes, as checks of a record and its options."""

    def bind(check: Callable[[_Trial, Array], None]) -> Callable[[Any, Any], None]:
        @functools.wraps(check)
        def of_record(record: Any, options: Any) -> None:
            __tracebackhide__ = True
            trial = _Trial(record, options)
            check(trial, trial.panel())

        return of_record

    return tuple(check if check in _OF_RECORDS else bind(check) for check in checks)


def check_shape(trial: _Trial, values: Array) -> None:
    """It gives an array of the right shape, without infinities."""
    result = trial.call(values)
    promise_shape(result, trial.shape(values), "apply")
    promise(not np.isinf(result).any(), "apply returned infinity; expected finite numbers or NaN")


def check_arguments_untouched(trial: _Trial, values: Array) -> None:
    """It does not modify its input."""
    before, weights = values.copy(), trial.weights() if isinstance(trial.record, Aggregator) else None
    trial.call(values, weights=weights)
    promise_alike(values, before, f"modifies its input {trial.handed}")
    if weights is not None:
        promise_alike(weights, trial.weights(), "modifies its input weights")


def check_batched(trial: _Trial, _: Array) -> None:
    """Many draws at once give the same result as one by one."""
    values, weights = trial.panel((3, 2)), None
    if isinstance(trial.record, Aggregator):
        weights = trial.weights(np.random.default_rng(1).uniform(1, 3, (3, 2, 1, 1, MEMBERS)))
    result = trial.call(values, weights=weights)
    promise_shape(result, trial.shape(values), "apply, with leading axes for draws,")
    otherwise = f"returns different {trial.returned} for many draws at once and one by one"
    for draw in np.ndindex(3, 2):
        alone = trial.call(values[draw], weights=None if weights is None else weights[draw])
        promise_alike(result[draw], alone, otherwise)


def check_editions_alone(trial: _Trial, values: Array) -> None:
    """Each edition is treated by itself; the core passes all as one if a scenario pools them."""
    result = trial.call(values)
    otherwise = f"returns different {trial.returned} for many editions at once and one by one"
    for at in range(EDITIONS):
        promise_alike(result[at : at + 1], trial.call(values[at : at + 1], trial.context(1)), otherwise)


def check_unit_order(trial: _Trial, values: Array) -> None:
    """The order of the units does not matter."""
    axis = -1 if isinstance(trial.record, Rescaling) else -2
    given = trial.context()
    given = evolve(given, units=Units(frame=given.units.frame[::-1]))
    turned = trial.call(np.flip(values, axis), given)
    turned = np.flip(turned, -1 if isinstance(trial.record, Aggregator) else axis)
    otherwise = f"returns different {trial.returned} when units are in another order"
    promise_alike(turned, trial.call(values), otherwise)


def check_extremes(trial: _Trial, _: Array) -> None:
    """For one unit, huge, negative, equal or missing values it gives finite or missing values, or rejects them."""
    gaps = not isinstance(trial.record, Aggregator)
    usual = with_gaps(panel(*trial.scale())) if gaps else panel(*trial.scale())
    cases = {
        "one unit": (usual[:, :1], context(units=1)),
        "huge values": (usual * 1e12, context()),  # a country's output in its smallest coin, compared with a share
        "negative values": (-usual, context()),
        "values of both signs": (usual - np.nanmean(usual), context()),
        "units that are all alike": (np.repeat(usual[:, 3:4], UNITS, axis=1), context()),
    }
    if gaps:
        cases["nothing measured"] = np.full(usual.shape, np.nan), context()
        cases["one value that is measured"] = np.where(usual == np.nanmax(usual), usual, np.nan), context()
    here = Units(frame=context().units.frame.assign(lat=10.0, lon=20.0))
    cases["units at one place"] = usual, evolve(context(), units=here)
    if isinstance(trial.record, Rescaling):
        cases = {what: (values[..., 0], with_members(given, [])) for what, (values, given) in cases.items()}
    for what, (values, given) in cases.items():
        with quiet_numbers():
            try:
                result = trial.call(values, given)
            except MethodError:
                continue
            except Exception as error:
                raise ContractError(f"apply, with {what}, raised {type(error).__name__}: {error}") from error
        promise_shape(result, trial.shape(values), f"apply, with {what},")
        infinity = f"apply, with {what}, returned infinity; refuse with a MethodError what is not defined"
        promise(not np.isinf(result).any(), infinity)


def check_gaps_stay(trial: _Trial, values: Array) -> None:
    """Missing values stay missing, and nothing else becomes missing."""
    otherwise = f"filled or created missing {trial.returned} (1 is missing)"
    promise_alike(np.isnan(trial.call(values)), np.isnan(values), otherwise)


def check_order_kept(trial: _Trial, values: Array) -> None:
    """More is never worse; where a normalisation turns indicators itself, less is never worse for direction -1."""
    better = values if getattr(trial.record, "oriented", True) else values * np.array(_DIRECTIONS)
    result = trial.call(values)
    before = better[..., :, None, :] - better[..., None, :, :]
    after = result[..., :, None, :] - result[..., None, :, :]
    promise(not (before * after < -1e-12).any(), "reverses the order of two values of one member")


def check_measured_untouched(trial: _Trial, values: Array) -> None:
    """Measured values do not change."""
    measured = ~np.isnan(values)
    promise_alike(trial.call(values)[measured], values[measured], "changes measured values")


def check_nothing_measured(trial: _Trial, values: Array) -> None:
    """It survives an indicator that no unit has, and a unit that has no indicator."""
    values[..., 1] = np.nan
    values[..., 0, :] = np.nan
    promise_shape(trial.call(values), values.shape, "apply")


def check_repeatable(trial: _Trial, values: Array) -> None:
    """The same seed gives the same values."""
    otherwise = "returns different values for the same seed; draw only from context.rng"
    promise_alike(trial.call(values), trial.call(values), otherwise)


def check_pointwise(trial: _Trial, values: Array) -> None:
    """If it declares pointwise, a value alone is treated in the same way as among others."""
    alone = trial.call(values[:1, 1:2, :1], context(editions=1, units=1, members=1))
    otherwise = "treats a value differently alone, although pointwise is True"
    promise_alike(alone, trial.call(values)[:1, 1:2, :1], otherwise)


def check_levels(record: Normalisation, options: Any) -> None:
    """Its levels are options of its own."""
    for name in record.levels:
        promise(hasattr(options, name), f"levels contains '{name}', which is not an option")


def check_equal_values(trial: _Trial, values: Array) -> None:
    """It survives an indicator that is the same for all units."""
    values[:, :, 2] = values[0, 0, 2]
    finite = np.isfinite(trial.call(values)[:, :, 2])
    promise(finite.all(), "returned no finite number where all units are equal")


def check_other_reference(trial: _Trial, values: Array) -> None:
    """What it learned from one edition can be applied to all, with the same result for that edition."""
    record, options, one = trial.record, trial.options, trial.context(1)
    fitted = record.fit(values[:1], one, options)
    result = record.apply(values, fitted, trial.context(), options)
    promise_shape(result, values.shape, "apply, with the scale of one edition,")
    otherwise = "returns different values for an edition alone and with others"
    promise_alike(result[:1], record.apply(values[:1], fitted, one, options), otherwise)


def check_order(trial: _Trial, scores: Array) -> None:
    """It keeps the order of the units, or reverses it if `reverses` is true."""
    result, reverses = trial.call(scores), trial.record.reverses
    before = scores[..., :, None] - scores[..., None, :]
    after = result[..., :, None] - result[..., None, :]
    wrong = ((-1 if reverses else 1) * before * after < -1e-12).any()
    what = "keeps" if reverses else "reverses"
    promise(not wrong, f"{what} the order of two units, although reverses is {reverses}")


def check_unscored_stay(trial: _Trial, scores: Array) -> None:
    """A unit without a score stays so, and no other loses its own."""
    promise_alike(np.isnan(trial.call(scores)), np.isnan(scores), "units gained or lost a score (1 is no score)")


def check_weights(trial: _Trial, scores: Array) -> None:
    """It gives weights that fit the members, where scores are missing too: finite, none below 0, not all 0."""
    for values in (scores, with_gaps(scores)):
        weights = trial.record.apply(values, context(), trial.options)
        promise(isinstance(weights, np.ndarray), f"apply returned {type(weights).__name__}; expected an array")
        axes = zip(weights.shape[::-1], values.shape[::-1], strict=False)
        promise(
            weights.shape[-1:] == (MEMBERS,) and weights.ndim <= values.ndim and all(n in (1, of) for n, of in axes),
            f"apply returned shape {weights.shape}; expected one that broadcasts against {values.shape}, members last",
        )
        promise(np.isfinite(weights).all(), "apply returned weights that are not finite")
        promise((weights >= 0).all(), "apply returned weights below 0")
        promise((weights.sum(axis=-1) > 0).all(), "apply returned weights that are all 0")


def check_says_if_data_driven(trial: _Trial, scores: Array) -> None:
    """Unless it declares data_driven, other scores give the same weights."""
    other = np.flip(scores, axis=(-2, -1)) ** 2
    otherwise = "returns different weights for different scores, although data_driven is False"
    promise_alike(trial.call(other), trial.call(scores), otherwise)


def check_scores(trial: _Trial, scores: Array) -> None:
    """It gives one finite score for each edition and unit, whether weights differ by unit or not."""
    for shape in ((1, 1, MEMBERS), (EDITIONS, 1, MEMBERS), (EDITIONS, UNITS, MEMBERS)):
        result = trial.call(scores, weights=np.broadcast_to(trial.weights(), shape).copy())
        promise_shape(result, scores.shape[:-1], f"apply, with weights of shape {shape},")
        promise(np.isfinite(result).all(), "apply returned scores that are not finite")


def check_member_order(trial: _Trial, scores: Array) -> None:
    """The order of the members does not matter."""
    turned = [2, 0, 3, 1]
    found = trial.call(scores[..., turned], with_members(context(), turned), trial.weights()[..., turned])
    promise_alike(found, trial.call(scores), "returns different scores when members are in another order")


def check_weight_zero(trial: _Trial, scores: Array) -> None:
    """A member of weight 0 has no effect, whatever its score."""
    weights, kept = trial.weights((1.0, 2.0, 3.0, 0.0)), [0, 1, 2]
    wanted = trial.call(scores[..., kept], with_members(context(), kept), weights[..., kept])
    for score in (trial.scale()[0], 1.0):
        scores[..., 3] = score
        found = trial.call(scores, weights=weights)
        promise_alike(found, wanted, "returns different scores with and without a member of weight 0")


def check_lacking_member(trial: _Trial, scores: Array) -> None:
    """A unit with a missing member (weight 0 for that unit only) gets a finite score."""
    weights = np.broadcast_to(trial.weights(), scores.shape).copy()
    scores[:, 1, 2], weights[:, 1, 2] = 1.0, 0.0
    result = trial.call(scores, weights=trial.weights(weights))
    promise(np.isfinite(result).all(), "apply returned no finite score for a unit with a missing member")


def check_monotone(trial: _Trial, scores: Array) -> None:
    """If it declares monotone, more of a member is never worse for the unit."""
    high, before = trial.scale()[1], trial.call(scores)
    for unit, member in np.ndindex(UNITS, MEMBERS):
        more = scores.copy()
        more[:, unit, member] += (high - more[:, unit, member]) / 2
        worse = (trial.call(more) - before)[:, unit] < -_SLACK
        promise(not worse.any(), "a higher member score lowers the score of a unit, although monotone is True")


def check_raw_weights_scaled(trial: _Trial, scores: Array) -> None:
    """If it takes raw weights, scaling them all does not change the order of the units."""
    before, after = trial.call(scores), trial.call(scores, weights=trial.weights() * 7)
    order = (before[..., :, None] - before[..., None, :]) * (after[..., :, None] - after[..., None, :])
    promise(not (order < -_SLACK).any(), "scaling all weights changes the order of the units")


def check_form(trial: _Trial, scores: Array) -> None:
    """If it declares a form, it is that mean: for random scores and weights, with missing members."""
    form = trial.form
    promise(form is None or isinstance(form, Form), f"form returned {type(form).__name__}; expected a Form or None")
    if form is None:
        return
    rng = np.random.default_rng(2)
    raw = rng.uniform(0.1, 3, (EDITIONS, UNITS, MEMBERS))
    absent = (rng.random(scores.shape) < 0.3) & (np.arange(MEMBERS) > 0)
    scores, weights = np.where(absent, 1.0, scores), trial.weights(np.where(absent, 0.0, raw))
    with np.errstate(invalid="ignore"):
        wanted = form.leave(np.where(absent, 0.0, weights * form.enter(scores)).sum(axis=-1))
    promise_alike(trial.call(scores, weights=weights), wanted, f"is not the mean declared by its form, {form}", 1e-9)


def check_form_nonpositive(trial: _Trial, scores: Array) -> None:
    """If its form is undefined for a score, it does what the form declares: an error, the limit, or no score."""
    form = trial.form
    if form is None or form.linear:
        return
    zero = 0.0 - form.shift if form.counted_from is None else form.counted_from + form.shift
    limit = {"zero": zero, "missing": np.nan}.get(form.nonpositive)
    below = np.nan if form.nonpositive == "missing" and form.power <= 0 else None
    down = zero - 1.0 if form.counted_from is None else zero + 1.0
    for score, wanted in ((zero, limit), (down, below)) if form.power <= 0 else ((down, below),):
        what = f"a score of {score:g}, for which its form is undefined"
        scores[0, 1, 2] = score
        try:
            result = float(trial.call(scores)[0, 1])
        except MethodError:
            promise(wanted is None, f"rejects {what}")
        else:
            promise(wanted is not None, f"does not reject {what}")
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


#: Checks of a record and its options themselves.
_OF_RECORDS = (check_name, check_levels, check_script, check_formula)
_ALONE = (check_batched, check_editions_alone, check_unit_order)
_KEPT = (check_shape, check_gaps_stay, check_order_kept)
#: The checks of every method of a kind.
METHOD_CHECKS: Mapping[str, tuple[Callable[..., None], ...]] = {
    kind: _bound(check_name, check_arguments_untouched, check_extremes, *checks)
    for kind, checks in {
        "imputation": (check_shape, check_measured_untouched, check_nothing_measured, check_repeatable),
        "treatment": (*_KEPT, *_ALONE),
        "normalisation": (check_levels, *_KEPT, check_other_reference, *_ALONE),
        "weighting": (check_weights, *_ALONE),
        "aggregator": (check_scores, *_ALONE, check_member_order, check_weight_zero, check_lacking_member),
        "rescaling": (check_shape, check_unscored_stay, check_order, check_batched, check_unit_order),
    }.items()
}


def declared_checks(record: Any) -> tuple[Callable[..., None], ...]:
    """The checks of a method's declarations."""
    match record:
        case Imputation(random=False):
            return _bound(check_batched, check_unit_order)
        case Treatment(pointwise=True):
            return _bound(check_pointwise)
        case Normalisation(needs_spread=False):
            return _bound(check_equal_values)
        case Weighting(data_driven=False):
            return _bound(check_says_if_data_driven)
        case Aggregator():
            declared: dict[Callable[..., None], bool] = {
                check_monotone: record.monotone,
                check_raw_weights_scaled: record.weights == "raw",
                check_form: record.form is not None,
                check_form_nonpositive: record.form is not None,
                check_script: record.script != "",
                check_formula: record.formula is not None,
            }
            return _bound(*(check for check, applies in declared.items() if applies))
    return ()
