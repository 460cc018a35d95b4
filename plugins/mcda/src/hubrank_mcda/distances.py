"""Scores in which members make up for one another: distances to an ideal, proportions and factor scores."""

import numpy as np
from attrs import field, frozen
from hubrank.methods import NOISE, at_least, between
from hubrank.methods.ranks import merge_ties
from hubrank.plugin import Context, MethodError, NoOptions

from hubrank_mcda.peers import CostOptions, as_measured, refuse_gaps

#: Eigenvalues closer than this, or below it, are not distinguished, or count as 0.
SMALL = 1e-9
TURNS = 1000


@frozen(kw_only=True)
class VikorOptions:
    """Options of `vikor`.

    Attributes:
        v: Weight of the utility of the group, from 0 to 1; the rest is that of the largest regret.
    """

    v: float = field(default=0.5, validator=between(0, 1))


@frozen(kw_only=True)
class SpotisOptions:
    """Options of `spotis`.

    Attributes:
        low: The worst possible score of every member; by default the worst that is there.
        high: The best possible score of every member; by default the best that is there.
    """

    low: float | None = None
    high: float | None = None

    def __attrs_post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"high: must be above low, which is {self.low:g}; got {self.high:g}")


@frozen(kw_only=True)
class FactorOptions:
    """Options of `factor`.

    Attributes:
        components: How many principal components are kept and rotated by varimax; all by default. One is not
            rotated, and its scores have standard deviation 1.
        tolerance: The relative gain at which the rotation ends; the default is R's, less comes nearer to the maximum.
    """

    components: int | None = field(default=None, validator=at_least(1))
    tolerance: float = 1e-5


