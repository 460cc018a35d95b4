"""Weights: given, pairwise, from data, optimised."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError, library, shorten_list
from hubrank.methods import toolkit
from hubrank.methods.toolkit import Kind, above, at_least, between, complete, correlations, of_complete
from hubrank.numeric import Array, brought_near, odd_weights, shares
from hubrank.plugin.methods import Context, Weighting
from hubrank.plugin.sources import NoOptions

_SWEEPS = 100
#: Saaty's random consistency index for 1, 2, 3 ... members.
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


@frozen(kw_only=True)
class BudgetOptions:
    """Options of `budget`.

    Attributes:
        allocations: One table for each expert with the budget of each member. Budgets of different sizes count equally.
    """

    allocations: tuple[Mapping[str, float], ...] = field()

    def __attrs_post_init__(self) -> None:
        if not self.allocations:
            raise ValueError("allocations: must contain at least one expert; got an empty list")
        for at, item in enumerate(self.allocations):
            _check_points(f"allocations[{at}]", item)


@frozen(kw_only=True)
class SwingOptions:
    """Options of `swing`.

    Attributes:
        points: The value of the swing of a member from its worst to its best; usually 100 for the greatest.
    """

    points: Mapping[str, float]

    def __attrs_post_init__(self) -> None:
        _check_points("points", self.points)


@frozen(kw_only=True)
class OrderOptions:
    """Options of `rank-order`.

    Attributes:
        order: The members, the most important first.
        rule: `centroid` (the mean of all weights in that order), `sum` (n, n-1 ... 1), `reciprocal` (1, 1/2, 1/3 ...).
    """

    order: tuple[str, ...]
    rule: Literal["centroid", "sum", "reciprocal"] = "centroid"


@frozen(kw_only=True)
class AhpOptions:
    """Options of `ahp`.

    Attributes:
        comparisons: How many times as important a member is as another, each pair once:
            `{ quality = { price = 3, speed = 5 }, price = { speed = 2 } }`.
        at_most: The greatest accepted consistency ratio.
    """

    comparisons: Mapping[str, Mapping[str, float]]
    at_most: float = field(default=0.1, validator=above(0))

    def __attrs_post_init__(self) -> None:
        for name, others in self.comparisons.items():
            for other, times in others.items():
                if not times > 0:
                    raise ValueError(f"comparisons: must be above 0; '{name}' to '{other}' is {times:g}")


@frozen(kw_only=True)
class BestWorstOptions:
    """Options of `best-worst`.

    Attributes:
        best: The most important member.
        worst: The least important member.
        best_to_others: How many times as important the best is as each other member.
        others_to_worst: How many times as important each other member is as the worst; the best can be left out.
        at_most: The greatest accepted inconsistency (the objective of the linear model); any by default.
    """

    best: str
    worst: str
    best_to_others: Mapping[str, float]
    others_to_worst: Mapping[str, float]
    at_most: float | None = field(default=None, validator=at_least(0))

    def __attrs_post_init__(self) -> None:
        for key in ("best_to_others", "others_to_worst"):
            for name, times in getattr(self, key).items():
                if times < 1:
                    raise ValueError(f"{key}: must be at least 1; '{name}' has {times:g}")
        between = self.best_to_others.get(self.worst)
        if between is None:
            raise ValueError(f"best_to_others: '{self.worst}', the worst, is missing")
        if self.others_to_worst.get(self.best, between) != between:
            raise ValueError(f"others_to_worst: must have '{self.best}' at {between:g}, as in best_to_others")


@frozen(kw_only=True)
class CriticOptions:
    """Options of `critic`.

    Attributes:
        correlation: `pearson` or `spearman`.
        rescale: Whether scores are first rescaled to the range from 0 to 1, so that their scale has no effect.
    """

    correlation: Kind = "pearson"
    rescale: bool = True


@frozen(kw_only=True)
class PcaOptions:
    """Options of `pca`.

    Attributes:
        take: `squared` loadings of the first component (shares of its variance), `absolute` loadings, or `factors`
            (squared loadings of all kept factors after Kaiser's varimax rotation; each member counts with the factor
            that it loads most on).
        least_eigenvalue: The least eigenvalue of factors that are kept.
        least_share: The least share of the variance explained by factors that are kept.
    """

    take: Literal["squared", "absolute", "factors"] = "squared"
    least_eigenvalue: float = field(default=1.0, validator=at_least(0))
    least_share: float = field(default=0.0, validator=between(0, 1))


@frozen(kw_only=True)
class OptimisedOptions:
    """Options of `correlation-optimised`.

    Attributes:
        targets: By name, the target importance of each member; equal by default.
        aim: `targets`, or `information`: the greatest sum of correlations.
        correlation: `pearson` or `spearman`.
        within: The largest accepted distance of a member's share of the correlations from its target.
    """

    targets: Mapping[str, float] = field(factory=dict)
    aim: Literal["targets", "information"] = "targets"
    correlation: Kind = "pearson"
    within: float = field(default=0.005, validator=above(0))

    def __attrs_post_init__(self) -> None:
        if self.targets and not all(target > 0 for target in self.targets.values()):
            raise ValueError("targets: must be above 0")
        for name, message in odd_weights(self.targets):
            raise ValueError(f"targets.{name}: {message}")


def budget(scores: Array, context: Context, options: BudgetOptions) -> Array:  # noqa: ARG001
    """The mean share of the experts' budgets."""
    spent = np.array([by_member(item, context, "allocations") for item in options.allocations])
    return np.asarray((spent / spent.sum(axis=1, keepdims=True)).mean(axis=0))


