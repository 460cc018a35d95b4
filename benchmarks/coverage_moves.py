"""Moves between two editions by simulation: how many robust ones are false, and how many true ones are found.

True scores are standard normal. Both editions are measured with normal errors of a declared standard deviation. Draws
add them again, as `noise` does, or are of true scores given the measured ones, as those of `error` are. A move is false
where the true rank did not move that way. `before` is the rule until 2026-11: at least 90 % of the draws, each unit by
itself.

`python3 run.py python benchmarks/coverage_moves.py --json`
"""

import itertools

import numpy as np
from hubrank.measurement.measurement import Errors
from hubrank.plugin import RankingSettings, ranks_of
from hubrank.uncertainty.moves import robust
from hubrank.uncertainty.posterior import posterior
from hubrank.uncertainty.sampling import SHARED
from surroundings import benchmark

#: Units, the error beside a spread of 1, the share of units that truly moved (by two standard deviations), decimals,
#: and the share of the errors' variance that thirds of the units have in common.
CASES = [
    *((units, noise, 0.0, None, 0.0) for units in (20, 100) for noise in (0.05, 0.2, 0.5, 2.0)),
    *((units, noise, 0.2, None, 0.0) for units in (20, 100) for noise in (0.05, 0.2, 0.5)),
    *((units, 0.5, moved, 0, 0.0) for units in (20, 100) for moved in (0.0, 0.2)),
    *((units, 0.2, moved, None, 0.5) for units in (20, 100) for moved in (0.0, 0.2)),
]


def drawn(key: str, measured: np.ndarray, covariance: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of measured scores `(editions, units)` with errors of a covariance, as a scenario's key asks for them."""
    normal = rng.standard_normal((draws, *measured.shape))
    if key == "noise":
        return measured + np.sqrt(np.diag(covariance)) * normal
    shared = np.tile(covariance, (len(measured), 1, 1)) if np.count_nonzero(covariance) > len(covariance) else None
    size = np.tile(np.sqrt(np.diag(covariance)), (len(measured), 1))
    errors = Errors(family="normal", size=size, covariance=shared)
    known = (posterior(values, errors, edition) for edition, values in enumerate(measured))
    given = [item.drawn(normal[:, at], rng.standard_normal((draws, SHARED))) for at, item in enumerate(known)]
    return np.stack(given, axis=1)


def simulate(
    key: str,
    units: int,
    size: float,
    moved: float,
    decimals: int | None,
    correlated: float,
    *,
    repetitions: int,
    draws: int,
    seed: int = 0,
) -> dict[str, float]:
    """Mean shares of robust moves that are false and of true moves that are found, by the rule now and before."""
    rng, settings = np.random.default_rng(seed), RankingSettings(decimals=decimals)
    thirds = np.eye(3)[np.arange(units) % 3]
    covariance = size**2 * (correlated * thirds @ thirds.T + (1 - correlated) * np.eye(units))
    false, found = np.zeros((2, repetitions)), np.full((2, repetitions), np.nan)
    for at in range(repetitions):
        truth = np.tile(rng.standard_normal(units), (2, 1))
        truth[1, : round(moved * units)] += rng.choice([-2.0, 2.0], round(moved * units))
        measured = truth + rng.multivariate_normal(np.zeros(units), covariance, 2)
        scores_drawn = drawn(key, measured, covariance, draws, rng)
        true_way, way, ways = (
            np.sign(ranks[..., 0, :] - ranks[..., 1, :])
            for ranks in (ranks_of(scores, settings) for scores in (truth, measured, scores_drawn))
        )
        agreement = np.where(way != 0, (ways == way).mean(axis=0), np.nan)
        for rule, called in enumerate((robust(agreement, np.full(units, draws), True), agreement >= 0.9)):
            right = called & (way == true_way)
            false[rule, at] = (called & ~right).sum() / max(called.sum(), 1)
            if true_way.any():
                found[rule, at] = right.sum() / (true_way != 0).sum()
    shares = {"false": false, "found": found} if moved else {"false": false}
    return {
        name + rule: round(float(share), 4)
        for name, both in shares.items()
        for rule, share in zip(("", "_before"), np.nanmean(both, axis=1), strict=True)
    }


if __name__ == "__main__":
    with benchmark(__doc__, repetitions=40, draws=10_000) as (arguments, figures):
        print("key    units  error  moved  decimals  correlated   false  before   found  before")
        for key, case in itertools.product(("noise", "error"), CASES):
            if key == "noise" and case[-1]:
                continue  # which it cannot say
            shares = simulate(key, *case, repetitions=arguments.repetitions, draws=arguments.draws)
            units, size, moved, decimals, correlated = case
            cells = "".join(f"{share:8.3f}" for share in shares.values())
            rounded = "-" if decimals is None else decimals
            print(f"{key} {units:6} {size:6} {moved:6} {rounded:>9} {correlated:>11}{cells}", flush=True)
            figures[f"{key} {size}, {units} units, {moved} moved, decimals {decimals}, correlated {correlated}"] = (
                shares
            )
