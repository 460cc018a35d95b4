"""Scenarios made at random of what can be uncertain: draws counted together are those composed one by one."""

import numpy as np
import pytest
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.outcome import replay

DRAWS = 40
RENORMALISE = {"rule": "renormalise"}
CHOICES = {
    "weight_uncertainty": [0.3, "any"],
    "normalisation": [["min-max", "rank", {"method": "z-score", "mean": 50, "sd": 10}]],
    "treatment": [[[], ["log"]]],
    "imputation": [["none", "median"]],
    "aggregation": [{"index": ["arithmetic", "geometric"], "b": ["arithmetic", "minimum"]}, {"a": ["geometric"]}],
    "missing": [[RENORMALISE, RENORMALISE | {"at_least_share": 0.6}]],
    "exclude": [{"indicators": True}, {"indicators": True, "units": ["U0003", "U0007"]}],
    "noise": [0.2, {"a1": 0.05, "b2": {"absolute": 0.01}}],
    "error": [{"a1": {"relative": 0.1}}, {"a1": {"relative": 0.05, "per_year": 0.05}, "b1": {"relative": 0.2}}],
}


def scenario(seed):
    """The settings of a scenario with gaps; half of what can be uncertain is, and either noise or errors."""
    rng = np.random.default_rng(seed)
    uncertain = {key: ways[rng.integers(len(ways))] for key, ways in CHOICES.items() if rng.random() < 0.5}
    if "error" in uncertain or not uncertain:
        uncertain = {"error": CHOICES["error"][1]} | {key: way for key, way in uncertain.items() if key != "noise"}
    return {
        "gaps": float(rng.choice([0, 0.1, 0.25])),
        "missing": RENORMALISE | {"at_least_share": float(rng.choice([0, 0.5, 0.6, 1]))},
        "ranking": {"ties": str(rng.choice(["min", "average", "max"]))},
        "aggregation": {"method": str(rng.choice(["arithmetic", "geometric", "harmonic"]))},
        "robustness": uncertain,
    }


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60))
def test_draws_together_and_alone(make, seed):
    """Their ranks, and the counts of each rank of each unit, as they are counted alone and looked at closer."""
    plan, measurement = make(**scenario(seed))
    analysis = analysis_of(plan, (measurement,), closely=False)
    alone = np.stack([replay(analysis, number).ranks for number in range(1, DRAWS + 1)])
    counts = np.zeros_like(analysis.empty().ranks)
    for draw, edition, unit in zip(*np.nonzero(~np.isnan(alone)), strict=True):
        counts[edition, analysis.bins.at(alone[draw, edition, unit]), unit] += 1

    np.testing.assert_array_equal(analysis.ranks(analysis.block(0).part(slice(0, DRAWS))), alone)
    for closely in (False, True):
        tally = run(analysis_of(plan, (measurement,), closely=closely), DRAWS).tally
        np.testing.assert_array_equal(tally.ranks, counts)
