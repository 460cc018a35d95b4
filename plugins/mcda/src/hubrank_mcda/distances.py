"""Distances to an ideal unit: TOPSIS, VIKOR, SPOTIS and the Wroclaw taxonomic measure."""

from __future__ import annotations

import numpy as np
from attrs import field, frozen
from hubrank import Context, MethodError, NoOptions

from hubrank_mcda.presence import counted, ideals, stretched, weighted


@frozen(kw_only=True)
class VikorOptions:
    """What a scenario can set of `vikor`.

    Attributes:
        v: Weight of the utility of the group, from 0 to 1; the rest is that of the largest regret.
    """

    v: float = field(default=0.5)

    @v.validator
    def _share(self, _: object, value: float) -> None:
        if not 0 <= value <= 1:
            raise ValueError(f"v: must be from 0 to 1; got {value:g}")


@frozen(kw_only=True)
class SpotisOptions:
    """What a scenario can set of `spotis`.

    Attributes:
        low: The worst possible score of every member; by default the worst that is there.
        high: The best possible score of every member; by default the best that is there.
    """

    low: float | None = None
    high: float | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse bounds that enclose nothing."""
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"high: must be above low, which is {self.low:g}; got {self.high:g}")


def topsis(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """Closeness to the best and distance from the worst: `far / (near + far)`, from 0 to 1.

    Both distances are Euclidean, of weighted scores. Where all units are the same, all have 0.5.

    Source: Hwang and Yoon (1981), Multiple Attribute Decision Making.
    """
    best, worst = ideals(scores, weights)
    near = np.sqrt(weighted((scores - best) ** 2, weights**2))
    far = np.sqrt(weighted((scores - worst) ** 2, weights**2))
    return np.divide(far, near + far, out=np.full_like(far, 0.5), where=near + far > 0)


def vikor(scores: np.ndarray, weights: np.ndarray, context: Context, options: VikorOptions) -> np.ndarray:  # noqa: ARG001
    """The compromise between total and largest regret (VIKOR): `1 - Q`, from 0 to 1.

    A member's regret is the distance to the best as a share of the range; 0 where all units are the same.

    Source: Opricovic and Tzeng (2004), European Journal of Operational Research 156.
    """
    regrets = _regrets(scores, *ideals(scores, weights))
    utility = weighted(regrets, weights)
    largest = np.zeros_like(utility)
    for member in range(scores.shape[-1]):
        np.maximum(largest, weights[..., member] * regrets[..., member], out=largest)
    there = counted(weights, utility.shape)
    return 1 - options.v * stretched(utility, there) - (1 - options.v) * stretched(largest, there)


def spotis(scores: np.ndarray, weights: np.ndarray, context: Context, options: SpotisOptions) -> np.ndarray:
    """One less the weighted distance to the best, each as a share of the bounds.

    With bounds set, a unit's score depends on no other unit, so that none reverses two others.

    Raises:
        MethodError: A score lies outside the bounds.

    Source: Dezert, Tchamova, Han and Tacnet (2020), The SPOTIS rank reversal free method.
    """
    best, worst = ideals(scores, weights)
    _inside(best, worst, context, options)
    high = best if options.high is None else np.full_like(best, options.high)
    low = worst if options.low is None else np.full_like(worst, options.low)
    span = high - low
    regrets = np.divide(
        high - scores, span, out=np.zeros(np.broadcast_shapes(scores.shape, span.shape)), where=span > 0
    )
    return 1 - weighted(regrets, weights)


def wroclaw(scores: np.ndarray, weights: np.ndarray, context: Context, options: NoOptions) -> np.ndarray:  # noqa: ARG001
    """One less the distance to the best unit, as a share of the mean distance and two standard deviations.

    The distance is Euclidean, of scores on one scale; the standard deviation divides by the number of units less 1.

    Source: Hellwig (1968); Mazziotta and Pareto (2013), as the taxonomic method of Wroclaw.
    """
    best, _ = ideals(scores, weights)
    distance = np.sqrt(weighted((scores - best) ** 2, weights))
    there = counted(weights, distance.shape)
    count = there.sum(axis=-1, keepdims=True)
    mean = np.sum(distance, axis=-1, keepdims=True, where=there) / np.maximum(count, 1)
    squares = np.sum((distance - mean) ** 2, axis=-1, keepdims=True, where=there)
    limit = mean + 2 * np.sqrt(squares / np.maximum(count - 1, 1))
    return 1 - np.divide(distance, limit, out=np.zeros_like(distance), where=limit > 0)


def _regrets(scores: np.ndarray, best: np.ndarray, worst: np.ndarray) -> np.ndarray:
    span = best - worst
    return np.divide(best - scores, span, out=np.zeros(np.broadcast_shapes(scores.shape, span.shape)), where=span > 0)


def _inside(best: np.ndarray, worst: np.ndarray, context: Context, options: SpotisOptions) -> None:
    for at, member in enumerate(context.members):
        highest, lowest = best[..., at].max(), worst[..., at].min()
        if options.high is not None and highest > options.high:
            raise MethodError(f"'{member.name}' reaches {highest:g}, which is above the bound high = {options.high:g}")
        if options.low is not None and lowest < options.low:
            raise MethodError(f"'{member.name}' reaches {lowest:g}, which is below the bound low = {options.low:g}")
