"""COINr's uncertainty and sensitivity analyses of its example index come out, every replication.

The scenario starts from COINr's imputed and screened values; what is compared is treatment, normalisation,
weights and aggregation in 700 replications, their rank quantiles, and Sobol' indices. COINr's first-order
indices are not centred, ours are; the difference is worked out.
"""

import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.sampling import Draws
from hubrank_analysis.robustness_tables import sobol

INPUTS = ("Winmax", "Normalisation", "Weights", "Aggregation")


@pytest.fixture(scope="module")
def index(coinr, tmp_path_factory):
    """COINr's example index as a scenario with its alternatives, ready to be drawn."""
    folder = tmp_path_factory.mktemp("coinr")
    meta = coinr("00_input/iMeta", index=None).dropna(subset=["Level"])
    values = coinr("30_screen/screened_pipeline").reset_index().rename(columns={"uCode": "unit"})
    values.insert(1, "year", 2018)
    values.to_csv(folder / "figures.csv", index=False)
    pd.DataFrame({"unit": values["unit"], "name": values["unit"]}).to_csv(folder / "units.csv", index=False)
    leaves = meta[meta["Level"] == 1]
    nodes = meta[meta["Level"].isin([2, 3])]
    steps = [{"step": "skew-kurtosis", "at_most": at} for at in (1, 2, 3, 4, 5)]
    table = {
        "title": "Sustainable connectivity",
        "editions": [2018],
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
        "dimensions": {row.iCode: {"parent": row.Parent} if row.Level == 2 else {} for row in nodes.itertuples()},
        "indicators": {
            row.iCode: {"indicator": "value", "dimension": row.Parent, "direction": int(row.Direction)}
            for row in leaves.itertuples()
        },
        "treatment": {"steps": [steps[4]]},
        "normalisation": {"method": "min-max", "range": [1, 100]},
        "aggregation": {"method": "arithmetic"},
        "robustness": {
            "treatment": [[step] for step in steps],
            "normalisation": [
                {"method": "min-max", "range": [1, 100]},
                {"method": "z-score", "mean": 10, "sd": 2},
            ],
            "aggregation": ["arithmetic", "geometric"],
            "weight_uncertainty": 0.25,
        },
    }
    (folder / "scenario.toml").write_bytes(tomli_w.dumps(table).encode())
    registry = Registry.installed()
    plan = resolve(load(folder / "scenario.toml", registry), registry)
    measurement = measure(plan)
    return analysis_of(plan, (measurement,)), compose(plan, measurement)


def raw_weights(analysis, sets):
    """Weight sets `(sets, codes)` as the sampler's rows; codes that a set does not name weigh 1."""
    rows = np.ones((analysis.design.weights.rows, len(sets)))
    for node in analysis.design.weights.nodes:
        for at, member in enumerate(node.members):
            if member in sets:
                rows[node.span.start + at] = sets[member]
    return rows


def replicated(index, design, sets):
    """The ranks and scores of a design, `(replications, units)`."""
    analysis, _ = index
    choices = np.array([design["Winmax"] - 1, design["Normalisation"] - 1, design["Aggregation"] - 1], dtype=int)
    draws = Draws(choices=choices, raw=raw_weights(analysis, sets.loc[design["Weights"]]))
    scores = np.empty((len(design), len(analysis.variants.plan.units.units)))
    for choice, which in draws.by_setting():
        scores[which] = analysis.scores(analysis.ready(choice), draws.part(which))
    return analysis.ranks(draws)[:, 0], scores


@pytest.fixture(scope="module")
def noisy(coinr):
    """COINr's 100 noisy weight sets, by number."""
    sets = coinr("110_sensitivity/noisy_weights_L2L3_0.25_100sets", index="set")
    return sets.pivot_table(index="set", columns="iCode", values="Weight")


@pytest.mark.long
@pytest.mark.parametrize("name", ["UA_N100", "SA_N100"])
def test_every_replication(coinr, index, noisy, name):
    """Every score of every replication agrees to 1e-9, every rank exactly."""
    design = coinr(f"110_sensitivity/{name}_design", index="rep")
    codes = list(index[0].variants.plan.units.units.codes)
    scores = coinr(f"110_sensitivity/{name}_scores").loc[codes].filter(like="r_").to_numpy().T
    ranks = coinr(f"110_sensitivity/{name}_ranks").loc[codes].filter(like="r_").to_numpy().T

    our_ranks, our_scores = replicated(index, design, noisy)

    assert len(design) == {"UA_N100": 100, "SA_N100": 600}[name]
    assert our_scores == pytest.approx(scores, rel=1e-9)
    assert (our_ranks == ranks).all()


@pytest.mark.parametrize("name", ["UA_N100", "SA_N100"])
def test_rank_statistics(coinr, index, noisy, name):
    """Mean, median and the 5 % and 95 % quantiles (type 7) of every unit's ranks, the nominal rank beside them."""
    design = coinr(f"110_sensitivity/{name}_design", index="rep")
    codes = list(index[0].variants.plan.units.units.codes)
    expected = coinr(f"110_sensitivity/{name}_rankstats").loc[codes]

    ranks, _ = replicated(index, design[:200], noisy)

    assert ranks.mean(axis=0) == pytest.approx(expected["Mean"].to_numpy(), rel=1e-9)
    quantiles = np.quantile(ranks, [0.5, 0.05, 0.95], axis=0)
    assert quantiles == pytest.approx(expected[["Median", "Q5", "Q95"]].to_numpy().T, rel=1e-9)
    assert (index[1].ranks[0] == expected["Nominal"].to_numpy()).all()


