"""Imputations, treatments and normalisations that break one promise each are caught."""

import itertools

import numpy as np
import pytest
from attrs import evolve, frozen
from hubrank import Imputation, MethodError, Normalisation, Treatment
from hubrank.testing import ContractError, method_checks
from hubrank.testing.samples import check_name


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
counter = itertools.count()


def filling(apply):
    """The good imputation with another function of the values."""
    return evolve(FILL, apply=lambda values, context, options: apply(values))


def treating(apply):
    """The good treatment with another function of the values."""
    return evolve(HALVE, apply=lambda values, context, options: apply(values))


def reading(apply):
    """The good normalisation with another function of the values and what was fitted."""
    return evolve(SHARE, apply=lambda values, largest, context, options: apply(values, largest))


def in_place(values, *_):
    """The values, changed in place."""
    values[:] = np.nan_to_num(values, nan=7.0)
    return values


def over_all(values):
    """Everything at once: draws, editions, units and members."""
    return values / np.nanmax(values)


def over_editions(values):
    """A draw's editions at once."""
    return values / np.nanmax(values, axis=(-3, -2, -1), keepdims=True)


def over_units(values):
    """More for units that stand later."""
    return values * np.arange(1, values.shape[-2] + 1)[:, None]


WRONG_IMPUTATIONS = [
    (check_name, evolve(FILL, name=""), "the name '' must consist of"),
    (method_checks.check_measured_untouched, filling(lambda values: values + 1), "changes measured values"),
    (
        method_checks.check_extremes,
        filling(lambda values: np.nan_to_num(values, nan=7 / (values.shape[-2] - 1))),
        "apply, with one unit, raised ZeroDivisionError: division by zero",
    ),
    (
        method_checks.check_repeatable,
        filling(lambda values: np.nan_to_num(values, nan=float(next(counter)))),
        "returns different values for the same seed; draw only from context.rng",
    ),
    (
        method_checks.check_unit_order,
        filling(lambda values: np.where(np.isnan(values), np.arange(12.0)[:, None], values)),
        "returns different values when units are in another order",
    ),
]
WRONG_TREATMENTS = [
    (check_name, evolve(HALVE, name="a b"), "the name 'a b' must consist of"),
    (method_checks.check_gaps_stay, treating(np.nan_to_num), "filled or created missing values"),
    (method_checks.check_arguments_untouched, treating(in_place), "modifies its input values"),
    (method_checks.check_batched, treating(over_all), "returns different values for many draws at once and one by one"),
    (method_checks.check_unit_order, treating(over_units), "returns different values when units are in another order"),
]
WRONG_NORMALISATIONS = [
    (check_name, evolve(SHARE, name="ä"), "the name 'ä' must consist of"),
    (
        method_checks.check_shape,
        reading(lambda values, largest: np.where(values > 90, np.inf, values)),
        "apply returned infinity; expected finite numbers or NaN",
    ),
    (
        method_checks.check_order_kept,
        reading(lambda values, largest: -values),
        "reverses the order of two values of one member",
    ),
    (
        method_checks.check_other_reference,
        reading(lambda values, largest: over_editions(values)),
        "returns different values for an edition alone and with others",
    ),
    (
        method_checks.check_extremes,
        reading(lambda values, largest: np.where(values < 0, np.inf, values)),
        "apply, with negative values, returned infinity",
    ),
    (
        method_checks.check_editions_alone,
        reading(lambda values, largest: over_editions(values)),
        "returns different values for many editions at once and one by one",
    ),
]
ROOMS = [
    ("imputation", FILL, WRONG_IMPUTATIONS),
    ("treatment", HALVE, WRONG_TREATMENTS),
    ("normalisation", SHARE, WRONG_NORMALISATIONS),
]
WRONG = [case for *_, cases in ROOMS for case in cases]


@pytest.mark.parametrize(
    ("check", "method", "message"),
    WRONG,
    ids=[f"{type(method).__name__.lower()}-{check.__name__}" for check, method, _ in WRONG],
)
def test_caught(check, method, message):
    """The check for a promise says what was done instead."""
    with pytest.raises((ContractError, MethodError)) as caught:
        check(method, method.options())

    assert message in str(caught.value)


@pytest.mark.parametrize(("kind", "good", "wrong"), ROOMS, ids=["imputation", "treatment", "normalisation"])
def test_good(kind, good, wrong):
    """The good method passes all checks."""
    every = method_checks.METHOD_CHECKS[kind] + method_checks.declared_checks(good)
    for check in every:
        check(good, good.options())
