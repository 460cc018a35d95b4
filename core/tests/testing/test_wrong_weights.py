"""Weightings, aggregators and steps on scores that break one promise each are caught."""

import numpy as np
import pytest
from attrs import evolve
from hubrank import Aggregator, Form, NoOptions, Rescaling, Weighting
from hubrank.testing import ContractError, method_checks
from hubrank.testing.samples import check_name

EQUAL = Weighting(name="equal", apply=lambda scores, context, options: np.ones(len(context.members)))
MEAN = Aggregator(
    name="mean",
    apply=lambda scores, weights, context, options: (scores * weights).sum(axis=-1),
    form=Form(),
    script="(scores, weights) => scores.reduce((sum, each, at) => sum + each * weights[at], 0)",
    formula=lambda scores, weights, options: f"SUMPRODUCT({','.join((*scores, *weights))})",
)
TENTH = Rescaling(name="tenth", apply=lambda scores, context, options: scores / 10)


def weighing(apply, **changes):
    """The good weighting with another function of the scores."""
    return evolve(EQUAL, apply=lambda scores, context, options: apply(scores), **changes)


def combining(apply, **changes):
    """The good aggregator with another function of the scores and weights."""
    return evolve(MEAN, apply=lambda scores, weights, context, options: apply(scores, weights), **changes)


def stepping(apply, **changes):
    """The good step with another function of the scores."""
    return evolve(TENTH, apply=lambda scores, context, options: apply(scores), **changes)


def mean(scores, weights):
    """What the good aggregator gives."""
    return (scores * weights).sum(axis=-1)


def in_place(scores, *_):
    """The scores, changed in place."""
    scores[:] = 5
    return scores


def spread(scores, axes):
    """Weights by the range of the members' scores over some axes."""
    return np.nanmax(scores, axis=axes, keepdims=True) - np.nanmin(scores, axis=axes, keepdims=True)


def unaware(scores, weights):
    """Members of weight 0 count all the same."""
    return scores.mean(axis=-1)


def geometric(scores, weights):
    """The geometric mean, 0 where a score is 0 and no number below it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp((np.log(scores) * weights).sum(axis=-1))


WRONG_WEIGHTINGS = [
    (check_name, evolve(EQUAL, name="a.b"), "the name 'a.b' must consist of"),
    (method_checks.check_weights, weighing(lambda scores: scores.mean(axis=-2, keepdims=True)), "that are not finite"),
    (
        method_checks.check_extremes,
        weighing(lambda scores: np.ones(4) / min(1, scores.shape[-2] - 1)),
        "apply, with one unit, returned infinity; refuse with a MethodError what is not defined",
    ),
    (
        method_checks.check_editions_alone,
        weighing(lambda scores: spread(scores, (-3, -2)), data_driven=True),
        "returns different weights for many editions at once and one by one",
    ),
    (
        method_checks.check_says_if_data_driven,
        weighing(lambda scores: spread(scores, (-2,))),
        "returns different weights for different scores, although data_driven is False",
    ),
]
WRONG_AGGREGATORS = [
    (check_name, evolve(MEAN, name="a b"), "the name 'a b' must consist of"),
    (
        method_checks.check_arguments_untouched,
        combining(lambda scores, weights: mean(in_place(scores), weights)),
        "modifies its input scores",
    ),
    (
        method_checks.check_editions_alone,
        combining(lambda scores, weights: mean(scores, weights) / scores.max(axis=(-3, -2, -1), keepdims=True)[..., 0]),
        "returns different scores for many editions at once and one by one",
    ),
    (
        method_checks.check_member_order,
        combining(lambda scores, weights: scores[..., 0]),
        "returns different scores when members are in another order",
    ),
    (
        method_checks.check_weight_zero,
        combining(unaware),
        "returns different scores with and without a member of weight 0",
    ),
    (
        method_checks.check_monotone,
        combining(lambda scores, weights: -mean(scores, weights)),
        "a higher member score lowers the score of a unit, although monotone is True",
    ),
    (
        method_checks.check_form,
        combining(lambda scores, weights: np.exp((np.log(scores) * weights).sum(axis=-1))),
        "is not the mean declared by its form, Form(power=1.0, shift=0.0, counted_from=None, nonpositive='error'): ",
    ),
    (
        method_checks.check_form_nonpositive,
        combining(geometric, form=Form(power=0)),
        "does not reject a score of 0, for which its form is undefined",
    ),
    (
        method_checks.check_form_nonpositive,
        combining(geometric, form=Form(power=0, nonpositive="missing")),
        "does not follow nonpositive = missing for a score of 0, for which its form is undefined: 0 and nan",
    ),
    (
        method_checks.check_formula,
        evolve(MEAN, formula=lambda scores, weights, options: f"=SUM({scores[0]})"),
        "formula returned text that begins with =",
    ),
    (
        method_checks.check_formula,
        evolve(MEAN, formula=lambda scores, weights, options: f"SUM({','.join(scores)})"),
        "formula does not read B1, B2, B3, B4",
    ),
]
WRONG_RESCALINGS = [
    (check_name, evolve(TENTH, name=" "), "the name ' ' must consist of"),
    (method_checks.check_unscored_stay, stepping(np.nan_to_num), "units gained or lost a score"),
    (method_checks.check_arguments_untouched, stepping(in_place), "modifies its input scores"),
    (
        method_checks.check_batched,
        stepping(lambda scores: scores / np.nanmax(scores)),
        "returns different scores for many draws at once and one by one",
    ),
]
RAW = evolve(MEAN, weights="raw")
ROOMS = [
    ("weighting", EQUAL, WRONG_WEIGHTINGS),
    ("aggregator", RAW, WRONG_AGGREGATORS),
    ("rescaling", TENTH, WRONG_RESCALINGS),
]
WRONG = [case for *_, cases in ROOMS for case in cases]


@pytest.mark.parametrize(
    ("check", "method", "message"),
    WRONG,
    ids=[f"{type(method).__name__.lower()}-{check.__name__}" for check, method, _ in WRONG],
)
def test_caught(check, method, message):
    """The check for a promise says what was done instead."""
    with pytest.raises(ContractError) as caught:
        check(method, NoOptions())

    assert message in str(caught.value)


@pytest.mark.parametrize(("kind", "good", "wrong"), ROOMS, ids=["weighting", "aggregator", "rescaling"])
def test_good(kind, good, wrong):
    """The good method passes all checks."""
    every = method_checks.METHOD_CHECKS[kind] + method_checks.declared_checks(good)
    for check in every:
        check(good, NoOptions())
