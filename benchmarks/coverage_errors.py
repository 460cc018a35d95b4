"""How often ranges hold true ranks, where figures are off by errors that the scenario gives.

Truth is simulated: true figures, measured ones that are off as declared, ranges from draws given the measured ones.
`python3 run.py python benchmarks/coverage_errors.py` prints a table; functions are pure and seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from attrs import frozen
from hubrank.measurement.measurement import Errors
from hubrank.measurement.sampling_errors import covariance_of, of_means
from hubrank.ranking.intervals import HIGH, LOW, SURE
from hubrank.uncertainty.joint import confidence_ranges
from hubrank.uncertainty.posterior import around, posterior
from hubrank.uncertainty.sampling import SHARED
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

#: A world: true figures `(indicators, units)`, measured ones, and the errors of each indicator's.
World = tuple[np.ndarray, np.ndarray, list[Errors]]


@frozen(kw_only=True)
class Coverage:
    """What was found of one case.

    Attributes:
        marginal: The share of true ranks in their unit's range.
        ends: The same of the units that are truly first and last.
        width: The mean width of ranges, in ranks.
        at_once: The share of worlds in which the ranges of all units hold.
        sets: The same of confidence sets, which joint ranges hold.
        sets_width: The mean width of these.
        on_top: The share where the error is added to the figures again, as `noise` does.
        told: The share of pairs of units that differ which 95 % of the draws tell apart, the right way round.
        false: The share of the pairs told apart which are equal or the other way round.
        told_on_top: The share of pairs told apart where the error is added again.
        false_on_top: The share of these which are not so.
        told_jointly: The share of pairs whose joint ranges do not overlap.
    """

    case: str
    marginal: float
    ends: float
    width: float
    at_once: float
    sets: float
    sets_width: float
    on_top: float
    told: float
    false: float
    told_on_top: float
    false_on_top: float
    told_jointly: float


def normal(
    units: int, spread: float, indicators: int = 4, correlated: float = 0.0, equal: int = 1
) -> Callable[[Any], World]:
    """Figures whose true values have deviation 1, measured with normal errors, some units better than others.

    Args:
        spread: The mean standard error.
        correlated: The share of the errors' variance that all units have in common, by thirds of them.
        equal: How many units at a time are truly equal.
    """

    def world(rng: Any) -> World:
        true = rng.standard_normal((indicators, units))[:, np.arange(units) // equal]
        size = spread * rng.uniform(0.5, 1.5, (indicators, units))
        if not correlated:
            measured = true + size * rng.standard_normal(true.shape)
            return true, measured, [Errors(family="normal", size=item[None]) for item in size]
        groups = np.eye(3)[np.arange(units) % 3]
        shape = correlated * groups @ groups.T + (1 - correlated) * np.eye(units)
        covariances = size[:, :, None] * shape * size[:, None, :]
        measured = true + np.array([rng.multivariate_normal(np.zeros(units), item) for item in covariances])
        errors = [
            Errors(family="normal", size=item[None], covariance=covariance[None])
            for item, covariance in zip(size, covariances, strict=True)
        ]
        return true, measured, errors

    return world


def counts(units: int, mean: float, varied: float = 0.5) -> Callable[[Any], World]:
    """Rates of units of several sizes, counted; rates vary by a share of their mean, not as a gamma distribution."""

    def world(rng: Any) -> World:
        true = np.exp(varied * rng.standard_normal((1, units)))
        exposure = mean * rng.lognormal(0, 1, (1, units))
        measured = rng.poisson(true * exposure) / exposure
        return true, measured, [Errors(family="poisson", size=exposure)]

    return world


def shares(units: int, sampled: int) -> Callable[[Any], World]:
    """Shares of samples of several sizes; their log odds are normal."""

    def world(rng: Any) -> World:
        true = 1 / (1 + np.exp(-1 - 0.7 * rng.standard_normal((1, units))))
        size = np.maximum(5, (sampled * rng.uniform(0.5, 1.5, (1, units))).astype(int)).astype(float)
        return true, rng.binomial(size.astype(int), true) / size, [Errors(family="binomial", size=size)]

    return world


def items(units: int, count: int) -> Callable[[Any], World]:
    """Systems whose shares of right answers are of the same items, some of them harder for all (paired)."""

    def world(rng: Any) -> World:
        ability = 0.5 * rng.standard_normal(units)
        every = 1.5 * rng.standard_normal(4000)
        true = (1 / (1 + np.exp(-ability - every[:, None]))).mean(axis=0)
        hard = 1.5 * rng.standard_normal((count, 1))
        right = csr_matrix((rng.random((count, units)) < 1 / (1 + np.exp(-ability - hard))).astype(float))
        ones = csr_matrix(np.ones(right.shape))
        covariance = covariance_of(of_means(right, ones, ones))
        size = np.sqrt(np.diag(covariance))
        errors = Errors(family="normal", size=size[None], covariance=covariance[None])
        return true[None], np.asarray(right.mean(axis=0)), [errors]

    return world


def covered(
    case: str, world: Callable[[Any], World], *, repetitions: int, draws: int = 1000, seed: int = 1
) -> Coverage:
    """Simulate a case again and again."""
    rng = np.random.default_rng(seed)
    inside, ends, width, at_once, sets, sets_width, on_top, jointly = ([] for _ in range(8))
    told: list[list[float]] = [[], []]
    false: list[list[float]] = [[], []]
    for _ in range(repetitions):
        true, measured, errors = world(rng)
        scores = [np.zeros((draws, true.shape[1])) for _ in range(2)]
        for values, error in zip(measured, errors, strict=True):
            known = posterior(values, error, 0)
            scores[0] += known.drawn(*(rng.standard_normal((draws, size)) for size in (len(values), SHARED)))
            scores[1] += around(values[None], error, 0, rng.standard_normal((draws, len(values))))
        index = true.sum(axis=0)
        ranks, last = rankdata(-index, method="min"), rankdata(-index, method="max")  # of equal units any in between
        (low, high), again = (_range(item) for item in scores)
        held = (low <= last) & (ranks <= high)
        inside.append(held.mean())
        ends.append(held[(ranks == 1) | (ranks == len(ranks))].mean())
        width.append((high - low).mean() + 1)
        at_once.append(held.all())
        best, worst = confidence_ranges(np.asarray(measured).sum(axis=0), scores[1])
        sets.append(((best <= ranks) & (last <= worst)).all())
        sets_width.append((worst - best).mean() + 1)
        on_top.append(((again[0] <= last) & (ranks <= again[1])).mean())
        better = index[:, None] > index
        jointly.append((worst[:, None] < best)[better].mean())
        for rule, drawn in enumerate(scores):
            apart = (drawn[:, :, None] > drawn[:, None]).mean(axis=0) >= SURE
            told[rule].append(apart[better].mean())
            false[rule].append((apart & ~better).sum() / max(apart.sum(), 1))
    found = {
        "marginal": inside,
        "ends": ends,
        "width": width,
        "at_once": at_once,
        "sets": sets,
        "sets_width": sets_width,
        "on_top": on_top,
        "told": told[0],
        "false": false[0],
        "told_on_top": told[1],
        "false_on_top": false[1],
        "told_jointly": jointly,
    }
    return Coverage(case=case, **{name: float(np.mean(item)) for name, item in found.items()})


def _range(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of each unit's range, of scores `(draws, units)`."""
    ranks = rankdata(-scores, axis=1, method="min")
    low, high = np.quantile(ranks, (LOW, HIGH), axis=0, method="inverted_cdf")
    return low, high


