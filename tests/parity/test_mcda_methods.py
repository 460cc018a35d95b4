"""Every row of the Python peers' references, said in a scenario: normalisation, aggregation or weighting, options."""

import numpy as np
import pandas as pd
import pytest

COSTS = {"costs": True}

#: The row, the normalisation, the aggregation, and what the reference's score is of ours.
ROWS = {
    **{
        f"pymcdm_{mean}_{scale}": (f"pymcdm-{scale}", name, None)
        for mean, name in (("wsm", "arithmetic"), ("topsis", "topsis"), ("wpm", "wpm"))
        for scale in ("minmax", "sum", "vector", "max", "linear")
        if (mean, scale) not in (("wpm", "minmax"), ("wpm", "max"), ("wsm", "linear"), ("topsis", "linear"))
    },
    "pymcdm_vikor": ("none", "vikor", lambda ours: 1 - ours),
    "pymcdm_spotis": ("none", "spotis", lambda ours: 1 - ours),
    "pymcdm_promethee2_usual": ("none", "promethee", None),
    "pymcdm_promethee2_vshape_p_range": ("min-max", {"method": "promethee", "preference": "v-shape", "p": 1}, None),
    "pymcdm_promethee2_vshape2_q.1_p.5": (
        "min-max",
        {"method": "promethee", "preference": "linear", "q": 0.1, "p": 0.5},
        None,
    ),
    **{
        f"pymcdm_{name}": ("none", {"method": f"pymcdm-{name}", **COSTS}, None)
        for name in (
            *("mabac", "edas", "codas", "aras", "marcos", "waspas", "cocoso", "ocra", "moora", "probid", "ram"),
        )
    },
    "pymcdm_mairca": ("none", {"method": "pymcdm-mairca", **COSTS}, lambda ours: -ours),
    "skc_wsm_invert_sum": ("skcriteria-sum", "skcriteria-weighted-sum-model", None),
    "skc_wsm_negate_minmax": ("skcriteria-min-max", "skcriteria-weighted-sum-model", None),
    "skc_wpm_invert_sum": ("skcriteria-sum", "skcriteria-weighted-product-model", None),
    "skc_topsis_vector": ("skcriteria-vector", "topsis", None),
    "skc_topsis_minmax": ("skcriteria-min-max", "topsis", None),
    "skc_topsis_sum": ({"method": "skcriteria-sum", "costs": "after"}, "topsis", None),
    "skc_topsis_invert_sum": ("skcriteria-sum", "topsis", None),
    "skc_vikor": ("none", "vikor", lambda ours: 1 - ours),
    "skc_spotis": ("none", "spotis", lambda ours: 1 - ours),
    "skc_copras": ("none", {"method": "copras", **COSTS}, None),
    **{
        f"skc_{name}_raw": ("none", {"method": f"skcriteria-{name}", **COSTS}, None)
        for name in ("edas", "marcos", "ocra")
    },
    "skc_mairca_raw": ("none", {"method": "skcriteria-mairca", **COSTS}, lambda ours: -ours),
}
#: Rows that the reference's own description says not to use.
UNUSABLE = {"pymcdm_copras", "pymcdm_wpm_max", "skc_probid_raw", "skc_ratiomoora_raw", "skc_ram_raw"}

#: The row, the normalisation, the weighting, and whether criteria have directions.
WEIGHTS = {
    "skc_equal": ("none", "skcriteria-equal", True),
    "skc_std_raw": ("none", {"method": "skcriteria-std", **COSTS}, True),
    "skc_std_minmax": ("skcriteria-min-max", "skcriteria-std", True),
    "skc_entropy": ("none", {"method": "skcriteria-entropy", **COSTS}, True),
    "skc_critic_pearson": ("none", {"method": "skcriteria-critic", **COSTS}, True),
    "skc_critic_spearman": ("none", {"method": "skcriteria-critic", "correlation": "spearman", **COSTS}, True),
    "skc_critic_noscale_on_minmax": ("skcriteria-min-max", {"method": "skcriteria-critic", "scale": False}, False),
    "skc_gini": ("none", {"method": "skcriteria-gini", **COSTS}, True),
    "skc_merec": ("none", {"method": "skcriteria-merec", **COSTS}, True),
    "pymcdm_equal_weights": ("none", "pymcdm-equal", True),
    "pymcdm_standard_deviation_weights": ("none", "pymcdm-standard-deviation", True),
    "pymcdm_critic_weights": ("none", "pymcdm-critic", False),
    **{
        f"pymcdm_{name}_weights": ("none", {"method": f"pymcdm-{name}", **COSTS}, True)
        for name in ("entropy", "gini", "variance", "angle", "merec", "cilos", "idocriw", "lopcow")
    },
    "pymcdm_std_minmax": ("pymcdm-minmax", "pymcdm-standard-deviation", True),
    "pymcdm_critic_on_minmax_types": ("pymcdm-minmax", "pymcdm-critic", True),
}

