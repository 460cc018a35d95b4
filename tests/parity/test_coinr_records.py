"""COINr's screening, denominators and results, from a run of its example, file by file."""

import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.explain.profile import profile
from hubrank.methods.aggregation import preferences
from hubrank.ranking.ranking import ranks_of
from hubrank.results.rank import rank
from hubrank.scenario.schema import RankingSettings, WeightUncertainty
from hubrank.uncertainty import sampling
from hubrank_audit.statistics import components, coverage

UNITS = ("AUT", "CHN", "IND", "NOR")
NO_IMPUTATION = {"imputation": 'method = "none"'}
BOTH = "at_least_share = 0.9\nat_least_nonzero_share = 0.9"
#: The file, our `[selection]`, and the shares below which COINr marks a unit.
SCREENED = {
    "byNA_dat0.9_nz0.9": ("at_least_share = 0.9", 0.9, 0.9),
    "byzeros_dat0.9_nz0.9": ("at_least_nonzero_share = 0.9", 0.9, 0.9),
    "byNAandzeros_dat0.9_nz0.9": (BOTH, 0.9, 0.9),
    "byNA_default": ("at_least_share = 0.6666666666666666", 2 / 3, 0.05),
    "byNA_0.9_forceBRNin_AUTout": ('at_least_share = 0.9\nkeep = ["BRN"]\nexclude = ["AUT"]', 0.9, 0.05),
}


