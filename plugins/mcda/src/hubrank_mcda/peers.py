"""Methods of other packages, which take one matrix of units and members at a time."""

import contextlib
import importlib.util
import io
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import attrs
import numpy as np
from attrs import frozen
from hubrank.errors import did_you_mean
from hubrank.plugin import Aggregator, Context, MethodError, Normalisation, Weighting

#: A weight below 0 by so much of the largest is what rounding leaves of 0.
_NOISE = 1e-12


@frozen(kw_only=True, eq=False)
class Problem:
    """The input of another package's method: `(units, members)` without missing values, weights that sum to 1."""

    matrix: np.ndarray
    weights: np.ndarray
    directions: np.ndarray
    names: tuple[str, ...]

    @property
    def bounds(self) -> np.ndarray:
        """The lowest and the highest value of each member, `(members, 2)`."""
        return np.stack([self.matrix.min(axis=0), self.matrix.max(axis=0)], axis=1)


#: A weight for each member; a member's complete values, scaled by its direction.
Weigh = Callable[[Any, Problem], np.ndarray]
Scale = Callable[[np.ndarray, int, Any], np.ndarray]


@frozen
class Method:
    """A class of another package that scores units.

    Attributes:
        name: The name in a scenario after the package's name and a hyphen.
        cls: The class, by its path in the package.
        lowest: The least allowed value; None for any.
        sign: -1 where less is better in its score, which is then given with its sign changed.
        score: Where its result keeps the score, if that has several parts.
    """

    name: str
    cls: str
    options: type
    lowest: float | None = None
    sign: int = 1
    score: str = "score"


_Kind = TypeVar("_Kind", Aggregator, Weighting, Normalisation)

#: A score for each unit.
Score = Callable[[Method, Any, Problem], np.ndarray]


@frozen
class Peer:
    """Another package by its module, with which names of parts begin, its distribution and extra, and what to cite."""

    module: str
    name: str
    reference: str

    def options(self, name: str, base: type, /, **options: tuple[Any, ...]) -> Any:
        """A class of options, each from its type, meaning and default, and the package's name if it differs."""
        body: dict[str, Any] = {"__annotations__": {key: item[0] for key, item in options.items()}}
        for key, (_, _, default, *argument) in options.items():
            body[key] = attrs.field(default=default, metadata={"argument": argument[0] if argument else key})
        meanings = (f"    {key}: {item[1]}" for key, item in options.items())
        body["__doc__"] = "\n".join((f"What a scenario can set by {self.name}.\n\nAttributes:", *meanings))
        body["__attrs_post_init__"] = lambda _: self.check_installed()
        return frozen(kw_only=True)(type(name, (base,), body))

    def check_installed(self) -> None:
        """Reject options where the package is not installed."""
        if importlib.util.find_spec(self.module) is None:
            raise ValueError(f"needs the package {self.name}; install it with: pip install 'hubrank-mcda[{self.name}]'")

    def part(self, kind: type[_Kind], name: str, title: str, options: type, *how: Any, **more: Any) -> _Kind:
        """An aggregator, a weighting or a normalisation.

        Args:
            how: The first argument of the function of `_APPLIED` for this kind, before the core's own.
            more: Further attributes of the record, beside those of all of its kind.
        """
        apply, alike = _APPLIED[kind]
        return kind(
            name=f"{self.module}-{name.replace('_', '-')}",
            title=f"{title}, by {self.name}",
            apply=partial(apply, *how),
            options=options,
            reference=self.reference,
            **alike,
            **more,
        )


@frozen(kw_only=True)
class CostOptions:
    """Options of `copras`, and of every aggregator and weighting of another package.

    Attributes:
        costs: Whether members with direction -1 are costs on their own scale, after normalisation `none`; by
            default all members are benefits.
    """

    costs: bool = False

    def arguments(self, problem: Problem) -> dict[str, Any]:
        """The arguments of the method's constructor: the options that are set, levels in the order of the members.

        Raises:
            MethodError: A member has no level.
        """
        result: dict[str, Any] = {}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if field.name == "costs" or value is None:
                continue
            if isinstance(value, Mapping):
                lacking = [name for name in problem.names if name not in value]
                if lacking:
                    raise MethodError(f"{field.name}: has no level for '{lacking[0]}'{did_you_mean(lacking[0], value)}")
                value = np.array([value[name] for name in problem.names], dtype=float)
            result[field.metadata.get("argument", field.name)] = value
        return result


