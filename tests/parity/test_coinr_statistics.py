"""COINr's statistics, correlations, consistency and components, file by file."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hubrank_audit.statistics import METHODS, components, correlations, coverage, cronbach, statistics

#: COINr's columns of get_stats in the order of ours.
STATS = (
    *("Min", "Max", "Mean", "Median", "Std", "Skew", "Kurt", "N.Avail", "N.NonZero", "N.Unique", "N.Same"),
    *("Frc.Avail", "Frc.NonZero", "Frc.Unique", "Frc.Same"),
)
FLAGS = {
    "Flag.Avail": "flag_available",
    "Flag.NonZero": "flag_nonzero",
    "Flag.Unique": "flag_unique",
    "Flag.SkewKurt": "flag_shape",
}
SETS = {
    "Raw": "00_input/raw_dset",
    "Denominated": "10_denominate/denominated",
    "Imputed": "20_impute/i_mean_grp_EurAsia",
    "Treated": "40_treat/default_imputed_data",
    "Normalised": "50_normalise/treated_minmax_0_100",
    "Aggregated": "60_aggregate/pipeline_Aggregated",
}


@pytest.fixture(scope="module")
def lineage(coinr):
    """Indicators with the nodes above them."""
    return coinr("00_input/lineage", index=None)


def columns(table):
    """The columns that hold numbers."""
    return [name for name in table.columns if pd.api.types.is_numeric_dtype(table[name]) and name != "Time"]


@pytest.mark.parametrize("stage", SETS)
def test_statistics_of_every_stage(coinr, stage):
    """All 19 columns of get_stats."""
    expected = coinr(f"80_multivariate/stats_{stage}", index="iCode")
    table = coinr(SETS[stage])
    names = list(expected.index)

    made = statistics(table[names].to_numpy(float), names).set_index("indicator")

    np.testing.assert_allclose(made.iloc[:, :15].to_numpy(float), expected[list(STATS)].to_numpy(float), rtol=1e-9)
    for theirs, ours in FLAGS.items():
        assert list(made[ours] == "ok") == list(expected[theirs] == "ok")


@pytest.mark.parametrize("method", METHODS)
def test_correlations_of_indicators_with_probabilities(coinr, method):
    """Pairwise complete coefficients and R's cor.test of every pair."""
    expected = coinr(f"80_multivariate/corr_raw_L1_{method}", index=None)
    probabilities = coinr(f"80_multivariate/pvals_raw_L1_{method}", index="iCode")
    names = list(probabilities.index)

    found = correlations(coinr(SETS["Raw"])[names].to_numpy(float), method)

    r = pd.DataFrame(found.r, names, names)
    np.testing.assert_allclose(
        [r.loc[pair] for pair in zip(expected.Var1, expected.Var2, strict=True)], expected.Correlation, atol=1e-9
    )
    np.testing.assert_allclose(found.p, probabilities[names], atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_correlations_turned_by_direction(coinr, method):
    """Indicators of direction -1 with their sign changed."""
    expected = coinr(f"80_multivariate/corr_raw_L1_dirs_{method}", index=None)
    directions = coinr("00_input/iMeta", index="iCode")["Direction"]
    names = list(dict.fromkeys(expected.Var1))

    found = correlations(coinr(SETS["Raw"])[names].to_numpy(float) * directions[names].to_numpy(float), method)

    r = pd.DataFrame(found.r, names, names)
    np.testing.assert_allclose(
        [r.loc[pair] for pair in zip(expected.Var1, expected.Var2, strict=True)], expected.Correlation, atol=1e-9
    )


@pytest.mark.parametrize("method", METHODS)
def test_significant_correlations_within_pillars(coinr, lineage, method):
    """Within each pillar, empty if the probability is above 0.05."""
    expected = coinr(f"80_multivariate/corr_raw_L1_group2_p0.05_{method}", index=None)
    names = list(lineage["Indicator"])

    found = correlations(coinr(SETS["Raw"])[names].to_numpy(float), method)

    r = pd.DataFrame(np.where(found.p > 0.05, np.nan, found.r), names, names)
    np.testing.assert_allclose(
        [r.loc[pair] for pair in zip(expected.Var1, expected.Var2, strict=True)],
        expected.Correlation.astype(float),
        atol=1e-9,
    )


@pytest.mark.parametrize(("name", "method"), list(itertools.product(["L1L2_parent", "L2L3", "L2L4"], METHODS)))
def test_correlations_with_the_levels_above(coinr, name, method):
    """Indicators with pillars, pillars with sub-indexes and the index."""
    expected = coinr(f"80_multivariate/corr_{name}_{method}", index=None)
    table = coinr(SETS["Aggregated"])
    names = columns(table)

    r = pd.DataFrame(correlations(table[names].to_numpy(float), method).r, names, names)

    np.testing.assert_allclose(
        [r.loc[pair] for pair in zip(expected.Var1, expected.Var2, strict=True)], expected.Correlation, atol=1e-9
    )


@pytest.mark.parametrize("method", METHODS)
def test_correlations_with_the_family(coinr, lineage, method):
    """Each indicator with its pillar, sub-index and the index."""
    expected = coinr(f"80_multivariate/corr_L1_family_{method}", index=None)
    table = coinr(SETS["Aggregated"])
    names = columns(table)
    family = lineage.set_index("Indicator")

    r = pd.DataFrame(correlations(table[names].to_numpy(float), method).r, names, names)

    made = [r.loc[family.loc[one, level], one] for level, one in zip(expected.Var1, expected.Var2, strict=True)]
    np.testing.assert_allclose(made, expected.Correlation, atol=1e-9)


@pytest.mark.parametrize(("name", "sign"), [("high0.75", 1), ("low-0.2", -1)])
def test_flags_of_correlations(coinr, lineage, name, sign):
    """The pairs within a pillar beyond a threshold, as get_corr_flags lists them."""
    expected = coinr(f"80_multivariate/corr_flags_{name}", index=None)
    limit = float(name.removeprefix("high").removeprefix("low"))
    table = coinr(SETS["Normalised"])

    made = {}
    for pillar, group in lineage.groupby("Pillar"):
        names = list(group["Indicator"])
        r = correlations(table[names].to_numpy(float)).r
        for one, other in itertools.combinations(range(len(names)), 2):
            if sign * r[one, other] >= sign * limit:
                made[pillar, frozenset((names[one], names[other]))] = r[one, other]

    theirs = {(row.Group, frozenset((row.Ind1, row.Ind2))): row.Corr for row in expected.itertuples()}
    assert made == pytest.approx(theirs, abs=1e-9)


def test_cronbach(coinr, lineage):
    """Alpha of pillars on raw and normalised values, and of the levels above."""
    expected = coinr("80_multivariate/cronbach", index=None)
    above = {"1": ("Pillar", "Indicator"), "2": ("Sub-index", "Pillar"), "3": ("Index", "Sub-index")}

    made = []
    for row in expected.itertuples():
        parent, child = above[str(row.Level)]
        own = lineage if row.set.startswith("ALL") else lineage[lineage[parent] == row.set]
        made.append(cronbach(coinr(SETS[row.dset])[list(own[child].unique())].to_numpy(float)))

    np.testing.assert_allclose(made, expected["alpha"], atol=1e-9)


@pytest.mark.parametrize(
    ("tag", "stage", "parent", "child"),
    [
        ("norm_L1_bygroup", "Normalised", "Pillar", "Indicator"),
        ("raw_L1_bygroup_NAdrop", "Raw", "Pillar", "Indicator"),
        ("agg_L2_bygroup", "Aggregated", "Sub-index", "Pillar"),
        ("agg_L3_bygroup", "Aggregated", "Index", "Sub-index"),
    ],
)
def test_components_of_every_node(coinr, lineage, tag, stage, parent, child):
    """Standard deviations, shares of the variance and loadings, their signs aligned."""
    table = coinr(SETS[stage])
    for group in lineage[parent].unique():
        loadings = coinr(f"80_multivariate/pca_{tag}_rotation_{group}", index="iCode")
        spread = coinr(f"80_multivariate/pca_{tag}_sdev_{group}", index="PC")

        made = components(table[list(loadings.index)].to_numpy(float))

        np.testing.assert_allclose(np.sqrt(made.eigenvalues), spread["sdev"], atol=1e-7)
        np.testing.assert_allclose(made.explained, spread["var_expl"], atol=1e-7)
        signs = np.sign((made.loadings * loadings.to_numpy()).sum(axis=0))
        np.testing.assert_allclose(made.loadings * signs, loadings, atol=1e-7)


def test_components_of_all_indicators(coinr):
    """All 49 indicators at once."""
    loadings = coinr("80_multivariate/pca_norm_L1_all_rotation_All", index="iCode")
    spread = coinr("80_multivariate/pca_norm_L1_all_sdev_All", index="PC")

    made = components(coinr(SETS["Normalised"])[list(loadings.index)].to_numpy(float))

    np.testing.assert_allclose(np.sqrt(made.eigenvalues), spread["sdev"], atol=1e-7)
    signs = np.sign((made.loadings * loadings.to_numpy()).sum(axis=0))
    np.testing.assert_allclose(made.loadings * signs, loadings, atol=1e-7)


def test_correlations_with_denominators(coinr):
    """The pairs of get_denom_corr: absolute coefficients above 0.6."""
    expected = coinr("10_denominate/get_denom_corr_raw_0.6", index=None)
    meta = coinr("00_input/iMeta", index="iCode")
    table = coinr("00_input/iData")
    names = list(meta.index[meta["Type"] == "Indicator"])
    denominators = list(meta.index[meta["Type"] == "Denominator"])

    r = pd.DataFrame(
        correlations(table[names + denominators].to_numpy(float)).r, names + denominators, names + denominators
    )

    made = {(one, other): abs(r.loc[one, other]) for one in names for other in denominators}
    made = {pair: value for pair, value in made.items() if value > 0.6}
    theirs = {(row.Ind, row.Denom): row.Corr for row in expected.itertuples()}
    assert made == pytest.approx(theirs, abs=1e-9)


def test_availability_by_unit_and_node(coinr, lineage):
    """get_data_avail: counts and shares by unit, and the share of each node's indicators."""
    by_unit, by_node = coinr("30_screen/data_avail_summary"), coinr("30_screen/data_avail_bygroup")
    names = list(lineage["Indicator"])
    nodes = {
        name: [at for at, above in enumerate(lineage[level]) if above == name]
        for level in ("Pillar", "Sub-index", "Index")
        for name in lineage[level].unique()
    }
    table = coinr(SETS["Denominated"])

    made = coverage(table[names].to_numpy(float), list(table.index), nodes).set_index("unit").loc[list(by_unit.index)]

    np.testing.assert_allclose(made.iloc[:, :5].to_numpy(float), by_unit.to_numpy(float), atol=1e-12)
    np.testing.assert_allclose(made[list(by_node.columns)], by_node, atol=1e-12)
