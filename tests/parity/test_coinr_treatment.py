"""COINr's log of every treated indicator and value, file by file."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods.builtins import TREATMENTS
from hubrank.methods.toolkit import kurtosis, skewness
from hubrank.methods.treatment import SkewKurtosisOptions, passes
from hubrank.ranking.values import steps_taken

RULE = next(each for each in TREATMENTS if each.name == "skew-kurtosis")
IMPUTED = "30_screen/screened_pipeline"
FILES = {
    "default_imputed": (IMPUTED, SkewKurtosisOptions()),
    "default_withNA": ("10_denominate/denominated", SkewKurtosisOptions()),
    "raw_default": ("00_input/raw_dset", SkewKurtosisOptions()),
    "winmax1_imputed": (IMPUTED, SkewKurtosisOptions(at_most=1)),
    "combine_imputed": (IMPUTED, SkewKurtosisOptions(at_most=1, combine=True)),
    "winmax0.5thresh_imputed": (IMPUTED, SkewKurtosisOptions(at_most=3, skew=1, kurtosis=2)),
    "logCTplus_winmax1": (IMPUTED, SkewKurtosisOptions(at_most=1, then="mirrored")),
    "boxcox0.5_winmax1": (IMPUTED, SkewKurtosisOptions(at_most=1, then="box-cox", exponent=0.5)),
    "qTreat_w2_s1.5_k3": (IMPUTED, SkewKurtosisOptions(at_most=2, skew=1.5, kurtosis=3)),
}


@pytest.fixture
def treated(coinr, asem):
    """Data, and what each stage of the rule left of them."""

    def make(file):
        source, options = FILES[file]
        values = asem.array(coinr(source))
        return values, RULE.stages(values, asem.context, options), options

    return make


@pytest.mark.parametrize("file", FILES)
def test_log_of_indicators(coinr, asem, treated, file):
    """Skewness, kurtosis and the test passed or not before and after each stage, and how many were winsorised."""
    values, stages, options = treated(file)
    theirs = coinr(f"40_treat/{file}_actions", index="iCode").reindex(asem.indicators)
    left = (values, *(each.values for each in stages))
    passed = (passes(values, options), *(each.passed for each in stages))
    reached = np.ones(len(asem.indicators), dtype=bool)
    for check, (after, passing) in enumerate(zip(left, passed, strict=True)):
        own = theirs.filter(like=f"check_SkewKurt{check}.").set_axis(["passed", "skew", "kurtosis"], axis=1)
        expected = own[reached]

        assert own["skew"].notna().tolist() == reached.tolist()
        np.testing.assert_allclose(skewness(after)[0, 0][reached], expected["skew"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(kurtosis(after)[0, 0][reached], expected["kurtosis"], rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(passing[0, 0][reached], expected["passed"].astype(bool))
        reached = reached & ~passing[0, 0]
    moved = np.nan_to_num(stages[0].values - values) != 0
    np.testing.assert_array_equal(moved[0].sum(axis=0), theirs["winsorise.nwin"].fillna(0).astype(int))


@pytest.mark.parametrize("file", [file for file in FILES if not file.startswith("qTreat")])
def test_log_of_values(coinr, asem, treated, file):
    """Which value was winsorised, at which end, and which got the logarithm."""
    values, stages, options = treated(file)
    theirs = coinr(f"40_treat/{file}_points").reindex(asem.codes)[list(asem.indicators)].astype(object).fillna("")
    lowered, raised = (np.nan_to_num(sign * (stages[0].values - values)) > 0 for sign in (-1, 1))
    said = np.where(lowered, "winhi", np.where(raised, "winlo", ""))[0].astype(object)
    if len(stages) > 1 and options.then != "box-cox":
        logged = np.broadcast_to(~stages[0].passed, values.shape)[0]
        said = np.where(logged, said + "+log_CT", said)

    np.testing.assert_array_equal(said, theirs.to_numpy())


def test_log_of_a_run(coinr, asem, pipeline):
    """The folder of a run says the same of every indicator and value."""
    ranking = pipeline()
    theirs = coinr("40_treat/default_imputed_actions", index="iCode")
    points = coinr("40_treat/default_imputed_points").loc[list(ranking.codes)]
    table = ranking.treatment().set_index("indicator")
    steps = {ranking.plan.ranked[at].key: said[0] for at, said in steps_taken(ranking).items()}
    words = pd.DataFrame(steps, ranking.codes)
    first = table[table.stage == "winsorise"].loc[list(theirs.index)]

    np.testing.assert_array_equal(first.lowered + first.raised, theirs["winsorise.nwin"].fillna(0))
    np.testing.assert_allclose(first.skew_before, theirs["check_SkewKurt0.Skew"], rtol=1e-9)
    np.testing.assert_array_equal(first.passed, True)
    np.testing.assert_array_equal(words[points.columns] == "skew-kurtosis (winsorise)", points.isin(["winhi", "winlo"]))