def as_measured(
    scores: np.ndarray, weights: np.ndarray, context: Context, *, costs: bool, lowest: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The values for a method with benefits and costs, and 1 or -1 for each member; none below `lowest`.

    After normalisation `none` the core passes members of direction -1 with reversed signs, restored here for `costs`.
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


def refuse_gaps(weights: np.ndarray) -> None:
    """Reject weights `(..., units, members)` where a unit lacks a member that others have; one may lack them all."""
    there = weights > 0
    if (~there & there.any(axis=-1, keepdims=True) & there.any(axis=-2, keepdims=True)).any():
        raise MethodError(
            "needs every member of every unit; impute missing values, exclude the units that have any, or choose a "
            "method that takes them, such as arithmetic, topsis or copeland"
        )


def _score_units(
    method: Method, score: Score, scores: np.ndarray, weights: np.ndarray, context: Context, options: Any
) -> np.ndarray:
    """Score every edition and draw: `(..., units)`, missing for units without any member."""
    values, directions = as_measured(scores, weights, context, costs=options.costs, lowest=method.lowest)
    refuse_gaps(weights)
    values, weights = np.broadcast_arrays(values, weights)
    result = np.full(values.shape[:-1], np.nan)
    for index in np.ndindex(values.shape[:-2]):
        there = (weights[index] > 0).any(axis=-1)
        row = weights[index][there]
        if not len(row):
            continue
        if not np.allclose(row, row[:1], rtol=1e-9, atol=0):
            raise MethodError("needs the same weights for all units; choose another weighting")
        members = row[0] > 0
        problem = Problem(
            matrix=values[index][there][:, members].astype(float),
            weights=row[0, members] / row[0, members].sum(),
            directions=directions[members].astype(int),
            names=tuple(context.members[at].name for at in np.flatnonzero(members)),
        )
        result[index][there] = _solve(partial(score, method, options), problem, len(row))
    return result


def _weigh_members(
    weigh: Weigh, lowest: float | None, scores: np.ndarray, context: Context, options: Any
) -> np.ndarray:
    """Weigh the members of every edition and draw by the units that have all of them: `(..., 1, members)`."""
    whole = ~np.isnan(scores).any(axis=-1)
    if (whole.sum(axis=-1) < 2).any():
        raise MethodError("needs at least two complete units; impute first")
    there = np.broadcast_to(whole[..., None], scores.shape).astype(float)
    values, directions = as_measured(np.nan_to_num(scores), there, context, costs=options.costs, lowest=lowest)
    result = np.empty((*scores.shape[:-2], 1, scores.shape[-1]))
    for index in np.ndindex(scores.shape[:-2]):
        problem = Problem(
            matrix=values[index][whole[index]],
            weights=context.weights / context.weights.sum(),
            directions=directions.astype(int),
            names=tuple(member.name for member in context.members),
        )
        weights = _solve(partial(weigh, options), problem, len(problem.names))
        weights = np.where((weights < 0) & (-weights < _NOISE * weights.max()), 0.0, weights)
        low, high = problem.bounds.T
        uneven = (low == high).all() and not np.allclose(weights, weights[0], rtol=0, atol=_NOISE)
        if (weights < 0).any() or uneven:
            raise MethodError("is undefined for some of these values")
        result[(*index, 0)] = weights
    return result


def _solve(solve: Callable[[Problem], np.ndarray], problem: Problem, count: int) -> np.ndarray:
    """This many finite numbers; a failure of a method is an error and never a missing number."""
    result = _called("these values", solve, problem)
    if result.shape != (count,):
        raise MethodError("has no unique solution for these values")
    if not np.isfinite(result).all():
        constant = [name for name, (low, high) in zip(problem.names, problem.bounds, strict=True) if low == high]
        members = f"; {', '.join(constant)}: same value for all units" if constant else ""
        raise MethodError(f"is undefined for some of these values{members}")
    return result


def _scale_members(
    scale: Scale, values: np.ndarray, reference: np.ndarray, context: Context, options: Any
) -> np.ndarray:
    """Scale each member of each edition, or of all editions if `reference` pools them; missing values stay missing."""
    if reference.size != values.size:
        raise MethodError("cannot be applied on another edition's scale; set fitted_on = 'edition' or 'pooled'")
    columns = np.swapaxes(reference, -1, -2)
    result = np.full(columns.shape, np.nan)
    for index in np.ndindex(columns.shape[:-1]):
        member, there = context.members[index[-1]], ~np.isnan(columns[index])
        if not there.any():
            continue
        column = columns[index][there]
        scaled = _called(f"the values of '{member.name}'", scale, column, member.direction, options)
        ends = f"from {column.min():g} to {column.max():g}"
        if not np.isfinite(scaled).all():
            raise MethodError(f"is undefined for some values of '{member.name}', {ends}")
        steps = np.diff(scaled[np.argsort(member.direction * column, kind="stable")])
        if not getattr(options, "turned", False) and (steps < -1e-12 * np.abs(scaled).max()).any():
            raise MethodError(f"reverses the order of '{member.name}', whose values range {ends}")
        result[index][there] = scaled
    return np.swapaxes(result, -1, -2).reshape(values.shape)


def _called(values: str, function: Callable[..., Any], *arguments: Any) -> np.ndarray:
    """The result of another package, without its warnings and prints."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return np.asarray(function(*arguments), dtype=float)
        except (ValueError, ArithmeticError) as error:
            raise MethodError(f"failed for {values}: {error}") from error


#: The function and the shared attributes of each kind.
_APPLIED: Mapping[type, tuple[Callable[..., np.ndarray], Mapping[str, Any]]] = {
    Aggregator: (_score_units, {"monotone": False}),
    Weighting: (_weigh_members, {}),
    # they learn and scale in one
    Normalisation: (_scale_members, {"fit": lambda reference, context, options: reference, "oriented": False}),  # noqa: ARG005
}
