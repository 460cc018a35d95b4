"""Imputation that learns from all members of a unit: neighbours, regression, expectation maximisation."""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy as np
from attrs import field, frozen
from hubrank.methods import above, at_least, same_dimension, toolkit
from hubrank.plugin import Array, Context, MethodError

Level = int | Literal["all"]


def fill_tables(values: Array, context: Context, level: Level, fill: Callable[[Array], Any]) -> Array:
    """Fill in missing values of every draw, edition and group of members by a function of standard `(units, members)`.

    Missing units, or members of a group without any value, stay missing.
    """
    middle = toolkit.mean(values)
    spread = toolkit.deviation(values, 0)
    scale = np.where(spread > 0, spread, 1.0)
    standard = (values - middle) / scale
    result = values.copy()
    for index in np.ndindex(values.shape[:-2]):
        for members in same_dimension(context, level):
            table = standard[index][:, members]
            there = ~np.isnan(table)
            inner = np.ix_(there.any(axis=1), there.any(axis=0))
            if not there[inner].all():
                filled = table.copy()
                filled[inner] = fill(table[inner])
                filled = filled * scale[index][:, members] + middle[index][:, members]
                result[index][:, members] = np.where(there, values[index][:, members], filled)
    return result


def _chained(table: Array, **settings: Any) -> Any:
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # lets the next line import it
    from sklearn.impute import IterativeImputer

    return IterativeImputer(**settings).fit_transform(table)


@frozen(kw_only=True)
class RegressionOptions:
    """Options of `regression`.

    Attributes:
        rounds: How often all members are gone through at most.
        tolerance: The change of a round, in standard deviations, at which it ends.
        level: Which members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    rounds: int = field(default=100, validator=at_least(1))
    tolerance: float = field(default=1e-3, validator=above(0))
    level: Level = "all"


def regression(values: Array, context: Context, options: RegressionOptions) -> Array:
    """The prediction of a ridge regression on the other members, until it settles.

    Raises:
        MethodError: It does not settle in the rounds that are allowed.
    """
    from sklearn.exceptions import ConvergenceWarning

    fill = partial(_chained, max_iter=options.rounds, tol=options.tolerance)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            return fill_tables(values, context, options.level, fill)
        except ConvergenceWarning as error:
            raise MethodError(
                f"rounds: the regressions did not converge in {options.rounds} "
                f"{'round' if options.rounds == 1 else 'rounds'}; allow more, raise tolerance, or use "
                "fewer members (level = 1)"
            ) from error


@frozen(kw_only=True)
class MultipleOptions:
    """Options of `multiple`.

    Attributes:
        rounds: How often all members are gone through.
        level: Which members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    rounds: int = field(default=10, validator=at_least(1))
    level: Level = "all"


def multiple(values: Array, context: Context, options: MultipleOptions) -> Array:
    """A draw from the predictive distribution of the same regressions; another one each time."""

    def fill(table: Array) -> Any:
        seed = int(context.rng.integers(2**31))
        return _chained(table, max_iter=options.rounds, sample_posterior=True, random_state=seed)

    return fill_tables(values, context, options.level, fill)


@frozen(kw_only=True)
class ExpectationOptions:
    """Options of `expectation-maximisation`.

    Attributes:
        ridge: Added to each variance in every round, as a share of it, so that few units do not feign certainty; 0 is
            the plain maximum of the likelihood, and an error if members are collinear.
        rounds: The most rounds.
        tolerance: The change of a round, in standard deviations, at which it stops.
        level: The members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    ridge: float = field(default=0.0, validator=at_least(0))
    rounds: int = field(default=1000, validator=at_least(1))
    tolerance: float = field(default=1e-6, validator=above(0))
    level: Level = "all"


#: An eigenvalue below this, of standardised members, leaves the maximum of the likelihood open.
_SINGULAR = 1e-6
_COLLINEAR = (
    "ridge: members that units have are collinear, or more than the units allow; set it above 0, such as 0.01, or use "
    "fewer members (level = 1)"
)


def expectation_maximisation(values: Array, context: Context, options: ExpectationOptions) -> Array:
    """The expected value of each missing value, given the unit's other values.

    Raises:
        MethodError: The members are fully dependent, or it does not converge in the rounds allowed.
    """
    return fill_tables(values, context, options.level, partial(_expected, options))


def _expected(options: ExpectationOptions, table: Array) -> Array:
    missing = np.isnan(table)
    patterns = np.unique(missing, axis=0)
    rows = [(missing == pattern).all(axis=1) for pattern in patterns]
    filled = np.where(missing, 0.0, table)
    covariance = np.diag(np.maximum((filled**2).mean(axis=0), 1e-12))
    for _ in range(options.rounds):
        before, spread = filled.copy(), covariance
        mean = filled.mean(axis=0)
        uncertain = np.zeros_like(covariance)
        for pattern, at in zip(patterns, rows, strict=True):
            if pattern.any():
                across = covariance[np.ix_(~pattern, pattern)]
                try:
                    slope = np.linalg.solve(covariance[np.ix_(~pattern, ~pattern)], across)
                except np.linalg.LinAlgError as error:
                    raise MethodError(_COLLINEAR) from error
                filled[np.ix_(at, pattern)] = mean[pattern] + (filled[np.ix_(at, ~pattern)] - mean[~pattern]) @ slope
                rest = covariance[np.ix_(pattern, pattern)] - across.T @ slope
                uncertain[np.ix_(pattern, pattern)] += at.sum() * rest
        centred = filled - filled.mean(axis=0)
        covariance = (centred.T @ centred + uncertain) / len(table)
        covariance += np.diag(options.ridge * np.diag(covariance))
        if max(np.abs(filled - before).max(), np.abs(covariance - spread).max()) < options.tolerance:
            known = [covariance[np.ix_(~pattern, ~pattern)] for pattern in patterns if pattern.any()]
            if min(np.linalg.eigvalsh(item)[0] for item in known) < _SINGULAR:
                raise MethodError(_COLLINEAR)
            return filled
    raise MethodError(
        f"rounds: no convergence in {options.rounds} {'round' if options.rounds == 1 else 'rounds'}; allow "
        "more, or increase ridge"
    )


@frozen(kw_only=True)
class NeighboursOptions:
    """Options of `nearest-neighbours`.

    Attributes:
        neighbours: The number of units with a value that are averaged.
        weighted: Whether nearer units count more: `uniform` or by `distance`.
        level: The members that define the distance: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    neighbours: int = field(default=5, validator=at_least(1))
    weighted: Literal["uniform", "distance"] = "uniform"
    level: Level = "all"


def nearest_neighbours(values: Array, context: Context, options: NeighboursOptions) -> Array:
    """The mean of the most similar units; distances are over the standardised members that both have."""
    from sklearn.impute import KNNImputer

    imputer = KNNImputer(n_neighbors=options.neighbours, weights=options.weighted)
    return fill_tables(values, context, options.level, imputer.fit_transform)
