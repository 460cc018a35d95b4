"""Calling methods of other packages, which take one matrix of units and members at a time."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import warnings
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from attrs import frozen
from hubrank import Context, MethodError
from hubrank.errors import did_you_mean

from hubrank_mcda.costs import as_measured

#: A weight below 0 by so much of the largest is what rounding leaves of 0.
_NOISE = 1e-12


@frozen(kw_only=True, eq=False)
class Problem:
    """What a method of another package is handed.

    Attributes:
        matrix: `(units, members)`, without gaps.
        weights: One for each member, summing to 1.
        directions: 1 where more is better, -1 where less is.
        names: The members' names.
    """

    matrix: np.ndarray
    weights: np.ndarray
    directions: np.ndarray
    names: tuple[str, ...]

    @property
    def bounds(self) -> np.ndarray:
        """The lowest and the highest value of each member, `(members, 2)`."""
        return np.stack([self.matrix.min(axis=0), self.matrix.max(axis=0)], axis=1)

    def levels(self, given: Mapping[str, float], key: str) -> np.ndarray:
        """A level for each member, in their order; those of others are not looked at.

        Raises:
            MethodError: A member has none.
        """
        lacking = [name for name in self.names if name not in given]
        if lacking:
            told = f"{key}: has no level for '{lacking[0]}'"
            raise MethodError(told + did_you_mean(lacking[0], given))
        return np.array([given[name] for name in self.names], dtype=float)


def needs(module: str, extra: str) -> None:
    """Refuse a method whose package is not installed.

    Raises:
        ValueError: It is not.
    """
    if importlib.util.find_spec(module) is None:
        command = f"pip install 'hubrank-mcda[{extra}]'"
        raise ValueError(f"needs the package {extra}; install it with: {command}")


def each_matrix(
    solve: Callable[[Problem], np.ndarray],
    scores: np.ndarray,
    weights: np.ndarray,
    context: Context,
    *,
    costs: bool,
    lowest: float | None,
) -> np.ndarray:
    """Score every edition and draw by a method that knows neither.

    Args:
        solve: From a problem to a score for each unit; more is better.
        scores: `(..., units, members)`.
        weights: What broadcasts against them; units without any member are left out.
        context: The members.
        costs: Whether members with direction -1 are costs on their own scale.
        lowest: What no value may be below; none where the method does not mind.

    Returns:
        `(..., units)`; missing for units that are left out.

    Raises:
        MethodError: Some units lack a member that others have, or the method cannot take the values.
    """
    values, directions = as_measured(scores, weights, context, costs=costs, lowest=lowest)
    shape = np.broadcast_shapes(values.shape, weights.shape)
    values, weights = np.broadcast_to(values, shape), np.broadcast_to(weights, shape)
    scored = np.full(shape[:-1], np.nan)
    names = tuple(member.name for member in context.members)
    for index in np.ndindex(shape[:-2]):
        there = (weights[index] > 0).any(axis=-1)
        own = weights[index][there]
        if not len(own):
            continue
        if not np.allclose(own, own[:1], rtol=1e-9, atol=0):
            raise MethodError("cannot handle missing values; impute them, or screen out the units that have any")
        kept = own[0] > 0
        problem = Problem(
            matrix=values[index][there][:, kept].astype(float),
            weights=own[0, kept] / own[0, kept].sum(),
            directions=directions[kept].astype(int),
            names=tuple(name for name, keep in zip(names, kept, strict=True) if keep),
        )
        scored[index][there] = finite(solve, problem, len(own))
    return scored


def each_weights(
    solve: Callable[[Problem], np.ndarray],
    scores: np.ndarray,
    context: Context,
    *,
    costs: bool,
    lowest: float | None,
) -> np.ndarray:
    """Weigh the members of every edition and draw by a method that knows neither.

    Args:
        solve: From a problem to a weight for each member.
        scores: `(..., units, members)`; the method looks at the units that have every member.
        context: The members.
        costs: Whether members with direction -1 are costs on their own scale.
        lowest: What no value may be below; none where the method does not mind.

    Returns:
        `(..., 1, members)`.

    Raises:
        MethodError: Fewer than two units have every member, or the method cannot take the values.
    """
    whole = ~np.isnan(scores).any(axis=-1)
    if (whole.sum(axis=-1) < 2).any():
        raise MethodError("needs at least two complete units; impute first")
    there = np.broadcast_to(whole[..., None], scores.shape).astype(float)
    values, directions = as_measured(np.nan_to_num(scores), there, context, costs=costs, lowest=lowest)
    names = tuple(member.name for member in context.members)
    weights = np.empty((*scores.shape[:-2], 1, scores.shape[-1]))
    for index in np.ndindex(scores.shape[:-2]):
        problem = Problem(
            matrix=values[index][whole[index]],
            weights=context.weights / context.weights.sum(),
            directions=directions.astype(int),
            names=names,
        )
        weights[(*index, 0)] = _weights(solve, problem)
    return weights


def _weights(solve: Callable[[Problem], np.ndarray], problem: Problem) -> np.ndarray:
    """The weights that a method gives; what its rounding leaves below 0 is 0.

    Raises:
        MethodError: It has none for these values: all members are constant, or a weight is below 0.
    """
    found = finite(solve, problem, len(problem.names))
    found = np.where((found < 0) & (-found < _NOISE * found.max()), 0.0, found)
    low, high = problem.bounds.T
    if (found < 0).any() or ((low == high).all() and not np.allclose(found, found[0], rtol=0, atol=_NOISE)):
        raise MethodError("is undefined for some of these values")
    return found


def finite(solve: Callable[[Problem], np.ndarray], problem: Problem, count: int) -> np.ndarray:
    """Call a method that gives so many numbers; whatever it cannot take is an error and never a missing number.

    Raises:
        MethodError: It refused the values, or gave something else than finite numbers.
    """
    with quietly():
        try:
            found = np.asarray(solve(problem), dtype=float)
        except (ValueError, ArithmeticError) as error:
            raise MethodError(f"failed for these values: {error}") from error
    if found.shape != (count,):
        raise MethodError("has no unique solution for these values")
    if not np.isfinite(found).all():
        constant = [name for name, (low, high) in zip(problem.names, problem.bounds, strict=True) if low == high]
        if constant:
            members = ", ".join(constant)
            raise MethodError(f"is undefined for some of these values; {members}: same value for all units")
        raise MethodError("is undefined for some of these values")
    return found


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings and prints of other packages from whoever reads our output."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
