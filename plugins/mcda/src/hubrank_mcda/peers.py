"""Methods of other packages as parts of hubrank: costs, factors and missing scores as they want them."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import warnings
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from attrs import field, frozen
from hubrank import Context, MethodError
from hubrank.errors import did_you_mean


def as_measured(
    scores: np.ndarray, weights: np.ndarray, context: Context, *, costs: bool, lowest: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The values as a method with benefits and costs wants them.

    After normalisation `none` the core hands over members with direction -1 with their sign changed; this changes
    it back.

    Args:
        scores: `(..., units, members)`, more is better.
        weights: What broadcasts against them; 0 where a member is not there.
        context: The members.
        costs: Whether members with direction -1 are handed over as costs; if not, all are benefits.
        lowest: What no value may be below; none where the method does not mind.

    Returns:
        The values, and 1 or -1 for each member.

    Raises:
        MethodError: Values are lower than the method can take.
    """
    directions = context.directions if costs else np.ones(scores.shape[-1])
    values = scores * directions if (directions < 0).any() else scores
    for at, member in enumerate(context.members):
        there = np.broadcast_to(weights[..., at] > 0, np.broadcast_shapes(values.shape[:-1], weights.shape[:-1]))
        least = np.broadcast_to(values[..., at], there.shape).min(where=there, initial=np.inf)
        if directions[at] < 0 and least < 0:
            raise MethodError(
                f"costs = true needs values as measured, but the cost '{member.name}' has {least:g}; use it "
                "with normalisation 'none' and values of at least 0"
            )
        if lowest is not None and least < lowest:
            instead = "set costs = true" if member.direction < 0 and not costs else "normalise to a range above it"
            raise MethodError(
                f"'{member.name}' has {least:g}, but the method needs values of at least {lowest:g}; {instead}"
            )
    return values, directions


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


