"""What is said of draws of choices, held against other draws: each share is of draws that no claim was made of.

A claim of the draws is true if it holds in as many further draws as it says. For each case a scenario of random values
is drawn as `hubrank rank` does, and its claims are counted in draws of other seeds.

`python3 run.py python benchmarks/coverage_choices.py --json`
"""

import tempfile
from pathlib import Path

import numpy as np
from hubrank.plugin import Registry, load, measure, resolve
from hubrank.ranking.intervals import HIGH, LOW, SURE
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.joint import other_draws
from hubrank.uncertainty.outcome import assess, with_intervals
from surroundings import benchmark, lay_out

_BOX, _SIMPLEX = {"weight_uncertainty": 0.25}, {"weight_uncertainty": "any"}
_METHODS = {"weight_uncertainty": 0.25, "normalisation": ["min-max", "rank"], "exclude": True}
_SHARED = {"rule": "renormalise", "at_least_share": 0.6}
#: A name, how many units, the share of values that is missing, and keys of the scenario.
CASES = [
    *((f"weights by a quarter, n = {units}", units, 0.0, {"robustness": _BOX}) for units in (5, 20, 100)),
    *((f"any weights, n = {units}", units, 0.0, {"robustness": _SIMPLEX}) for units in (5, 20, 100)),
    *(
        (f"methods too, with gaps, n = {units}", units, 0.2, {"missing": _SHARED, "robustness": _METHODS})
        for units in (5, 20, 100)
    ),
    *((f"noise of a tenth, n = {units}", units, 0.0, {"robustness": {"noise": 0.1}}) for units in (5, 20, 100)),
    ("ties: whole scores, n = 100", 100, 0.0, {"robustness": _BOX, "ranking": {"decimals": 0}}),
]


def held(folder: Path, units: int, gaps: float, settings: dict, *, draws: int, seeds: int) -> dict[str, float]:
    """The shares of other draws in which the claims of a case hold; NaN if none was made.

    Returns:
        `one`, of each unit's interval, and `worst`, of the unit for which it is least; `together`, of all of these at
        once, less the reported share; `joint`, of all joint intervals; `tiers`, in which no unit is behind one of a
        later evidence tier; `first`, the least of sets of first units claimed to be the same in 95 % of the draws, and
        `ahead`, of pairs claimed to be in one order in as many, on average.
    """
    registry = Registry.installed()
    plan = resolve(load(lay_out(folder, units, (8, 0, 2), gaps=gaps, **settings), registry), registry)
    measurement = measure(plan)
    published = compose(plan, measurement)
    outcome = assess(published, (measurement,), draws=draws)
    ranking, low, high = with_intervals(published, outcome), outcome.rank(LOW)[0], outcome.rank(HIGH)[0]
    other = [analysis_of(plan, (measurement,), seed=1000 + seed) for seed in range(seeds)]
    ranks = np.concatenate([other_draws(item, draws)[0][:, 0] for item in other])
    order, joint, tiers = ranking.order(0), ranking.joint, ranking.evidence_tiers[0]
    known = ~np.isnan(ranks)
    with np.errstate(invalid="ignore"):
        inside = ((ranks >= low) & (ranks <= high)).sum(axis=0) / known.sum(axis=0)
        together = (~known | (ranks >= low) & (ranks <= high)).all(axis=1).mean()
        in_joint = (~known | (ranks >= joint.low[0]) & (ranks <= joint.high[0])).all(axis=1).mean()
        ahead = (ranks[:, :, None] < ranks[:, None, :]).sum(axis=0) / (known[:, :, None] & known[:, None, :]).sum(
            axis=0
        )
    shares = joint.same_first[0]
    sets = [
        (np.isin(order, order[:first]) == (ranks[:, order] <= first)).all(axis=1).mean()
        for first in np.flatnonzero(shares >= SURE) + 1
    ]
    told = outcome.ahead[0] >= SURE if outcome.ahead is not None else np.zeros(ahead.shape, dtype=bool)
    starts = np.flatnonzero(np.diff(tiers[order])) + 1  # where the next tier begins, in the order of the ranking
    worst = np.maximum.accumulate(np.where(known, ranks, -np.inf)[:, order], axis=1)[:, starts - 1]
    best = np.minimum.accumulate(np.where(known, ranks, np.inf)[:, order[::-1]], axis=1)[:, ::-1][:, starts]
    return {
        "one": float(inside[order].mean()),
        "worst": float(inside[order].min()),
        "together": float(together - joint.share[0]),
        "joint": float(in_joint),
        "tiers": float((worst < best).all(axis=1).mean()),
        "first": float(min(sets, default=np.nan)),
        "ahead": float(ahead[told].mean()) if told.any() else np.nan,
    }


def main() -> None:
    """Print the table."""
    names = ("one", "worst", "together", "joint", "tiers", "first", "ahead")
    with benchmark(__doc__, draws=10_000, seeds=5) as (arguments, figures):
        print(f"{'':<36}" + "".join(f"{name:>9}" for name in names))
        for name, units, gaps, settings in CASES:
            with tempfile.TemporaryDirectory() as folder:
                shares = held(Path(folder), units, gaps, settings, draws=arguments.draws, seeds=arguments.seeds)
            print(f"{name:<36}" + "".join(f"{share:9.3f}" for share in shares.values()), flush=True)
            figures |= {f"{name}: {key}": round(share, 4) for key, share in shares.items()}


if __name__ == "__main__":
    main()