def swing(scores: Array, context: Context, options: SwingOptions) -> Array:  # noqa: ARG001
    """The points of a member's swing."""
    points = by_member(options.points, context, "points")
    return np.asarray(points / points.sum())


def rank_order(scores: Array, context: Context, options: OrderOptions) -> Array:  # noqa: ARG001
    """Weights derived from the order of importance alone."""
    check_members(options.order, context, "order")
    number = len(options.order)
    steps = np.arange(1, number + 1)
    by_place = {
        "centroid": np.cumsum(1 / steps[::-1])[::-1] / number,
        "sum": 2 * (number + 1 - steps) / (number * (number + 1)),
        "reciprocal": 1 / steps / (1 / steps).sum(),
    }[options.rule]
    return np.array([by_place[options.order.index(member.name)] for member in context.members])


def by_member(numbers: Mapping[str, float], context: Context, key: str) -> Array:
    """Numbers by name in the order of the members."""
    check_members(numbers, context, key)
    return np.array([numbers[member.name] for member in context.members], dtype=float)


def check_members(names: Iterable[str], context: Context, key: str) -> None:
    """Raise `MethodError` unless the names are exactly those of the members."""
    named, members = list(names), [member.name for member in context.members]
    unknown = [name for name in named if name not in members]
    lacking = [name for name in members if name not in named]
    if unknown:
        raise MethodError(f"{key}: '{unknown[0]}' is not a member; available: {shorten_list(members)}")
    if lacking:
        raise MethodError(f"{key}: '{lacking[0]}' is missing; name all members: {shorten_list(members)}")
    if len(named) > len(members):
        raise MethodError(f"{key}: a member is listed twice; list each once")


def _check_points(key: str, points: Mapping[str, float]) -> None:
    for name, number in points.items():
        if number < 0:
            raise ValueError(f"{key}: must not be negative; '{name}' has {number:g}")
    if not sum(points.values()) > 0:
        raise ValueError(f"{key}: must not all be 0")
    for name, message in odd_weights(points):
        raise ValueError(f"{key}.{name}: {message}")


def ahp(scores: Array, context: Context, options: AhpOptions) -> Array:  # noqa: ARG001
    """The principal eigenvector of the comparisons; rejected if they contradict one another too much."""
    weights, ratio = judged(comparison_matrix(options.comparisons, context))
    if ratio > options.at_most:
        what = f"the consistency ratio is {ratio:.3f}; the limit (at_most) is {options.at_most:g}"
        raise MethodError(f"comparisons: are inconsistent: {what}")
    return weights


def judged(matrix: Array) -> tuple[Array, float]:
    """The principal eigenvector of comparisons `(members, members)`, summing to 1, and their consistency ratio."""
    values, vectors = np.linalg.eig(matrix)
    at = int(np.argmax(values.real))
    weights = np.abs(vectors[:, at].real)
    return np.asarray(weights / weights.sum()), consistency_ratio(float(values[at].real), len(matrix))


def comparison_matrix(comparisons: Mapping[str, Mapping[str, float]], context: Context) -> Array:
    """How many times as important each member is as each other `(members, members)`; a `MethodError` if one lacks."""
    names = [member.name for member in context.members]
    check_members({*comparisons, *(name for others in comparisons.values() for name in others)}, context, "comparisons")
    matrix = np.eye(len(names))
    given = np.eye(len(names), dtype=bool)
    for name, others in comparisons.items():
        for other, times in others.items():
            row, column = names.index(name), names.index(other)
            if given[row, column]:
                raise MethodError(f"comparisons: '{name}' and '{other}' are compared twice; compare each pair once")
            matrix[row, column], matrix[column, row] = times, 1 / times
            given[row, column] = given[column, row] = True
    if not given.all():
        row, column = np.argwhere(~given)[0]
        what = f"'{names[row]}' and '{names[column]}' are not compared; compare every pair"
        raise MethodError(f"comparisons: {what}")
    return matrix


