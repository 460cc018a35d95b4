"""COINr's aggregation and weights, file by file."""

import numpy as np
import pytest
from hubrank.methods.aggregation import GeneralisedOptions, ShiftOptions, preferences
from hubrank.methods.builtins import AGGREGATORS, WEIGHTINGS
from hubrank.methods.toolkit import correlations
from hubrank.methods.weighting import OptimisedOptions, PcaOptions
from hubrank.plugin import Member, MethodError
from hubrank.plugin.sources import NoOptions

METHODS = {each.name: each for each in AGGREGATORS}
WAYS = {each.name: each for each in WEIGHTINGS}

MEANS = {
    "amean": ["arithmetic"] * 3,
    "gmean": ["geometric"] * 3,
    "hmean": ["harmonic"] * 3,
    "genmean_p2": [("generalised-mean", GeneralisedOptions(p=2))] * 3,
    "genmean_p-1.5": [("generalised-mean", GeneralisedOptions(p=-1.5))] * 3,
    "copeland": ["copeland"] * 3,
    "mixed_ag_gm_am": ["arithmetic", "geometric", "arithmetic"],
}
OPTIONS = {"geometric": ShiftOptions(), "harmonic": ShiftOptions()}
LEVELS = ("Indicator", "Pillar", "Sub-index", "Index")


def aggregated(coinr, scores, weights, ways, at_least=(0.0, 0.0, 0.0)):
    """Aggregate a table of indicators level by level, renormalising over the members that are there."""
    lineage = coinr("00_input/lineage", index=None)
    made = scores.copy()
    for level in range(3):
        children, parents = LEVELS[level], LEVELS[level + 1]
        way = ways[level]
        name, options = way if isinstance(way, tuple) else (way, OPTIONS.get(way, NoOptions()))
        for parent, group in lineage.groupby(parents):
            names = list(group[children].unique())
            made[parent] = _node(METHODS[name], options, made[names], weights.loc[names], at_least[level])
    return made


def _node(record, options, scores, weights, at_least):
    values = scores.to_numpy(float)[None]
    missing = np.isnan(values)
    shares = np.where(missing, 0.0, weights.to_numpy(float)) if missing.any() else weights.to_numpy(float)[None, None]
    if record.weights == "shares":
        shares = shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1e-300)
    members = tuple(Member(name=name) for name in scores.columns)
    raw = record.apply(np.where(missing, 1.0, values), shares, _Named(members), options)[0]
    enough = (~missing[0]).mean(axis=1) >= max(at_least, 1e-9)
    return np.where(enough, raw, np.nan)


class _Named:
    """The part of a context that an aggregator reads for its messages."""

    def __init__(self, members):
        self.members = members


def assert_same(ours, theirs):
    """Equal in every column, with missing values in the same places."""
    np.testing.assert_allclose(ours[theirs.columns].loc[theirs.index], theirs.astype(float), rtol=1e-9, atol=1e-9)


def weights_of(coinr, name):
    """One of COINr's weight sets."""
    folder = "00_input" if name == "Original" else "90_weights"
    return coinr(f"{folder}/weights_{name}", index="iCode").Weight


@pytest.mark.parametrize("weights", ["Original", "Custom", "EqualInd"])
@pytest.mark.parametrize("way", list(MEANS))
def test_aggregates_like_coinr(coinr, way, weights):
    """Every level comes out from scores between 1 and 100."""
    scores = coinr("50_normalise/treated_minmax_1_100")

    assert_same(
        aggregated(coinr, scores, weights_of(coinr, weights), MEANS[way]),
        coinr(f"60_aggregate/{way}_w{weights}_mm1_100"),
    )


@pytest.mark.parametrize("weights", ["Original", "Custom", "EqualInd"])
def test_aggregates_scores_from_zero_like_coinr(coinr, weights):
    """The arithmetic mean takes scores from 0."""
    scores = coinr("50_normalise/treated_minmax_0_100")

    assert_same(
        aggregated(coinr, scores, weights_of(coinr, weights), MEANS["amean"]),
        coinr(f"60_aggregate/amean_w{weights}_mm0_100"),
    )


@pytest.mark.parametrize("weights", ["Original", "Custom", "EqualInd"])
@pytest.mark.parametrize(
    ("file", "way", "at_least"),
    [
        ("amean", "amean", (0.0, 0.0, 0.0)),
        ("amean_thresh0.9", "amean", (0.9, 0.9, 0.9)),
        ("amean_thresh_bylevel", "amean", (0.8, 1.0, 0.5)),
        ("gmean", "gmean", (0.0, 0.0, 0.0)),
        ("hmean", "hmean", (0.0, 0.0, 0.0)),
    ],
)
def test_aggregates_gaps_like_coinr(coinr, file, way, at_least, weights):
    """Weights are redistributed over the members that are there, and a unit needs enough of them."""
    scores = coinr("50_normalise/raw_minmax_1_100")

    assert_same(
        aggregated(coinr, scores, weights_of(coinr, weights), MEANS[way], at_least),
        coinr(f"60_aggregate/NA_{file}_w{weights}"),
    )


