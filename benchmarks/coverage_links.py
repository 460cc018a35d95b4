"""How often the intervals of `hubrank links` hold what is true, by simulation.

Spearman's coefficient of two variables, and the partial one with a third taken out, which shows whether an index adds
anything to a variable's own value: the true ones are those of a sample of a million. Variables are normal, or counts of
which most are 0 or 1. The shares that units not seen have foretold stand beside them: their mean over the samples.

`python3 run.py python benchmarks/coverage_links.py --json`
"""

import numpy as np
from hubrank_audit.links import foretold, relation
from surroundings import benchmark

CASES = [(kind, units, strength) for kind in ("normal", "counts") for units in (15, 50, 150) for strength in (0, 0.5)]


def drawn(kind: str, units: int, strength: float, rng: np.random.Generator) -> np.ndarray:
    """An outcome, its own value before, and an index that has `strength` of what own value lacks, `(units, 3)`."""
    own, new, noise = rng.normal(size=(3, units))
    index = 0.6 * own + strength * new + 0.6 * noise
    table = np.column_stack([0.8 * own + 0.6 * new, own, index])
    return table if kind == "normal" else np.floor(np.exp(table))


def simulate(kind: str, units: int, strength: float, *, samples: int, seed: int = 0) -> dict[str, float]:
    """Shares of intervals that hold the true coefficient and partial coefficient, and that say that the index adds."""
    rng = np.random.default_rng(seed)
    large = drawn(kind, 1_000_000, strength, rng).T
    true = [relation(large[0], large[2])[0], relation(large[0], large[2], large[1])[0]]
    held, told, own, both = [], [], [], []
    for _ in range(samples):
        outcome, before, index = drawn(kind, units, strength, rng).T
        found = (relation(outcome, index), relation(outcome, index, before))
        held.append([low <= r <= high for r, (_, low, high, _) in zip(true, found, strict=True)])
        told.append(found[1][1] > 0)
        shares = foretold(outcome, before, index)
        own.append(shares["own"])
        both.append(shares["both"])
    relations, partial = np.mean(held, axis=0)
    result = {"relation": relations, "partial": partial, "adds": np.mean(told)}
    result |= {"own": np.nanmean(own), "both": np.nanmean(both)}
    return {name: round(float(share), 4) for name, share in result.items()}


if __name__ == "__main__":
    with benchmark(__doc__, samples=1000) as (arguments, figures):
        print("variables      relation  partial   adds     own    both")
        for kind, units, strength in CASES:
            shares = simulate(kind, units, strength, samples=arguments.samples)
            print(f"{kind:8} {units:3} {strength}", *(f"{share:8.3f}" for share in shares.values()), flush=True)
            figures[f"{kind}, {units} units, strength {strength}"] = shares