def consistency_ratio(eigenvalue: float, members: int) -> float:
    """Saaty's consistency ratio: (eigenvalue - n) / (n - 1), divided by that of random comparisons."""
    if members < 3:
        return 0.0
    random = RANDOM_INDEX[min(members, len(RANDOM_INDEX)) - 1]
    return max(0.0, (eigenvalue - members) / (members - 1) / random)


def best_worst(scores: Array, context: Context, options: BestWorstOptions) -> Array:  # noqa: ARG001
    """The weights that minimise the largest deviation from the comparisons with the best and the worst."""
    linprog = library("scipy.optimize", "the weighting best-worst").linprog
    to_others = by_member({options.best: 1.0, **options.best_to_others}, context, "best_to_others")
    between = options.best_to_others[options.worst]
    to_worst = by_member(
        {options.worst: 1.0, options.best: between, **options.others_to_worst}, context, "others_to_worst"
    )
    names = [member.name for member in context.members]
    for key in ("best", "worst"):
        if getattr(options, key) not in names:
            check_members([getattr(options, key), *names], context, key)
    number, unit, best, worst = len(names), np.eye(len(names)), names.index(options.best), names.index(options.worst)
    missed = []  # one row per comparison: the deviation of the weights
    for at in range(number):
        missed += [unit[best] - to_others[at] * unit[at]] if at != best else []
        missed += [unit[at] - to_worst[at] * unit[worst]] if at not in (worst, best) else []
    rows = np.array(missed)
    found = linprog(
        c=[0.0] * number + [1.0],
        A_ub=np.vstack([np.hstack([rows, -np.ones((len(rows), 1))]), np.hstack([-rows, -np.ones((len(rows), 1))])]),
        b_ub=np.zeros(2 * len(rows)),
        A_eq=[[1.0] * number + [0.0]],
        b_eq=[1.0],
    )
    solution = np.asarray(found.x)
    if options.at_most is not None and solution[-1] > options.at_most:
        what = f"the inconsistency is {solution[-1]:.3f}; the limit (at_most) is {options.at_most:g}"
        raise MethodError(f"best_to_others: contradicts others_to_worst: {what}")
    return np.asarray(np.maximum(solution[:-1], 0))


