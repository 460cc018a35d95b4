"""What COINr, Compind and other packages get wrong, and what comes out here: on their own reference outputs."""

import attrs
import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.methods.aggregation import GeneralisedOptions, MazziottaParetoOptions, preferences
from hubrank.methods.builtins import AGGREGATORS, NORMALISATIONS
from hubrank.plugin.sources import NoOptions
from hubrank.results.rank import rank
from hubrank_analysis.rivalry import balance

MEANS = {each.name: each for each in AGGREGATORS}
SCALES = {each.name: each for each in NORMALISATIONS}


@pytest.fixture(scope="module")
def scores(coinr):
    """Raw indicators between 1 and 100, with their missing values."""
    return coinr("50_normalise/raw_minmax_1_100")


def with_gaps(table, weights):
    """Scores and weights as the core hands them over: weight 0 and score 1 if there is none."""
    values = table.to_numpy(float)[None]
    gaps = np.isnan(values)
    return np.where(gaps, 1.0, values), np.where(gaps, 0.0, weights)


def test_copeland_does_not_mind_the_order_of_units(coinr, scores):
    """COINr gives the weight of a missing pair to the unit that stands lower: reversing the rows moves its scores."""
    theirs = coinr("60_aggregate/QUESTIONABLE_copeland_all49_withNA").copeland
    weights = coinr("90_weights/eff_weights_Custom", index="iCode").EffWeight[list(scores.columns)].to_numpy()
    ours = MEANS["copeland"].apply(*with_gaps(scores, weights), None, NoOptions())[0]
    turned = MEANS["copeland"].apply(*with_gaps(scores.iloc[::-1], weights), None, NoOptions())[0][::-1]

    np.testing.assert_array_equal(ours, turned)
    assert (ours != theirs.loc[scores.index]).any()


def test_a_pair_is_compared_where_both_have_values(coinr, scores):
    """The two shares of a pair sum to 1, as in COINr; without gaps they are its own, with gaps of what both have."""
    theirs = coinr("60_aggregate/QUESTIONABLE_outrank_all49_withNA")
    weights = coinr("90_weights/eff_weights_Custom", index="iCode").EffWeight[list(scores.columns)].to_numpy()
    shares = preferences(*with_gaps(scores, weights))[0]
    known = pd.DataFrame(shares, scores.index, scores.index)
    whole = scores.index[scores.notna().all(axis=1)]
    own, other = known.loc[whole, whole], theirs.loc[whole, whole]

    np.testing.assert_allclose(np.nan_to_num(own), other, atol=1e-9)
    np.testing.assert_allclose((known + known.T).to_numpy()[np.triu_indices(len(known), 1)], 1)
    assert np.abs(np.nan_to_num(known) - theirs.loc[scores.index, scores.index]).max().max() > 0.01


@pytest.mark.parametrize("weights", ["Original", "Custom", "EqualInd"])
def test_copeland_of_pillars_with_gaps(coinr, scores, weights):
    """In a pillar without gaps ours are COINr's scores; in one with gaps they are not, and sum to 0 over its units."""
    theirs = coinr(f"60_aggregate/QUESTIONABLE_NA_copeland_w{weights}").loc[scores.index]
    folder = "00_input" if weights == "Original" else "90_weights"
    given = coinr(f"{folder}/weights_{weights}", index="iCode").Weight
    differing = []
    for pillar, group in coinr("00_input/lineage", index=None).groupby("Pillar"):
        names = list(group.Indicator)
        ours = MEANS["copeland"].apply(*with_gaps(scores[names], given[names].to_numpy()), None, NoOptions())[0]
        assert ours.sum() == 0
        if scores[names].notna().all().all():
            np.testing.assert_array_equal(ours, theirs[pillar])
        elif (ours != theirs[pillar]).any():
            differing.append(pillar)

    assert differing


def test_generalised_mean_skips_what_is_missing(coinr, scores):
    """COINr says that it skips missing values, and gives none a score that has one."""
    theirs = coinr("60_aggregate/QUESTIONABLE_NA_genmean_p2_wOriginal").loc[scores.index]
    lineage = coinr("00_input/lineage", index=None)
    lost = 0
    for pillar, group in lineage.groupby("Pillar"):
        names = list(group.Indicator)
        values, weights = with_gaps(scores[names], np.ones(len(names)))
        shares = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1)
        ours = MEANS["generalised-mean"].apply(values, shares, None, GeneralisedOptions(p=2))[0]
        whole = scores[names].notna().all(axis=1)
        by_hand = np.sqrt((scores[names] ** 2).mean(axis=1))

        np.testing.assert_allclose(ours[whole], theirs[pillar][whole], rtol=1e-9)
        np.testing.assert_allclose(ours, by_hand, rtol=1e-9)
        lost += theirs[pillar].isna().sum()
    assert lost > 0