def topsis(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """Closeness to the best and distance from the worst: `far / (near + far)`, from 0 to 1.

    Both distances are Euclidean, of weighted scores. Where all units are the same, all have 0.5.

    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making.
    """
    best, worst = _ideals(scores, weights)
    near = np.sqrt(weighted((scores - best) ** 2, weights**2))
    far = np.sqrt(weighted((scores - worst) ** 2, weights**2))
    return np.divide(far, near + far, out=np.full_like(far, 0.5), where=near + far > 0)


def vikor(scores: np.ndarray, weights: np.ndarray, context: Context, options: VikorOptions) -> np.ndarray:  # noqa: ARG001
    """The compromise between total and largest regret (VIKOR): `1 - Q`, from 0 to 1.

    A member's regret is the distance to the best as a share of the range; 0 if all units are the same. The largest
    is that of weights as shares of the heaviest that a unit has, so that a weight redistributed enlarges no regret.

    Source: Opricovic and Tzeng (2004), European Journal of Operational Research 156.
    """
    best, worst = _ideals(scores, weights)
    regrets = ratio(best - scores, best - worst)
    utility = weighted(regrets, weights)
    largest = np.zeros_like(utility)
    for member in range(scores.shape[-1]):
        np.maximum(largest, weights[..., member] * regrets[..., member], out=largest)
    heaviest = weights.max(axis=-1)
    lightest = np.min(heaviest, axis=-1, keepdims=True, where=heaviest > 0, initial=np.inf)
    largest = largest * ratio(lightest, heaviest)  # by 1 where all units share their weights
    there = np.broadcast_to((weights > 0).any(axis=-1), utility.shape)

    def stretch(values: np.ndarray) -> np.ndarray:
        """From 0 (the lowest that counts) to 1 (the highest); 0 if all are the same except the noise of sums."""
        values = merge_ties(values[..., None], NOISE)[..., 0]
        low = np.min(values, axis=-1, keepdims=True, where=there, initial=np.inf)
        return ratio(values - low, np.max(values, axis=-1, keepdims=True, where=there, initial=-np.inf) - low)

    return _settled(1 - options.v * stretch(utility) - (1 - options.v) * stretch(largest))


def spotis(scores: np.ndarray, weights: np.ndarray, context: Context, options: SpotisOptions) -> np.ndarray:
    """One less the weighted distance to the best, each as a share of the bounds.

    With bounds set, a unit's score depends on no other unit, so that none reverses two others.

    Raises:
        MethodError: A score lies outside the bounds.

    Source: Dezert, Tchamova, Han and Tacnet (2020), The SPOTIS rank reversal free method.
    """
    best, worst = _ideals(scores, weights)
    for at, member in enumerate(context.members):
        highest, lowest = best[..., at].max(), worst[..., at].min()
        if options.high is not None and highest > options.high:
            raise MethodError(f"'{member.name}' reaches {highest:g}, which is above the bound high = {options.high:g}")
        if options.low is not None and lowest < options.low:
            raise MethodError(f"'{member.name}' reaches {lowest:g}, which is below the bound low = {options.low:g}")
    high = best if options.high is None else np.full_like(best, options.high)
    low = worst if options.low is None else np.full_like(worst, options.low)
    return _settled(1 - weighted(ratio(high - scores, high - low), weights))


def _settled(nearness: np.ndarray) -> np.ndarray:
    """One less a distance; 0, and not the last digit of a sum, where that is one."""
    return np.where(np.abs(nearness) <= NOISE, 0.0, nearness)


def wroclaw(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """One less the distance to the best unit, as a share of the mean distance and two standard deviations.

    The distance is Euclidean, of scores on one scale; the standard deviation divides by the number of units less 1.

    Source: Hellwig (1968); Mazziotta and Pareto (2013), as the taxonomic method of Wroclaw.
    """
    best, _ = _ideals(scores, weights)
    distance = np.sqrt(weighted((scores - best) ** 2, weights))
    there = np.broadcast_to((weights > 0).any(axis=-1), distance.shape)
    count = there.sum(axis=-1, keepdims=True)
    mean = np.sum(distance, axis=-1, keepdims=True, where=there) / np.maximum(count, 1)
    squares = np.sum((distance - mean) ** 2, axis=-1, keepdims=True, where=there)
    limit = mean + 2 * np.sqrt(squares / np.maximum(count - 1, 1))
    return _settled(1 - ratio(distance, limit))


def copras(scores: np.ndarray, weights: np.ndarray, context: Context, options: CostOptions) -> np.ndarray:
    """The benefits of a unit and what its costs leave, in percent of the best unit.

    Each member is divided by its sum. A unit has the sum of its benefits, and shares out the sum of all costs in
    inverse proportion to its own.

    Raises:
        MethodError: A value is below 0, a unit lacks a member that others have, or its costs are all 0.

    Source: Zavadskas, Kaklauskas and Sarka (1994); the form with inverse costs, so that dearer is worse.
    """
    values, directions = as_measured(scores, weights, context, costs=options.costs, lowest=0)
    refuse_gaps(weights)
    there = np.ones(values.shape, dtype=bool)
    if weights.shape[-2] != 1:
        values, there = np.broadcast_arrays(values, weights > 0)
    parts = ratio(values, np.sum(values, axis=-2, keepdims=True, where=there))
    worth = weighted(parts, weights * (directions > 0))
    if (directions < 0).any():
        cost = weighted(parts, weights * (directions < 0))
        there = np.broadcast_to(there.any(axis=-1), cost.shape)
        if (there & (cost <= 0)).any():
            raise MethodError("a unit's costs are all 0 and cannot be divided by; exclude zeros, or shift them")
        inverse = np.divide(1.0, cost, out=np.zeros_like(cost), where=there)
        total = np.sum(cost, axis=-1, keepdims=True, where=there)
        worth = worth + total * inverse / np.sum(inverse, axis=-1, keepdims=True)
    return 100 * ratio(worth, np.max(worth, axis=-1, keepdims=True))


def weighted_product(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """The product of the scores, each to the power of its weight; 0 if one with a weight is 0.

    Raises:
        MethodError: A score is below 0.

    Source: Bridgman (1922), Dimensional Analysis; Miller and Starr (1969).
    """
    as_measured(scores, weights, context, costs=False, lowest=0)
    product = np.ones(np.broadcast_shapes(scores.shape, weights.shape)[:-1])
    for member in range(scores.shape[-1]):
        product = product * scores[..., member] ** weights[..., member]
    return product


def factor(scores: np.ndarray, weights: np.ndarray, context: Context, options: FactorOptions) -> np.ndarray:
    """The scores on principal components, each weighted by the share of the variance that it explains.

    Components point to where most members are better. Members' own weights are not used, except that 0 leaves one out.

    Raises:
        MethodError: A unit lacks a member that others have, a member is the same for all units, or the components
            cannot be distinguished.

    Source: Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226.
    """
    refuse_gaps(weights)
    scores, weights = np.broadcast_arrays(scores, weights)
    result = np.full(scores.shape[:-1], np.nan)
    for index in np.ndindex(scores.shape[:-2]):
        there = weights[index] > 0
        units, members = there.any(axis=1), there.any(axis=0)
        if not units.any():
            continue
        names = [context.members[at].name for at in np.flatnonzero(members)]
        result[index][units] = _factor_scores(scores[index][np.ix_(units, members)], names, options)
    return result


def _factor_scores(values: np.ndarray, names: list[str], options: FactorOptions) -> np.ndarray:
    deviation = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(len(names))
    if (deviation <= 0).any():
        constant = names[int(np.argmax(deviation <= 0))]
        raise MethodError(f"'{constant}' has the same value for all units; leave it out")
    standard = (values - values.mean(axis=0)) / deviation
    eigenvalues, vectors = np.linalg.eigh(standard.T @ standard / (len(standard) - 1))
    eigenvalues, vectors = eigenvalues[::-1], vectors[:, ::-1]
    positive = int((eigenvalues > SMALL).sum())
    count = positive if options.components is None else min(options.components, positive)
    if (-np.diff(eigenvalues[: min(count + 1, positive)]) < SMALL).any():
        raise MethodError("two components explain the same variance, so factor scores are not unique")
    eigenvalues = eigenvalues[:count]
    loadings = vectors[:, :count] * np.sqrt(eigenvalues)
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1, 1)
    if count == 1:
        return standard @ (loadings[:, 0] / eigenvalues[0])
    turn = varimax(loadings, options.tolerance)
    turned = loadings @ turn
    signs = np.where(turned.sum(axis=0) < 0, -1, 1)
    explained = (turned**2).sum(axis=0) / len(names)
    return standard @ (loadings / eigenvalues) @ turn @ (signs * explained)


def varimax(loadings: np.ndarray, tolerance: float) -> np.ndarray:
    """The rotation `(components, components)` under which each member loads on few components (Kaiser).

    All members count equally. It follows R's `varimax` and stops at the same point, to give the same scores: when a
    step's relative gain is below `tolerance`, which may be far from the maximum that the weighting `pca` finds.
    """
    scaled = ratio(loadings, np.sqrt((loadings**2).sum(axis=1, keepdims=True)))
    turn, reached = np.eye(loadings.shape[1]), 0.0
    for _ in range(TURNS):
        turned = scaled @ turn
        slope = scaled.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, singular, right = np.linalg.svd(slope)
        turn, before, reached = left @ right, reached, singular.sum()
        if reached < before * (1 + tolerance):
            return turn
    raise MethodError(f"the rotation did not converge in {TURNS} iterations; raise tolerance, which is {tolerance:g}")


def weighted(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted sum over members, the last axis; one matrix product where all units share their weights."""
    if weights.shape[-2] != 1:
        return np.einsum("...m,...m->...", values, weights)
    if values.ndim == 3 and weights.ndim > 3:
        draws = np.moveaxis(weights[..., 0, :].reshape(-1, weights.shape[-3], weights.shape[-1]), 0, 1)
        sums = np.moveaxis(draws @ np.swapaxes(values, -1, -2), 0, 1)
        return sums.reshape(*weights.shape[:-3], *sums.shape[-2:])
    return (weights @ np.swapaxes(values, -1, -2))[..., 0, :]


def ratio(values: np.ndarray, by: np.ndarray) -> np.ndarray:
    """`values / by`; 0 if `by` is not above 0."""
    return np.divide(values, by, out=np.zeros(np.broadcast_shapes(values.shape, by.shape)), where=by > 0)


def _ideals(scores: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst score of each member among the units that have it; both 0 if none has."""
    if weights.shape[-2] == 1:
        return scores.max(axis=-2, keepdims=True), scores.min(axis=-2, keepdims=True)
    scores, there = np.broadcast_arrays(scores, weights > 0)
    best = np.max(scores, axis=-2, keepdims=True, where=there, initial=-np.inf)
    worst = np.min(scores, axis=-2, keepdims=True, where=there, initial=np.inf)
    nobody = ~there.any(axis=-2, keepdims=True)
    return np.where(nobody, 0.0, best), np.where(nobody, 0.0, worst)
