"""Weightings, aggregators and steps on scores that break one promise each are caught."""

import numpy as np
import pytest
from attrs import evolve
from hubrank import Aggregator, Form, MethodError, NoOptions, Rescaling, Weighting
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


def by_place(scores):
    """More for units that stand later."""
    return scores + np.arange(scores.shape[-1])


def unaware(scores, weights):
    """Members of weight 0 count all the same."""
    return scores.mean(axis=-1)


def logarithmic(scores, weights):
    """A member of weight 0 spoils the score of a unit that lacks it."""
    return mean(scores, weights) + np.where((weights == 0).any(axis=-1), np.inf, 0.0)


def geometric(scores, weights):
    """The geometric mean, 0 where a score is 0 and no number below it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.exp((np.log(scores) * weights).sum(axis=-1))


def above_0(scores, weights):
    """The geometric mean of scores above 0."""
    if (scores <= 0).any():
        raise MethodError("a score is not above 0")
    return geometric(scores, weights)


WRONG_WEIGHTINGS = [
    (check_name, evolve(EQUAL, name="a.b"), "the name 'a.b' must consist of"),
    (method_checks.check_weights, weighing(lambda scores: np.array([1.0, -1, 1, 1])), "apply returned weights below 0"),
    (method_checks.check_weights, weighing(lambda scores: scores.mean(axis=-2, keepdims=True)), "that are not finite"),
    (
        method_checks.check_arguments_untouched,
        weighing(lambda scores: in_place(scores)[0, 0]),
        "modifies its input scores",
    ),
    (
        method_checks.check_extremes,
        weighing(lambda scores: np.ones(4) / min(1, scores.shape[-2] - 1)),
        "apply, with one unit, returned infinity; refuse with a MethodError what is not defined",
    ),
    (
        method_checks.check_batched,
        weighing(lambda scores: spread(scores, tuple(range(scores.ndim - 1))), data_driven=True),
        "returns different weights for many draws at once and one by one",
    ),
    (
        method_checks.check_editions_alone,
        weighing(lambda scores: spread(scores, (-3, -2)), data_driven=True),
        "returns different weights for many editions at once and one by one",
    ),
    (
        method_checks.check_unit_order,
        weighing(lambda scores: np.arange(1, 13)[:, None] * np.ones(4)),
        "returns different weights when units are in another order",
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
        method_checks.check_scores,
        combining(lambda scores, weights: scores * weights),
        "apply, with weights of shape (1, 1, 4), returned shape (3, 12, 4); expected (3, 12)",
    ),
    (
        method_checks.check_arguments_untouched,
        combining(lambda scores, weights: mean(in_place(scores), weights)),
        "modifies its input scores",
    ),
    (
        method_checks.check_batched,
        combining(lambda scores, weights: mean(scores, weights) / scores.max()),
        "returns different scores for many draws at once and one by one",
    ),
    (
        method_checks.check_editions_alone,
        combining(lambda scores, weights: mean(scores, weights) / scores.max(axis=(-3, -2, -1), keepdims=True)[..., 0]),
        "returns different scores for many editions at once and one by one",
    ),
    (
        method_checks.check_unit_order,
        combining(lambda scores, weights: by_place(mean(scores, weights))),
        "returns different scores when units are in another order",
    ),
    (
        method_checks.check_member_order,
        combining(lambda scores, weights: scores[..., 0]),
        "returns different scores when members are in another order",
    ),
    (
        method_checks.check_extremes,
        combining(lambda scores, weights: mean(scores, weights) - np.where((scores < 0).any(axis=-1), np.inf, 0.0)),
        "apply, with negative values, returned infinity",
    ),
    (
        method_checks.check_weight_zero,
        combining(unaware),
        "returns different scores with and without a member of weight 0",
    ),
    (
        method_checks.check_lacking_member,
        combining(logarithmic),
        "apply returned no finite score for a unit with a missing member",
    ),
    (
        method_checks.check_monotone,
        combining(lambda scores, weights: -mean(scores, weights)),
        "a higher member score lowers the score of a unit, although monotone is True",
    ),
    (
        method_checks.check_raw_weights_scaled,
        combining(lambda scores, weights: (scores**weights).sum(axis=-1) % 10, weights="raw"),
        "scaling all weights changes the order of the units",
    ),
    (
        method_checks.check_form,
        combining(lambda scores, weights: np.exp((np.log(scores) * weights).sum(axis=-1))),
        "is not the mean declared by its form, Form(power=1.0, shift=0.0, counted_from=None, at_zero='refuse'): ",
    ),
    (method_checks.check_form, evolve(MEAN, form=lambda options: 1), "form returned int; expected a Form or None"),
    (
        method_checks.check_form_at_zero,
        combining(geometric, form=Form(power=0)),
        "does not reject a score of 0, for which its form is undefined",
    ),
    (
        method_checks.check_form_at_zero,
        combining(above_0, form=Form(power=0, at_zero="zero")),
        "rejects a score of 0, for which its form is undefined",
    ),
    (
        method_checks.check_form_at_zero,
        combining(geometric, form=Form(power=0, at_zero="missing")),
        "does not follow at_zero = missing for a score of 0, for which its form is undefined: 0 and nan",
    ),
    (
        method_checks.check_script,
        evolve(MEAN, script="const mean = 1;"),
        "its script is not a function; it begins with 'const mean = 1;'",
    ),
    (
        method_checks.check_formula,
        evolve(MEAN, formula=lambda scores, weights, options: f"=SUM({scores[0]})"),
        "formula returned text that begins with =",
    ),
    (
        method_checks.check_formula,
        evolve(MEAN, formula=lambda scores, weights, options: f"SUM({','.join(scores)}"),
        "formula returned text with unbalanced parentheses",
    ),
    (
        method_checks.check_formula,
        evolve(MEAN, formula=lambda scores, weights, options: f"SUM({','.join(scores)})"),
        "formula does not read B1, B2, B3, B4",
    ),
]
WRONG_RESCALINGS = [
    (check_name, evolve(TENTH, name=" "), "the name ' ' must consist of"),
    (
        method_checks.check_shape,
        stepping(lambda scores: scores[..., :5]),
        "apply returned shape (3, 5); expected (3, 12)",
    ),
    (method_checks.check_unscored_stay, stepping(np.nan_to_num), "units gained or lost a score"),
    (method_checks.check_order, stepping(np.negative), "reverses the order of two units, although reverses is False"),
    (method_checks.check_arguments_untouched, stepping(in_place), "modifies its input scores"),
    (
        method_checks.check_extremes,
        stepping(lambda scores: scores / np.nanstd(scores, axis=-1, keepdims=True)),
        "apply, with one unit, returned infinity",
    ),
    (
        method_checks.check_batched,
        stepping(lambda scores: scores / np.nanmax(scores)),
        "returns different scores for many draws at once and one by one",
    ),
    (method_checks.check_unit_order, stepping(by_place), "returns different scores when units are in another order"),
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
def test_good_and_complete(kind, good, wrong):
    """The good method passes all checks, and each check has a wrong one above."""
    every = method_checks.METHOD_CHECKS[kind] + method_checks.declared_checks(good)
    for check in every:
        check(good, NoOptions())

    assert set(every) == {check for check, *_ in wrong}