#: The file and the normalisation.
SCALES = {
    **{f"norm_pymcdm_{name}_types": f"pymcdm-{name}" for name in ("minmax", "max", "sum", "vector", "linear")},
    "norm_pymcdm_logarithmic_types": {"method": "pymcdm-logarithmic", "turned": True},
    "norm_skc_cenit": "skcriteria-cenit-distance",
    "dir_skc_benefitcost": "skcriteria-benefit-cost-minimize",
    "dir_skc_invert": "skcriteria-invert-minimize",
    "dir_skc_minmaxinv": "skcriteria-min-max-minimize",
    "dir_skc_negate": "skcriteria-negate-minimize",
}
#: The same, where all criteria are better the more there is.
SCALES_OF_BENEFITS = {
    **{f"norm_pymcdm_{name}_notypes": f"pymcdm-{name}" for name in ("minmax", "max", "sum", "vector", "linear")},
    "norm_pymcdm_logarithmic_notypes": {"method": "pymcdm-logarithmic", "turned": True},
    "norm_skc_maxabs": "skcriteria-max-abs",
    "norm_skc_minmax": "skcriteria-min-max",
    "norm_skc_sum": "skcriteria-sum",
    "norm_skc_vector": "skcriteria-vector",
    "norm_skc_zscore": "skcriteria-standard",
}


@pytest.mark.long
@pytest.mark.parametrize("which", ["equal", "w2"])
@pytest.mark.parametrize("row", ROWS)
def test_scores_and_ranks(mcda, ranked, matrix, directions, row, which):
    """A row of scores, and of ranks with the ties of the package, comes out."""
    normalisation, aggregation, turn = ROWS[row]
    weights = None if which == "equal" else mcda("00_w2", index="criterion").w2
    scores = pd.Series(ranked(matrix, directions, normalisation, aggregation, weights).scores[0], index=matrix.index)
    ties = "dense" if row.startswith("skc") else "average"
    theirs = mcda(f"agg_{which}_scores", index="method").loc[row, matrix.index].astype(float)

    np.testing.assert_allclose(scores if turn is None else turn(scores), theirs, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(
        scores.round(12).rank(method=ties, ascending=False),
        mcda(f"agg_{which}_ranks", index="method").loc[row, matrix.index],
    )


@pytest.mark.parametrize("which", ["equal", "w2"])
def test_compromise_set(mcda, ranked, matrix, directions, which):
    """VIKOR's compromise set ties at the first rank where the scenario says so."""
    weights = None if which == "equal" else mcda("00_w2", index="criterion").w2
    vikor = {"method": "skcriteria-vikor", "compromise_set": True}
    ranks = -ranked(matrix, directions, "none", vikor, weights).scores[0]

    np.testing.assert_array_equal(
        ranks, mcda(f"agg_{which}_ranks", index="method").loc["skc_vikor_compromise_set", matrix.index]
    )


@pytest.mark.parametrize("which", ["equal", "w2"])
def test_no_row_is_left_out(mcda, which):
    """Every row of the references is in the tables above, or is one that its description says not to use."""
    rows = set(mcda(f"agg_{which}_scores", index="method").index)

    assert rows - set(ROWS) == UNUSABLE
    assert set(mcda("weights", index="method").index) == set(WEIGHTS)


@pytest.mark.parametrize("row", WEIGHTS)
def test_weights(mcda, ranked, matrix, directions, row):
    """A row of weights comes out."""
    normalisation, weighting, directed = WEIGHTS[row]
    ways = directions if directed else directions.abs()
    made = ranked(matrix, ways, normalisation, weighting=weighting)

    np.testing.assert_allclose(
        made.nodes["all"].weights.ravel(), mcda("weights", index="method").loc[row, list(matrix)], rtol=1e-9
    )


@pytest.mark.parametrize("file", [*SCALES, *SCALES_OF_BENEFITS])
def test_normalised_values(mcda, ranked, matrix, directions, file):
    """A file of normalised values comes out."""
    ways = directions if file in SCALES else directions.abs()
    made = ranked(matrix, ways, {**SCALES, **SCALES_OF_BENEFITS}[file])

    np.testing.assert_allclose(made.normalised[0], mcda(file, index="unit")[list(matrix)], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("row", "method"), [("kemeny_0", "kemeny"), ("schulze", "schulze")])
def test_orders_of_orders(mcda, ranked, row, method):
    """Rank aggregation gives the order that brute force over all orders gives."""
    rankings = mcda("rankagg_input", index="unit").rename(columns=lambda name: name.replace("_", "-"))
    ways = pd.Series(-1, index=rankings.columns)
    made = ranked(rankings, ways, "none", method)

    np.testing.assert_array_equal(
        made.ranks[0], mcda("rankagg_own_exact", index="method").loc[row, list(rankings.index)]
    )


def test_packages_that_agree(mcda, ranked, matrix, directions):
    """Two further packages' PROMETHEE and COPRAS are the same as ours."""
    weights = mcda("00_w2", index="criterion").w2
    theirs = mcda("extra_pyrepo_agg_w2_scores", index="method")[list(matrix.index)]
    linear = {"method": "promethee", "preference": "linear", "q": 0.1, "p": 0.5}
    flows = ranked(matrix, directions, "min-max", linear, weights).scores[0]
    shares = ranked(matrix, directions, "none", {"method": "copras", **COSTS}, weights).scores[0]

    np.testing.assert_allclose(flows, theirs.loc["promethee2_linear_q.1_p.5"], atol=1e-9)
    np.testing.assert_allclose(shares / 100, theirs.loc["copras"], atol=1e-9)
