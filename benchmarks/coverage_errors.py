"""How often ranges hold true ranks, where values are off by errors that the scenario gives.

Truth is simulated: true values, measured ones that are off as declared, ranges from draws given the measured ones.
`python3 run.py python benchmarks/coverage_errors.py` prints a table; functions are pure and seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from attrs import frozen
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.measurement import Errors
from hubrank.measurement.sampling_errors import covariance_of, of_means
from hubrank.ranking.intervals import HIGH, LOW, SURE
from hubrank.scenario.error_kinds import Relative
from hubrank.uncertainty.aged import Aged, others_of
from hubrank.uncertainty.joint import confidence_ranges
from hubrank.uncertainty.moves import robust
from hubrank.uncertainty.posterior import around, posterior
from hubrank.uncertainty.sampling import SHARED
from scipy.sparse import csr_matrix
from scipy.stats import rankdata

#: A world: true values `(indicators, units)`, measured ones, and the errors of each indicator's.
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
        on_top: The share where the error is added to the values again, as `noise` does.
        told: The share of pairs of different units which 95 % of the draws distinguish in the right order.
        false: The share of the distinguished pairs which are equal or in the other order.
        told_on_top: The share of distinguished pairs if the error is added again.
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
    """Values whose true values have deviation 1, measured with normal errors, some units better than others.

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


@frozen(kw_only=True)
class Ageing:
    """Values of 20 indicators that age: amounts and counts as far-tailed as those of cities are, and shares.

    True values walk from year to year. An edition sees them as they were, off by a procedure that is the same in all
    years; counts are Poisson.

    Attributes:
        units: How many.
        ages: Of the values of an edition, by indicator; 0 for one that is new each year, -1 for one of 2019 alone.
        relative: The procedure's error.
        per_year: The walk's.
        jump: How far a fifth of the units goes up or down in the last year, by the logarithm, beside the walk.
    """

    units: int
    ages: tuple[int, ...]
    relative: float = 0.1
    per_year: float = 0.04
    jump: float = 0.0

    def world(
        self, rng: Any, editions: tuple[int, ...] = (2024, 2025)
    ) -> tuple[np.ndarray, np.ndarray, list[AgedErrors]]:
        """True and measured values `(indicators, editions, units)`, and their errors."""
        common, true, measured, errors = rng.standard_normal(self.units), [], [], []
        jumps = self.jump * rng.choice([-1, 1], self.units) * (np.arange(self.units) < self.units / 5)
        for at in range(20):
            age, kind = self.ages[at % len(self.ages)], at % 4
            start = 0.7 * common + 0.7 * rng.standard_normal(self.units)
            level, spread = ((1.0, 1.2), (2.5, 1.0), (8.0, 1.5), (2.0, 0.3))[kind]
            steps = self.per_year * rng.standard_normal((editions[-1] - 2015, self.units))
            walk = dict(enumerate(level + spread * start + np.cumsum(steps, axis=0), 2016))
            walk[editions[-1]] = walk[editions[-1]] + jumps * spread
            procedure = self.relative * rng.standard_normal(self.units)
            years = [2019 if age < 0 else edition - age for edition in editions]
            seen = {year: np.exp(walk[year] + procedure) for year in years}
            if counted := kind < 2:
                seen = {year: rng.poisson(values).astype(float) for year, values in seen.items()}
            true.append(np.exp([walk[edition] for edition in editions]))
            measured.append([seen[year] for year in years])
            shape = len(editions), self.units
            given = {
                "size": np.full(shape, self.relative),
                "exposure": np.full(shape, 1.0 if counted else np.nan),
                "age": np.broadcast_to(np.subtract(editions, years)[:, None], shape),
                "overlap": np.broadcast_to(np.append(0, np.diff(years) == 0)[:, None], shape),
            }
            relative = Relative(relative=self.relative, count=counted, per_year=self.per_year)
            errors.append(AgedErrors(kind=relative, read_of=(str(at), ""), **given))
        return np.array(true), np.array(measured), errors

    def normalised(self, figures: np.ndarray) -> np.ndarray:
        """Values `(indicators, ..., editions, units)` from 0 to 1: roots of counts, logarithms, shares as they are."""
        scaled = np.empty(figures.shape)
        for at, values in enumerate(figures):
            scaled[at] = (np.sqrt(values + 0.375), np.sqrt(values + 0.375), np.log1p(values), values)[at % 4]
        low, high = scaled.min(axis=(-2, -1), keepdims=True), scaled.max(axis=(-2, -1), keepdims=True)
        return np.asarray((scaled - low) / (high - low))

    def found(self, repetitions: int, draws: int = 1000, seed: int = 1) -> dict[str, float]:
        """The share of true ranks in their range, the mean width of ranges, robust moves, and how many are false."""
        rng, held, widths, moves, false = np.random.default_rng(seed), [], [], [], []
        for _ in range(repetitions):
            true, measured, errors = self.world(rng)
            figures = np.empty((len(true), draws, *true.shape[1:]), np.float32)
            others = np.moveaxis(self.normalised(measured), 0, -1)
            for at, (values, error, out) in enumerate(zip(measured, errors, figures, strict=True)):
                numbers = rng.standard_normal((draws, 1 + len(values), self.units + SHARED), dtype=np.float32)
                Aged.of(values, error, others_of(others, at)).drawn(numbers, {error.read_of[0]: slice(None)}, out)
            ranks, drawn, own = (
                rankdata(-self.normalised(item).sum(axis=0), axis=-1, method="min")
                for item in (true, figures, measured)
            )
            low, high = np.quantile(drawn, (LOW, HIGH), axis=0, method="inverted_cdf")
            held.append(((low <= ranks) & (ranks <= high)).mean())
            widths.append((high - low).mean() + 1)
            way, ways, true_way = (np.sign(item[..., 0, :] - item[..., 1, :]) for item in (own, drawn, ranks))
            called = robust(np.where(way != 0, (ways == way).mean(axis=0), np.nan), np.full(self.units, draws), True)
            moves.append(called.sum())
            false.append((called & (way != true_way)).sum() / max(called.sum(), 1))
        found = {"held": held, "width": widths, "moves": moves, "false": false}
        return {name: float(np.mean(item)) for name, item in found.items()}


def aged_cases() -> Iterator[tuple[str, Ageing]]:
    """The cases of the second table in the docs."""
    yield "of the year", Ageing(units=179, ages=(0,))
    yield "one to three years old", Ageing(units=179, ages=(1, 2, 3))
    yield "a third of 2019", Ageing(units=179, ages=(0, 2, -1))
    yield "all of 2019", Ageing(units=179, ages=(-1,))
    yield "off by 0.3, of the year", Ageing(units=179, ages=(0,), relative=0.3)
    yield "off by 0.1 a root year, one to three years old", Ageing(units=179, ages=(1, 2, 3), per_year=0.1)
    yield "a fifth moved by half a spread", Ageing(units=179, ages=(0,), jump=0.5)
    yield "the same of 20 units", Ageing(units=20, ages=(0,), jump=0.5)


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
    print(f"\n{'by procedure, counting and age':<42}  held  width  robust moves  of these false")
    for name, case in aged_cases():
        aged = case.found(100)
        cells = f"{aged['held']:5.3f} {aged['width']:6.1f} {aged['moves']:13.1f} {aged['false']:15.3f}"
        print(f"{name:<42} {cells}", flush=True)


if __name__ == "__main__":
    main()
