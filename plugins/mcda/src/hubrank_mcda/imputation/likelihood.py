"""Expectation maximisation of a multivariate normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from hubrank import MethodError
from hubrank.methods import above, at_least

from hubrank_mcda.imputation.tables import Level, fill_tables

if TYPE_CHECKING:
    from hubrank import Array, Context


@frozen(kw_only=True)
class ExpectationOptions:
    """What a scenario can set of `expectation-maximisation`.

    Attributes:
        ridge: What is added to each variance, as a share of it, so that few units do not feign certainty; 0 is the
            plain maximum of the likelihood.
        rounds: How many rounds are allowed.
        tolerance: The change of a round, in standard deviations, at which it ends.
        level: Which members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    ridge: float = field(default=0.01, validator=at_least(0))
    rounds: int = field(default=1000, validator=at_least(1))
    tolerance: float = field(default=1e-6, validator=above(0))
    level: Level = "all"


def expectation_maximisation(values: Array, context: Context, options: ExpectationOptions) -> Array:
    """The expected value of each gap, given what the unit has.

    Raises:
        MethodError: The members depend on one another in full, or it does not settle in the rounds allowed.
    """
    return fill_tables(values, context, options.level, lambda table: _expected(table, options))


def _expected(table: Array, options: ExpectationOptions) -> Array:
    missing = np.isnan(table)
    patterns = np.unique(missing, axis=0)
    rows = [(missing == pattern).all(axis=1) for pattern in patterns]
    made = np.where(missing, 0.0, table)
    covariance = np.diag(np.maximum((made**2).mean(axis=0), 1e-12))
    for _ in range(options.rounds):
        before, spread = made.copy(), covariance
        mean = made.mean(axis=0)
        uncertain = np.zeros_like(covariance)
        for pattern, at in zip(patterns, rows, strict=True):
            if pattern.any():
                slope, rest = _given_the_others(covariance, pattern)
                made[np.ix_(at, pattern)] = mean[pattern] + (made[np.ix_(at, ~pattern)] - mean[~pattern]) @ slope
                uncertain[np.ix_(pattern, pattern)] += at.sum() * rest
        centred = made - made.mean(axis=0)
        covariance = (centred.T @ centred + uncertain) / len(table)
        covariance += np.diag(options.ridge * np.diag(covariance))
        if max(np.abs(made - before).max(), np.abs(covariance - spread).max()) < options.tolerance:
            return made
    raise MethodError(
        f"rounds: no convergence in {options.rounds} {'round' if options.rounds == 1 else 'rounds'}; allow "
        "more, or increase ridge"
    )


def _given_the_others(covariance: Array, pattern: Array) -> tuple[Array, Array]:
    """How the missing members follow from those that are there, and what stays uncertain of them."""
    known = covariance[np.ix_(~pattern, ~pattern)]
    across = covariance[np.ix_(~pattern, pattern)]
    try:
        slope = np.linalg.solve(known, across)
    except np.linalg.LinAlgError as error:
        raise MethodError("ridge: the members are collinear; set it above 0") from error
    return slope, covariance[np.ix_(pattern, pattern)] - across.T @ slope