def cases() -> Iterator[tuple[str, Callable[[Any], World]]]:
    """The cases of the table in the docs."""
    for units in (5, 20, 100):
        for spread in (0.2, 0.6, 1.5, 4.0):
            yield f"normal, n = {units}, error {spread:g}", normal(units, spread)
        if units > 5:
            yield f"equal in fives, n = {units}, error 0.6", normal(units, 0.6, equal=5)
        yield f"correlated, n = {units}, error 0.6", normal(units, 0.6, correlated=0.5)
        yield f"correlated, n = {units}, error 1.5", normal(units, 1.5, correlated=0.5)
        for mean in (3, 30):
            yield f"counts of about {mean}, n = {units}", counts(units, mean)
        for sampled in (20, 200):
            yield f"shares of samples of about {sampled}, n = {units}", shares(units, sampled)
        for count in (30, 200):
            yield f"bootstrap of {count} shared items, n = {units}", items(units, count)


def main() -> None:
    """Print the table."""
    heads = (
        " held",
        " ends",
        " width",
        "at once",
        " sets",
        " width",
        "on top",
        " told",
        "false",
        " told",
        "false",
        "joint",
    )
    print(f"{'case':<42} {' '.join(heads)}")
    for name, world in cases():
        found = covered(name, world, repetitions=300 if "100" not in name else 100)
        alone = f"{found.marginal:5.3f} {found.ends:5.3f} {found.width:6.1f}"
        together = f"{found.at_once:7.3f} {found.sets:5.3f} {found.sets_width:6.1f}"
        shares = (found.told, found.false, found.told_on_top, found.false_on_top, found.told_jointly)
        pairs = " ".join(f"{share:5.3f}" for share in shares)
        print(f"{name:<42} {alone} {together} {found.on_top:6.3f} {pairs}", flush=True)


if __name__ == "__main__":
    main()
