"""Projections by simulation: how many 90 % intervals hold the truth, and how often convergence is found if none is.

Scores are walks: a drift of all, drifts of single units, a yearly shock to all and one to each unit; or true
scores that stand still, walk or draw together, measured with noise. Beta's `before` is growth by the first score.

`python3 run.py python benchmarks/coverage_outlook.py --json`
"""

import itertools

import numpy as np
from hubrank.plugin import RankingSettings, ranks_of
from hubrank_analysis.convergence import convergence
from hubrank_analysis.outlook import project, walk_of
from scipy.stats import linregress
from surroundings import benchmark

#: Standard deviations a year: of single units' drifts, of their shocks, of shocks to all.
WALKS = {"common shock": (0, 0.5, 1), "drifts, common shock": (1, 0.5, 1), "shocks": (0, 1, 0), "drifts": (1, 0.2, 0)}
RULES = RankingSettings(ties="average")


def cover(units: int, editions: int, ahead: int, kind: str, *, repetitions: int, seed: int = 0) -> dict[str, float]:
    """The shares of scores and of ranks within their intervals this many years ahead."""
    rng, (drifts, own, common) = np.random.default_rng(seed), WALKS[kind]
    inside = []
    for at in range(repetitions):
        steps = rng.standard_normal() + drifts * rng.standard_normal(units) + np.zeros((editions + ahead - 1, units))
        steps += own * rng.standard_normal(steps.shape) + common * rng.standard_normal((len(steps), 1))
        scores = 3 * rng.standard_normal(units) + np.vstack([np.zeros(units), np.cumsum(steps, axis=0)])
        found = project(walk_of(scores[:editions], range(editions)), editions - 1, editions - 1 + ahead, RULES, 400, at)
        ranks = ranks_of(scores[-1], RULES)
        of_score = (found.score_low <= scores[-1]) & (scores[-1] <= found.score_high)
        of_rank = (found.rank_low <= ranks) & (ranks <= found.rank_high)
        inside.append((of_score.mean(), of_rank.mean()))
    return dict(zip(("scores", "ranks"), np.mean(inside, axis=0).round(4).tolist(), strict=True))


def find(units: int, editions: int, kind: str, *, repetitions: int, seed: int = 0) -> dict[str, float]:
    """How often beta is found to differ from 0, by the rule now and before; kinds are still, walk and together."""
    rng, found = np.random.default_rng(seed), np.zeros((2, repetitions))
    for at in range(repetitions):
        truth = 3 * rng.standard_normal(units) * np.ones((editions, 1))
        if kind == "walk":
            truth[1:] += np.cumsum(rng.standard_normal((editions - 1, units)), axis=0)
        if kind == "together":
            truth *= 0.85 ** np.arange(editions)[:, None]
        scores = truth + (kind != "walk") * 2 * rng.standard_normal(truth.shape)
        plain = linregress(scores[0], scores[-1] - scores[0])
        found[:, at] = bool(convergence(scores, range(editions)).significant), abs(plain.slope) > 2 * plain.stderr
    return dict(zip(("found", "found_before"), found.mean(axis=1).round(4).tolist(), strict=True))


if __name__ == "__main__":
    with benchmark(__doc__, repetitions=200) as (arguments, figures):
        for kind, units, editions, ahead in itertools.product(WALKS, (5, 20, 100), (3, 5, 15), (1, 3)):
            case = f"{kind}, {units} units, {editions} editions, {ahead} ahead"
            figures[case] = cover(units, editions, ahead, kind, repetitions=arguments.repetitions)
            print(case, figures[case], flush=True)
        for kind, units, editions in itertools.product(("still", "walk", "together"), (10, 60, 200), (3, 8)):
            case = f"{kind}, {units} units, {editions} editions"
            figures[case] = find(units, editions, kind, repetitions=5 * arguments.repetitions)
            print(case, figures[case], flush=True)