def entropy(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """1 less the entropy of the units' shares of a member: members that distinguish units weigh more."""
    toolkit.refuse(scores < 0, context, "below 0", "entropy needs 0 or more; normalise by min-max")
    scores, _ = brought_near(scores, toolkit.UNITS)
    totals = toolkit.total(scores)
    shares = scores / np.where(totals > 0, totals, 1.0)
    surprise = shares * np.log(np.where(shares > 0, shares, 1.0))
    number = toolkit.count(scores)
    chaos = -toolkit.total(surprise) / np.log(np.maximum(number, 2))
    return _shared(np.where(totals > 0, np.maximum(1 - chaos, 0), 0.0), scores)


def standard_deviation(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The standard deviation of the scores."""
    return _shared(toolkit.deviation(scores, 1), scores)


def critic(scores: Array, context: Context, options: CriticOptions) -> Array:  # noqa: ARG001
    """The standard deviation times the conflict with the other members, the sum of 1 less each correlation."""
    spread = scores
    if options.rescale:
        spread = toolkit.share_of_range(scores, toolkit.lowest(scores), toolkit.highest(scores))
    conflict = (1 - correlations(scores, options.correlation)).sum(axis=-1)
    conflict = np.where(conflict > toolkit.TINY * scores.shape[-1] * 100, conflict, 0.0)
    return _shared(toolkit.deviation(spread, 1) * conflict[..., None, :], scores)


def _shared(information: Array, scores: Array) -> Array:
    """Shares of the sum, 0 for a member that is the same for all units; an error if all are.

    A single member gets all the weight.
    """
    if scores.shape[-1] == 1:
        return np.ones((*scores.shape[:-2], 1, 1))
    differs = toolkit.lowest(scores) < toolkit.highest(scores)
    known, _ = brought_near(np.where(differs & ~np.isnan(information), information, 0.0), -1)
    whole = known.sum(axis=-1, keepdims=True)
    if (whole <= 0).any():
        raise MethodError("no member differs between units, so the weights are undefined; use fixed or equal weights")
    return np.asarray(known / whole)


def pca(scores: Array, context: Context, options: PcaOptions) -> Array:  # noqa: ARG001
    """Loadings of the members on the principal components of their correlations; a single member gets all weight."""
    if scores.shape[-1] == 1:
        return np.ones((*scores.shape[:-2], 1, 1))
    there = (~np.isnan(complete(scores)).any(axis=-1)).sum(axis=-1)
    if (there < 3).any():
        raise MethodError(f"principal components need 3 units with all members; got {int(there.min()):,}")
    values, vectors = np.linalg.eigh(of_complete(scores))
    if options.take == "factors":
        flat = zip(values.reshape(-1, values.shape[-1]), vectors.reshape(-1, *vectors.shape[-2:]), strict=True)
        weights = np.array([_of_factors(*item, options) for item in flat]).reshape(values.shape)
    else:
        if (values[..., -1] - values[..., -2] < 1e-9).any():
            raise MethodError("the first two components explain the same share; choose another weighting")
        first = np.abs(vectors[..., -1])
        weights = shares(first**2 if options.take == "squared" else first)
    return np.asarray(weights[..., None, :])


def _of_factors(values: Array, vectors: Array, options: PcaOptions) -> Array:
    """Nicoletti's rule for one set of components: a member's largest squared loading.

    It is the member's share of its factor, times the share of all factors' variance that this one explains.
    """
    kept = (values >= options.least_eigenvalue - 1e-9) & (values / values.sum() >= options.least_share)
    kept[-1] = True
    return np.asarray(shares((varimax(vectors[:, kept] * np.sqrt(values[kept])) ** 2).max(axis=1)))


def varimax(loadings: Array) -> Array:
    """Rotate factors, two at a time, so that each member loads on few; members count equally, whatever their loadings.

    Kaiser (1958), The varimax criterion for analytic rotation in factor analysis, Psychometrika 23.
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = loadings / np.where(length > 0, length, 1.0)
    pairs = list(itertools.combinations(range(loadings.shape[1]), 2))
    for _ in range(_SWEEPS):
        angles = [_turn(turned, *pair) for pair in pairs]
        if max((abs(angle) for angle in angles), default=0) < 1e-12:
            break
    return np.asarray(turned * length)


def _turn(loadings: Array, first: int, second: int) -> float:
    """Rotate two factors, in place, by the best angle; return the angle."""
    one, other = loadings[:, first], loadings[:, second]
    difference, product = one**2 - other**2, 2 * one * other
    members = len(loadings)
    sine = 2 * (members * (difference @ product) - difference.sum() * product.sum())
    cosine = members * (difference @ difference - product @ product) - difference.sum() ** 2 + product.sum() ** 2
    angle = float(np.arctan2(sine, cosine)) / 4
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    loadings[:, [first, second]] = loadings[:, [first, second]] @ rotation
    return angle


def correlation_optimised(scores: Array, context: Context, options: OptimisedOptions) -> Array:
    """Weights, 0 or more, for which the weighted arithmetic mean has the target correlations with its members.

    Only units that have all members count. Each edition, and each draw, is solved separately.

    Raises:
        MethodError: No weights meet the targets `within` the tolerance.
    """
    number = len(context.members)
    targets = by_member(options.targets, context, "targets") if options.targets else np.ones(number)
    targets = targets / targets.sum()
    whole = complete(scores)
    flat = whole.reshape(-1, *whole.shape[-2:])
    weights = [_solved(item[~np.isnan(item[:, 0])], targets, options) for item in flat]
    return np.array(weights).reshape(*scores.shape[:-2], 1, number)


def importance(scores: Array, weights: Array, kind: Kind) -> Array:
    """The correlation of each member of `(units, members)` with the weighted mean."""
    together = np.column_stack([scores, scores @ weights])[None]
    return correlations(together, kind)[0, -1, :-1]


#: What solves for weights.
_OPTIMISED = "the weighting optimised"


def _solved(scores: Array, targets: Array, options: OptimisedOptions) -> Array:
    """The weights for the `(units, members)` of one edition."""
    if len(scores) < 3:
        raise MethodError(f"correlations need 3 units with all members; got {len(scores):,}")
    spread = toolkit.deviation(scores[None])[0, 0]
    if not (spread > 0).all():
        raise MethodError("a member is the same for all units, so it has no correlations; remove it")
    informative = 1 / spread / (1 / spread).sum()
    start = informative if options.aim == "information" else _nearest(np.cov(scores.T), spread, targets)
    weights = start if options.correlation == "pearson" else _polished(scores, start, targets, options)
    found = importance(scores, weights, options.correlation)
    missed = np.abs(found / found.sum() - targets).max()
    if options.aim == "targets" and missed > options.within:
        raise MethodError(
            f"targets: cannot be met with weights of 0 or more: the nearest weights miss one by {missed:.3f}; within "
            f"allows {options.within:g}; change the targets or within"
        )
    return weights


def _nearest(covariance: Array, spread: Array, targets: Array) -> Array:
    """The weights whose correlations' shares are nearest to the targets.

    The correlations are proportional to `covariance @ weights / spread`. On the plane where these sum to 1, enforced by
    a row with a large weight, the distance from the targets is a least-squares problem with weights of 0 or more.
    """
    nnls = library("scipy.optimize", _OPTIMISED).nnls
    rows = covariance / spread[:, None]
    scale = np.abs(rows).max()
    heavy = 1e4 * rows.sum(axis=0, keepdims=True)
    weights = nnls(np.vstack([rows, heavy]) / scale, np.append(targets, 1e4))[0]
    if not weights.sum() > 0:
        raise MethodError("no weights meet the targets, since members are negatively correlated; check directions")
    return np.asarray(weights / weights.sum())


def _polished(scores: Array, start: Array, targets: Array, options: OptimisedOptions) -> Array:
    """The weights of the best rank correlations near a start; these change in steps, so derivatives do not help."""
    minimize = library("scipy.optimize", _OPTIMISED).minimize

    def shares(point: Array) -> Array:
        return np.asarray(np.abs(point) / np.abs(point).sum())

    def loss(point: Array) -> float:
        found = importance(scores, shares(point), options.correlation)
        if options.aim == "information":
            return -float(found.sum())
        return float(((found / found.sum() - targets) ** 2).sum())

    found = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-12, "maxiter": 5000})
    return shares(found.x)


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"
_DIAKOULAKI = "Diakoulaki, Mavrotas and Papayannakis, Determining objective weights (1995)"


