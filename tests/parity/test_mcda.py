"""The Python peers' normalisations, weights and means on nine units and six criteria."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods.aggregation import ShiftOptions
from hubrank.methods.builtins import AGGREGATORS, NORMALISATIONS, WEIGHTINGS
from hubrank.methods.normalisation import MinMaxOptions, ZScoreOptions
from hubrank.methods.weighting import CriticOptions
from hubrank.plugin import Member, MethodError
from hubrank.plugin.sources import NoOptions

MEANS = {each.name: each for each in AGGREGATORS}
SCALES = {each.name: each for each in NORMALISATIONS}
WAYS = {each.name: each for each in WEIGHTINGS}
OPTIONS = {"min-max": MinMaxOptions(), "z-score": ZScoreOptions(divisor="n")}


def scaled(context, matrix, directions, name):
    """The matrix by one normalisation, turned as the core turns it."""
    members = [Member(name=each, direction=int(directions[each])) for each in matrix]
    given = context(list(matrix.index), members)
    values = matrix.to_numpy(float)[None]
    if SCALES[name].oriented:
        values = values * given.directions
    options = OPTIONS.get(name, NoOptions())
    return SCALES[name].apply(values, SCALES[name].fit(values, given, options), given, options)


@pytest.mark.parametrize(
    ("name", "file", "turned"),
    [
        ("min-max", "pymcdm_minmax_types", True),
        ("min-max", "pymcdm_minmax_notypes", False),
        ("min-max", "skc_minmax", False),
        ("min-max", "skc_cenit", True),
        ("sum", "pymcdm_sum_types", True),
        ("sum", "pymcdm_sum_notypes", False),
        ("sum", "skc_sum", False),
        ("vector", "pymcdm_vector_types", True),
        ("vector", "pymcdm_vector_notypes", False),
        ("vector", "skc_vector", False),
        ("max", "pymcdm_max_types", True),
        ("max", "pymcdm_max_notypes", False),
        ("max", "skc_maxabs", False),
        ("linear", "pymcdm_linear_types", True),
        ("linear", "pymcdm_linear_notypes", False),
        ("z-score", "skc_zscore", False),
    ],
)
def test_normalises_like_the_peers(mcda, context, matrix, directions, name, file, turned):
    """Scales of pymcdm and scikit-criteria, with and without criteria of which less is better."""
    ways = directions if turned else directions.abs()

    np.testing.assert_allclose(
        scaled(context, matrix, ways, name)[0], mcda(f"norm_{file}", index="unit"), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize(("file", "turned"), [("types", True), ("notypes", False)])
def test_takes_logarithmic_shares_like_pymcdm(mcda, context, matrix, directions, file, turned):
    """Criteria above 1 are equal."""
    large = ["xVV", "sVV"]
    ways = directions[large] if turned else directions[large].abs()
    theirs = mcda(f"norm_pymcdm_logarithmic_{file}", index="unit")[large]

    np.testing.assert_allclose(scaled(context, matrix[large], ways, "logarithmic")[0], theirs, rtol=1e-9)


def test_refuses_logarithmic_shares_that_turn_the_order(mcda, context, matrix, directions):
    """Below 1 the best value gets the least share in pymcdm; ours says so."""
    theirs = mcda("norm_pymcdm_logarithmic_types", index="unit").xRV

    assert theirs.idxmax() == matrix.xRV.idxmin()
    with pytest.raises(MethodError, match="'xRV' has 9 values that are not above 1"):
        scaled(context, matrix[["xRV"]], directions, "logarithmic")


@pytest.mark.parametrize(
    ("row", "way", "scale", "options"),
    [
        ("skc_equal", "equal", None, NoOptions()),
        ("pymcdm_equal_weights", "equal", None, NoOptions()),
        ("skc_std_raw", "standard-deviation", None, NoOptions()),
        ("pymcdm_standard_deviation_weights", "standard-deviation", None, NoOptions()),
        ("skc_std_minmax", "standard-deviation", "min-max", NoOptions()),
        ("pymcdm_std_minmax", "standard-deviation", "min-max", NoOptions()),
        ("skc_entropy", "entropy", None, NoOptions()),
        ("pymcdm_entropy_weights", "entropy", None, NoOptions()),
        ("skc_critic_pearson", "critic", "min-max", CriticOptions()),
        ("skc_critic_spearman", "critic", "min-max", CriticOptions(correlation="spearman")),
        ("pymcdm_critic_on_minmax_types", "critic", "min-max", CriticOptions()),
    ],
)
def test_weighs_like_the_peers(mcda, context, matrix, directions, row, way, scale, options):
    """Weights from the data; CRITIC with directions, as scikit-criteria has it."""
    given = context(list(matrix.index), [Member(name=each) for each in matrix])
    scores = scaled(context, matrix, directions, scale) if scale else matrix.to_numpy(float)[None]
    weights = np.ravel(WAYS[way].apply(scores, given, options))
    theirs = mcda("weights", index="method").loc[row]

    np.testing.assert_allclose(weights / weights.sum(), theirs, rtol=1e-9)


@pytest.mark.parametrize("which", ["equal", "w2"])
@pytest.mark.parametrize(
    ("row", "scale", "mean", "options"),
    [
        ("pymcdm_wsm_minmax", "min-max", "arithmetic", NoOptions()),
        ("pymcdm_wsm_sum", "sum", "arithmetic", NoOptions()),
        ("pymcdm_wsm_vector", "vector", "arithmetic", NoOptions()),
        ("pymcdm_wsm_max", "max", "arithmetic", NoOptions()),
        ("pymcdm_wpm_sum", "sum", "geometric", ShiftOptions()),
        ("pymcdm_wpm_vector", "vector", "geometric", ShiftOptions()),
        ("pymcdm_wpm_linear", "linear", "geometric", ShiftOptions()),
        ("skc_wsm_invert_sum", "sum", "arithmetic", NoOptions()),
        ("skc_wsm_negate_minmax", "min-max", "arithmetic", NoOptions()),
    ],
)
def test_aggregates_like_the_peers(mcda, context, matrix, directions, row, scale, mean, options, which):
    """Weighted sums and products."""
    weights = pd.Series(1 / 6, index=matrix.columns) if which == "equal" else mcda("00_w2", index="criterion").w2
    given = context(list(matrix.index), [Member(name=each) for each in matrix])
    scores = scaled(context, matrix, directions, scale)
    ours = MEANS[mean].apply(scores, weights[matrix.columns].to_numpy()[None, None], given, options)[0]

    np.testing.assert_allclose(ours, mcda(f"agg_{which}_scores", index="method").loc[row], rtol=1e-9)


def test_counts_places_like_a_brute_force(mcda, context):
    """Borda and Copeland over seven rankings of nine units."""
    rankings = mcda("rankagg_input", index="unit")
    exact = mcda("rankagg_own_exact", index="method")
    scores, weights = -rankings.to_numpy(float)[None], np.full((1, 1, 7), 1 / 7)
    for row, name in (("borda_ranksum", "borda"), ("copeland_net_wins", "copeland")):
        made = MEANS[name].apply(scores, weights, None, NoOptions())[0]
        np.testing.assert_array_equal(
            pd.Series(-made, index=rankings.index).rank(method="min"), exact.loc[row, list(rankings.index)]
        )
