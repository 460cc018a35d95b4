"""Regression of each member on the others in turn, by scikit-learn."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from hubrank import MethodError
from hubrank.methods import above, at_least

from hubrank_mcda.imputation.tables import Level, fill_tables

if TYPE_CHECKING:
    from hubrank import Array, Context


@frozen(kw_only=True)
class RegressionOptions:
    """What a scenario can set of `regression`.

    Attributes:
        rounds: How often all members are gone through at most.
        tolerance: The change of a round, in standard deviations, at which it ends.
        level: Which members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    rounds: int = field(default=100, validator=at_least(1))
    tolerance: float = field(default=1e-3, validator=above(0))
    level: Level = "all"


@frozen(kw_only=True)
class MultipleOptions:
    """What a scenario can set of `multiple`.

    Attributes:
        rounds: How often all members are gone through.
        level: Which members it learns from: 1 those of the same dimension, 2 of the one above, or `all`.
    """

    rounds: int = field(default=10, validator=at_least(1))
    level: Level = "all"


def regression(values: Array, context: Context, options: RegressionOptions) -> Array:
    """The prediction of a ridge regression on the other members, until it settles.

    Raises:
        MethodError: It does not settle in the rounds that are allowed.
    """

    def fill(table: Array) -> Array:
        from sklearn.exceptions import ConvergenceWarning

        imputer = _chained(max_iter=options.rounds, tol=options.tolerance)
        with warnings.catch_warnings():
            warnings.simplefilter("error", ConvergenceWarning)
            try:
                return np.asarray(imputer.fit_transform(table))
            except ConvergenceWarning as error:
                raise MethodError(
                    f"rounds: the regressions did not converge in {options.rounds} "
                    f"{'round' if options.rounds == 1 else 'rounds'}; allow more, raise tolerance, or use "
                    "fewer members (level = 1)"
                ) from error

    return fill_tables(values, context, options.level, fill)


def multiple(values: Array, context: Context, options: MultipleOptions) -> Array:
    """A draw from the predictive distribution of the same regressions; another one each time."""

    def fill(table: Array) -> Array:
        seed = int(context.rng.integers(2**31))
        imputer = _chained(max_iter=options.rounds, sample_posterior=True, random_state=seed)
        return np.asarray(imputer.fit_transform(table))

    return fill_tables(values, context, options.level, fill)


def _chained(**settings: Any) -> Any:
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401  # lets the next line import it
    from sklearn.impute import IterativeImputer

    return IterativeImputer(**settings)