_method = functools.partial(Weighting, options=NoOptions, reference=_SOURCE)

WEIGHTINGS: tuple[Weighting, ...] = (
    _method(name="fixed", apply=lambda _, context, __: context.weights, title="the scenario's own weights"),
    _method(name="equal", apply=lambda _, context, __: np.ones(len(context.members)), title="equal for all members"),
    _method(
        name="equal-by-indicator",
        apply=lambda _, context, __: np.array([member.leaves for member in context.members], dtype=float),
        title="the number of indicators in a member",
    ),
    _method(name="budget", apply=budget, title="the mean of the experts' budget allocations", options=BudgetOptions),
    _method(
        name="swing",
        apply=swing,
        title="points for the swing from worst to best",
        reference="von Winterfeldt and Edwards, Decision Analysis and Behavioral Research (1986)",
        options=SwingOptions,
    ),
    _method(
        name="rank-order",
        apply=rank_order,
        title="from the order of importance alone",
        reference="Barron and Barrett, Decision quality using ranked attribute weights (1996)",
        options=OrderOptions,
    ),
    _method(
        name="ahp",
        apply=ahp,
        title="the principal eigenvector of pairwise comparisons",
        reference="Saaty, The Analytic Hierarchy Process (1980)",
        options=AhpOptions,
    ),
    _method(
        name="best-worst",
        apply=best_worst,
        title="from comparisons with the best and the worst member",
        reference="Rezaei, Best-worst multi-criteria decision-making method: a linear model (2016)",
        options=BestWorstOptions,
    ),
    _method(
        name="entropy",
        apply=entropy,
        title="1 minus the entropy of a member's shares",
        reference="Zeleny, Multiple Criteria Decision Making (1982)",
        data_driven=True,
    ),
    _method(
        name="standard-deviation",
        apply=standard_deviation,
        title="the standard deviation of the scores",
        reference=_DIAKOULAKI,
        data_driven=True,
    ),
    _method(
        name="critic",
        apply=critic,
        title="spread times conflict with the other members",
        reference=_DIAKOULAKI,
        options=CriticOptions,
        data_driven=True,
    ),
    _method(
        name="pca",
        apply=pca,
        title="loadings on principal components",
        reference="Nicoletti, Scarpetta and Boylaud, Summary indicators of product market regulation (2000)",
        options=PcaOptions,
        data_driven=True,
    ),
    _method(
        name="correlation-optimised",
        apply=correlation_optimised,
        title="weights that give each member its target share of the correlations with the score",
        reference="Becker, Saisana, Paruolo and Vandecasteele, Weights and importance in composite indicators (2017)",
        options=OptimisedOptions,
        data_driven=True,
    ),
)
