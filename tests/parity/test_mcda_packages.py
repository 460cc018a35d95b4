"""What the smaller Python packages say of the same nine units, row by row, said in a scenario."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods.toolkit import correlations
from hubrank_analysis.comparison import gamma, similarity, weighted_spearman

COSTS = {"costs": True}

#: The row of pyrepo and pyDecision, the normalisation, the aggregation, and what the reference's score is of ours.
SCORES = {
    "saw_minmax": ("min-max", "arithmetic", None),
    "saw_default": ("linear", "arithmetic", None),
    "saw": ("linear", "arithmetic", None),
    "topsis_vector": ("vector", "topsis", None),
    "topsis": ("vector", "topsis", None),
    "topsis_minmax": ("min-max", "topsis", None),
    "vikor": ("none", "vikor", lambda ours: 1 - ours),
    "copras": ("none", {"method": "copras", **COSTS}, lambda ours: ours / 100),
    "edas": ("none", {"method": "pymcdm-edas", **COSTS}, None),
    "aras": ("none", {"method": "pymcdm-aras", **COSTS}, None),
    "marcos": ("none", {"method": "pymcdm-marcos", **COSTS}, None),
    "spotis": ("none", "spotis", lambda ours: 1 - ours),
    "promethee2_usual": ("none", "promethee", None),
    "promethee2_linear_q.1_p.5": (
        "min-max",
        {"method": "promethee", "preference": "linear", "q": 0.1, "p": 0.5},
        None,
    ),
    "waspas_wsm": ({"method": "min-max", "range": [1, 2]}, "arithmetic", None),
    "waspas_wpm": ({"method": "min-max", "range": [1, 2]}, "geometric", None),
}
#: Rows in which pyDecision adds absolute terms of 1e-9 and 1e-10, and what is left of them.
LOOSE = {"vikor": 1e-7, "spotis": 1e-8}

#: The row of pyrepo, crispyn and objective-weighting, the normalisation, the weighting, and whether with directions.
WEIGHTS = {
    "equal_weighting": ("none", "equal", False),
    "entropy_weighting": ("none", "entropy", False),
    "std_weighting": ("none", "standard-deviation", False),
    "critic_weighting": ("min-max", "critic", False),
    "gini_weighting": ("none", {"method": "pymcdm-gini", **COSTS}, True),
    "merec_weighting": ("none", {"method": "pymcdm-merec", **COSTS}, True),
    "stat_var_weighting": ("none", {"method": "pymcdm-variance", **COSTS}, True),
    "cilos_weighting": ("none", {"method": "pymcdm-cilos", **COSTS}, True),
    "idocriw_weighting": ("none", {"method": "pymcdm-idocriw", **COSTS}, True),
    "angle_weighting": ("skcriteria-invert-minimize", "pymcdm-angle", True),
    "coeff_var_weighting": ("sum", "standard-deviation", False),
}


@pytest.mark.long
@pytest.mark.parametrize("which", ["equal", "w2"])
@pytest.mark.parametrize("package", ["pyrepo", "pydecision"])
def test_scores(mcda, ranked, matrix, directions, package, which):
    """Every row of scores, to 1e-9 except pyDecision's own absolute terms."""
    table = mcda(f"extra_{package}_agg_{which}_scores", index="method")[list(matrix.index)]
    weights = None if which == "equal" else mcda("00_w2", index="criterion").w2
    rows = [row for row in table.index if row != "waspas"]

    assert set(rows) <= set(SCORES)
    for row in rows:
        normalisation, aggregation, turn = SCORES[row]
        ours = ranked(matrix, directions, normalisation, aggregation, weights).scores[0]
        within = LOOSE.get(row, 1e-9) if package == "pydecision" else 1e-9
        np.testing.assert_allclose(ours if turn is None else turn(ours), table.loc[row], rtol=within, atol=within)


@pytest.mark.parametrize("which", ["equal", "w2"])
def test_half_a_sum_and_half_a_product(mcda, matrix, which):
    """The WASPAS of pyDecision is the mean of its two rows above."""
    table = mcda(f"extra_pydecision_agg_{which}_scores", index="method")[list(matrix.index)]

    np.testing.assert_allclose((table.loc["waspas_wsm"] + table.loc["waspas_wpm"]) / 2, table.loc["waspas"], rtol=1e-9)


@pytest.mark.parametrize("package", ["pyrepo", "crispyn", "ow"])
@pytest.mark.parametrize("row", WEIGHTS)
def test_weights(mcda, ranked, matrix, directions, package, row):
    """Every row of weights."""
    table = mcda(f"extra_{package}_weights", index="method")
    normalisation, weighting, directed = WEIGHTS[row]
    ways = directions if directed else directions.abs()
    made = ranked(matrix, ways, normalisation, weighting=weighting).nodes["all"].weights.ravel()

    assert set(table.index) == set(WEIGHTS)
    np.testing.assert_allclose(made / made.sum(), table.loc[row, list(matrix)], rtol=1e-9, atol=1e-12)


def test_cilos_without_directions(mcda, ranked, matrix, directions):
    """The CILOS of pyDecision takes every criterion for a benefit, and comes out so."""
    theirs = mcda("extra_pydecision_weights", index="method").loc["cilos", list(matrix)]
    made = ranked(matrix, directions.abs(), "none", weighting="pymcdm-cilos")

    np.testing.assert_allclose(made.nodes["all"].weights.ravel(), theirs, rtol=1e-9)


@pytest.mark.parametrize(
    ("file", "row", "method"),
    [
        ("pysensmcda", "borda", "borda"),
        ("pysensmcda", "rank_position", "harmonic"),
        ("pyrepo", "rank_position", "harmonic"),
        ("pyrankmcda", "fast_kemeny_young", "kemeny"),
    ],
)
def test_orders_of_orders(mcda, ranked, file, row, method):
    """Rank aggregation over seven rankings."""
    rankings = mcda("rankagg_input", index="unit").rename(columns=lambda name: name.replace("_", "-"))
    theirs = mcda(f"extra_{file}_rankagg", index="method").loc[row, list(rankings.index)]
    if method == "harmonic":
        made = ranked(rankings, pd.Series(1, index=rankings.columns), "none", method)
        ours = pd.Series(made.scores[0]).rank()
    else:
        ours = pd.Series(ranked(rankings, pd.Series(-1, index=rankings.columns), "none", method).ranks[0])

    np.testing.assert_array_equal(ours, theirs)


def test_rank_correlations(mcda):
    """Six coefficients of two rankings, all of which `compare` prints or rests on."""
    theirs = mcda("rank_correlations", index="coef")["value"]
    ranks = mcda("agg_w2_ranks", index="method").drop(columns="which", errors="ignore")
    one, other = (ranks.loc[row].to_numpy(float) for row in ("pymcdm_wsm_minmax", "pymcdm_topsis_vector"))
    pair = np.column_stack([one, other])[None]

    assert weighted_spearman(one, other) == pytest.approx(theirs["weighted_spearman"], abs=1e-9)
    assert similarity(one, other) == pytest.approx(theirs["rank_similarity_coef"], abs=1e-9)
    assert gamma(one, other) == pytest.approx(theirs["goodman_kruskal_gamma"], abs=1e-9)
    assert gamma(one, other) == pytest.approx(theirs["kendall_tau"], abs=1e-9)
    for kind in ("pearson", "spearman"):
        assert correlations(pair, kind)[0, 0, 1] == pytest.approx(theirs[kind], abs=1e-9)