@pytest.mark.parametrize("data", ["raw", "treated"])
def test_share_of_the_largest_keeps_order(coinr, asem, data):
    """Where less is better COINr's share of the maximum is highest for the worst; ours for the best."""
    source = "40_treat/default_imputed_data" if data == "treated" else "00_input/raw_dset"
    values = asem.array(coinr(source))
    theirs = asem.array(coinr(f"50_normalise/QUESTIONABLE_{data}_fracmax"))[0]
    at = asem.indicators.index("CO2")
    context = attrs.evolve(asem.context, members=(asem.members[at],))
    own = values[..., [at]]
    record = SCALES["max"]
    ours = record.apply(own, record.fit(own, context, NoOptions()), context, NoOptions())[0, :, 0]

    assert asem.members[at].direction == -1
    assert np.nanargmax(theirs[:, at]) == np.nanargmax(own)
    assert np.nanargmax(ours) == np.nanargmin(own)


def test_targets_go_to_their_names(coinr, pipeline):
    """Three times the importance for Physical: COINr gives it to ConEcFin, whose name comes first; ours to Physical."""
    theirs = coinr("90_weights/opt_QUESTIONABLE_L2_target3_1_1_1_1_1_1_1_tol1e-6", index="iCode")
    assert coinr("90_weights/opt_QUESTIONABLE_L2_target3_1_1_1_1_1_1_1_tol1e-6_info", index=None).fn_evals[0] > 100
    assert theirs.CorrActualNorm["ConEcFin"] > 0.28 > 0.1 > theirs.CorrActualNorm["Physical"]

    targets = dict.fromkeys(theirs.index, 1.0) | {"Physical": 3.0}
    ours = balance(pipeline(), list(targets), targets).importance
    assert ours["Physical"] > ours["ConEcFin"]
    assert max(ours, key=lambda name: ours[name]) in ("Physical", "Social")


@pytest.fixture
def two_lands(tmp_path):
    """Rank a few rows, with a tail of TOML."""

    def make(rows, more):
        (tmp_path / "values.csv").write_text("unit,year,a,b\n" + "\n".join(rows) + "\n", encoding="utf-8")
        (tmp_path / "units.csv").write_text("unit,name\nAAA,A\nBBB,B\nCCC,C\n", encoding="utf-8")
        scenario = {
            "title": "Lands",
            "editions": [2001, 2002, 2003],
            "units": {"file": "units.csv"},
            "inputs": {"values": {"source": "files", "max_age": 0, "options": {"file": "values.csv"}}},
            "dimensions": {"all": {}},
            "indicators": {name: {"indicator": "value", "dimension": "all"} for name in ("a", "b")},
            "normalisation": {"method": "none"},
            "aggregation": {"method": "arithmetic"},
        }
        (tmp_path / "lands.toml").write_bytes(tomli_w.dumps({**scenario, **more}).encode())
        return rank(str(tmp_path / "lands.toml"))

    return make


def test_own_treatment_is_applied_beside_gaps(coinr, two_lands):
    """COINr leaves an indicator with a missing value untreated if it has parameters of its own, and out of its log."""
    theirs, whole = (
        coinr(f"40_treat/{name}_actions", index="iCode") for name in ("QUESTIONABLE_indiv_specs", "raw_default")
    )
    rows = ["AAA,2001,4,16", "BBB,2001,9,", "CCC,2001,25,64"]
    own = {"indicator": "value", "dimension": "all", "treatment": ["square-root"]}
    made = two_lands(rows, {"editions": [2001], "indicators": {"a": {**own, "treatment": []}, "b": own}})

    assert len(whole) - len(theirs) == 1
    np.testing.assert_array_equal(made.treated[0], [[4, 4], [9, np.nan], [25, 8]])
    assert list(made.treatment()["indicator"]) == ["b"]


def test_rows_may_come_in_any_order(two_lands):
    """COINr's panel imputation gives values to other units where rows are not sorted by year."""
    rows = ["AAA,2001,1,10", "AAA,2002,,20", "AAA,2003,3,30", "BBB,2001,4,40", "BBB,2002,5,", "BBB,2003,6,60"]
    rows += ["CCC,2001,7,70", "CCC,2002,8,80", "CCC,2003,9,"]
    carried = {"imputation": {"method": "carry-forward"}}
    sorted_, mixed = two_lands(rows, carried), two_lands([rows[at] for at in (5, 0, 7, 3, 8, 2, 1, 6, 4)], carried)

    np.testing.assert_array_equal(sorted_.imputed, mixed.imputed)
    assert sorted_.imputed[1, 0, 0] == 1
    assert (sorted_.imputed[1, 1, 1], sorted_.imputed[2, 2, 1]) == (40, 80)