def test_continuous_weights(coinr, index):
    """50 replications with two continuous weights; COINr normalises these to 0..100, and means of 1..100 follow."""
    analysis, _ = index
    design = coinr("110_sensitivity/UA_contweights_N50_design", index="rep")
    codes = list(analysis.variants.plan.units.units.codes)
    expected = coinr("110_sensitivity/UA_contweights_N50_scores").loc[codes].filter(like="r_").to_numpy().T
    sets = design[["wConn", "wSust"]].rename(columns={"wConn": "Conn", "wSust": "Sust"})
    still = np.full((3, len(design)), -1)

    draws = Draws(choices=still, raw=raw_weights(analysis, sets))
    scores = analysis.scores(analysis.ready((-1, -1, -1)), draws)

    assert (scores - 1) / 0.99 == pytest.approx(expected, rel=1e-9)


def split(outputs, inputs):
    """Outputs in COINr's order (A, B, then A with each input of B) as arrays with one output."""
    parts = np.asarray(outputs, dtype=float).reshape(inputs + 2, -1, 1)
    return parts[0], parts[1], parts[None, 2:]


def uncentred(first, second, swapped, degrees=1):
    """Our first-order indices as they would be without centring."""
    swapped = swapped[0]
    centre = np.concatenate([first[None], second[None], swapped]).mean()
    variance = np.concatenate([first, second]).var(ddof=degrees)
    return sobol(first, second, [swapped], degrees)[0][0] + centre * (swapped - first).mean(axis=1) / variance


def test_sobol_of_the_index(coinr, index, noisy):
    """Total indices agree to 1e-9; first-order indices do when the centring is taken back."""
    design = coinr("110_sensitivity/SA_N100_design", index="rep")
    expected = coinr("110_sensitivity/SA_N100_sobol", index="Variable").loc[list(INPUTS)]
    ranks, _ = replicated(index, design, noisy)
    shifts = np.abs(ranks - index[1].ranks[0]).mean(axis=1)
    parts = split(shifts, len(INPUTS))

    (_, total), _ = sobol(*parts, degrees=1)

    assert total[:, 0] == pytest.approx(expected["STi"].to_numpy(), rel=1e-9)
    assert uncentred(*parts)[:, 0] == pytest.approx(expected["Si"].to_numpy(), rel=1e-9)


def test_sobol_of_ishigami(coinr):
    """COINr's estimates on its sample of the Ishigami function, and ours near the known indices."""
    sample = coinr("110_sensitivity/ishigami_N2000_sample", index=None)
    expected = coinr("110_sensitivity/ishigami_N2000_sobol", index="Variable")
    parts = split(sample["y"], 3)

    (first, total), _ = sobol(*parts, degrees=1)

    assert total[:, 0] == pytest.approx(expected["STi"].to_numpy(), rel=1e-9)
    assert uncentred(*parts)[:, 0] == pytest.approx(expected["Si"].to_numpy(), rel=1e-9)
    assert first[:, 0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.07)


def test_shifted_outputs_change_nothing(coinr):
    """Adding 1,000 to all outputs changes COINr's first-order indices; ours it does not."""
    parts = split(coinr("110_sensitivity/ishigami_N2000_sample", index=None)["y"], 3)

    assert sobol(*(part + 1000 for part in parts))[0][0] == pytest.approx(sobol(*parts)[0][0], abs=1e-9)


def test_smaa(coinr):
    """Acceptabilities, central weights and pairwise winning of 2,000 weights on 8 pillars, counted by our tally."""
    from hubrank.methods.ranks import places
    from hubrank.uncertainty.tally import WEIGHT_UNIT, Tally

    weights = coinr("150_smaa/weights_2000", index=None).to_numpy()
    pillars = coinr("150_smaa/scores")
    scores = weights @ pillars.to_numpy().T
    count = len(pillars)
    tally = Tally.empty(1, count, count, weights.shape[1], closely=True)
    units, found = np.arange(count), places(scores, "highest")
    tally.add_bins(0, found, units)
    tally.add_firsts(0, scores.argmax(axis=1), weights.T)
    tally.add_wins(0, found, units)
    first = tally.ranks[0, 0][:, None]

    acceptability = coinr("150_smaa/rank_acceptability").to_numpy()
    assert pytest.approx(acceptability, abs=1e-12) == tally.ranks[0].T / 2000
    with np.errstate(invalid="ignore"):
        central = tally.firsts[0] * WEIGHT_UNIT / first
    assert central == pytest.approx(coinr("150_smaa/central_weights").to_numpy(), abs=1e-9, nan_ok=True)
    assert tally.wins[0] / 2000 == pytest.approx(coinr("150_smaa/pairwise_winning").to_numpy(), abs=1e-12)
