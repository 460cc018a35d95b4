"""Findings of `hubrank audit` where there is nothing to find, and what its intervals hold, by simulation.

Members are independent, of one variance and one weight, normal or skewed; the score is their mean. The share of audits
with a finding of `balance` and of `trade-off`, and with either; the same by the rules until 2026-11 (a share of the
influence over twice or below half of the weight; a negative correlation of p < 0.05); and the share of intervals that
hold the true share of the influence and the true correlation, which is reported for correlated members too. Where the
last of the members varies a third as much as the others (`unequal`), its finding of `balance` is true, and wanted.

`python3 run.py python benchmarks/coverage_audit.py --json`
"""

import numpy as np
from hubrank_audit.findings import BALANCE, NEGATIVE, SIGNIFICANT
from hubrank_audit.main_effects import bands, influence
from hubrank_audit.statistics import correlation_intervals, correlations, holm
from surroundings import benchmark

#: The members of a sample; lognormal ones have a skewness of 1.3, which treatment leaves.
MADE = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "skewed": lambda rng, shape: rng.lognormal(0, 0.4, size=shape),
    "correlated": lambda rng, shape: rng.normal(size=shape) + rng.normal(size=(*shape[:-1], 1)),
    "unequal": lambda rng, shape: rng.normal(size=shape) * ([1.0] * (shape[1] - 1) + [1 / 3]),
}
CASES = [(kind, units, members) for kind in MADE for units in (10, 30, 100) for members in (2, 4, 8)]


def simulate(kind: str, units: int, members: int, *, audits: int, seed: int = 0) -> dict[str, float]:
    """Shares of audits with a finding, now and before, and of intervals that hold what is true."""
    rng, weight = np.random.default_rng(seed), np.full(members, 1 / members)
    pairs = np.triu_indices(members, 1)
    true = 0.5 if kind == "correlated" else 0.0
    found = []
    for at in range(audits):
        values = MADE[kind](rng, (units, members))
        made = influence(f"audit {at}", values, values.mean(axis=1), weight)
        ratio, band = made.shares / weight, bands(made.by_weight)
        far = (ratio < 1 / BALANCE.threshold) | (ratio > BALANCE.threshold)
        outside = (made.shares < band[:, 0]) | (made.shares > band[:, 1])
        pearson = correlations(values)
        r, p = pearson.r[pairs], pearson.p[pairs]
        low, high = (item[pairs] for item in correlation_intervals(values, pearson))
        against = r < NEGATIVE.threshold
        balance, opposed = (far & outside).any(), (against & (holm(p) < SIGNIFICANT)).any()
        found.append(
            {
                "balance": balance,
                "balance_before": far.any(),
                "trade_off": opposed,
                "trade_off_before": (against & (p < SIGNIFICANT)).any(),
                "either": balance | opposed,
                "share_held": ((made.intervals[:, 0] <= weight) & (weight <= made.intervals[:, 1])).mean(),
                "correlation_held": ((low <= true) & (true <= high)).mean(),
            }
        )
    told = ("balance", "balance_before") if kind == "unequal" else tuple(found[0])
    return {name: round(float(np.mean([each[name] for each in found])), 4) for name in told}


if __name__ == "__main__":
    with benchmark(__doc__, audits=200) as (arguments, figures):
        print("members          balance before  trade-off before  either   share held  correlation held")
        for kind, units, members in CASES:
            shares = simulate(kind, units, members, audits=arguments.audits)
            print(f"{kind:10} {units:3} {members}", *(f"{share:8.3f}" for share in shares.values()), flush=True)
            figures[f"{members} {kind} members, {units} units"] = shares
