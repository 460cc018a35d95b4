"""How often the intervals of `hubrank match-weights` hold the weights that made a list, by lists with known weights.

All units of a table of values from 0 to 100 in five dimensions are listed by several weights and normal errors of a
standard deviation of 2, 5 and 10. The range of weights that keep the same pairs in order, which was shown as how well
a weight is determined until 2026-11, stands beside in one case.

With `--chance 10` the scenario `global` gets ten lists of 30, made of its own weights and errors that reverse 276
pairs, how many fewer are reversed by fitted weights: they explain nothing there.

`python3 run.py python benchmarks/coverage_fit.py --json`
"""

import numpy as np
from hubrank.results.rank import rank
from hubrank_analysis import searching
from hubrank_analysis.comparison import Target
from hubrank_analysis.weight_posterior import weight_posterior
from surroundings import benchmark

#: Weights that differ, that are equal, and that leave two members out.
WEIGHTS = {
    "different": (0.4, 0.3, 0.15, 0.1, 0.05),
    "equal": (0.2, 0.2, 0.2, 0.2, 0.2),
    "two are 0": (0.5, 0.3, 0.2, 0.0, 0.0),
}
CASES = [(name, units, error) for name in WEIGHTS for units in (10, 30) for error in (2.0, 5.0, 10.0)]


def lists_of(name: str, units: int, error: float, lists: int, seed: int):
    """Members' values `(units, members)` of several lists, the first unit of each first."""
    rng, weights = np.random.default_rng(seed), np.array(WEIGHTS[name])
    for _ in range(lists):
        members = rng.uniform(0, 100, (units, len(weights)))
        yield members[np.argsort(-(members @ weights + rng.normal(0, error, units)))]


def simulate(name: str, units: int, error: float, *, lists: int, seed: int = 0) -> dict[str, float]:
    """The share of weights in their intervals, these intervals' mean width, and the share called undetermined."""
    weights, found = np.array(WEIGHTS[name]), []
    for entered in lists_of(name, units, error, lists, seed):
        made = weight_posterior(entered, np.arange(1, units + 1))
        low, high = made.intervals.T
        held = (low <= weights) & (weights <= high)
        found.append((held.mean(), (high - low).mean(), made.undetermined.mean()))
    names = ("held", "width", "undetermined")
    return {key: round(float(value), 4) for key, value in zip(names, np.mean(found, axis=0), strict=True)}


def same_order(name: str, units: int, error: float, *, lists: int, seed: int = 0) -> dict[str, float]:
    """The share of weights in the ranges that keep the same pairs in order, and their mean width."""
    weights, found = np.array(WEIGHTS[name]), []
    for entered in lists_of(name, units, error, lists, seed):
        better, worse = np.triu_indices(units, 1)
        gaps = entered[better] - entered[worse]
        low, high = searching.same_order(gaps, searching.fewest_violations(gaps, 0, 1, 1)[0], 0, 1).T
        found.append((((low <= weights) & (weights <= high)).mean(), (high - low).mean()))
    return dict(zip(("held", "width"), (round(float(each), 4) for each in np.mean(found, axis=0)), strict=True))


def by_chance(scenario: str, edition: int, listed: int, reversed_pairs: int, *, lists: int, seed: int = 0):
    """By how much fitted weights reverse fewer pairs of each list that a scenario's own weights and errors made."""
    rng, ranking = np.random.default_rng(seed), rank(scenario)
    at = ranking.editions.index(edition)
    everyone = np.flatnonzero(~np.isnan(ranking.scores[at]))
    scores = ranking.scores[at, everyone]

    def model(error):
        order = everyone[np.argsort(-(scores + rng.normal(0, error, len(scores))))]
        target = Target(
            title="",
            units=order[:listed],
            ranks=np.arange(1.0, listed + 1),
            scores=None,
            rest=order[listed:],
            unmatched=(),
            ambiguous={},
        )
        return searching.weighted(ranking, at, target.everyone, "top", target.pairs())

    def violated(made, weights):
        return int(made.violations(weights).sum())

    errors = np.std(scores) * np.geomspace(0.05, 1, 20)
    counts = [np.mean([violated(made, made.own_weights()) for made in map(model, [error] * 10)]) for error in errors]
    error, fewer = float(np.interp(reversed_pairs, counts, errors)), []
    for _ in range(lists):
        made = model(error)
        own = made.own_weights()
        fewer.append(round(1 - violated(made, searching.ordered_by_search(made, (own,))) / violated(made, own), 4))
    return fewer


if __name__ == "__main__":
    with benchmark(__doc__, lists=60, chance=0) as (arguments, figures):
        print("weights     units  error   held  width  undetermined")
        for case in CASES:
            shares = simulate(*case, lists=arguments.lists)
            print(f"{case[0]:10} {case[1]:6} {case[2]:6}", *(f"{share:6.3f}" for share in shares.values()), flush=True)
            figures[f"{case[0]}, {case[1]} units, error {case[2]}"] = shares
        before = same_order("different", 30, 5.0, lists=max(arguments.lists // 4, 2))
        print("same order, different weights, 30 units, error 5:", before)
        figures["same order, different, 30 units, error 5.0"] = before
        if arguments.chance:
            fewer = by_chance("global", 2024, 30, 276, lists=arguments.chance)
            print("fewer reversed pairs by chance:", *(f"{share:.0%}" for share in sorted(fewer)))