def test_gaps_are_never_passed_over_in_silence(two_lands):
    """Where nothing is said of missing values, a unit that lacks a member gets no score; others score around it."""
    rows = ["AAA,2001,1,10", "BBB,2001,4,", "CCC,2001,7,70"]
    made = two_lands(rows, {"editions": [2001]})

    assert list(made.unranked()["unit"]) == ["BBB"]
    flags = made.values().set_index(["unit", "indicator"])["flag"]
    assert flags["BBB", "b"] == "missing"


def test_screening_comes_before_imputation(coinr, pipeline):
    """COINr's example screens what it has just imputed, so that no one goes; here five of the 51 do."""
    screened = coinr("30_screen/screened_pipeline")
    made = pipeline({"selection": "at_least_share = 0.9"})

    assert len(screened) == 51
    assert (~made.considered[0]).sum() == 5
    assert np.isnan(made.imputed[0][~made.considered[0]]).all()


def test_winsorised_ties_and_failed_logarithms_are_reported(coinr, pipeline):
    """More points than `at_most` where they are equal, and a logarithm that does not help, are in the log."""
    theirs = coinr("40_treat/winmax1_imputed_actions", index="iCode")
    made = pipeline({"treatment": 'steps = [{ step = "skew-kurtosis", at_most = 1 }]'}).treatment()
    last = made[made.stage == "log-from-lowest"].set_index("indicator")
    failed = theirs.index[theirs["check_SkewKurt2.Pass"].astype(str).str.upper() == "FALSE"]

    assert set(failed) == {"ForPort", "CultServ"}
    assert not last.loc[list(failed), "passed"].any()


def test_penalty_may_be_added(coinr):
    """Compind's AMPI ignores which way the penalty goes; ours adds or takes off the same."""
    penalties = coinr("140_compind/HPI_ampi_penalty", index="ISO")
    members = np.array([[[80.0, 100.0, 120.0]]])
    equal = np.full((1, 1, 3), 1 / 3)
    down, up = (
        MEANS["mazziotta-pareto"].apply(members, equal, None, MazziottaParetoOptions(penalty=each))[0, 0]
        for each in ("subtracted", "added")
    )

    assert (penalties.to_numpy() >= 0).all()
    assert (down, up) == (pytest.approx(100 - 800 / 3 / 100), pytest.approx(100 + 800 / 3 / 100))


def test_idocriw_lies_between_0_and_1(mcda, ranked):
    """PyDecision's weights on this matrix run from -40 to 53."""
    theirs = mcda("extra_pydecision_weights", index="method").loc["idocriw"]
    matrix = mcda("00_matrix", index="unit")
    directions = mcda("00_criteria", index="criterion").direction
    made = ranked(matrix, directions, "none", weighting={"method": "pymcdm-idocriw", "costs": True})
    weights = made.nodes["all"].weights.ravel()

    assert theirs.min() < -40
    assert ((weights >= 0) & (weights <= 1)).all()


def test_aggregated_orders_are_ranks(mcda, ranked):
    """PyRankMCDA prints the order of the units as if it were their ranks; the best here has rank 1."""
    rankings = mcda("rankagg_input", index="unit").rename(columns=lambda name: name.replace("_", "-"))
    theirs = mcda("extra_pyrankmcda_rankagg", index="method").loc["copeland_method", list(rankings.index)]
    exact = mcda("rankagg_own_exact", index="method").loc["copeland_net_wins", list(rankings.index)]
    ways = pd.Series(-1, index=rankings.columns)
    first, again = (ranked(rankings, ways, "none", "copeland").ranks[0] for _ in range(2))

    np.testing.assert_array_equal(first, exact)
    np.testing.assert_array_equal(first, again)
    assert list(np.argsort(exact.to_numpy()) + 1) == list(theirs.astype(int))


def test_majorities_are_not_places(mcda, ranked):
    """The Copeland of pyrepo is Borda's order; where the two differ, ours is that of majorities."""
    rankings = mcda("rankagg_input", index="unit").rename(columns=lambda name: name.replace("_", "-"))
    theirs = mcda("extra_pyrepo_rankagg", index="method").loc["copeland", list(rankings.index)]
    exact = mcda("rankagg_own_exact", index="method")[list(rankings.index)]
    ours = ranked(rankings, pd.Series(-1, index=rankings.columns), "none", "copeland").ranks[0]

    np.testing.assert_array_equal(theirs, exact.loc["borda_ranksum"])
    np.testing.assert_array_equal(ours, exact.loc["copeland_net_wins"])
    assert (ours != theirs).any()
