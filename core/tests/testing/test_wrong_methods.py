"""Methods that break one promise each are caught."""

import itertools

import numpy as np
import pytest
from attrs import evolve, frozen
from hubrank.plugin import Aggregator, Form, Imputation, MethodError, Normalisation, Rescaling, Treatment, Weighting
from hubrank.testing import ContractError, method_checks


@frozen
class LowOptions:
    """An option on the indicator's own scale."""

    low: float = 0.0


FILL = Imputation(name="fill", apply=lambda values, context, options: np.nan_to_num(values, nan=7.0))
HALVE = Treatment(name="halve", apply=lambda values, context, options: values / 2, pointwise=True)
SHARE = Normalisation(
    name="share",
    fit=lambda reference, context, options: np.nanmax(reference, axis=-2, keepdims=True, initial=0.001),
    apply=lambda values, largest, context, options: values / largest,
    options=LowOptions,
    levels=("low",),
)
EQUAL = Weighting(name="equal", apply=lambda scores, context, options: np.ones(len(context.members)))
MEAN = Aggregator(
    name="mean",
    apply=lambda scores, weights, context, options: mean(scores, weights),
    weights="raw",
    form=Form(),
    script="(scores, weights) => scores.reduce((sum, each, at) => sum + each * weights[at], 0)",
    formula=lambda scores, weights, options: f"SUMPRODUCT({','.join((*scores, *weights))})",
)
TENTH = Rescaling(name="tenth", apply=lambda scores, context, options: scores / 10)
counter = itertools.count()


def wrong(good, apply, **changes):
    """A good method with another function of what it is passed first; of scores and weights for an aggregator."""
    count = 2 if good is MEAN else 1
    return evolve(good, apply=lambda *given: apply(*given[:count]), **changes)


def mean(scores, weights):
    """What the good aggregator gives."""
    return (scores * weights).sum(axis=-1)


def geometric(scores, weights):
    """The geometric mean, 0 if a score is 0 and no number below it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp((np.log(scores) * weights).sum(axis=-1))


def in_place(values, *_):
    """The values, changed in place."""
    values[:] = np.nan_to_num(values, nan=7.0)
    return values


def over(*axes):
    """Values by their maximum over some axes."""
    return lambda values: values / np.nanmax(values, axis=axes or None, keepdims=True)


def spread(*axes):
    """Weights by the range of the members' scores over some axes."""
    return lambda scores: np.nanmax(scores, axis=axes, keepdims=True) - np.nanmin(scores, axis=axes, keepdims=True)


def units_later(values):
    """More for units that stand later."""
    return np.nan_to_num(values) * np.arange(1, values.shape[-2] + 1)[:, None]


MANY = "for many draws at once and one by one"
EDITIONS = "for many editions at once and one by one"
WRONG = [
    ("name", evolve(FILL, name="ä"), "the name 'ä' must consist of"),
    ("measured_untouched", wrong(FILL, lambda values: values + 1), "changes measured values"),
    (
        "extremes",
        wrong(FILL, lambda values: np.nan_to_num(values, nan=7 / (values.shape[-2] - 1))),
        "apply, with one unit, raised ZeroDivisionError: division by zero",
    ),
    ("repeatable", wrong(FILL, lambda values: values * next(counter)), "draw only from context.rng"),
    ("unit_order", wrong(FILL, units_later), "returns different values when units are in another order"),
    ("gaps_stay", wrong(HALVE, np.nan_to_num), "filled or created missing values"),
    ("arguments_untouched", wrong(HALVE, in_place), "modifies its input values"),
    ("batched", wrong(HALVE, over()), f"returns different values {MANY}"),
    ("shape", wrong(SHARE, lambda values: np.where(values > 90, np.inf, values)), "apply returned infinity"),
    ("order_kept", wrong(SHARE, lambda values: -values), "reverses the order of two values of one member"),
    ("other_reference", wrong(SHARE, over(-3, -2, -1)), "different values for an edition alone and with others"),
    ("editions_alone", wrong(SHARE, over(-3, -2, -1)), f"returns different values {EDITIONS}"),
    (
        "extremes",
        wrong(SHARE, lambda values: np.where(values < 0, np.inf, values)),
        "apply, with negative values, returned infinity; refuse with a MethodError what is not defined",
    ),
    ("weights", wrong(EQUAL, lambda scores: scores.mean(axis=-2, keepdims=True)), "that are not finite"),
    ("editions_alone", wrong(EQUAL, spread(-3, -2), data_driven=True), f"returns different weights {EDITIONS}"),
    (
        "says_if_data_driven",
        wrong(EQUAL, spread(-2)),
        "different weights for different scores, although data_driven is",
    ),
    ("member_order", wrong(MEAN, lambda scores, weights: scores[..., 0]), "when members are in another order"),
    ("weight_zero", wrong(MEAN, lambda scores, _: scores.mean(axis=-1)), "with and without a member of weight 0"),
    ("monotone", wrong(MEAN, lambda *given: -mean(*given)), "a higher member score lowers the score of a unit"),
    (
        "form",
        wrong(MEAN, geometric),
        "is not the mean declared by its form, Form(power=1.0, shift=0.0, counted_from=None, nonpositive='error'): ",
    ),
    (
        "form_nonpositive",
        wrong(MEAN, geometric, form=Form(power=0)),
        "does not reject a score of 0, for which its form is undefined",
    ),
    (
        "form_nonpositive",
        wrong(MEAN, geometric, form=Form(power=0, nonpositive="missing")),
        "does not follow nonpositive = missing for a score of 0, for which its form is undefined: 0 and nan",
    ),
    ("formula", evolve(MEAN, formula=lambda scores, *_: f"=SUM({scores[0]})"), "text that begins with ="),
    ("formula", evolve(MEAN, formula=lambda scores, *_: f"SUM({','.join(scores)})"), "does not read B1, B2, B3, B4"),
    ("unscored_stay", wrong(TENTH, np.nan_to_num), "units gained or lost a score"),
]


@pytest.mark.parametrize(
    ("check", "method", "message"), WRONG, ids=[f"{method.name}-{check}" for check, method, _ in WRONG]
)
def test_caught(check, method, message):
    """The check for a promise says what was done instead."""
    checks = method_checks.METHOD_CHECKS[type(method).__name__.lower()] + method_checks.declared_checks(method)
    with pytest.raises((ContractError, MethodError)) as caught:
        next(each for each in checks if each.__name__ == f"check_{check}")(method, method.options())

    assert message in str(caught.value)


@pytest.mark.parametrize("good", [FILL, HALVE, SHARE, EQUAL, MEAN, TENTH], ids=lambda good: type(good).__name__.lower())
def test_good(good):
    """The good method passes all checks."""
    for check in method_checks.METHOD_CHECKS[type(good).__name__.lower()] + method_checks.declared_checks(good):
        check(good, good.options())