@pytest.mark.parametrize(
    "pillar", ["ConEcFin", "Environ", "Instit", "P2P", "Physical", "Political", "Social", "SusEcFin"]
)
def test_compares_units_like_coinr(coinr, pillar):
    """The outranking matrix of each pillar."""
    lineage = coinr("00_input/lineage", index=None)
    names = list(lineage[lineage.Pillar == pillar].Indicator)
    scores = coinr("50_normalise/treated_minmax_1_100")[names].to_numpy(float)[None]
    theirs = _square(coinr(f"60_aggregate/outrank_wCustom_{pillar}", index=None))
    ours = preferences(scores, weights_of(coinr, "Custom")[names].to_numpy(float)[None, None])[0]

    np.testing.assert_allclose(np.nan_to_num(ours), theirs, atol=1e-9)


def test_compares_units_by_all_indicators_like_coinr(coinr):
    """The outranking matrix and Copeland's scores over all 49 indicators."""
    effective = coinr("90_weights/eff_weights_Custom", index="iCode")
    scores = coinr("50_normalise/treated_minmax_1_100")
    weights = effective.loc[list(scores.columns)].EffWeight.to_numpy(float)[None, None]
    values = scores.to_numpy(float)[None]
    matrix = _square(coinr("60_aggregate/outrank_all49_effwCustom", index=None))
    copeland = coinr("60_aggregate/copeland_all49_effwCustom").copeland.loc[scores.index]

    np.testing.assert_allclose(np.nan_to_num(preferences(values, weights))[0], matrix, atol=1e-9)
    np.testing.assert_array_equal(METHODS["copeland"].apply(values, weights, None, NoOptions())[0], copeland)


def _square(frame):
    numbers = frame.select_dtypes("number").to_numpy(float)
    return numbers[:, -len(numbers) :]


def test_optimises_weights_like_coinr(coinr):
    """The two sub-indices get the weights that a tight search of COINr found for equal importance."""
    scores, context = _sub_indices(coinr)
    theirs = coinr("90_weights/opt_L3_equal_tol1e-10", index="iCode").OptWeight[["Conn", "Sust"]].to_numpy()
    ours = WAYS["correlation-optimised"].apply(scores, context, OptimisedOptions())[0, 0]

    np.testing.assert_allclose(ours, theirs / theirs.sum(), atol=1e-7)


def test_refuses_targets_that_coinr_meets_with_a_negative_weight(coinr):
    """An importance of 30 to 70 needs a weight below 0, as COINr's is."""
    scores, context = _sub_indices(coinr)
    theirs = coinr("90_weights/opt_L3_target_0.3_0.7_tol1e-10", index="iCode").OptWeight
    options = OptimisedOptions(targets={"Conn": 0.3, "Sust": 0.7})

    assert theirs["Conn"] < 0
    with pytest.raises(MethodError, match="cannot be met with weights of 0 or more"):
        WAYS["correlation-optimised"].apply(scores, context, options)


def _sub_indices(coinr):
    scores = coinr("60_aggregate/pipeline_Aggregated")[["Conn", "Sust"]].to_numpy(float)[None]
    return scores, _Named((Member(name="Conn"), Member(name="Sust")))


def test_optimises_rank_correlations_as_well_as_coinr(coinr):
    """Rank correlations move in steps: ours lie as near to the targets."""
    scores, context = _sub_indices(coinr)
    theirs = coinr("90_weights/opt_L3_equal_spearman_info", index=None).value[0]
    options = OptimisedOptions(correlation="spearman")
    weights = WAYS["correlation-optimised"].apply(scores, context, options)[0, 0]
    found = correlations(np.dstack([scores, scores @ weights]), "spearman")[0, -1, :-1]

    assert np.log(((found / found.sum() - 0.5) ** 2).mean()) <= theirs + 1e-9


@pytest.mark.parametrize(
    ("file", "source", "level"),
    [
        ("norm_L1_bygroup", "50_normalise/treated_minmax_0_100", "Pillar"),
        ("raw_L1_bygroup_NAdrop", "00_input/raw_dset", "Pillar"),
        ("agg_L2_bygroup", "60_aggregate/pipeline_Aggregated", "Sub-index"),
        ("agg_L3_bygroup", "60_aggregate/pipeline_Aggregated", "Index"),
    ],
)
def test_loads_on_the_first_component_like_coinr(coinr, file, source, level):
    """Absolute loadings of each group's members, over the units that have all of them."""
    lineage = coinr("00_input/lineage", index=None)
    data = coinr(source)
    theirs = coinr(f"80_multivariate/pca_{file}_weights", index="iCode").Weight
    children = LEVELS[LEVELS.index(level) - 1]
    checked = 0
    for _, group in lineage.groupby(level):
        names = list(group[children].unique())
        scores = data[names].to_numpy(float)[None]
        if (~np.isnan(scores).any(axis=-1)).sum() < 3:
            continue
        options = PcaOptions(take="absolute")
        ours = WAYS["pca"].apply(scores, _Named(tuple(Member(name=each) for each in names)), options)[0, 0]
        loadings = theirs[names].abs().to_numpy()
        np.testing.assert_allclose(ours, loadings / loadings.sum(), atol=1e-7)
        checked += 1

    assert checked == lineage[level].nunique()