def test_denominators_with_factors(coinr, tmp_path):
    """`ratio` divides by another column and multiplies by a scale."""
    by = coinr("10_denominate/denomby_scaled", index="iCode")
    expected = coinr("10_denominate/denominated_scaled")
    coinr("00_input/iData").assign(year=2018).to_csv(tmp_path / "values.csv", index_label="unit")
    coinr("00_input/iData").rename_axis("unit")[["uName"]].set_axis(["name"], axis=1).to_csv(tmp_path / "units.csv")
    ratios = {
        f"{code}-scaled": {
            "indicator": "ratio",
            "from": [code, row.Denominator],
            "inputs": {"values": "values"},
            "dimension": "all",
            "options": {"scale": float(row.ScaleFactor)},
        }
        for code, row in by.iterrows()
    }
    scenario = {
        "title": "Denominated",
        "editions": [2018],
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
        "dimensions": {"all": {}},
        "indicators": ratios,
        "missing": {"rule": "renormalise"},
        "normalisation": {"method": "none"},
        "aggregation": {"method": "arithmetic"},
    }
    (tmp_path / "scaled.toml").write_bytes(tomli_w.dumps(scenario).encode())
    made = rank(str(tmp_path / "scaled.toml"))

    for at, each in enumerate(made.plan.ranked):
        theirs = expected[each.key.removesuffix("-scaled")].loc[list(made.codes)]
        np.testing.assert_allclose(made.measured[0, :, at], theirs, rtol=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("file", SCREENED)
def test_screening(coinr, pipeline, file):
    """What every unit lacks, which units are kept, and their values."""
    selection, least, least_nonzero = SCREENED[file]
    made = pipeline({**NO_IMPUTATION, "selection": selection})
    expected = coinr(f"30_screen/summary_{file}").loc[list(made.codes)]
    table = coverage(made.measured[0], made.codes, {})
    counts = ["N_missing", "N_zero", "N_miss_or_zero", "Dat_Avail", "Non_Zero"]

    np.testing.assert_allclose(table.iloc[:, 1:6].to_numpy(float), expected[counts].to_numpy(float), atol=1e-12)
    np.testing.assert_array_equal(table.available < least, expected.LowData)
    np.testing.assert_array_equal(table.nonzero < least_nonzero, expected.LowNonZero)
    np.testing.assert_array_equal(made.considered[0], expected.Included)


@pytest.mark.parametrize("file", ["byNA_dat0.9_nz0.9", "byzeros_dat0.9_nz0.9", "byNAandzeros_dat0.9_nz0.9"])
def test_screened_data(coinr, pipeline, file):
    """The values of the units that are kept."""
    made = pipeline({**NO_IMPUTATION, "selection": SCREENED[file][0]})
    expected = coinr(f"30_screen/data_{file}")
    kept = [code for code, there in zip(made.codes, made.considered[0], strict=True) if there]
    keys = [each.key for each in made.plan.ranked]

    assert sorted(kept) == sorted(expected.index)
    np.testing.assert_allclose(made.measured[0][made.considered[0]], expected.loc[kept, keys], rtol=1e-9)


def test_units_kept_without_imputation(coinr, pipeline):
    """Screening before imputation removes five units, and the others are ranked."""
    made = pipeline({**NO_IMPUTATION, "selection": "at_least_share = 0.9"})
    kept = [code for code, there in zip(made.codes, made.considered[0], strict=True) if there]

    assert sorted(kept) == sorted(coinr("100_whatif/noimpute_units_kept").index)


def _columns(made):
    """Index, dimensions and indicators by COINr's names, each with the units' scores."""
    scores = {"Index" if name == "index" else name: node.scores[0] for name, node in made.nodes.items()}
    scores |= {each.key: made.normalised[0, :, at] for at, each in enumerate(made.plan.ranked)}
    return pd.DataFrame(scores, index=list(made.codes))


def test_full_results(coinr, pipeline):
    """Scores and ranks of everything, from indicators to the index.

    Three units have one value of TolMin; by the last bit of their scores COINr ranks GRC 26th, behind two 24ths.
    """
    made = _columns(pipeline())
    scores, ranks = coinr("70_results/results_Full_scores"), coinr("70_results/results_Full_ranks")
    aggregates, summary = coinr("70_results/results_Aggs_ranks"), coinr("70_results/results_Summ_scores")
    names = list(scores.columns.drop("Rank"))
    assert ranks.loc[["BGR", "CZE", "GRC"], "TolMin"].tolist() == [24, 24, 26]
    ranks.loc["GRC", "TolMin"] = 24
    ours = pd.DataFrame({name: ranks_of(made[name].to_numpy(), RankingSettings()) for name in names}, index=made.index)

    assert len(names) == 60
    np.testing.assert_allclose(made.loc[scores.index, names], scores[names], atol=1e-9)
    np.testing.assert_array_equal(ours.loc[ranks.index, names], ranks[names])
    np.testing.assert_array_equal(ours.loc[aggregates.index, aggregates.columns], aggregates)
    np.testing.assert_allclose(made.loc[summary.index, "Index"], summary["Index"], atol=1e-9)


def test_rounded_results(coinr, pipeline):
    """In the order of a dimension, with two decimals."""
    expected = coinr("70_results/results_Aggs_orderSust_round2")
    made = _columns(pipeline())
    names = list(expected.columns.drop("Rank"))

    assert list(made["Sust"].sort_values(ascending=False).index) == list(expected.index)
    np.testing.assert_allclose(made.loc[expected.index, names].round(2), expected[names], atol=1e-9)


def test_ranks_within_groups(coinr, pipeline):
    """Ranks among the units of the same continent; GRC ties in TolMin as in all units."""
    expected = coinr("70_results/results_Full_groupranks_EurAsia")
    assert expected.loc["GRC", "TolMin"] == 20
    expected.loc["GRC", "TolMin"] = 18
    made = pipeline()
    scores = _columns(made)
    for name in expected.columns.drop("EurAsia_group"):
        ours = pd.Series(made.ranks_within("EurAsia_group", scores[name].to_numpy()[None])[0], index=made.codes)
        np.testing.assert_array_equal(ours[expected.index], expected[name])


@pytest.mark.parametrize("code", UNITS)
@pytest.mark.parametrize(("tag", "top", "bottom"), [("raw", 5, 5), ("norm", 7, 4), ("raw_EurAsia", 5, 5)])
def test_strengths_and_weaknesses(coinr, asem, pipeline, code, tag, top, bottom):
    """The ranks and values by which a unit is best and worst; which of them are equal is a matter of order."""
    within = "EurAsia_group" if tag.endswith("EurAsia") else None
    ranks, values, unique = _by_indicator(coinr, asem, pipeline, code, tag.split("_")[0], within)
    best = coinr(f"70_results/str_{tag}_{code}", index="Code")
    worst = coinr(f"70_results/weak_{tag}_{code}", index="Code")
    for listed, number, sign in ((best, top, 1), (worst, bottom, -1)):
        np.testing.assert_array_equal(ranks[listed.index], listed["Rank"])
        np.testing.assert_allclose(values[listed.index], listed["Value"], rtol=1e-9)
        assert len(listed) == number
        assert (sign * ranks[listed.index]).max() <= np.sort(sign * ranks[unique].to_numpy())[number - 1]


def _by_indicator(coinr, asem, pipeline, code, data, within):
    """A unit's rank and value by every indicator, and which indicators COINr looks at."""
    if data == "raw":
        table = coinr("00_input/raw_dset")[list(asem.indicators)]
        turned = table * asem.meta.Direction[list(asem.indicators)].to_numpy(float)
    else:
        table = turned = coinr("50_normalise/treated_minmax_0_100")[list(asem.indicators)]
    made = pipeline()
    turned = turned.loc[list(made.codes)]
    at = made.codes.index(code)
    columns = {
        name: ranks_of(turned[name].to_numpy(), RankingSettings())
        if within is None
        else made.ranks_within(within, turned[name].to_numpy()[None])[0]
        for name in asem.indicators
    }
    ranks = pd.Series({name: each[at] for name, each in columns.items()})
    last = pd.Series({name: np.nanmax(each) for name, each in columns.items()})
    varied = table.nunique()[list(asem.indicators)] / len(table) >= (0.2 if data == "norm" else 0)
    return ranks, table.loc[code], ranks.index[(ranks < last) & ranks.notna() & varied]


def test_strengths_are_reported_with_ranks(coinr, pipeline):
    """`explain` gives the rank by every indicator, which is that of the normalised values."""
    made = pipeline()
    theirs = coinr("70_results/str_norm_AUT", index="Code")
    figures = {each.key: each for each in profile(made, 0, made.codes.index("AUT")).figures}

    assert [figures[code].rank for code in theirs.index] == list(theirs["Rank"])
    assert [figures[code].normalised for code in theirs.index] == pytest.approx(list(theirs["Value"]), rel=1e-9)


@pytest.mark.parametrize(
    ("tag", "source", "groups"),
    [
        ("norm_L1_bygroup", "50_normalise/treated_minmax_0_100", "Pillar"),
        ("norm_L1_all", "50_normalise/treated_minmax_0_100", None),
        ("raw_L1_bygroup_NAdrop", "00_input/raw_dset", "Pillar"),
        ("agg_L2_bygroup", "60_aggregate/pipeline_Aggregated", "Sub-index"),
        ("agg_L3_bygroup", "60_aggregate/pipeline_Aggregated", "Index"),
    ],
)
def test_centres_and_spreads_of_components(coinr, tag, source, groups):
    """Components are of members less their mean, by their standard deviation, over the units that have all."""
    table = coinr(source)
    names = ["All"] if groups is None else coinr("00_input/lineage", index=None)[groups].unique()
    weights = coinr(f"80_multivariate/pca_{tag}_weights", index="iCode")["Weight"]
    for name in names:
        expected = coinr(f"80_multivariate/pca_{tag}_centerscale_{name}", index="iCode")
        values = table[list(expected.index)].dropna().to_numpy(float)
        made = components(table[list(expected.index)].to_numpy(float))

        assert made.units == len(values)
        np.testing.assert_allclose(values.mean(axis=0), expected["center"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(values.std(axis=0, ddof=1), expected["scale"], rtol=1e-9)
        loadings = weights[expected.index].to_numpy()
        np.testing.assert_allclose(np.abs(made.loadings[:, 0]), np.abs(loadings), atol=1e-7)


def test_no_unit_dominates(coinr):
    """No unit is at least as good in all 49 indicators and better in one, with missing values and without."""
    expected = coinr("60_aggregate/outrank_dominance", index="case")["nDominant"]
    equal = np.full((1, 1, 49), 1 / 49)
    scores = coinr("50_normalise/treated_minmax_1_100").to_numpy(float)[None]
    wins = np.nan_to_num(preferences(scores, equal)[0])

    assert (wins > 1 - 1e-9).sum() == expected["noNA"] == expected["withNA"]


def test_ranks_of_replications_with_two_weights(coinr):
    """The ranks, and their statistics, of the 50 replications whose scores come out elsewhere."""
    scores, expected = (coinr(f"110_sensitivity/UA_contweights_N50_{which}") for which in ("scores", "ranks"))
    told = coinr("110_sensitivity/UA_contweights_N50_rankstats").loc[expected.index]
    ours = ranks_of(scores.loc[expected.index].to_numpy().T, RankingSettings()).T
    drawn = ours[:, 1:]

    np.testing.assert_array_equal(ours, expected[scores.columns])
    np.testing.assert_allclose(drawn.mean(axis=1), told["Mean"], rtol=1e-9)
    np.testing.assert_allclose(
        np.quantile(drawn, [0.5, 0.05, 0.95], axis=1).T, told[["Median", "Q5", "Q95"]], rtol=1e-9
    )


@pytest.mark.parametrize("name", ["SA_N100", "UA_N100", "UA_contweights_N50"])
def test_nominal_scores(coinr, pipeline, name):
    """The index before any replication."""
    expected = coinr(f"110_sensitivity/{name}_nominal")
    made = pipeline()

    np.testing.assert_allclose(pd.Series(made.scores[0], made.codes)[expected.index], expected["Score"], atol=1e-9)
    np.testing.assert_array_equal(pd.Series(made.ranks[0], made.codes)[expected.index], expected["Rank"])


def test_noisy_weights(coinr, monkeypatch):
    """From COINr's own random numbers our boxes give its weights: 50 % up and down, 25 % and 10 %, by level."""
    definition = coinr("110_sensitivity/noisy_weights_draw_definition", index=None)
    definition = definition[definition.Level.isin([1, 2, 3])].sort_values("Level", kind="stable")
    nodes, start = [], 0
    for level, own in definition.groupby("Level"):
        uncertainty = WeightUncertainty.from_toml({1: 0.5, 2: 0.25, 3: 0.1}[level])
        members, base = tuple(own.iCode), np.ones(len(own))
        node = {
            "node": str(level),
            "members": members,
            "span": slice(start, start + len(own)),
            "base": base,
            "uncertainty": uncertainty,
            "inside": None,
        }
        nodes.append(sampling.NodeSampler(**node))
        start += len(own)
    given = definition.u.to_numpy(dtype=np.float32)
    monkeypatch.setattr(sampling, "uniforms", lambda rng, count: given[:count].copy())
    ours = sampling.WeightSampler(tuple(nodes)).sample(1, np.random.default_rng(0))[:, 0]

    np.testing.assert_allclose(ours, definition.Weight, rtol=1e-6)