def ideals(scores: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst score of each member among the units that have it.

    Args:
        scores: `(..., editions, units, members)`.
        weights: What broadcasts against them.

    Returns:
        Two arrays `(..., editions, 1, members)`; both 0 where no unit has the member.
    """
    if weights.shape[-2] == 1:
        return scores.max(axis=-2, keepdims=True), scores.min(axis=-2, keepdims=True)
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores, there = np.broadcast_to(scores, shape), np.broadcast_to(weights > 0, shape)
    best = np.max(scores, axis=-2, keepdims=True, where=there, initial=-np.inf)
    worst = np.min(scores, axis=-2, keepdims=True, where=there, initial=np.inf)
    nobody = ~there.any(axis=-2, keepdims=True)
    return np.where(nobody, 0.0, best), np.where(nobody, 0.0, worst)


def weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sum over members; one matrix product where all units share their weights.

    Args:
        values: `(..., editions, units, members)`.
        weights: What broadcasts against them.

    Returns:
        `(..., editions, units)`.
    """
    if weights.shape[-2] != 1:
        return np.einsum("...m,...m->...", values, weights)
    if values.ndim == 3 and weights.ndim > 3:
        draws = np.moveaxis(weights[..., 0, :].reshape(-1, weights.shape[-3], weights.shape[-1]), 0, 1)
        sums = np.moveaxis(draws @ np.swapaxes(values, -1, -2), 0, 1)
        return sums.reshape(*weights.shape[:-3], *sums.shape[-2:])
    return (weights @ np.swapaxes(values, -1, -2))[..., 0, :]


def counted(weights: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Which units have a member at all: truth values of the shape `(..., editions, units)`."""
    return np.broadcast_to((weights > 0).any(axis=-1), shape)


def stretched(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Values of units from 0 (the lowest that counts) to 1 (the highest); 0 where all are the same."""
    low = np.min(values, axis=-1, keepdims=True, where=there, initial=np.inf)
    span = np.max(values, axis=-1, keepdims=True, where=there, initial=-np.inf) - low
    return np.divide(values - low, span, out=np.zeros_like(values), where=span > 0)


#: Eigenvalues nearer than this, or below it, are not told apart, or count as 0.
SMALL = 1e-9
TURNS = 1000


@frozen(kw_only=True)
class FactorOptions:
    """What a scenario can set of `factor`.

    Attributes:
        components: How many principal components are kept and rotated by varimax; all by default. One is not
            rotated, and its scores have standard deviation 1.
        tolerance: The relative gain at which the rotation ends.
    """

    components: int | None = field(default=None)
    tolerance: float = field(default=1e-5)

    @components.validator
    def _some(self, _: object, value: int | None) -> None:
        if value is not None and value < 1:
            raise ValueError(f"components: must be at least 1; got {value}")


def factor(scores: np.ndarray, weights: np.ndarray, context: Context, options: FactorOptions) -> np.ndarray:
    """The scores on principal components, each weighted by the share of the variance that it explains.

    Components point to where most members are better. The members' own weights play no part, but for a weight of
    0: that member is not there.

    Raises:
        MethodError: A unit lacks a member that others have, a member is the same for all units, or the components
            cannot be told apart.

    Source: Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226.
    """
    shape = np.broadcast_shapes(scores.shape, weights.shape)
    scores, weights = np.broadcast_to(scores, shape), np.broadcast_to(weights, shape)
    made = np.full(shape[:-1], np.nan)
    for index in np.ndindex(shape[:-2]):
        there = weights[index] > 0
        units, members = there.any(axis=1), there.any(axis=0)
        if not units.any():
            continue
        if not there[np.ix_(units, members)].all():
            raise MethodError("factor scores need every member of every unit; impute, or screen units")
        names = [member.name for member, has in zip(context.members, members, strict=True) if has]
        made[index][units] = _scored(scores[index][np.ix_(units, members)], names, options)
    return made


def _scored(values: np.ndarray, names: list[str], options: FactorOptions) -> np.ndarray:
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(len(names))
    for name, each in zip(names, deviation, strict=True):
        if each <= 0:
            raise MethodError(f"'{name}' has the same value for all units; leave it out")
    standard = (values - values.mean(axis=0)) / deviation
    loadings, eigenvalues = _components(standard, options)
    if loadings.shape[1] == 1:
        return standard @ (loadings[:, 0] / eigenvalues[0])
    turn = varimax(loadings, options.tolerance)
    turned = loadings @ turn
    signs = np.where(turned.sum(axis=0) < 0, -1, 1)
    explained = (turned**2).sum(axis=0) / len(names)
    return standard @ (loadings / eigenvalues) @ turn @ (signs * explained)


def _components(standard: np.ndarray, options: FactorOptions) -> tuple[np.ndarray, np.ndarray]:
    """The loadings of the kept components, each pointing to where most members are better, and their eigenvalues."""
    values, vectors = np.linalg.eigh(standard.T @ standard / (len(standard) - 1))
    values, vectors = values[::-1], vectors[:, ::-1]
    there = int((values > SMALL).sum())
    kept = there if options.components is None else min(options.components, there)
    if (-np.diff(values[: min(kept + 1, there)]) < SMALL).any():
        raise MethodError("two components explain the same variance, so factor scores are not unique")
    loadings = vectors[:, :kept] * np.sqrt(values[:kept])
    return loadings * np.where(loadings.sum(axis=0) < 0, -1, 1), values[:kept]


def varimax(loadings: np.ndarray, tolerance: float) -> np.ndarray:
    """The rotation under which each member loads on few components; members count alike (Kaiser).

    Args:
        loadings: `(members, components)`.
        tolerance: The relative gain at which it ends.

    Returns:
        `(components, components)`, orthogonal.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    scaled = np.divide(loadings, length, out=np.zeros_like(loadings), where=length > 0)
    turn, reached = np.eye(loadings.shape[1]), 0.0
    for _ in range(TURNS):
        turned = scaled @ turn
        slope = scaled.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, singular, right = np.linalg.svd(slope)
        turn, before, reached = left @ right, reached, singular.sum()
        if reached < before * (1 + tolerance):
            return turn
    raise MethodError(f"the rotation did not converge in {TURNS} iterations; raise tolerance, which is {tolerance:g}")
